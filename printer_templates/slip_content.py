"""What a slip says: plain data, every text ready to print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlipLabels:
    """The fixed texts of a slip, already in the ticket's language."""

    title: str
    scan: str
    not_a_receipt: str
    thanks: str
    lang: str = "vi"


@dataclass(frozen=True, slots=True)
class Slip:
    """One queue slip. Every text is ready to print; an empty one is left out with its space.

    `number` is what console, wall and voice say too; `url` is the ticket's phone page and goes into the QR
    code unchanged; without one there is no code. `procedure_name` stays empty for sensitive fields. `processing_time`
    is how long the office may take, apart from `expected`; `late` stands under it. `bring` is left out where it takes
    more than two lines. `rehearsal` and `reprint` become black banners. `header` stands under the site's name, `footer`
    at the end; `logo` is a PNG. `ledger` tells what the public ledger was before this number.
    """

    number: str
    site_name: str
    url: str
    labels: SlipLabels
    service_name: str
    procedure_name: str = ""
    dossiers: str = ""
    session_name: str = ""
    issued: str = ""
    ahead: str = ""
    expected: str = ""
    processing_time: str = ""
    late: str = ""
    bring: str = ""
    notices: tuple[str, ...] = ()
    hotline: str = ""
    rehearsal: str = ""
    reprint: str = ""
    header: str = ""
    footer: str = ""
    ledger: str = ""
    logo: bytes = b""
