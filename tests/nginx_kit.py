"""nginx with the configuration of deploy/, on free ports, with a certificate of its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serving import ROOT, free_port
from tests.waiting import until

CONFIGURATION = ROOT / "deploy/nginx/layso.conf"
MISSING = "nginx is not installed (apt-get install nginx-light): nothing in front of the processes is proven"


class Nginx:
    """`url` leads to the processes on `ports`; `cert` is the file that a client trusts."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("nginx") is None:
            pytest.skip(MISSING)
        self.folder, self.front, self._plain = folder, free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.front}"
        self.cert = folder / "cert.pem"

    def _rendered(self, ports: Sequence[int]) -> Path:
        folder, key = self.folder, self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", key, "-out", self.cert, "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True,
        )  # fmt: skip
        text = CONFIGURATION.read_text(encoding="utf-8")
        for place, port in enumerate(ports):
            text = text.replace(f"127.0.0.1:{8081 + place} ", f"127.0.0.1:{port} ")
        text = re.sub(r"    server 127\.0\.0\.1:808\d .*\n", "", text)
        text = re.sub(r"    listen \[::\].*\n", "", text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self._plain};")
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.front}")
        text = text.replace("/etc/layso/tls/fullchain.pem", str(self.cert)).replace("/etc/layso/tls/key.pem", str(key))
        paths = "".join(
            f"{what}_temp_path {folder}/{what};\n" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf = folder / "nginx.conf"
        conf.write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{ access_log off;\n{paths}{text}\n}}",
            encoding="utf-8",
        )
        return conf

    @contextmanager
    def leading_to(self, ports: Sequence[int]) -> Iterator[Nginx]:
        conf = self._rendered(ports)
        tested = subprocess.run(["nginx", "-t", "-c", conf], capture_output=True, text=True)
        assert tested.returncode == 0, tested.stderr
        with subprocess.Popen(["nginx", "-c", conf], stderr=subprocess.DEVNULL) as nginx:
            try:
                until(lambda: nginx.poll() is not None or not socket.socket().connect_ex(("127.0.0.1", self.front)))
                assert nginx.poll() is None, (self.folder / "errors").read_text()
                yield self
            finally:
                nginx.terminate()
