"""What a browser loads beside a page: compressed where that helps."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.api_kit import Kit


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("static")) as kit:
        yield kit


def static(kit: Kit, path: str, **headers: str) -> TestResponse:
    return kit.client.get(f"/static/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("path", ["css/base.css", "js/phone.js", "vendor/socket.io.esm.min.js"])
def test_a_style_or_script_is_the_same_compressed_and_asked_for_once(kit: Kit, path: str) -> None:
    plain = static(kit, path)
    for _ in range(2):
        small = static(kit, path, Accept_Encoding="gzip, deflate, br")
        assert (small.status_code, small.headers["Content-Encoding"]) == (200, "gzip")
        assert gzip.decompress(small.data) == plain.data
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert {"Content-Encoding", "Content-Disposition"}.isdisjoint(plain.headers.keys())
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    again = static(kit, path, Accept_Encoding="gzip", If_None_Match=small.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_a_refusal_and_what_is_no_text_are_not_compressed(kit: Kit) -> None:
    part = static(kit, "css/base.css", Accept_Encoding="gzip", Range="bytes=0-9")
    assert (part.status_code, len(part.data)) == (206, 10)
    assert "Content-Encoding" not in part.headers
    assert "Content-Encoding" not in static(kit, "css/base.css", Accept_Encoding="gzip;q=0").headers
    assert "Content-Encoding" not in static(kit, "css/nothing.css", Accept_Encoding="gzip").headers
    assert "Content-Encoding" not in static(kit, "img/favicon.ico", Accept_Encoding="gzip").headers
