"""The bytes for a thermal printer, and how lines are broken."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer_templates import Slip, SlipLabels, fonts, raster, slip_escpos, slip_pdf, slip_png
from printer_templates.layout import Page, Text
from printer_templates.text import clean, wrap
from printer_templates.trial import Trial, trial_page

URL = "https://example.vn/demo/"
SLIP = Slip(
    "1001",
    "Trung tâm Phục vụ hành chính công phường Trấn Biên",
    "https://example.vn/t/Zx81kQ0pLw7vN3bT5yRfAg",
    SlipLabels("SỐ THỨ TỰ", "Quét mã để theo dõi", "Phiếu này không phải giấy hẹn.", "Xin cảm ơn!"),
    "Hộ tịch",
    rehearsal="DIỄN TẬP – phiếu không có giá trị",
)


def read_printer(data: bytes) -> tuple[list[str], Image.Image]:
    """Obey the commands as a printer would: their names in order, and the paper's dots."""
    stream, names, bands = io.BytesIO(data), [], []
    while command := stream.read(2):
        if command == b"\x1b@":
            names.append("initialise")
        elif command == b"\x1bd":
            names.append(f"feed {stream.read(1)[0]}")
        elif command == b"\x1dV":
            names.append(f"cut {stream.read(1)[0]}")
        elif command == b"\x1dv":
            mode = stream.read(2)
            assert mode == b"0\x00"
            stride, rows = (int.from_bytes(stream.read(2), "little") for _ in range(2))
            dots = stream.read(stride * rows)
            assert len(dots) == stride * rows
            names.append("raster")
            bands.append((stride, rows, dots))
        else:
            raise AssertionError(f"unknown command {command!r}")
    assert {stride for stride, _, _ in bands} == {bands[0][0]}
    assert max(rows for _, rows, _ in bands) <= 255
    size = (8 * bands[0][0], sum(rows for _, rows, _ in bands))
    return names, Image.frombytes("1", size, b"".join(dots for _, _, dots in bands))


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_printer_that_obeys_the_bytes_prints_the_pixels_of_the_png(width_mm: int) -> None:
    names, paper = read_printer(slip_escpos(SLIP, width_mm))
    png = Image.open(io.BytesIO(slip_png(SLIP, width_mm)))
    rasters = names.count("raster")
    assert rasters > 1
    assert names == ["initialise", *["raster"] * rasters, "feed 4", "cut 1"]
    assert paper.size == png.size
    black_on_paper = paper.convert("L").point(lambda value: 255 - value)
    assert black_on_paper.tobytes() == png.convert("L").tobytes()


@pytest.mark.parametrize("width_mm", [70, 0, 57, 112])
@pytest.mark.parametrize("render", [slip_pdf, slip_png, slip_escpos])
def test_paper_of_another_width_is_refused(render: object, width_mm: int) -> None:
    assert callable(render)
    with pytest.raises(ValueError, match="58 or 80"):
        render(SLIP, width_mm)


@given(st.text(alphabet="aĐễộư MW–-1\N{NO-BREAK SPACE}", max_size=120), st.booleans())
@settings(deadline=None, max_examples=150)
def test_broken_lines_fit_and_lose_no_letter(raw: str, balanced: bool) -> None:
    fonts.register()
    text = clean(raw)
    lines = wrap(text, fonts.BOLD, 25, 200, balanced)
    assert all(fonts.width(line, fonts.BOLD, 25) <= 200 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_name_of_two_parts_is_broken_at_its_dash() -> None:
    fonts.register()
    name = "Bộ phận Tiếp nhận và Trả kết quả – Trung tâm Phục vụ hành chính công phường Trấn Biên"
    first, *rest = wrap(name, fonts.BOLD, 30, 536)
    assert first == "Bộ phận Tiếp nhận và Trả kết quả –"
    assert len(rest) == 2
    assert " ".join((first, *rest)) == name


def test_cleaned_text_is_composed_and_has_single_spaces() -> None:
    assert clean(unicodedata.normalize("NFD", " Hộ\r\n\ttịch\u2028Đất ")) == "Hộ tịch Đất"
    assert clean("a\u200bb\x1b@\ud800c") == "ab@c"


@pytest.mark.parametrize("width_mm", [58, 80])
def test_on_the_test_page_no_mark_touches_the_line_above_it(width_mm: int) -> None:
    page = trial_page(Trial("Trang in thử", ("Sảnh – tcp://192.0.2.7:9100", "08:00 23/11/2026"), URL), width_mm)
    lines = [ink(page, mark) for mark in page.marks if isinstance(mark, Text)]
    assert len(lines) > 10
    for above, below in pairwise(lines):
        assert not (above & below), "ink on ink"


def ink(page: Page, mark: Text) -> set[tuple[int, int]]:
    """The dots of one line, and their neighbours below."""
    drawn = raster.draw(replace(page, marks=(mark,)))
    dark = drawn.convert("L").point(lambda value: 255 - value).getbbox()
    assert dark is not None
    left, top, right, bottom = dark
    dots = {(x, y) for x in range(left, right) for y in range(top, bottom) if drawn.getpixel((x, y)) == 0}
    return dots | {(x, y + 1) for x, y in dots}
