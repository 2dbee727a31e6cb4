"""Who asks, where a proxy stands before the service: its word holds when it is one that the operator named."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Some proxies write a port behind the address, and some call a websocket's scheme by its own name.
PORT = re.compile(r"^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$")
SCHEMES = {"http": "http", "ws": "http", "https": "https", "wss": "https"}


def networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError that names the part which is neither an address nor a network."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise ValueError(f"{part!r} is not an address or a network such as 10.0.0.0/24") from None
    return tuple(found)


def _address(text: str) -> Address | None:
    with_port = PORT.match(text)
    if with_port:
        text = with_port[1] or with_port[2]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class Proxies:
    """Those whose X-Forwarded-For, X-Forwarded-Proto and Host hold. Nobody's by default."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def __bool__(self) -> bool:
        return bool(self._trusted)

    def trusts(self, peer: str) -> bool:
        return bool(self._trusted) and self._trust(_address(peer))

    def _trust(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)

    def client(self, peer: str, forwarded: str) -> str:
        """The nearest address that no trusted proxy has: what stands before it anybody may have written."""
        nearest = peer
        for part in reversed(forwarded.split(",")):
            address = _address(part.strip())
            if address is None:
                break
            nearest = str(address)
            if not self._trust(address):
                break
        return nearest


class BehindProxy:
    """WSGI: a request that a trusted proxy brings is its visitor's own to everything within."""

    def __init__(self, app: Callable[..., Iterable[bytes]], proxies: Proxies) -> None:
        self._app, self._proxies = app, proxies
        self._fixed = ProxyFix(app, x_for=0, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR") or ""
        if not self._proxies.trusts(peer):
            return self._app(environ, start_response)
        environ["REMOTE_ADDR"] = self._proxies.client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        environ["HTTP_X_FORWARDED_PROTO"] = SCHEMES.get(scheme, "")
        return self._fixed(environ, start_response)
