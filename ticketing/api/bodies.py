"""What a request body may hold: one struct for each. Unknown keys, wrong types, lengths and ranges are
refused here; whether a code exists and a verb is allowed, the office decides. UNSET is a key that wasn't
given."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from ticketing.rules.post import MOST_DOSSIERS
from ticketing.rules.sites import MAX_CAP

Code = Annotated[str, Meta(max_length=64)]
TicketNumber = Annotated[str, Meta(min_length=1, max_length=16)]
Reason = Annotated[str, Meta(max_length=300)]
Cap = Annotated[int, Meta(ge=0, le=MAX_CAP)]
Score = Annotated[int, Meta(ge=1, le=4)]
CounterNumber = Annotated[int, Meta(ge=1, le=9999)]
Expect = Annotated[str, Meta(max_length=16)] | None | UnsetType
Lang = Literal["vi", "en"]
ServiceCode = Literal["submit", "result", "help", "postal_handover"]
# A loose check of both styles of dossier codes in use, so that no name or phone number is kept as one.
# Blanks around and small letters come from keyboards and scanners; the office keeps neither.
_UNIT = r"([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Za-z][0-9]{2}|[A-Za-z][0-9]{2}(\.[0-9]{1,3}){0,3})"
DossierCode = Annotated[str, Meta(max_length=60, pattern=rf"^[ \t]*{_UNIT}-[0-9]{{6}}-[0-9]{{4,}}[ \t]*$")]


class Request(Struct, forbid_unknown_fields=True):
    pass


class Nothing(Request):
    """A call without arguments: no body, or `{}`."""


class PolicyException(Request):
    """Why a supervisor goes past a policy's refusal; journaled."""

    reason: Annotated[str, Meta(min_length=1, max_length=300)]


class NewTicket(Request):
    """`field` or `procedure` for `submit`; both optional for the other services. `print`: `required` gives no number
    while no paper can come, `no` prints none. `printer` names one: the kiosk's own by default, for officers none."""

    service: ServiceCode = "submit"
    field: Code | None = None
    procedure: Code | None = None
    dossiers: Annotated[int, Meta(ge=1, le=MAX_CAP)] = 1
    priority: Code | None = None
    applicant: Literal["individual", "organisation"] | None = None
    lang: Lang | None = None
    exception: PolicyException | None = None
    print: Literal["auto", "required", "no"] = "auto"
    printer: Annotated[str, Meta(max_length=60)] = ""


class OpenCounter(Request):
    """`fields` and `services` default to the counter's own; `takeover` takes it from another officer."""

    fields: Annotated[list[Code], Meta(max_length=200)] | None = None
    services: Annotated[list[Code], Meta(max_length=20)] | None = None
    takeover: bool = False


class WithReason(Request):
    reason: Reason = ""


class Pause(Request):
    """`minutes`: after how many the officer means to be back; until then people wait for this counter too."""

    reason: Reason = ""
    minutes: Annotated[int, Meta(ge=1, le=240)] | None = None


class BesideTheCounter(Request):
    """`expect` is the number now at the counter that the actor holds, or null: for none there, and for who holds no
    counter. If it is another, nothing happens."""

    reason: Reason = ""
    expect: Expect = UNSET


class CallNext(Request):
    """`previous` ends the ticket still at the counter; `expect` is the number on the officer's screen."""

    previous: Literal["done", "no_show"] = "done"
    expect: Expect = UNSET


class CallNumber(Request):
    """Calls a ticket out of turn, which is journaled with its reason."""

    number: TicketNumber
    reason: Reason = ""
    previous: Literal["done", "no_show"] = "done"
    expect: Expect = UNSET


class Step(Request):
    """`expect` is the number on the officer's screen, or null for none."""

    expect: Expect = UNSET


class Finish(Request):
    """`dossiers` really received; `postal` says what goes by post, for `postal_dossiers`: by default as many as
    there are `dossier_codes`, without codes as many as were received. No code twice."""

    dossiers: Annotated[int, Meta(ge=0, le=MAX_CAP)] | None = None
    outcome: Annotated[str, Meta(max_length=64)] = ""
    postal: Literal["submit", "return", "both"] | None = None
    dossier_codes: Annotated[
        list[DossierCode], Meta(max_length=MOST_DOSSIERS, extra_json_schema={"uniqueItems": True})
    ] = []
    postal_dossiers: Annotated[int, Meta(ge=1, le=MOST_DOSSIERS)] | None = None
    expect: Expect = UNSET


class Hold(Request):
    reason: Reason = ""
    expect: Expect = UNSET


class Transfer(Request):
    """To a `field` or to a `counter`, one of the two."""

    field: Code | None = None
    counter: CounterNumber | None = None
    expect: Expect = UNSET


class Resume(Request):
    """Takes a held or absent ticket back to this counter."""

    number: TicketNumber
    expect: Expect = UNSET


class Reopen(Request):
    """Takes a finished ticket of today back to this counter, as called; journaled with its reason."""

    number: TicketNumber
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    expect: Expect = UNSET


class Rating(Request):
    """4 very satisfied, 3 satisfied, 2 neutral, 1 not satisfied."""

    score: Score


class ChangeSession(Request):
    """Absent is unchanged, null is no cap; `field_caps` and `service_caps` merge."""

    cap: Cap | None | UnsetType = UNSET
    field_caps: dict[Code, Cap | None] = {}
    service_caps: dict[Code, Cap | None] = {}
    state: Literal["open", "paused", "closed"] | None = None
    waiting: Literal["serve_out", "carry_over", "expire"] | None = None
    reason: Reason = ""


class StopEverything(Request):
    """`text` is shown on every screen until the stop is lifted; `reason` goes into the journal. `units` also
    stops every unit of the office, for its own admin. `evacuate`: everybody has to leave, and the screens are red."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    text_en: Annotated[str, Meta(max_length=300)] = ""
    units: bool = False
    evacuate: bool = False


class LiftStop(Request):
    """`units` also lifts what this office's stop had brought to its units."""

    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    units: bool = False
