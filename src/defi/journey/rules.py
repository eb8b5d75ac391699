"""Where an operation stands, what is late, whose turn it is: pure functions of (rulebook, facts, today).

A step is done when what it must show exists; it is open when somebody can act on it, to come otherwise. No order is
forced that the sources do not force: each step looks at the facts it needs and at no other step. Source: process.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from defi.journey.facts import Facts, Owed
from defi.schemes.rulebook import Rulebook

PROVIDER, OFFICER, CABINET, PAYING, HOLDER = "provider", "officer", "cabinet", "paying_office", "holder"
STEERING = "steering"
EMPLOYER = "employer"
NO_TRAINING = frozenset({"other_scheme", "postponed", "no_answer"})


@dataclass(frozen=True, slots=True)
class Turn:
    """It is this party's turn to do `key`."""

    key: str
    party: str
    organisation_id: int | None
    due_on: date | None = None
    since: date | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it stands: done, failed, open or to_come; its next date; who must do what."""

    key: str
    state: str
    due_on: date | None = None
    done_on: date | None = None
    turns: tuple[Turn, ...] = ()

    def is_late(self, today: date) -> bool:
        return self.state == "open" and self.due_on is not None and self.due_on < today


ORDER = (
    "needs",
    "route",
    "design",
    "preparation",
    "eos",
    "pairing",
    "start",
    "convention",
    "review",
    "closing",
    "followup",
)


def journey(book: Rulebook, facts: Facts, today: date) -> list[Step]:
    """All steps, in their order."""
    return [STEPS[key](book, facts, today) for key in ORDER]


def deadline(book: Rulebook, facts: Facts, key: str) -> date | None:
    """The date the rulebook gives, once the session has dates."""
    if facts.session is None:
        return None
    return book.deadlines[key].on(facts.session.starts_on, facts.session.ends_on)


def _needs(book: Rulebook, facts: Facts, today: date) -> Step:
    turns = (
        ()
        if facts.profile_on or facts.plan_approved_on
        else (Turn("public_profile.record", OFFICER, facts.region_id, since=facts.opened_on),)
    )
    if facts.needs_on or facts.origin == "proposal":
        return Step("needs", "done", done_on=facts.needs_on or facts.opened_on, turns=_live(facts, turns))
    return _open(facts, "needs", (Turn("need.group", OFFICER, facts.region_id, since=facts.opened_on), *turns))


def _route(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "route")
    if facts.route == "tender" and facts.tender != "awarded":
        key = "tender.award" if facts.tender == "launched" else "tender.launch"
        return _open(facts, "route", (Turn(key, OFFICER, facts.region_id, due, facts.tender_on or facts.route_on),))
    if facts.route:
        return Step("route", "done", done_on=facts.tender_on or facts.route_on)
    return _open(facts, "route", (Turn("route.decide", OFFICER, facts.region_id, due, facts.opened_on),))


def _design(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "plan_approved")
    if facts.plan_approved_on:
        return Step("design", "done", done_on=facts.plan_approved_on, turns=_live(facts, _change_turns(facts)))
    if not _to_train(facts):
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
    return _open(facts, "design", tuple(turns))


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


def _preparation(book: Rulebook, facts: Facts, today: date) -> Step:
    due = facts.preparatory_planned_on or deadline(book, facts, "preparatory_meeting")
    if facts.preparatory_on and facts.team_named and facts.sourcing_lines:
        return Step("preparation", "done", done_on=facts.preparatory_on)
    if not _to_train(facts):
        return Step("preparation", "to_come", due)
    key = "meeting.hold_preparatory" if not facts.preparatory_on else "sourcing.plan_line"
    return _open(facts, "preparation", (Turn(key, PROVIDER, facts.provider_id, due, facts.route_on),))


def _eos(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "eos_entry")
    if facts.eos_on:
        return Step("eos", "done", done_on=facts.eos_on)
    if not _to_train(facts) or facts.session is None:
        return Step("eos", "to_come", due)
    return _open(facts, "eos", (Turn("eos.record", PROVIDER, facts.provider_id, due, facts.route_on),))


def _pairing(book: Rulebook, facts: Facts, today: date) -> Step:
    step = _gauge_step(book, facts)
    return replace(step, turns=(*step.turns, *_live(facts, _firm_turns(facts))))


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
    if facts.session is None or not _to_train(facts):
        return Step("pairing", "to_come", due)
    if facts.verdict == "to_decide":
        turn = Turn("admission.decide", OFFICER, facts.region_id, due, facts.found_on, _gauge(facts))
        return _open(facts, "pairing", (turn, *(() if facts.found_on else (_pair_turn(facts, due),))))
    if facts.found_on:
        return Step("pairing", "done" if facts.certifiable else "failed", due, facts.found_on)
    if facts.certifiable:
        return Step("pairing", "done", due)
    return _open(facts, "pairing", (_pair_turn(facts, due),))


def _pair_turn(facts: Facts, due: date | None) -> Turn:
    return Turn("pairing.pair", PROVIDER, facts.provider_id, due, facts.route_on, _gauge(facts))


def _gauge(facts: Facts) -> dict[str, Any]:
    return {"paired": facts.paired, "seats": facts.session.seats if facts.session else 0}


def _start(book: Rulebook, facts: Facts, today: date) -> Step:
    session = facts.session
    if session is None:
        return Step("start", "to_come")
    kept = (*_sheet_turns(facts, today), *_held_turns(facts), *_paper_turns(facts), *_period_turns(facts, today))
    if session.ended_on:
        return Step("start", "done", session.starts_on, session.started_on, _live(facts, kept))
    if session.started_on:
        end = Turn("session.end", PROVIDER, facts.provider_id, session.ends_on, session.started_on)
        turns = (_report(book, facts), *((end,) if today >= session.ends_on else ()), *kept)
        return Step("start", "done", session.starts_on, session.started_on, _live(facts, turns))
    if today < session.starts_on:
        turns = ((_report(book, facts),) if facts.preparatory_on else ()) + kept
        return Step("start", "to_come", session.starts_on, turns=_live(facts, turns))
    begin = Turn("session.start", PROVIDER, facts.provider_id, session.starts_on, session.starts_on)
    return _open(facts, "start", (begin, *kept))


def _sheet_turns(facts: Facts, today: date) -> tuple[Turn, ...]:
    """The half-days up to today whose sheet is not locked: for who leads, and for each trainer named on them.

    `trainers` holds how many each has, by the id of the person (as text: that is how JSON keeps keys)."""
    sheets = [sheet for sheet in facts.sheets if sheet.on <= today]
    if not sheets:
        return ()
    trainers = Counter(str(sheet.trainer_id) for sheet in sheets if sheet.trainer_id)
    params = {"n": len(sheets), "trainers": dict(sorted(trainers.items()))}
    return (Turn("sheet.settle", PROVIDER, facts.provider_id, min(sheet.on for sheet in sheets), params=params),)


def _held_turns(facts: Facts) -> tuple[Turn, ...]:
    """Signatures that contradict something (a phone without network, two devices) wait for who leads to settle them."""
    if not facts.held:
        return ()
    since = min(sheet.since for sheet in facts.held)
    params = {"n": sum(s.n for s in facts.held), "sheets": len(facts.held), "first": facts.held[0].sheet_id}
    return (Turn("signature.settle", PROVIDER, facts.provider_id, since, since, params),)


def _paper_turns(facts: Facts) -> tuple[Turn, ...]:
    """Signed papers that came back wait for a person: for who leads, and for the trainers of their half-days."""
    if not facts.papers:
        return ()
    since = min(paper.since for paper in facts.papers)
    trainers = Counter(str(trainer) for paper in facts.papers for trainer in paper.trainers)
    params = {"n": len(facts.papers), "trainers": dict(sorted(trainers.items()))}
    return (Turn("paper.read", PROVIDER, facts.provider_id, since, since, params),)


def _period_turns(facts: Facts, today: date) -> tuple[Turn, ...]:
    """What the firms owe of their periods (agreement, presence, opinion), then what the training organisation does."""
    firms = (
        ("placement.sign", facts.agreements),
        ("placement.attend", facts.presences),
        ("placement.evaluate", facts.opinions),
    )
    own = (
        ("placement.prepare", facts.preparations),
        ("placement.finish", facts.endings),
        ("placement.debrief", facts.debriefs),
    )
    return (
        *(_owed(key, owed) for key, owing in firms for owed in owing),
        *(
            Turn(key, PROVIDER, facts.provider_id, owed.due_on, None, {"n": owed.n, "first": owed.first_id})
            for key, owing in own
            for owed in owing
        ),
    )


def _owed(key: str, owed: Owed, since: date | None = None) -> Turn:
    params: dict[str, Any] = {"n": owed.n, "first": owed.first_id}
    if owed.tutors:
        params["tutors"] = {who: list(theirs) for who, theirs in owed.tutors.items()}
    return Turn(key, EMPLOYER, owed.organisation_id, owed.due_on, since, params)


def _report(book: Rulebook, facts: Facts) -> Turn:
    last = facts.last_report_on or facts.preparatory_on or facts.opened_on
    return Turn("report.send", PROVIDER, facts.provider_id, last + timedelta(days=book.report_every_days), last)


def _convention(book: Rulebook, facts: Facts, today: date) -> Step:
    if facts.signed_on:
        return Step("convention", "done", done_on=facts.signed_on, turns=_live(facts, _amendment_turns(facts)))
    if facts.session is None or not _to_train(facts):
        return Step("convention", "to_come")
    if today > facts.session.ends_on:
        # Nobody signs any more once the training is over (seed 001, step 7): it is said, and asked of nobody.
        taken_place = facts.running or facts.closed_on
        return Step("convention", "failed" if taken_place else "to_come", deadline(book, facts, "signature"))
    if not facts.session.eos_number and not facts.convention:
        # Dates and text carry the EOS number: until it is noted, EOS is what is asked.
        return Step("convention", "to_come", deadline(book, facts, "signing_options"))
    return _open(facts, "convention", (*_dates_turns(book, facts), *_text_turns(book, facts)))


def _amendment_turns(facts: Facts) -> tuple[Turn, ...]:
    """An avenant that is owed is sent by the provider, then signed by each that it touches."""
    if facts.amendment_sent_on:
        return tuple(
            Turn(
                "amendment.sign",
                w.party,
                w.organisation_id,
                since=facts.amendment_sent_on,
                params={"person": w.person_id},
            )
            for w in facts.amendment_unsigned
        )
    if facts.amendment_on:
        return (Turn("amendment.send", PROVIDER, facts.provider_id, since=facts.amendment_on),)
    return ()


def _dates_turns(book: Rulebook, facts: Facts) -> tuple[Turn, ...]:
    """The date of the ceremony: offered by the provider, passed on by the officer, held by the Cabinet."""
    due = deadline(book, facts, "signing_options")
    if facts.held_on:
        turns = []
        if not facts.save_the_date_on:
            turns.append(Turn("signing.save_the_date", PROVIDER, facts.provider_id, since=facts.held_on))
        if facts.sent_on and not facts.invited_on:
            turns.append(Turn("signing.invite", CABINET, facts.region_id, since=max(facts.sent_on, facts.held_on)))
        return tuple(turns)
    if facts.forwarded_on:
        return (Turn("signing.hold", CABINET, facts.region_id, due, facts.forwarded_on),)
    if facts.options_on:
        return (Turn("signing.forward", OFFICER, facts.region_id, due, facts.options_on),)
    return (Turn("signing.propose", PROVIDER, facts.provider_id, due, facts.eos_on or facts.route_on),)


def _text_turns(book: Rulebook, facts: Facts) -> tuple[Turn, ...]:
    """The text: drafted and sent by J-20, then signed by each before the end."""
    if facts.convention == "sent":
        due = deadline(book, facts, "signature")
        return tuple(
            Turn("signatory.sign", w.party, w.organisation_id, due, facts.sent_on, {"person": w.person_id})
            for w in facts.unsigned
        )
    due = deadline(book, facts, "convention_draft")
    since = facts.convention_cancelled_on or facts.route_on
    return (Turn("convention.send", PROVIDER, facts.provider_id, due, since),)


def _review(book: Rulebook, facts: Facts, today: date) -> Step:
    due = deadline(book, facts, "review")
    if facts.review_on:
        return Step("review", "done", due, facts.review_on, _contract_turns(facts))
    if facts.session is None or facts.session.started_on is None:
        return Step("review", "to_come", due)
    # The bilan is held near the end: from two weeks before it, somebody has to convene it.
    if due and today < due - timedelta(days=14):
        return Step("review", "to_come", due)
    hold = Turn("meeting.hold_review", PROVIDER, facts.provider_id, due)
    return _open(facts, "review", (hold, *_contract_turns(facts)))


def _contract_turns(facts: Facts) -> tuple[Turn, ...]:
    """Once the training is over, each firm says what became of its promises; that outlives the closing."""
    ended = facts.session.ended_on if facts.session else None
    if ended is None or not (facts.running or facts.closed_on):
        return ()
    return tuple(_owed("review.record_contract", owed, since=facts.review_on or ended) for owed in facts.contracts)


def _closing(book: Rulebook, facts: Facts, today: date) -> Step:
    if facts.closed_on:
        # A bonus granted before the closing is paid after it: it stays asked.
        granted = facts.certificate == "issued" and facts.claim == "granted"
        pay = Turn("claim.pay", PAYING, facts.region_id, since=facts.claim_on)
        return Step("closing", "done", done_on=facts.closed_on, turns=(pay,) if granted else ())
    if facts.session is None or facts.found_on is None:
        return Step("closing", "to_come", deadline(book, facts, "claim_balance"))
    turn = _certificate_turn(facts) or _claim_turn(book, facts) or _close_turn(facts)
    if turn is None:
        return Step("closing", "to_come", deadline(book, facts, "claim_balance"))
    return _open(facts, "closing", (turn,))


def _certificate_turn(facts: Facts) -> Turn | None:
    if facts.certificate == "requested":
        return Turn("certificate.decide", OFFICER, facts.region_id, since=facts.certificate_on)
    if facts.certificate == "signed":
        return Turn("certificate.countersign", STEERING, facts.region_id, since=facts.certificate_on)
    if facts.certificate == "correction":
        return Turn("certificate.resubmit", PROVIDER, facts.provider_id, since=facts.certificate_on)
    if not facts.certificate and facts.certifiable and facts.signed_on:
        return Turn("certificate.request", PROVIDER, facts.provider_id, since=facts.signed_on)
    return None


def _claim_turn(book: Rulebook, facts: Facts) -> Turn | None:
    if facts.certificate != "issued":
        return None
    if not facts.claim:
        due = deadline(book, facts, "claim_balance")
        return Turn("claim.send", HOLDER, facts.holder_id or facts.provider_id, due, facts.issued_on)
    if facts.claim == "correction":
        return Turn("claim.resend", HOLDER, facts.holder_id or facts.provider_id, since=facts.claim_on)
    if facts.claim == "sent":
        return Turn("claim.decide", PAYING, facts.region_id, since=facts.claim_on)
    if facts.claim == "granted":
        return Turn("claim.pay", PAYING, facts.region_id, since=facts.claim_on)
    return None


def _close_turn(facts: Facts) -> Turn | None:
    ended = facts.session.ended_on if facts.session else None
    if ended is None:
        return None
    if facts.eos_closed_on is None:
        return Turn("eos.record_closed", PROVIDER, facts.provider_id, since=ended)
    if facts.review_on and (facts.certificate or not facts.certifiable):
        return Turn("operation.close", OFFICER, facts.region_id, since=max(facts.review_on, facts.eos_closed_on))
    return None


def _followup(book: Rulebook, facts: Facts, today: date) -> Step:
    waiting = [m for m in facts.moments if m.missing or (m.last_due_on and not m.reported_on)]
    if facts.session is None or facts.session.ended_on is None:
        early = tuple(_followup_turns(facts, today))
        return Step("followup", "open", early[0].due_on, turns=early) if early else Step("followup", "to_come")
    if not waiting:
        last = max((m.reported_on for m in facts.moments if m.reported_on), default=None)
        return Step("followup", "done", done_on=last)
    turns = tuple(_followup_turns(facts, today))
    due = min((day for m in waiting if (day := m.first_due_on or m.last_due_on)), default=None)
    return Step("followup", "open" if turns else "to_come", due, turns=turns)


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


def _to_train(facts: Facts) -> bool:
    return bool(facts.route) and facts.route not in NO_TRAINING and facts.provider_id is not None


def _live(facts: Facts, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    return turns if facts.running else ()


def _open(facts: Facts, key: str, turns: tuple[Turn, ...]) -> Step:
    """An open step is due at the first date among its turns. A closed or abandoned operation asks nothing any more."""
    if not facts.running:
        return Step(key, "to_come")
    due = min((turn.due_on for turn in turns if turn.due_on), default=None)
    return Step(key, "open", due, turns=turns)


STEPS: dict[str, Callable[[Rulebook, Facts, date], Step]] = {
    "needs": _needs,
    "route": _route,
    "design": _design,
    "preparation": _preparation,
    "eos": _eos,
    "pairing": _pairing,
    "start": _start,
    "convention": _convention,
    "review": _review,
    "closing": _closing,
    "followup": _followup,
}
