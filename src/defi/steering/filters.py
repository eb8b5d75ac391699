"""The filters of the figures: all optional, kept in the address. Without dates, the current civil year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import clock
from defi.operations.models import Part, Partner
from defi.people.models import Organisation
from defi.reference.models import Basin, Job
from defi.steering.models import FigureRow
from defi.steering.periods import Period, year
from defi.steering.queries import DIMENSIONS, Wanted

UNKNOWN = {
    "invalid_choice": lazy("Cette valeur n'est pas connue ici : ce filtre ne s'applique pas. Choisissez dans la liste.")
}
"""A value typed in the address: said beside its filter, which does not narrow the list; and no file is given of it."""

CHOICES = {
    "basin": (lazy("Bassin"), Basin),
    "job": (lazy("Métier"), Job),
    "provider": (lazy("Organisme"), Organisation),
    "employer": (lazy("Entreprise"), Organisation),
}


class Filters(forms.Form):
    """Which operations the figures are about."""

    first = forms.DateField(label=lazy("Du"), required=False)
    last = forms.DateField(label=lazy("Au"), required=False)
    by = forms.ChoiceField(label=lazy("Détailler par"), required=False, error_messages=UNKNOWN)

    field_order = ("first", "last", "basin", "job", "provider", "employer", "by")

    def __init__(self, data: Any, seen: QuerySet[FigureRow], *, detailed: bool = True) -> None:
        """`detailed`: whether the page has a detail, by a dimension that is chosen here."""
        super().__init__(data)
        takes_part = Partner._base_manager.filter(part=Part.EMPLOYER, operation__in=seen.order_by().values("operation"))
        for name, (label, model) in CHOICES.items():
            if name == "employer":
                known = Exists(takes_part.filter(organisation=OuterRef("pk")))
            else:
                known = Exists(seen.order_by().filter(**{f"operation__{name}": OuterRef("pk")}))
            rows = model._default_manager.filter(known)
            if model is Organisation:
                rows = rows.order_by("search_key", "pk")  # the database puts « École » after « Zinc »
            self.fields[name] = forms.ModelChoiceField(
                rows, label=label, required=False, empty_label=_("tous"), error_messages=UNKNOWN
            )
        self.order_fields(self.field_order)
        self.fields["by"].choices = [(key, dimension.label) for key, dimension in DIMENSIONS.items()]  # type: ignore[attr-defined]
        if not detailed:
            del self.fields["by"]

    def clean(self) -> dict[str, Any]:
        """Raises, beside the field, for a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("La période finit avant de commencer : inversez les deux dates."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What was asked; what is not valid is not asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        this_year = year(clock.today().year)
        first, last = asked.get("first"), asked.get("last")
        if first and not last:
            last = max(first, this_year.last)
        elif last and not first:
            first = year(last.year).first
        period = Period(first, last) if first and last else this_year
        ids = {name: asked[name].pk for name in CHOICES if asked.get(name)}
        return Wanted(period, **ids)

    @property
    def detailed_by(self) -> str:
        """What the detail is by: the basin when nothing valid is said."""
        said = getattr(self, "cleaned_data", {}).get("by")
        return said if said in DIMENSIONS else "basin"
