"""What is installed is pinned, what is known of it is told plainly, and what it stands on is listed."""

from __future__ import annotations

import configparser
import json
import re

from tests.serving import ROOT
from tests.supply import audit, with_browser_files

PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def name(text: str) -> str:
    found = re.match(r"[\w.-]+", text)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_every_package_that_is_asked_for_is_pinned_to_one_version_without_an_address() -> None:
    pinned = [line for line in PINS if not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)] == []
    names = [name(line) for line in pinned]
    assert sorted(names) == sorted(set(names)) and "layso" not in names
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = config["options"]["install_requires"].split("\n")
    for extra in ("voice", "cluster", "printer", "test", "lint"):
        wanted += config["options.extras_require"][extra].split("\n")
    here = [one for one in wanted if one.strip() and "win32" not in one]
    assert [one for one in here if name(one.strip()) not in names] == []


def test_the_commands_and_the_documents_install_what_is_pinned() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "CONSTRAINTS ?= constraints.txt" in makefile and "$(addprefix -c ,$(CONSTRAINTS))" in makefile
    for page in ("README.md", "docs/van-hanh.md", "Dockerfile"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for line in re.findall(r"^.*pip install .*layso-.*whl.*$", text, re.MULTILINE):
            older = "ban-cu" in line or "py -m pip" in line or "usb://" in line
            assert older or re.search(r"-c \S*constraints\.txt", line), (page, line)


def test_an_audit_says_what_is_weak_and_what_it_could_not_look_up() -> None:
    sound = {"name": "flask", "version": "3.1.3", "vulns": []}
    weak = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    unknown = {"name": "y", "skip_reason": "not found"}
    assert audit({"dependencies": [sound]}) == (0, ["1 of 1 packages were looked up, 0 weaknesses"])
    code, lines = audit({"dependencies": [sound, weak]})
    assert code == 1 and lines[0] == "x 1: CVE-1, mended in 2"
    code, lines = audit({"dependencies": [sound, unknown]})
    assert code == 1 and lines[-1] == "NOT AUDITED: pip-audit does not reach its data for 1 packages (y)"


def test_the_bill_of_materials_lists_the_browsers_files_too_and_no_folder_of_ours() -> None:
    python = {
        "bom-ref": "a", "name": "a", "version": "1",
        "externalReferences": [{"type": "x", "url": "file:///home/me/layso"}, {"type": "x", "url": "https://a.example"}],
    }  # fmt: skip
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    made = with_browser_files({"bomFormat": "CycloneDX", "components": [python]}, lock)
    assert "file:" not in json.dumps(made) and "https://a.example" in json.dumps(made)
    assert {"a", "socket.io-client", "qr", "@fontsource/be-vietnam-pro"} <= {one["name"] for one in made["components"]}
    assert "pkg:npm/%40fontsource/be-vietnam-pro@" in json.dumps(made)
