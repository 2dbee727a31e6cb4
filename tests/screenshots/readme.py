"""The few pictures that the README shows, small enough to be kept with the code."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent / "readme"
SIZE = (900, 506)
GROUND = (226, 232, 240)
MARGIN = 18
MOST_BYTES = 150_000


def write(shots: Path) -> list[Path]:
    """Makes all six from the pictures in `shots`. Raises FileNotFoundError when one of those is missing."""
    HERE.mkdir(exist_ok=True)
    upright = [_open(shots, f"kiosk/{state}-1080x1920-vi") for state in ("idle", "field", "number")]
    slip = _open(shots, "phone/its-slip-80mm-vi")
    phones = [_open(shots, f"phone/{state}-390x844-vi") for state in ("three-ahead", "called")]
    plan = [_open(shots, f"plan-tay-ninh/kiosk-{state}-1080x1920-vi") for state in ("listed", "result")]
    leaflet = _open(shots, "plan-dong-nai/leaflet-a5-vi")
    return [
        _save("plan", _beside([*plan, leaflet])),
        _save("kiosk", _beside(upright)),
        _save("wall", _fit(_open(shots, "wall/called-1920x1080-vi"), SIZE)),
        _save("console", _fit(_open(shots, "console/serving-1366x768-vi"), SIZE)),
        _save("phone", _beside([slip, *phones])),
        _save("supervisor", _fit(_open(shots, "supervisor/today-1366x768-vi"), SIZE)),
    ]  # fmt: skip


def _open(shots: Path, name: str) -> Image.Image:
    with Image.open(shots / f"{name}.png") as found:
        return found.convert("RGB")


def _fit(picture: Image.Image, room: tuple[int, int]) -> Image.Image:
    share = min(room[0] / picture.width, room[1] / picture.height)
    return picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)


def _beside(pictures: list[Image.Image]) -> Image.Image:
    """All of them at one height, evenly spread over one ground."""
    canvas = Image.new("RGB", SIZE, GROUND)
    fitted = [_fit(picture, (SIZE[0], SIZE[1] - 2 * MARGIN)) for picture in pictures]
    gap = (SIZE[0] - sum(picture.width for picture in fitted)) // (len(fitted) + 1)
    left = gap
    for picture in fitted:
        canvas.paste(picture, (left, MARGIN))
        left += picture.width + gap
    return canvas


def _save(name: str, picture: Image.Image) -> Path:
    """As many colours as the size allows."""
    path = HERE / f"{name}.png"
    for colours in (256, 128, 64, 32):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    return path
