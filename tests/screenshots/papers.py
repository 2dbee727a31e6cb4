"""What is printed: slips on both papers, the day's report."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from tests.screenshots.camera import Camera
from tests.screenshots.hall import DAY, Hall


def slips(hall: Hall, camera: Camera) -> None:
    for lang in ("vi", "en"):
        taken = {
            "field": hall.take("HT", dossiers=2, lang=lang),
            "procedure": hall.ask("POST", "tickets", "kiosk", procedure="2.000635", lang=lang),
            "help": hall.take("help", lang=lang),
        }
        for kind, ticket in taken.items():
            for width in (80, 58):
                path = f"/tickets/{ticket['code']}/slip"
                png = hall.server.ask("GET", f"{path}.png?width={width}").content
                camera.keep(png, f"slips/{kind}-png", f"{width}mm", lang)
            pdf = hall.server.ask("GET", f"{path}.pdf?width=80").content
            camera.keep(first_page(pdf, 203 / 72), f"slips/{kind}-pdf", "80mm", lang)


def report(hall: Hall, camera: Camera) -> None:
    for lang in ("vi", "en"):
        answer = hall.server.ask(
            "GET", f"/sites/demo/reports/daily?from={DAY}&to={DAY}&format=pdf&lang={lang}",
            headers={"Authorization": f"Bearer {hall.tokens['supervisor']}", "Accept-Language": lang},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        camera.keep(first_page(answer.content, 110 / 72), "report/daily-page1", "a4", lang)


def first_page(pdf: bytes, scale: float) -> bytes:
    """Its first page as PNG."""
    document: Any = pypdfium2.PdfDocument(pdf)
    out = io.BytesIO()
    document[0].render(scale=scale).to_pil().save(out, "PNG")
    return out.getvalue()
