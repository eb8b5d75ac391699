"""Forms of a request: why and from when, a module as it should be, another rhythm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.people.models import Organisation
from defi.steps.design.calendar.forms import RhythmForm
from defi.steps.design.changes.asking import Motive
from defi.steps.design.changes.lines import ModuleState
from defi.steps.design.forms import Asker
from defi.steps.design.models import Module


class MotiveForm(Asker):
    """Why the plan should change, and from which day on."""

    reason = forms.CharField(
        label=_("Pourquoi le plan doit changer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La Région décide sur ce motif ; les employeurs concernés le lisent : n'y nommez personne."),
    )
    effective_on = forms.DateField(
        label=_("À partir du"), help_text=_("Aujourd'hui ou plus tard : ce qui est fait ne change plus.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def motive(self) -> Motive:
        """What was typed."""
        values = self.cleaned_data
        return Motive(values["reason"], values["effective_on"], values["asker"])


class ChangeModuleForm(forms.Form):
    """A module as it should be."""

    title = forms.CharField(label=_("Module"), max_length=160)
    kind = forms.ChoiceField(label=_("Nature"), choices=Module.Kind.choices)
    hours_centre = forms.IntegerField(label=_("Heures en centre"), min_value=0, required=False)
    hours_remote = forms.IntegerField(
        label=_("Heures à distance"),
        min_value=0,
        required=False,
        help_text=_("En plus des heures en centre : elles s'y ajoutent."),
    )
    hours_company = forms.IntegerField(label=_("Heures en entreprise"), min_value=0, required=False)
    hours_situation = forms.IntegerField(
        label=_("Heures en situation de travail"),
        min_value=0,
        required=False,
        help_text=_("En plus des heures en entreprise : elles s'y ajoutent."),
    )
    reason = forms.CharField(
        label=_("Pourquoi, et pour quelles entreprises"),
        required=False,
        max_length=255,
        help_text=_("À remplir pour un module adapté ou ajouté."),
    )
    competences = forms.TypedMultipleChoiceField(
        label=_("Compétences enseignées"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    for_employers = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Fait pour"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, competences: Iterable[tuple[int, str]], employers: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competences"].choices = list(competences)  # type: ignore[attr-defined]
        self.fields["for_employers"].queryset = Organisation.objects.filter(pk__in=employers)  # type: ignore[attr-defined]

    @staticmethod
    def read(state: ModuleState) -> dict[str, object]:
        """What the form shows of a module."""
        return {
            "title": state.title,
            "kind": state.kind,
            "hours_centre": state.centre,
            "hours_remote": state.remote,
            "hours_company": state.company,
            "hours_situation": state.situation,
            "reason": state.reason,
            "competences": list(state.competences),
            "for_employers": list(state.for_employers),
        }

    def state(self) -> ModuleState:
        """The module as it was typed; an empty box of hours is no hour."""
        values = self.cleaned_data
        return ModuleState(
            title=values["title"].strip(),
            kind=values["kind"],
            centre=values["hours_centre"] or 0,
            company=values["hours_company"] or 0,
            remote=values["hours_remote"] or 0,
            situation=values["hours_situation"] or 0,
            reason=values["reason"].strip(),
            for_employers=tuple(sorted(firm.pk for firm in values["for_employers"])),
            competences=tuple(sorted(values["competences"])),
        )


class ChangeTextForm(forms.Form):
    """The words of the plan on its rhythm."""

    text = forms.CharField(label=_("Rythme, tel que le plan le dit"), required=False, max_length=255)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ChangeRhythmForm(RhythmForm):
    """The words on the rhythm, and the rhythm by which the calendar is laid again."""

    text = forms.CharField(label=_("Rythme, tel que le plan le dit"), required=False, max_length=255)
    again = forms.BooleanField(
        label=_("Poser de nouveau le calendrier à partir de la date d'effet"),
        required=False,
        help_text=_("Même au même rythme : pour les heures qui changent. Ce qui précède cette date reste."),
    )
    field_order = ("text", "again")


class AnswerForm(forms.Form):
    """Why a request is refused, or what must be mended."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
