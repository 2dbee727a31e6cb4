"""Processes that listen on one port share those that connect at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

CONNECT = """
import sys
from gevent import monkey
monkey.patch_all()
import socket
from gevent.event import Event
from flask import Flask
from kiosk.serving import Server, listen

came = Event()

class First(Server):
    def handle(self, sock, address):
        self.stop_accepting()
        came.set()

with listen("127.0.0.1", 0) as listener:
    clients = [socket.create_connection(listener.getsockname()) for _ in range(10)]
    server = First(listener, Flask("app"), None, shared=sys.argv[1] == "shared")
    server.start()
    came.wait()
    left = 0
    listener.settimeout(0)
    try:
        while True:
            listener.accept()
            left += 1
    except BlockingIOError:
        print(10 - left)
"""


@pytest.mark.parametrize(("how", "taken"), [("shared", "1"), ("alone", "10")])
def test_who_shares_a_port_takes_one_of_those_that_wait_and_leaves_the_rest(how: str, taken: str) -> None:
    done = subprocess.run([sys.executable, "-c", CONNECT, how], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == taken
