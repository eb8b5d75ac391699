"""The steps of the training itself: its start and its life, its convention. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from defi.journey.facts import Facts
from defi.journey.steps import (
    CABINET,
    OFFICER,
    PROVIDER,
    Step,
    Turn,
    deadline,
    live,
    open_step,
    owed_turn,
    to_train,
)
from defi.schemes.rulebook import Rulebook


def start(book: Rulebook, facts: Facts, today: date) -> Step:
    session = facts.session
    if session is None:
        return Step("start", "to_come")
    kept = (*_sheet_turns(facts, today), *_held_turns(facts), *_paper_turns(facts), *_period_turns(facts, today))
    if session.ended_on:
        return Step("start", "done", session.starts_on, session.started_on, live(facts, kept))
    if session.started_on:
        end = Turn("session.end", PROVIDER, facts.provider_id, session.ends_on, session.started_on)
        absent = _absence_turns(facts, session.started_on)
        turns = (_report(book, facts), *((end,) if today >= session.ends_on else ()), *absent, *kept)
        return Step("start", "done", session.starts_on, session.started_on, live(facts, turns))
    if today < session.starts_on:
        turns = ((_report(book, facts),) if facts.preparatory_on else ()) + kept
        return Step("start", "to_come", session.starts_on, turns=live(facts, turns))
    begin = Turn("session.start", PROVIDER, facts.provider_id, session.starts_on, session.starts_on)
    return open_step(facts, "start", (begin, *kept))


def _sheet_turns(facts: Facts, today: date) -> tuple[Turn, ...]:
    """The half-days up to today whose sheet is not locked: for who leads, and for each trainer named on them.

    `trainers` holds how many each has, by the id of the person (as text: that is how JSON keeps keys)."""
    sheets = [sheet for sheet in facts.sheets if sheet.on <= today]
    if not sheets:
        return ()
    trainers = Counter(str(sheet.trainer_id) for sheet in sheets if sheet.trainer_id)
    params = {"n": len(sheets), "trainers": dict(sorted(trainers.items()))}
    return (Turn("sheet.settle", PROVIDER, facts.provider_id, min(sheet.on for sheet in sheets), params=params),)


def _absence_turns(facts: Facts, started_on: date) -> tuple[Turn, ...]:
    """While the session runs: who did not come on the first day is called, why somebody was absent is noted."""
    found = []
    if facts.not_called:
        found.append(
            Turn("absentee.call", PROVIDER, facts.provider_id, started_on, started_on, {"n": facts.not_called})
        )
    if facts.unexplained:
        since = min(facts.unexplained)
        found.append(Turn("absence.note", PROVIDER, facts.provider_id, None, since, {"n": len(facts.unexplained)}))
    return tuple(found)


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
        ("placement.settle", facts.interrupted),
        ("placement.prepare", facts.preparations),
        ("placement.finish", facts.endings),
        ("placement.debrief", facts.debriefs),
    )
    return (
        *(owed_turn(key, owed) for key, owing in firms for owed in owing),
        *(
            Turn(key, PROVIDER, facts.provider_id, owed.due_on, None, {"n": owed.n, "first": owed.first_id})
            for key, owing in own
            for owed in owing
        ),
    )


def _report(book: Rulebook, facts: Facts) -> Turn:
    last = facts.last_report_on or facts.preparatory_on or facts.opened_on
    return Turn("report.send", PROVIDER, facts.provider_id, last + timedelta(days=book.report_every_days), last)


def convention(book: Rulebook, facts: Facts, today: date) -> Step:
    if facts.signed_on:
        return Step("convention", "done", done_on=facts.signed_on, turns=live(facts, _amendment_turns(facts)))
    if facts.session is None or not to_train(facts):
        return Step("convention", "to_come")
    if today > facts.session.ends_on:
        # Nobody signs any more once the training is over (seed 001, step 7): it is said, and asked of nobody.
        taken_place = facts.running or facts.closed_on
        return Step("convention", "failed" if taken_place else "to_come", deadline(book, facts, "signature"))
    if not facts.session.eos_number and not facts.convention:
        # Dates and text carry the EOS number: until it is noted, EOS is what is asked.
        return Step("convention", "to_come", deadline(book, facts, "signing_options"))
    return open_step(facts, "convention", (*_dates_turns(book, facts), *_text_turns(book, facts)))


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
