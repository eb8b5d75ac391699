"""Forms of the pairing room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.documents.french import long_date
from defi.kernel.fields import FrenchDecimalField
from defi.operations.actions import ContactFacts
from defi.people.employers.models import Contact
from defi.people.models import Organisation, OrganisationKind, Person
from defi.steps.needs.models import Contract
from defi.steps.pairing.actions import Said, Terms, Travel
from defi.steps.pairing.models import Encounter, Pairing
from defi.steps.pairing.travel import Means

TERM_FIELDS = (
    "posts",
    "contract",
    "job_label",
    "months",
    "days",
    "starts_on",
    "ends_on",
    "weekly_hours",
    "gross_pay",
    "place",
)


FIRMS = ((_("L'entreprise"), ("employer", "work_at")),)
TERMS = (
    (_("Le contrat"), ("posts", "contract", "months", "days", "starts_on", "ends_on")),
    (_("Le poste"), ("job_label", "place", "weekly_hours", "gross_pay")),
)
PEOPLE = (
    (_("Qui signe"), ("signatory", "signatory_first_name", "signatory_last_name", "signatory_email")),
    (_("Qui accueille"), ("tutor", "tutor_first_name", "tutor_last_name")),
)
WHY = ((_("Pourquoi"), ("reason",)),)
Section = tuple[str, list[forms.BoundField]]


class PromiseForm(forms.Form):
    """What an employer engages for."""

    employer = forms.ModelChoiceField(Organisation.objects.none(), label=_("Employeur"), empty_label=_("à choisir"))
    posts = forms.IntegerField(label=_("Nombre de postes"))
    contract = forms.ChoiceField(label=_("Contrat"), choices=Contract.choices)
    months = forms.IntegerField(
        label=_("Durée en mois"), required=False, help_text=_("Vide pour un CDI, ou si les deux dates sont connues.")
    )
    days = forms.IntegerField(label=_("et jours"), required=False)
    starts_on = forms.DateField(label=_("Début du contrat"), required=False)
    ends_on = forms.DateField(label=_("Fin du contrat"), required=False)
    weekly_hours = FrenchDecimalField(label=_("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    gross_pay = FrenchDecimalField(
        label=_("Salaire brut mensuel, en euros"),
        required=False,
        max_digits=8,
        decimal_places=2,
        help_text=_("Il est montré à la personne avant qu'elle ne dise oui."),
    )
    place = forms.CharField(label=_("Lieu de travail"), required=False, max_length=160)
    job_label = forms.CharField(label=_("Poste"), required=False, max_length=160)
    work_at = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Entreprise où se fait le travail"),
        required=False,
        empty_label=_("la même que l'employeur"),
        help_text=_("À choisir quand l'employeur est une agence d'intérim ou un groupement d'employeurs."),
    )
    signatory = forms.TypedChoiceField(label=_("Qui signe la promesse"), required=False, coerce=int, empty_value=None)
    signatory_first_name = forms.CharField(label=_("Ou quelqu'un d'autre : prénom"), required=False, max_length=80)
    signatory_last_name = forms.CharField(label=_("Nom"), required=False, max_length=80)
    signatory_email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        help_text=_("Le lien pour signer, sans créer de compte, part à cette adresse."),
    )
    tutor = forms.TypedChoiceField(label=_("Tuteur"), required=False, coerce=int, empty_value=None)
    tutor_first_name = forms.CharField(label=_("Ou quelqu'un d'autre : prénom"), required=False, max_length=80)
    tutor_last_name = forms.CharField(label=_("Nom"), required=False, max_length=80)

    def __init__(self, *args: Any, employers: list[int], places: list[int], contacts: list[Contact], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, firms in (("employer", employers), ("work_at", places)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Organisation.objects.filter(pk__in=firms, kind=OrganisationKind.EMPLOYER)
            if name == "employer" and len(firms) == 1:
                field.initial = firms[0]
        known = [(c.person_id, f"{c.person} ({c.organisation})") for c in contacts]
        for name in ("signatory", "tutor"):
            self.fields[name].choices = [("", _("pas encore connu")), *known]  # type: ignore[attr-defined]
            if not known:
                del self.fields[name]
                self.fields[f"{name}_first_name"].label = (
                    _("Prénom de qui signe") if name == "signatory" else _("Prénom du tuteur")
                )
        self.contacts = {c.person_id: c.person for c in contacts}

    def _sections(self, sections: Sequence[tuple[Any, tuple[str, ...]]]) -> list[Section]:
        """The fields by what they are about, those that this form has."""
        return [
            (str(title), [self[name] for name in names if name in self.fields])
            for title, names in sections
            if any(name in self.fields for name in names)
        ]

    @property
    def firms(self) -> list[Section]:
        """Who engages, and where the work is: their people are proposed below."""
        return self._sections(FIRMS)

    @property
    def engagement(self) -> list[Section]:
        """What the employer engages for."""
        return self._sections(TERMS)

    @property
    def people(self) -> list[Section]:
        """Who signs, who tutors."""
        return self._sections(PEOPLE)

    @property
    def why(self) -> list[Section]:
        """The reason of a change."""
        return self._sections(WHY)

    def terms(self) -> Terms:
        """What the employer engages for."""
        return Terms(**{name: self.cleaned_data[name] for name in TERM_FIELDS})

    def who(self, name: str) -> Person | ContactFacts | None:
        """Who signs or tutors: somebody known, or somebody new by their name."""
        values = self.cleaned_data
        new = ContactFacts(
            values[f"{name}_first_name"], values[f"{name}_last_name"], email=values.get(f"{name}_email", "")
        )
        return new if new else self.contacts.get(values.get(name) or 0)

    def clean(self) -> dict[str, Any]:
        """A new person has a first name and a name."""
        values = super().clean() or self.cleaned_data
        for name in ("signatory", "tutor"):
            asked = [values.get(f"{name}_{part}", "") for part in ("first_name", "last_name", "email")]
            if any(asked) and not (asked[0] and asked[1]):
                self.add_error(f"{name}_last_name", _("Indiquez le prénom et le nom."))
        return values


class ChangeForm(PromiseForm):
    """The same promise on other terms, with the reason. `told` is the print of the terms whose effects were read."""

    reason = forms.CharField(
        label=_("Motif du changement"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Inutile si vous complétez seulement ce qui manquait, un salaire par exemple."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    told = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        del self.fields["employer"]

    def show(self, told: str) -> None:
        """The effects of these terms are shown: the next click confirms them, if they are still the same."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "told": told}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(forms.Form):
    """The promise that was read, by its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def show(self, version: int) -> None:
        """The promise is shown anew, as it stands: the next click is about this one."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "version": version}


class PaperForm(SignForm):
    """A promise signed on paper."""

    signed_on = forms.DateField(label=_("Signée sur papier le"), required=False, help_text=_("Aujourd'hui si vide."))


class WithdrawForm(forms.Form):
    """How many posts go, whose, and why."""

    posts = forms.IntegerField(label=_("Nombre de postes à retirer"), min_value=1)
    people = forms.TypedMultipleChoiceField(
        label=_("Personnes dont le poste est retiré"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("À indiquer quand il ne reste pas assez de postes libres."),
    )
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, paired: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = paired  # type: ignore[attr-defined]
        if not paired:
            del self.fields["people"]


class EncounterForm(forms.Form):
    """What was said between a person and an employer."""

    met_on = forms.DateField(label=_("Rencontrés le"), required=False)
    employer = forms.ChoiceField(label=_("L'employeur dit"), choices=Encounter.Answer.choices)
    person = forms.ChoiceField(label=_("La personne dit"), choices=Encounter.Answer.choices)
    said_on = forms.DateField(
        label=_("Réponses données le"), required=False, help_text=_("Aujourd'hui si vous laissez vide.")
    )
    travel_minutes = forms.IntegerField(
        label=_("Trajet dit par la personne, en minutes"),
        required=False,
        help_text=_("Pour l'aller, si elle le dit. L'employeur ne le voit pas."),
    )
    travel_by = forms.ChoiceField(
        label=_("Par quel moyen"), required=False, choices=[("", _("pas dit")), *Means.choices]
    )

    def said(self) -> Said:
        """What was said, as the action takes it."""
        values = dict(self.cleaned_data)
        travel = Travel(values.pop("travel_minutes"), values.pop("travel_by"))
        return Said(**values, travel=travel)


class TravelForm(forms.Form):
    """The way to each firm a person met: minutes one way and the means; both empty, nothing is said."""

    def __init__(self, *args: Any, met: Sequence[Encounter], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for one in met:
            firm = one.promise.work_at or one.promise.employer
            where = f"{firm}, {one.promise.place}" if one.promise.place else str(firm)
            self.fields[f"travel_minutes_{one.pk}"] = forms.IntegerField(
                label=gettext("%(where)s : minutes pour l'aller") % {"where": where},
                required=False,
                initial=one.travel_minutes,
            )
            self.fields[f"travel_by_{one.pk}"] = forms.ChoiceField(
                label=gettext("%(firm)s : par quel moyen") % {"firm": firm},
                required=False,
                choices=[("", _("pas dit")), *Means.choices],
                initial=one.travel_by,
            )
            self.fields[f"version_{one.pk}"] = forms.IntegerField(widget=forms.HiddenInput, initial=one.version)
        self.met = met

    def told(self) -> list[tuple[Encounter, Travel, int]]:
        """What is said anew: the meeting, the way, the version that was read."""
        values = self.cleaned_data
        ways = [(one, Travel(values[f"travel_minutes_{one.pk}"], values[f"travel_by_{one.pk}"])) for one in self.met]
        return [(one, way, values[f"version_{one.pk}"]) for one, way in ways if way != one.travel]


ANSWERS = [choice for choice in Encounter.Answer.choices if choice[0] != Encounter.Answer.AWAITED]


class AnswerForm(forms.Form):
    """What an employer says of somebody it met."""

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswersForm(forms.Form):
    """What an employer says of each person it met, on one page; who is left out keeps waiting."""

    def __init__(self, *args: Any, met: Sequence[Encounter], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for one in met:
            said = one.employer_answer
            self.fields[f"answer_{one.pk}"] = forms.ChoiceField(
                label=one.candidacy.person.short_name,
                choices=ANSWERS,
                widget=forms.RadioSelect,
                required=False,
                initial="" if said == Encounter.Answer.AWAITED else said,
                help_text=_met_words(one),
            )
            self.fields[f"version_{one.pk}"] = forms.IntegerField(widget=forms.HiddenInput, initial=one.version)
        self.met = met

    def answers(self) -> list[tuple[Encounter, str, int]]:
        """What is said anew: the encounter, the answer, the version that was read."""
        values = self.cleaned_data
        return [
            (one, answer, values[f"version_{one.pk}"])
            for one in self.met
            if (answer := values[f"answer_{one.pk}"]) and answer != one.employer_answer
        ]

    def clean(self) -> dict[str, Any]:
        """Something is said."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Rien n'est encore répondu : choisissez une réponse pour une personne."))
        return values


def _met_words(one: Encounter) -> str:
    job = f"{one.promise.job_label}, {one.promise.contract_words}"
    return gettext("Rencontre du %(day)s · %(job)s") % {"day": long_date(one.met_on), "job": job} if one.met_on else job


class PairForm(forms.Form):
    """The day of the pairing, by which the finding of the start counts it."""

    on = forms.DateField(label=_("Appairés le"), required=False, help_text=_("Aujourd'hui si vous laissez vide."))


class UnpairForm(forms.Form):
    """Why a pairing is broken."""

    ending = forms.ChoiceField(label=_("Ce qui s'est passé"), choices=Pairing.Ending.choices)
    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DayForm(forms.Form):
    """A day of which one asks how the gauge stood."""

    au = forms.DateField(label=_("La jauge au"))

    def __init__(self, *args: Any, ended_on: date | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.ended_on = ended_on

    def clean_au(self) -> date:
        """A day gone by: of those to come nothing is known."""
        day: date = self.cleaned_data["au"]
        if day > clock.today():
            raise forms.ValidationError(_("Cette date est à venir : choisissez un jour passé."))
        if self.ended_on and day >= self.ended_on:
            raise forms.ValidationError(
                _("La formation s'est terminée le %(day)s : choisissez un jour d'avant.")
                % {"day": long_date(self.ended_on)}
            )
        return day


class AdmissionForm(forms.Form):
    """The officer's decision under 100 %."""

    decision = forms.ChoiceField(
        label=_("Décision"),
        choices=[("admit", _("Admettre la session")), ("refuse", _("Refuser : la session n'est pas DEFI"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Motif"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Il est transmis à l'organisme de formation et imprimé sur l'attestation."),
    )
