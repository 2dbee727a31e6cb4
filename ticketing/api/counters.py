"""What is done at a counter, or with a numbered ticket: every such call is a verb of the office, and its body
holds the verb's arguments by their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Response

from ticketing.answers import console, counters, tickets
from ticketing.api.calls import Call, answer, items, nothing
from ticketing.api.parsing import counter_number, query, query_number
from ticketing.rules.tickets import Ticket

# A body's `counter` is not the one that the path names.
RENAMED = {"counter": "to_counter"}


def acting(verb: Callable[..., Any], name: str = "") -> Callable[..., Response]:
    """The view of a verb on the path's counter or number; its key is used where the route takes one."""

    def view(call: Call, site: str, counter: str = "", number: str = "") -> Response:
        at = number or counter_number(counter)
        done = call.office.do(call.here, verb, at, **_arguments(call.body))
        if done is None:
            return nothing()
        if isinstance(done, Ticket):
            return answer(call.office.see(site, tickets.of, done, call.lang, staff=True))
        return answer(call.office.see(site, counters.of, done, call.lang))

    view.__name__, view.__doc__ = name or verb.__name__, verb.__doc__
    return view


def list_waiting(call: Call, site: str) -> Response:
    """Who waits for `counter`, in the order in which it will call them; without one, who waits at all, by place. Ask
    again with `skip` set to `next` until there is none."""
    given = query("counter")
    counter = counter_number(given) if given else None
    skip = max(0, query_number("skip", 0))
    limit = min(max(1, query_number("limit", 100)), console.MOST_ASKED)
    found = call.office.see(site, console.waiting, counter, call.lang, skip, limit + 1)
    return items(found[:limit], skip + limit if len(found) > limit else None)


def _arguments(body: msgspec.Struct) -> dict[str, object]:
    return {RENAMED.get(key, key): getattr(body, key) for key in body.__struct_fields__}
