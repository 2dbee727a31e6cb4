"""Reports on paper and in spreadsheets."""

from __future__ import annotations

import io

import openpyxl
import pypdfium2
import pytest

from printer_templates.report import Column, Line, ReportPaper, report_pdf
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


def test_numbers_are_numbers_and_texts_are_no_formulas() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(paper()))).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["C8"].value) == ("BÁO CÁO TIẾP NHẬN THEO NGÀY", 14)
    assert (sheet["B7"].value, sheet["B7"].data_type) == ("=1+1 & <Hộ tịch>", "s")


@pytest.mark.parametrize("title", ["A/B: [c]*?", "x" * 60])
def test_a_title_that_no_sheet_may_bear_is_cut(title: str) -> None:
    from dataclasses import replace

    assert openpyxl.load_workbook(io.BytesIO(report_xlsx(replace(paper(), title=title)))).sheetnames[0]
