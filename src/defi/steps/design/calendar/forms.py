"""Forms of the calendar: people type when a half-day begins and ends, the rhythm counts minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from defi.people.models import Organisation
from defi.steps.design.calendar.actions import HalfDayFacts
from defi.steps.design.calendar.durations import ends_at, plain_hours
from defi.steps.design.calendar.lessons import Lesson, Which
from defi.steps.design.calendar.rules import Closed, Half, Place, Rhythm
from defi.steps.design.calendar.weeks import Shown
from defi.steps.design.calendar.wording import cycle_text, read_cycle, week_words
from defi.steps.design.calendar_models import CalendarGroup
from defi.steps.design.common_views import Meanwhile

MOST_WEEK_HOURS = 60
DAYS = [(number, name) for number, name in WEEKDAYS.items()]


def time_field(label: Any, initial: time | None = None) -> forms.TimeField:
    """A time of the day, asked as browsers ask it."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, initial=initial)


def minutes_between(first: time, last: time) -> int:
    """Minutes from one time to another of the same day; less than one when they are in the wrong order."""
    return int((datetime.combine(date.min, last) - datetime.combine(date.min, first)) / timedelta(minutes=1))


class WeekHoursField(forms.CharField):
    """Hours of a week, as people write them: `35`, `31,5`, `31 h 30`. Gives them in the last of these ways."""

    _WRITTEN = re.compile(r"(\d{1,2})(?:[.,](\d{1,2})|h(\d{2})?)?")

    def to_python(self, value: Any) -> Any:
        """The hours, or what is wrong with them."""
        text = super().to_python(value)
        if not text:
            return text
        found = self._WRITTEN.fullmatch(re.sub(r"\s", "", re.sub(r"heures?", "h", text.lower())))
        if found is None:
            raise forms.ValidationError(now("Écrivez des heures, par exemple : 35, 31 h 30 ou 31,5."))
        whole, part, minutes = found.groups()
        wanted = round(Decimal(f"{whole}.{part or 0}") * 60) + int(minutes or 0)
        if wanted > MOST_WEEK_HOURS * 60:
            raise forms.ValidationError(
                now("Une semaine compte au plus %(n)d heures : vérifiez.") % {"n": MOST_WEEK_HOURS}
            )
        return plain_hours(wanted)

    @staticmethod
    def hours(words: str) -> Decimal:
        """A number out of what this field gives."""
        whole, _h, minutes = words.partition(" h")
        return Decimal(whole) + Decimal(minutes or 0) / 60


class CalendarForm(forms.Form):
    """A form of the calendar. `fallen` are those whose approval the change would cancel: said before it is made;
    `meanwhile` what somebody else changed while it was open, `seen` a mark of what it shows now."""

    fallen: Sequence[Organisation] = ()
    meanwhile: Sequence[Meanwhile] = ()
    seen: str = ""


class Versioned(CalendarForm):
    """A form that changes a row: it sends back the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RhythmForm(Versioned):
    """The rhythm of a plan."""

    cycle = forms.CharField(
        label=_("Semaines, dans l'ordre"),
        max_length=200,
        initial="3 centre, 1 entreprise",
        help_text=_(
            "Par exemple : 3 centre, 1 entreprise. Écrivez « partagée » pour une semaine qui a des jours en centre et "
            "des jours en entreprise. La suite recommence jusqu'à la dernière heure."
        ),
    )
    company_days = forms.TypedMultipleChoiceField(
        label=_("Dans une semaine partagée, les jours en entreprise"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Les autres jours travaillés se passent en centre. Sans semaine partagée, ne cochez rien."),
    )
    hours_centre = WeekHoursField(
        label=_("Heures d'une semaine entière en centre"),
        initial="35 h",
        help_text=_("À la demi-heure : 35, 31 h 30 ou 31,5."),
    )
    hours_company = WeekHoursField(label=_("Heures d'une semaine entière en entreprise"), initial="35 h")
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
            "company_days": sorted(rhythm.company_days),
            "hours_centre": plain_hours(rhythm.weekly_minutes(Place.CENTRE)),
            "hours_company": plain_hours(rhythm.weekly_minutes(Place.COMPANY)),
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
            hours_centre=WeekHoursField.hours(values["hours_centre"]),
            hours_company=WeekHoursField.hours(values["hours_company"]),
            mornings=frozenset(values["mornings"]),
            afternoons=frozenset(values["afternoons"]),
            morning_at=values["morning_at"],
            morning_minutes=max(0, minutes_between(values["morning_at"], values["morning_minutes"])),
            afternoon_at=values["afternoon_at"],
            afternoon_minutes=max(0, minutes_between(values["afternoon_at"], values["afternoon_minutes"])),
            company_days=frozenset(values["company_days"]),
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


class TeachForm(CalendarForm):
    """A module, a trainer, a room, for one half-day in centre or for many."""

    first = forms.DateField(label=_("Du"))
    last = forms.DateField(label=_("Au"))
    days = forms.TypedMultipleChoiceField(
        label=_("Seulement ces jours"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucun jour coché : tous les jours en centre."),
    )
    half = forms.ChoiceField(
        label=_("Moitié de la journée"),
        choices=[("", _("matin et après-midi")), *Half.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    module = forms.TypedChoiceField(label=_("Module"), coerce=int, required=False, empty_value=None)
    trainer = forms.CharField(
        label=_("Formateur"), required=False, max_length=160, help_text=_("Vide : ce qui est dit reste.")
    )
    room = forms.CharField(
        label=_("Salle"),
        required=False,
        max_length=80,
        help_text=_("Par exemple : salle 3. Vide : ce qui est dit reste."),
    )
    clear = forms.MultipleChoiceField(
        label=_("Effacer ce qui est dit"),
        choices=[("module", _("le module")), ("trainer", _("le formateur")), ("room", _("la salle"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, modules: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", now("ne rien changer")), *modules]
        self.fields["module"].choices = choices  # type: ignore[attr-defined]

    def which(self) -> Which:
        """The half-days that are meant."""
        values = self.cleaned_data
        return Which(values["first"], values["last"], frozenset(values["days"]), values["half"])

    def lesson(self) -> Lesson:
        """What is given to them."""
        values, gone = self.cleaned_data, self.cleaned_data["clear"]
        return Lesson(
            0 if "module" in gone and values["module"] is None else values["module"],
            values["trainer"] or ("" if "trainer" in gone else None),
            values["room"] or ("" if "room" in gone else None),
        )


class SpreadForm(CalendarForm):
    """What becomes of the modules already given when the others are laid in order."""

    KEEP, REPLACE = "keep", "replace"
    given = forms.ChoiceField(
        label=_("Les demi-journées qui ont déjà un module"),
        choices=[
            (KEEP, _("Les garder, et poser le reste sur les autres")),
            (REPLACE, _("Tout reprendre dans l'ordre")),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )


class GroupForm(Versioned):
    """Trainees whose weeks in company are the same."""

    name = forms.CharField(label=_("Nom du groupe"), max_length=40, help_text=_("Par exemple : Groupe B."))
    offset = forms.TypedChoiceField(label=_("Il commence le rythme par"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, cycle: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offset"].choices = [  # type: ignore[attr-defined]
            (number, now("la semaine %(n)d du rythme, %(where)s") % {"n": number + 1, "where": week_words(letter)})
            for number, letter in enumerate(cycle)
        ]

    @staticmethod
    def read(group: CalendarGroup) -> dict[str, object]:
        """What the form shows of a group."""
        return {"name": group.name, "offset": group.offset, "version": group.version}


class TieForm(Versioned):
    """The groups that an employer follows."""

    groups = forms.TypedMultipleChoiceField(
        label=_("Groupes de ses stagiaires"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucun groupe coché : tous les groupes lui sont montrés."),
    )

    def __init__(self, *args: Any, groups: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = list(groups)  # type: ignore[attr-defined]
