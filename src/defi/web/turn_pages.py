"""Where each turn is taken: one click from being done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from defi.journey.models import TurnRow
from defi.journey.words import PARTY_LABELS, TURN_WORDS
from defi.kernel.access import Actor, Who

PAGES = {
    "need.group": "needs:list",
    "public_profile.record": "needs:profile",
    "route.decide": "offer:route",
    "tender.launch": "offer:route",
    "tender.award": "offer:route",
    "session.plan": "operation_session",
    "plan.start": "design:plan",
    "plan.submit": "design:plan",
    "plan.approve": "design:plan",
    "plan.give_back": "design:plan",
    "plan.approve_change": "design:plan",
    "plan.ask_change": "design:plan",
    "meeting.hold_preparatory": "sourcing:preparation",
    "sourcing.plan_line": "sourcing:preparation",
    "eos.record": "training:eos",
    "pairing.pair": "pairing:board",
    "notice.approve": "sourcing:notice",
    "promise.sign": "pairing:board",
    "encounter.record": "pairing:answers",
    "admission.decide": "pairing:board",
    "session.start": "training:session",
    "session.end": "training:session",
    "absentee.call": "training:session",
    "absence.note": "training:hours",
    "report.send": "training:session",
    "sheet.settle": "training:session",
    "signature.settle": "training:session",
    "paper.read": "training:papers",
    "placement.sign": "training:session",
    "placement.attend": "training:session",
    "placement.evaluate": "training:session",
    "placement.prepare": "training:session",
    "placement.settle": "training:session",
    "placement.finish": "training:session",
    "placement.debrief": "training:session",
    "review.record_contract": "review:review",
    "signing.propose": "convention:signing",
    "signing.forward": "convention:signing",
    "signing.hold": "convention:signing",
    "signing.save_the_date": "convention:signing",
    "signing.invite": "convention:signing",
    "convention.send": "convention:signing",
    "signatory.sign": "convention:signing",
    "amendment.send": "convention:signing",
    "amendment.sign": "convention:signing",
    "meeting.hold_review": "review:review",
    "certificate.request": "closing:closing",
    "certificate.resubmit": "closing:closing",
    "certificate.decide": "closing:closing",
    "certificate.countersign": "closing:closing",
    "certificate.withdraw": "closing:closing",
    "claim.send": "closing:closing",
    "claim.resend": "closing:closing",
    "claim.decide": "closing:closing",
    "claim.pay": "closing:closing",
    "eos.record_closed": "closing:closing",
    "operation.close": "closing:closing",
    "situation.record": "followup:followup",
    "situation.confirm": "followup:confirm",
    "followup.report": "followup:followup",
}
MOST_NAMES = 4
WITHOUT_OPERATION = frozenset({"needs:list"})
CHANGES = frozenset({"plan.approve_change", "plan.ask_change"})
# A firm owes one of these: the line leads to it; of several, to the page that lists them.
ONE_OF_A_FIRM = {
    "placement.sign": "training:placement",
    "placement.attend": "training:presence_in_company",
    "placement.evaluate": "training:evaluate",
    "promise.sign": "pairing:promise",
    "notice.approve": "sourcing:notice_answer",
}
# The training organisation owes one of these, of one period.
ONE_PERIOD = frozenset({"placement.prepare", "placement.settle", "placement.finish", "placement.debrief"})
# What stands between one firm and the operation: an answer on people, a word given or not, a period, contracts.
OF_ONE_FIRM = frozenset({*ONE_OF_A_FIRM, "encounter.record", "review.record_contract", "situation.confirm"})

STEP_PAGES = {
    "needs": "needs:profile",
    "route": "offer:route",
    "design": "design:plan",
    "preparation": "sourcing:preparation",
    "eos": "training:eos",
    "pairing": "pairing:board",
    "start": "training:session",
    "convention": "convention:signing",
    "review": "review:review",
    "closing": "closing:closing",
    "followup": "followup:followup",
}


@dataclass(frozen=True, slots=True)
class Todo:
    """A turn as a page shows it."""

    title: str
    awaited: str
    who: str
    operation: str
    operation_url: str
    place: str
    due_on: date | None
    since: date | None
    url: str
    button: str


def shown(turn: TurnRow, actor: Actor | None = None) -> Todo:
    """The words and the address of a turn; a trainer reads how many of the sheets are theirs."""
    words = TURN_WORDS[turn.key]
    page = PAGES[turn.key]
    return Todo(
        title=_title(turn, actor),
        awaited=str(words.awaited),
        who=_who(turn),
        operation=turn.operation.title,
        operation_url=reverse("operation", args=[turn.operation_id]),
        place=turn.operation.basin.name,
        due_on=turn.due_on,
        since=turn.since,
        url=_url(turn, page, actor),
        button=str(words.button),
    )


def _title(turn: TurnRow, actor: Actor | None) -> str:
    """What is to do, with how many there are when that is known."""
    said, n = str(TURN_WORDS[turn.key].todo), turn.params.get("n", 1)
    if actor and actor.who is Who.TRAINER:
        n = turn.params["trainers"][str(actor.person_id)]
    elif theirs := _theirs(turn, actor):
        n = theirs[0]
    return f"{said} ({n})" if n > 1 else said


def _theirs(turn: TurnRow, actor: Actor | None) -> list[int]:
    """Of what a firm owes of its periods, how many are this tutor's and which is the first; nothing for others."""
    if actor is None or actor.who is not Who.TUTOR:
        return []
    found: list[int] = turn.params.get("tutors", {}).get(str(actor.person_id), [])
    return found


def _url(turn: TurnRow, page: str, actor: Actor | None = None) -> str:
    if page in WITHOUT_OPERATION:
        return reverse(page)
    if turn.key in CHANGES:
        return reverse("design:change", args=[turn.params["change"]])
    if turn.key == "signature.settle" and turn.params["sheets"] == 1:
        return reverse("training:sheet", args=[turn.params["first"]])
    n, first = _theirs(turn, actor) or (turn.params.get("n"), turn.params.get("first"))
    if turn.key in ONE_OF_A_FIRM and n == 1:
        return reverse(ONE_OF_A_FIRM[turn.key], args=[first])
    if turn.key in ONE_PERIOD:
        there = "training:placement" if n == 1 else "training:session"
        return reverse(there, args=[first if n == 1 else turn.operation_id])
    return reverse(page, args=[turn.operation_id])


def told_to(actor: Actor, turns: Iterable[TurnRow]) -> list[TurnRow]:
    """The turns of others that this actor may read of: a firm learns nothing of what another firm answers or owes."""
    return [
        turn
        for turn in turns
        if not (actor.in_employer and turn.key in OF_ONE_FIRM and turn.organisation_id != actor.organisation_id)
    ]


def grouped(turns: Iterable[TurnRow]) -> list[Todo]:
    """What is awaited, one line per thing: the parties who owe the same are named together."""
    lines: dict[tuple[str, date | None], list[TurnRow]] = {}
    for turn in turns:
        lines.setdefault((turn.key, turn.due_on), []).append(turn)
    return [shown(rows[0]) if len(rows) == 1 else _owed_by_several(rows) for rows in lines.values()]


def _owed_by_several(turns: list[TurnRow]) -> Todo:
    line = shown(turns[0])
    owed = _("doivent %(do)s") % {"do": line.title[:1].lower() + line.title[1:]}
    return replace(line, who=_together([_who(turn) for turn in turns]), awaited=owed)


def _together(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return _("%(names)s et %(n)d autres") % {
        "names": ", ".join(names[: MOST_NAMES - 1]),
        "n": len(names) - MOST_NAMES + 1,
    }


def _who(turn: TurnRow) -> str:
    """The organisation by its name; inside the Region, its service."""
    if turn.party in {"officer", "cabinet", "paying_office", "steering"} or turn.organisation is None:
        return str(PARTY_LABELS[turn.party])
    return turn.organisation.name
