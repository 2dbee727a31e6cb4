"""The launcher of kiosk and wall computers: the command that writes it, and the script itself."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import layso
from kiosk.cli_launcher import FILES, HERE

URL = "http://192.0.2.20:8090/demo/display/?screen=lobby&lang=en"
SCRIPT = HERE / "layso-screen"
FLAGS = [
    "--kiosk",
    "--kiosk-printing",
    "--autoplay-policy=no-user-gesture-required",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
]
SHELLS = ["sh", "dash", "bash"]

RECORDER = """#!/bin/sh
{{ echo "start $$"; printf '%s\\n' "$@"; echo end; }} > '{told}'
{then}
"""


def write(*words: str | Path) -> Result:
    return CliRunner().invoke(layso, ["launcher", *map(str, words)], prog_name="layso")


# -- the command --------------------------------------------------------------------------------------


def test_the_command_writes_every_file_and_the_script_can_be_started(tmp_path: Path) -> None:
    done = write("--url", URL, tmp_path / "new" / "screen")
    assert done.exit_code == 0, done.output
    written = {path.name: path for path in (tmp_path / "new" / "screen").iterdir()}
    assert set(written) == set(FILES) == {path.name for path in HERE.iterdir()}
    assert {name for name, path in written.items() if path.stat().st_mode & stat.S_IXUSR} == {"layso-screen"}
    for name in ("layso-screen", "start.html", "start.js", "start.css"):
        assert written[name].read_bytes() == (HERE / name).read_bytes()
    assert str(written["layso-screen"]) in done.output
    again = write("--url", URL, tmp_path / "new" / "screen")
    assert again.exit_code == 0


@pytest.mark.faults("I")
def test_the_units_name_the_address_and_no_place_of_the_computer_that_wrote_them(tmp_path: Path) -> None:
    place = tmp_path / "a place"
    assert write("--url", URL + "&x=50%25$", place).exit_code == 0
    screen = (place / "layso-screen.service").read_text(encoding="utf-8")
    assert f'ExecStart="%h/layso-screen/layso-screen" "{URL}&x=50%%25$$"\n' in screen
    server = (place / "layso.service").read_text(encoding="utf-8")
    assert 'serve --host 0.0.0.0 --port 8090 --public-url "http://192.0.2.20:8090"\n' in server
    for unit in (screen, server):
        assert "192.0.2.10" not in unit and str(tmp_path) not in unit
        assert "Restart=always\n" in unit


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("https://so.example.vn/demo/kiosk/", '--port 8080 --public-url "https://so.example.vn"'),
        ("https://so.example.vn:8443/a/kiosk/", '--port 8080 --public-url "https://so.example.vn:8443"'),
        ("http://so.example.vn/demo/kiosk/", '--port 8080 --public-url "http://so.example.vn"'),
    ],
)
def test_behind_a_proxy_the_server_keeps_its_own_port(tmp_path: Path, url: str, options: str) -> None:
    assert write("--url", url, tmp_path).exit_code == 0
    assert f" {options}\n" in (tmp_path / "layso.service").read_text(encoding="utf-8")


@pytest.mark.faults("I")
@pytest.mark.parametrize(
    ("url", "port"), [("https://so.example.vn/a/kiosk/", 443), ("https://so.example.vn:8443/", 8443)]
)
def test_with_a_certificate_the_server_answers_at_its_port_itself(tmp_path: Path, url: str, port: int) -> None:
    files = ("--tls-cert", "/etc/layso/cert.pem", "--tls-key", "/etc/layso/key.pem")
    assert write("--url", url, *files, tmp_path).exit_code == 0
    unit = (tmp_path / "layso.service").read_text(encoding="utf-8")
    assert ' --tls-cert "/etc/layso/cert.pem" --tls-key "/etc/layso/key.pem"\n' in unit
    assert f" --port {port} --public-url " in unit and "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in unit


@pytest.mark.parametrize("words", [("--tls-cert", "c"), ("--tls-key", "k"), ("--tls-cert", "c", "--tls-key", "k")])
def test_half_a_certificate_or_one_without_https_is_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = write("--url", URL, *words, tmp_path / "screen")
    assert refused.exit_code == 2 and "certificate" in refused.output
    assert not (tmp_path / "screen").exists()


@pytest.mark.faults("I")
@pytest.mark.parametrize(("scope", "name"), [("user", "layso-screen.service"), ("system", "layso.service")])
def test_systemd_where_it_is_takes_the_units(tmp_path: Path, scope: str, name: str) -> None:
    assert write("--url", URL, tmp_path).exit_code == 0
    text = (tmp_path / name).read_text(encoding="utf-8")
    for program in ("%h/layso-screen/layso-screen", "/opt/layso/bin/layso"):
        text = text.replace(program, "/bin/true")
    (tmp_path / name).write_text(text, encoding="utf-8")
    if shutil.which("systemd-analyze"):
        command, env = ["systemd-analyze", f"--{scope}", "verify", tmp_path / name], {"XDG_RUNTIME_DIR": str(tmp_path)}
        verified = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True)
        assert (verified.returncode, [line for line in verified.stderr.splitlines() if name in line]) == (0, [])


@pytest.mark.parametrize(
    "url",
    ["", "demo/kiosk", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://x:port/", 'http://x/"y',
     "http://x/a b", "http://x/\nExecStartPre=true", "http://x/đ"],
)  # fmt: skip
def test_what_is_no_address_is_wrong_usage_and_writes_nothing(tmp_path: Path, url: str) -> None:
    refused = write("--url", url, tmp_path / "screen")
    assert refused.exit_code == 2
    assert "--url" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_not_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = write("--url", URL, tmp_path / "file" / "below")
    assert refused.exit_code == 1
    assert "can't be written" in refused.output
    assert len(refused.output.splitlines()) == 1


# -- the script ---------------------------------------------------------------------------------------


class Screen:
    """The script with a browser that tells a pipe how it was started, and stays or ends."""

    def __init__(self, folder: Path, then: str, *words: str) -> None:
        self.folder = folder
        self.told = folder / "told"
        os.mkfifo(self.told)
        browsers = folder / "bin"
        browsers.mkdir()
        browser = browsers / "chromium"
        browser.write_text(RECORDER.format(told=self.told, then=then))
        browser.chmod(0o755)
        env = {"PATH": f"{browsers}:{os.environ['PATH']}", "HOME": str(folder)}
        self.process = subprocess.Popen(
            ["sh", str(SCRIPT), *(words or (URL,))], env=env, stderr=subprocess.PIPE, text=True
        )

    def started(self) -> tuple[int, list[str]]:
        """Waits for a start of the browser: its process, and the words it was given."""
        with self.told.open() as pipe:
            first, *words, last = pipe.read().splitlines()
        assert last == "end"
        return int(first.split()[1]), words

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[list[Screen]]:
    made: list[Screen] = []
    yield made
    for screen in made:
        if screen.process.poll() is None:
            screen.end()


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has collected yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_parses_in_every_plain_shell(shell: str) -> None:
    checked = subprocess.run([shell, "-n", SCRIPT], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_browser_gets_the_flags_and_the_start_page_with_the_address(
    tmp_path: Path, screens: list[Screen]
) -> None:
    screens.append(
        Screen(tmp_path, "exec tail -f /dev/null", URL, "--", "--window-position=1920,0", "--x=a b")
    )
    pid, words = screens[0].started()
    assert [flag for flag in FLAGS if flag not in words] == []
    assert f"--user-data-dir={tmp_path}/.local/share/layso-screen" in words
    assert words[-3:] == ["--window-position=1920,0", "--x=a b", f"file://{HERE}/start.html#{URL}"]
    assert (tmp_path / ".local/share/layso-screen").is_dir()
    assert screens[0].end() == 0
    assert gone(pid)


def test_a_browser_that_ends_is_started_again_with_the_same_words(
    tmp_path: Path, screens: list[Screen]
) -> None:
    screens.append(Screen(tmp_path, "exit 1"))
    first, words = screens[0].started()
    second, again = screens[0].started()
    assert first != second
    assert words == again
    assert screens[0].end() == 0


def test_the_profile_and_the_browser_can_be_chosen(tmp_path: Path, screens: list[Screen]) -> None:
    words = ("--profile", f"{tmp_path}/two", "--browser", f"{tmp_path}/bin/chromium", "--lang", "en", URL)
    screens.append(Screen(tmp_path, "exec tail -f /dev/null", *words))
    _pid, given = screens[0].started()
    assert {f"--user-data-dir={tmp_path}/two", "--lang=en"} <= set(given)


def run(*words: str, path: str = "") -> subprocess.CompletedProcess[str]:
    env = {"PATH": path or os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *words], env=env, capture_output=True, text=True, timeout=60
    )


def test_help_says_how_to_use_it() -> None:
    helped = run("--help")
    assert helped.returncode == 0
    assert {"--browser", "--profile", "--lang"} <= set(helped.stdout.split())
    assert run("-h").stdout == helped.stdout


@pytest.mark.parametrize(
    "words", [(), ("demo",), ("file:///x",), ("--nonsense", URL), (URL, URL), ("--profile",)]
)
def test_wrong_usage_is_refused_in_one_line(words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1


def test_a_computer_without_a_browser_is_told_what_to_install(tmp_path: Path) -> None:
    refused = run(URL, path=str(tmp_path))
    assert refused.returncode == 1
    assert "apt-get install chromium" in refused.stderr
