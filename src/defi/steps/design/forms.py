"""Forms of the design room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel.fields import FrenchDecimalField
from defi.people.models import Organisation
from defi.reference.choosing import CertificationFields
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import Contribution, Module
from defi.steps.design.parties import Party


class Asker(forms.Form):
    """On whose demand something changes: said in the comparison of editions."""

    asker = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("À la demande de"),
        required=False,
        empty_label=_("personne en particulier"),
        help_text=_("Dit dans la comparaison des éditions."),
    )

    def __init__(self, *args: Any, parties: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asker"].queryset = Organisation.objects.filter(pk__in=parties)  # type: ignore[attr-defined]
        # Last before what is not shown.
        self.fields["asker"] = self.fields.pop("asker")


class DescriptionForm(Asker):
    """What the plan says besides its modules."""

    rhythm = forms.CharField(
        label=_("Rythme"),
        required=False,
        max_length=255,
        help_text=_("Par exemple : 3 semaines en centre, 1 en entreprise."),
    )
    platform = forms.CharField(label=_("Plateau technique prêté"), required=False, max_length=255)
    entry_level = forms.CharField(
        label=_("Niveau à l'entrée"), required=False, max_length=255, help_text=_("Par exemple : aucun diplôme exigé.")
    )
    entry_conditions = forms.CharField(
        label=_("Conditions d'entrée"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    cost_per_place = FrenchDecimalField(
        label=_("Coût par place, en euros"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    specific = forms.CharField(
        label=_("Ce qui diffère du programme habituel, en une phrase"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Il en faut pour demander les accords : ici, ou employeur par employeur sur la page du plan."),
    )
    public_need = forms.CharField(
        label=_("Besoin du public : comment il est pris en compte, ou pourquoi il manque"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Inutile quand un prescripteur l'a déjà dit ; sinon il le faut pour demander les accords."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AimForm(CertificationFields):
    """The certification aimed at: of the registers, or named when they do not hold it."""

    certification_label = forms.CharField(
        label=_("Ou son nom, si elle n'est dans aucun répertoire"),
        required=False,
        max_length=255,
        help_text=_("Par exemple un certificat de branche. Laissez tout vide si la formation n'en vise aucune."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ModuleForm(Asker):
    """A module."""

    title = forms.CharField(label=_("Module"), max_length=160)
    kind = forms.ChoiceField(label=_("Nature"), choices=Module.Kind.choices)
    hours_centre = forms.IntegerField(label=_("Heures en centre"), min_value=0, initial=0, required=False)
    hours_remote = forms.IntegerField(
        label=_("Heures à distance"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("En plus des heures en centre : elles s'y ajoutent."),
    )
    hours_company = forms.IntegerField(label=_("Heures en entreprise"), min_value=0, initial=0, required=False)
    hours_situation = forms.IntegerField(
        label=_("Heures en situation de travail"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("En plus des heures en entreprise : elles s'y ajoutent."),
    )
    reason = forms.CharField(
        label=_("Pourquoi, et pour quelles entreprises"),
        required=False,
        max_length=255,
        help_text=_("À remplir pour un module adapté ou ajouté."),
    )
    for_employers = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Fait pour"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trainer = forms.CharField(label=_("Formateur"), required=False, max_length=160)
    place = forms.CharField(label=_("Lieu"), required=False, max_length=160)
    on_platform = forms.BooleanField(label=_("Sur le plateau technique d'une entreprise"), required=False)
    lender = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Plateau prêté par"), required=False, empty_label=_("personne")
    )
    block = forms.CharField(
        label=_("Bloc de la certification"),
        required=False,
        max_length=255,
        help_text=_("Le bloc auquel ce module mène, s'il y en a un."),
    )
    uncertified = forms.BooleanField(label=_("Aucune certification ne le couvre (à capitaliser)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, employers: Iterable[int], blocks: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known := list(blocks):
            kept = str(self.initial.get("block") or "")
            choices = [
                ("", _("aucun en particulier")),
                *((words, words) for words in dict.fromkeys([*known, kept]) if words),
            ]
            self.fields["block"] = forms.ChoiceField(
                label=_("Bloc de la certification"), required=False, choices=choices
            )
            self.order_fields(list(ModuleForm.base_fields))
        firms = Organisation.objects.filter(pk__in=employers)
        self.fields["for_employers"].queryset = firms  # type: ignore[attr-defined]
        self.fields["lender"].queryset = firms  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        # An empty box of hours is no hour.
        return {k: (v or 0) if k.startswith("hours_") else v for k, v in values.items()}


class CompetenceForm(forms.Form):
    """A competence asked for."""

    label = forms.CharField(label=_("Compétence"), max_length=255)
    asked_by = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Demandée par"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, employers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].queryset = Organisation.objects.filter(pk__in=employers)  # type: ignore[attr-defined]


class CoverForm(Asker):
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


class ContributionForm(forms.Form):
    """What an employer brings."""

    employer = forms.ModelChoiceField(Organisation.objects.none(), label=_("Employeur"), empty_label=None)
    kind = forms.ChoiceField(label=_("Ce qu'il apporte"), choices=Contribution.Kind.choices)
    module = forms.TypedChoiceField(label=_("Dans quel module"), required=False, coerce=int, empty_value=None)
    detail = forms.CharField(
        label=_("Précision"), required=False, max_length=255, help_text=_("Par exemple : un lève-personne, deux jours.")
    )

    def __init__(self, *args: Any, employers: Iterable[int], modules: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = Organisation.objects.filter(pk__in=employers)  # type: ignore[attr-defined]
        choices = [("", _("la formation en général")), *modules]
        self.fields["module"].choices = choices  # type: ignore[attr-defined]


class TailoringForm(forms.Form):
    """What differs, and for whom."""

    employer = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Pour quel employeur"), required=False, empty_label=_("tous")
    )
    text = forms.CharField(
        label=_("Ce qui diffère du programme habituel"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, employers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = Organisation.objects.filter(pk__in=employers)  # type: ignore[attr-defined]


class LinguisticForm(forms.Form):
    """DEFI linguistique beside this training."""

    provider_name = forms.CharField(label=_("Organisme qui la donne"), max_length=160)
    hours = forms.IntegerField(label=_("Heures"), min_value=1, max_value=2000)
    eos_number = forms.CharField(
        label=_("Numéro EOS"), required=False, max_length=30, help_text=_("Dès qu'il est connu.")
    )
    aim = forms.CharField(label=_("Objectif"), required=False, max_length=255)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """What must change in the plan."""

    reason = forms.CharField(
        label=_("Ce qui doit changer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties du plan le lisent."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class MandateForm(forms.Form):
    """Who let the provider answer for an employer, how, when and why."""

    let_by = forms.CharField(
        label=_("Qui vous a laissé répondre, chez cet employeur"),
        max_length=160,
        help_text=_("Sa fonction suffit, par exemple : la gérante. Toutes les parties la lisent."),
    )
    way = forms.ChoiceField(label=_("Comment"), choices=Mandate.Way.choices, widget=forms.RadioSelect)
    let_on = forms.DateField(label=_("Quand"))
    reason = forms.CharField(
        label=_("Pourquoi il ne répond pas lui-même"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Par exemple : pas d'ordinateur à l'atelier."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PassForm(forms.Form):
    """To whom the plan goes, with a word."""

    ALL = "all"

    to = forms.ChoiceField(label=_("À qui"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Votre mot"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lu par ceux à qui le plan passe maintenant, et par personne d'autre."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parties: Iterable[Party], to_all: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = [(self.ALL, to_all)] if to_all else []
        choices += [(str(party.organisation.pk), party.organisation.name) for party in parties]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class RemarkForm(forms.Form):
    """What is said of a part of the plan."""

    text = forms.CharField(label=_("Votre remarque"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """An answer to a remark."""

    text = forms.CharField(label=_("Votre réponse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
