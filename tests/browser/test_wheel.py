"""What is built is whole, and the README's ten minutes are true: its own lines are typed, one after another.

What no test may do to the machine it runs on is played: packages of the system, users, and services of systemd, whose
unit is read and started as a process. Paths lie below a folder, and the centre's address is this machine's.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser import conftest as browsers
from tests.browser.test_kiosk import act, number_of, to_confirm
from tests.serving import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("display", "kiosk", "printer_templates", "ticketing")
TEN_MINUTES = (ROOT / "README.md").read_text(encoding="utf-8").split("## A centre in ten minutes")[1].split("\n## ")[0]
BLOCKS = [re.sub(r"(?m)^ +", "", block) for block in re.findall(r"```sh\n(.*?)```", TEN_MINUTES, flags=re.DOTALL)]
INSTALL, DESCRIBE, APPLY, LOGINS, START, CONFIRM, BACK = range(7)
ADDRESS, PAIRING = "192.0.2.10:8080", "K7M-2QX"
PASSWORD = "một mật khẩu dài"
MONDAY = "2026-11-23T08:00"
PLACES = re.compile(r"(?<![\w./])/(?=opt/|usr/local/|var/|etc/)")


def elsewhere(**extra: str) -> dict[str, str]:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL")
    kept = {key: value for key, value in os.environ.items() if key not in hidden and not key.startswith("LAYSO_")}
    return {**kept, **extra}


class Serving:
    """`layso serve` as a process of its own, ready at `url`."""

    def __init__(self, command: list[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        watchdog = threading.Timer(60, self.process.kill)
        watchdog.start()
        said = []
        assert self.process.stdout
        for line in self.process.stdout:
            said.append(line)
            if ready := re.search(r"ready at (https?://\S+)", line):
                watchdog.cancel()
                self.url = ready[1]
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return
        watchdog.cancel()
        pytest.fail("the server never said where it is:\n" + "".join(said))

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        assert self.process.wait(30) == 0


class Computer:
    """The centre's computer, on which the README's lines are typed."""

    def __init__(self, root: Path, wheel: Path) -> None:
        self.root, self.port = root, free_port()
        self.home = root / "root"
        for place in (self.home, root / "usr/local/bin", root / "var/backups", root / "etc/systemd/system"):
            place.mkdir(parents=True)
        shutil.copy(wheel, self.home)
        shutil.copy(wheel.with_name("constraints.txt"), self.home)
        self.service: Serving | None = None
        self.as_root()

    def as_root(self) -> None:
        self.cwd = self.home
        path = f"{self.root}/usr/local/bin:{os.environ['PATH']}"
        # A free port for what the README looks around in.
        quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1", "PIP_NO_COMPILE": "1"}
        self.env = elsewhere(PATH=path, LAYSO_PORT="0", **quiet)

    def here(self, text: str) -> str:
        text = text.replace(ADDRESS, f"127.0.0.1:{self.port}")
        return PLACES.sub(f"{self.root}/", text)

    def type(self, block: int, **instead: str) -> None:
        for line in BLOCKS[block].splitlines():
            for sample, real in instead.items():
                line = line.replace(sample, real)
            self.line(self.here(line))

    def line(self, line: str) -> None:
        words = shlex.split(line, comments=True)
        match words[0]:
            case "apt-get" | "su":
                return
            case "exit":
                self.as_root()
            case "adduser":
                Path(words[words.index("--home") + 1]).mkdir(parents=True)
            case "cd":
                self.cwd = Path(words[1])
            case "export":
                self.env |= dict([words[1].split("=", 1)])
            case "systemctl":
                self.systemctl(words[1:])
            case "layso" if words[1] == "serve":
                Serving(words, self.cwd, self.env).end(signal.SIGINT)
            case _:
                self.bash(line.removeprefix("runuser -u layso -- "))

    def bash(self, line: str) -> None:
        # A session of its own: the password is asked for where nobody sits, and read twice from what is typed ahead.
        done = subprocess.run(
            ["bash", "-euc", line], cwd=self.cwd, env=self.env, input=f"{PASSWORD}\n" * 2, capture_output=True,
            encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        if done.returncode and re.search("connection|temporary failure|timed out", done.stderr, re.IGNORECASE):
            pytest.skip("no package registry can be reached, so no empty environment can be filled")
        assert done.returncode == 0, (line, done.stdout, done.stderr)

    def systemctl(self, words: list[str]) -> None:
        assert words[-1] == "layso"
        if words[0] == "stop":
            assert self.service
            self.service.end(signal.SIGTERM)
            self.service = None
            return
        unit = self.here((self.root / "etc/systemd/system/layso.service").read_text(encoding="utf-8"))
        settings = dict(re.findall(r"^Environment=(\w+)=(.+)$", unit, re.MULTILINE))
        for before in re.findall(r"^ExecStartPre=\+(.+)$", unit, re.MULTILINE):
            self.bash(before.replace(" -o layso -g layso", ""))
        [command] = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
        # Whatever the hour of the test, the office is open.
        self.service = Serving([*shlex.split(command), "--at", MONDAY], self.root, elsewhere(**settings))


def pip(python: str | Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built from a copy, so that no leftover of an earlier build gets in."""
    copy = tmp_path_factory.mktemp("wheel") / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache", ".made")
    copy.mkdir()
    for name in ROOMS:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    pip(sys.executable, "wheel", "--no-deps", "-w", str(copy.parent), str(copy))
    shutil.copy(ROOT / "constraints.txt", copy.parent)
    [built] = copy.parent.glob("layso-*.whl")
    return built


@pytest.fixture(scope="session")
def computer(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Computer]:
    """Step 1 of the README, which installs the wheel into an empty virtual environment."""
    made = Computer(tmp_path_factory.mktemp("computer"), wheel)
    made.type(INSTALL)
    yield made
    if made.service:
        made.service.process.kill()


@pytest.fixture(scope="session")
def layso(computer: Computer) -> Path:
    return computer.root / "usr/local/bin/layso"


def test_the_wheel_holds_every_file_of_the_product_and_no_test(wheel: Path) -> None:
    tree = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == tree
    vendor = {name.removeprefix("kiosk/static/vendor/") for name in inside if "/vendor/" in name}
    assert {"socket.io.esm.min.js", "socket.io.LICENSE.txt"} <= vendor
    assert {"be-vietnam-pro.css", "be-vietnam-pro.LICENSE.txt"} <= vendor
    assert len([name for name in vendor if name.endswith(".woff2")]) == 15
    assert "kiosk/translations/vi/LC_MESSAGES/messages.mo" in inside
    assert {f"{room}/py.typed" for room in ROOMS} <= inside


def test_the_guide_has_the_lines_of_the_readme() -> None:
    guide = (ROOT / "docs/van-hanh.md").read_text(encoding="utf-8")
    assert [block for block in BLOCKS if f"```sh\n{block}```" not in guide] == []


def test_readme_and_guide_name_the_wheel_that_is_built(wheel: Path) -> None:
    for page in (TEN_MINUTES, (ROOT / "docs/van-hanh.md").read_text(encoding="utf-8")):
        assert set(re.findall(r"layso-[\w.]+-py3-none-any\.whl", page)) == {wheel.name}


def test_the_wheel_in_an_empty_environment_gives_a_working_command(layso: Path, wheel: Path, tmp_path: Path) -> None:
    answer = subprocess.run([layso, "--help"], cwd=tmp_path, env=elsewhere(), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert {"serve", "apply", "backup", "restore", "check", "report"} <= set(answer.stdout.split())
    assert list(tmp_path.iterdir()) == []
    said = subprocess.run([layso, "--version"], cwd=tmp_path, env=elsewhere(), capture_output=True, text=True).stdout
    assert said == f"layso, version {wheel.name.split('-')[1]}\n"


def test_the_wheel_in_an_empty_environment_serves_a_centre(layso: Path, tmp_path: Path) -> None:
    words = [str(layso), "serve", "--demo", "--port", "0", "--data", str(tmp_path / "data"), "--at", MONDAY]
    server = Serving(words, tmp_path, elsewhere())
    for path in ("/healthz", "/readyz", "/demo/kiosk/", "/static/vendor/socket.io.esm.min.js"):
        with urllib.request.urlopen(server.url + path, timeout=20) as answer:
            assert answer.status == 200, path
            assert answer.read(), path
    server.end(signal.SIGTERM)


def instructions(stage: int) -> list[tuple[str, str]]:
    """The Dockerfile's instructions of that stage, each as its word and the rest."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]
    starts = [at for at, words in enumerate(found) if words[0] == "FROM"] + [len(found)]
    return [(word, rest.strip()) for word, rest in found[starts[stage] : starts[stage + 1]]]


def test_the_container_runs_as_nobody_special_on_one_volume() -> None:
    last = instructions(-2)
    names = [word for word, _rest in last]
    assert dict(last)["USER"] == "layso" and names.index("USER") < names.index("ENTRYPOINT")
    assert dict(last)["VOLUME"] == "/var/lib/layso" and names.count("VOLUME") == 1
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^      - (\S+):(/\S+)$", compose, re.MULTILINE) == [("data", "/var/lib/layso")]
    assert "privileged: true" not in compose and "network_mode" not in compose


@pytest.mark.faults("I")
def test_the_steps_of_the_container_lead_to_a_healthy_service(computer: Computer, wheel: Path) -> None:
    """Without Docker: base image, copying between stages and the user are not tried, the commands are."""
    assert ("RUN", "make wheel") in instructions(0)
    last = instructions(-2)
    shutil.copytree(wheel.parent, computer.root / "tmp/dist", ignore=shutil.ignore_patterns("tree"))
    env = elsewhere(PATH=f"{computer.root}/opt/layso/bin:{os.environ['PATH']}", PIP_QUIET="1")
    for step in [rest for word, rest in last if word == "RUN" and "useradd" not in rest]:
        subprocess.run(["sh", "-euc", step.replace("/tmp/dist", f"{computer.root}/tmp/dist")], env=env, check=True)
    settings = dict(words.split("=", 1) for words in dict(last)["ENV"].split())
    data = computer.root / "volume"
    env |= {**settings, "LAYSO_DATA": str(data), "LAYSO_PORT": str(free_port())}
    assert settings["LAYSO_DATA"] == dict(last)["VOLUME"] and settings["LAYSO_PORT"] == dict(last)["EXPOSE"]
    service = Serving([*json.loads(dict(last)["ENTRYPOINT"]), *json.loads(dict(last)["CMD"])], computer.root, env)
    health = json.loads(dict(last)["HEALTHCHECK"].split("CMD", 1)[1])
    assert subprocess.run(health, env=env).returncode == 0
    service.end(getattr(signal, dict(last)["STOPSIGNAL"]))
    assert (data / "layso.db").is_file() and subprocess.run(health, env=env, capture_output=True).returncode == 1


def taken_at(kiosk: Page) -> int:
    to_confirm(kiosk)
    act(kiosk, "submit")
    return int(number_of(kiosk))


@pytest.mark.browser
@pytest.mark.faults("U7", "I")
def test_the_readmes_ten_minutes_lead_to_a_number_and_back_from_a_backup(
    computer: Computer, new_page: browsers.NewPage
) -> None:
    computer.type(DESCRIBE)
    computer.type(APPLY)
    computer.type(LOGINS)
    computer.type(START)
    kiosk = new_page(browsers.PORTRAIT)
    kiosk.goto(f"http://127.0.0.1:{computer.port}/xa-mau/kiosk/")
    code = kiosk.locator("[data-pairing-code]").get_attribute("data-pairing-code") or ""
    computer.type(CONFIRM, **{PAIRING: code})
    expect(kiosk.locator(".home")).to_be_visible()
    before = taken_at(kiosk)
    copies = computer.root / "var/backups/layso"
    computer.type(BACK)
    assert {name for name in os.listdir(copies) if not name.startswith("layso-")} == {"first.db"}
    kiosk.reload()
    expect(kiosk.locator(".home")).to_be_visible()
    assert taken_at(kiosk) == before + 101
    desk = new_page(browsers.DESK)
    desk.goto(f"http://127.0.0.1:{computer.port}/login")
    desk.locator("[name=login]").fill("quan-tri")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.locator("[name=password]").press("Enter")
    expect(desk).to_have_url(re.compile("/xa-mau/"))
