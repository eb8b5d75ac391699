"""The steps until the training starts: from the need to the pairs. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from defi.journey.facts import Facts
from defi.journey.steps import (
    EMPLOYER,
    OFFICER,
    PROVIDER,
    Step,
    Turn,
    deadline,
    live,
    open_step,
    to_train,
)
from defi.schemes.rulebook import Rulebook


def needs(book: Rulebook, facts: Facts, today: date) -> Step:
    turns = (
        ()
        if facts.profile_on or facts.plan_approved_on
        else (Turn("public_profile.record", OFFICER, facts.region_id, since=facts.opened_on),)
    )
    if facts.needs_on or facts.origin == "proposal":
        return Step("needs", "done", done_on=facts.needs_on or facts.opened_on, turns=live(facts, turns))
    return open_step(facts, "needs", (Turn("need.group", OFFICER, facts.region_id, since=facts.opened_on), *turns))


def route(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "route")
    if facts.route == "tender" and facts.tender != "awarded":
        key = "tender.award" if facts.tender == "launched" else "tender.launch"
        return open_step(facts, "route", (Turn(key, OFFICER, facts.region_id, due, facts.tender_on or facts.route_on),))
    if facts.route:
        return Step("route", "done", done_on=facts.tender_on or facts.route_on)
    return open_step(facts, "route", (Turn("route.decide", OFFICER, facts.region_id, due, facts.opened_on),))


def design(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "plan_approved")
    if facts.plan_approved_on:
        return Step("design", "done", done_on=facts.plan_approved_on, turns=live(facts, _change_turns(facts)))
    if not to_train(facts):
        return Step("design", "to_come", due)
    turns: list[Turn] = []
    if facts.session is None:
        turns.append(Turn("session.plan", PROVIDER, facts.provider_id, since=facts.route_on))
    since = facts.plan_since or facts.plan_on
    if facts.plan == "submitted" and facts.plan_waits:
        turns += [Turn("plan.approve", w.party, w.organisation_id, due, since) for w in facts.plan_waits]
    elif facts.plan_waits:
        turns += [Turn("plan.give_back", w.party, w.organisation_id, due, since) for w in facts.plan_waits]
    else:
        key = "plan.submit" if facts.plan else "plan.start"
        turns.append(Turn(key, PROVIDER, facts.provider_id, due, since or facts.route_on))
    return open_step(facts, "design", tuple(turns))


def _change_turns(facts: Facts) -> tuple[Turn, ...]:
    """During the training: a request decided or mended, then the agreement of those whom a change touches."""
    again = tuple(Turn("plan.approve", EMPLOYER, owed.organisation_id, None, owed.due_on) for owed in facts.plan_again)
    params = {"change": facts.change_id}
    if facts.change == "asked":
        decide = Turn("plan.approve_change", OFFICER, facts.region_id, None, facts.change_on, params)
        return (decide, *again)
    if facts.change == "to_mend":
        return (Turn("plan.ask_change", PROVIDER, facts.provider_id, None, facts.change_on, params), *again)
    return again


def preparation(book: Rulebook, facts: Facts, today: date) -> Step:
    due = facts.preparatory_planned_on or deadline(book, facts, "preparatory_meeting")
    if facts.preparatory_on and facts.team_named and facts.sourcing_lines:
        return Step("preparation", "done", done_on=facts.preparatory_on)
    if not to_train(facts):
        return Step("preparation", "to_come", due)
    key = "meeting.hold_preparatory" if not facts.preparatory_on else "sourcing.plan_line"
    return open_step(facts, "preparation", (Turn(key, PROVIDER, facts.provider_id, due, facts.route_on),))


def eos(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "eos_entry")
    if facts.eos_on:
        return Step("eos", "done", done_on=facts.eos_on)
    if not to_train(facts) or facts.session is None:
        return Step("eos", "to_come", due)
    return open_step(facts, "eos", (Turn("eos.record", PROVIDER, facts.provider_id, due, facts.route_on),))


def pairing(book: Rulebook, facts: Facts, today: date) -> Step:
    step = _gauge_step(book, facts)
    return replace(step, turns=(*step.turns, *live(facts, _firm_turns(facts))))


def _firm_turns(facts: Facts) -> tuple[Turn, ...]:
    """What each firm owes: its agreement to be named, its signature under a promise, its answers on those it met.
    Since when: `due_on` of what is owed holds the day it began, none of these has a date to be met."""
    return tuple(
        Turn(key, EMPLOYER, owed.organisation_id, None, owed.due_on, {"n": owed.n, "first": owed.first_id})
        for key, owing in (
            ("notice.approve", facts.notices),
            ("promise.sign", facts.promises),
            ("encounter.record", facts.answers),
        )
        for owed in owing
    )


def _gauge_step(book: Rulebook, facts: Facts) -> Step:
    due = deadline(book, facts, "pairing")
    if facts.session is None or not to_train(facts):
        return Step("pairing", "to_come", due)
    if facts.verdict == "to_decide":
        turn = Turn("admission.decide", OFFICER, facts.region_id, due, facts.found_on, _gauge(facts))
        return open_step(facts, "pairing", (turn, *(() if facts.found_on else (_pair_turn(facts, due),))))
    if facts.found_on:
        return Step("pairing", "done" if facts.certifiable else "failed", due, facts.found_on)
    if facts.certifiable:
        return Step("pairing", "done", due)
    return open_step(facts, "pairing", (_pair_turn(facts, due),))


def _pair_turn(facts: Facts, due: date | None) -> Turn:
    return Turn("pairing.pair", PROVIDER, facts.provider_id, due, facts.route_on, _gauge(facts))


def _gauge(facts: Facts) -> dict[str, Any]:
    return {"paired": facts.paired, "seats": facts.session.seats if facts.session else 0}
