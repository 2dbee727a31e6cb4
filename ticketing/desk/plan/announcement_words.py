"""The words of the announcements' page: channels, contents, places, and what a plan's texts lack."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from ticketing.rules.announcements import Missing
from ticketing.rules.policies import Policy
from ticketing.rules.text import day_words

CHANNELS = {
    "display": _("Wall displays"),
    "kiosk": _("Kiosks"),
    "phone": _("Phone page of a ticket"),
    "slip": _("Printed slips"),
    "leaflet": _("Leaflets"),
    "portal": _("Province's portal"),
    "web": _("Public page, web sites"),
    "zalo": _("Zalo"),
    "press": _("Newspapers"),
    "radio_tv": _("Radio and television"),
    "sms": _("SMS"),
}
CONTENTS = {
    "period": _("time, places and ways"),
    "hotline": _("hotline"),
    "how_to": _("how to do it"),
    "advantages": _("advantages"),
    "measures": _("protective measures"),
    "why": _("why"),
}
PLACES = {
    "kiosk": _("Kiosk"),
    "wall": _("Wall display"),
    "phone": _("Phone page"),
    "slip": _("Printed slip"),
    "public": _("Public page"),
    "leaflet": _("Leaflet"),
    "sms": _("SMS text"),
}
LANGUAGES = {"vi": _("Vietnamese"), "en": _("English")}
STATUS = {
    "in_force": _("in force"),
    "overlapped": _("displaced by a later one"),
    "upcoming": _("not yet begun"),
    "ended": _("ended"),
    "draft": _("draft, not published"),
}


def lack(policy: Policy, missing: Missing) -> str:
    """What is missing, as a sentence."""
    facts = {"content": CONTENTS[missing.content], "lang": LANGUAGES[missing.lang]}
    if missing.reason == "hotline":
        return gettext("%(content)s, %(lang)s: no text names %(hotline)s", hotline=policy.hotline, **facts)
    if missing.reason == "period":
        days = " – ".join(day_words(day) for day in (policy.valid_from, policy.valid_to) if day)
        return gettext("%(content)s, %(lang)s: no text names the days %(days)s", days=days, **facts)
    if missing.reason == "window" and missing.day is not None:
        return gettext("%(content)s, %(lang)s: no text from %(day)s on", day=day_words(missing.day), **facts)
    if missing.reason == "hidden":
        return gettext("%(content)s: the plan shows no health notices", content=facts["content"])
    return gettext("%(content)s, %(lang)s: no text", **facts)
