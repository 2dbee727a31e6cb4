"""The words of the kiosk's how-to pages: taking a number, applying online, sending and receiving by post. Lines
that rest on a law go by the site's day (`policy_wording.law_texts`)."""

from __future__ import annotations

from flask_babel import gettext as _


def guide_texts() -> dict[str, str]:
    return {
        "guides_open": _("How-to"),
        "guides_title": _("What would you like to know?"),
        **_number(),
        **_online(),
        **_post(),
        **_return(),
    }


def _number() -> dict[str, str]:
    return {
        "guide_number": _("How to take a number"),
        "guide_number_note": _("From this screen to the counter"),
        "guide_number_why": _("Why: everybody is served in turn, and nobody has to stand in a queue."),
        "guide_number_1": _("Touch “%(button)s” and choose what you have come for.", button=_("Take a number")),
        "guide_number_2": _("Say how many dossiers you bring, then take the slip."),
        "guide_number_3": _("Sit down and follow the screen and the loudspeaker, or scan the slip and wait outside."),
        "guide_number_4": _("When your number is called, go to that counter with your papers."),
        "guide_number_end": _("Were you away when it was called? See the help desk: it can be put back in the queue."),
    }


def _online() -> dict[str, str]:
    return {
        "guide_online": _("How to apply online"),
        "guide_online_note": _("At the public service portal"),
        "guide_online_why": _("Why: no travel, no waiting, and you can follow your dossier at any time."),
        "guide_online_1": _("Scan this code with your phone, or open %(address)s", address="%(address)s"),
        "guide_online_3": _("Find the procedure by its name and fill in the form."),
        "guide_online_4": _("Photograph your papers, attach them, pay the fee if there is one, and send."),
        "guide_online_5": _("Keep the dossier code: with it you follow the dossier and get the result."),
    }


def _post() -> dict[str, str]:
    """Forms, hand-over record and postage by Decision 45/2016/QĐ-TTg, Articles 5, 7, 11 and 12."""
    return {
        "guide_post": _("How to send by post"),
        "guide_post_note": _("The public postal service (BCCI)"),
        "guide_post_why": _("Why: you need not come here to submit, nor to collect the result."),
        "guide_post_form_1": _("Send the dossier"),
        "guide_post_form_2": _("Receive the result"),
        "guide_post_form_3": _("Both ways"),
        "guide_post_1": _("At any post office ask for the public postal service, and say which of the three you want."),
        "guide_post_2": _("Count the papers together with the postman and sign the hand-over record."),
        "guide_post_3": _("The sender pays the postage. The fees of the procedure can be paid there too."),
    }


def _return() -> dict[str, str]:
    """The receipt by Decree 118/2025/NĐ-CP (until 30/6/2025 Decree 61/2018/NĐ-CP, Article 6.2.b); the postage by
    Decision 45/2016/QĐ-TTg, Article 12."""
    return {
        "guide_return": _("How to get the result by post"),
        "guide_return_note": _("It comes to your address"),
        "guide_return_why": _("Why: you need not come here again, nor wait for your turn."),
        "guide_return_1": _("Have the receipt and appointment slip of your dossier ready."),
        "guide_return_2": _("At any post office or at the help desk here, register to receive the result by post."),
        "guide_return_3": _("The postman brings it. The receiver signs for it and pays the postage."),
    }
