"""Which charts a report has."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from printer_templates.report_charts import COLUMNS, ROWS, STACK, WITHIN, Chart, Series
from ticketing.api import report_words as words
from ticketing.report_shapes import Row, Table
from ticketing.sites import Site

MOST_LABELS = 64


def pictures(site: Site, table: Table, lang: str) -> tuple[Chart, ...]:
    """Those with something to draw; a chart with more labels than can be read is left out."""
    mark = "," if lang == "vi" else "."
    found = {"hours": _hours, "sessions": _sessions, "fields": _fields, "diversions": _diversions,
             "satisfaction": _satisfaction, "daily": _daily}.get(table.kind)  # fmt: skip
    charts = found(site, table, mark) if found else ()
    return tuple(chart for chart in charts if chart.drawn and len(chart.labels) <= MOST_LABELS)


def _daily(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    days = [row for row in table.rows if row["group"] == "day"]
    if len(days) > 1:
        yield Chart(
            COLUMNS, gettext("Dossiers by day"), tuple(_short(row) for row in days),
            (
                Series(gettext("issued"), tuple(row["dossiers"] for row in days)),
                Series(gettext("received"), tuple(row["received"] for row in days)),
            ),
            gettext("dossiers"), decimal_mark=mark,
        )  # fmt: skip


def _hours(site: Site, table: Table, mark: str) -> Iterable[Chart]:
    labels = tuple(f"{row['hour']:02d}:00" for row in table.rows)
    for title, median, p90, goal in (
        (gettext("Waiting time by the hour of the number"), "wait_median_s", "wait_p90_s", site.wait_goal_minutes),
        (gettext("Service time by the hour of its start"), "service_median_s", "service_p90_s", None),
    ):
        series = (
            Series(gettext("half of them, at most"), tuple(_minutes(row[median]) for row in table.rows)),
            Series(gettext("nine in ten, at most"), tuple(_minutes(row[p90]) for row in table.rows)),
        )
        yield Chart(
            COLUMNS, title, labels, series, gettext("minutes"), goal, gettext("goal") if goal else "", mark
        )  # fmt: skip


def _sessions(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    whole = [row for row in table.rows if row["group"] == "session"]
    if any(row["cap"] is not None for row in whole):
        counted = tuple(
            row["issued_dossiers"] - row["given_back_dossiers"] + row["carried_in_dossiers"] for row in whole
        )
        series = (Series(gettext("taken"), counted), Series(gettext("cap"), tuple(row["cap"] for row in whole)))
        labels = tuple(f"{row['name']} {_short(row)}" for row in whole)
        yield Chart(WITHIN, gettext("Use of the caps"), labels, series, gettext("dossiers"), decimal_mark=mark)


def _fields(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    rows = [row for row in table.rows if row["tickets"]]
    series = (Series(gettext("numbers"), tuple(row["tickets"] for row in rows)),)
    labels = tuple(row["name"] for row in rows)
    yield Chart(ROWS, gettext("Numbers by field and service"), labels, series, decimal_mark=mark)


def _diversions(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    ways = table.facts["ways"]
    series = (
        Series(gettext("chose it"), tuple(way["chosen_persons"] for way in ways)),
        Series(gettext("refused a number"), tuple(way["refused_persons"] for way in ways)),
    )
    labels = tuple(str(words.say("to", way["to"])) for way in ways)
    yield Chart(ROWS, gettext("Diversions at the kiosk by way"), labels, series, gettext("persons"), decimal_mark=mark)


def _satisfaction(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    rows = [row for row in table.rows if row["group"] in ("field", "service")]
    series = tuple(
        Series(str(words.COLUMNS[column]), tuple(row[column] for row in rows))
        for column in ("score_4", "score_3", "score_2", "score_1")
    )
    labels = tuple(row["name"] for row in rows)
    yield Chart(STACK, gettext("Ratings by field and service"), labels, series, decimal_mark=mark)


def _short(row: Row) -> str:
    return f"{row['date'][8:]}/{row['date'][5:7]}"


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
