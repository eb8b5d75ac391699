"""What comes around a sheet: signatures sent by a device, papers and their scans, why somebody was away, who was told.

Source: process.md, step 6 and « Documents the system produces » (attendance sheets); law.md 4.3."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.files.models import StoredFile
from defi.kernel.proof import proof
from defi.operations.models import OperationBound
from defi.steps.training.models import Attendance, AttendanceSheet, Way, own_people
from defi.steps.training.signing import knows_the_time
from defi.steps.training.states import PAPER


@proof()
class SentSignature(OperationBound):
    """A signature given on a device, once: its `key` is made there, so that sending it again adds nothing.

    With a `fault` (`signing.Fault`) it is held: kept, shown, without effect until a person accepts it or sets it
    aside, with a reason. It is never deleted."""

    sheet = models.ForeignKey(AttendanceSheet, on_delete=models.PROTECT, related_name="sent")
    candidacy = models.ForeignKey("sourcing.Candidacy", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way.choices)
    fault = models.CharField(max_length=8, blank=True)
    settled_on = models.DateField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_on=None, accepted=None) | Q(settled_on__isnull=False, accepted__isnull=False),
                name="sent_signature_settled_one_way",
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | ~Q(fault=""), name="sent_signature_settled_was_questioned"
            ),
        ]

    @property
    def is_held(self) -> bool:
        """Whether a person has to say what it is worth."""
        return bool(self.fault) and self.settled_on is None

    @property
    def knows_the_time(self) -> bool:
        """Whether the moment that its device said is worth showing."""
        return knows_the_time(self.made_at, self.received_at)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        return own_people(actor)


class PrintedSheet(OperationBound):
    """A half-day on a printed paper, with the title and the EOS number that the paper bears."""

    document = models.ForeignKey("kernel.Document", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(AttendanceSheet, on_delete=models.PROTECT, related_name="papers")
    training = models.CharField(max_length=255)
    eos_number = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["document", "sheet"], name="printed_sheet_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return own_people(actor)


@proof()
class SheetScan(OperationBound):
    """A page of a signed attendance paper as it came back. Placed: it is page `page` of `document`.

    `source_sha256` is the fingerprint of the file in which it was sent."""

    class Found(models.TextChoices):
        CODE = "code", _("par son code")
        PERSON = "person", _("par une personne")

    stored = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=PAPER.choices)
    found = models.CharField(max_length=6, choices=Found.choices, blank=True)
    source_sha256 = models.CharField(max_length=64)
    deposited_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["placed", "read"])
                | (Q(document__isnull=False, page__isnull=False, page__gte=1) & Q(found__in=["code", "person"])),
                name="sheet_scan_placed_has_its_place",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever reads the files of this kind in this operation: it bears everybody's signature."""
        return Q(stored__in=StoredFile.objects.visible_to(actor))


class Absence(OperationBound):
    """Why a trainee was away from one half-day, by the rulebook's short list, and the paper that shows it.

    The half-day is a line of a sheet of the centre (`line`), or what the tutor signed in the firm (`presence`).

    It stays with the provider and the person: the Region and the prescriber read that an absence is justified, not by
    what."""

    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    line = models.OneToOneField(Attendance, null=True, on_delete=models.PROTECT, related_name="absence")
    presence = models.OneToOneField(
        "training.CompanyPresence", null=True, on_delete=models.PROTECT, related_name="absence"
    )
    reason = models.CharField(_("motif"), max_length=20)
    proof = models.ForeignKey("kernel.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    noted_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(line=None, presence__isnull=False) | Q(line__isnull=False, presence=None),
                name="absence_of_one_half_day",
            )
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            mine = actor.person_id
            return Q(line__candidacy__person_id=mine) | Q(presence__placement__candidacy__person_id=mine)
        return own_people(actor) if actor.in_provider else Q(pk__in=[])


class AbsenceAlert(OperationBound):
    """Those whom the rulebook names were told of somebody's absences, once for each run of them."""

    class Kind(models.TextChoices):
        RUNNING = "running", _("absences à la suite")
        MANY = "many", _("absences nombreuses")

    candidacy = models.ForeignKey("sourcing.Candidacy", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since = models.DateField()
    half_days = models.PositiveSmallIntegerField()
    told_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["candidacy", "kind", "since"], name="absence_alert_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return own_people(actor)


class AbsenteeCall(OperationBound):
    """Somebody awaited at the start who did not come was called: what came of it, by one of three words."""

    class Outcome(models.TextChoices):
        COMES = "comes", _("vient plus tard")
        GIVES_UP = "gives_up", _("renonce")
        NO_ANSWER = "no_answer", _("ne répond pas")

    candidacy = models.ForeignKey("sourcing.Candidacy", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)

    class Meta:
        ordering = ["on", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return own_people(actor)
