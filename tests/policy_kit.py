"""A province with two plans to choose from, and a ward under it, for tests of policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tests.kit import Centre, ManualClock, small_site
from ticketing.rules.policies import Listed, Policy, ProcedureList
from ticketing.rules.sites import Notice

MakeCentre = Callable[..., Centre]
HEAD = "tinh"
LISTED = "2.000815"
ORDINARY = "1.001193"
PRESENT = "1.000894"

LIST = ProcedureList(
    "qd-2132", "Danh mục thử", "Trial list", "2132", date(2019, 10, 2), sample=True,
    items=(Listed(LISTED), Listed("1.001699", date(2026, 11, 24))),
)  # fmt: skip

STRICT = Policy(
    code="chat", title="Kế hoạch chặt", title_en="Strict plan", valid_from=date(2026, 11, 23),
    legal_base="Kế hoạch thử", legal_base_en="Trial plan", online_mode="online_only", online_list="qd-2132",
    other_submit_mode="postal_suggested", result_mode="postal_only",
    release_authority="Thủ tướng công bố hết dịch", release_authority_en="the Prime Minister declares it over",
    local_override=("district", "commune"), portal_url="https://dichvucong.tinh.gov.vn", hotline="0251-1022",
)  # fmt: skip

MILD = replace(
    STRICT, code="nhe", title="Kế hoạch nhẹ", online_mode="online_preferred", result_mode="postal_preferred",
    release_authority="", release_authority_en="",
)  # fmt: skip


def province(*policies: Policy, **changes: Any) -> Any:
    return small_site(code=HEAD, level="province", policies=policies, procedure_lists=(LIST,), **changes)


def centre_under(path: Path, *policies: Policy, clock: ManualClock | None = None, **ward: Any) -> Centre:
    """A ward (SITE) under a province with these policies."""
    centre = Centre(path / "layso.db", clock or ManualClock())
    centre.office.apply_site(province(*policies))
    centre.office.apply_site(small_site(parent=HEAD, **ward))
    return centre


def notice(about: str, policy: str = "chat", **more: Any) -> Notice:
    return Notice(f"Về {about}", f"About {about}", policy=policy, about=about, **more)
