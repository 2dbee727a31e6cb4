"""What a site's slip looks like: which blocks stand on it, its own words above and below, a logo, the paper's width."""

from dataclasses import dataclass

WIDTHS = (58, 80)
BLOCKS = (
    "site_name", "procedure", "ahead", "expected", "dossiers", "processing_time", "bring", "session", "code", "notices",
    "hotline", "thanks",
)  # fmt: skip
LONGEST_TEXT = 300
MOST_LOGO_BYTES = 8 * 1024
# 47 × 30 mm at 203 dpi: it fits the narrower paper too.
LOGO_DOTS = (376, 240)


@dataclass(frozen=True, slots=True)
class SlipLayout:
    """The slip of a site, the same on every printer, as PDF and as PNG.

    Number, service, time of issue and that it is no receipt stand on every slip; `blocks` are what else does, in the
    slip's own order. `header` stands under the site's name, `footer` at the end. `logo` is a PNG in base64, `width` the
    paper of a kiosk that prints by its browser, in millimetres.
    """

    blocks: tuple[str, ...] = BLOCKS
    header: str = ""
    header_en: str = ""
    footer: str = ""
    footer_en: str = ""
    logo: str = ""
    width: int = 80
