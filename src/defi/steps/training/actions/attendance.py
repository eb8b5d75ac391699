"""Attendance per half-day: sheets opened, signed, locked; corrected afterwards only with a reason."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from django.utils.translation import gettext as _

from defi.kernel.access import PROVIDER, TASK, Actor, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.models import Operation, Session
from defi.people.models import Membership, Person
from defi.steps.design.models import Module
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_own_sheet, lock_session, lock_sheet
from defi.steps.training.actions.overlaps import refuse_overlap
from defi.steps.training.half_days import USUAL_START, check_half_day, working_days
from defi.steps.training.hours import (
    begins,
    check_begun,
    check_hours,
    check_over,
    hours_of,
    moment_words,
    rules_of,
    said_already,
)
from defi.steps.training.models import (
    SIGNED_HERE,
    UNSIGNED,
    Attendance,
    AttendanceSheet,
    HalfDay,
    SentSignature,
    Way,
)
from defi.steps.training.queries.corrections import signed_here
from defi.steps.training.queries.timetable import Said, said_of
from defi.steps.training.rules import day_words
from defi.steps.training.signing import Fault, code_fits
from defi.steps.training.states import SHEET
from defi.steps.training.two_places import refuse_in_firm

State = Attendance.State
LONGEST_TIMETABLE = 366


@dataclass(frozen=True, slots=True)
class HalfDayFacts:
    """A half-day to come or past. Minutes are whole; a module of the plan or a label; a member's id or a name.

    Module, trainer and place left empty are those that the calendar gives to that half-day."""

    on: date
    half: str
    minutes: int
    starts_at: time | None = None
    module_id: int | None = None
    module_label: str = ""
    trainer_id: int | None = None
    trainer_name: str = ""
    place: str = ""
    unusual_day: bool = False


def open_sheet(actor: Actor, session_id: int, facts: HalfDayFacts) -> AttendanceSheet:
    """Open the sheet of a half-day, with a line for each trainee of the group that day. Opened ahead, it is timetable.

    Raises `Invalid` for a day outside the session, a day off not confirmed, no trainer, no module, hours that meet
    those of the other half-day; `WrongState` when that half-day has its sheet already."""
    with acting(actor, "sheet.open") as act:
        operation, session = lock_session(act, session_id)
        if facts.half not in HalfDay.values:
            raise Invalid.field("half", _("Choisissez le matin ou l'après-midi."))
        starts_at = facts.starts_at or USUAL_START[facts.half]
        check_half_day(
            facts.on,
            facts.half,
            starts_at,
            facts.minutes,
            first=session.started_on or session.starts_on,
            last=session.ended_on or session.ends_on,
            unusual_day=facts.unusual_day,
        )
        refuse_taken(session, facts)
        facts = _with_the_calendar(operation, facts)
        module, label = module_of(act, operation, facts)
        trainer, name = trainer_of(operation, facts)
        sheet = act.create(
            AttendanceSheet,
            operation=operation,
            session=session,
            on=facts.on,
            half=facts.half,
            starts_at=starts_at,
            minutes=facts.minutes,
            place=facts.place.strip(),
            unusual_day=facts.unusual_day,
            module=module,
            module_label=label,
            trainer=trainer,
            trainer_name=name,
            room_code=f"{secrets.randbelow(10**6):06d}",
            state=SHEET.take("sheet.open", actor, "").target,
        )
        follow_group(act, session, [sheet])
        refuse_overlap(sheet)
        return sheet


def open_sheets(
    actor: Actor, session_id: int, facts: HalfDayFacts, *, halves: Sequence[str], until: date | None = None
) -> list[AttendanceSheet]:
    """Open the same half-days on each working day from `facts.on` to `until`; those that have a sheet are left alone.

    Raises `WrongState` when there is nothing left to open, and what `open_sheet` raises."""
    with acting(actor, "sheet.open") as act:
        _operation, session = lock_session(act, session_id)
        if not halves:
            raise Invalid.field("halves", _("Choisissez le matin, l'après-midi ou les deux."))
        if until and until < facts.on:
            raise Invalid.field("until", _("La dernière date ne vient pas avant la première."))
        if until and (until - facts.on).days > LONGEST_TIMETABLE:
            raise Invalid.field("until", _("Ouvrez au plus un an de feuilles à la fois."))
        days = [facts.on] if until is None else working_days(facts.on, until)
        standing = AttendanceSheet.objects.filter(session=session, on__in=days).exclude(state="cancelled")
        known = set(standing.values_list("on", "half"))
        wanted = [(day, half) for day in days for half in halves if until is None or (day, half) not in known]
        if not wanted:
            raise WrongState(_("Toutes ces demi-journées ont déjà leur feuille."))
        starts_at = facts.starts_at if len(halves) == 1 else None
        return [
            open_sheet(actor, session_id, replace(facts, on=day, half=half, starts_at=starts_at))
            for day, half in wanted
        ]


def refuse_taken(session: Session, facts: HalfDayFacts, *, but: int | None = None) -> None:
    """Raise `WrongState` when that half-day has a sheet that stands, other than `but`."""
    standing = AttendanceSheet.objects.filter(session=session, on=facts.on, half=facts.half).exclude(state="cancelled")
    if but is not None:
        standing = standing.exclude(pk=but)
    if standing.exists():
        raise WrongState(_("Cette demi-journée a déjà sa feuille (%(day)s, %(half)s).") % _of(facts))


def _with_the_calendar(operation: Operation, facts: HalfDayFacts) -> HalfDayFacts:
    """What was left empty as the calendar of the plan says it. What was typed stays; the name of a member is a member,
    who may sign by a click."""
    said = said_of(operation.pk, facts.on, facts.on).get((facts.on, facts.half), Said())
    if facts.module_id is None and not facts.module_label.strip() and said.module:
        facts = replace(facts, module_id=said.module.pk)
    if facts.trainer_id is None and not facts.trainer_name.strip() and said.trainer:
        members = {str(person): person.pk for person in _members(operation)}
        facts = replace(facts, trainer_id=members.get(said.trainer), trainer_name=said.trainer)
    return facts if facts.place.strip() else replace(facts, place=said.room)


def _members(operation: Operation) -> list[Person]:
    """Those of the provider who may stand in front of the group."""
    with scope(TASK):
        members = Membership.objects.filter(
            organisation=operation.provider, role__in=[who.value for who in PROVIDER], until=None
        )
        return [member.person for member in members.select_related("person").order_by("pk")]


def _of(facts: HalfDayFacts) -> dict[str, str]:
    return {"day": day_words(facts.on), "half": str(HalfDay(facts.half).label)}


def module_of(act: Action, operation: Operation, facts: HalfDayFacts) -> tuple[Module | None, str]:
    if facts.module_id is None:
        if not facts.module_label.strip():
            raise Invalid.field(
                "module_label",
                _("Indiquez le module de cette demi-journée (%(day)s, %(half)s) : le calendrier ne le dit pas.")
                % _of(facts),
            )
        return None, facts.module_label.strip()
    module = Module.objects.visible_to(act.actor).filter(pk=facts.module_id, operation=operation).first()
    if module is None:
        raise Invalid.field("module", _("Ce module n'est pas dans le plan de formation de l'opération."))
    return module, module.title


def trainer_of(operation: Operation, facts: HalfDayFacts) -> tuple[Person | None, str]:
    if facts.trainer_id is None:
        if not facts.trainer_name.strip():
            raise Invalid.field(
                "trainer_name",
                _("Indiquez le nom du formateur, que la feuille doit porter (%(day)s, %(half)s).") % _of(facts),
            )
        return None, facts.trainer_name.strip()
    member = next((person for person in _members(operation) if person.pk == facts.trainer_id), None)
    if member is None:
        raise Invalid.field("trainer", _("Ce formateur n'est pas membre de l'organisme : écrivez plutôt son nom."))
    return member, str(member)


def sign_sheet(actor: Actor, sheet_id: int, *, room_code: str, key: uuid.UUID | None = None) -> Attendance:
    """A trainee signs for themself, at the hours of the half-day, with the code shown in the room. Once; never after
    the lock. With a `key`, the same click that arrives again, or is sent later by the phone, is the same signature.

    Raises `Invalid` for a code that is not, or is no longer, that of the room; `WrongState`."""
    with acting(actor, "sheet.sign") as act:
        sheet = lock_own_sheet(act, sheet_id)
        line = Attendance.objects.visible_to(actor).select_for_update(of=("self",)).get(sheet=sheet)
        if key and SentSignature.objects.filter(key=key, sheet=sheet, candidacy=line.candidacy_id, fault="").exists():
            return line
        check_hours(sheet, act.now)
        if not code_fits(room_code, sheet.room_code, sheet.pk, act.now, rules_of(sheet)):
            raise Invalid.field(
                "room_code",
                _("Ce code n'est pas le bon, ou il a changé : recopiez celui qui est affiché dans la salle."),
            )
        if line.state != State.EXPECTED:
            raise WrongState(said_already(line))
        refuse_in_firm(actor, sheet, [line])
        if key:
            act.create(
                SentSignature,
                operation_id=sheet.operation_id,
                sheet=sheet,
                candidacy_id=line.candidacy_id,
                key=key,
                made_at=act.now,
                received_at=act.now,
                way=Way.CLICK,
            )
        act.change(line, state=State.PRESENT, way=Way.CLICK, signed_at=act.now)
        set_aside_wrong_codes(act, line)
        return line


def set_aside_wrong_codes(act: Action, line: Attendance) -> None:
    """Who signed rightly answered themself for the wrong codes they had typed without network: nobody has to."""
    if line.state != State.PRESENT or line.way not in SIGNED_HERE:
        return
    held = SentSignature.objects.filter(
        sheet=line.sheet_id, candidacy=line.candidacy_id, fault=Fault.CODE, settled_on=None
    )
    for sent in held.select_for_update(of=("self",)).order_by("pk"):
        act.change(sent, settled_on=act.today, accepted=False)


def record_attendance(
    actor: Actor, sheet_id: int, states: Mapping[int, str], *, version: int | None = None
) -> AttendanceSheet:
    """The provider notes lines (candidacy id → present, absent, expected): signed on paper, or not there.

    What a trainee signed themself does not change here; an absence is justified by `note_absences` alone. Raises
    `Invalid`; `WrongState`, also for a presence before the half-day begins."""
    with acting(actor, "sheet.record") as act:
        sheet = lock_sheet(act, sheet_id, version)
        SHEET.take("sheet.record", actor, sheet.state)
        _check_come(act, sheet)
        lines = {line.candidacy_id: line for line in _lines(sheet)}
        if not set(states) <= set(lines):
            raise Invalid(_("Une des personnes indiquées n'est pas sur cette feuille."))
        come = [lines[pk] for pk, state in states.items() if state == State.PRESENT and lines[pk].state != state]
        if come:
            check_begun(sheet, act.now)
        refuse_in_firm(actor, sheet, come)
        for candidacy_id, state in states.items():
            line = lines[candidacy_id]
            if state == line.state:
                continue
            if line.way in SIGNED_HERE:
                raise WrongState(
                    _("%(name)s a signé : sa présence ne se change qu'après verrouillage, avec un motif.")
                    % {"name": line.candidacy.person.short_name}
                )
            if state == UNSIGNED:
                raise Invalid(_("Sans signature, une présence ne se note qu'en correction, après le verrouillage."))
            act.change(line, **_line_fields(act, state))
        return sheet


def _line_fields(act: Action, state: str) -> dict[str, object]:
    if state == State.EXCUSED:
        raise Invalid.field(
            "state",
            _(
                "Une absence n'est justifiée que par un motif qui excuse et son papier : notez « absent », puis "
                "ce motif et ce papier sur la page des absences, depuis « Heures »."
            ),
        )
    if state == UNSIGNED:
        return {"state": State.PRESENT, "way": UNSIGNED, "signed_at": None}
    if state not in State.values:
        raise Invalid(_("Choisissez présent ou absent."))
    present = state == State.PRESENT
    return {"state": state, "way": Way.PAPER if present else "", "signed_at": act.now if present else None}


def sign_as_trainer(
    actor: Actor, sheet_id: int, *, in_ink: bool = False, version: int | None = None
) -> AttendanceSheet:
    """The trainer named on the sheet signs by a click; a colleague only records that they signed on paper."""
    with acting(actor, "sheet.trainer_sign") as act:
        sheet = lock_sheet(act, sheet_id, version)
        SHEET.take("sheet.trainer_sign", actor, sheet.state)
        _check_come(act, sheet)
        if sheet.trainer_way:
            raise WrongState(_("Le formateur a déjà signé cette feuille."))
        opens = begins(sheet) if in_ink else hours_of(sheet).opens
        if act.now < opens:
            raise WrongState(
                _("Cette demi-journée n'a pas commencé : le formateur signe à partir du %(moment)s.")
                % {"moment": moment_words(opens)}
            )
        if not in_ink and (sheet.trainer_id is None or sheet.trainer_id != actor.person_id):
            raise NotAllowed(
                _("Seul le formateur, %(name)s, signe ici en ligne. S'il a signé sur papier, notez-le comme tel.")
                % {"name": sheet.trainer_name}
            )
        return act.change(sheet, trainer_signed_at=act.now, trainer_way=Way.PAPER if in_ink else Way.CLICK)


def close_sheet(actor: Actor, sheet_id: int, *, version: int | None = None) -> AttendanceSheet:
    """Lock a sheet once its half-day is over: every line settled, the trainer's signature there. Raises `WrongState`
    with what is missing."""
    with acting(actor, "sheet.lock") as act:
        sheet = lock_sheet(act, sheet_id, version)
        SHEET.take("sheet.lock", actor, sheet.state)
        _check_come(act, sheet)
        check_over(sheet, act.now)
        lines = _lines(sheet)
        if not lines:
            raise WrongState(_("Personne n'est inscrit sur cette feuille : constatez d'abord les entrées."))
        waiting = [line.candidacy.person.short_name for line in lines if line.state == State.EXPECTED]
        if waiting:
            raise WrongState(_("Il reste à noter présent ou absent : %(names)s.") % {"names": ", ".join(waiting)})
        held = SentSignature.objects.filter(sheet=sheet, settled_on=None).exclude(fault="").count()
        if held:
            raise WrongState(
                _("Une signature envoyée plus tard reste à départager : acceptez-la ou mettez-la de côté.")
            )
        if not sheet.trainer_way:
            raise WrongState(_("Le formateur, %(name)s, n'a pas encore signé.") % {"name": sheet.trainer_name})
        return act.move(SHEET, sheet, locked_on=act.today)


def correct_attendance(
    actor: Actor, sheet_id: int, candidacy_id: int, *, state: str, reason: str, version: int | None = None
) -> Attendance:
    """Change a line of a locked sheet, with a reason that stays visible beside it. `state`: present, as they had signed
    here, else on paper; `UNSIGNED`, present all the same, which no signature shows; absent."""
    with acting(actor, "sheet.correct", reason=reason) as act:
        sheet = lock_sheet(act, sheet_id, version)
        SHEET.take("sheet.correct", actor, sheet.state, reason)
        refuse_private(reason=reason)
        line = next((line for line in _lines(sheet) if line.candidacy_id == candidacy_id), None)
        if line is None:
            raise Invalid(_("Cette personne n'est pas sur cette feuille."))
        if state == State.EXPECTED:
            raise Invalid.field("state", _("Choisissez présent ou absent."))
        if state == (UNSIGNED if line.way == UNSIGNED else line.state):
            raise WrongState(_("Cette ligne dit déjà cela : rien n'a changé."))
        signed = signed_here(line)
        if state == UNSIGNED and (signed or line.way in SIGNED_HERE):
            raise WrongState(_("Cette personne a signé elle-même : sa présence ne devient pas « sans signature »."))
        if state in {State.PRESENT, UNSIGNED}:
            refuse_in_firm(actor, sheet, [line])
        fields = _line_fields(act, state)
        if state == State.PRESENT and signed:
            fields |= {"way": signed.way, "signed_at": signed.at}
        return correct_line(actor, line, fields, reason=reason)


def correct_line(actor: Actor, line: Attendance, fields: Mapping[str, object], *, reason: str) -> Attendance:
    """Within an action that holds the sheet: a line of a locked sheet becomes this; author and reason stay with it."""
    with acting(actor, "sheet.correct", reason=reason) as act:
        return act.change(line, corrected_on=act.today, **fields)


def _check_come(act: Action, sheet: AttendanceSheet) -> None:
    if sheet.on > act.today:
        raise WrongState(
            _("Cette demi-journée est à venir (%(day)s) : la feuille se remplit le jour même.")
            % {"day": day_words(sheet.on)}
        )


def _lines(sheet: AttendanceSheet) -> list[Attendance]:
    return list(
        Attendance.objects.filter(sheet=sheet).select_for_update(of=("self",)).select_related("candidacy__person")
    )
