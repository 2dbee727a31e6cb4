"""The headers that every answer bears, whoever makes it: a page, a refusal, a socket, or the wire itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "frame-src 'self'",
    )
)
EVERYWHERE = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

Wsgi = Callable[..., Iterable[bytes]]


def missing(there: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that an answer with these headers lacks."""
    named = {name.lower() for name, _value in there}
    return [(name, value) for name, value in EVERYWHERE if name.lower() not in named]


def guarded(app: Wsgi, path: str) -> Wsgi:
    """WSGI whose answers below `path` bear them too: what stands there makes its answers by itself."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(path):
            return app(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *missing(headers)], *more)

        return app(environ, start)

    return run
