"""Forms of the meetings of a sourcing plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel.documents.french import long_date
from defi.steps.sourcing.events import EventFacts, Seen, outcomes_of
from defi.steps.sourcing.forms import NOTHING
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.orientation import PersonFacts
from defi.steps.sourcing.states import UNMET


def hour_field(*, required: bool = False) -> forms.TimeField:
    """An hour of the day, picked or typed."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=_("Heure"), required=required, widget=widget)


class DescribeForm(forms.Form):
    """What is said of a meeting before people are asked to come."""

    aim = forms.CharField(
        label=_("But"),
        max_length=200,
        required=False,
        help_text=_("Ce que les personnes y gagnent, par exemple : découvrir le métier et poser ses questions."),
    )
    place = forms.CharField(label=_("Lieu"), max_length=160, required=False, help_text=_("Adresse complète."))
    at = hour_field()
    minutes = forms.IntegerField(label=_("Durée, en minutes"), required=False)
    led_by = forms.CharField(label=_("Animée par"), max_length=120, required=False)
    accompanied_by = forms.CharField(
        label=_("Qui accompagne les personnes"),
        max_length=160,
        required=False,
        help_text=_("Une personne nommée, avant, pendant et après : elle répond aux questions."),
    )
    follows = forms.CharField(
        label=_("Ce qui se passe ensuite"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Par exemple : un entretien dans la semaine pour qui souhaite candidater."),
    )
    places = forms.IntegerField(label=_("Places"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: SourcingLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event.published_on:
            # Once people were told, the hour and the place change by moving the meeting.
            del self.fields["at"], self.fields["place"]
        if event.rule.service:
            del self.fields["places"]

    def facts(self) -> EventFacts:
        """What was typed."""
        return EventFacts(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class RescheduleForm(forms.Form):
    """Another day, hour or place."""

    planned_on = forms.DateField(label=_("Date"))
    at = hour_field()
    place = forms.CharField(label=_("Lieu"), max_length=160, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why a meeting will not take place."""

    reason = forms.CharField(
        label=_("Motif"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Chaque personne inscrite le lira."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NamesForm(forms.Form):
    """Who comes, and how to reach them: nothing else is asked."""

    first_name = forms.CharField(label=_("Prénom"), max_length=80)
    last_name = forms.CharField(label=_("Nom"), max_length=80)
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)

    def facts(self) -> PersonFacts:
        """The person, as typed."""
        return PersonFacts(**{name: self.cleaned_data[name] for name in NamesForm.base_fields})


class ComeForm(NamesForm):
    """The public page: the address receives the link that confirms."""

    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=20,
        required=False,
        help_text=_("Pour vous prévenir vite si la rencontre change."),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("Elle reçoit le message qui confirme. Pas d'adresse ? Appelez, votre place sera notée."),
    )
    field_order = ("first_name", "last_name", "email", "phone")


class BookForm(forms.Form):
    """Candidates of the actor's to tick, and somebody new if wished."""

    candidacies = forms.TypedMultipleChoiceField(
        label=_("Personnes déjà orientées"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_name = forms.CharField(label=_("Ou une personne nouvelle : son prénom"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=80, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)

    def __init__(self, *args: Any, candidates: list[Candidacy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["candidacies"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(row.pk, f"{row.person} ({row.get_state_display()})") for row in candidates]
        if not candidates:
            del self.fields["candidacies"]

    @property
    def newcomer(self) -> PersonFacts | None:
        """Somebody new, when anything was typed of them."""
        typed = {name: self.cleaned_data[name] for name in NamesForm.base_fields}
        return PersonFacts(**typed) if any(typed.values()) else None


class AttendanceForm(forms.Form):
    """For each person booked: whether they came, and what comes next."""

    others = forms.IntegerField(
        label=_("Venues sans être inscrites"),
        required=False,
        min_value=0,
        help_text=_("Comptées sans être nommées."),
    )
    meet = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: SourcingLine, bookings: list[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bookings = bookings
        self._offer_to_meet(event)
        for row in bookings:
            self.fields[f"attendance_{row.pk}"] = forms.ChoiceField(
                label=_("Présence de %(name)s") % {"name": row.name},
                required=False,
                initial=row.attendance,
                choices=[NOTHING, *Booking.Attendance.choices],
            )
            self.fields[f"outcome_{row.pk}"] = forms.ChoiceField(
                label=_("Suite pour %(name)s") % {"name": row.name},
                required=False,
                initial=row.outcome,
                choices=[NOTHING, *outcomes_of(event).items()],
            )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for row in self.bookings:
            if values.get(f"outcome_{row.pk}") and values.get(f"attendance_{row.pk}") != Booking.Attendance.CAME:
                self.add_error(f"outcome_{row.pk}", _("La suite ne se note que pour une personne venue."))
        return values

    def _offer_to_meet(self, event: SourcingLine) -> None:
        """Who came may be noted met on that day, by the same click, when somebody is still to be met."""
        unmet = [row.name for row in self.bookings if row.candidacy and row.candidacy.state in UNMET]
        if not unmet:
            del self.fields["meet"]
            return
        field = self.fields["meet"]
        field.initial = event.done_on is None
        field.label = gettext("Noter aussi la rencontre des personnes venues, au %(day)s") % {
            "day": long_date(event.planned_on)
        }
        field.help_text = gettext(
            "Leur candidature passe à « rencontré » et leur prescripteur l'apprend ; décochez si cette rencontre n'en "
            "est pas une. Encore à rencontrer : %(names)s. Rien ne change pour qui n'est pas venu : vous le direz "
            "ensuite, personne par personne."
        ) % {"names": ", ".join(unmet)}

    @property
    def meets(self) -> bool:
        """Whether who came is to be noted met."""
        return bool(self.cleaned_data.get("meet"))

    def seen(self) -> dict[int, Seen]:
        """What was noted, by booking."""
        values = self.cleaned_data
        return {row.pk: Seen(values[f"attendance_{row.pk}"], values[f"outcome_{row.pk}"]) for row in self.bookings}
