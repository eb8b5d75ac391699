"""Forms of the training room."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.steps.pairing.queries import Standing
from defi.steps.training.actions.eos import LONGEST, WHY
from defi.steps.training.models import (
    AbsenteeCall,
    Complaint,
    Exchange,
    HalfDay,
)
from defi.steps.training.rules import EOS_LABELS, EosFacts

Choices = Sequence[tuple[int, str]]


class Versioned(forms.Form):
    """A form that changes a row: it sends back the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class EosForm(Versioned):
    """What EOS answered. Never prefilled: each value is read in EOS and typed."""

    number = forms.CharField(label=_("Numéro donné par EOS"), max_length=40)
    renumbered = forms.BooleanField(label=_("Oui, EOS a donné un autre numéro à cette session"), required=False)
    starts_on = forms.DateField(label=_("Date de début"))
    ends_on = forms.DateField(label=_("Date de fin"))
    seats = forms.IntegerField(label=_("Places financées par la Région"), min_value=0, max_value=9999)
    hours_centre = forms.IntegerField(label=_("Heures en centre"), min_value=0, max_value=9999)
    hours_company = forms.IntegerField(label=_("Heures en entreprise"), min_value=0, max_value=9999)
    defi_ticked = forms.BooleanField(label=_("La case « session DEFI » est cochée dans EOS"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in EOS_LABELS.items():
            self.fields[f"{WHY}{name}"] = forms.CharField(
                label=_("%(field)s : pourquoi EOS dit autre chose") % {"field": label},
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Le référent de la Région le lira. Sans différence, laissez vide."),
            )

    def shown(self) -> list[forms.BoundField]:
        """The values of EOS, each followed by its explanation once there is a difference to explain; the change of
        number once there is one to confirm."""
        names = [name for name in self.fields if not (name.startswith(WHY) or self[name].is_hidden)]
        pairs = [(self[name], self[f"{WHY}{name}"] if f"{WHY}{name}" in self.fields else None) for name in names]
        asked = [f for pair in pairs for f in pair if f and (f is pair[0] or f.errors or f.data)]
        return [f for f in asked if f.name != "renumbered" or f.errors or f.data]

    def explanations(self) -> dict[str, str]:
        """Why, by the name of the field of EOS."""
        return {name: self.cleaned_data[f"{WHY}{name}"] for name in EOS_LABELS}

    def answered(self) -> EosFacts:
        """The facts as they were typed."""
        values = self.cleaned_data
        return EosFacts(
            values["starts_on"],
            values["ends_on"],
            values["seats"],
            values["hours_centre"],
            values["hours_company"],
            values["defi_ticked"],
        )


class StartForm(Versioned):
    """Who really came. `shown` says which finding was read before confirming: another answer shows another finding."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    on = forms.DateField(label=_("Premier jour"), initial=clock.today)
    entered = forms.TypedMultipleChoiceField(
        label=_("Qui est entré en formation ?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    absent = forms.TypedMultipleChoiceField(
        label=_("Qui était attendu et n'est pas venu ?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Qui n'est coché nulle part reste attendu et peut encore entrer plus tard."),
    )

    def __init__(self, *args: Any, awaited: Choices, expected: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entered"].choices = awaited  # type: ignore[attr-defined]
        if expected:
            self.fields["absent"].choices = expected  # type: ignore[attr-defined]
        else:
            del self.fields["absent"]

    def shows(self, finding: Standing) -> bool:
        """Whether this very finding, for these people and that day, was on the page that was sent."""
        return bool(self.cleaned_data["shown"] == self._said(finding))

    def show(self, finding: Standing) -> None:
        """Send back, with what was typed, which finding is shown."""
        sent = self.data
        assert isinstance(sent, QueryDict)
        copied = sent.copy()
        copied["shown"] = self._said(finding)
        self.data = copied

    def _said(self, finding: Standing) -> str:
        counts = finding.conformity.counts
        people = "-".join(str(pk) for pk in sorted(self.cleaned_data["entered"]))
        seen = f"{self.cleaned_data['on']:%Y-%m-%d} {people} {counts.paired}/{counts.people} {finding.label}"
        return sha256(seen.encode()).hexdigest()


class CallForm(forms.Form):
    """What the call to somebody who did not come said."""

    on = forms.DateField(label=_("Date"), initial=clock.today)
    outcome = forms.ChoiceField(label=_("La personne"), widget=forms.RadioSelect, choices=AbsenteeCall.Outcome.choices)


class EndForm(Versioned):
    """The last day."""

    on = forms.DateField(label=_("Dernier jour de la session"))


class TaughtForm(forms.Form):
    """What is taught, by whom, where: each in a list or in full words."""

    module = forms.TypedChoiceField(label=_("Module du plan"), coerce=int, empty_value=None, required=False)
    module_label = forms.CharField(label=_("Ou un autre module, en toutes lettres"), max_length=160, required=False)
    trainer = forms.TypedChoiceField(label=_("Formateur de l'organisme"), coerce=int, empty_value=None, required=False)
    trainer_name = forms.CharField(
        label=_("Ou un autre formateur, son nom"), max_length=160, required=False, help_text=_("Il signera sur papier.")
    )
    place = forms.CharField(label=_("Salle ou lieu"), max_length=160, required=False)

    def __init__(self, *args: Any, modules: Choices, trainers: Choices, says_itself: bool, **kwargs: Any) -> None:
        """`says_itself`: the calendar says what is left empty, so nothing is proposed that would be taken as typed."""
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = [("", _("—")), *modules]  # type: ignore[attr-defined]
        self.fields["trainer"].choices = [("", _("—")), *trainers]  # type: ignore[attr-defined]
        if says_itself:
            self.initial.update(trainer=None, place="")
            for name in ("module", "trainer", "place"):
                self.fields[name].help_text = _("Vide : ce que dit le calendrier.")


class SheetForm(TaughtForm):
    """A half-day, or the same ones over a stretch of working days."""

    field_order = ("on", "halves", "until", "starts_at", "minutes")
    on = forms.DateField(label=_("Date"), initial=clock.today)
    halves = forms.MultipleChoiceField(
        label=_("Demi-journées"), choices=HalfDay.choices, widget=forms.CheckboxSelectMultiple, initial=["morning"]
    )
    until = forms.DateField(
        label=_("Répéter chaque jour ouvré jusqu'au"),
        required=False,
        help_text=_("Pour ouvrir d'avance l'emploi du temps : les stagiaires y lisent leurs dates."),
    )
    starts_at = forms.TimeField(
        label=_("Heure de début"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Vide : 9 h le matin, 13 h 30 l'après-midi."),
    )
    minutes = forms.IntegerField(
        label=_("Durée en minutes"), initial=210, min_value=1, max_value=600, help_text=_("210 minutes : 3 h 30.")
    )
    unusual_day = forms.BooleanField(
        label=_("Si c'est un dimanche ou un jour férié, je confirme ce jour"), required=False
    )


class MoveSheetForm(TaughtForm):
    """A half-day that nobody signed, as it should be."""

    field_order = ("on", "half", "starts_at", "minutes", "unusual_day")
    on = forms.DateField(label=_("Date"))
    half = forms.ChoiceField(label=_("Demi-journée"), choices=HalfDay.choices, widget=forms.RadioSelect)
    starts_at = forms.TimeField(label=_("Heure de début"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Durée en minutes"), min_value=1, max_value=600)
    unusual_day = forms.BooleanField(
        label=_("Si c'est un dimanche ou un jour férié, je confirme ce jour"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CancelSheetsForm(forms.Form):
    """Which sheets were opened by mistake, and why."""

    sheets = forms.TypedMultipleChoiceField(
        label=_("Feuilles à annuler"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, sheets: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheets"].choices = sheets  # type: ignore[attr-defined]


class WeekForm(TaughtForm):
    """The sheets of a week of the calendar: what it does not say, or what is otherwise all that week."""

    field_order = ("on",)
    on = forms.DateField(label=_("Un jour de la semaine"))


class GroupsForm(forms.Form):
    """A choice of group per trainee. `people`: id, name, id of the group they are in."""

    def __init__(self, *args: Any, groups: Choices, people: Sequence[tuple[int, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pk, name, group_id in people:
            self.fields[f"person_{pk}"] = forms.TypedChoiceField(
                label=name, coerce=int, choices=groups, initial=group_id
            )

    def placed(self) -> dict[int, int]:
        """Candidacy id → group id, as it was typed."""
        return {int(name.removeprefix("person_")): group for name, group in self.cleaned_data.items()}


class DayForm(forms.Form):
    """The day something was done."""

    on = forms.DateField(label=_("Date"), initial=clock.today)


class ComplaintForm(DayForm):
    """Something that did not go well."""

    kind = forms.ChoiceField(label=_("C'est"), widget=forms.RadioSelect, choices=Complaint.Kind.choices)
    by = forms.ChoiceField(label=_("De la part de"), choices=Complaint.By.choices)
    what = forms.CharField(
        label=_("Ce qui s'est passé"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ne nommez personne, et rien de la santé : cette page va dans le dossier de preuves."),
    )


class CloseComplaintForm(DayForm):
    """What was done of it."""

    answer = forms.CharField(
        label=_("Ce qui a été fait, et ce qui a été répondu"), widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


class ExchangeForm(DayForm):
    """An exchange with an employer."""

    organisation = forms.TypedChoiceField(label=_("Employeur"), coerce=int)
    how = forms.ChoiceField(label=_("Comment"), choices=Exchange.How.choices)
    with_whom = forms.CharField(label=_("Avec qui"), max_length=160, required=False)
    note = forms.CharField(
        label=_("Ce qui s'est dit"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Cet employeur peut lire cette note. Rien de personnel sur les stagiaires."),
    )
    agreed = forms.CharField(label=_("Ce qui est convenu"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ["organisation", "on", "how", "with_whom", "note", "agreed"]

    def __init__(self, *args: Any, employers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = employers  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """A word beside the facts."""

    comment = forms.CharField(
        label=_("Votre commentaire"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Il part à tous avec les chiffres : ne nommez personne."),
    )
