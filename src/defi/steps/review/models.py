"""What the bilan gives: points, certifications, contracts signed. Source: process.md, step 8."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import Meeting, OperationBound
from defi.steps.needs.models import Contract
from defi.steps.pairing.models import Promise, employer_sees_own
from defi.steps.review.opinion_models import Opinion, Questionnaire
from defi.steps.sourcing.models import Candidacy

__all__ = [
    "CertificationResult",
    "EmploymentContract",
    "NoHire",
    "Opinion",
    "Questionnaire",
    "ReviewPoint",
    "for_a_firm",
    "of_trainees",
]


def for_a_firm(actor: Actor) -> bool:
    """Whether somebody acts for an employer: a member, or the bearer of a link sent to the firm."""
    return actor.in_employer or (actor.who is Who.LINK and actor.organisation_id is not None)


def of_trainees(actor: Actor) -> Q:
    """What became of those this actor follows; the Cabinet, which invites to the signing, reads counts only."""
    if actor.who is Who.CABINET:
        return Q(pk__in=[])
    return Q(candidacy_id__in=Candidacy.objects.visible_to(actor).values("pk"))


class ReviewPoint(OperationBound):
    """What was said at the bilan: a strong point, an improvement, a lesson for the next design."""

    class Kind(models.TextChoices):
        STRONG = "strong", _("point fort")
        IMPROVEMENT = "improvement", _("axe d'amélioration")
        LESSON = "lesson", _("enseignement à capitaliser")

    class Voice(models.TextChoices):
        TRAINEES = "trainees", _("stagiaires")
        TRAINERS = "trainers", _("formateurs")
        EMPLOYERS = "employers", _("employeurs")
        PRESCRIBERS = "prescribers", _("prescripteurs")
        ALL = "all", _("toute l'équipe")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    voice = models.CharField(max_length=12, choices=Voice.choices, default=Voice.ALL)
    text = models.TextField()

    class Meta:
        ordering = ["id"]


class CertificationResult(OperationBound):
    """What a trainee obtained."""

    class Result(models.TextChoices):
        FULL = "full", _("certification obtenue")
        BLOCKS = "blocks", _("blocs obtenus")
        FAILED = "failed", _("non obtenue")
        NOT_PRESENTED = "not_presented", _("non présenté")

    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=14, choices=Result.choices)
    blocks = models.CharField(_("blocs"), max_length=200, blank=True)
    on = models.DateField(_("date"))

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return of_trainees(actor)


class EmploymentContract(OperationBound):
    """A contract signed by a trainee: the promise kept, or another job."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, null=True, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    employer_name = models.CharField(_("employeur"), max_length=160)
    contract = models.CharField(max_length=20, choices=Contract.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    weekly_hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    evidence = models.CharField(_("preuve"), max_length=120, blank=True)
    recorded_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="contract_dates_in_order"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if for_a_firm(actor):
            return employer_sees_own(actor, "employer_id")
        return of_trainees(actor)


class NoHire(OperationBound):
    """Why a promise did not end in a contract: job-related and closed."""

    class Why(models.TextChoices):
        EMPLOYER_WITHDREW = "employer_withdrew", _("l'employeur n'embauche plus")
        EMPLOYER_DECLINED = "employer_declined", _("l'employeur n'a pas donné suite")
        PERSON_DECLINED = "person_declined", _("la personne n'a pas donné suite")
        OTHER_JOB = "other_job", _("un autre emploi a été trouvé")
        FURTHER_TRAINING = "further_training", _("la personne poursuit une formation")
        NOT_CERTIFIED = "not_certified", _("certification exigée non obtenue")

    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20, choices=Why.choices)
    recorded_on = models.DateField()

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return of_trainees(actor)
