"""What the Region already buys (markets, lots), proposals of providers, the decided route, tenders."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.operations.models import OperationBound
from defi.steps.offer.catalogue import models as catalogue_models  # noqa: F401  (the other tables of this room)
from defi.steps.offer.states import PROPOSAL, TENDER


class Lot(Guarded):
    """A lot of a market: what its holder is entitled to train for, where and when; seats are those bought."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    market_number = models.CharField(_("numéro du marché"), max_length=40)
    number = models.CharField(_("lot"), max_length=20)
    title = models.CharField(_("intitulé"), max_length=200)
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    jobs = models.ManyToManyField("reference.Job", related_name="+")
    basins = models.ManyToManyField("reference.Basin", related_name="+")
    valid_from = models.DateField(_("début"))
    valid_to = models.DateField(_("fin"))
    seats = models.PositiveIntegerField(_("places achetées"), null=True, blank=True)

    class Meta:
        ordering = ["market_number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "market_number", "number"], name="lot_once"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="lot_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.market_number} · {self.number} · {self.title}"

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region:
            return Q(region_id=actor.region_id)
        return Q(holder_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])


class Proposal(Guarded):
    """A provider proposes that a session it holds become a DEFI: the commonest start."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("intitulé"), max_length=160)
    job = models.ForeignKey("reference.Job", on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey("reference.Basin", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("début prévu"))
    ends_on = models.DateField(_("fin prévue"))
    seats = models.PositiveSmallIntegerField(_("places financées par la Région"))
    hours_centre = models.PositiveSmallIntegerField(_("heures en centre"))
    hours_company = models.PositiveSmallIntegerField(_("heures en entreprise"))
    employers = models.ManyToManyField("people.Organisation", related_name="+")
    adaptations = models.TextField(_("besoins repérés et adaptations souhaitables"))
    state = models.CharField(max_length=14, choices=PROPOSAL.choices)
    proposed_on = models.DateField()
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True)
    operation = models.OneToOneField("operations.Operation", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-proposed_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="proposal_dates_in_order"),
            models.CheckConstraint(
                condition=Q(state="accepted", operation__isnull=False) | (~Q(state="accepted") & Q(operation=None)),
                name="proposal_accepted_has_its_operation",
            ),
            models.UniqueConstraint(
                fields=["provider", "job", "basin", "starts_on"],
                condition=~Q(state="refused"),
                name="proposal_once_per_session",
            ),
        ]

    @property
    def file_id(self) -> int | None:
        return self.operation_id

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region:
            return Q(region_id=actor.region_id)
        return Q(provider_id=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])


class Route(models.TextChoices):
    """How the Region answers (process.md, « Route »)."""

    COVERED = "covered", _("un marché existant couvre le besoin")
    ADAPTED = "adapted", _("un marché existant, adapté")
    MODULES = "modules", _("un marché existant, avec des modules ajoutés")
    TENDER = "tender", _("consultation (FREF ou marché subséquent)")
    OTHER_SCHEME = "other_scheme", _("un autre dispositif répond mieux")
    POSTPONED = "postponed", _("reportée")
    NO_ANSWER = "no_answer", _("pas de réponse (budget, volume)")


class RouteDecision(OperationBound):
    """The decided route, its reason and its author; the last one holds, the former stay readable."""

    route = models.CharField(max_length=14, choices=Route.choices)
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("motif"))
    decided_on = models.DateField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation"], condition=Q(superseded_on=None), name="route_one_in_force"),
            models.CheckConstraint(
                condition=~Q(route__in=["covered", "adapted", "modules"]) | Q(lot__isnull=False),
                name="route_by_a_market_names_its_lot",
            ),
        ]


class Tender(OperationBound):
    """A FREF or a marché subséquent, followed by its dates; the bids live on the Region's buyer profile."""

    class Kind(models.TextChoices):
        FREF = "fref", _("Fonds réactif emploi formation")
        SUBSEQUENT = "subsequent", _("marché subséquent")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=14, choices=TENDER.choices)
    launched_on = models.DateField(null=True)
    deadline_on = models.DateField(null=True)
    awarded_on = models.DateField(null=True)
    holder = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation"], condition=~Q(state="unsuccessful"), name="tender_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="awarded") | Q(awarded_on__isnull=False, holder__isnull=False),
                name="tender_awarded_has_date_and_holder",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return super().visibility(actor) if actor.in_region else Q(pk__in=[])
