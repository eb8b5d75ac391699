"""The steps of the account to be given: bilan, certificate and bonus, follow-up. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from defi.journey.facts import Facts
from defi.journey.steps import (
    EMPLOYER,
    HOLDER,
    OFFICER,
    PAYING,
    PROVIDER,
    STEERING,
    Step,
    Turn,
    deadline,
    open_step,
    owed_turn,
)
from defi.schemes.rulebook import Rulebook

UNSETTLED = frozenset({"", "sent", "correction", "granted"})


def review(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "review")
    if facts.review_on:
        return Step("review", "done", due, facts.review_on, _contract_turns(facts))
    if facts.session is None or facts.session.started_on is None:
        return Step("review", "to_come", due)
    # The bilan is held near the end: from two weeks before it, somebody has to convene it.
    if due and today < due - timedelta(days=14):
        return Step("review", "to_come", due)
    hold = Turn("meeting.hold_review", PROVIDER, facts.provider_id, due)
    return open_step(facts, "review", (hold, *_contract_turns(facts)))


def _contract_turns(facts: Facts) -> tuple[Turn, ...]:
    """Once the training is over, each firm says what became of its promises; that outlives the closing."""
    ended = facts.session.ended_on if facts.session else None
    if ended is None or not (facts.running or facts.closed_on):
        return ()
    return tuple(owed_turn("review.record_contract", owed, since=facts.review_on or ended) for owed in facts.contracts)


def closing(book: Rulebook, facts: Facts, today: date) -> Step:
    if facts.closed_on:
        # A bonus granted before the closing is paid after it: it stays asked.
        granted = facts.claim == "granted"
        return Step("closing", "done", done_on=facts.closed_on, turns=_claim_turns(book, facts) if granted else ())
    if facts.session is None or facts.found_on is None:
        return Step("closing", "to_come", deadline(book, facts, "claim_balance"))
    turns = _certificate_turns(facts) or _claim_turns(book, facts) or _close_turns(book, facts)
    if not turns:
        return Step("closing", "to_come", deadline(book, facts, "claim_balance"))
    return open_step(facts, "closing", turns)


def _certificate_turns(facts: Facts) -> tuple[Turn, ...]:
    if facts.certificate == "requested":
        return (Turn("certificate.decide", OFFICER, facts.region_id, since=facts.certificate_on),)
    if facts.certificate == "signed":
        return (Turn("certificate.countersign", STEERING, facts.region_id, since=facts.certificate_on),)
    if facts.certificate == "correction":
        return (Turn("certificate.resubmit", PROVIDER, facts.provider_id, since=facts.certificate_on),)
    if facts.certificate == "withdrawn":
        # Withdrawn for its former facts, it is asked again once what amends the convention is signed.
        due, since = facts.former_facts_on and not facts.amendment_on, facts.certificate_on
    else:
        due, since = not facts.certificate, facts.signed_on
    if due and facts.certifiable and facts.signed_on:
        return (Turn("certificate.request", PROVIDER, facts.provider_id, since=since),)
    return ()


def _claim_turns(book: Rulebook, facts: Facts) -> tuple[Turn, ...]:
    """Whose turn the bonus is. Where the rulebook makes it block, a certificate that says former facts stops it: the
    avenant is signed first (the convention asks it), then the officer withdraws the certificate."""
    if facts.certificate != "issued" or facts.claim not in UNSETTLED:
        return ()
    stopped = "unchanged" in book.claim_blocks and (facts.former_facts_on or facts.amendment_on)
    withdraw: tuple[Turn, ...] = ()
    if stopped and not facts.amendment_on:
        withdraw = (Turn("certificate.withdraw", OFFICER, facts.region_id, since=facts.former_facts_on),)
    if facts.claim == "sent":
        # The paying office may still refuse it, or say what to correct.
        return (Turn("claim.decide", PAYING, facts.region_id, since=facts.claim_on), *withdraw)
    return withdraw if stopped else (_claim_turn(book, facts),)


def _claim_turn(book: Rulebook, facts: Facts) -> Turn:
    holder = facts.holder_id or facts.provider_id
    if facts.claim == "granted":
        return Turn("claim.pay", PAYING, facts.region_id, since=facts.claim_on)
    if facts.claim == "correction":
        return Turn("claim.resend", HOLDER, holder, since=facts.claim_on)
    return Turn("claim.send", HOLDER, holder, deadline(book, facts, "claim_balance"), facts.issued_on)


def _close_turns(book: Rulebook, facts: Facts) -> tuple[Turn, ...]:
    ended = facts.session.ended_on if facts.session else None
    if ended is None:
        return ()
    if facts.eos_closed_on is None:
        return (Turn("eos.record_closed", PROVIDER, facts.provider_id, since=ended),)
    # An avenant that is not signed yet keeps the file open, by the rulebook or because the bonus waits for it.
    unsettled = facts.certificate == "issued" and facts.claim in UNSETTLED
    if facts.amendment_on and (unsettled or "amendment" in book.closing_asks):
        return ()
    if facts.review_on and (facts.certificate or not facts.certifiable):
        return (Turn("operation.close", OFFICER, facts.region_id, since=max(facts.review_on, facts.eos_closed_on)),)
    return ()


def followup(book: Rulebook, facts: Facts, today: date) -> Step:
    waiting = [m for m in facts.moments if m.missing or (m.last_due_on and not m.reported_on)]
    if facts.session is None or facts.session.ended_on is None:
        early = (*_followup_turns(facts, today), *_confirm_turns(facts))
        return Step("followup", "open", early[0].due_on, turns=early) if early else Step("followup", "to_come")
    if not waiting:
        last = max((m.reported_on for m in facts.moments if m.reported_on), default=None)
        return Step("followup", "done", done_on=last)
    turns = (*_followup_turns(facts, today), *_confirm_turns(facts))
    due = min((day for m in waiting if (day := m.first_due_on or m.last_due_on)), default=None)
    return Step("followup", "open" if turns else "to_come", due, turns=turns)


def _confirm_turns(facts: Facts) -> tuple[Turn, ...]:
    """Each firm that was asked who works there, until it has said of everybody."""
    if not (facts.running or facts.closed_on):
        return ()
    asked = facts.confirmations
    return tuple(Turn("situation.confirm", EMPLOYER, o.organisation_id, None, o.due_on, {"n": o.n}) for o in asked)


def _followup_turns(facts: Facts, today: date) -> list[Turn]:
    """Situations already due, then reports whose every situation is known. They live on after the closing."""
    ended = facts.session is not None and facts.session.ended_on is not None
    turns = []
    for moment in facts.moments:
        params: dict[str, Any] = {"moment": moment.key, "missing": moment.missing}
        first, last = moment.first_due_on, moment.last_due_on
        if moment.missing and first and first <= today:
            turns.append(Turn("situation.record", PROVIDER, facts.provider_id, first, params=params))
        if ended and not moment.missing and not moment.reported_on and last and last <= today:
            turns.append(Turn("followup.report", PROVIDER, facts.provider_id, last, params=params))
    return turns
