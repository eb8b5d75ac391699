"""Forms of the pairing room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs.models import Contract
from defi.steps.pairing.models import Encounter, Pairing


class PromiseForm(forms.Form):
    """What an employer engages for."""

    employer = forms.ModelChoiceField(Organisation.objects.none(), label=_("Employeur"), empty_label=_("à choisir"))
    posts = forms.IntegerField(label=_("Nombre de postes"))
    contract = forms.ChoiceField(label=_("Contrat"), choices=Contract.choices)
    months = forms.IntegerField(
        label=_("Durée en mois"), required=False, help_text=_("Vide pour un CDI, ou si les deux dates sont connues.")
    )
    days = forms.IntegerField(label=_("et jours"), required=False)
    starts_on = forms.DateField(label=_("Début du contrat"), required=False)
    ends_on = forms.DateField(label=_("Fin du contrat"), required=False)
    weekly_hours = forms.DecimalField(label=_("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    gross_pay = forms.DecimalField(
        label=_("Salaire brut mensuel, en euros"),
        required=False,
        max_digits=8,
        decimal_places=2,
        help_text=_("Il est montré à la personne avant qu'elle ne dise oui."),
    )
    place = forms.CharField(label=_("Lieu de travail"), required=False, max_length=160)
    job_label = forms.CharField(label=_("Poste"), required=False, max_length=160)

    def __init__(self, *args: Any, employers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=employers, kind=OrganisationKind.EMPLOYER)
        if len(employers) == 1:
            field.initial = employers[0]


class WithdrawForm(forms.Form):
    """How many posts go, whose, and why."""

    posts = forms.IntegerField(label=_("Nombre de postes à retirer"), min_value=1)
    people = forms.TypedMultipleChoiceField(
        label=_("Personnes dont le poste est retiré"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("À indiquer quand il ne reste pas assez de postes libres."),
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, paired: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = paired  # type: ignore[attr-defined]
        if not paired:
            del self.fields["people"]


class EncounterForm(forms.Form):
    """What was said between a person and an employer."""

    met_on = forms.DateField(label=_("Rencontrés le"), required=False)
    employer = forms.ChoiceField(label=_("L'employeur dit"), choices=Encounter.Answer.choices)
    person = forms.ChoiceField(label=_("La personne dit"), choices=Encounter.Answer.choices)
    said_on = forms.DateField(
        label=_("Réponses données le"), required=False, help_text=_("Aujourd'hui si vous laissez vide.")
    )


class AnswerForm(forms.Form):
    """What an employer says of somebody it met."""

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[choice for choice in Encounter.Answer.choices if choice[0] != Encounter.Answer.AWAITED],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PairForm(forms.Form):
    """The day of the pairing, by which the finding of the start counts it."""

    on = forms.DateField(label=_("Appairés le"), required=False, help_text=_("Aujourd'hui si vous laissez vide."))


class UnpairForm(forms.Form):
    """Why a pairing is broken."""

    ending = forms.ChoiceField(label=_("Ce qui s'est passé"), choices=Pairing.Ending.choices)
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DayForm(forms.Form):
    """A day of which one asks how the gauge stood."""

    au = forms.DateField(label=_("La jauge au"))

    def clean_au(self) -> date:
        """A day gone by: of those to come nothing is known."""
        day: date = self.cleaned_data["au"]
        if day > clock.today():
            raise forms.ValidationError(_("Cette date est à venir : choisissez un jour passé."))
        return day


class AdmissionForm(forms.Form):
    """The officer's decision under 100 %."""

    decision = forms.ChoiceField(
        label=_("Décision"),
        choices=[("admit", _("Admettre la session")), ("refuse", _("Refuser : la session n'est pas DEFI"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Motif"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Il est transmis à l'organisme de formation et imprimé sur l'attestation."),
    )
