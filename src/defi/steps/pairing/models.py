"""Promises, posts, encounters, pairings, admission and finding: the heart. Source: process.md, conformity."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.proof import proof
from defi.operations.models import Operation, OperationBound, Session
from defi.steps.needs.models import Contract
from defi.steps.pairing import wording
from defi.steps.pairing.states import ADMISSION, PAIRING, PROMISE
from defi.steps.pairing.travel import Means, Travel
from defi.steps.sourcing.models import Candidacy


def employer_sees_own(actor: Actor, employer: str) -> Q:
    """An employer sees its own rows; provider and Region those of the operations they see; a prescriber none."""
    if actor.in_employer or actor.who is Who.LINK:
        return Q(**{employer: actor.organisation_id}) if actor.organisation_id else Q(pk__in=[])
    if actor.in_prescriber or actor.who in {Who.TRAINEE, Who.PUBLIC}:
        return Q(pk__in=[])
    return Q(operation_id__in=Operation.objects.visible_to(actor).values("pk"))


def of_who_attends(actor: Actor) -> Q:
    """For the Cabinet: rows of those whom it may name, who attend the signing."""
    return Q(candidacy__in=Candidacy.objects.visible_to(actor).order_by().values("pk"))


class Promise(OperationBound):
    """An engagement to recruit (« promesse d'emploi »), not a work contract: posts of one kind, by one employer.

    `employer` signs the contract; `work_at` is the firm where the work is, when it is another (temporary agency, group
    of employers). `months` and `days` word the length of a fixed-term contract when its dates are not known yet; both
    empty for a CDI. A suspended promise keeps its pairings, which do not count until it is resumed. A signature is that
    of the terms as they stand: a change makes it fall.
    """

    class Signing(models.TextChoices):
        LINK = "link", _("par lien personnel")
        ACCOUNT = "account", _("depuis son compte")
        PAPER = "paper", _("sur papier")

    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    work_at = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    signatory = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    tutor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    job_label = models.CharField(_("poste"), max_length=160)
    contract = models.CharField(_("contrat"), max_length=20, choices=Contract.choices)
    months = models.PositiveSmallIntegerField(_("durée en mois"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("et jours"), null=True, blank=True)
    starts_on = models.DateField(_("début du contrat"), null=True, blank=True)
    ends_on = models.DateField(_("fin du contrat"), null=True, blank=True)
    weekly_hours = models.DecimalField(_("heures par semaine"), max_digits=4, decimal_places=1, null=True, blank=True)
    gross_pay = models.DecimalField(_("salaire brut mensuel"), max_digits=8, decimal_places=2, null=True, blank=True)
    place = models.CharField(_("lieu de travail"), max_length=160, blank=True)
    conforms = models.BooleanField()
    conformity_note = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=PROMISE.choices)
    made_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    suspended_on = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    signed_how = models.CharField(max_length=8, choices=Signing.choices, blank=True)
    signed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="promise_dates_in_order",
                violation_error_message=_("La fin du contrat vient après son début."),
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_on__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_on=None)),
                name="promise_withdrawn_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended", suspended_on__isnull=False)
                | (~Q(state="suspended") & Q(suspended_on=None)),
                name="promise_suspended_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None, signed_how="") | (Q(signed_on__isnull=False) & ~Q(signed_how="")),
                name="promise_signed_has_its_date",
            ),
        ]

    @property
    def contract_words(self) -> str:
        """`CDI`, `CDD de 6 mois et 1 jour`: the one wording, for templates."""
        return wording.contract_words(self)

    @property
    def counts(self) -> bool:
        """Whether a pairing with it counts today: its contract conforms, and it is not suspended."""
        return self.conforms and self.state != "suspended"

    @property
    def not_counted(self) -> str:
        """Why it does not count; empty when it does."""
        return wording.not_counted_words(self)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """A prescriber sees that posts are promised (R37) through sourcing pages, not the promises themselves."""
        return employer_sees_own(actor, "employer_id")


class Post(OperationBound):
    """One post of a promise: what a trainee is paired with. Withdrawn, never deleted."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="posts")
    number = models.PositiveSmallIntegerField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["promise", "number"]
        constraints = [models.UniqueConstraint(fields=["promise", "number"], name="post_number_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return employer_sees_own(actor, "promise__employer_id")


class Encounter(OperationBound):
    """A person and an employer met, or said something: only what people said stands between them on the board.

    `asked_on`: the day a mail asked the employer. `travel_*`: the way to work as the person said it, one way, in
    minutes; employers do not read it, and nothing is sorted or chosen by it."""

    class Answer(models.TextChoices):
        AWAITED = "awaited", _("attend")
        YES = "yes", _("oui")
        NO = "no", _("non")
        AFTER_PLACEMENT = "after_placement", _("après immersion")

    private: ClassVar[frozenset[str]] = frozenset({"travel_minutes", "travel_by"})

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="+")
    met_on = models.DateField(null=True)
    employer_answer = models.CharField(max_length=16, choices=Answer.choices, default=Answer.AWAITED)
    employer_answered_on = models.DateField(null=True)
    person_answer = models.CharField(max_length=16, choices=Answer.choices, default=Answer.AWAITED)
    person_answered_on = models.DateField(null=True)
    asked_on = models.DateField(null=True)
    travel_minutes = models.PositiveSmallIntegerField(_("trajet, en minutes"), null=True)
    travel_by = models.CharField(_("moyen"), max_length=8, choices=Means.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "promise"], name="encounter_once"),
            models.CheckConstraint(
                condition=Q(travel_minutes=None, travel_by="") | (Q(travel_minutes__isnull=False) & ~Q(travel_by="")),
                name="encounter_travel_is_whole",
            ),
        ]

    @property
    def travel(self) -> Travel:
        """What the person said of their way to work."""
        return Travel(self.travel_minutes, self.travel_by)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.CABINET:
            return of_who_attends(actor)
        if actor.link and actor.link.verb == "candidacy.confirm":
            # The person, by the link that asks whether they come: what was said of them, and of nobody else.
            return Q(candidacy_id=actor.link.object_id, candidacy__person_id=actor.person_id)
        return employer_sees_own(actor, "promise__employer_id")


@proof()
class Pairing(OperationBound):
    """One trainee, one promised post. The history of pairings gives the gauge of any past day.

    Active on a day d when `paired_on <= d` and (`ended_on` is empty or `d < ended_on`)."""

    class Ending(models.TextChoices):
        EMPLOYER_WITHDREW = "employer_withdrew", _("l'employeur a retiré le poste")
        PERSON_LEFT = "person_left", _("la personne est partie")
        PERSON_CHANGED = "person_changed", _("la personne a choisi un autre poste")
        EMPLOYER_CHANGED = "employer_changed", _("l'employeur a changé d'avis")
        MISTAKE = "mistake", _("erreur de saisie")

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="pairings")
    state = models.CharField(max_length=8, choices=PAIRING.choices, default="active")
    paired_on = models.DateField()
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=20, choices=Ending.choices, blank=True)

    @property
    def ending_words(self) -> str:
        """Why it is over, in words that hold whenever it ended: who gave up before the start left no training."""
        if self.ending == self.Ending.PERSON_LEFT and self.candidacy.entered_on is None:
            return gettext("la personne ne suivra pas la formation")
        return str(self.get_ending_display())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy"],
                condition=Q(state="active"),
                name="pairing_one_promise_per_person",
                violation_error_message=_("Cette personne est déjà appairée : rompez d'abord l'appairage en cours."),
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state="active"),
                name="pairing_one_person_per_post",
                violation_error_message=_("Ce poste est déjà pris par une autre personne."),
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_on=None, ending="")
                | (Q(state="ended", ended_on__isnull=False) & ~Q(ending="")),
                name="pairing_ended_has_date_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("paired_on")), name="pairing_dates_in_order"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id)
        if actor.who is Who.CABINET:
            return of_who_attends(actor)
        return employer_sees_own(actor, "post__promise__employer_id")


@proof()
class Admission(OperationBound):
    """The officer's decision when fewer than all seats are paired: admitted at `paired` of `counted`, or refused."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ADMISSION.choices)
    paired = models.PositiveSmallIntegerField()
    counted = models.PositiveSmallIntegerField()
    reason = models.TextField(_("motif"))
    decided_on = models.DateField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=~Q(state="superseded"), name="admission_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="admission_has_a_reason"),
        ]


@proof()
class Finding(OperationBound):
    """The conformity as found at the start: fixed and dated; later losses change the history, not the finding."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="+")
    found_on = models.DateField()
    seats = models.PositiveSmallIntegerField()
    entered = models.PositiveSmallIntegerField()
    paired = models.PositiveSmallIntegerField()
    apart = models.PositiveSmallIntegerField(default=0)
    apart_conforming = models.PositiveSmallIntegerField(default=0)
    small_group = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(paired__lte=F("entered")), name="finding_paired_within_entered"),
        ]
