"""Reports on paper and in spreadsheets."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pypdfium2
import pytest

from printer_templates.report import report_pdf
from printer_templates.report_content import COLUMNS, Chart, Column, Line, ReportPaper, Series, shown
from printer_templates.workbook import report_xlsx


def paper(lines: int = 3) -> ReportPaper:
    return ReportPaper(
        nation=("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        superior="UBND PHƯỜNG BÌNH AN",
        unit="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        title="BÁO CÁO TIẾP NHẬN THEO NGÀY",
        period="Từ ngày 23/11/2026 đến ngày 27/11/2026",
        columns=(Column("Ngày", 2), Column("Nội dung", 4), Column("Số phiếu", 1, right=True)),
        lines=tuple(
            Line((f"{i + 1:02d}/11/2026", "=1+1 & <Hộ tịch>", i * 7), "strong" if i % 5 == 0 else "plain")
            for i in range(lines)
        ),
        notes=("Số liệu lấy từ nhật ký.",),
        signatures=(("Người lập biểu", "(Ký, ghi rõ họ tên)"), ("Thủ trưởng đơn vị", "(Ký, đóng dấu)")),
        page="Trang {page}/{pages}",
    )  # fmt: skip


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_a_paper_has_the_national_heading_the_table_and_two_signatures() -> None:
    (text,) = text_of(report_pdf(paper()))
    for part in (
        "CỘNG HÒA XÃ HỘI",
        "Hạnh phúc",
        "BÁO CÁO TIẾP NHẬN",
        "=1+1 & <Hộ tịch>",
        "Thủ trưởng đơn vị",
        "Trang 1/1",
    ):
        assert part in text


def test_a_long_table_repeats_its_head_and_counts_its_pages() -> None:
    pages = text_of(report_pdf(paper(90)))
    assert len(pages) > 2
    assert all("Nội dung" in page for page in pages[:-1])
    assert [f"Trang {i}/{len(pages)}" in page for i, page in enumerate(pages, 1)] == [True] * len(pages)


def test_the_same_figures_give_the_same_bytes() -> None:
    assert report_pdf(paper()) == report_pdf(paper())


SIGNED = "Thủ trưởng đơn vị"
TOTAL = "Tổng cộng"
PICTURE = Chart(COLUMNS, "Hồ sơ theo ngày", ("23/11", "24/11"), (Series("đã cấp", (5.0, 9.0)),))


def finance(count: int, **changes: object) -> ReportPaper:
    """A list for the finance department: unit, day, three figures, a line of totals."""
    names = ("Trung tâm Hành chính công tỉnh", "UBND phường Trảng Dài, thành phố Biên Hòa, bộ phận một cửa")
    lines = tuple(Line((names[i % 2], f"{i % 30 + 1:02d}/04/2020", 1000 + i, i, 1000 + 2 * i)) for i in range(count))
    columns = (Column("Đơn vị", 3), Column("Ngày", 1.4), *(Column(t, 1, True) for t in ("Nộp", "Trả", "Cộng")))
    sums = tuple(sum(int(line.cells[at] or 0) for line in lines) for at in (2, 3, 4))
    given = replace(
        paper(), title="DANH SÁCH XÁC NHẬN VIỆC TIẾP NHẬN VÀ TRẢ KẾT QUẢ QUA BƯU CHÍNH CÔNG ÍCH", columns=columns,
        lines=lines, totals=(TOTAL, "", *sums), period="Từ ngày 30/03/2020 đến hết ngày 29/04/2020",
        place_and_date="Đồng Nai, ngày 30 tháng 4 năm 2020", number="Số: 12/BC-TTHCC", empty="Không có số liệu.",
    )  # fmt: skip
    return replace(given, **changes)


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    return {(round(page.get_width()), round(page.get_height())) for page in pypdfium2.PdfDocument(pdf)}


@pytest.mark.states("DN-28", "DN-29")
def test_a_list_for_the_finance_department_has_all_that_is_signed() -> None:
    told = " ".join(text_of(report_pdf(finance(60)))).replace("\r\n", " ")
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND PHƯỜNG BÌNH AN",
        "Đồng Nai, ngày 30 tháng 4 năm 2020", "Số: 12/BC-TTHCC", "Từ ngày 30/03/2020 đến hết ngày 29/04/2020",
        "Tổng cộng 61.770 1.770 63.540", "Người lập biểu", SIGNED, "(Ký, đóng dấu)",
    ):  # fmt: skip
        assert part in told, part


@pytest.mark.parametrize("count", [0, 1, 2, *range(14, 34), 400])
def test_signatures_never_stand_without_a_line_of_the_table(count: int) -> None:
    for charts in ((), (PICTURE,)):
        pages = text_of(report_pdf(finance(count, charts=charts)))
        assert [SIGNED in page for page in pages] == [False] * (len(pages) - 1) + [True]
        assert TOTAL in pages[-1]
        if count > 1:
            assert f"{1000 + count - 1:,}".replace(",", ".") in pages[-1], "a line besides the totals"


def test_four_hundred_lines_stand_whole_on_their_pages_each_once() -> None:
    pages = text_of(report_pdf(finance(400)))
    assert all("Đơn vị" in page for page in pages)
    words = " ".join(pages).split()
    assert all(words.count(f"{1000 + i:,}".replace(",", ".")) >= 1 for i in range(400))
    assert [f"Trang {i}/{len(pages)}" in page for i, page in enumerate(pages, 1)] == [True] * len(pages)


def test_every_sheet_names_its_unit_report_and_period_whole_however_long() -> None:
    long = replace(
        paper(60), unit="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG BÌNH AN", orientation="portrait",
        title="BÁO CÁO CHUYỂN HƯỚNG TẠI KIOSK SANG HÌNH THỨC NỘP VÀ NHẬN KHÁC",
    )  # fmt: skip
    pages = text_of(report_pdf(long))
    assert len(pages) > 1
    for page in pages[1:]:
        assert "…" not in page
        assert long.unit in page
        assert f"{long.title} · {long.period}" in page


def test_a_day_is_not_torn_from_its_first_line() -> None:
    lines = tuple(
        Line((f"Ngày {i:03d}", "", i, i, i), "strong") if i % 3 == 0 else Line(("", f"Phần {i:03d}", i, i, i))
        for i in range(120)
    )
    pages = text_of(report_pdf(finance(0, lines=lines)))
    for day in range(0, 120, 3):
        assert any(f"Ngày {day:03d}" in page and f"Phần {day + 1:03d}" in page for page in pages), day


@pytest.mark.parametrize("rows", [3, 120])
def test_no_letter_stands_in_the_margins(rows: int) -> None:
    long = "Đăng ký biến động quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất"
    made = finance(rows, lines=(*finance(rows).lines, Line((long, "01/04/2020", 7, 8, 9))), charts=(PICTURE,) * 3)
    millimetre = 72 / 25.4
    for page in pypdfium2.PdfDocument(report_pdf(made)):
        text = page.get_textpage()
        for at in range(text.count_chars()):
            if text.get_text_range(at, 1).strip():
                left, bottom, right, top = text.get_charbox(at)
                assert left >= 29.5 * millimetre and right <= page.get_width() - 14.5 * millimetre
                assert bottom >= 10 * millimetre and top <= page.get_height() - 19.5 * millimetre


def test_few_columns_stand_upright_and_many_lie_and_either_can_be_asked_for() -> None:
    many = tuple(Column(f"Số hồ sơ đã tiếp nhận {i}", 1, True) for i in range(13))
    wide = finance(0, columns=many, lines=(Line(tuple(range(1000, 1013))),), totals=())
    assert sizes(report_pdf(finance(3))) == {(595, 842)}
    assert sizes(report_pdf(wide)) == {(842, 595)}
    assert sizes(report_pdf(finance(3, orientation="landscape"))) == {(842, 595)}
    assert sizes(report_pdf(replace(wide, orientation="portrait"))) == {(595, 842)}


def test_a_note_longer_than_a_page_goes_on_in_further_lines() -> None:
    note = " ".join(f"chữ{i:04d}" for i in range(900))
    pages = text_of(report_pdf(finance(2, lines=(Line((note, "01/04/2020", 1, 2, 3)), *finance(2).lines))))
    told = " ".join(pages)
    assert all(f"chữ{i:04d}" in told for i in range(900))
    assert told.count("01/04/2020") == 2


def test_figures_are_read_in_the_papers_language() -> None:
    assert [shown(value, ",", 1) for value in (1234567, 1234.5, 0, None, "a  b")] == [
        "1.234.567", "1.234,5", "0", "", "a b",
    ]  # fmt: skip
    assert (shown(1234567, "."), shown(1234.5, ".", 1)) == ("1,234,567", "1,234.5")
    columns = (Column("A"), Column("B", right=True))
    mixed = finance(0, columns=columns, lines=(Line(("a", 12.5)), Line(("b", 7.0))), totals=())
    (told,) = text_of(report_pdf(mixed))
    assert "12,5" in told and "7,0" in told, "a column has one number of decimals"


def test_a_report_of_nothing_says_so_and_is_signed() -> None:
    (told,) = text_of(report_pdf(finance(0, totals=())))
    assert "Không có số liệu." in told and SIGNED in told


def test_a_rehearsal_is_marked_across_every_page_and_a_real_day_is_not() -> None:
    # Along the slant each letter is a line of its own to the reader.
    def marks(made: ReportPaper) -> list[bool]:
        return [[letter for letter in "DIỄN TẬP" if letter.strip()] == _large(page) for page in _pages(made)]

    assert marks(finance(90, rehearsal="DIỄN TẬP")) == [True] * len(_pages(finance(90)))
    assert not any(marks(finance(90)))


def _pages(made: ReportPaper) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(report_pdf(made)))


def _large(page: pypdfium2.PdfPage) -> list[str]:
    """The letters higher than 40 points."""
    text = page.get_textpage()
    boxes = [(text.get_text_range(at, 1), text.get_charbox(at)) for at in range(text.count_chars())]
    return [letter for letter, (_left, bottom, _right, top) in boxes if letter.strip() and top - bottom > 40]


def test_charts_stand_above_the_table_with_their_figures() -> None:
    told = text_of(report_pdf(finance(3, charts=(PICTURE,))))[0]
    assert told.index("Hồ sơ theo ngày") < told.index("Đơn vị")
    empty = Chart(COLUMNS, "Không có gì", ("23/11",), (Series("đã cấp", (None,)),))
    assert "Không có gì" not in text_of(report_pdf(finance(3, charts=(empty,))))[0]


def test_facts_stand_above_the_table() -> None:
    (told,) = text_of(report_pdf(finance(2, facts=(("Số buổi", "44"), ("Số ngày", "22/31")))))
    assert "Số buổi: 44" in told and "Số ngày: 22/31" in told


def test_a_sheet_has_the_same_heading_and_totals_and_is_ready_to_print() -> None:
    made = finance(3, rehearsal="DIỄN TẬP")
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(made))).active
    assert sheet is not None
    values = [value for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", made.period, SIGNED):
        assert part in values
    assert "DIỄN TẬP" in values and "(Ký, đóng dấu)" in values
    total = next(row for row in sheet.iter_rows() if row[0].value == TOTAL)
    assert [cell.value for cell in total] == [TOTAL, None, 3003, 3, 3006]
    assert all(cell.font.bold for cell in total if cell.value is not None)
    assert {cell.number_format for cell in total[2:]} == {"#,##0"}
    head = next(row for row in sheet.iter_rows() if row[0].value == "Đơn vị")[0].row
    assert sheet.print_title_rows == f"${head}:${head}" and sheet.freeze_panes == f"A{head + 1}"
    page = sheet.page_setup
    assert (int(page.paperSize), page.fitToWidth, page.fitToHeight, page.orientation) == (9, 1, 0, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    book = zipfile.ZipFile(io.BytesIO(report_xlsx(made)))
    assert {part.date_time[0] for part in book.infolist()} == {2000}, "nor does the moment of writing stand in it"
    assert set(re.findall(r">(\d{4})-\d\d-\d\dT", book.read("docProps/core.xml").decode())) == {"2000"}


def test_numbers_are_numbers_and_texts_are_no_formulas() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(paper()))).active
    assert sheet is not None
    lines = [row for row in sheet.iter_rows() if isinstance(row[2].value, int)]
    assert [row[2].value for row in lines] == [0, 7, 14]
    assert {(row[1].value, row[1].data_type) for row in lines} == {("=1+1 & <Hộ tịch>", "s")}
    titled = replace(paper(), title="=1+1", unit="=2", notes=("=3",), facts=(("=4", "5"),))
    cells = openpyxl.load_workbook(io.BytesIO(report_xlsx(titled))).active.iter_rows()
    assert all(cell.data_type != "f" for row in cells for cell in row)


@pytest.mark.parametrize("title", ["A/B: [c]*?", "x" * 60])
def test_a_title_that_no_sheet_may_bear_is_cut(title: str) -> None:
    assert openpyxl.load_workbook(io.BytesIO(report_xlsx(replace(paper(), title=title)))).sheetnames[0]


@pytest.mark.faults("U17")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_paper_names_its_language_and_shows_its_title(lang: str) -> None:
    written = report_pdf(replace(paper(), lang=lang))
    assert f"/Lang ({lang})".encode() in written
    assert b"/Marked true" in written and b"/DisplayDocTitle true" in written
    assert pypdfium2.PdfDocument(written).get_metadata_value("Title") == paper().title
