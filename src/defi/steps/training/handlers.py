"""The sheets follow the group: somebody enters or leaves, their lines come and go; planned periods of a leaver end.

Of a change of plan, this room tells what was taught already and what EOS was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Count, Model, Q, Sum
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.design.changes.effects import Hours, Taught, hours_gap
from defi.steps.design.changes.hooks import HoursAsked, says, tells_taught
from defi.steps.sourcing.leaving import says_of_leaving
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.actions.absences import tell_absences
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.paths import end_suspension
from defi.steps.training.actions.present import LAST_DAY, refuse_present_from
from defi.steps.training.actions.stopping import stop_placements
from defi.steps.training.models import (
    Absence,
    AbsenceAlert,
    Attendance,
    AttendanceSheet,
    CompanyPresence,
    EosEntry,
    Placement,
    PlacementSignature,
    Suspension,
)
from defi.steps.training.periods import PARTIES
from defi.steps.training.rules import day_words


@on("candidacy.leave")
@on("candidacy.complete")
def nobody_signs_after_leaving(outer: Action, entries: list[JournalEntry]) -> None:
    """A last day before a half-day at which somebody was present is refused: the ledger would count hours after it."""
    with scope(TASK):
        left = list(Candidacy.objects.filter(pk__in=_people(entries)).order_by("pk").values_list("pk", "left_on"))
    for candidacy_id, left_on in left:
        if left_on is not None:
            refuse_present_from(candidacy_id, left_on + timedelta(days=1), says=LAST_DAY)


@on("candidacy.enter")
@on("candidacy.leave")
@on("candidacy.complete")
def group_changed(outer: Action, entries: list[JournalEntry]) -> None:
    """Open sheets gain the lines of who entered and lose the empty lines of who is gone."""
    with scope(TASK):
        moved = Candidacy.objects.filter(pk__in=_people(entries)).values("session_id")
        sessions = list(Session.objects.filter(pk__in=moved).order_by("pk"))
    for session in sessions:
        with acting(TASK, "sheet.follow_group") as act:
            follow_group(act, session)


@on("sheet.record")
@on("sheet.lock")
@on("sheet.correct")
@on("absence.note")
def absences_noted(outer: Action, entries: list[JournalEntry]) -> None:
    """Who follows somebody is told when their absences call for it; at the lock too, when all lines are settled. What
    is no longer true is looked at again."""
    lines, sheets = _ids(entries, Attendance), _ids(entries, AttendanceSheet)
    with scope(TASK):
        rows = Attendance.objects.filter(Q(pk__in=lines) | Q(sheet__in=sheets))
        touched = dict.fromkeys(rows.values_list("candidacy_id", flat=True), False)
        touched |= dict.fromkeys(
            rows.filter(state__in=["absent", "excused"]).values_list("candidacy_id", flat=True), True
        )
    _tell(touched)


@on("placement.attend")
@on("placement.record_presence")
@on("placement.correct_presence")
@on("absence.note")
def absences_in_firm(outer: Action, entries: list[JournalEntry]) -> None:
    """The same of the half-days that the tutor signed."""
    signed, why = _ids(entries, CompanyPresence), _ids(entries, Absence)
    with scope(TASK):
        rows = CompanyPresence.objects.filter(Q(pk__in=signed) | Q(absence__in=why))
        told = rows.values_list("placement__candidacy_id", "state")
        touched: dict[int, bool] = {}
        for candidacy_id, state in told:
            touched[candidacy_id] = touched.get(candidacy_id, False) or state == CompanyPresence.State.ABSENT
    _tell(touched)


@on("candidacy.leave")
@on("trainee.suspend")
@on("trainee.resume")
def absences_of_the_days_of_training(outer: Action, entries: list[JournalEntry]) -> None:
    """Days that are no longer of somebody's training were not missed: what is to be told of them does not leave."""
    with scope(TASK):
        rows = Suspension.objects.filter(pk__in=_ids(entries, Suspension)).order_by("pk")
        away = list(rows.values_list("candidacy_id", flat=True))
    _tell(dict.fromkeys([*_people(entries), *away], False))


def _tell(touched: Mapping[int, bool]) -> None:
    """`touched`: candidacy id → whether they missed one of the half-days that changed. Of who did not, only what was
    told before is looked at again."""
    missed = {pk for pk, away in touched.items() if away}
    with scope(TASK):
        told = AbsenceAlert.objects.filter(candidacy__in=set(touched) - missed).values_list("candidacy_id", flat=True)
        people = missed | set(told)
    if people:
        tell_absences(people)


def _ids(entries: list[JournalEntry], model: type[Model]) -> list[int]:
    return [entry.object_id for entry in entries if entry.object_type == model._meta.label_lower]


@on("candidacy.leave")
@on("candidacy.withdraw")
@on("candidacy.no_show")
def person_gone(outer: Action, entries: list[JournalEntry]) -> None:
    """A period planned for somebody who is gone will not take place; one under way stops with them."""
    for candidacy_id in _people(entries):
        stop_placements(candidacy_id)


@on("candidacy.leave")
def leaving_told(outer: Action, entries: list[JournalEntry]) -> None:
    """Once pairing and sheets have followed, officer and referent are told how things stand."""
    with scope(TASK):
        people = Candidacy.objects.filter(pk__in=_people(entries)).order_by("pk")
        for candidacy in people.select_related("operation__provider", "person", "session", "referent"):
            mails.trainee_left(outer, candidacy, outer.actor.person_id)


@on("candidacy.leave")
@on("candidacy.complete")
def nobody_is_away_any_more(outer: Action, entries: list[JournalEntry]) -> None:
    """A path that was interrupted ends with the training."""
    for candidacy_id in _people(entries):
        end_suspension(candidacy_id, outer.today)


@on("placement.sign")
@on("placement.record_ink")
def seal(outer: Action, entries: list[JournalEntry]) -> None:
    """The three have signed: the sealed agreement is made as soon as the worker can."""
    from defi.steps.training.tasks import seal_agreement

    made = [entry.object_id for entry in entries if entry.object_type == PlacementSignature._meta.label_lower]
    with scope(TASK):
        signed = PlacementSignature.objects.filter(pk__in=made).values("placement")
        living = PlacementSignature.objects.filter(placement__in=signed, voided_on=None).values("placement_id")
        counted = living.annotate(given=Count("pk")).order_by()
        ids = [row["placement_id"] for row in counted if row["given"] == len(PARTIES)]
    for placement_id in ids:
        seal_agreement.defer(placement_id=placement_id)


def _people(entries: list[JournalEntry]) -> list[int]:
    return [entry.object_id for entry in entries if entry.object_type == Candidacy._meta.label_lower]


@says_of_leaving
def of_periods(candidacy: Candidacy) -> Sequence[str]:
    """What becomes of the periods in company of somebody whose leaving is about to be noted."""
    with scope(TASK):
        rows = Placement.objects.filter(candidacy=candidacy, state__in=["planned", "begun"]).order_by("starts_on", "pk")
        return [_of_period(period) for period in rows.select_related("employer", "tutor", "operation")]


def _of_period(period: Placement) -> str:
    who = {
        "firm": period.employer,
        "first": day_words(period.starts_on),
        "last": day_words(period.ends_on),
        "told": _("l'entreprise l'apprend par courriel.")
        if mails.to_firm(period)
        else _("l'entreprise n'a pas d'adresse : prévenez-la vous-même."),
    }
    if period.state == "planned" and period.starts_on > clock.today():
        return _("Sa période chez %(firm)s, du %(first)s au %(last)s, est annulée : %(told)s") % who
    return (
        _(
            "Sa période chez %(firm)s, du %(first)s au %(last)s, s'arrête le jour du départ : les demi-journées "
            "signées jusque-là comptent, le tuteur signe celles qui manquent, et %(told)s"
        )
        % who
    )


@tells_taught
def taught(operation_id: int) -> Mapping[int, Taught]:
    """Minutes of the half-days of each module up to today, and how many half-days to come name it. One query."""
    today = clock.today()
    with scope(TASK):
        standing = AttendanceSheet.objects.filter(operation=operation_id, module__isnull=False)
        rows = standing.exclude(state="cancelled").values("module_id")
        counted = rows.annotate(
            minutes=Sum("minutes", filter=Q(on__lte=today)), to_come=Count("pk", filter=Q(on__gt=today))
        ).order_by()
        return {row["module_id"]: Taught(row["minutes"] or 0, row["to_come"]) for row in counted}


@says
def of_eos(asked: HoursAsked) -> Sequence[str]:
    """Whether what EOS was told has to be corrected there."""
    with scope(TASK):
        entry = EosEntry.objects.filter(operation=asked.operation_id).order_by("-pk").first()
    if entry is None:
        return []
    told = Hours(entry.hours_centre, entry.hours_company)
    if told == asked.after:
        return [_("EOS : les heures restent celles qui y sont saisies.")]
    gap = hours_gap(asked.after, told, _("la session saisie dans EOS"))
    return [_("EOS : %(gap)s À corriger dans EOS une fois la modification approuvée.") % {"gap": gap}]
