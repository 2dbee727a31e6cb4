"""A site's slip as data: its parts, its own words, its logo, the same on every kind of paper."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kiosk.config_refusals import line
from printer_templates import Slip, SlipLabels, slip_escpos, slip_pdf, slip_png
from tests.api_kit import Kit
from tests.kit import small_site
from tests.printer_simulator import Reader
from tests.test_desk import person
from ticketing.desk.config.forms import filled
from ticketing.desk.config.sections import BY_NAME
from ticketing.papers.slips import slip_for
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules.sites import Site
from ticketing.rules.slips import BLOCKS, SlipLayout

PAGE = "/ward/supervisor/config/slip"
URL = "https://example.vn/t/Zx81kQ0pLw7vN3bT5yRfAg"
LABELS = SlipLabels("Số thứ tự", "Quét mã để theo dõi", "Phiếu này không phải giấy hẹn.", "Xin cảm ơn!")


def logo(size: tuple[int, int] = (160, 80), kind: str = "seal") -> bytes:
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    if kind == "seal":
        pen.ellipse((4, 4, size[0] - 5, size[1] - 5), outline=0, width=6)
        pen.line((20, size[1] // 2, size[0] - 20, size[1] // 2), fill=0, width=5)
    elif kind == "grey":
        image = Image.linear_gradient("L").resize(size)
    elif kind == "black":
        pen.rectangle((0, 0, *size), fill=0)
    out = io.BytesIO()
    image.save(out, "png")
    return out.getvalue()


def as_text(png: bytes) -> str:
    return b64encode(png).decode()


def refusal(site: Site) -> str:
    with pytest.raises(ConfigError) as refused:
        parse_sites(write_sites([site]), "centre.toml")
    assert len(refused.value.problems) == 1
    return line(refused.value.problems[0])


FULL = SlipLayout(("ahead", "code"), "Tầng 1, cửa A", "Ground floor", "Hẹn gặp lại!", "See you!", as_text(logo()), 58)


def test_a_layout_comes_back_from_its_file_as_it_was() -> None:
    site = replace(small_site(), slip=FULL)
    assert parse_sites(write_sites([site]), "centre.toml") == [site]


@pytest.mark.parametrize("layout, reason", [
    (replace(FULL, blocks=("ahead", "weather")), "slip.blocks[1]: must be one of site_name, procedure"),
    (replace(FULL, blocks=("ahead", "ahead")), "slip.blocks[1]: part of the slip 'ahead' is named twice"),
    (replace(FULL, width=70), "slip.width: must be one of 58, 80, not 70"),
    (replace(FULL, header="x" * 301), "slip.header: must be a text of at most 300 characters"),
    (replace(FULL, logo="none"), "slip.logo: must be a PNG in base64"),
    (replace(FULL, logo=as_text(b"GIF89a" + bytes(60))), "slip.logo: must be a PNG in base64"),
    (replace(FULL, logo=as_text(logo()[:60])), "slip.logo: must be a PNG in base64"),
    (replace(FULL, logo=as_text(logo((400, 80)))), "slip.logo: is 400 x 80 dots, at most 376 x 240 are taken"),
    (replace(FULL, logo=as_text(logo() + bytes(8192))), "bytes, at most 8,192 are taken"),
    (replace(FULL, logo=as_text(logo(kind="white"))), "slip.logo: is all white or all black on paper"),
    (replace(FULL, logo=as_text(logo(kind="black"))), "slip.logo: is all white or all black on paper"),
    (replace(FULL, logo=as_text(logo(kind="grey"))), "slip.logo: is more grey than black and white"),
])  # fmt: skip
def test_a_layout_that_cannot_be_printed_is_refused_with_its_reason(layout: SlipLayout, reason: str) -> None:
    assert reason in refusal(replace(small_site(), slip=layout))


@pytest.mark.parametrize("width_mm", [58, 80])
def test_logo_and_own_words_stand_on_png_pdf_and_paper(width_mm: int) -> None:
    slip = Slip("1001", "Trung tâm", URL, LABELS, "Hộ tịch", header="Tầng 1", footer="Hẹn gặp lại!", logo=logo())
    png = slip_png(slip, width_mm)
    paper = Reader(width_mm)
    paper.feed(slip_escpos(slip, width_mm))
    assert paper.errors == [] and paper.papers[0].is_picture(png) and paper.papers[0].codes() == [URL]
    picture = Image.open(io.BytesIO(png)).convert("L")
    seal = Image.open(io.BytesIO(logo())).point(lambda value: 255 if value >= 128 else 0)
    left, top = (picture.width - seal.width) // 2, 12 if width_mm == 58 else 16
    assert picture.crop((left, top, left + seal.width, top + seal.height)).tobytes() == seal.tobytes()
    page = pypdfium2.PdfDocument(slip_pdf(slip, width_mm))[0]
    said = page.get_textpage().get_text_range()
    assert "Tầng 1" in said and said.rstrip().endswith("Hẹn gặp lại!")
    drawn = page.render(scale=203 / 72).to_pil().convert("L")
    inner = drawn.crop(((drawn.width - seal.width) // 2, 0, (drawn.width + seal.width) // 2, seal.height + 20))
    ink = sum(inner.histogram()[:128]) / seal.histogram()[0]
    assert 0.9 < ink < 1.1


def test_a_slip_without_a_code_and_a_reprint_are_drawn() -> None:
    slip = Slip("1001", "Trung tâm", "", LABELS, "Hộ tịch", reprint="IN LẠI 2")
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(slip_png(slip)))) == []
    said = pypdfium2.PdfDocument(slip_pdf(slip))[0].get_textpage().get_text_range()
    assert "IN LẠI 2" in said and "Quét mã" not in said


def test_only_the_layouts_parts_are_on_a_sites_slip(tmp_path: Path) -> None:
    layout = SlipLayout(("ahead",), "Tầng 1", "", "", "See you!", "", 58)
    with Kit(tmp_path, hotline="1022", slip=layout) as kit:
        code = kit.take(lang="en")["code"]
        with kit.app.test_request_context():
            slip = slip_for(kit.office.slip(code), copy=2)
        path = f"/tickets/{code}/slip.png"
        assert Image.open(io.BytesIO(kit.call("GET", path).data)).width == 384
        assert Image.open(io.BytesIO(kit.call("GET", f"{path}?width=80").data)).width == 576
    assert (slip.url, slip.hotline, slip.dossiers, slip.site_name, slip.labels.thanks) == ("", "", "", "", "")
    assert slip.ahead and slip.issued and slip.labels.not_a_receipt and slip.reprint == "REPRINT 2"
    assert (slip.header, slip.footer) == ("Tầng 1", "See you!")


def test_every_part_has_its_place_on_the_slip() -> None:
    assert SlipLayout().blocks == BLOCKS


def test_a_layout_is_changed_on_its_page_and_seen_before_and_after(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        admin, supervisor = person(kit, "tu"), person(kit, "ha")
        picture = "/ward/supervisor/slip.png?words="
        before = supervisor.get(PAGE).text.split("<html", 1)[1][:20]
        vi, en = (supervisor.get(picture + lang) for lang in ("vi", "en"))
        assert supervisor.get(PAGE).text.split("<html", 1)[1][:20] == before, "a picture changes nobody's language"
        for lang in ("vi", "en"):
            assert f'{picture}{lang}"' in supervisor.get(PAGE).text
        assert vi.mimetype == "image/png" and vi.data != en.data
        site = kit.office.site("ward")
        form = filled(BY_NAME["slip"].inputs, site.slip).to_dict(flat=False) | {"header": "Tầng 1", "width": "58"}
        asked = {"version": "1", "step": "review", **form}
        assert supervisor.post(PAGE, **asked).status_code == 403
        wrong = admin.post(PAGE, **asked, logo_file=(io.BytesIO(b"GIF89a"), "seal.gif"))
        assert wrong.status_code == 422 and "The logo must be a PNG." in wrong.text
        review = admin.post(PAGE, **asked, logo_file=(io.BytesIO(logo()), "seal.png"))
        assert review.status_code == 200 and review.text.count("data:image/png;base64,") == 2
        assert f'name="logo" value="{as_text(logo())}"' in review.text
        done = asked | {"step": "confirm", "reason": "Biểu trưng mới", "logo": as_text(logo())}
        assert admin.post(PAGE, **done).status_code == 303
        after = kit.office.site("ward").slip
        assert (after.header, after.width, after.logo) == ("Tầng 1", 58, as_text(logo()))
        assert Image.open(io.BytesIO(supervisor.get(picture + "vi").data)).width == 384
