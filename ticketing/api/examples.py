"""Examples for the OpenAPI document, by schema; a test decodes each as what it is an example of."""

from typing import Any

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "NewTicket": [
        {"field": "HT", "dossiers": 2},
        {"procedure": "1.001193", "lang": "en"},
        {"service": "help"},
    ],
    "CallNext": [{"previous": "done", "expect": "1007"}, {"previous": "no_show"}, {}],
    "CallNumber": [{"number": "1012", "reason": "Người cao tuổi, đi lại khó khăn"}],
    "OpenCounter": [{}, {"fields": ["HT", "CT"], "takeover": True}],
    "Finish": [{}, {"dossiers": 1, "postal": "return", "dossier_codes": ["H19.33.15-261123-0007"]}],
    "Transfer": [{"field": "DD"}, {"counter": 4}],
    "Resume": [{"number": "1009"}],
    "Reopen": [{"number": "1009", "reason": "Bấm nhầm hoàn tất, còn thiếu giấy tờ", "expect": None}],
    "BesideTheCounter": [{"reason": "Đã quay lại"}, {"reason": "Xin về", "expect": "1007"}],
    "Rating": [{"score": 4}],
    "StopEverything": [
        {
            "text": "Tạm dừng do mất điện. Số đã cấp vẫn giữ nguyên.",
            "text_en": "Paused because of a power cut. Your number stays good.",
            "reason": "Mất điện toàn phường",
        }
    ],
    "LiftStop": [{"reason": "Đã có điện trở lại"}],
    "ChangeSession": [
        {"cap": 60, "field_caps": {"CT": 25}, "reason": "Thêm một cán bộ"},
        {"state": "paused"},
    ],
    "Problem": [
        {
            "type": "/api/v1/openapi.json#/x-problems/cap_reached",
            "status": 409,
            "title": "Đã hết số",
            "detail": "Buổi này đã nhận đủ hồ sơ.",
            "code": "cap_reached",
            "reason": "none_left",
            "remaining": 0,
        }
    ],
}
