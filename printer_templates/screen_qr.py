"""A QR code for screens, as SVG: one path, crisp at every size, no style in it."""

from __future__ import annotations

from printer_templates.qr import QUIET_ZONE, modules, runs


def qr_svg(url: str) -> str:
    """`url` as an SVG document with its quiet zone. Raises ValueError when no QR code holds it."""
    rows = modules(url)
    size = len(rows) + 2 * QUIET_ZONE
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z" for x, y, length in runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )
