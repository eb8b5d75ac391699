"""What the Region already buys (markets, lots), proposals of providers, the decided route, tenders."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.operations.models import OperationBound
from defi.steps.offer.catalogue import models as catalogue_models  # noqa: F401  (the other tables of this room)
from defi.steps.offer.coverage import CATEGORIES, LEVELS
from defi.steps.offer.states import PROPOSAL, TENDER

if TYPE_CHECKING:
    from defi.people.models import Organisation


class Lot(Guarded):
    """A lot of a market: what its holders are entitled to train for, and where. When and for how many: its periods."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    market_number = models.CharField(_("numéro du marché"), max_length=40)
    number = models.CharField(_("lot"), max_length=20)
    title = models.CharField(_("intitulé"), max_length=200)
    sector = models.CharField(_("secteur"), max_length=120, blank=True)
    # Empty until the market says who: a table of lots may come before its award.
    holder = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    co_holders = models.ManyToManyField("people.Organisation", related_name="+")
    jobs = models.ManyToManyField("reference.Job", related_name="+")
    territory = models.TextField(_("territoire, comme le marché l'écrit"), blank=True)
    basins = models.ManyToManyField("reference.Basin", related_name="+")
    departments = ArrayField(models.CharField(max_length=3), verbose_name=_("départements"), default=list)
    communes = models.ManyToManyField("reference.Commune", related_name="+")
    levels = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("niveaux"), default=list)
    categories = ArrayField(
        models.CharField(max_length=12, choices=list(CATEGORIES.items())), verbose_name=_("catégories"), default=list
    )
    certification = models.CharField(_("certification visée"), max_length=300, blank=True)
    certifications = ArrayField(models.CharField(max_length=14), verbose_name=_("numéros RNCP et RS"), default=list)
    # Of the line that made it: the same line imported again leaves alone what was corrected by hand since.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["market_number", "number"]
        constraints = [models.UniqueConstraint(fields=["region", "market_number", "number"], name="lot_once")]

    def __str__(self) -> str:
        return f"{self.market_number} · {self.number} · {self.title}"

    @property
    def holders(self) -> list[Organisation]:
        """The holder first (mandataire of a group), then its co-contractors; nobody while it is not known."""
        return [*([self.holder] if self.holder else []), *self.co_holders.all()]

    @property
    def valid_from(self) -> date | None:
        """The first day of its first period."""
        return min((period.starts_on for period in self.periods.all()), default=None)

    @property
    def valid_to(self) -> date | None:
        """The last day of its last period."""
        return max((period.ends_on for period in self.periods.all()), default=None)

    @property
    def level_words(self) -> list[str]:
        return [str(LEVELS[level]) for level in self.levels if level in LEVELS]

    @property
    def category_words(self) -> list[str]:
        return [str(CATEGORIES[name]) for name in self.categories if name in CATEGORIES]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region:
            return Q(region_id=actor.region_id)
        if not actor.organisation_id:
            return Q(pk__in=[])
        together = cls.co_holders.through._base_manager.filter(organisation_id=actor.organisation_id)
        return Q(holder_id=actor.organisation_id) | Q(pk__in=together.values("lot_id"))


class LotPeriod(Guarded):
    """The firm period of a lot, or a renewal of it, with the seats bought for it and those taken out of any DEFI."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="periods")
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    seats = models.PositiveIntegerField(_("places achetées"), null=True, blank=True)
    seats_used = models.PositiveIntegerField(_("places prises par d'autres sessions"), default=0)

    class Meta:
        ordering = ["lot", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "starts_on"], name="lot_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="lot_period_dates_in_order"),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(lot__in=Lot.objects.visible_to(actor).values("pk"))


class LotImport(Guarded):
    """A table of lots that was read, and what it changed. Counts of lines."""

    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("fichier"), max_length=200)
    fingerprint = models.CharField(_("empreinte SHA-256"), max_length=64)
    loaded_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    read = models.PositiveIntegerField(_("lignes lues"))
    added = models.PositiveIntegerField(_("lots ajoutés"))
    changed = models.PositiveIntegerField(_("lots modifiés"))
    refused = models.PositiveIntegerField(_("lignes refusées"))

    class Meta:
        ordering = ["-id"]

    @property
    def unchanged(self) -> int:
        return self.read - self.added - self.changed - self.refused

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class LotImportRow(Guarded):
    """What became of a line of the table."""

    class Result(models.TextChoices):
        ADDED = "added", _("ajouté")
        CHANGED = "changed", _("modifié")
        REFUSED = "refused", _("refusé")

    run = models.ForeignKey(LotImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("ligne"))
    lot = models.CharField(_("lot"), max_length=61, blank=True)
    result = models.CharField(_("résultat"), max_length=8, choices=Result.choices)
    sentence = models.CharField(_("constat"), max_length=400, blank=True)

    class Meta:
        ordering = ["run", "line", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(run__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


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
    # What was sought that day, when the officer said more than the job and the basin.
    needed_on = models.DateField(_("pour le"), null=True)
    level = models.PositiveSmallIntegerField(_("niveau"), null=True)
    category = models.CharField(_("catégorie"), max_length=12, blank=True)
    certification = models.CharField(_("certification"), max_length=14, blank=True)
    seats = models.PositiveSmallIntegerField(_("places cherchées"), null=True)
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


class NeedReview(Guarded):
    """An officer went through a need that waits for its answer: still true, and why it waits."""

    need = models.ForeignKey("needs.Need", on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField(_("revu le"))
    reviewed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("où en est-on ?"))

    class Meta:
        ordering = ["need", "id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(need__region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class AnswerDigest(Guarded):
    """The review of the answers owed that was mailed to an officer."""

    officer = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField()
    owed = models.PositiveIntegerField(_("réponses dues"))

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


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


# Django looks for models here.
from defi.steps.offer.territory_names import TerritoryName as TerritoryName  # noqa: E402
