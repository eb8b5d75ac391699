"""The team of an organisation: who has which role, invited and let go by those who answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import WHO_LABELS, Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Unknown
from defi.people.actions import OrganisationFacts, end_membership
from defi.people.addresses import failing_among
from defi.people.models import Membership, Network, Organisation, OrganisationKind
from defi.people.names import search_key
from defi.people.queries import region
from defi.people.rules import roles_to_give
from defi.people.team import Invitation, invite_member, members, set_territory, welcome_organisation
from defi.reference.models import Basin


class InvitationForm(forms.Form):
    """Somebody to invite, and as what."""

    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        help_text=gettext_lazy("Un code y est envoyé à chaque entrée : celle de la personne, pas d'un service."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Rôle"))
    function = forms.CharField(label=gettext_lazy("Fonction"), max_length=120, required=False)

    def __init__(self, data: object, roles: frozenset[Who]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["role"].choices = [(who.value, WHO_LABELS[who]) for who in Who if who in roles]  # type: ignore[attr-defined]

    def invitation(self) -> Invitation:
        """What was typed."""
        values = self.cleaned_data
        role = Who(values["role"])
        return Invitation(values["first_name"], values["last_name"], values["email"], role, values["function"])


class HouseForm(forms.Form):
    """A training organisation or a prescriber, and the first of its people."""

    KINDS = (OrganisationKind.PROVIDER, OrganisationKind.PRESCRIBER)
    FIRST_ROLE: ClassVar[dict[OrganisationKind, Who]] = {
        OrganisationKind.PROVIDER: Who.ADMINISTRATOR,
        OrganisationKind.PRESCRIBER: Who.ADVISER,
    }

    kind = forms.ChoiceField(
        label=gettext_lazy("Organisation"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.RadioSelect,
    )
    network = forms.ChoiceField(
        label=gettext_lazy("Réseau"),
        choices=[("", gettext_lazy("choisir")), *Network.choices],
        required=False,
        help_text=gettext_lazy("Pour un prescripteur : la convention nomme certains réseaux."),
    )
    name = forms.CharField(label=gettext_lazy("Nom de l'organisation"), max_length=160)
    siret = forms.CharField(label=gettext_lazy("SIRET"), max_length=20, required=False)
    nda = forms.CharField(
        label=gettext_lazy("Numéro de déclaration d'activité"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Pour un organisme de formation."),
    )
    first_name = forms.CharField(label=gettext_lazy("Prénom de la première personne"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Nom de la première personne"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("Son adresse électronique"))

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("kind") == OrganisationKind.PRESCRIBER and not values.get("network"):
            self.add_error("network", _("Choisissez le réseau de ce prescripteur."))

    def facts(self) -> OrganisationFacts:
        """The organisation that was typed."""
        values, kind = self.cleaned_data, OrganisationKind(self.cleaned_data["kind"])
        network = Network(values["network"]) if kind is OrganisationKind.PRESCRIBER else ""
        return OrganisationFacts(
            kind, values["name"], network=network, siret=values["siret"], nda=values["nda"], region=region()
        )

    def invitation(self) -> Invitation:
        """Its first person: the one who invites the others, or an adviser."""
        values, kind = self.cleaned_data, OrganisationKind(self.cleaned_data["kind"])
        return Invitation(values["first_name"], values["last_name"], values["email"], self.FIRST_ROLE[kind])


class HouseFilters(forms.Form):
    """The filters of the list, all optional."""

    q = forms.CharField(label=gettext_lazy("Nom"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Organisation"),
        choices=[("", gettext_lazy("toutes")), *((kind.value, kind.label) for kind in HouseForm.KINDS)],
        required=False,
    )


class TerritoryForm(forms.Form):
    """The basins an officer pilots."""

    basins = forms.ModelMultipleChoiceField(
        Basin.objects.all(),
        label=gettext_lazy("Bassins pilotés"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Aucun : toute la région."),
    )


class LeavingForm(forms.Form):
    """Why an access is closed."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), initial=""
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A member, their role in words, and what this reader may do about it."""

    membership: Membership
    role: str
    may_close: bool
    may_move: bool


@require_http_methods(["GET", "POST"])
def team(request: ActorRequest, organisation_id: int | None = None) -> HttpResponse:
    """One's own organisation, or for the Region any other."""
    house = _house(request.actor, organisation_id)
    roles = roles_to_give(request.actor, OrganisationKind(house.kind), house.pk)
    form = InvitationForm(request.POST or None, roles) if roles else None
    if form and request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: invite_member(request.actor, house, form.invitation()))
        if done is not None:
            messages.success(
                request, _("L'accès est ouvert. Un courriel dit à %(name)s comment entrer.") % {"name": done.person}
            )
            if done.role == Who.OFFICER and request.actor.who is Who.STEERING:
                return redirect("team_territory", membership_id=done.pk)
            return redirect(_address(request.actor, house))
    rows = members(request.actor, house)
    context = {
        "house": house,
        "present": [_line(request.actor, row, roles) for row in rows if row.until is None],
        "gone": [row for row in rows if row.until is not None],
        "form": form,
        "failing": failing_among(row.person.email for row in rows if row.until is None),
    }
    return render(request, "web/team.html", context, status=422 if form is not None and form.is_bound else 200)


def _line(actor: Actor, row: Membership, roles: frozenset[Who]) -> Line:
    role = Who(row.role)
    return Line(
        row,
        str(WHO_LABELS[role]),
        may_close=role in roles and row.person_id != actor.person_id,
        may_move=role is Who.OFFICER and actor.who is Who.STEERING,
    )


def _house(actor: Actor, organisation_id: int | None) -> Organisation:
    if organisation_id is not None and not actor.in_region and organisation_id != actor.organisation_id:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    house = Organisation.objects.filter(pk=organisation_id or actor.organisation_id or 0).first()
    if house is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return house


def _address(actor: Actor, house: Organisation) -> str:
    return reverse("team") if house.pk == actor.organisation_id else reverse("team_of", args=[house.pk])


@require_http_methods(["GET", "POST"])
def leave(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Close the access of somebody who leaves; what they did stays signed with their name."""
    membership = load(Membership, request.actor, membership_id, "person", "organisation")
    form = LeavingForm(request.POST or None)
    back = _address(request.actor, membership.organisation)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: end_membership(request.actor, membership.pk, reason=reason)) is not None:
            messages.success(request, _("L'accès de %(name)s est fermé.") % {"name": membership.person})
            return redirect(back)
    context = {
        "title": _("Fermer l'accès de %(name)s") % {"name": membership.person},
        "consequences": [
            _("%(name)s n'entre plus pour %(house)s, dès maintenant.")
            % {"name": membership.person, "house": membership.organisation},
            _("Ce qui a été fait reste dans les dossiers, sous son nom."),
        ],
        "form": form,
        "action_label": _("Fermer l'accès"),
        "back_url": back,
        "back_label": _("Équipe"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def territory(request: ActorRequest, membership_id: int) -> HttpResponse:
    """The basins of an officer: what waits in them is theirs from now on."""
    membership = load(Membership, request.actor, membership_id, "person", "organisation")
    form = TerritoryForm(request.POST or None, initial={"basins": membership.basins.all()})
    back = _address(request.actor, membership.organisation)
    if request.method == "POST" and form.is_valid():
        basins = form.cleaned_data["basins"]
        if attempt(form, lambda: set_territory(request.actor, membership.pk, basins)) is not None:
            messages.success(request, _("Le territoire de %(name)s est fixé.") % {"name": membership.person})
            return redirect(back)
    context = {"membership": membership, "form": form, "back_url": back}
    return render(request, "web/territory.html", context, status=422 if form.is_bound else 200)


@require_safe
def houses(request: ActorRequest) -> HttpResponse:
    """The training organisations and prescribers of the Region: each leads to its team."""
    _only_the_region(request.actor)
    form = HouseFilters(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = Organisation.objects.filter(kind__in=HouseForm.KINDS).order_by("search_key", "pk")
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("q"):
        rows = rows.filter(search_key__contains=search_key(asked["q"]))
    has_access = Membership.objects.visible_to(request.actor).filter(organisation=OuterRef("pk"), until=None)
    page = Paginator(rows.annotate(is_open=Exists(has_access)), 50).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "active": any(asked.values())}
    return render(request, "web/houses.html", context)


@require_http_methods(["GET", "POST"])
def new_house(request: ActorRequest) -> HttpResponse:
    """Welcome an organisation with the first of its people."""
    _only_the_region(request.actor)
    form = HouseForm(request.POST or None, initial={"kind": OrganisationKind.PROVIDER.value})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: welcome_organisation(request.actor, form.facts(), form.invitation()))
        if made is not None:
            messages.success(
                request, _("%(name)s est enregistré, et sa première personne invitée.") % {"name": made.organisation}
            )
            return redirect("team_of", organisation_id=made.organisation_id)
    return render(request, "web/new_house.html", {"form": form}, status=422 if form.is_bound else 200)


def _only_the_region(actor: Actor) -> None:
    if actor.who not in {Who.OFFICER, Who.STEERING}:
        raise NotAllowed(_("Cette page est pour les référents territoriaux et la direction de la formation."))
