"""A line to PostgreSQL that is cut at the one moment that matters: at a commit."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal
from urllib.parse import parse_qs, urlsplit

BEGUN, WRITTEN, DONE = b"BEGIN\0", b"UPDATE 2\0", b"COMMIT\0"
# No statement that asks, in the midst of a transaction, is as long as a ticket.
ORDER = 800
Where = Literal["", "order", "answer"]


class CutLine:
    """Carries what clients and the database of `url` say. `cut_at` "order" loses what the next transaction writes, with
    its commit, on the way there; "answer" the answer on the way back, when all is done. Then it is whole again."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://layso@127.0.0.1:{self._listener.getsockname()[1]}{parts.path}"
        self.cut_at: Where = ""
        self.cuts = 0
        # What happens before the client notices.
        self.meanwhile: Callable[[], object] = lambda: None
        self._door = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self._socket)
                except OSError:
                    client.close()
                    continue
                heard = bytearray()
                for which in (self._orders, self._answers):
                    threading.Thread(target=which, args=(client, server, heard), daemon=True).start()

    def _orders(self, client: socket.socket, server: socket.socket, heard: bytearray) -> None:
        with suppress(OSError):
            while said := client.recv(65536):
                if self.cut_at == "order" and BEGUN in heard and len(said) > ORDER:
                    break
                server.sendall(said)
        self._cut(client, server)

    def _answers(self, client: socket.socket, server: socket.socket, heard: bytearray) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                heard += said
                if self.cut_at == "answer" and WRITTEN in heard:
                    if DONE in heard:
                        break
                    continue
                if DONE in heard:
                    heard.clear()
                client.sendall(said)
        self._cut(client, server)

    def _cut(self, *ends: socket.socket) -> None:
        with self._door:
            if self.cut_at:
                self.cuts += 1
                self.cut_at = ""
                self.meanwhile()
            for end in ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def close(self) -> None:
        self._listener.close()
