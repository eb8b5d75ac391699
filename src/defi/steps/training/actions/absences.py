"""Why somebody was away, the paper that shows it, and who is told when it happens again and again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, TASK, Actor, scope
from defi.kernel.files import keeping
from defi.kernel.files.models import StoredFile
from defi.kernel.journal import Action, acting
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, NotAllowed
from defi.kernel.transitions import VERBS
from defi.kernel.uploads import Upload
from defi.operations.access import lock_operation, must_take_part, operation_of
from defi.operations.models import Operation
from defi.schemes.rulebook import AttendanceRules
from defi.steps.pairing.queries import book_of
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.absences import Alert, HalfDayKept, alerts, holds, in_order, is_excused
from defi.steps.training.actions.attendance import State, correct_line
from defi.steps.training.company_hours import state_told
from defi.steps.training.file_kinds import ABSENCE_PROOF
from defi.steps.training.half_days import has_begun
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import Absence, AbsenceAlert, Attendance, CompanyPresence

MISSED = (State.ABSENT, State.EXCUSED)


@dataclass(frozen=True, slots=True)
class Why:
    """A reason of the rulebook, and the paper that shows it as `(name, bytes)`, when there is one."""

    reason: str
    paper: tuple[str, bytes] | None = None


def note_absences(actor: Actor, candidacy_id: int, first: date, last: date, why: Why) -> list[Absence]:
    """Say why a trainee was away on the half-days missed from `first` to `last`, once for all of them.

    With a paper and a reason that excuses, they are justified: on a locked sheet that is a correction, which the
    coordinator makes. What a tutor signed in a firm stays as signed, its reason beside it. A paper given before stays
    when none is given now. Raises `Invalid`, `NotAllowed`, `Unknown`."""
    VERBS["absence.note"].check(actor)
    with scope(actor):
        operation_id = operation_of(actor, Candidacy, candidacy_id)
        operation = load(Operation, actor, operation_id)
        must_take_part(actor, operation)
    rules = book_of(operation).attendance
    if why.reason not in {reason.key for reason in rules.reasons}:
        raise Invalid.field("reason", _("Choisissez un motif de la liste."))
    upload = keeping.inspected(ABSENCE_PROOF, *why.paper) if why.paper else None
    with acting(actor, "absence.note") as act:
        operation = lock_operation(act, operation_id)
        lines = _missed(actor, candidacy_id, first, last)
        signed = _missed_in_firm(actor, candidacy_id, first, last)
        if not lines and not signed:
            raise Invalid.field("first", _("Aucune absence n'est notée entre ces deux dates."))
        stored = _keep(act, operation, upload)
        noted = [_note(act, line, why.reason, stored, rules) for line in lines]
        return [*noted, *(_write(act, row.operation_id, {"presence": row}, why.reason, stored) for row in signed)]


def _missed(actor: Actor, candidacy_id: int, first: date, last: date) -> list[Attendance]:
    rows = Attendance.objects.visible_to(actor).filter(
        candidacy=candidacy_id, state__in=MISSED, sheet__on__range=(first, last)
    )
    return list(rows.select_for_update(of=("self",)).select_related("sheet").order_by("sheet__on", "pk"))


def _missed_in_firm(actor: Actor, candidacy_id: int, first: date, last: date) -> list[CompanyPresence]:
    rows = CompanyPresence.objects.visible_to(actor).filter(
        placement__candidacy=candidacy_id, state=CompanyPresence.State.ABSENT, on__range=(first, last)
    )
    return list(rows.select_for_update(of=("self",)).order_by("on", "-half"))


def _keep(act: Action, operation: Operation, upload: Upload | None) -> StoredFile | None:
    if upload is None:
        return None
    # One paper proves several absences: of other days, or of two who were called together.
    known = keeping.same_file(ABSENCE_PROOF, operation.pk, upload)
    return known or keeping.keep(act, ABSENCE_PROOF, operation.pk, upload, label=_("Justificatif d'absence"))


def _note(act: Action, line: Attendance, reason: str, stored: StoredFile | None, rules: AttendanceRules) -> Absence:
    absence = _write(act, line.operation_id, {"line": line}, reason, stored)
    _say(act, line, excused=is_excused(reason, rules, has_paper=absence.proof_id is not None))
    return absence


def _write(
    act: Action,
    operation_id: int,
    half_day: Mapping[str, Attendance | CompanyPresence],
    reason: str,
    stored: StoredFile | None,
) -> Absence:
    """The reason of a half-day, said for the first time or again; `half_day` is `line` or `presence`."""
    absence = Absence.objects.select_for_update(of=("self",)).filter(**half_day).first()
    if absence is None:
        return act.create(
            Absence, operation_id=operation_id, **half_day, reason=reason, proof=stored, noted_on=act.today
        )
    return act.change(absence, reason=reason, proof=stored or absence.proof, noted_on=act.today)


def _say(act: Action, line: Attendance, *, excused: bool) -> None:
    """The line says justified or not, as the reason and its paper make it."""
    state = State.EXCUSED if excused else State.ABSENT
    if line.state == state:
        return
    if line.sheet.state == "open":
        act.change(line, state=state)
        return
    if act.actor.who not in LEAD:
        raise NotAllowed(_("Une de ces feuilles est verrouillée : le coordinateur note ce motif."))
    words = _("Justificatif reçu.") if excused else _("Le motif ne justifie pas l'absence.")
    correct_line(act.actor, line, {"state": state}, reason=words)


def tell_absences(candidacies: Iterable[int]) -> list[AbsenceAlert]:
    """Those who follow these people (candidacy ids) are told what the rulebook says to tell, once; what is no longer
    true, and has reached nobody yet, is taken back.

    Must run inside an action: what is told is part of what causes it."""
    made = []
    with acting(TASK, "absence.alert") as act:
        # Of who left, what was told before is looked at again, and nothing new is told.
        people = Candidacy.objects.filter(pk__in=set(candidacies), state__in=["entered", "left"]).order_by("pk")
        for person in people.select_related("operation", "person", "referent", "prescriber"):
            history = history_of(person, act.now)
            _take_back(act, person, history)
            for alert in _due(person, history) if person.state == "entered" else ():
                row = act.create(
                    AbsenceAlert,
                    operation_id=person.operation_id,
                    candidacy=person,
                    kind=alert.kind,
                    since=alert.since,
                    half_days=alert.half_days,
                    told_on=act.today,
                )
                mails.absences_told(act, row)
                made.append(row)
    return made


def _take_back(act: Action, person: Candidacy, history: list[HalfDayKept]) -> None:
    """An alert that was noted by mistake and has reached nobody was never told; its mails do not leave."""
    for row in AbsenceAlert.objects.filter(candidacy=person).order_by("pk"):
        if not holds(Alert(row.kind, row.since, row.half_days), history) and not mails.absences_reached(row, act.now):
            act.remove(row)


def _due(person: Candidacy, history: list[HalfDayKept]) -> tuple[Alert, ...]:
    told = AbsenceAlert.objects.filter(candidacy=person).values_list("kind", "since", "half_days")
    return alerts(history, book_of(person.operation).attendance, [Alert(*row) for row in told])


def history_of(person: Candidacy, now: datetime) -> list[HalfDayKept]:
    """What is noted of somebody's half-days, of the centre and of the firm, in their order. An absence announced for a
    half-day that has not begun is not there yet: nobody has missed it. Nor is one of a day that is not of their
    training: after they left, or while their path was interrupted."""
    rules = book_of(person.operation).attendance
    kept = Attendance.objects.filter(candidacy=person).exclude(state=State.EXPECTED)
    rows = kept.values_list("sheet__on", "sheet__half", "sheet__starts_at", "state")
    centre = [(on, half, state) for on, half, starts_at, state in rows if has_begun(on, starts_at, now)]
    firm = CompanyPresence.objects.filter(placement__candidacy=person).select_related("absence")
    signed = [(row.on, row.half, state_told(row, rules)) for row in firm]
    stay = stay_of(person)
    return in_order(one for one in [*centre, *signed] if stay.counts(one[0], one[2]))
