"""The server as an agent asks it: which paper is next, and what became of it. Standard library alone."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

WAIT_S = 25
PATIENCE_S = 15


class Unreachable(OSError):
    """No answer, or none that the server means: it is asked again."""


class Refused(Exception):
    """The server knows this agent, or this paper, no more. `status` is HTTP's."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Paper:
    """A job of the server's. `seconds` is how long its citizen may still stand there."""

    id: int
    copy: int
    data: bytes
    seconds: float


class Server:
    """`url` as a browser would be given it. One request at a time from each thread."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(url)
        self._parts, self._token = parts, token
        self._site = ""

    def next(self) -> Paper | None:
        """The paper that waits, or None after a while without one."""
        told = self._ask("GET", f"{self._papers()}/jobs?wait={WAIT_S}", patience=WAIT_S + PATIENCE_S)
        if told is None:
            return None
        return Paper(int(told["job"]), int(told["copy"]), b64decode(told["content"]), float(told["seconds"]))

    def tell(self, job: int, state: str, error: str = "") -> None:
        """What became of a paper: sending before its first byte, printed, or broken."""
        self._ask("POST", f"{self._papers()}/jobs/{job}", {"state": state, "error": error[:200]})

    def note(self, state: str, error: str) -> None:
        """How the printer is."""
        self._ask("POST", f"{self._papers()}/state", {"state": state, "error": error[:200]})

    def _papers(self) -> str:
        """Where this agent's site has its papers; the token knows the site."""
        self._site = self._site or str(self._ask("GET", "/agent")["site"])
        return f"/sites/{self._site}/printers"

    def _ask(self, method: str, path: str, body: Any = None, patience: float = PATIENCE_S) -> Any:
        parts, given = self._parts, {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            given["Content-Type"] = "application/json"
        line = self._line(patience)
        try:
            whole = None if body is None else json.dumps(body).encode()
            line.request(method, f"{parts.path.rstrip('/')}/api/v1{path}", whole, given)
            answer = line.getresponse()
            raw = answer.read()
            if answer.status in (429, 500, 502, 503, 504, 507):
                raise Unreachable(f"HTTP {answer.status}")
            told = json.loads(raw) if raw else None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        finally:
            line.close()
        if answer.status >= 400:
            raise Refused(answer.status, str((told or {}).get("detail") or f"HTTP {answer.status}"))
        return told

    def _line(self, patience: float) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=patience, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=patience)
