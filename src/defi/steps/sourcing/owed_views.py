"""« Réponses dues »: who waits for an answer, and since when; for a prescriber, the answers its people had too."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from defi.kernel import clock, tables
from defi.kernel.access import LEAD
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import Unknown
from defi.steps.sourcing import owed_queries
from defi.steps.sourcing.owed_queries import OwedAnswer, OwedFilters, OwedList

PER_PAGE = 50
TOLD_DAYS = 60
"""How long a prescriber finds an answer again in its list."""

COLUMNS: tuple[tables.Column[OwedAnswer], ...] = (
    tables.Column(gettext_lazy("Nom"), lambda row: row.candidacy.person.last_name),
    tables.Column(gettext_lazy("Prénom"), lambda row: row.candidacy.person.first_name),
    tables.Column(gettext_lazy("Formation"), lambda row: row.candidacy.operation.title),
    tables.Column(gettext_lazy("Orientée par"), lambda row: row.candidacy.prescriber),
    tables.Column(gettext_lazy("État"), lambda row: row.candidacy.get_state_display()),
    tables.Column(gettext_lazy("Attend depuis le"), lambda row: row.since),
    tables.Column(gettext_lazy("En retard"), lambda row: row.late),
)


class OwedForm(forms.Form):
    """The filters of the list; they live in the address."""

    operation = forms.TypedChoiceField(label=gettext_lazy("Formation"), required=False, coerce=int, empty_value=None)
    prescriber = forms.ChoiceField(label=gettext_lazy("Orientée par"), required=False)
    late = forms.BooleanField(label=gettext_lazy("En retard seulement"), required=False)

    def __init__(self, data: object, *, owed: OwedList, chooses_house: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        houses = [("", _("tous")), ("0", _("personne : candidature spontanée")), *owed.prescribers]
        for name, choices in (("operation", [("", _("toutes")), *owed.operations]), ("prescriber", houses)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if not chooses_house:
            del self.fields["prescriber"]
        if len(owed.operations) < 2:
            del self.fields["operation"]

    def filters(self) -> OwedFilters:
        """What the list is narrowed to; what makes no sense narrows nothing."""
        if not self.is_valid():
            return OwedFilters()
        house = self.cleaned_data.get("prescriber", "")
        return OwedFilters(
            self.cleaned_data.get("operation"), int(house or 0) or None, house == "0", self.cleaned_data["late"]
        )


def _since() -> date:
    return clock.today() - timedelta(days=TOLD_DAYS)


@require_safe
def owed(request: ActorRequest) -> HttpResponse:
    """Who waits, the longest first."""
    actor = request.actor
    leads = actor.who in LEAD
    if not (leads or actor.in_prescriber):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    everybody = owed_queries.owed_list(actor, acts=leads)
    form = OwedForm(request.GET or None, owed=everybody, chooses_house=leads)
    filters = form.filters()
    rows = everybody.narrowed(filters)
    if kind := tables.asked(request):
        return tables.download(kind, _("Réponses dues"), COLUMNS, rows)
    told = list(owed_queries.answered(actor, _since())[:PER_PAGE]) if actor.in_prescriber else []
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "filters": filters,
        "total": len(everybody.rows),
        "late": sum(row.late for row in rows),
        "leads": leads,
        "told": told,
    }
    return render(request, "sourcing/owed.html", context)
