"""`layso launcher`: what a kiosk's or a wall's computer needs to open its page by itself."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from kiosk.commanding import Command
from kiosk.datadir import Refused

HERE = Path(__file__).with_name("launcher")
SCRIPT = "layso-screen"
FILES = (SCRIPT, "start.html", "start.js", "start.css", "layso-screen.service", "layso.service")
SAMPLE_PAGE = '"http://192.0.2.10:8080/demo/kiosk/"'
SAMPLE_SERVER = '--port 8080 --public-url "http://192.0.2.10:8080"'


@click.command(
    "launcher", cls=Command, example="layso launcher --url http://192.0.2.10:8080/demo/kiosk/ screen"
)
@click.option("--url", metavar="URL", required=True, help="The page that the screen shows.")
@click.option("--tls-cert", metavar="F", default="", help="The server's certificate chain, for its unit.")
@click.option("--tls-key", metavar="F", default="", help="Its private key.")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def launcher(url: str, tls_cert: str, tls_key: str, directory: Path) -> None:
    """Write what opens URL on a computer's whole screen into DIR.

    These are a script, the start page with which it waits for the server, and two systemd units: one for the
    screen, one for the server. Copy DIR as layso-screen into the home of the screen's user; that computer needs
    Chromium and nothing of Lấy Số. With a certificate and an https:// address the server answers at its port itself.
    """
    _check(url, tls_cert, tls_key)
    directory = directory.absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            target = directory / name
            target.write_text(filled(name, url, tls_cert, tls_key), encoding="utf-8")
            target.chmod(0o755 if name == SCRIPT else 0o644)
    except OSError as error:
        raise Refused(f"{directory} can't be written: {error.strerror}") from None
    click.echo(f"Wrote {', '.join(FILES)} into {directory}.")
    click.echo(f"Try it:  {directory / SCRIPT} {url}")


def _check(url: str, cert: str, key: str) -> None:
    if bool(cert) is not bool(key):
        raise click.UsageError("a certificate and its key go together: give --tls-cert and --tls-key")
    if cert and not url.startswith("https:"):
        raise click.UsageError("with a certificate --url begins with https://")
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not url.isascii() or not url.isprintable() or set(url) & set(" \"'\\"):
        raise click.UsageError(
            "--url must be an address as a browser shows it, beginning with http:// or https://"
        )


def filled(name: str, url: str, cert: str = "", key: str = "") -> str:
    """A file of the launcher with its sample addresses replaced by these."""
    text = (HERE / name).read_text(encoding="utf-8")
    if not name.endswith(".service"):
        return text
    text = text.replace(SAMPLE_PAGE, _quoted(url))
    return text.replace(SAMPLE_SERVER, _server_options(url, cert, key))


def _server_options(url: str, cert: str, key: str) -> str:
    parts = urlsplit(url)
    options = f"--public-url {_quoted(f'{parts.scheme}://{parts.netloc}')}"
    if cert:
        files = f"--tls-cert {_quoted(_absolute(cert))} --tls-key {_quoted(_absolute(key))}"
        return f"--port {parts.port or 443} {options} {files}"
    # Without a port, or over HTTPS, a proxy stands in front, and the server keeps its own port behind it.
    own = parts.port if parts.scheme == "http" and parts.port else 8080
    return f"--port {own} {options}"


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _quoted(word: str) -> str:
    """One argument of ExecStart, in which systemd would read \\, %, and $ otherwise."""
    for sign, safe in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, safe)
    return f'"{word}"'
