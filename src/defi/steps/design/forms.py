"""Forms of the design room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.people.models import Organisation
from defi.steps.design.models import Module


class DescriptionForm(forms.Form):
    """What the plan says besides its modules."""

    certification_label = forms.CharField(label=_("Certification visée"), required=False, max_length=255)
    rhythm = forms.CharField(
        label=_("Rythme"),
        required=False,
        max_length=255,
        help_text=_("Par exemple : 3 semaines en centre, 1 en entreprise."),
    )
    platform = forms.CharField(label=_("Plateau technique prêté"), required=False, max_length=255)
    specific = forms.CharField(
        label=_("Ce qui diffère du programme habituel, et pour quel employeur"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("C'est ce que la prime valorise. Peut attendre, mais il le faut pour soumettre le plan."),
    )
    public_need = forms.CharField(
        label=_("Besoin du public : comment il est pris en compte, ou pourquoi il manque"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Peut attendre, mais il le faut pour soumettre le plan."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ModuleForm(forms.Form):
    """A module."""

    title = forms.CharField(label=_("Module"), max_length=160)
    kind = forms.ChoiceField(label=_("Nature"), choices=Module.Kind.choices)
    hours_centre = forms.IntegerField(label=_("Heures en centre"), min_value=0, initial=0)
    hours_company = forms.IntegerField(label=_("Heures en entreprise"), min_value=0, initial=0)
    on_platform = forms.BooleanField(label=_("Sur le plateau technique d'une entreprise"), required=False)
    reason = forms.CharField(
        label=_("Pourquoi, et pour quelles entreprises"),
        required=False,
        max_length=255,
        help_text=_("À remplir pour un module adapté ou ajouté."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CompetenceForm(forms.Form):
    """A competence asked for."""

    label = forms.CharField(label=_("Compétence"), max_length=255)
    asked_by = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Demandée par"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, employers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].queryset = Organisation.objects.filter(pk__in=employers)  # type: ignore[attr-defined]


class CoverForm(forms.Form):
    """Where a competence is taught, or why it is not."""

    modules = forms.TypedMultipleChoiceField(
        label=_("Enseignée dans"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Ou : pourquoi elle n'est pas enseignée"),
        required=False,
        max_length=255,
        help_text=_("Cette raison est montrée aux employeurs qui l'ont demandée."),
    )
    uncertified = forms.BooleanField(label=_("Aucune certification ne la couvre (à capitaliser)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["modules"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why the plan is reopened."""

    reason = forms.CharField(label=_("Ce qui doit changer"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
