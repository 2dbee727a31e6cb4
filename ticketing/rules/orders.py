"""What somebody comes for, and whether the site knows it."""

from __future__ import annotations

from msgspec import Struct

from ticketing.errors import Forbidden, Invalid, TooManyDossiers, Unknown
from ticketing.rules.people import satisfies
from ticketing.rules.sites import SERVICES, Site

MAX_HANDOVER = 1000
APPLICANTS = ("individual", "organisation")


class TicketOrder(Struct, frozen=True):
    """What somebody asks for; `applicant` is individual or organisation, `exception` a supervisor's reason for
    going past a policy's refusal. `print` is auto, required or no; `printer` a printer's name, "" for the kiosk's
    own."""

    service: str = "submit"
    field: str | None = None
    procedure: str | None = None
    dossiers: int = 1
    priority: str | None = None
    lang: str = ""
    exception: str = ""
    applicant: str | None = None
    print: str = "auto"
    printer: str = ""


def short_code(code: str) -> str:
    """A national procedure code's first two groups: "1.001612.000.00.00.H19" is "1.001612"."""
    return ".".join(code.split(".")[:2])


def complete(site: Site, order: TicketOrder, role: str) -> TicketOrder:
    """The order with its field filled in.

    Raises Unknown for an unknown field or procedure, Invalid, TooManyDossiers, Forbidden.
    """
    if order.service not in SERVICES or (order.service != "submit" and site.service(order.service) is None):
        raise Invalid(("service", "unknown"))
    field, code = order.field, order.procedure
    if field is not None and site.field(field) is None:
        raise Unknown("field", field)
    if code is not None:
        procedure = site.procedure(code) or site.procedure(short_code(code))
        if procedure is None:
            raise Unknown("procedure", code)
        if field not in (None, procedure.field):
            raise Invalid(("field", "not_of_procedure"))
        field, code = procedure.field, procedure.code
    if order.service == "submit" and field is None:
        raise Invalid(("field", "required"))
    if order.applicant not in (None, *APPLICANTS):
        raise Invalid(("applicant", "unknown"))
    if order.priority is not None and site.priority(order.priority) is None:
        raise Invalid(("priority", "unknown"))
    most = MAX_HANDOVER if order.service == "postal_handover" else site.max_dossiers
    if order.dossiers < 1:
        raise Invalid(("dossiers", "too_few"))
    if order.dossiers > most:
        raise TooManyDossiers(max=most)
    if order.exception and not satisfies(role, "supervisor"):
        raise Forbidden("exception")
    return TicketOrder(
        order.service,
        field,
        code,
        order.dossiers,
        order.priority,
        order.lang or site.lang,
        order.exception,
        order.applicant,
        order.print,
        order.printer,
    )
