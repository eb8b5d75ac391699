"""EOS entry, attendance, periods in company, exchanges, periodic reports. Source: process.md, steps 4 and 6."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.proof import proof
from defi.operations.models import Operation, OperationBound, Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.states import SHEET


def own_group(actor: Actor) -> Q:
    """Rows that tell who was there: the Region and the operation's own provider, nobody else."""
    if actor.in_region:
        return Q(operation_id__in=Operation.objects.visible_to(actor).values("pk"))
    if actor.in_provider:
        return Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)
    return Q(pk__in=[])


def own_people(actor: Actor) -> Q:
    """Rows that tell what somebody did: as `own_group`, but for the Cabinet, which only invites to the signing."""
    return Q(pk__in=[]) if actor.who is Who.CABINET else own_group(actor)


class Way(models.TextChoices):
    """How a presence was signed."""

    CLICK = "click", _("signé en ligne")
    ROOM = "room", _("signé sur l'appareil du formateur")
    PAPER = "paper", _("signé sur papier")


SIGNED_HERE = frozenset({Way.CLICK.value, Way.ROOM.value})
"""The ways by which somebody signed themself: nobody else writes over that before the lock."""
UNSIGNED = "unsigned"
"""The way of a presence that a correction says and that nobody signed: its reason stands beside it, no hour does."""


class EosEntry(OperationBound):
    """What EOS answered, typed back and never prefilled; each difference with the session is corrected or explained.

    `explanations`: field → what the session said then, as EOS writes it, and why EOS says otherwise. Once the session
    says something else, that is another difference."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("numéro EOS"), max_length=30)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seats = models.PositiveSmallIntegerField()
    hours_centre = models.PositiveSmallIntegerField()
    hours_company = models.PositiveSmallIntegerField()
    defi_ticked = models.BooleanField(_("case « session DEFI » cochée"))
    explanations = models.JSONField(default=dict)
    entered_on = models.DateField()
    entered_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return own_group(actor)


class HalfDay(models.TextChoices):
    MORNING = "morning", _("matin")
    AFTERNOON = "afternoon", _("après-midi")


@proof()
class AttendanceSheet(OperationBound):
    """One half-day: date, hours, module, trainer's name (law.md 4.3). Minutes are whole.

    Opened ahead, sheets are the timetable that a trainee reads. `room_code` is the seed of the codes shown in the room,
    which change every few minutes (`signing.code_at`). `unusual_day` is the provider's word that a Sunday or
    a public holiday is meant."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    half = models.CharField(max_length=10, choices=HalfDay.choices)
    starts_at = models.TimeField(_("heure de début"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"))
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    unusual_day = models.BooleanField(_("dimanche ou jour férié confirmé"), default=False)
    module = models.ForeignKey("design.Module", null=True, on_delete=models.PROTECT, related_name="+")
    module_label = models.CharField(_("module"), max_length=160)
    trainer_name = models.CharField(_("formateur"), max_length=160)
    trainer = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    room_code = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=10, choices=SHEET.choices)
    locked_on = models.DateField(null=True)
    trainer_signed_at = models.DateTimeField(null=True)
    trainer_way = models.CharField(max_length=8, choices=Way.choices, blank=True)

    class Meta:
        ordering = ["on", "-half"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "on", "half"], condition=~Q(state="cancelled"), name="sheet_once_per_half_day"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=30, minutes__lte=330),
                name="sheet_half_day_possible",
                violation_error_message=_("Une demi-journée dure de 30 minutes à 5 h 30."),
            ),
            models.CheckConstraint(
                condition=Q(state="locked", locked_on__isnull=False) | (~Q(state="locked") & Q(locked_on=None)),
                name="sheet_locked_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="locked") | (Q(trainer_signed_at__isnull=False) & ~Q(trainer_way="")),
                name="sheet_locked_is_signed_by_trainer",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(trainer_way=""), name="sheet_cancelled_was_not_signed"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            return Q(lines__candidacy__person_id=actor.person_id or 0)
        return own_group(actor)


@proof()
class Attendance(OperationBound):
    """One trainee on one sheet."""

    class State(models.TextChoices):
        EXPECTED = "expected", _("attendu")
        PRESENT = "present", _("présent")
        ABSENT = "absent", _("absent")
        EXCUSED = "excused", _("absence justifiée")

    sheet = models.ForeignKey(AttendanceSheet, on_delete=models.PROTECT, related_name="lines")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.EXPECTED)
    way = models.CharField(max_length=8, choices=[*Way.choices, (UNSIGNED, _("corrigé, sans signature"))], blank=True)
    signed_at = models.DateTimeField(null=True)
    corrected_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "candidacy"], name="attendance_once"),
            models.CheckConstraint(
                condition=(Q(state="present") & Q(signed_at__isnull=False) & ~Q(way__in=["", UNSIGNED]))
                | Q(state="present", way=UNSIGNED, signed_at=None, corrected_on__isnull=False)
                | (~Q(state="present") & Q(signed_at=None, way="")),
                name="attendance_present_is_signed",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        return own_people(actor)


class Exchange(OperationBound):
    """A dated exchange with a signatory employer: one at least before, during and after the training."""

    class How(models.TextChoices):
        CALL = "call", _("appel")
        VISIT = "visit", _("visite")
        MEETING = "meeting", _("réunion")
        MAIL = "mail", _("courriel")

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    how = models.CharField(max_length=10, choices=How.choices)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    with_whom = models.CharField(_("avec qui"), max_length=160, blank=True)
    note = models.TextField(_("ce qui s'est dit"), blank=True)
    agreed = models.TextField(_("ce qui est convenu"), blank=True)

    class Meta:
        ordering = ["on", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """What was said with a firm stays between it, the provider and the Region."""
        if actor.in_employer:
            return Q(organisation_id=actor.organisation_id)
        return own_group(actor)


class Report(OperationBound):
    """A periodic report of the provider: the facts as they were, and a person's comment."""

    sent_on = models.DateField()
    facts = models.JSONField()
    comment = models.TextField(_("commentaire"), blank=True)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-sent_on", "-id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Firms and partners read their own part (`ReportPart`); the whole is the provider's and the Region's but the
        Cabinet's, to which it would tell who left."""
        return Q(pk__in=[]) if actor.who is Who.CABINET else own_group(actor)


@proof()
class SessionStart(OperationBound):
    """Who says that the session started, on which day, with how many: the fact the finding rests on."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField()
    recorded_on = models.DateField()
    entered = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["id"]


class GroupMember(OperationBound):
    """In which group of the calendar a trainee is; without a row, in the first one."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("design.CalendarGroup", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["candidacy"], name="group_member_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        return own_people(actor)


# Kept apart for their length; Django finds them here.
from defi.steps.training.attendance_models import (  # noqa: E402
    Absence,
    AbsenceAlert,
    AbsenteeCall,
    PrintedSheet,
    SentSignature,
    SheetScan,
)
from defi.steps.training.complaint_models import Complaint  # noqa: E402
from defi.steps.training.path_models import Barrier, Completion, IndividualPath, Interview, Suspension  # noqa: E402
from defi.steps.training.placement_models import (  # noqa: E402
    CompanyPresence,
    Placement,
    PlacementCode,
    PlacementDebrief,
    PlacementSignature,
    TutorEvaluation,
)
from defi.steps.training.report_models import PresenceStatement, ReportPart  # noqa: E402

__all__ = [
    "Absence",
    "AbsenceAlert",
    "AbsenteeCall",
    "Attendance",
    "AttendanceSheet",
    "Barrier",
    "CompanyPresence",
    "Complaint",
    "Completion",
    "EosEntry",
    "Exchange",
    "GroupMember",
    "HalfDay",
    "IndividualPath",
    "Interview",
    "Placement",
    "PlacementCode",
    "PlacementDebrief",
    "PlacementSignature",
    "PresenceStatement",
    "PrintedSheet",
    "Report",
    "ReportPart",
    "SentSignature",
    "SessionStart",
    "SheetScan",
    "Suspension",
    "TutorEvaluation",
    "Way",
    "own_group",
    "own_people",
]
