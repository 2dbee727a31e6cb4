"""All figures of a run as one table for the README, and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printer_templates.report_content import ROWS, Chart, Series
from printer_templates.report_svg import svg
from tests.serving import ROOT

PICTURES = ROOT / "docs" / "bench"
Found = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """`least` and `most` are None where something was measured once. `beside` is what it is held against."""

    name: str
    unit: str
    middle: float
    least: float | None = None
    most: float | None = None
    beside: str = ""


def figures(found: Found) -> list[Figure]:
    return [
        *_requests(found), *_walls(found), *_troubles(found), *_other_way(found), *_chain(found), *_printing(found),
        *_estimates(found), *_cluster(found), *_house(found),
    ]  # fmt: skip


def _requests(found: Found) -> list[Figure]:
    return [
        Figure(
            name, "a second", row["per_second"], row["per_second_min"], row["per_second_max"],
            f"{row['ratio']} of an empty request, {row['cpu']} of its processor time; p99 {row['p99_ms']} ms "
            f"({row['empty_p99_ms']})",
        )
        for name, row in found["requests"].items()
    ]  # fmt: skip


def _walls(found: Found) -> list[Figure]:
    return [
        Figure(f"from an answer to the last of {name}", "ms", row["last_ms"], row["last_min_ms"], row["last_max_ms"],
               f"{row['ratio']} of a bare emit; a tap's p99 meanwhile {row['tap_p99_ms']} ms")
        for name, row in found["walls"].items()
    ]  # fmt: skip


def _troubles(found: Found) -> list[Figure]:
    quiet = found["taps beside troubles"]["quiet"]["p50_ms"]
    return [
        Figure(f"a tap, {name if name == 'quiet' else f'beside {name}'}", "ms", row["p50_ms"], row["least_ms"],
               row["worst_ms"], f"{row['p50_ms'] / quiet:.1f} of quiet; p99 {row['p99_ms']} ms")
        for name, row in found["taps beside troubles"].items()
    ]  # fmt: skip


def _other_way(found: Found) -> list[Figure]:
    return [
        Figure(f"numbers, {name}", "a second", *_spread(row["per_second"]),
               f"{row['given_twice']:,} of {row['given']:,} given twice")
        for name, row in found["the other way"].items()
    ]  # fmt: skip


def _chain(found: Found) -> list[Figure]:
    row = found["chain"]
    return [
        Figure("a number with chain and ledger", "µs of processor", *_spread(row["rounds_us"]),
               beside=f"{row['share']:+.1%} over one without; {row['http_share']:.1%} of a ticket over HTTP"),
        Figure(f"`layso check` of {row['lines']:,} lines", "s of processor", row["check_s"],
               beside=f"a million at that pace: {row['million_s']} s"),
    ]  # fmt: skip


def _printing(found: Found) -> list[Figure]:
    drawn = [
        Figure(f"a slip of {name}, drawn", "ms", row["drawn_ms"], beside=f"{row['bytes']:,} bytes")
        for name, row in found["printing"]["slips"].items()
    ]
    told = found["printing"]["printed"]
    alone = told.get("alone")
    first = [Figure("a slip alone, to the last byte at the socket", "ms", alone["sent_ms"])] if alone else []
    return drawn + first + [
        Figure(f"a slip, {name}, on paper after the answer", "ms", row["paper_p50_ms"],
               beside=f"p95 {row['paper_p95_ms']}")
        for name, row in told.items() if name != "alone"
    ]  # fmt: skip


def _estimates(found: Found) -> list[Figure]:
    row = found["estimates"]
    name = f"waiting times of all of {row['waiting']}"
    return [Figure(name, "ms of processor", row["anew_ms"], beside=f"{row['again_ms']} ms while nothing happens")]


def _cluster(found: Found) -> list[Figure]:
    told = found["cluster"]
    rates = [
        Figure(f"numbers on PostgreSQL, {name}", "a second", row["per_second"],
               beside=f"p99 {row['p99_ms']:.0f} ms" if "p99_ms" in row else "")
        for name, row in told.items() if "per_second" in row
    ]  # fmt: skip
    phones, size = told.get("phones", {}), told.get("bytes")
    if "last_ms" in phones:
        name = f"from a call to the last of {phones['phones']:,} phones, 2 processes"
        rates.append(Figure(name, "ms", phones["last_ms"], beside=f"the middle one {phones['middle_ms']} ms"))
    if size:
        beside = f"from {size['measured']:,} visits"
        rates.append(Figure("a million visits on PostgreSQL's disk", "MB", size["per_million"] / 1e6, beside=beside))
    return rates


def _house(found: Found) -> list[Figure]:
    hall = found["hall"]
    return [
        *(Figure(f"until ready, {name}", "s", s) for name, s in found["start"].items()),
        *(Figure(f"memory, {name}", "MB", mb) for name, mb in found["memory"].items()),
        Figure(f"memory, {hall['walls']} walls and {hall['waiting']:,} waiting, a server of its own", "MB", hall["mb"]),
        Figure(f"one console's screen with {hall['waiting']:,} waiting", "ms", hall["console_ms"]),
    ]


def _spread(row: dict[str, float]) -> tuple[float, float, float]:
    return row["median"], row["min"], row["max"]


def written(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"


def markdown(found: Found) -> str:
    about = found["machine"]
    lines = [
        f"`make bench` on {about['at'][:10]}, {about['cores']} cores, Python {about['python']}, SQLite "
        f"{about['sqlite']}, load {about['load_before']} before, the limits on, {found['old_tickets']:,} old tickets. "
        "Empty requests are of a bare Flask application on the same server, in turns in the same run.",
        "", *(f"![{chart.title}]({PICTURES.relative_to(ROOT)}/{name}.svg)" for name, chart in charts(found).items()),
        "", "| | | least | median | most | beside |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for one in figures(found):
        cells = (one.name, one.unit, written(one.least), written(one.middle), written(one.most), one.beside)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def charts(found: Found) -> dict[str, Chart]:
    """Where people would rather look."""

    def rows(title: str, unit: str, told: dict[str, float]) -> Chart:
        return Chart(ROWS, title, tuple(told), (Series(unit, tuple(told.values())),), unit=unit, decimal_mark=".")

    asked = {name: float(row["per_second"]) for name, row in found["requests"].items()}
    taps = {name: float(row["p50_ms"]) for name, row in found["taps beside troubles"].items()}
    ways = {name: float(row["per_second"]["median"]) for name, row in found["the other way"].items()}
    twice = {name: float(row["given_twice"]) for name, row in found["the other way"].items()}
    return {
        "requests": rows("Requests", "a second", asked),
        "taps": rows("A tap beside troubles, median", "ms", taps),
        "ways": rows("Two ways of giving numbers", "a second", ways),
        "twice": rows("Numbers given twice", "numbers", twice),
    }


def draw(found: Found, folder: Path = PICTURES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, chart in charts(found).items():
        (folder / f"{name}.svg").write_text(svg(chart, width=760) + "\n", encoding="utf-8")
