"""Forms of the calendar: people type when a half-day begins and ends, the rhythm counts minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from defi.people.models import Organisation
from defi.steps.design.calendar.actions import HalfDayFacts
from defi.steps.design.calendar.durations import ends_at
from defi.steps.design.calendar.rules import LETTERS, Closed, Half, Place, Rhythm
from defi.steps.design.calendar.weeks import Shown
from defi.steps.design.calendar.wording import cycle_text, read_cycle
from defi.steps.design.calendar_models import CalendarGroup

DAYS = [(number, name) for number, name in WEEKDAYS.items()]


def time_field(label: Any, initial: time | None = None) -> forms.TimeField:
    """A time of the day, asked as browsers ask it."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, initial=initial)


def minutes_between(first: time, last: time) -> int:
    """Minutes from one time to another of the same day; less than one when they are in the wrong order."""
    return int((datetime.combine(date.min, last) - datetime.combine(date.min, first)) / timedelta(minutes=1))


class CalendarForm(forms.Form):
    """A form of the calendar. `fallen` are those whose approval the change would cancel: said before it is made."""

    fallen: Sequence[Organisation] = ()


class Versioned(CalendarForm):
    """A form that changes a row: it sends back the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RhythmForm(Versioned):
    """The rhythm of a plan."""

    cycle = forms.CharField(
        label=_("Semaines, dans l'ordre"),
        max_length=200,
        initial="3 centre, 1 entreprise",
        help_text=_("Par exemple : 3 centre, 1 entreprise. La suite recommence jusqu'à la dernière heure."),
    )
    hours_centre = forms.IntegerField(label=_("Heures d'une semaine en centre"), min_value=0, max_value=60, initial=35)
    hours_company = forms.IntegerField(
        label=_("Heures d'une semaine en entreprise"), min_value=0, max_value=60, initial=35
    )
    mornings = forms.TypedMultipleChoiceField(
        label=_("Matins travaillés"),
        choices=DAYS,
        coerce=int,
        required=False,
        initial=list(range(5)),
        widget=forms.CheckboxSelectMultiple,
    )
    afternoons = forms.TypedMultipleChoiceField(
        label=_("Après-midi travaillés"),
        choices=DAYS,
        coerce=int,
        required=False,
        initial=list(range(5)),
        widget=forms.CheckboxSelectMultiple,
    )
    morning_at = time_field(_("Le matin commence à"), time(9))
    morning_minutes = time_field(_("Le matin finit à"), time(12, 30))
    afternoon_at = time_field(_("L'après-midi commence à"), time(13, 30))
    afternoon_minutes = time_field(_("L'après-midi finit à"), time(17))

    @staticmethod
    def read(rhythm: Rhythm) -> dict[str, object]:
        """What the form shows of a rhythm."""
        return {
            "cycle": cycle_text(rhythm.cycle),
            "hours_centre": rhythm.hours_centre,
            "hours_company": rhythm.hours_company,
            "mornings": sorted(rhythm.mornings),
            "afternoons": sorted(rhythm.afternoons),
            "morning_at": rhythm.morning_at,
            "morning_minutes": ends_at(rhythm.morning_at, rhythm.morning_minutes),
            "afternoon_at": rhythm.afternoon_at,
            "afternoon_minutes": ends_at(rhythm.afternoon_at, rhythm.afternoon_minutes),
        }

    def rhythm(self) -> Rhythm:
        """The rhythm as it was typed; what cannot be is said by the rules, at its field."""
        values = self.cleaned_data
        return Rhythm(
            cycle=read_cycle(values["cycle"]),
            hours_centre=values["hours_centre"],
            hours_company=values["hours_company"],
            mornings=frozenset(values["mornings"]),
            afternoons=frozenset(values["afternoons"]),
            morning_at=values["morning_at"],
            morning_minutes=max(0, minutes_between(values["morning_at"], values["morning_minutes"])),
            afternoon_at=values["afternoon_at"],
            afternoon_minutes=max(0, minutes_between(values["afternoon_at"], values["afternoon_minutes"])),
        )


class ClosedForm(CalendarForm):
    """A period without training."""

    first = forms.DateField(label=_("Premier jour fermé"))
    last = forms.DateField(label=_("Dernier jour fermé"))
    label = forms.CharField(label=_("Raison"), required=False, max_length=80, help_text=_("Par exemple : Noël."))

    def closed(self) -> Closed:
        """The period as it was typed."""
        values = self.cleaned_data
        return Closed(values["first"], values["last"], values["label"])


class LayForm(Versioned):
    """What becomes of the changes made by hand when the calendar is laid again."""

    KEEP, REPLACE = "keep", "replace"
    by_hand = forms.ChoiceField(
        label=_("Ce qui a été changé à la main"),
        choices=[
            (KEEP, _("Le garder, et poser le reste autour")),
            (REPLACE, _("L'effacer, et tout reposer selon le rythme")),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )


class HalfDayForm(Versioned):
    """A half-day by hand."""

    on = forms.DateField(label=_("Date"))
    half = forms.ChoiceField(label=_("Demi-journée"), choices=Half.choices, widget=forms.RadioSelect)
    starts_at = time_field(_("Commence à"))
    minutes = time_field(_("Finit à"))
    place = forms.ChoiceField(label=_("Lieu"), choices=Place.choices, widget=forms.RadioSelect)
    confirmed = forms.BooleanField(label=_("Si ce jour est férié, fermé ou un dimanche : c'est voulu"), required=False)

    @staticmethod
    def read(half: Shown) -> dict[str, object]:
        """What the form shows of a half-day."""
        return {
            "on": half.on,
            "half": half.half,
            "starts_at": half.starts_at,
            "minutes": ends_at(half.starts_at, half.minutes),
            "place": half.place.value,
            "confirmed": half.unusual_day,
        }

    def facts(self) -> HalfDayFacts:
        """The half-day as it was typed."""
        values = self.cleaned_data
        return HalfDayFacts(
            values["on"],
            values["half"],
            max(0, minutes_between(values["starts_at"], values["minutes"])),
            values["place"],
            values["starts_at"],
            values["confirmed"],
        )


class PeriodForm(CalendarForm):
    """A period of a group, spent elsewhere than the rhythm says."""

    first = forms.DateField(label=_("Du"))
    last = forms.DateField(label=_("Au"))
    place = forms.ChoiceField(
        label=_("Ces demi-journées se passent"),
        choices=Place.choices,
        initial=Place.COMPANY,
        widget=forms.RadioSelect,
    )


class GroupForm(Versioned):
    """Trainees whose weeks in company are the same."""

    name = forms.CharField(label=_("Nom du groupe"), max_length=40, help_text=_("Par exemple : Groupe B."))
    offset = forms.TypedChoiceField(label=_("Il commence le rythme par"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, cycle: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offset"].choices = [  # type: ignore[attr-defined]
            (number, now("la semaine %(n)d du rythme, %(where)s") % {"n": number + 1, "where": LETTERS[letter].label})
            for number, letter in enumerate(cycle)
        ]

    @staticmethod
    def read(group: CalendarGroup) -> dict[str, object]:
        """What the form shows of a group."""
        return {"name": group.name, "offset": group.offset, "version": group.version}
