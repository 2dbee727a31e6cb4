"""Who has a paper read aloud hears its pieces in order: every text stands in the structure tree, or is decoration."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import pypdfium2
import pytest
from pypdfium2 import raw

from printer_templates.leaflet import leaflet_pdf
from printer_templates.report import report_pdf
from printer_templates.report_content import COLUMNS, Chart, Series
from printer_templates.slip import slip_pdf
from tests.test_leaflet import filled
from tests.test_report_papers import paper
from tests.test_slips import FULL

pytestmark = pytest.mark.faults("U17")


def said(read: object, element: object) -> str:
    length = read(element, None, 0)  # type: ignore[operator]
    room = ctypes.create_string_buffer(max(length, 2))
    read(element, room, length)  # type: ignore[operator]
    return room.raw[:length].decode("utf-16-le").rstrip("\0")


def text_of(page: pypdfium2.PdfPage, place: int) -> str:
    """The letters of one marked piece."""
    inside = []
    text = page.get_textpage()
    for at in range(text.count_chars()):
        drawn = raw.FPDFText_GetTextObject(text, at)
        if drawn and raw.FPDFPageObj_GetMarkedContentID(drawn) == place:
            inside.append(text.get_text_range(at, 1))
    return "".join(inside)


def tree(page: pypdfium2.PdfPage) -> list[tuple[str, str, int]]:
    """Kind, words for a figure, and marked piece of each element of a page, in reading order."""
    root = raw.FPDF_StructTree_GetForPage(page)
    found: list[tuple[str, str, int]] = []

    def walk(element: object) -> None:
        kind = said(raw.FPDF_StructElement_GetType, element)
        place = raw.FPDF_StructElement_GetMarkedContentID(element)
        found.append((kind, said(raw.FPDF_StructElement_GetAltText, element), place))
        for at in range(raw.FPDF_StructElement_CountChildren(element)):
            if below := raw.FPDF_StructElement_GetChildAtIndex(element, at):
                walk(below)

    for at in range(raw.FPDF_StructTree_CountChildren(root)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(root, at))
    raw.FPDF_StructTree_Close(root)
    return found


def kinds(found: list[tuple[str, str, int]]) -> list[str]:
    return [kind for kind, _alt, _place in found]


def untold(page: pypdfium2.PdfPage) -> list[str]:
    """Marks of texts that are neither an element nor said to be decoration."""
    told = {place for _kind, _alt, place in tree(page)}
    missing = []
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        marks = []
        for at in range(raw.FPDFPageObj_CountMarks(drawn)):
            room, length = (ctypes.c_ushort * 40)(), ctypes.c_ulong()
            raw.FPDFPageObjMark_GetName(raw.FPDFPageObj_GetMark(drawn, at), room, 80, length)
            marks.append(bytes(room)[: length.value].decode("utf-16-le").rstrip("\0"))
        if "Artifact" not in marks and raw.FPDFPageObj_GetMarkedContentID(drawn) not in told:
            missing.append(str(marks))
    return missing


@pytest.mark.parametrize("width", [58, 80])
def test_a_slip_has_its_number_as_its_heading_and_says_where_its_code_leads(width: int) -> None:
    page = pypdfium2.PdfDocument(slip_pdf(FULL, width))[0]
    found = tree(page)
    heading = next(place for kind, _alt, place in found if kind == "H1")
    assert text_of(page, heading).strip() == FULL.number
    assert [alt for kind, alt, _place in found if kind == "Figure"] == [FULL.url]
    assert kinds(found).count("H1") == 1 and "P" in kinds(found)
    assert untold(page) == []


def test_a_report_has_a_heading_and_a_table_with_a_head_on_each_page() -> None:
    chart = Chart(COLUMNS, "Hồ sơ", ("T2", "T3"), (Series("Sáng", (1, 2)),))
    lines = paper().lines * 40
    document = pypdfium2.PdfDocument(report_pdf(replace(paper(), lines=lines, charts=(chart,))))
    assert len(document) > 2
    for page in document:
        assert untold(page) == []
    first, second = tree(document[0]), tree(document[1])
    assert kinds(first).count("H1") == 1 and "H1" not in kinds(second)
    assert any(kind == "Figure" and "T3" in alt for kind, alt, _place in first + second)
    assert kinds(second).count("TH") == len(paper().columns)
    assert kinds(second).count("TD") == (kinds(second).count("TR") - 1) * len(paper().columns)


def test_a_leaflet_has_a_heading_for_itself_and_for_each_section() -> None:
    leaflet = filled(1)
    document = pypdfium2.PdfDocument(leaflet_pdf(leaflet))
    found = [element for page in document for element in tree(page)]
    assert kinds(found).count("H1") == 1
    assert kinds(found).count("H2") == len(leaflet.sections)
    assert [alt for kind, alt, _place in found if kind == "Figure"] == [code.url for code in leaflet.codes]
    for page in document:
        assert untold(page) == []
