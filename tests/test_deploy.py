"""What a province's own people put in place: the units, nginx, the rules of the alarms, the copies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from math import isnan
from pathlib import Path

import pytest
import requests
import websocket

from kiosk.config import Settings
from tests.api_kit import Kit
from tests.nginx_kit import Nginx
from tests.prometheus_kit import DEPLOY, Prometheus, alerts, panels
from tests.serving import Server, free_port, layso
from tests.waiting import until
from ticketing.api.headers import EVERYWHERE

UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())
PORTS = re.compile(r"127\.0\.0\.1:(\d+)")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_where_it_is_takes_the_clusters_units(tmp_path: Path, name: str) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this machine")
    for unit in UNITS:
        text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(re.sub(r"/opt/layso/[\w./]+", "/bin/true", text), encoding="utf-8")
    asked = tmp_path / name.replace("@.", "@8081.")
    if asked.name != name:
        asked.write_text((tmp_path / name).read_text(encoding="utf-8"), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", asked], capture_output=True, text=True)
    stem = name.partition(".")[0].rstrip("@")
    assert [line for line in verified.stderr.splitlines() if stem in line and "Cannot add dependency" not in line] == []


def calls_of(name: str) -> set[str]:
    """The system calls of a set of systemd's, or the one that is named."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    return set[str]().union(*(calls_of(one) for one in re.findall(r"^ {4}(@?\w[\w-]*)$", listed.stdout, re.M)))


def test_under_the_clusters_unit_long_work_may_be_nice_and_what_is_forbidden_ends_nobody() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this machine")
    unit = (DEPLOY / "systemd" / "layso@.service").read_text(encoding="utf-8")
    allowed: set[str] = set()
    for asked in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        named = set[str]().union(*(calls_of(name) for name in asked.lstrip("~").split()))
        allowed = allowed - named if asked.startswith("~") else allowed | named
    assert {"setpriority", "write", "fsync"} <= allowed and not allowed & {"reboot", "sched_setaffinity"}
    assert "\nSystemCallErrorNumber=EPERM\n" in unit


def test_every_setting_of_the_environments_file_is_one_of_ours() -> None:
    text = (DEPLOY / "layso.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^(LAYSO_\w+)=", text, re.M))
    known = {field.metadata["variable"] for field in Settings.__dataclass_fields__.values() if field.metadata}
    assert named <= known | {"LAYSO_DATABASE", "LAYSO_SIGNALS"}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str, Path]]:
    """A server, and the address of nginx in front of it."""
    nginx = Nginx(tmp_path_factory.mktemp("nginx"))
    options = ("--trusted-proxy", "127.0.0.1", "--public-url", nginx.url)
    with Server(nginx.folder / "data", options=options) as server, nginx.leading_to([server.port]):
        yield server, nginx.url, nginx.cert


def test_nginx_leads_pages_and_sockets_through_with_every_header_once(behind: tuple[Server, str, Path]) -> None:
    server, url, cert = behind
    answer = requests.get(f"{url}/demo/", verify=str(cert), headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200 and answer.url.startswith("https:")
    for name, value in (*EVERYWHERE, ("Strict-Transport-Security", "max-age=31536000")):
        assert answer.headers[name] == value, name
    for hidden in ("/metrics", "/readyz"):
        assert requests.get(url + hidden, verify=str(cert)).status_code == 404
    socket_url = f"{url.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket"
    live = websocket.create_connection(socket_url, sslopt={"ca_certs": str(cert)}, timeout=20)
    assert live.recv().startswith("0{")
    live.send('40/display,{"site":"demo"}')
    while not (told := live.recv()).startswith("42/display,"):
        assert not told.startswith("44"), told
    live.close()
    assert server.board()["session"]["state"] == "open"


def test_what_nginx_answers_by_itself_bears_the_headers_too(behind: tuple[Server, str, Path]) -> None:
    _server, url, cert = behind
    answer = requests.get(f"{url}/metrics", verify=str(cert))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def metrics_of(kit: Kit) -> set[str]:
    text = kit.client.get("/metrics").text
    names = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    return names | {f"{name}_bucket" for name in names} | {"up"}


def expressions() -> list[str]:
    return [*alerts().values(), *panels()]


def test_alarms_and_dashboard_ask_for_nothing_that_metrics_does_not_have(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        kit.take()
        known, routes = metrics_of(kit), {rule.rule for rule in kit.app.url_map.iter_rules()}
    told = expressions()
    assert len(told) > 20
    for expression in told:
        assert set(re.findall(r"\b(layso_\w+|up)\b", expression.replace('"layso"', ""))) <= known, expression
        assert set(re.findall(r'route="([^"]+)"', expression)) <= routes, expression
        assert expression.count("(") == expression.count(")") and expression.count("{") == expression.count("}")


def test_prometheus_finds_data_for_every_alarm_and_every_panel_and_works_all_rules_out(tmp_path: Path) -> None:
    with Server(tmp_path / "one") as one, Server(tmp_path / "two") as two:
        # Nobody listens there.
        table = f'\n[[sites.printers]]\nname = "Sảnh"\naddress = "tcp://127.0.0.1:{free_port()}"\n'
        config = layso("export-config", "demo", data=one.data).stdout
        for server, more in ((one, table), (two, "")):
            (tmp_path / "demo.toml").write_text(config + more, encoding="utf-8")
            assert layso("apply", str(tmp_path / "demo.toml"), data=server.data).returncode == 0
        with Prometheus(tmp_path, [one.port, two.port]).running() as prometheus:
            # An alarm's value stands before its bound.
            told = [re.sub(r" (==|>) [0-9.]+", "", one) for one in alerts().values()]
            told += [one.replace("$__rate_interval", "1m") for one in panels()]
            missing = set(told)

            def found() -> bool:
                # Help has no cap, however often it is looked.
                for server in (one, two):
                    assert server.take(service="help").status_code == 201
                for expression in sorted(missing):
                    values = prometheus.ask(expression)
                    if values and not any(map(isnan, values)):
                        missing.discard(expression)
                return not missing

            try:
                until(found)
            except TimeoutError:
                raise AssertionError(missing) from None
            assert prometheus.ask('sum(up{job="layso"})') == [2.0]
            until(lambda: set(prometheus.rules().values()) == {"ok"} and prometheus.rules().keys() == alerts().keys())


def test_every_process_that_nginx_leads_to_is_watched() -> None:
    ports = [set(PORTS.findall((DEPLOY / name).read_text())) for name in ("nginx/layso.conf", "prometheus/scrape.yml")]
    assert ports[0] == ports[1] and len(ports[0]) == 4


@pytest.mark.parametrize("words", [("rules", "layso-alerts.yml"), ("config", "--syntax-only", "scrape.yml")])
def test_promtool_where_it_is_takes_the_rules_and_whom_to_ask(words: tuple[str, ...]) -> None:
    if not shutil.which("promtool"):
        pytest.skip("no promtool on this machine (apt-get install prometheus)")
    *words_before, file = words
    checked = subprocess.run(
        ["promtool", "check", *words_before, DEPLOY / "prometheus" / file], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_copy_that_can_not_be_made_leaves_none_and_keeps_the_older_ones(tmp_path: Path) -> None:
    tools, copies = tmp_path / "tools", tmp_path / "copies"
    tools.mkdir()
    copies.mkdir()
    (copies / "layso-20261122T000000Z.dump").write_text("older")
    for name, text in (("pg_dump", 'for a; do case $a in --file=*) echo half > "${a#--file=}";; esac; done; exit 1'),
                       ("pg_restore", "exit 0")):  # fmt: skip
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "LAYSO_DATABASE": "postgresql://nowhere"}
    failed = subprocess.run([DEPLOY / "postgresql/backup", copies], env=env, capture_output=True)
    assert failed.returncode == 1
    assert [path.name for path in copies.iterdir()] == ["layso-20261122T000000Z.dump"]
