"""The path of one trainee: positioning, individual path, interviews, barriers, suspension, certificate.

Barriers are read by the trainee's referent and by nobody else (process.md, principle 6)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import OperationBound
from defi.steps.sourcing.models import Candidacy


def _own_provider(actor: Actor) -> Q:
    """The provider that runs the operation; a trainee their own."""
    if actor.who is Who.TRAINEE:
        return Q(candidacy__person_id=actor.person_id or 0)
    if actor.in_provider:
        return Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)
    return Q(pk__in=[])


class IndividualPath(OperationBound):
    """Where a trainee stood at the entry, and the path made of it. Competences of the job, no judgement of a person."""

    class How(models.TextChoices):
        INTERVIEW = "interview", _("entretien")
        SITUATION = "situation", _("mise en situation")
        TEST = "test", _("test")
        PAPERS = "papers", _("parcours et attestations")

    private: ClassVar[frozenset[str]] = frozenset({"known", "to_learn", "adapted"})

    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="+")
    positioned_on = models.DateField(_("positionnement fait le"))
    how = models.CharField(max_length=10, choices=How.choices)
    known = models.TextField(_("ce qui est déjà acquis"), blank=True)
    to_learn = models.TextField(_("ce qui est à apprendre ou à renforcer"))
    adapted = models.TextField(_("ce qui est adapté pour cette personne"), blank=True)
    hours_centre = models.PositiveSmallIntegerField(_("heures en centre"))
    hours_company = models.PositiveSmallIntegerField(_("heures en entreprise"))
    agreed_on = models.DateField(_("vu avec la personne le"), null=True)

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return _own_provider(actor)


class Interview(OperationBound):
    """A dated talk with a trainee: what was agreed is theirs to read. Nothing of health or family belongs here."""

    class About(models.TextChoices):
        ENTRY = "entry", _("entrée en formation")
        PROGRESS = "progress", _("point de parcours")
        ABSENCE = "absence", _("absences")
        RETURN = "return", _("retour après une interruption")
        EXIT = "exit", _("fin de parcours")

    private: ClassVar[frozenset[str]] = frozenset({"agreed"})

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    about = models.CharField(max_length=10, choices=About.choices)
    agreed = models.TextField(_("ce qui est convenu"))
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField(_("prochain point"), null=True)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("on")), name="interview_next_comes_after"
            )
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return _own_provider(actor)


class Barrier(OperationBound):
    """What stands in a trainee's way and what is done about it. A closed list: no health, no family, no diagnosis."""

    class Kind(models.TextChoices):
        TRANSPORT = "transport", _("transport")
        HOUSING = "housing", _("logement")
        DAILY_LIFE = "daily_life", _("organisation du quotidien")
        RESOURCES = "resources", _("ressources, équipement")
        DIGITAL = "digital", _("numérique")
        LANGUAGE = "language", _("français")
        PAPERWORK = "paperwork", _("démarches")

    private: ClassVar[frozenset[str]] = frozenset({"kind", "action", "helper"})

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    action = models.CharField(_("ce qui est fait"), max_length=255)
    helper = models.CharField(_("avec qui"), max_length=160, blank=True)
    noted_on = models.DateField()
    lifted_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("noted_on")), name="barrier_dates_in_order"
            )
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The referent named today, and the person: neither the Region, nor an employer, nor colleagues."""
        if actor.who is Who.TRAINEE:
            return Q(candidacy__person_id=actor.person_id or 0)
        if actor.in_provider and actor.person_id:
            return Q(candidacy__referent_id=actor.person_id) & _own_provider(actor)
        return Q(pk__in=[])


class Suspension(OperationBound):
    """A trainee is away and means to come back. The seat and the pairing are kept; the sheets do not expect them."""

    class Why(models.TextChoices):
        """Closed, and without a word on health or family: it is told to the prescriber and to the Region."""

        JOB = "job", _("emploi de courte durée")
        PERSONAL_CHOICE = "personal_choice", _("à la demande de la personne")
        PROVIDER = "provider", _("décision de l'organisme (règlement intérieur)")
        OUTSIDE = "outside", _("empêchement extérieur")

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("depuis le"))
    why = models.CharField(max_length=16, choices=Why.choices)
    expected_on = models.DateField(_("retour prévu le"), null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy"], condition=Q(ended_on=None), name="suspension_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(expected_on=None) | Q(expected_on__gt=F("from_on")), name="suspension_return_comes_after"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on")), name="suspension_dates_in_order"
            ),
        ]

    def holds(self, day: date) -> bool:
        """Whether the trainee is away on that day: from its first day, until the day before the return."""
        return self.from_on <= day and (self.ended_on is None or day < self.ended_on)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region and the provider; a prescriber and a trainee their own."""
        if actor.in_region and actor.who is not Who.CABINET:
            return Q(operation__region_id=actor.region_id)
        if actor.in_prescriber:
            return Q(candidacy__prescriber_id=actor.organisation_id)
        return _own_provider(actor)


class Completion(OperationBound):
    """A certificate of completion (certificat de réalisation) as given: time of the locked sheets and periods."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField()
    minutes_centre = models.PositiveIntegerField()
    minutes_company = models.PositiveIntegerField()
    signed_name = models.CharField(_("signé par"), max_length=160)
    signed_as = models.CharField(_("en qualité de"), max_length=160)

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region and actor.who is not Who.CABINET:
            return Q(operation__region_id=actor.region_id)
        return _own_provider(actor)
