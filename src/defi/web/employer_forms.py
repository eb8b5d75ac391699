"""Forms on the record of an employer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.people.employers.actions import ContactFacts, FirmFacts, TalkFacts
from defi.people.employers.models import Contact, Decision, Talk
from defi.people.models import Membership, Organisation, Person
from defi.reference.models import Basin, Commune
from defi.reference.search import search_communes
from defi.reference.words import plain

MONTHS = (3, 6, 12, 24)
READABLE = lazy(
    "L'entreprise peut demander à lire ce qui est écrit d'elle : des faits et des dates, rien de personnel ni de santé."
)


class Versioned(forms.Form):
    """A form that changes a row: it sends back the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class EmployerFilters(forms.Form):
    """The filters of the list, all optional."""

    q = forms.CharField(label=lazy("Nom ou SIRET"), required=False, max_length=80)
    basin = forms.ModelChoiceField(Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("tous"))
    naf = forms.CharField(label=lazy("Secteur (début du code NAF)"), required=False, max_length=6)
    silent = forms.TypedChoiceField(label=lazy("Sans échange depuis"), coerce=int, empty_value=None, required=False)
    adviser = forms.ChoiceField(label=lazy("Conseiller"), required=False)

    def __init__(self, data: object, basins: object, advisers: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["basin"].queryset = basins  # type: ignore[attr-defined]
        months = [(n, _("%(n)d mois") % {"n": n}) for n in MONTHS]
        self.fields["silent"].choices = [("", _("peu importe")), *months]  # type: ignore[attr-defined]
        known = [(str(pk), name) for pk, name in advisers]
        self.fields["adviser"].choices = [("", _("tous")), ("none", _("sans conseiller")), *known]  # type: ignore[attr-defined]


class FirmForm(Versioned):
    """The public facts of a site."""

    name = forms.CharField(label=lazy("Nom de l'entreprise"), max_length=160)
    siret = forms.CharField(
        label=lazy("SIRET"), max_length=30, required=False, help_text=lazy("14 chiffres ; un par établissement.")
    )
    place = forms.CharField(
        label=lazy("Commune"), max_length=120, required=False, help_text=lazy("Son nom, ou son code postal.")
    )
    address = forms.CharField(label=lazy("Adresse"), max_length=200, required=False)
    phone = forms.CharField(label=lazy("Téléphone"), max_length=20, required=False)
    email = forms.EmailField(label=lazy("Adresse électronique"), required=False)
    naf = forms.CharField(
        label=lazy("Code NAF"), max_length=7, required=False, help_text=lazy("Le secteur, comme 88.10A.")
    )

    def clean_place(self) -> Commune | None:
        """The commune of this name; the postcode tells apart those of one name."""
        return commune_of(self.cleaned_data["place"])

    def facts(self) -> FirmFacts:
        """As they were typed."""
        values = self.cleaned_data
        return FirmFacts(
            name=values["name"],
            siret=values["siret"],
            commune=values["place"],
            address=values["address"],
            email=values["email"],
            phone=values["phone"],
            naf=values["naf"],
        )

    @staticmethod
    def of(firm: Organisation, naf: str, version: int | None) -> dict[str, Any]:
        """What is known, to be corrected."""
        known = {name: getattr(firm, name) for name in ("name", "siret", "address", "phone", "email")}
        place = f"{firm.commune.name} {' '.join(firm.commune.postcodes[:1])}".strip() if firm.commune else ""
        return {**known, "naf": naf, "place": place, "version": version}


def commune_of(typed: str) -> Commune | None:
    """The commune that this text names. Raises `ValidationError` when none answers, or several."""
    if not typed.strip():
        return None
    found = search_communes(typed, limit=8)
    exact = [row for row in found if plain(row.name) == plain(typed)]
    chosen = exact if len(exact) == 1 else found
    if not chosen:
        raise ValidationError(_("Aucune commune ne répond à ce nom : vérifiez-le, ou donnez le code postal."))
    if len(chosen) > 1:
        names = ", ".join(f"{row.name} {' '.join(row.commune.postcodes[:1])}" for row in chosen[:4])
        raise ValidationError(_("Plusieurs communes répondent (%(names)s) : précisez.") % {"names": names})
    return chosen[0].commune


class ContactForm(Versioned):
    """Somebody to talk to, and what they can decide."""

    first_name = forms.CharField(label=lazy("Prénom"), max_length=80)
    last_name = forms.CharField(label=lazy("Nom"), max_length=80)
    phone = forms.CharField(label=lazy("Téléphone"), max_length=20, required=False)
    email = forms.EmailField(label=lazy("Adresse électronique"), required=False)
    post = forms.ChoiceField(
        label=lazy("Fonction"), choices=[("", lazy("on ne sait pas")), *Contact.Post.choices], required=False
    )
    decides = forms.MultipleChoiceField(
        label=lazy("Peut décider de"),
        choices=Decision.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    in_time = forms.ChoiceField(
        label=lazy("Peut-il ou elle décider à temps ?"), choices=Contact.InTime.choices, widget=forms.RadioSelect,
        initial=Contact.InTime.UNKNOWN,
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.in_employer:
            # Asked by those who wait for the firm, not of it.
            self.fields["in_time"].widget = forms.HiddenInput()

    def facts(self) -> ContactFacts:
        """As they were typed."""
        return ContactFacts(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    @staticmethod
    def of(contact: Contact) -> dict[str, Any]:
        """What is known, to be corrected."""
        person: Person = contact.person
        return {
            **{name: getattr(person, name) for name in ("first_name", "last_name", "phone", "email")},
            **{name: getattr(contact, name) for name in ("post", "decides", "in_time", "version")},
        }


class TalkForm(Versioned):
    """« Noter un échange », on a phone at the door of the workshop."""

    kind = forms.ChoiceField(
        label=lazy("Ce qui a eu lieu"), choices=Talk.Kind.choices, widget=forms.RadioSelect, initial=Talk.Kind.CALL
    )
    contact = forms.TypedChoiceField(label=lazy("Avec"), coerce=int, empty_value=None, required=False)
    said = forms.CharField(
        label=lazy("En une phrase"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text=READABLE
    )
    on = forms.DateField(label=lazy("Quand"))
    next_step = forms.CharField(
        label=lazy("La suite, s'il y en a une"), max_length=160, required=False, help_text=lazy("Comme « rappeler ».")
    )
    next_on = forms.DateField(
        label=lazy("Pour quand"), required=False, help_text=lazy("Elle s'affichera dans « À faire ».")
    )
    shared = forms.BooleanField(
        label=lazy("Montrer aux organismes de formation qui travaillent avec cette entreprise"), required=False
    )

    def __init__(self, *args: Any, actor: Actor, contacts: Iterable[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(contact.pk, str(contact.person)) for contact in contacts]
        self.fields["contact"].choices = [("", _("personne en particulier")), *people]  # type: ignore[attr-defined]
        self.fields["on"].initial = clock.today()
        if not actor.in_region:
            del self.fields["shared"]
            self.fields["said"].help_text = f"{READABLE} {_('La Région lit aussi cette note.')}"

    def facts(self) -> TalkFacts:
        """As they were typed."""
        values = self.cleaned_data
        return TalkFacts(
            kind=values["kind"],
            said=values["said"],
            on=values["on"],
            contact_id=values["contact"],
            next_step=values["next_step"],
            next_on=values["next_on"],
            shared=values.get("shared", False),
        )

    @staticmethod
    def of(talk: Talk) -> dict[str, Any]:
        """What was written, to be corrected."""
        names = ("kind", "said", "on", "next_step", "next_on", "shared", "version")
        return {**{name: getattr(talk, name) for name in names}, "contact": talk.contact_id}


class AdviserForm(Versioned):
    """The one person this employer may call."""

    adviser = forms.ModelChoiceField(
        Membership._base_manager.none(), label=lazy("Conseiller"), required=False, empty_label=lazy("personne")
    )

    def __init__(self, *args: Any, advisers: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["adviser"]
        field.queryset = advisers  # type: ignore[attr-defined]
        field.label_from_instance = lambda member: f"{member.person} · {member.organisation}"  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Which of two records is kept, and why they are one."""

    kept = forms.TypedChoiceField(label=lazy("Fiche à garder"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=lazy("Pourquoi c'est la même"), max_length=300, help_text=lazy("Conservé et montré sur la fiche.")
    )

    def __init__(self, *args: Any, sides: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = sides  # type: ignore[attr-defined]


class ReasonForm(Versioned):
    """Why it was a mistake."""

    reason = forms.CharField(label=lazy("Motif"), max_length=300)


class EmployerFileForm(forms.Form):
    """A table of employers, as people keep it."""

    file = forms.FileField(label=lazy("Le tableau"), help_text=lazy("CSV, ODS ou XLSX, 10 Mo au plus."))
