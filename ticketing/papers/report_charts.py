"""Which charts a report has."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from printer_templates.report_content import COLUMNS, ROWS, STACK, WITHIN, Chart, Series
from ticketing.papers import report_words as words
from ticketing.reports.table import Row, Table
from ticketing.rules.sites import Site

MOST_LABELS = 64


def pictures(site: Site, table: Table, lang: str) -> tuple[Chart, ...]:
    """Those with something to draw; a chart with more labels than can be read is left out."""
    mark = "," if lang == "vi" else "."
    found = {"hours": _hours, "sessions": _sessions, "fields": _fields, "diversions": _diversions,
             "satisfaction": _satisfaction, "daily": _daily, "estimates": _estimates}.get(table.kind)  # fmt: skip
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
    yield waiting(site, table.rows, mark)
    title = gettext("Service time by the hour of its start")
    yield Chart(COLUMNS, title, _by_hour(table.rows), _times(table.rows, "service"), gettext("minutes"), None, "", mark)


def waiting(site: Site, rows: Sequence[Row], mark: str) -> Chart:
    """How long people waited, by the hour of their number; `rows` are those of the report by hour."""
    goal = site.wait_goal_minutes
    return Chart(
        COLUMNS, gettext("Waiting time by the hour of the number"), _by_hour(rows), _times(rows, "wait"),
        gettext("minutes"), goal, gettext("goal") if goal else "", mark,
    )  # fmt: skip


def service(rows: Sequence[Row], mark: str) -> Chart:
    """How long visits took, by field and service; `rows` are those of the daily report."""
    title, labels = gettext("Service time by field"), tuple(row["name"] for row in rows)
    return Chart(ROWS, title, labels, _times(rows, "service"), gettext("minutes"), decimal_mark=mark)


def use_of_caps(labels: Sequence[str], taken: Sequence[int], caps: Sequence[int | None], mark: str) -> Chart:
    series = (Series(gettext("taken"), tuple(taken)), Series(gettext("cap"), tuple(caps)))
    return Chart(WITHIN, gettext("Use of the caps"), tuple(labels), series, gettext("dossiers"), decimal_mark=mark)


def _by_hour(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(f"{row['hour']:02d}:00" for row in rows)


def _times(rows: Sequence[Row], what: str) -> tuple[Series, Series]:
    return (
        Series(gettext("median"), tuple(_minutes(row[f"{what}_median_s"]) for row in rows)),
        Series(gettext("90 % of them took no more than"), tuple(_minutes(row[f"{what}_p90_s"]) for row in rows)),
    )


def _sessions(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    whole = [row for row in table.rows if row["group"] == "session"]
    if any(row["cap"] is not None for row in whole):
        yield use_of_caps(
            [f"{row['name']} {_short(row)}" for row in whole],
            [row["issued_dossiers"] - row["given_back_dossiers"] + row["carried_in_dossiers"] for row in whole],
            [row["cap"] for row in whole], mark,
        )  # fmt: skip


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


def _estimates(_site: Site, table: Table, mark: str) -> Iterable[Chart]:
    yield truth(table.rows, mark)


def truth(rows: Sequence[Row], mark: str) -> Chart:
    """How far the told waits were off, by field and service; `rows` are those of the report on them."""
    told = [row for row in rows if row["told"]]
    series = (
        Series(gettext("waited"), tuple(_minutes(row["mean_wait_s"]) for row in told)),
        Series(gettext("off by"), tuple(_minutes(row["mae_s"]) for row in told)),
    )
    labels = tuple(row["name"] for row in told)
    return Chart(ROWS, gettext("How true the waits told were"), labels, series, gettext("minutes"), decimal_mark=mark)


def _short(row: Row) -> str:
    return f"{row['date'][8:]}/{row['date'][5:7]}"


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
