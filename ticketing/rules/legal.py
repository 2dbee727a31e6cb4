"""The legal bases that pages and papers name, each with the days of its validity: what is shown is what is in
force on the site's own day, so a plan of 2020 and a centre of today each name the text of their time.

Only what was found in a published text stands here: an article is named where its wording was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ticketing.rules.policies import Days, provincial_portal

LAST_OF_2018 = date(2025, 6, 30)
FIRST_OF_2025 = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Base(Days):
    """A legal text as it is cited, from and to a day, both included; None is no end on that side."""

    name: str
    name_en: str
    valid_from: date | None = None
    valid_to: date | None = None


BASES: dict[str, tuple[Base, ...]] = {
    # What is handed in after 15:00 is forwarded on the next working day.
    "next_day": (
        Base("Nghị định 61/2018/NĐ-CP, Điều 18.2", "Decree 61/2018/NĐ-CP, Article 18.2", valid_to=LAST_OF_2018),
        Base("Nghị định 118/2025/NĐ-CP", "Decree 118/2025/NĐ-CP", valid_from=FIRST_OF_2025),
    ),
    # A centre posts which procedures are done by post, and which are not.
    "postal_lists": (Base("Quyết định 45/2016/QĐ-TTg, Điều 13", "Decision 45/2016/QĐ-TTg, Article 13"),),
    # Who has to be present in person can't use the post.
    "presence": (Base("Quyết định 45/2016/QĐ-TTg", "Decision 45/2016/QĐ-TTg"),),
}  # fmt: skip
# The provinces' portals closed their pages for citizens; the national one is the single window.
ONE_PORTAL = FIRST_OF_2025
# The national portal is entered with the account of electronic identity alone (Quyết định 29/2026/QĐ-TTg).
VNEID_ALONE = date(2026, 7, 20)


def closed_portal(url: str, day: date) -> bool:
    """Whether citizens find nothing at this portal on that day: worth a warning, never a refusal."""
    return day >= ONE_PORTAL and provincial_portal(url)


def base(subject: str, day: date) -> Base:
    """What `subject` rests on at a site whose day it is."""
    return next(one for one in BASES[subject] if one.hold(day))
