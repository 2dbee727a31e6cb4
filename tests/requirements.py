"""The statements of the two plans of 2020, what the software does about each, and the tests that hold it down.

`python -m tests.requirements` writes tests/REQUIREMENTS.md; a test says which statements it holds with
`@pytest.mark.states("TN-04")`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tests.marks import HERE, Bearer, bearers, cell, links

MARK = "states"
PAGE = HERE / "REQUIREMENTS.md"
PLANS = {"TN": "Tây Ninh, as reported on 24 March 2020", "DN": "Đồng Nai, from 30 March to 29 April 2020"}


@dataclass(frozen=True, slots=True)
class Statement:
    """`quote` is verbatim, the source's errors kept; parts that stand apart are divided by " … ". `outside` says
    why a statement is not ours."""

    code: str
    quote: str
    behaviour: str
    outside: str = ""


S = Statement
STATEMENTS = (
    S("TN-01", "Trung tâm Hành chính công (TTHCC) tỉnh và Bộ phận Một cửa các cấp",
      "Units of several levels stand under the province's centre; each issues numbers of its own; names are data."),
    S("TN-02", "Thời gian thực hiện từ ngày 30.3.", "The policy is in force from 2020-03-30 and has no end."),
    S("TN-03", "công bố theo Quyết định số 2132 ngày 2.10.2019 của Chủ tịch UBND tỉnh",
      "The procedures that are accepted online only are a named, dated list; any other is not. Our list is marked as "
      "a sample."),
    S("TN-04", "chỉ áp dụng hình thức nhận hồ sơ trực truyến",
      "A listed procedure gets no number: portal, help desk and legal base instead, and a supervisor's journaled "
      "exception."),
    S("TN-05", "Đối với các TTHC còn lại, khuyến khích người dân sử dụng dịch vụ Bưu chính công ích",
      "For all others the post is offered before the number; one tap goes on. Never a block."),
    S("TN-06", "thông báo số lượng hồ sơ tối đa có thể xử lý trong 1 buổi",
      "The cap of the session, what is taken and what is left, in dossiers, is published before anybody queues."),
    S("TN-07", "hướng dẫn tổ chức, cá nhân lấy số thứ tự",
      "Organisations and individuals take numbers, with guidance and a help desk."),
    S("TN-08", "thông báo thời gian xử lý",
      "Expected time of the turn and processing time of the procedure, each under its own label; the second changes "
      "at 15:00."),
    S("TN-09", "khuyến khích người dân sử dụng dịch vụ công trực tuyến và dịch vụ bưu chính công ích",
      "Notices on kiosk, wall, phone and public page."),
    S("TN-10", "Về việc trả kết quả, chỉ áp dụng qua dịch vụ Bưu chính công ích trong thời gian thực hiện các biện "
      "pháp phòng, chống dịch COVID-19",
      "Collecting a result gives no number while the policy holds; the refusal names the post."),
    S("TN-11", "sẽ thực hiện trả kết quả sau khi Thủ tướng công bố hết dịch",
      "Results of those who decline the post are deferred and counted; no date is promised. An administrator enters "
      "the act, never a timer, and collecting opens under its cap."),
    S("TN-12", "duy trì ổn định, an toàn dữ liệu của Cổng dịch vụ công của tỉnh tại địa chỉ "
      "https://dichvucong.tayninh.gov.vn",
      "The portal's address is data; while it is marked as interrupted nobody is sent there."),
    S("TN-13", "Cổng hành chính tỉnh Tây Ninh trên mạng xã hội Zalo",
      "The channel is named, and its address, once entered, is among the alternatives."),
    S("TN-14", "Các sở ngành, chủ động rà soát, thực hiện đơn giản hóa các quy trình TTHC",
      "The list changes by days of its own while the service runs."),
    S("TN-15", "Bưu điện tỉnh Tây Ninh phải đảm bảo nhân sự tiếp nhận và trả kết quả",
      "A postman hands over many dossiers under one number, outside the cap."),
    S("TN-16", "Đối với UBND cấp huyện, cấp xã căn cứ điều kiện, tình hình thực tế tại địa phương chủ động áp dụng "
      "linh hoạt các nội dung thực hiện qua dịch vụ bưu chính công ích",
      "District and commune override the two postal fields only, with who, when and why; the province's centre never."),
    S("TN-17", "đặc biệt là nhân dân khi đến giao dịch tại TTHCC tỉnh",
      "Less crowding: the phone tells how many are ahead."),
    S("DN-01", "Hạn chế việc tập trung đông người",
      "People in the room are counted; above a limit, which a unit may set, those whose turn is far wait outside."),
    S("DN-02", "Khuyến khích cá nhân, tổ chức tăng cường sử dụng Dịch vụ công trực tuyến mức độ 3, 4",
      "The portal first for listed procedures; a number can still be taken."),
    S("DN-03", "Các nội dung triển khai phải được thông báo rộng rãi và hướng dẫn tổ chức, cá nhân.",
      "A set of announcements that is checked against the plan's own contents."),
    S("DN-04", "hiệu quả, nhanh chóng, tiện lợi hơn khi đến thực hiện trực tiếp",
      "Visits in person go on; waiting and service are measured."),
    S("DN-05", "cũng như các bộ phận làm việc tại", "Officers pause between calls; the wall says so."),
    S("DN-06", "Tăng cường hình thức tiếp nhận hồ sơ trực tuyến và trả kết quả qua dịch vụ Bưu chính công ích",
      "As DN-02, with the result by post in the same answer."),
    S("DN-07", "hạn chế hình thức tiếp nhận hồ sơ và trả kết quả trực tiếp",
      "For all others the post first, then the number: limited by an offer, never forbidden; no cap."),
    S("DN-08", "Tăng cường áp dụng hình thức trả kết quả thông qua dịch vụ Bưu chính công ích",
      "The post is preferred for results; numbers for collecting are still given."),
    S("DN-09", "Từ ngày 30/3/2020 đến 29/4/2020.",
      "A window of local days, both included; afterwards the policy holds no more by itself."),
    S("DN-10", "Tại Trung tâm Hành chính công tỉnh và Bộ phận tiếp nhận và trả kết quả các cấp.",
      "One policy holds at every unit of the province."),
    S("DN-11", "Bandrol, khẩu hiệu tuyên truyền, tờ rơi và hướng dẫn trực tiếp",
      "A leaflet to print, and a slogan on the wall."),
    S("DN-12", "phải đeo khẩu trang đảm bảo quy định", "A notice on kiosk, wall, phone and slip; never a data field."),
    S("DN-13", "Bố trí đầy đủ nước rửa tay sát khuẩn", "An item of the session's opening checklist."),
    S("DN-14", "Tổ chức đo thân nhiệt.", "A notice and a checklist item; no temperature can be recorded."),
    S("DN-15", "Tăng cường vệ sinh phòng dịch sau mỗi buổi … Tay nắm cửa, lau chùi vệ sinh sàn nhà",
      "A cleaning checklist after each session, due until a role has signed it; it stops nobody."),
    S("DN-16", "Thông báo về thời gian thực hiện kế hoạch, các địa điểm, hình thức tiếp nhận và trả kết quả.",
      "Required content “period”: without it the policy can't be published."),
    S("DN-17", "Tổng đài 0251-1022", "The hotline with every alternative, on slip, wall and page; required content."),
    S("DN-18", "Hướng dẫn người dân sử dụng dịch vụ công trực tuyến mức độ 3, 4; Dịch vụ Bưu chính công ích.",
      "How to apply online and by post; required content."),
    S("DN-19", "Giải thích và hướng dẫn cụ thể cho cá nhân, tổ chức hiểu đúng và chia sẻ",
      "Why results should go by post; required content."),
    S("DN-20", "Văn phòng UBND tỉnh thực hiện tuyên truyền tại Trung tâm Hành chính công tỉnh, trên Cổng Thông tin "
      "điện tử tỉnh; thông báo cho tổ chức, cá nhân trên mạng xã hội Zalo.",
      "One set of texts for every channel that the plan names, with the channel's owner. Others publish it."),
    S("DN-21", "tổ chức tuyên truyền tại Bộ phận một cửa các cấp",
      "Units inherit the province's texts and add to them."),
    S("DN-22", "gửi tin nhắn SMS đến các thuê bao di động",
      "The text for the telecommunication companies with its length in parts; no telephone numbers here."),
    S("DN-23", "https://dichvucung.dongnai.gov.vn",
      "A portal address of another form than dichvucong.<địa phương>.gov.vn is warned of, not refused."),
    S("DN-24", "bổ sung thông tin về Tổng đài 0251-1022 vào Cổng dịch vụ công của tỉnh",
      "The hotline on our own public page; the portal is others'."),
    S("DN-25", "Đảm bảo thống kê các số liệu hồ sơ nộp và trả kết quả giải quyết trong quá trình triển khai thực hiện "
      "nộp hồ sơ trực tuyến",
      "Daily: in person, diverted to the portal, diverted to the post, returned. They are diversions at the kiosk, not "
      "filings at the portal."),
    S("DN-26", "Cử công chức hỗ trợ khi cá nhân, tổ chức có yêu cầu (qua số điện thoại đường … dây nóng)",
      "The hotline with every procedure; the help desk is always open."),
    S("DN-27", "thực hiện nghiêm túc việc tiếp nhận, luân chuyển và xử lý hồ sơ", "",
      "How a dossier is handled after it was handed in is the one-stop information system's."),
    S("DN-28", "lập danh sách xác nhận việc tiếp nhận và trả kết quả thủ tục hành chính qua dịch vụ Bưu chính công ích",
      "The list of what was received and returned by post, by unit and day, with totals and two signatures."),
    S("DN-29", "Sở Tài chính có cơ sở tổng hợp trình UBND tỉnh xem xét, phê duyệt ngân sách hỗ trợ",
      "The list can be reproduced from the journal; a correction is a row of its own; both ends of the window count."),
    S("DN-30", "Quyết định số 45/2016/QĐ-TTg",
      "Three forms of the postal service; who must be present is never offered it."),
    S("DN-31", "Đề xuất chính sách về giảm giá cước dịch vụ Bưu chính công ích và các ưu đãi khác (nếu có)",
      "A reduction is optional and has days of its own; the plan only proposes one, so none is shown."),
    S("DN-32", "chủ động áp dụng linh hoạt các nội dung thực hiện tiếp nhận và trả kết quả thông qua dịch vụ Bưu chính "
      "công ích", "As TN-16."),
    S("DN-33", "nếu có khó khăn, vướng mắc thì kịp thời thông tin đến Văn phòng UBND tỉnh",
      "Difficulties are noted by session and can be exported."),
    S("DN-34", "Chỉ thị số 15/CT-TTg ngày 27/03/2020",
      "Cited as the plan's base. Its 20 people are about meetings: no unit has a limit until it sets one."),
    S("DN-35", "Truyền thông về các tiện lợi của DVC mức độ 3, 4 và dịch vụ Bưu chính công ích. … Thông báo về các "
      "biện pháp, khuyến cáo thực hiện biện pháp phòng, chống dịch COVID-19 … Tuyên truyền các nội dung khuyến cáo "
      "của Bộ Y tế",
      "Advantages, measures and the Ministry of Health's advice; required contents."),
    S("DN-36", "phối hợp chặt chẽ với Bưu điện các cấp … bố trí nguồn kinh phí từ hoạt động cải cách hành chính", "",
      "Agreements with the post, money and the review of procedures are made elsewhere; what they change here are the "
      "list's days (TN-14) and the finance list (DN-28)."),
)  # fmt: skip


def page(found: list[Bearer]) -> str:
    """The table as Markdown."""
    lines = [
        "# What the two plans of 2020 ask for, and the tests that hold it",
        "",
        "Made by `make requirements` from `tests/requirements.py` and from the marks of the tests; don't edit it here.",
        "Quotes are verbatim, with the errors of their sources.",
    ]
    for plan, title in PLANS.items():
        ours = [one for one in STATEMENTS if one.code.startswith(plan) and not one.outside]
        lines += ["", f"## {title}", "", "| ID | Quote | Behaviour | Tests |", "|---|---|---|---|"]
        for one in ours:
            lines.append(f"| {one.code} | {_quoted(one)} | {cell(one.behaviour)} | {links(found, one.code)} |")
    lines += ["", "## Out of scope", "", "| ID | Quote | Why |", "|---|---|---|"]
    lines += [f"| {one.code} | {_quoted(one)} | {cell(one.outside)} |" for one in STATEMENTS if one.outside]
    return "\n".join(lines) + "\n"


def _quoted(one: Statement) -> str:
    return " … ".join(f"«{part}»" for part in one.quote.split(" … "))


def main() -> int:
    PAGE.write_text(page(bearers(MARK)), encoding="utf-8")
    print(f"{PAGE.name}: {len(STATEMENTS)} statements, {len(bearers(MARK))} tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
