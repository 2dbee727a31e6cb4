"""What our figures are held against, on the server class that serves Lấy Số: a bare Flask application that answers
nothing, and a bare Socket.IO that emits what it is given. As a process it says its port and ends with its input."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def bare() -> Iterator[tuple[int, int]]:
    """Port and process id of the running application."""
    words = [sys.executable, "-m", "tests.bench.bare"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid
    finally:
        process.kill()
        process.wait()


def main() -> None:
    from gevent import monkey

    monkey.patch_all()
    from flask import Flask, Response, request
    from flask_socketio import SocketIO, join_room

    from kiosk.serving import Server, listen

    app = Flask("bare")
    sockets = SocketIO(app, async_mode="gevent", cors_allowed_origins=lambda origin, environ: True)

    @app.route("/empty", methods=["GET", "POST"])
    def empty() -> Response:
        return Response(b"{}", mimetype="application/json")

    @app.post("/emit")
    def emit() -> Response:
        content = request.get_json()
        sockets.start_background_task(sockets.emit, "board", content, to="walls", namespace="/display")
        return Response(b"{}", mimetype="application/json")

    @sockets.on("connect", namespace="/display")
    def connected(auth: object) -> None:
        join_room("walls")
        sockets.emit("board", {"fields": [{"code": "CN", "issued": 0}]}, to=request.sid, namespace="/display")  # type: ignore[attr-defined]

    listener = listen("127.0.0.1", 0)
    server = Server(listener, app, None)
    server.start()
    print(listener.getsockname()[1], flush=True)
    import gevent.fileobject

    gevent.fileobject.FileObject(sys.stdin.buffer, close=False).read()


if __name__ == "__main__":
    main()
