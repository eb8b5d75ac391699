"""Forms on the path of a trainee."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.steps.training.models import Barrier, IndividualPath, Interview, Suspension


class PositionForm(forms.Form):
    """The positioning and the path."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = forms.DateField(label=_("Positionnement fait le"), initial=clock.today)
    how = forms.ChoiceField(label=_("Comment"), widget=forms.RadioSelect, choices=IndividualPath.How.choices)
    known = forms.CharField(label=_("Ce qui est déjà acquis"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    to_learn = forms.CharField(
        label=_("Ce qui est à apprendre ou à renforcer"), widget=forms.Textarea(attrs={"rows": 3})
    )
    adapted = forms.CharField(
        label=_("Ce qui est adapté pour cette personne"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    hours_centre = forms.IntegerField(label=_("Heures en centre"), min_value=0, max_value=5000)
    hours_company = forms.IntegerField(label=_("Heures en entreprise"), min_value=0, max_value=5000)
    agreed_on = forms.DateField(label=_("Vu avec la personne le"), required=False)


class InterviewForm(forms.Form):
    """A talk."""

    on = forms.DateField(label=_("Date"), initial=clock.today)
    about = forms.ChoiceField(label=_("À propos de"), widget=forms.RadioSelect, choices=Interview.About.choices)
    agreed = forms.CharField(label=_("Ce qui est convenu"), widget=forms.Textarea(attrs={"rows": 4}))
    next_on = forms.DateField(label=_("Prochain point"), required=False)


class BarrierForm(forms.Form):
    """What stands in the way."""

    kind = forms.ChoiceField(label=_("Frein"), widget=forms.RadioSelect, choices=Barrier.Kind.choices)
    action = forms.CharField(label=_("Ce qui est fait pour le lever"), max_length=255)
    helper = forms.CharField(label=_("Avec qui"), max_length=160, required=False)


class SuspendForm(forms.Form):
    """An interruption."""

    on = forms.DateField(label=_("Premier jour d'absence"), initial=clock.today)
    why = forms.ChoiceField(label=_("Motif"), widget=forms.RadioSelect, choices=Suspension.Why.choices)
    expected_on = forms.DateField(label=_("Retour prévu le"), required=False)


class ResumeForm(forms.Form):
    """A return."""

    on = forms.DateField(label=_("Premier jour de retour"), initial=clock.today)


class CompletionForm(forms.Form):
    """Who signs the certificate."""

    signed_name = forms.CharField(label=_("Qui signe pour l'organisme"), max_length=160)
    signed_as = forms.CharField(
        label=_("En qualité de"), max_length=160, help_text=_("Par exemple : directrice, responsable pédagogique.")
    )
