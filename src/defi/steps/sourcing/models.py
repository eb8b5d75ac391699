"""Preparatory meeting, sourcing plan, announcement, project team, and candidacies, which become trainees."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.operations.models import Operation, OperationBound, Session
from defi.schemes.rulebook import EventKind, rulebook
from defi.steps.sourcing.event_rules import has_begun
from defi.steps.sourcing.states import CANDIDACY


class TeamMember(OperationBound):
    """Somebody named to the project team or to the steering committee."""

    class Body(models.TextChoices):
        TEAM = "team", _("équipe projet")
        COMMITTEE = "committee", _("comité de pilotage")

    body = models.CharField(max_length=10, choices=Body.choices)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["body", "id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "body", "organisation"], name="team_member_once"),
        ]


class SourcingLine(OperationBound):
    """One action of the sourcing plan, with its date and its owner; once published, a meeting one may book.

    Kinds are data of the rulebook. Published, it says its aim, its frame (place, hour, length in minutes, who leads),
    what follows and who accompanies people (employers.md, R03 and R04)."""

    kind = models.CharField(max_length=12)
    planned_on = models.DateField()
    owner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("lieu"), max_length=160, blank=True)
    aim = models.CharField(_("but"), max_length=200, blank=True)
    at = models.TimeField(null=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), null=True)
    led_by = models.CharField(_("animée par"), max_length=120, blank=True)
    follows = models.CharField(_("ce qui suit"), max_length=300, blank=True)
    accompanied_by = models.CharField(_("qui accompagne"), max_length=160, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), null=True)
    published_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    came = models.PositiveSmallIntegerField(_("personnes venues"), null=True)

    class Meta:
        ordering = ["planned_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on=None)
                | Q(at__isnull=False, minutes__isnull=False)
                & ~Q(aim="")
                & ~Q(place="")
                & ~Q(led_by="")
                & ~Q(follows="")
                & ~Q(accompanied_by=""),
                name="event_published_is_framed",
                violation_error_message=_("Une rencontre publiée dit son but, son cadre, la suite et qui accompagne."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | Q(done_on=None), name="event_cancelled_was_not_held"
            ),
        ]
        indexes = [models.Index(fields=["planned_on"], name="event_by_day")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Who sees the operation; anybody, once it is published."""
        if actor.who is Who.PUBLIC:
            return Q(published_on__isnull=False)
        return super().visibility(actor)

    @property
    def rule(self) -> EventKind:
        """Its kind, as the rulebook of the operation words it."""
        book = rulebook(self.operation.scheme, self.operation.rulebook_version)
        return book.sourcing.kind(self.kind)

    @property
    def label(self) -> str:
        """« information collective »."""
        return self.rule.label

    def is_late(self, today: date) -> bool:
        """Whether its day is past and nothing says what became of it."""
        return self.done_on is None and self.cancelled_on is None and self.planned_on < today

    @property
    def is_open(self) -> bool:
        """Whether one may still book: published, neither cancelled nor held."""
        return bool(self.published_on and not self.cancelled_on and not self.done_on and not self.rule.service)

    @property
    def has_begun(self) -> bool:
        """Whether its hour is past: nobody asks for a place any more."""
        return has_begun(self.planned_on, self.at, clock.now())


class Announcement(OperationBound):
    """How the group is recruited in public, with the firms: where it appeared and which firms agreed to be named."""

    channel = models.CharField(_("support"), max_length=120)
    published_on = models.DateField()
    employers = models.ManyToManyField("people.Organisation", related_name="+")

    class Meta:
        ordering = ["id"]


class AimsShared(OperationBound):
    """The aims of the convention sent or presented to a partner: a fact the certificate asks for."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    shared_on = models.DateField()
    how = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]


ATTENDS = ("confirmed", "entered")
"""Who is expected at the signing: those who hold a seat until their training ends."""


class Candidacy(OperationBound):
    """A person oriented to a session; once entered, its trainee. Facts and dates, no judgement of the person.

    Other funding (POEI, POEC…) is counted apart: the session stays DEFI only when each aims at a lasting contract."""

    private: ClassVar[frozenset[str]] = frozenset()

    class Funding(models.TextChoices):
        REGION = "region", _("Région")
        POEI = "poei", _("POEI")
        POEC = "poec", _("POEC")
        PROFESSIONALISATION = "professionalisation", _("contrat de professionnalisation")
        APPRENTICESHIP = "apprenticeship", _("contrat d'apprentissage")

    class Refusal(models.TextChoices):
        """Closed and job-related (law.md, discrimination): nothing else may end a candidacy or a training.

        Which of them fit which ending stands in `rules`. No reason of health or of family is ever recorded."""

        NO_SEAT = "no_seat", _("plus de place")
        OTHER_PROJECT = "other_project", _("le projet professionnel vise un autre métier")
        SCHEDULE = "schedule", _("horaires ou lieu incompatibles")
        PREREQUISITE = "prerequisite", _("prérequis du métier non atteint (permis, aptitude réglementaire)")
        FOUND_JOB = "found_job", _("a trouvé un emploi")
        OTHER_TRAINING = "other_training", _("est entré dans une autre formation")
        NO_ANSWER = "no_answer", _("n'a pas répondu")
        PERSONAL_CHOICE = "personal_choice", _("raison personnelle")
        DISCIPLINE = "discipline", _("décision de l'organisme (règlement intérieur)")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    oriented_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    referent = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    funding = models.CharField(max_length=20, choices=Funding.choices, default=Funding.REGION)
    aim_contract = models.CharField(max_length=20, blank=True)
    aim_months = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=CANDIDACY.choices)
    oriented_on = models.DateField()
    invited_on = models.DateField(null=True)
    met_on = models.DateField(null=True)
    selected_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    # Before the start the person is asked again whether they come; silence shows (features.md, 32).
    asked_again_on = models.DateField(null=True)
    said_again_on = models.DateField(null=True)
    entered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=20, choices=Refusal.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="candidacy_once_per_session",
                violation_error_message=_("Cette personne est déjà dans cette session."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="entered"),
                name="candidacy_one_session_at_once",
                violation_error_message=_("Cette personne suit déjà une autre session."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["entered", "left", "completed"]) | Q(entered_on__isnull=False),
                name="candidacy_entered_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["left", "completed"], left_on__isnull=False)
                | (~Q(state__in=["left", "completed"]) & Q(left_on=None)),
                name="candidacy_exit_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")), name="candidacy_leaves_after_entry"
            ),
            models.CheckConstraint(
                condition=~Q(state="invited") | Q(invited_on__isnull=False), name="candidacy_invited_has_its_date"
            ),
        ]
        indexes = [models.Index(fields=["operation", "state"], name="candidacy_by_state")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region and the operation's provider; a prescriber the people it oriented; a trainee themself.

        An employer reaches people only through its encounters and pairings (pairing.queries), with fewer fields. The
        Cabinet, which invites to the signing, those who attend it (process.md, « Actors » and step 7)."""
        if actor.who is Who.CABINET:
            return Q(operation__region_id=actor.region_id, state__in=ATTENDS)
        if actor.in_region:
            return Q(operation__region_id=actor.region_id)
        if actor.in_provider:
            return Q(
                operation_id__in=Operation.objects.visible_to(actor)
                .filter(provider_id=actor.organisation_id)
                .values("pk")
            )
        if actor.in_prescriber:
            return Q(prescriber_id=actor.organisation_id)
        if actor.who in {Who.TRAINEE, Who.LINK} and actor.person_id:
            return Q(person_id=actor.person_id)
        return Q(pk__in=[])


# Kept apart for their length; Django finds them here.
from defi.steps.sourcing.alike_models import PersonPair  # noqa: E402
from defi.steps.sourcing.application_models import Application  # noqa: E402
from defi.steps.sourcing.declared_models import Declared, EntryCondition  # noqa: E402
from defi.steps.sourcing.event_models import Booking  # noqa: E402
from defi.steps.sourcing.import_models import CandidacyImport, CandidacyImportRow  # noqa: E402
from defi.steps.sourcing.notice_models import Notice, NoticeFirm  # noqa: E402

__all__ = [
    "AimsShared",
    "Announcement",
    "Application",
    "Booking",
    "Candidacy",
    "CandidacyImport",
    "CandidacyImportRow",
    "Declared",
    "EntryCondition",
    "Notice",
    "NoticeFirm",
    "PersonPair",
    "SourcingLine",
    "TeamMember",
]
