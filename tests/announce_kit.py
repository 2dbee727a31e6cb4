"""A province in the spring of 2020 with a plan and all of its texts, for tests of announcements and leaflets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.kit import small_site
from ticketing.rules.policies import CONTENTS, Channel, Listed, Policy, ProcedureList
from ticketing.rules.sites import Notice, Site

FIRST, LAST = date(2020, 3, 30), date(2020, 4, 29)
EVERYWHERE = ("kiosk", "wall", "phone", "slip", "public", "leaflet")

SPRING = Policy(
    code="xuan", title="Kế hoạch phòng, chống dịch tại Trung tâm Hành chính công tỉnh và Bộ phận Một cửa các cấp",
    title_en="Plan of the one-stop offices during the epidemic", valid_from=FIRST, valid_to=LAST,
    authority="Ủy ban nhân dân tỉnh", authority_en="The Provincial People's Committee",
    legal_base="Kế hoạch của UBND tỉnh; Chỉ thị số 15/CT-TTg ngày 27/3/2020",
    legal_base_en="Plan of the Provincial People's Committee; Directive 15/CT-TTg of 27 March 2020",
    online_mode="online_preferred", online_list="muc-do-3-4", other_submit_mode="postal_suggested",
    result_mode="postal_preferred", hotline="0251-1022", portal_url="https://dichvucong.dongnai.gov.vn",
    zalo_url="https://zalo.me/1234567890", zalo_channel="Cổng hành chính tỉnh", health_notices=True,
    required_contents=CONTENTS, session_cap_announced=True,
    channels=(
        Channel("kiosk", "Văn phòng UBND tỉnh", "The Office of the People's Committee"),
        Channel("display", "Văn phòng UBND tỉnh", "The Office of the People's Committee"),
        Channel("zalo", "Văn phòng UBND tỉnh", "The Office of the People's Committee"),
        Channel("portal", "Văn phòng UBND tỉnh", "The Office of the People's Committee"),
        Channel("leaflet"),
        Channel("sms", "Sở Thông tin và Truyền thông", "The Department of Information and Communications"),
    ),
)  # fmt: skip

LIST = ProcedureList(
    "muc-do-3-4", "Thủ tục mức độ 3, 4", "Procedures of levels 3 and 4", "2132", date(2019, 10, 2), sample=True,
    items=(Listed("2.000815"),),
)  # fmt: skip

TEXTS = {
    "period": (
        "Từ ngày 30/3/2020 đến ngày 29/4/2020, tại Trung tâm và Bộ phận Một cửa các cấp: nộp trực tuyến, qua bưu chính "
        "hoặc lấy số tại quầy; nhận kết quả qua bưu chính hoặc tại quầy.",
        "From 30 March to 29 April 2020, at the centre and all one-stop offices: submit online, by post or with a "
        "number at the counter; get results by post or at the counter.",
    ),
    "hotline": ("Cần hỗ trợ, xin gọi Tổng đài 0251-1022.", "For help please call (0251) 1022."),
    "how_to": (
        "Mở Cổng dịch vụ công, đăng nhập, chọn thủ tục, gửi giấy tờ; hoặc đem hồ sơ ra bưu cục gần nhất.",
        "Open the service portal, sign in, choose the procedure and send your papers; or take them to a post office.",
    ),
    "advantages": (
        "Không phải đi lại, không phải chờ; theo dõi được hồ sơ ở nhà.",
        "No way and no wait; you follow your dossier at home.",
    ),
    "measures": (
        "Xin đeo khẩu trang, rửa tay sát khuẩn, đo thân nhiệt và giữ khoảng cách khi đến giao dịch.",
        "Please wear a mask, use the sanitiser, have your temperature taken and keep your distance.",
    ),
    "why": (
        "Vì sao: ít người tụ tập hơn thì mọi người cùng an toàn hơn.",
        "Why: the fewer people gather, the safer all of us are.",
    ),
}
SMS = Notice(
    "Tu 30/3: nên nộp hồ sơ qua dichvucong.dongnai.gov.vn hoặc bưu chính. Hỗ trợ: 0251-1022.",
    "From 30/3 please submit at dichvucong.dongnai.gov.vn or by post. Help: 0251-1022.", ("sms",), policy="xuan",
)  # fmt: skip


def texts(policy: str = "xuan", **more: Any) -> tuple[Notice, ...]:
    """A notice for each content, in both languages, everywhere."""
    return tuple(
        Notice(vi, en, EVERYWHERE, policy=policy, about=about, **more) for about, (vi, en) in TEXTS.items()
    )


def spring(policy: Policy = SPRING, notices: tuple[Notice, ...] | None = None, **changes: Any) -> Site:
    """The province; its code is that of api_kit."""
    told = (*texts(), SMS) if notices is None else notices
    more: dict[str, Any] = {"code": "province", "level": "province", "name": "Trung tâm Hành chính công tỉnh"}
    return replace(small_site(), policies=(policy,), procedure_lists=(LIST,), notices=told, **(more | changes))
