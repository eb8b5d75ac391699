"""Forms of the lots: typed from the market, renewed, imported, filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Commune, Job
from defi.reference.queries import current_basins, job_by_code
from defi.steps.needs.forms import NO_JOB, job_choices
from defi.steps.offer.coverage import CATEGORIES, LEVELS
from defi.steps.offer.forms import PrecisionForm
from defi.steps.offer.lot_lines import Defaults
from defi.steps.offer.models import Lot, LotPeriod
from defi.steps.offer.territories import DEPARTMENTS


def _providers() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=OrganisationKind.PROVIDER)


def _codes(text: str) -> list[str]:
    return text.upper().replace(",", " ").replace(";", " ").split()


class LotForm(forms.Form):
    """A lot as the market writes it."""

    market_number = forms.CharField(label=lazy("Numéro du marché"), max_length=40)
    number = forms.CharField(label=lazy("Lot"), max_length=20)
    title = forms.CharField(label=lazy("Intitulé"), max_length=200)
    holder = forms.ModelChoiceField(
        Organisation.objects.none(), label=lazy("Titulaire"), empty_label=lazy("pas encore connu"), required=False
    )
    co_holders = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=lazy("Cotitulaires"),
        help_text=lazy("Les autres membres du groupement, s'il y en a."),
        required=False,
    )
    valid_from = forms.DateField(label=lazy("Début de validité"))
    valid_to = forms.DateField(label=lazy("Fin de validité"))
    seats = forms.IntegerField(label=lazy("Places achetées"), min_value=1, required=False)
    jobs = forms.CharField(
        label=lazy("Métiers couverts"),
        help_text=lazy("Codes ROME, séparés par des espaces : K1311 K1304"),
        max_length=600,
    )
    basins = forms.ModelMultipleChoiceField(
        Basin.objects.all(), label=lazy("Bassins couverts"), widget=forms.CheckboxSelectMultiple, required=False
    )
    departments = forms.CharField(
        label=lazy("Départements entiers"),
        help_text=lazy("Leurs codes : 28 45"),
        max_length=60,
        required=False,
    )
    communes = forms.CharField(
        label=lazy("Communes seules"),
        help_text=lazy("Leurs codes INSEE : 28088 45234"),
        max_length=2000,
        required=False,
    )
    levels = forms.TypedMultipleChoiceField(
        label=lazy("Niveaux"),
        choices=list(LEVELS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("Aucun coché : le marché n'en précise pas."),
        required=False,
    )
    categories = forms.MultipleChoiceField(
        label=lazy("Catégories d'actions"),
        choices=list(CATEGORIES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("Aucune cochée : le marché n'en précise pas."),
        required=False,
    )
    certification = forms.CharField(
        label=lazy("Certification visée"),
        help_text=lazy("Avec ses numéros si vous les avez : RNCP35506. Sans numéro, aucune n'est écartée."),
        max_length=300,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("holder", "co_holders"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = _providers()

    def clean_jobs(self) -> list[Job]:
        """The jobs of these codes; a code of before 2023 brings all the sheets it was split into."""
        codes = _codes(self.cleaned_data["jobs"])
        found = list(Job.objects.filter(Q(code_rome__in=codes) | Q(parent_code__in=codes), removed=False))
        known = {job.code_rome for job in found} | {job.parent_code for job in found}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(
                _("Codes ROME inconnus : %(codes)s. Vérifiez-les.") % {"codes": ", ".join(unknown)}
            )
        return found

    def clean_departments(self) -> list[str]:
        """The codes of departments of the region."""
        codes = _codes(self.cleaned_data["departments"])
        unknown = [code for code in codes if code not in DEPARTMENTS.values()]
        if unknown:
            raise forms.ValidationError(
                _("Départements inconnus : %(codes)s. Écrivez 18, 28, 36, 37, 41 ou 45.")
                % {"codes": ", ".join(unknown)}
            )
        return codes

    def clean_communes(self) -> list[Commune]:
        """The communes of these codes."""
        codes = _codes(self.cleaned_data["communes"])
        found = list(Commune.objects.filter(code__in=codes))
        unknown = sorted(set(codes) - {commune.code for commune in found})
        if unknown:
            raise forms.ValidationError(
                _("Codes INSEE inconnus : %(codes)s. Vérifiez-les.") % {"codes": ", ".join(unknown)}
            )
        return found

    @staticmethod
    def of(lot: Lot) -> dict[str, Any]:
        """What a known lot says, to be corrected."""
        names = ("market_number", "number", "title", "certification", "levels", "categories", "version")
        period = next(iter(lot.periods.all()), None)
        return {name: getattr(lot, name) for name in names} | {
            "valid_from": period.starts_on if period else None,
            "valid_to": period.ends_on if period else None,
            "seats": period.seats if period else None,
            "holder": lot.holder_id,
            "co_holders": [firm.pk for firm in lot.co_holders.all()],
            "jobs": " ".join(job.code_rome for job in lot.jobs.all()),
            "basins": [basin.pk for basin in lot.basins.all()],
            "departments": " ".join(lot.departments),
            "communes": " ".join(commune.code for commune in lot.communes.all()),
        }


class PeriodForm(forms.Form):
    """A renewal, or a period corrected."""

    starts_on = forms.DateField(label=lazy("Du"))
    ends_on = forms.DateField(label=lazy("Au"))
    seats = forms.IntegerField(
        label=lazy("Places achetées"), min_value=1, required=False, help_text=lazy("Vide si le nombre n'est pas fixé.")
    )
    seats_used = forms.IntegerField(
        label=lazy("Places déjà prises"),
        help_text=lazy("Par des sessions qui ne sont pas des DEFI : celles des DEFI sont comptées d'elles-mêmes."),
        min_value=0,
        initial=0,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def of(period: LotPeriod) -> dict[str, Any]:
        """What a known period says."""
        return {name: getattr(period, name) for name in ("starts_on", "ends_on", "seats", "seats_used", "version")}


class LotImportForm(forms.Form):
    """A table of lots, and what it does not say itself."""

    file = forms.FileField(label=lazy("Tableau des lots"), help_text=lazy("ODS, XLSX, CSV ou TSV, 10 Mo au plus."))
    market_number = forms.CharField(
        label=lazy("Numéro du marché"),
        help_text=lazy("Si le tableau n'a pas cette colonne."),
        max_length=40,
        required=False,
    )
    starts_on = forms.DateField(
        label=lazy("Début de validité"), help_text=lazy("Si le tableau n'a pas cette colonne."), required=False
    )
    ends_on = forms.DateField(
        label=lazy("Fin de validité"), help_text=lazy("Si le tableau n'a pas cette colonne."), required=False
    )

    def defaults(self) -> Defaults:
        """What holds for every line that does not say it."""
        values = self.cleaned_data
        return Defaults(values["market_number"].strip(), values["starts_on"], values["ends_on"])


class CoverageForm(PrecisionForm):
    """« Qu'est-ce qui couvre ce métier, ici, à cette date ? », asked before there is any operation."""

    job = forms.CharField(
        label=lazy("Métier"), help_text=lazy("Avec des mots, ou son code ROME : K1311"), max_length=200
    )
    meant = forms.ChoiceField(label=lazy("Lequel ?"), widget=forms.RadioSelect, required=False)
    basins = forms.ModelMultipleChoiceField(Basin.objects.none(), label=lazy("Bassins"))
    field_order = ("job", "meant", "basins")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basins"].queryset = current_basins()  # type: ignore[attr-defined]
        typed = str(self.data.get("job", "")) if self.is_bound else ""
        self.known = job_by_code(typed) if typed else None
        meant = self.fields["meant"]
        assert isinstance(meant, forms.ChoiceField)
        read = [] if self.known else job_choices(typed, str(self.data.get("meant", "")))
        meant.choices = [choice for choice in read if choice[0] != NO_JOB]
        if not meant.choices:
            meant.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """`job`: that of the code typed, of today or of before 2023; else the one chosen among those of the words."""
        values = super().clean() or self.cleaned_data
        if "job" not in values:
            return values
        job = self.known or job_by_code(values.get("meant", ""))
        if job is not None:
            values["job"] = job
        elif self["meant"].is_hidden:
            self.add_error("job", _("Aucun métier reconnu : essayez d'autres mots, ou un code ROME comme K1311."))
        else:
            self.add_error("meant", _("Choisissez le métier que ces mots veulent dire."))
        return values


class LotFilters(forms.Form):
    """The filters of the list of lots, all optional."""

    q = forms.CharField(label=lazy("Mot, numéro ou code ROME"), max_length=80, required=False)
    basin = forms.ModelChoiceField(Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("tous"))
    holder = forms.ModelChoiceField(
        Organisation.objects.none(), label=lazy("Titulaire"), required=False, empty_label=lazy("tous")
    )
    valid = forms.ChoiceField(
        label=lazy("Validité"),
        choices=[("", lazy("tous")), ("now", lazy("en cours")), ("ended", lazy("terminés")), ("soon", lazy("à venir"))],
        required=False,
    )

    def __init__(self, data: object, *, is_region: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["basin"].queryset = current_basins()  # type: ignore[attr-defined]
        if is_region:
            self.fields["holder"].queryset = _providers()  # type: ignore[attr-defined]
        else:
            del self.fields["holder"]


class TerritoryForm(forms.Form):
    """A name of territory and the basins it means."""

    name = forms.CharField(
        label=lazy("Nom du territoire"),
        help_text=lazy("Comme le marché l'écrit : « T1 », « Val de Loire »…"),
        max_length=120,
    )
    basins = forms.ModelMultipleChoiceField(
        Basin.objects.none(), label=lazy("De quels bassins parle-t-il ?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basins"].queryset = current_basins()  # type: ignore[attr-defined]
