"""Forms of the announcement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.people.models import Organisation
from defi.steps.sourcing.forms import NOTHING


class NoticeForm(forms.Form):
    """What the announcement says besides the firms."""

    title = forms.CharField(label=_("Titre"), max_length=160, help_text=_("Le métier, avec les mots des personnes."))
    text = forms.CharField(
        label=_("Texte"),
        max_length=900,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Ce que l'on fera, ce qui attend au bout, ce qu'il n'est pas nécessaire d'avoir. Phrases courtes."),
    )
    contact = forms.CharField(label=_("Qui joindre"), max_length=120, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FirmForm(forms.Form):
    """A firm named, and its posts."""

    employer = forms.TypedChoiceField(label=_("Entreprise"), coerce=int)
    posts = forms.IntegerField(label=_("Postes"))
    wording = forms.CharField(
        label=_("Les postes, en mots"),
        max_length=200,
        help_text=_("Par exemple : aide à domicile, CDI, 28 heures, Châteaudun."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, employers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NOTHING, *[(house.pk, house.name) for house in employers]]


class ApproveForm(forms.Form):
    """The edition that the firm has read."""

    edition = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    """Why a firm does not wish to be named."""

    reason = forms.CharField(
        label=_("Pourquoi, ou ce qu'il faut corriger"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
