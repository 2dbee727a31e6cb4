"""Leaflet and report of a day in short, for the paper that slips come on."""

from printer_templates.leaflet import Leaflet
from printer_templates.report_content import ReportPaper, decimals_of, shown
from printer_templates.roll import Roll


def leaflet_roll(leaflet: Leaflet) -> Roll:
    """What a leaflet says, without its legal small print, and with the first of its codes."""
    facts = (("", leaflet.facts),) if leaflet.facts else ()
    code = leaflet.codes[0] if leaflet.codes else None
    return Roll(
        unit=leaflet.unit, title=leaflet.title, period=leaflet.period,
        parts=(*facts, *((one.title, one.items) for one in leaflet.sections)),
        strong=f"{leaflet.hotline_label}: {leaflet.hotline}" if leaflet.hotline else "",
        url=code.url if code else "", scan=code.label if code else "", rehearsal=leaflet.rehearsal, lang=leaflet.lang,
    )  # fmt: skip


def report_roll(paper: ReportPaper) -> Roll:
    """A report's facts, then each line of its table under its first cell, and the totals."""

    def told(cells: tuple[object, ...]) -> tuple[str, ...]:
        words = (
            (column.title, shown(cell, paper.decimal_mark, decimals_of(paper, place)))  # type: ignore[arg-type]
            for place, (column, cell) in enumerate(zip(paper.columns, cells, strict=False)) if place
        )  # fmt: skip
        return tuple(f"{title}: {value}" for title, value in words if value)

    rows = [line.cells for line in paper.lines] + ([paper.totals] if paper.totals else [])
    facts = tuple(f"{name}: {value}" for name, value in paper.facts)
    return Roll(
        unit=paper.unit, title=paper.title, period=paper.period,
        parts=((("", facts),) if facts else ())
        + tuple((shown(cells[0], paper.decimal_mark), told(cells)) for cells in rows if cells),
        strong="" if rows else paper.empty, rehearsal=paper.rehearsal, lang=paper.lang,
    )  # fmt: skip
