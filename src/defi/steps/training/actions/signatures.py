"""Signatures given on a device: received once whatever the network did, held for a person when they contradict."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import operation_of
from defi.schemes.rulebook import AttendanceRules
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions.attendance import State, correct_line, set_aside_wrong_codes
from defi.steps.training.actions.locks import lock_own_sheet, lock_sheet
from defi.steps.training.hours import check_hours, hours_of, rules_of, said_already
from defi.steps.training.models import Attendance, AttendanceSheet, SentSignature, Way
from defi.steps.training.signing import Arrival, Fault, code_fits, fault_of, merged
from defi.steps.training.two_places import in_firm, refuse_in_firm

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A signature as a device kept it: its key, whose it is (candidacy id), when it was given, the code of the room
    when the trainee typed one on their own phone."""

    key: uuid.UUID
    candidacy_id: int
    made_at: datetime
    room_code: str = ""


def receive_signatures(actor: Actor, sheet_id: int, given: Sequence[Given]) -> list[SentSignature]:
    """Take in what a device kept while it had no network: any number of times, in any order, the same state.

    Each signature is kept; one that contradicts what is known is held for a person (`SentSignature.fault`). Raises
    `Unknown` for a sheet or a person the actor may not know of, `Invalid` beyond what a sheet can hold."""
    with acting(actor, "signature.send") as act:
        sheet = _lock(act, sheet_id)
        if len(given) > MOST_AT_ONCE:
            raise Invalid(_("Envoyez au plus %(n)d signatures à la fois.") % {"n": MOST_AT_ONCE})
        rules = rules_of(sheet)
        lines = _lines_of(actor, sheet)
        firm = in_firm(sheet)
        for one in given:
            _receive(act, sheet, lines.get(one.candidacy_id), one, rules, elsewhere=one.candidacy_id in firm)
        for line in lines.values():
            _settle_line(act, line, sheet, elsewhere=line.candidacy_id in firm)
            set_aside_wrong_codes(act, line)
        keys = [one.key for one in given]
        return list(SentSignature.objects.visible_to(actor).filter(sheet=sheet, key__in=keys))


def sign_in_turn(actor: Actor, sheet_id: int, candidacy_id: int, *, key: uuid.UUID) -> SentSignature:
    """A trainee signs on the trainer's device, now. The same key twice is the same signature.

    Raises `WrongState` when the half-day is not signed at this hour, is locked, or says something else of them."""
    with acting(actor, "signature.send") as act:
        sheet = lock_sheet(act, sheet_id)
        check_hours(sheet, act.now)
        known = SentSignature.objects.filter(key=key, sheet=sheet, candidacy=candidacy_id).first()
        if known is not None:
            return known
        line = Attendance.objects.visible_to(actor).filter(sheet=sheet, candidacy=candidacy_id).first()
        if line is None:
            raise Unknown(_("Cette personne n'est pas sur cette feuille."))
        if line.state != State.EXPECTED:
            raise WrongState(said_already(line))
        refuse_in_firm(actor, sheet, [line])
        return receive_signatures(actor, sheet_id, [Given(key, candidacy_id, act.now)])[0]


def settle_signature(actor: Actor, signature_id: int, *, accept: bool, reason: str) -> SentSignature:
    """A person says what a held signature is worth, with a reason: accepted, it makes the line present, as a
    correction when the sheet is locked; set aside, it stays to be read. Raises `WrongState` the second time."""
    with acting(actor, "signature.settle", reason=reason) as act:
        sheet_id = _sheet_of(actor, signature_id)
        sheet = lock_sheet(act, sheet_id)
        sent = act.lock(SentSignature, signature_id)
        if not sent.is_held:
            raise WrongState(_("Cette signature est déjà départagée."))
        if accept:
            _accept(act, sheet, sent, reason)
        return act.change(sent, settled_on=act.today, accepted=accept)


def _accept(act: Action, sheet: AttendanceSheet, sent: SentSignature, reason: str) -> None:
    line = Attendance.objects.select_for_update(of=("self",)).filter(sheet=sheet, candidacy=sent.candidacy_id).first()
    if line is None:
        raise WrongState(_("La personne n'est pas sur cette feuille : mettez cette signature de côté, avec le motif."))
    if line.state == State.PRESENT:
        return
    refuse_in_firm(act.actor, sheet, [line])
    signed_at = sent.made_at if sent.knows_the_time else sent.received_at
    fields = {"state": State.PRESENT, "way": sent.way, "signed_at": signed_at}
    if sheet.state == "locked":
        correct_line(act.actor, line, fields, reason=reason)
    else:
        act.change(line, **fields)


def _lock(act: Action, sheet_id: int) -> AttendanceSheet:
    return lock_own_sheet(act, sheet_id) if act.actor.who is Who.TRAINEE else lock_sheet(act, sheet_id)


def _lines_of(actor: Actor, sheet: AttendanceSheet) -> dict[int, Attendance]:
    rows = Attendance.objects.visible_to(actor).filter(sheet=sheet).select_for_update(of=("self",))
    return {line.candidacy_id: line for line in rows}


def _receive(
    act: Action,
    sheet: AttendanceSheet,
    line: Attendance | None,
    one: Given,
    rules: AttendanceRules,
    *,
    elsewhere: bool,
) -> None:
    if SentSignature._base_manager.filter(key=one.key).exists():
        return
    if line is None and not _may_name(act.actor, sheet, one.candidacy_id):
        raise Unknown(_("Cette personne n'est pas de cette session."))
    own = act.actor.who is Who.TRAINEE
    arrival = Arrival(
        made_at=one.made_at,
        received_at=act.now,
        code_fits=not own or code_fits(one.room_code, sheet.room_code, sheet.pk, one.made_at, rules),
        locked=sheet.state == "locked",
        on_sheet=line is not None,
        elsewhere=elsewhere,
    )
    act.create(
        SentSignature,
        operation_id=sheet.operation_id,
        sheet=sheet,
        candidacy_id=one.candidacy_id,
        key=one.key,
        made_at=one.made_at,
        received_at=act.now,
        way=Way.CLICK if own else Way.ROOM,
        fault=fault_of(arrival, hours_of(sheet), rules),
    )


def _may_name(actor: Actor, sheet: AttendanceSheet, candidacy_id: int) -> bool:
    rows = Candidacy.objects.visible_to(actor).filter(pk=candidacy_id, session=sheet.session_id)
    return rows.exists()


def _settle_line(act: Action, line: Attendance, sheet: AttendanceSheet, *, elsewhere: bool) -> None:
    """Give the line the first of the signatures that are good by themselves; the others are held."""
    if sheet.state == "locked":
        return
    with scope(TASK):
        rows = list(
            SentSignature.objects.filter(
                sheet=sheet, candidacy=line.candidacy_id, fault__in=["", Fault.OTHER], settled_on=None
            )
        )
    if not rows:
        return
    made_by_one = line.state == State.PRESENT and any(
        not row.fault and (row.made_at, row.way) == (line.signed_at, line.way) for row in rows
    )
    otherwise = elsewhere or (line.state != State.EXPECTED and not made_by_one)
    faults = merged({str(row.key): row.made_at for row in rows}, settled_otherwise=otherwise)
    for row in rows:
        act.change(row, fault=faults[str(row.key)])
        if not faults[str(row.key)]:
            act.change(line, state=State.PRESENT, way=row.way, signed_at=row.made_at)


def _sheet_of(actor: Actor, signature_id: int) -> int:
    operation_of(actor, SentSignature, signature_id)
    found: int = SentSignature.objects.visible_to(actor).values_list("sheet_id", flat=True).get(pk=signature_id)
    return found
