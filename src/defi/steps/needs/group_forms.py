"""Forms of the collective need: the need of the public, figures, files, the measure of a map."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.kernel.fields import FrenchDecimalField
from defi.kernel.uploads import KINDS
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Job
from defi.steps.needs.counts import PARTS, PublicCounts
from defi.steps.needs.models import PublicProfile


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, required=False)


class CountsForm(forms.Form):
    """The need of the public, in counts and never names. What is not known is left empty."""

    could_enter = forms.IntegerField(
        label=_("Combien de personnes pourraient entrer ?"),
        help_text=_("Celles que vous accompagnez et qui pourraient viser ce métier, dans ce bassin."),
        min_value=1,
    )
    below_level_3 = _count(_("dont sans diplôme"))
    level_3 = _count(_("dont CAP, BEP ou titre de niveau 3"))
    level_4_up = _count(_("dont bac ou plus"))
    french_to_learn = _count(_("dont français à consolider"))
    without_vehicle = _count(_("dont sans moyen de transport"))
    to_adapt = _count(_("dont avec une adaptation à prévoir"))
    adaptations = forms.CharField(
        label=_("Adaptations à prévoir"),
        help_text=_("Horaires, transport, garde d'enfants, remise à niveau… Aucun nom, aucune situation personnelle."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, profile: PublicProfile) -> dict[str, Any]:
        """What the form shows of a profile already given."""
        return {name: getattr(profile, name) for name in cls.base_fields}

    def counts(self) -> PublicCounts:
        """The counts typed."""
        values = self.cleaned_data
        return PublicCounts(values["could_enter"], **{name: values[name] for name in PARTS})


class ProfileForm(CountsForm):
    """The same, typed for a prescriber that is chosen first."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("D'après"))
    field_order = ["organisation"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prescribers = Organisation.objects.filter(kind=OrganisationKind.PRESCRIBER)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = prescribers.filter(pk=actor.organisation_id or 0) if actor.in_prescriber else prescribers
        if actor.in_prescriber:
            field.initial = actor.organisation_id


class AbsenceForm(forms.Form):
    """Why a prescriber cannot tell."""

    reason = forms.CharField(
        label=_("Pourquoi vous ne pouvez pas répondre"),
        help_text=_("Par exemple : nous n'accompagnons personne vers ce métier."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AskForm(forms.Form):
    """To which prescribers the need of the public is asked."""

    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("À qui le demander ?"),
        help_text=_("Chacun reçoit un lien par courriel et répond sans compte, en nombres."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un prescripteur à qui le demander.")},
    )

    def __init__(self, *args: Any, choices: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisations"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        rows = Organisation.objects.filter(pk__in=[row.pk for row in choices])
        field.queryset = rows.order_by(F("commune__basin").asc(nulls_last=True), "network", "name")
        field.label_from_instance = _reach  # type: ignore[assignment]


def _reach(organisation: Organisation) -> str:
    network = organisation.get_network_display()
    return f"{organisation.name}\n{network}" if network else organisation.name


class SplitForm(forms.Form):
    """Which needs of a group make another one."""

    need = forms.TypedMultipleChoiceField(
        label=_("Les besoins qui en feront un autre"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez les besoins de ce groupe qui en feront un autre.")},
    )
    title = forms.CharField(
        label=_("Intitulé du nouveau groupe"),
        help_text=_("Sinon, le métier du premier besoin et le bassin."),
        max_length=160,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].choices = choices  # type: ignore[attr-defined]


class FigureForm(forms.Form):
    """A figure, with where it is read and of when it is."""

    label = forms.CharField(
        label=_("Ce que dit le chiffre"), max_length=120, help_text=_("Par exemple : projets de recrutement")
    )
    value = FrenchDecimalField(label=_("Chiffre"), max_digits=12, decimal_places=2, min_value=0)
    unit = forms.CharField(label=_("Unité"), max_length=20, required=False, help_text=_("%, €, postes…"))
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Enquête, fichier ou étude, avec son édition")
    )
    established_on = forms.DateField(label=_("Établi le"))


class FileForm(forms.Form):
    """A file attached to the diagnosis."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF, image, texte ou tableur, 5 Mo au plus. L'organisme retenu pourra le lire."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    note = forms.CharField(label=_("Ce qu'il contient"), max_length=200, required=False)


class MapForm(forms.Form):
    """What the map of the basins shows, kept in the address."""

    job = forms.ModelChoiceField(Job.objects.none(), label=_("Métier"), required=False, empty_label=_("tous"))
    measure = forms.ChoiceField(
        label=_("La carte montre"),
        required=False,
        choices=[
            ("posts", _("les postes recherchés")),
            ("tension", _("la tension du métier")),
            ("operations", _("les opérations en cours")),
        ],
    )

    def __init__(self, data: Any, jobs: list[int]) -> None:
        super().__init__(data)
        self.fields["job"].queryset = Job.objects.filter(pk__in=jobs)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Tension is that of one job."""
        values = dict(super().clean() or {})
        if values.get("measure") == "tension" and not values.get("job"):
            self.add_error("job", _("Choisissez le métier dont vous voulez voir la tension."))
        return values
