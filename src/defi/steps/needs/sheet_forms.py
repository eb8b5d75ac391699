"""The forms of the fiche d'intérêt: five answers in two short pages that work without script, the rest afterwards."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.documents.french import of_place
from defi.kernel.transitions import Text
from defi.people import registry
from defi.people.actions import OrganisationFacts
from defi.people.identifiers import IdentifierError, check_siret, meant_as_siret
from defi.people.models import OrganisationKind
from defi.people.queries import region as the_region
from defi.people.registry import Finding
from defi.people.sirene import Establishment
from defi.reference.models import Commune, Job
from defi.reference.search import search_communes
from defi.reference.words import plain
from defi.steps.needs.actions import NeedFacts
from defi.steps.needs.forms import NO_JOB, job_choices
from defi.steps.needs.models import Need
from defi.steps.needs.parties import ContactFacts

NO_FIRM = "none"


def found_as_one_types(address: Text, target: str) -> dict[str, Text]:
    """What makes a field ask the server while one types, with what is chosen in `target`, where the answer goes."""
    return {
        "autocomplete": "off",
        "hx-get": address,
        "hx-trigger": "input changed delay:400ms",
        "hx-target": target,
        "hx-include": target,
        "hx-sync": "this:replace",
    }


class LookingForForm(forms.Form):
    """First page: who is looked for, how many, by whom. An employer signed in is not asked who it is."""

    wording = forms.CharField(
        label=lazy("Qui cherchez-vous ?"),
        help_text=lazy("Avec vos mots : « soudeur TIG inox, lecture de plan »"),
        max_length=200,
        widget=forms.TextInput(attrs=found_as_one_types(reverse_lazy("needs:jobs"), "#metiers")),
        error_messages={
            "required": lazy("Dites avec vos mots qui vous cherchez : « magasinier », « aide à domicile »…"),
            "max_length": lazy("C'est trop long (%(show_value)d signes) : en %(limit_value)d signes, dites le métier."),
        },
    )
    job = forms.ChoiceField(label=lazy("Quel métier est-ce ?"), widget=forms.RadioSelect, required=False)
    posts = forms.IntegerField(
        label=lazy("Combien de postes ?"), min_value=1, max_value=500, widget=forms.NumberInput(attrs={"min": 1})
    )
    siret = forms.CharField(
        label=lazy("SIRET ou nom de votre établissement"),
        help_text=lazy("Le SIRET a 14 chiffres, sur vos factures ou vos fiches de paie"),
        max_length=160,
        widget=forms.TextInput(attrs=found_as_one_types(reverse_lazy("needs:firms"), "#entreprises")),
    )
    establishment = forms.ChoiceField(label=lazy("Laquelle est-ce ?"), widget=forms.RadioSelect, required=False)
    # Sent with the list of jobs: who has seen it and chooses none lets the Region choose.
    jobs_seen = forms.CharField(widget=forms.HiddenInput, required=False)
    submission_key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, knows_employer: bool = False, for_somebody: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding: Finding | None = None
        self.unread = False
        self.found: list[Establishment] = []
        self.fields["submission_key"].initial = secrets.token_urlsafe(24)
        typed = self.data if self.is_bound else self.initial
        self.offer_jobs(str(typed.get("wording", "")), str(typed.get("job", "")))
        if knows_employer:
            del self.fields["siret"], self.fields["establishment"]
            return
        self.offer_firms(str(typed.get("siret", "")), str(typed.get("establishment", "")))
        if for_somebody:
            self.fields["siret"].label = _("SIRET ou nom de l'établissement")

    def offer_jobs(self, wording: str, chosen: str = "") -> None:
        """The jobs to choose from. Whoever has not seen the list yet is shown it before going on."""
        choices = job_choices(wording, chosen)
        self.unread = len(wording.strip()) > 2 and not choices
        message = _("Choisissez le métier le plus proche, ou « Aucun de ces métiers ».")
        self._offer("job", choices, chosen, message)
        self.fields["job"].required = bool(choices) and self.is_bound and not self.data.get("jobs_seen")

    def offer_firms(self, typed: str, chosen: str = "") -> None:
        """The establishments that a typed name may mean, when the register answers; by hand otherwise."""
        self.found = [] if meant_as_siret(typed) else registry.find_by_name(typed)
        choices = [(row.siret, f"{row.shown}\n{row.address}") for row in self.found]
        if choices:
            choices.append((NO_FIRM, _("Aucune de celles-ci\nLe nom que vous avez écrit suffit.")))
        self._offer("establishment", choices, chosen, _("Choisissez votre établissement, ou « Aucune de celles-ci »."))

    def _offer(self, name: str, choices: list[tuple[str, str]], chosen: str, message: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.required = bool(choices)
        field.widget = forms.RadioSelect(choices=choices) if choices else forms.HiddenInput()
        field.error_messages["required"] = field.error_messages["invalid_choice"] = message
        field.initial = chosen

    def clean_siret(self) -> str:
        """The fourteen digits, or nothing for a name; what is wrong is said before the second page."""
        typed: str = self.cleaned_data["siret"].strip()
        if not meant_as_siret(typed):
            return ""
        try:
            siret = check_siret(typed)
        except IdentifierError as fault:
            raise forms.ValidationError(fault.sentence) from fault
        self.finding = registry.look_up(siret)
        if self.finding and (wrong := registry.fault_of(self.finding)):
            raise forms.ValidationError(wrong)
        return siret

    def clean_job(self) -> Job | None:
        """The chosen job; None when nothing was found or nothing fits."""
        code = self.cleaned_data["job"]
        return None if code in {"", NO_JOB} else Job.objects.filter(code_rome=code, removed=False).first()

    def clean(self) -> dict[str, Any]:
        """The SIRET of the establishment chosen among those of a name."""
        values = super().clean() or self.cleaned_data
        chosen = next((row for row in self.found if row.siret == values.get("establishment")), None)
        if chosen is not None:
            values["siret"] = chosen.siret
            self.finding = Finding(chosen.siret, chosen)
        return values

    def employer(self, name: str) -> OrganisationFacts:
        """Who recruits: its SIRET, or the name typed in its place, else the one asked on the second page."""
        typed = str(self.data.get("siret", "")).strip()
        found = self.finding.establishment if self.finding else None
        return OrganisationFacts(
            kind=OrganisationKind.EMPLOYER,
            name=name or (found.shown if found else "") or ("" if meant_as_siret(typed) else typed),
            siret=self.cleaned_data["siret"],
            region=the_region(),
        )


class DetailsForm(forms.Form):
    """Second page: where, how to answer."""

    place = forms.CharField(
        label=lazy("Où se trouve le poste ?"),
        help_text=lazy("Commune ou code postal"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    commune = forms.ChoiceField(label=lazy("Laquelle ?"), widget=forms.RadioSelect, required=False)
    reach = forms.CharField(
        label=lazy("Comment vous répondre ?"),
        help_text=lazy("Votre adresse électronique, ou un téléphone"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
    email = forms.EmailField(label=lazy("Adresse électronique de l'entreprise"), required=False)
    phone = forms.CharField(
        label=lazy("Téléphone de l'entreprise"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    employer_name = forms.CharField(label=lazy("Nom de l'entreprise"), required=False, max_length=160)
    contact_name = forms.CharField(
        label=lazy("Personne à joindre"), help_text=lazy("Prénom et nom"), required=False, max_length=160
    )
    typed_by_name = forms.CharField(
        label=lazy("Vous remplissez pour cette entreprise ?"),
        help_text=lazy("Votre nom et votre structure : club, agence, mairie…"),
        required=False,
        max_length=160,
    )
    another = forms.BooleanField(
        label=lazy("C'est une autre recherche : l'envoyer aussi"), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, must_reach: bool = True, must_name: bool = False, knows_employer: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.twin: Need | None = None
        self._offer_communes()
        self.fields["employer_name"].required = must_name
        if knows_employer:
            del self.fields["employer_name"]
        for name in ("email", "phone") if must_reach else ("reach", "typed_by_name"):
            del self.fields[name]

    def _offer_communes(self) -> None:
        typed = str((self.data if self.is_bound else self.initial).get("place", ""))
        found = search_communes(typed, limit=8)
        exact = [row for row in found if plain(row.name) == plain(typed)]
        self.found = exact if len(exact) == 1 else found
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (row.commune.code, f"{row.name}\n{', '.join(row.commune.postcodes[:2])} · {_basin(row.commune)}")
            for row in self.found
        ]
        field.required = len(self.found) > 1
        field.error_messages["required"] = _("Plusieurs communes répondent : choisissez la bonne.")
        if not field.required:
            field.widget = forms.HiddenInput()

    def ask_whether_another(self, twin: Need) -> None:
        """The same search is known: it is shown, with the box that sends this one all the same."""
        self.twin = twin
        self.fields["another"].widget = forms.CheckboxInput()

    def clean_reach(self) -> str:
        """A mail address or a phone number."""
        typed: str = self.cleaned_data["reach"].strip()
        if "@" in typed:
            validate_email(typed)
        elif not 9 <= sum(character.isdigit() for character in typed) <= 15:
            raise forms.ValidationError(
                _("Ce n'est ni une adresse électronique ni un téléphone : sans cela, personne ne peut vous répondre.")
            )
        return typed

    def clean_place(self) -> str:
        """A place that is found; which one, when several answer, is the next question."""
        if not self.found:
            raise forms.ValidationError(
                _(
                    "Aucune commune de cette région ne répond à « %(place)s » : vérifiez le nom, ou donnez le code "
                    "postal du lieu de travail. La %(region)s répond aux postes qui sont sur son territoire."
                )
                % {"place": self.cleaned_data["place"], "region": the_region()}
            )
        return str(self.cleaned_data["place"])

    def clean_commune(self) -> Commune | None:
        """The commune: the only one found, or the chosen one."""
        known = {row.commune.code: row.commune for row in self.found}
        return next(iter(known.values())) if len(known) == 1 else known.get(self.cleaned_data["commune"])

    def contact(self) -> ContactFacts:
        """Whom to answer."""
        values = self.cleaned_data
        reach: str = values.get("reach", "")
        email, phone = (reach, "") if "@" in reach else ("", reach)
        return ContactFacts(values["contact_name"], values.get("email", email), values.get("phone", phone))

    def facts(self, first: dict[str, Any]) -> NeedFacts:
        """The need, from both pages."""
        return NeedFacts(
            wording=first["wording"],
            posts=first["posts"],
            job=first["job"],
            commune=self.cleaned_data["commune"],
            typed_by_name=self.cleaned_data.get("typed_by_name", ""),
        )


def _basin(commune: Commune) -> str:
    if commune.basin is None:
        return _("hors de la région")
    return _("bassin %(basin)s") % {"basin": of_place(commune.basin.name)}


class LaterForm(forms.Form):
    """Where to send the way back to a draft."""

    email = forms.EmailField(
        label=lazy("Votre adresse électronique"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ConfirmForm(forms.Form):
    """What the employer left for later."""

    employer_name = forms.CharField(
        label=lazy("Nom de l'entreprise"),
        help_text=lazy("Nous n'avons que son SIRET"),
        max_length=160,
        required=False,
    )
    contact_name = forms.CharField(
        label=lazy("Personne à joindre"), help_text=lazy("Prénom et nom"), required=False, max_length=160
    )

    def __init__(self, *args: Any, asks_employer: bool, asks_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_employer:
            del self.fields["employer_name"]
        if not asks_contact:
            del self.fields["contact_name"]
