"""Forms of the catalogue: the file that is handed in, the filters of the lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from defi.reference.models import Basin
from defi.reference.queries import current_basins
from defi.steps.offer.catalogue.models import ImportRow
from defi.steps.offer.catalogue.searching import Wanted


class CatalogueFilters(forms.Form):
    """The filters of the list of trainings, all optional."""

    title = forms.CharField(label=lazy("Mots de l'intitulé"), max_length=80, required=False)
    job = forms.CharField(label=lazy("Métier ou code ROME"), max_length=120, required=False)
    basin = forms.ModelChoiceField(Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("tous"))
    commune = forms.CharField(label=lazy("Commune ou code postal"), max_length=80, required=False)
    provider = forms.CharField(label=lazy("Organisme ou SIRET"), max_length=80, required=False)
    withdrawn = forms.BooleanField(label=lazy("Aussi celles qui ne sont plus proposées"), required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["basin"].queryset = current_basins()  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was asked; everything when nothing was, or nothing that can be understood."""
        return Wanted(**self.cleaned_data) if self.is_bound and self.is_valid() else Wanted()


class CatalogueForm(forms.Form):
    """A file of offers and the source it comes from."""

    file = forms.FileField(
        label=lazy("Fichier LHÉO"), help_text=lazy("Le fichier .xml de la source, en LHÉO 2.3 ou 2.2, non compressé.")
    )
    source = forms.CharField(
        label=lazy("Source"),
        help_text=lazy(
            "D'où vient le fichier. Ce que le précédent de cette source annonçait, et plus celui-ci, sera marqué."
        ),
        max_length=80,
    )
    may_lose = forms.BooleanField(
        label=lazy("C'est bien la même source : marquer ce qu'elle n'annonce plus"), required=False
    )


class ReportFilters(forms.Form):
    """Which lines of a report."""

    kind = forms.ChoiceField(
        label=lazy("Nature"), choices=[("", lazy("toutes")), *ImportRow.Kind.choices], required=False
    )

    def wanted(self) -> str:
        return str(self.cleaned_data["kind"]) if self.is_bound and self.is_valid() else ""
