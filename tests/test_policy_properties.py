"""Whatever a plan says: its decisions are the contract's, and precedence holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import small_site
from tests.policy_kit import HEAD, LIST, LISTED, ORDINARY, PRESENT, STRICT, province
from ticketing.answers import plans as answers
from ticketing.rules import plans
from ticketing.rules.plans import Plan
from ticketing.rules.policies import (
    IN_PERSON,
    ONLINE_MODES,
    RESULT_MODES,
    SUBMIT_MODES,
    Exemption,
    Listed,
    Override,
    Policy,
)

PROCEDURES = [small_site().procedure(code) for code in (LISTED, ORDINARY, PRESENT)] + [None]
WARD = small_site(parent=HEAD)
SUBMITS = {"ticket", "online_preferred", "online_only", "post_preferred", "suspended"}
RESULTS = {"ticket", "post_preferred", "post_only", "suspended"}
DAY = date(2026, 11, 23)

policies = st.builds(
    replace,
    st.just(STRICT),
    online_mode=st.sampled_from(ONLINE_MODES),
    other_submit_mode=st.sampled_from(SUBMIT_MODES),
    result_mode=st.sampled_from(RESULT_MODES),
    in_person=st.sampled_from(IN_PERSON),
    published=st.booleans(),
    valid_from=st.dates(date(2026, 11, 20), date(2026, 11, 26)),
    valid_to=st.none() | st.dates(date(2026, 11, 26), date(2026, 12, 1)),
    issued_at=st.none() | st.dates(date(2026, 11, 1), date(2026, 11, 4)),
    local_override=st.sampled_from([(), ("commune",)]),
    exemptions=st.sampled_from([(), (Exemption(LISTED, "x"),), (Exemption(ORDINARY, "x"),)]),
)
overrides = st.none() | st.builds(
    Override,
    st.just(STRICT.code),
    st.just("UBND"),
    st.just(DAY),
    st.just("Không có bưu cục"),
    st.sampled_from(("", *SUBMIT_MODES)),
    st.sampled_from(("", *RESULT_MODES)),
)
lists = st.lists(st.sampled_from([LISTED, PRESENT, ORDINARY]).map(Listed), unique=True).map(tuple)
relaxed = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def planned(policy: Policy, own: Override | None, items: tuple[Listed, ...]) -> Plan:
    head = replace(province(policy), procedure_lists=(replace(LIST, items=items),))
    return plans.plan((replace(WARD, overrides=(own,) if own else ()), head), DAY)


@relaxed
@given(policies, overrides, lists, st.booleans())
def test_every_decision_is_one_of_the_contracts_and_a_refusal_is_what_it_says(
    policy: Policy, own: Override | None, items: tuple[Listed, ...], down: bool
) -> None:
    plan = planned(policy, own, items)
    for asked in PROCEDURES:
        assert plans.submitting(plan, asked, down) in SUBMITS
        assert plans.returning(plan, asked) in RESULTS
        for service in ("submit", "result", "help", "postal_handover"):
            decision = plans.decide(plan, service, asked, down)
            refusal = plans.refusal(plan, service, asked, down, "vi")
            assert (refusal.code if refusal else decision) == decision
            assert (refusal is not None) is (decision in plans.REFUSED)
            assert service in ("submit", "result") or decision == "ticket"
            if refusal is not None:
                told = answers.refused(refusal.refusal, "")
                assert told.legal_base and told.legal_base.text and told.alternatives.help_desk


@relaxed
@given(policies, overrides, lists, st.booleans())
def test_exception_goes_before_override_before_province_before_the_default(
    policy: Policy, own: Override | None, items: tuple[Listed, ...], down: bool
) -> None:
    plan, bare = planned(policy, own, items), planned(policy, None, items)
    exempt = {one.procedure for one in policy.exemptions}
    as_if = policy
    if own is not None and policy.local_override:
        as_if = replace(
            policy, other_submit_mode=own.other_submit_mode or policy.other_submit_mode,
            result_mode=own.result_mode or policy.result_mode,
        )  # fmt: skip
    merged = planned(as_if, None, items)
    for asked in PROCEDURES:
        both = (plans.submitting(plan, asked, down), plans.returning(plan, asked))
        if plan.policy is None or (asked is not None and asked.code in exempt):
            assert both == ("ticket", "ticket")
            continue
        assert both == (plans.submitting(merged, asked, down), plans.returning(merged, asked))
        before = plans.submitting(bare, asked, down)
        assert before == both[0] or {before, both[0]} == {"ticket", "post_preferred"}, "no more than postal content"
        if policy.in_person == "suspended":
            assert both == ("suspended", "suspended")
        elif asked is not None and asked.requires_presence:
            assert both[0] in ("ticket", "online_preferred") and both[1] != "post_preferred"
        listed = asked is not None and asked.code in plan.listed
        assert listed or both[0] not in ("online_only", "online_preferred")


def newer(a: Policy, b: Policy) -> bool:
    """Whether `a`, entered after `b`, displaces it."""
    if a.issued_at and b.issued_at and a.issued_at != b.issued_at:
        return a.issued_at > b.issued_at
    return a.valid_from >= b.valid_from


@relaxed
@given(st.lists(policies, min_size=1, max_size=4))
def test_one_policy_holds_at_most_and_one_that_displaces_all_others_is_the_one(found: list[Policy]) -> None:
    coded = [replace(one, code=f"p{number}") for number, one in enumerate(found)]
    head = province(*coded)
    plan = plans.plan((WARD, head), DAY)
    covering = [one for one in coded if one.published and one.hold(DAY)]
    shown = [one for one in (plan.policy, *plan.overlapped) if one is not None]
    assert sorted(one.code for one in shown) == sorted(one.code for one in covering)
    assert (plan.policy is None) is (not covering)
    for place, one in enumerate(covering):
        before, after = covering[:place], covering[place + 1 :]
        if all(newer(one, other) for other in before) and not any(newer(other, one) for other in after):
            assert plan.policy is one
