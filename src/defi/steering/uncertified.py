"""What no certification covers, read from the living plans, for the Region to carry to who writes certifications.

Source: issue of the plan designed in turns, « marked "no certification covers this" and carried to capitalisation »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.access import Actor
from defi.kernel.tables import Column
from defi.operations.models import Operation
from defi.reference.models import Basin, Job
from defi.reference.words import plain
from defi.steering.filters import UNKNOWN
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan


@dataclass(frozen=True, slots=True)
class Line:
    """A competence of a plan that no certification covers, as who carries it further reads it."""

    competence: PlanCompetence

    @property
    def plan(self) -> TrainingPlan:
        return self.competence.plan

    @property
    def operation(self) -> Operation:
        return self.competence.plan.operation

    @property
    def asked_by(self) -> str:
        """The employers that asked for it, by name."""
        return ", ".join(sorted((firm.name for firm in self.competence.asked_by.all()), key=plain))

    @property
    def certification(self) -> str:
        """The certification that the training seeks, or nothing."""
        return str(self.plan.certification or self.plan.certification_label)

    @property
    def taught_in(self) -> str:
        """The modules that teach it all the same."""
        return ", ".join(module.title for module in self.competence.modules.all())

    @property
    def reason(self) -> str:
        """Why it is not taught; or why the modules that teach it were adapted or added."""
        said = (module.reason for module in self.competence.modules.all())
        return self.competence.gap_reason or " ; ".join(dict.fromkeys(words for words in said if words))


def uncertified(actor: Actor) -> QuerySet[PlanCompetence]:
    """The competences that a plan this actor may see says no certification covers, or teaches in a module of which it
    says so. The same job side by side, then the latest operations first. Three queries, whatever the number."""
    alone = Module._base_manager.filter(competences=OuterRef("pk"), uncertified=True)
    return (
        PlanCompetence.objects.visible_to(actor)
        .filter(Q(uncertified=True) | Exists(alone))
        .select_related("plan__operation__basin", "plan__operation__job", "plan__operation__provider")
        .select_related("plan__certification")
        .prefetch_related("modules", "asked_by")
        .order_by("plan__operation__job__label", "-plan__operation__opened_on", "plan_id", "pk")
    )


class Filters(forms.Form):
    """The filters of the list, all optional and kept in the address."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("Année"), required=False, coerce=int, empty_value=None, error_messages=UNKNOWN
    )
    basin = forms.ModelChoiceField(
        Basin.objects.none(),
        label=gettext_lazy("Bassin"),
        required=False,
        empty_label=gettext_lazy("tous"),
        error_messages=UNKNOWN,
    )
    job = forms.ModelChoiceField(
        Job.objects.none(),
        label=gettext_lazy("Métier"),
        required=False,
        empty_label=gettext_lazy("tous"),
        error_messages=UNKNOWN,
    )
    certification = forms.CharField(label=gettext_lazy("Certification visée"), required=False, max_length=120)

    def __init__(self, data: object, rows: QuerySet[PlanCompetence]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        said = rows.order_by()
        seen = Operation._base_manager.filter(pk__in=said.values("operation"))
        years = [day.year for day in seen.dates("opened_on", "year", order="DESC")]
        self.fields["year"].choices = [("", _("toutes")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=seen.values("basin"))  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=seen.values("job"))  # type: ignore[attr-defined]

    def narrowed(self, rows: QuerySet[PlanCompetence]) -> QuerySet[PlanCompetence]:
        """The rows that the valid filters leave."""
        self.is_valid()
        wanted = getattr(self, "cleaned_data", {})
        if wanted.get("year"):
            rows = rows.filter(plan__operation__opened_on__year=wanted["year"])
        if wanted.get("basin"):
            rows = rows.filter(plan__operation__basin=wanted["basin"])
        if wanted.get("job"):
            rows = rows.filter(plan__operation__job=wanted["job"])
        if wanted.get("certification"):
            rows = rows.filter(plan__in=aiming_at(wanted["certification"]))
        return rows


def aiming_at(certification: str) -> QuerySet[TrainingPlan]:
    """The plans that aim at this certification: its number, or words of its title or of the label typed."""
    aimed = Q(certification__title__icontains=certification) | Q(certification_label__icontains=certification)
    return TrainingPlan._base_manager.filter(aimed | Q(certification__number__iexact=certification))


COLUMNS: Final[Sequence[Column[Line]]] = (
    Column(gettext_lazy("Compétence"), lambda line: line.competence.label),
    Column(gettext_lazy("Demandée par"), lambda line: line.asked_by),
    Column(gettext_lazy("Opération"), lambda line: line.operation.title),
    Column(gettext_lazy("Année"), lambda line: line.operation.opened_on.year),
    Column(gettext_lazy("Bassin"), lambda line: line.operation.basin),
    Column(gettext_lazy("Métier"), lambda line: line.operation.job.label),
    Column(gettext_lazy("Code ROME"), lambda line: line.operation.job.code_rome),
    Column(gettext_lazy("Organisme"), lambda line: line.operation.provider),
    Column(gettext_lazy("Certification visée"), lambda line: line.certification),
    Column(gettext_lazy("Enseignée dans"), lambda line: line.taught_in),
    Column(gettext_lazy("Raison"), lambda line: line.reason),
    Column(gettext_lazy("Plan"), lambda line: line.plan.get_state_display()),
)
