"""Forms of the sheets: who signs, what a line says, papers that come back, why somebody was away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.steps.design.calendar.durations import hour_words
from defi.steps.training.forms import Choices, Versioned
from defi.steps.training.models import UNSIGNED, Attendance


class SignForm(forms.Form):
    """The code of the room."""

    room_code = forms.CharField(
        label=_("Code affiché dans la salle"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class TurnForm(forms.Form):
    """Somebody in front of the trainer's device: who, and the key of their signature, made with the page."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class DeviceCodeForm(forms.Form):
    """The code that gives the trainer their device back."""

    code = forms.CharField(
        label=_("Code du formateur (4 à 8 chiffres)"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SettleForm(forms.Form):
    """What a held signature is worth."""

    accept = forms.TypedChoiceField(
        label=_("Cette signature"),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("compte : la personne était là")),
            ("no", _("est mise de côté : la feuille reste comme elle est")),
        ],
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


class LinesForm(Versioned):
    """The lines of a sheet that nobody signed online: one choice a person. An absence is justified elsewhere, by its
    reason and its paper: it may only stay so."""

    STATES = [
        (Attendance.State.EXPECTED.value, _("à noter")),
        (Attendance.State.PRESENT.value, _("présent, a signé sur papier")),
        (Attendance.State.ABSENT.value, _("absent")),
    ]
    EXCUSED = (Attendance.State.EXCUSED.value, _("absence justifiée"))

    def __init__(self, *args: Any, lines: Sequence[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for candidacy_id, name, state in lines:
            choices = [*self.STATES, self.EXCUSED] if state == self.EXCUSED[0] else self.STATES
            self.fields[f"person_{candidacy_id}"] = forms.ChoiceField(label=name, choices=choices, initial=state)

    def states(self) -> dict[int, str]:
        """What each person's line says, by candidacy."""
        return {
            int(name.removeprefix("person_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("person_")
        }


class PlacePaperForm(Versioned):
    """Which printed paper a page is, when its code was not read."""

    document = forms.TypedChoiceField(label=_("C'est la feuille"), coerce=int)
    page = forms.IntegerField(label=_("Page"), initial=1, min_value=1, max_value=99)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = [("", _("à choisir")), *choices]  # type: ignore[attr-defined]


class TakeOffPaperForm(Versioned):
    """Why a page goes."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


class ReadPaperForm(Versioned):
    """What the empty boxes of a paper mean; the boxes themselves are ticked in the table."""

    empty_is_absent = forms.BooleanField(
        label=_("Les cases restées vides de cette page valent absence"), required=False, initial=True
    )


class CorrectForm(Versioned):
    """A line of a locked sheet, with the reason that will stand beside it. `signed_at`: when the person had signed here
    themself, before a correction said something else."""

    STATES = [*LinesForm.STATES[1:2], (UNSIGNED, _("présent (corrigé, sans signature)")), *LinesForm.STATES[2:]]

    state = forms.ChoiceField(
        label=_("La ligne doit dire"),
        widget=forms.RadioSelect,
        choices=STATES,
        help_text=_("Une absence se justifie par son motif et son papier, depuis la page « Heures »."),
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, signed_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_at:
            hour = hour_words(signed_at.astimezone(clock.PARIS).time())
            as_signed = (Attendance.State.PRESENT.value, gettext("présent, comme signé à %(hour)s") % {"hour": hour})
            self.fields["state"].choices = [as_signed, *LinesForm.STATES[2:]]  # type: ignore[attr-defined]


class AbsencesForm(forms.Form):
    """Why somebody was away between two dates; the days that wait for a reason by default."""

    first = forms.DateField(label=_("Du"))
    last = forms.DateField(label=_("Au"))
    reason = forms.ChoiceField(label=_("Motif"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Justificatif"),
        required=False,
        max_length=255,
        help_text=_("PDF ou photo, 5 Mo au plus. Lui seul, avec un motif qui excuse, rend l'absence justifiée."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]], days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]
        if days:
            self.fields["first"].initial, self.fields["last"].initial = min(days), max(days)
