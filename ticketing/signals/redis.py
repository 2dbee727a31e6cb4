"""News between the servers of a cluster: "look at this site". They say nothing else, so that a lost one costs no more
than the wait until the store is looked at anyhow."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable

import redis

from ticketing.signals.local import Bus

log = logging.getLogger(__name__)
CHANNEL = "layso"
RETRY_S = 0.5
PATIENCE_S = 1.0


class RedisBus(Bus):
    """A bus whose news reach every process that has one on the same Redis; `channel` keeps databases apart. Without
    Redis it is a local one, until Redis is back."""

    def __init__(self, url: str, channel: str, start: Callable[[Callable[[], None]], object] | None = None) -> None:
        super().__init__()
        self._channel = f"{CHANNEL}:{channel}"
        self._me = secrets.token_hex(8)
        how = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S, "protocol": 2}
        self._redis = redis.Redis.from_url(url, **how)
        self._changed: set[str] = set()
        self._wake = threading.Event()
        self._closed = False
        self.connected = False
        start = start or (lambda work: threading.Thread(target=work, daemon=True).start())
        start(self._tell)
        start(self._hear)

    def publish(self, site: str) -> None:
        self.heard(site)
        self._changed.add(site)
        self._wake.set()

    def _tell(self) -> None:
        """Beside those who publish, so that none of them waits for Redis."""
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closed:
                return
            while self._changed:
                site = self._changed.pop()
                try:
                    self._redis.publish(self._channel, f"{self._me} {site}")
                except redis.RedisError:
                    # Whoever should have heard looks by himself.
                    self._changed.clear()

    def _hear(self) -> None:
        while not self._closed:
            try:
                self._listen()
            except (redis.RedisError, OSError) as error:
                if self.connected:
                    log.warning("Redis is lost: changes are looked for", extra={"reason": type(error).__name__})
                self.connected = False
                self._rest.wait(RETRY_S)

    _rest = threading.Event()

    def _listen(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(self._channel)
            log.info("changes are heard through Redis")
            self.connected = True
            while not self._closed:
                message = heard.get_message(timeout=PATIENCE_S / 2)
                if message is None:
                    heard.ping()
                elif isinstance(message.get("data"), bytes):
                    sender, _, site = message["data"].decode(errors="replace").partition(" ")
                    if sender != self._me:
                        self.heard(site)

    def close(self) -> None:
        self._closed = True
        self._wake.set()
