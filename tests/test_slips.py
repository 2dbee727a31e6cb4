"""What is on a slip, measured on its pixels and read back from its PDF."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from printer_templates import Slip, SlipLabels, layout, qr, slip_pdf, slip_png

URL = "https://laysotrungtam.dongnai.gov.vn/t/Zx81kQ0pLw7vN3bT5yRfAg"
SITE = "Bộ phận Tiếp nhận và Trả kết quả – Trung tâm Phục vụ hành chính công phường Trấn Biên"
LABELS = SlipLabels(
    title="SỐ THỨ TỰ",
    scan="Quét mã để theo dõi",
    not_a_receipt="Phiếu này không thay thế Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
    thanks="Trân trọng cảm ơn quý khách!",
)
BARE = Slip("1001", SITE, URL, LABELS, "")
FULL = replace(
    BARE,
    number="A001",
    service_name="Đất đai – Xây dựng",
    procedure_name="Đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất "
    "lần đầu đối với tổ chức đang sử dụng đất và người Việt Nam định cư ở nước ngoài",
    dossiers="Số hồ sơ: 2",
    session_name="Buổi sáng",
    issued="07:42 · 23/11/2026",
    ahead="Còn 5 người trước quý khách",
    expected="Dự kiến đến lượt: 9:40",
    processing_time="Thời hạn giải quyết: 03 ngày làm việc",
    late="Nộp sau 15:00: hồ sơ được chuyển xử lý vào ngày làm việc tiếp theo.",
    notices=("Đeo khẩu trang khi vào khu vực làm việc.", "Vui lòng chuẩn bị sẵn bản chính giấy tờ."),
    hotline="Đường dây nóng: 0251-1022",
)
REHEARSAL = replace(FULL, number="M8888", rehearsal="DIỄN TẬP – phiếu không có giá trị")
UNBROKEN = replace(FULL, site_name="Ễ" * 90, procedure_name="W" * 120, notices=("ộ" * 150,))
WIDTHS = pytest.mark.parametrize("width_mm", [58, 80])
DOTS = {58: 384, 80: 576}


def decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def page_of(data: bytes) -> Any:
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    return document[0]


def rendered(data: bytes, dpi: float = 8 * 25.4) -> Image.Image:
    return page_of(data).render(scale=dpi / 72).to_pil().convert("L")


def words_of(data: bytes) -> str:
    return " ".join(page_of(data).get_textpage().get_text_range().split())


def ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(image.convert("L")).point(lambda value: 255 if value > 40 else 0).getbbox()
    assert box is not None
    return box


def inked_bands(image: Image.Image) -> list[int]:
    """Heights of the groups of rows with ink, from the top down."""
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    rows = [dark.crop((0, y, dark.width, y + 1)).getbbox() is not None for y in range(dark.height)]
    return [len(run) for run in re.findall("#+", "".join("#" if row else " " for row in rows))]


def code_mark(slip: Slip, width_mm: int) -> layout.Code:
    (mark,) = (mark for mark in layout.compose(slip, width_mm).marks if isinstance(mark, layout.Code))
    return mark


@WIDTHS
@pytest.mark.parametrize("slip", [BARE, FULL, REHEARSAL])
def test_the_code_leads_to_the_ticket_from_pdf_and_from_png(slip: Slip, width_mm: int) -> None:
    for image in (decoded(slip_png(slip, width_mm)).convert("L"), rendered(slip_pdf(slip, width_mm), 300)):
        (code,) = zxingcpp.read_barcodes(image)
        assert (code.text, code.ec_level) == (URL, "M")


@WIDTHS
@pytest.mark.parametrize("length", [20, 60, 120, 400, 800])
def test_a_longer_address_takes_a_bigger_code_that_is_still_scanned(length: int, width_mm: int) -> None:
    url = "https://example.vn/" + "aB3-" * (length // 4)
    slip = replace(BARE, url=url)
    mark = code_mark(slip, width_mm)
    assert mark.side == 17 + 4 * qr.version_for(url)
    assert mark.side > code_mark(replace(BARE, url=url[:18]), width_mm).side
    assert mark.module >= 3
    assert mark.side * mark.module >= 22 * 8
    for image in (decoded(slip_png(slip, width_mm)).convert("L"), rendered(slip_pdf(slip, width_mm), 406)):
        assert [code.text for code in zxingcpp.read_barcodes(image)] == [url]


@WIDTHS
def test_the_code_keeps_four_light_modules_on_every_side(width_mm: int) -> None:
    mark = code_mark(FULL, width_mm)
    quiet, side = 4 * mark.module, mark.side * mark.module
    image = decoded(slip_png(FULL, width_mm)).convert("L")
    around = image.crop((mark.x - quiet, mark.y - quiet, mark.x + side + quiet, mark.y + side + quiet))
    assert ink_box(around) == (quiet, quiet, quiet + side, quiet + side)


def test_the_smallest_version_is_chosen_at_every_limit_of_level_m() -> None:
    limits = {14: 1, 15: 2, 62: 4, 63: 5, 180: 9, 181: 10, 213: 10, 214: 11, 2331: 40}
    assert {size: qr.version_for("a" * size) for size in limits} == limits


@WIDTHS
def test_an_address_that_no_code_on_the_paper_can_hold_is_refused(width_mm: int) -> None:
    for length in (1100 if width_mm == 58 else 2332, 5000):
        with pytest.raises(ValueError, match="address"):
            slip_png(replace(BARE, url="a" * length), width_mm)


@WIDTHS
@pytest.mark.parametrize("number", ["1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999"])
def test_every_digit_is_at_least_15_mm_high_on_paper(number: str, width_mm: int) -> None:
    slip = replace(BARE, number=number)
    dots = next(height for height in inked_bands(decoded(slip_png(slip, width_mm))) if height > 60)
    assert dots / 203 * 25.4 >= 15
    assert dots / 203 * 25.4 < 20
    pixels = next(height for height in inked_bands(rendered(slip_pdf(slip, width_mm), 508)) if height > 150)
    assert pixels / 20 >= 15


@WIDTHS
@pytest.mark.parametrize("number", ["1001", "A001", "M8888", "11000"])
def test_four_and_five_characters_fit_the_paper_at_that_height(number: str, width_mm: int) -> None:
    page = layout.compose(replace(BARE, number=number), width_mm)
    (mark,) = (mark for mark in page.marks if isinstance(mark, layout.Text) and mark.text == number)
    image = decoded(slip_png(replace(BARE, number=number), width_mm)).convert("L")
    left, top, right, bottom = ink_box(image.crop((0, mark.baseline - 120, page.width, mark.baseline)))
    assert (top, bottom) == (0, 120)
    assert left >= 4 and right <= page.width - 4
    assert 0.55 < mark.stretch <= 1


@WIDTHS
@pytest.mark.parametrize("slip", [BARE, FULL, REHEARSAL, UNBROKEN])
def test_nothing_is_clipped_at_an_edge(slip: Slip, width_mm: int) -> None:
    image = decoded(slip_png(slip, width_mm))
    left, top, right, bottom = ink_box(image)
    assert left >= 2 and right <= image.width - 2
    assert top >= 6 and bottom <= image.height - 6
    pdf = rendered(slip_pdf(slip, width_mm))
    left, top, right, bottom = ink_box(pdf)
    unprintable = (width_mm * 8 - DOTS[width_mm]) // 2
    assert left >= unprintable and right <= pdf.width - unprintable
    assert top >= 6 and bottom <= pdf.height - 6


@WIDTHS
@pytest.mark.parametrize("slip", [BARE, FULL, REHEARSAL, UNBROKEN])
def test_pdf_and_png_show_the_same_lines_in_the_same_places(slip: Slip, width_mm: int) -> None:
    png = decoded(slip_png(slip, width_mm)).convert("L")
    pdf = rendered(slip_pdf(slip, width_mm))
    margin = (pdf.width - png.width) // 2
    pdf = pdf.crop((margin, 0, margin + png.width, png.height))
    assert difference(png, pdf) < 60
    assert difference(png, ImageChops.offset(pdf, 0, 24)) > 90


def difference(one: Image.Image, other: Image.Image) -> int:
    """The greatest difference of grey (0 to 255) between squares of 2 mm."""
    squares = (one.width // 16, one.height // 16)
    pair = [image.resize(squares, Image.Resampling.BOX) for image in (one, other)]
    return max(ImageChops.difference(*pair).tobytes())


def test_the_pdf_says_every_text_in_composed_vietnamese() -> None:
    for width_mm in (58, 80):
        text = words_of(slip_pdf(REHEARSAL, width_mm))
        assert unicodedata.is_normalized("NFC", text)
        for field in fields(Slip):
            value = getattr(REHEARSAL, field.name)
            if field.name not in ("url", "labels", "logo"):
                for said in value if isinstance(value, tuple) else (value,):
                    assert said in text, field.name
        assert all(getattr(LABELS, field.name) in text for field in fields(SlipLabels))
        assert "laysotrungtam" not in text


def test_a_slip_without_optional_texts_says_nothing_else() -> None:
    expected = (SITE, LABELS.title, "1001", LABELS.scan, LABELS.not_a_receipt, LABELS.thanks)
    assert words_of(slip_pdf(BARE, 80)) == " ".join(expected)
    assert decoded(slip_png(BARE, 80)).height < decoded(slip_png(FULL, 80)).height


def test_a_slip_has_room_for_neither_a_person_nor_a_priority() -> None:
    said = {"number", "site_name", "service_name", "procedure_name", "dossiers", "session_name", "issued"}
    said |= {"ahead", "expected", "processing_time", "late", "bring", "notices", "hotline", "rehearsal", "url"}
    said |= {"labels", "reprint", "header", "footer", "logo", "ledger"}
    assert {field.name for field in fields(Slip)} == said


@pytest.mark.faults("U10")
@WIDTHS
def test_what_to_bring_is_said_in_two_lines_or_left_to_the_phone(width_mm: int) -> None:
    def said(bring: str) -> str:
        marks = layout.compose(replace(FULL, bring=bring), width_mm).marks
        return " ".join(mark.text for mark in marks if isinstance(mark, layout.Text))

    short = "Giấy tờ cần mang theo: Giấy chứng sinh, giấy tờ tùy thân"
    assert short in said(short)
    assert said(short * 4) == said("")


@pytest.mark.states("TN-08")
@WIDTHS
def test_the_turn_and_the_processing_time_stand_apart_each_by_its_name(width_mm: int) -> None:
    lines = [mark.text for mark in layout.compose(FULL, width_mm).marks if isinstance(mark, layout.Text)]
    turn = next(at for at, line in enumerate(lines) if line.startswith("Dự kiến đến lượt"))
    time = next(at for at, line in enumerate(lines) if line.startswith("Thời hạn giải quyết"))
    late = next(at for at, line in enumerate(lines) if line.startswith("Nộp sau 15:00"))
    assert turn < lines.index("Số hồ sơ: 2") < time < late


@WIDTHS
def test_a_rehearsal_is_a_black_banner_and_a_real_slip_has_none(width_mm: int) -> None:
    def blackest(slip: Slip) -> int:
        image = decoded(slip_png(slip, width_mm)).convert("L")
        rows = image.resize((1, image.height // 24), Image.Resampling.BOX)
        return min(rows.tobytes())

    assert blackest(replace(BARE, rehearsal=REHEARSAL.rehearsal)) < 85
    assert blackest(BARE) > 85


@WIDTHS
def test_decomposed_text_gives_the_same_bytes_as_composed(width_mm: int) -> None:
    def decomposed(value: Any) -> Any:
        if isinstance(value, str):
            return unicodedata.normalize("NFD", value)
        if isinstance(value, tuple):
            return tuple(map(decomposed, value))
        if isinstance(value, bytes):
            return value
        return SlipLabels(*(decomposed(getattr(value, field.name)) for field in fields(SlipLabels)))

    other = Slip(*(decomposed(getattr(REHEARSAL, field.name)) for field in fields(Slip)))
    assert other != REHEARSAL
    assert slip_pdf(other, width_mm) == slip_pdf(REHEARSAL, width_mm)
    assert slip_png(other, width_mm) == slip_png(REHEARSAL, width_mm)


def test_control_characters_and_stray_spaces_are_not_printed() -> None:
    untidy = replace(FULL, ahead="  Còn 5\tngười\n trước \u202equý\x00 khách ", hotline=" \n")
    assert slip_pdf(untidy) == slip_pdf(replace(FULL, hotline=""))


@WIDTHS
def test_the_page_is_as_wide_as_the_paper_and_as_long_as_its_content(width_mm: int) -> None:
    for slip in (BARE, FULL):
        width, height = (points / 72 * 25.4 for points in page_of(slip_pdf(slip, width_mm)).get_size())
        image = decoded(slip_png(slip, width_mm))
        assert width == pytest.approx(width_mm, abs=0.01)
        assert height == pytest.approx(image.height / 8, abs=0.01)
        assert (image.format, image.mode, image.width) == ("PNG", "1", DOTS[width_mm])
        assert image.info["dpi"] == pytest.approx((203, 203), abs=0.1)


def test_the_pdf_is_the_same_each_time_and_names_the_number_alone() -> None:
    first = slip_pdf(FULL)
    assert slip_pdf(REHEARSAL) != first
    assert slip_pdf(FULL) == first
    metadata = pypdfium2.PdfDocument(first).get_metadata_dict(skip_empty=True)
    assert metadata["Title"] == "A001"
    assert not {"Author", "Subject", "Keywords", "Creator"} & set(metadata)


def test_slips_drawn_at_once_by_several_threads_are_the_same_as_one_by_one() -> None:
    slips = [replace(FULL, number=str(number), url=f"{URL}{number}") for number in range(1000, 1024)]
    alone = [(slip_pdf(slip), slip_png(slip)) for slip in slips]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda slip: (slip_pdf(slip), slip_png(slip)), slips))
    assert together == alone


@WIDTHS
def test_an_empty_number_is_refused(width_mm: int) -> None:
    with pytest.raises(ValueError, match="number"):
        slip_pdf(replace(BARE, number=" "), width_mm)


def test_importing_the_room_loads_no_renderer_and_drawing_loads_no_heavy_part() -> None:
    program = (
        "import sys, printer_templates as p\n"
        "print(sorted({'reportlab', 'PIL', 'qrcode'} & set(sys.modules)))\n"
        "p.warm()\n"
        "print(sorted({'reportlab.platypus', 'reportlab.graphics', 'reportlab.pdfgen'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['reportlab.pdfgen']"]
