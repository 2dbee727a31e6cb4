"""Styles and scripts go out compressed: a phone in a queue often has the network of the hall, or none but its own."""

from __future__ import annotations

import gzip

from flask import Response, request

# Pages and answers stay as they are: compressed together with what a visitor sends, secrets could be guessed by length.
KINDS = frozenset({"text/css", "text/javascript", "image/svg+xml"})
MOST = 256

_made: dict[str, bytes] = {}


def compress(answer: Response) -> Response:
    """A whole static text for who takes gzip. It is made once; its tag turns weak, since the bytes are others."""
    if answer.status_code != 200 or answer.mimetype not in KINDS or not request.path.startswith("/static/"):
        return answer
    answer.headers.pop("Content-Disposition", None)
    answer.vary.add("Accept-Encoding")
    tag = answer.get_etag()[0]
    if not tag or request.headers.get("Range") or not request.accept_encodings["gzip"]:
        return answer
    if tag not in _made:
        if len(_made) >= MOST:
            _made.clear()
        answer.direct_passthrough = False
        _made[tag] = gzip.compress(answer.get_data(), mtime=0)
    answer.close()
    answer.direct_passthrough = False
    answer.set_data(_made[tag])
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers.pop("Accept-Ranges", None)
    answer.set_etag(tag, weak=True)
    return answer
