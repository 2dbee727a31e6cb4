"""News between the servers of a cluster: "look at this site", "print this paper". They say nothing else, so that a lost
one costs no more than the wait until the store is looked at anyhow."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress

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
        self._sites, self._papers = f"{CHANNEL}:{channel}", f"{CHANNEL}:{channel}:papers"
        self._me = secrets.token_hex(8)
        how = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S, "protocol": 2}
        self._redis = redis.Redis.from_url(url, **how)
        self._untold: set[tuple[str, str]] = set()
        self._wake = threading.Event()
        self._closed = False
        self.connected = False
        start = start or (lambda work: threading.Thread(target=work, daemon=True).start())
        start(self._tell)
        start(self._hear)

    def publish(self, site: str) -> None:
        self.heard(site)
        self._say(self._sites, site)

    def release(self, site: str, printer: str, job_id: int) -> None:
        self._say(self._papers, json.dumps([site, printer, job_id]))

    def _say(self, channel: str, what: str) -> None:
        self._untold.add((channel, f"{self._me} {what}"))
        self._wake.set()

    def _tell(self) -> None:
        """Beside those who publish, so that none of them waits for Redis."""
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closed:
                return
            while self._untold:
                try:
                    self._redis.publish(*self._untold.pop())
                except redis.RedisError:
                    # Whoever should have heard looks by himself.
                    self._untold.clear()

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
            heard.subscribe(self._sites, self._papers)
            log.info("changes are heard through Redis")
            self.connected = True
            while not self._closed:
                message = heard.get_message(timeout=PATIENCE_S / 2)
                if message is None:
                    heard.ping()
                elif message["type"] == "message":
                    sender, _, what = message["data"].decode(errors="replace").partition(" ")
                    if sender != self._me:
                        self._hear_of(message["channel"].decode(), what)

    def _hear_of(self, channel: str, what: str) -> None:
        if channel == self._sites:
            self.heard(what)
            return
        # Another version may say it in another way.
        with suppress(ValueError, TypeError):
            self.released(*json.loads(what))

    def close(self) -> None:
        self._closed = True
        self._wake.set()
