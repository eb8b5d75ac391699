"""Forms of the periods in company: planned or changed, prepared, signed, ended, talked over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.steps.training.actions import EvaluationFacts
from defi.steps.training.company import DAYS, Day, Half, as_shown
from defi.steps.training.evaluation import WORDS, Aims
from defi.steps.training.forms import Choices, DayForm, Versioned
from defi.steps.training.models import CompanyPresence, Placement
from defi.steps.training.periods import PARTIES, PREPARATION

SCAN = {"accept": "application/pdf,image/jpeg,image/png"}


class PlacementForm(Versioned):
    """A period in company: for one trainee or several at once when it is planned, for its own when it is changed."""

    people = forms.TypedMultipleChoiceField(label=_("Stagiaires"), coerce=int, widget=forms.CheckboxSelectMultiple)
    employer = forms.TypedChoiceField(label=_("Entreprise"), coerce=int)
    tutor_name = forms.CharField(label=_("Tuteur dans l'entreprise"), max_length=160)
    tutor_email = forms.EmailField(
        label=_("Adresse électronique du tuteur"),
        required=False,
        help_text=_(
            "Il reçoit la convention, puis un lien pour signer la présence sans compte. Vide : qui répond pour "
            "l'entreprise les reçoit, s'il a une adresse ; sinon, tout sur papier."
        ),
    )
    starts_on = forms.DateField(label=_("Premier jour"))
    ends_on = forms.DateField(label=_("Dernier jour"))
    weekdays = forms.MultipleChoiceField(
        label=_("Jours travaillés"),
        choices=list(DAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list("12345"),
        help_text=_("Les jours fériés ne comptent pas, sauf si le dimanche est coché."),
    )
    hours = forms.IntegerField(label=_("Heures en tout"), min_value=1, max_value=2000)
    schedule = forms.CharField(
        label=_("Horaires"), max_length=160, required=False, help_text=_("Par exemple : 8 h – 12 h et 13 h – 16 h.")
    )
    place = forms.CharField(
        label=_("Lieu"), max_length=160, required=False, help_text=_("Vide : l'adresse de l'entreprise.")
    )
    aims = forms.CharField(
        label=_("Ce que la personne va faire ou apprendre"), max_length=255, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: Choices | None = None, employers: Choices, **kwargs: Any) -> None:
        """`people` is None when the period of one person is changed."""
        super().__init__(*args, **kwargs)
        self.fields["employer"].choices = employers  # type: ignore[attr-defined]
        if people is None:
            del self.fields["people"]
        else:
            self.fields["people"].choices = people  # type: ignore[attr-defined]

    def clean_weekdays(self) -> str:
        return "".join(self.cleaned_data["weekdays"])


class PrepareForm(DayForm):
    """What is ready; unticking says that it is not."""

    done = forms.MultipleChoiceField(
        label=_("Ce qui est prêt"),
        choices=list(PREPARATION.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("La période est préparée quand les quatre sont cochés."),
    )
    field_order = ["done", "on"]


class InkForm(DayForm):
    """Whose signature on the printed agreement, and its scan. `fingerprint`: of the paper in force on this page."""

    parties = forms.MultipleChoiceField(
        label=_("Qui a signé sur ce papier"), choices=list(PARTIES.items()), widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(
        label=_("Le papier signé, numérisé"),
        max_length=255,
        help_text=_("PDF ou photo, 20 Mo au plus."),
        widget=forms.ClearableFileInput(attrs=SCAN),
    )
    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)


class OwnSignForm(forms.Form):
    """One's own signature with an account: the fingerprint says which paper was read."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)


class DayField(forms.ChoiceField):
    """A day to answer, now or later: it is not optional, it waits."""

    def clean(self, value: Any) -> str:
        return str(super().clean(value)) if value else ""


class PresenceForm(forms.Form):
    """One answer a day. A day without an answer stays to be signed, and so does a half-day begun since it was read."""

    def __init__(self, *args: Any, days: Sequence[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = {day.name: day for day in as_shown(days, self.data)}
        for name, day in self.days.items():
            self.fields[name] = DayField(label=day.label, choices=day.choices, widget=forms.RadioSelect)

    def states(self) -> dict[Half, str]:
        """What was answered, half-day by half-day."""
        found: dict[Half, str] = {}
        for name, day in self.days.items():
            if answer := self.cleaned_data[name]:
                found |= day.states(answer)
        return found


class PaperPresenceForm(PresenceForm):
    """The same, read by the provider on the signed paper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("La feuille signée, numérisée"),
            max_length=255,
            help_text=_("PDF ou photo, 20 Mo au plus."),
            widget=forms.ClearableFileInput(attrs=SCAN),
        )


class CorrectPresenceForm(Versioned):
    """A half-day that was signed wrongly, with the reason that will stand beside it."""

    state = forms.ChoiceField(
        label=_("La ligne doit dire"), widget=forms.RadioSelect, choices=CompanyPresence.State.choices
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


class EvaluationForm(forms.Form):
    """The tutor's opinion: boxes, and one line if they wish."""

    aims = forms.ChoiceField(label=_("Les objectifs sont"), choices=Aims.choices, widget=forms.RadioSelect)
    strengths = forms.MultipleChoiceField(
        label=_("La personne est à l'aise avec"),
        choices=list(WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Quatre au plus."),
    )
    to_work_on = forms.MultipleChoiceField(
        label=_("Elle doit encore travailler"),
        choices=list(WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Quatre au plus."),
    )
    note = forms.CharField(
        label=_("Une ligne de plus"),
        max_length=200,
        required=False,
        help_text=_("La personne la lira. Rien sur la santé ni la vie privée."),
    )

    def facts(self) -> EvaluationFacts:
        """What was said."""
        return EvaluationFacts(**self.cleaned_data)


class VisitForm(DayForm):
    """A visit or a call during the period."""

    how = forms.ChoiceField(label=_("Comment"), widget=forms.RadioSelect, choices=Placement.Visit.choices)


class FinishForm(forms.Form):
    """The last day, and the hours really done when no half-day was signed."""

    on = forms.DateField(label=_("Dernier jour"), initial=clock.today)
    hours_done = forms.IntegerField(
        label=_("Heures réellement faites"),
        min_value=0,
        max_value=2000,
        required=False,
        help_text=_("Vide quand le tuteur a signé la présence : ce sont ces heures qui comptent."),
    )


class DebriefForm(DayForm):
    """The time given to what was lived in the firm."""

    in_group = forms.BooleanField(label=_("Retour d'expérience en groupe"), required=False)
    learnt = forms.CharField(
        label=_("Ce que la personne en retient"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    follows = forms.CharField(
        label=_("Ce qui suit"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("La personne et votre organisme le lisent. Rien sur la santé ni la vie privée."),
    )
