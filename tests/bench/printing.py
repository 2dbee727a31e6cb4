"""Slips: how large, how long to draw, how long from the commit to the last byte at the printer; eight kiosks print
while the ninth's printer hangs. Alone: `python -m tests.bench.printing`."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.datadir import DataDir
from kiosk.parts import make_office
from printer_templates import slip_escpos
from tests.bench.place import FIELDS, SITE, Tokens, prepare, server
from tests.printer_simulator import Printer as Simulator
from tests.serving import Server
from ticketing.papers.slips import sample
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.printers import Printer
from ticketing.signals.local import Bus

KIOSKS = 9
DRAWN = 50
TURNS = 3


def printing(place: Path, rounds: int) -> dict[str, Any]:
    return {"slips": _slips(), "printed": _printed(place, rounds)}


def _slips() -> dict[str, Any]:
    from flask import Flask
    from flask_babel import Babel

    app = Flask("bench")
    Babel(app)
    found = {}
    with app.app_context():
        one = sample(read_sites(profile_path("demo"))[0], "vi", "http://192.0.2.10:8080")
    for width in (58, 80):
        took = []
        for number in range(DRAWN + 1):
            slip = replace(one, number=f"{1000 + number}", url=f"{one.url[:-4]}{number:04}")
            begun = time.perf_counter()
            data = slip_escpos(slip, width)
            took.append(1000 * (time.perf_counter() - begun))
        found[f"{width} mm"] = {"bytes": len(data), "drawn_ms": round(median(took[1:]), 2)}
    return found


def _printed(place: Path, rounds: int) -> dict[str, Any]:
    """By turns with all nine well and with the ninth hanging, so that the machine's moods fall on both alike."""
    with ExitStack() as stack:
        simulators = [stack.enter_context(Simulator()) for _one in range(KIOSKS)]
        tokens = prepare(place)
        _configure(place, simulators)
        running = stack.enter_context(server(place))
        alone = _alone(running, tokens, simulators[0], 10 * rounds)
        told: dict[str, list[tuple[float, float]]] = {"quiet": [], "one hangs": []}
        with ThreadPoolExecutor(KIOSKS - 1) as pool:
            _round(pool, running, tokens, simulators, 1)
            for _turn in range(TURNS):
                told["quiet"] += _round(pool, running, tokens, simulators, rounds)
                simulators[-1].hang()
                _take(running, tokens.kiosks[KIOSKS - 1], 0)
                told["one hangs"] += _round(pool, running, tokens, simulators, rounds)
                simulators[-1].hang(on=False)
        assert [one.errors for one in simulators] == [[]] * KIOSKS
        assert running.stop() == 0, running.logged()[-2000:]
        return {"alone": alone, **{name: _summed(rows) for name, rows in told.items()}}


def _configure(place: Path, simulators: list[Simulator]) -> None:
    directory = DataDir(place)
    with directory.opened() as store:
        office = make_office(store, Bus(), directory.clock(store))
        printers = tuple(
            Printer(f"printer {n}", one.address, kiosks=(f"kiosk {n}",)) for n, one in enumerate(simulators)
        )
        office.apply_site(replace(office.site(SITE), printers=printers))


def _alone(running: Server, tokens: Tokens, printer: Simulator, n: int) -> Any:
    """One kiosk, slip after slip, warm: milliseconds from the commit to the last byte handed to the socket, as the
    server itself has them."""

    def one(number: int) -> tuple[float, float]:
        found = _print(running, tokens.kiosks[0], printer, number)
        _until_done(running, tokens.officers[0])
        return found

    for number in range(5):
        one(number)
    before = _sent(running)
    told = [one(number) for number in range(n)]
    after = _sent(running)
    count, took, soon = (after[name] - before[name] for name in ("count", "sum", "soon"))
    answers, papers = ([row[part] for row in told] for part in (0, 1))
    return {
        "slips": int(count), "sent_ms": round(1000 * took / count, 1), "within_15_ms": round(soon / count, 2),
        "answer_p50_ms": round(median(answers), 1), "paper_p50_ms": round(median(papers), 1),
    }  # fmt: skip


def _until_done(running: Server, token: str) -> None:
    """Nothing is queued any more: nobody takes the next number while the last one's paper still comes."""
    headers = {"Authorization": f"Bearer {token}"}
    while any(one["queued"] for one in running.ask("GET", f"/sites/{SITE}/printers", headers=headers).json()["items"]):
        time.sleep(0.02)
    time.sleep(0.1)


def _sent(running: Server) -> dict[str, float]:
    text = running.ask("GET", "//metrics").text
    names = {"count": "layso_paper_sent_seconds_count", "sum": "layso_paper_sent_seconds_sum",
             "soon": 'layso_paper_sent_seconds_bucket{le="0.015"}'}  # fmt: skip
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(found[key]) for name, key in names.items()}


def _round(
    pool: ThreadPoolExecutor, running: Server, tokens: Tokens, printers: list[Simulator], n: int
) -> list[tuple[float, float]]:
    """So many slips at each of the first eight kiosks: milliseconds to the answer, and from there to the paper."""

    def kiosk(number: int) -> list[tuple[float, float]]:
        return [_print(running, tokens.kiosks[number], printers[number], one) for one in range(n)]

    return [one for rows in pool.map(kiosk, range(KIOSKS - 1)) for one in rows]


def _summed(told: list[tuple[float, float]]) -> dict[str, float]:
    answers, papers = ([row[part] for row in told] for part in (0, 1))
    figures = {
        "slips": len(told), "answer_p50_ms": median(answers), "answer_p95_ms": quantiles(answers, n=20)[18],
        "paper_p50_ms": median(papers), "paper_p95_ms": quantiles(papers, n=20)[18],
    }  # fmt: skip
    return {name: round(value, 1) for name, value in figures.items()}


def _print(running: Server, token: str, printer: Simulator, number: int) -> tuple[float, float]:
    before = len(printer.papers)
    begun = time.monotonic()
    _take(running, token, number)
    answered = time.monotonic()
    printer.wait(lambda: len(printer.papers) > before, 60)
    return 1000 * (answered - begun), 1000 * max(0.0, printer.papers[before].at - answered)


def _take(running: Server, token: str, number: int) -> None:
    body = {"field": FIELDS[number % len(FIELDS)]}
    taken = running.ask("POST", f"/sites/{SITE}/tickets", json=body, headers={"Authorization": f"Bearer {token}"})
    assert taken.status_code == 201, taken.text


def lines(found: dict[str, Any]) -> list[str]:
    sizes = (f"{name}: {row['bytes']:,} bytes, drawn in {row['drawn_ms']} ms" for name, row in found["slips"].items())
    alone = found["printed"]["alone"]
    rows = [
        f"{name}: answered in {row['answer_p50_ms']} ms (p95 {row['answer_p95_ms']}), "
        f"paper {row['paper_p50_ms']} ms later (p95 {row['paper_p95_ms']})"
        for name, row in found["printed"].items()
        if name != "alone"
    ]
    return [
        f"slips: {'; '.join(sizes)}",
        f"a slip alone, warm: {alone['sent_ms']} ms from the commit to the last byte handed to the socket, "
        f"{alone['within_15_ms']:.0%} of {alone['slips']} within 15 ms",
        *(f"8 kiosks print, {row}" for row in rows),
    ]


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        print("\n".join(lines(printing(Path(folder, "data"), 10))))
