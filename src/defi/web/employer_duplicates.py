"""Records that look alike, side by side: why, and what an officer decides of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.kernel.transitions import VERBS
from defi.operations.models import Partner
from defi.people.employers import deciding, reach
from defi.people.employers.models import Contact, Merge, Talk
from defi.people.employers.rules import Alike, Firm, Pair, keys_of, look_alike, may_be_one
from defi.people.models import Organisation
from defi.steps.needs.models import Need
from defi.steps.pairing.models import Promise
from defi.web.employer_forms import MergeForm, ReasonForm
from defi.web.employer_record import read_firm

PER_PAGE = 20

WHY = {
    Alike.SIRET: gettext_lazy("même SIRET"),
    Alike.SIREN_NAME: gettext_lazy("même SIREN et même nom"),
    Alike.NAME_PLACE: gettext_lazy("même nom dans la même commune"),
    Alike.DOMAIN: gettext_lazy("même domaine de courriel"),
    Alike.PHONE: gettext_lazy("même téléphone"),
}

HELD: dict[str, tuple[type[Model], str]] = {
    "contacts": (Contact, "organisation"),
    "talks": (Talk, "organisation"),
    "needs": (Need, "employer"),
    "promises": (Promise, "employer"),
    "operations": (Partner, "organisation"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records, with how much hangs on it."""

    firm: Organisation
    held: dict[str, int]


@dataclass(frozen=True, slots=True)
class Alikes:
    """Two records side by side, and why."""

    sides: tuple[Side, Side]
    reasons: list[str] = field(default_factory=list)


@require_safe
def duplicates(request: ActorRequest) -> HttpResponse:
    """Pairs of records of the officer's territory that may be one, the surest first."""
    _officer_only(request.actor)
    page = Paginator(_pairs(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    pairs: list[Pair] = list(page.object_list)
    sides = _sides([pk for pair in pairs for pk in (pair.first, pair.second)])
    shown = [
        Alikes((sides[pair.first], sides[pair.second]), [str(WHY[reason]) for reason in pair.reasons]) for pair in pairs
    ]
    return render(request, "web/employers/duplicates.html", {"page": page, "pairs": shown})


def _officer_only(actor: Actor) -> None:
    VERBS["employer.merge"].check(actor, "-")


def _pairs(actor: Actor) -> list[Pair]:
    rows = reach.read_by(actor).values_list("pk", "name", "siret", "commune_id", "email", "phone").order_by("pk")
    found = look_alike(Firm(pk, name, siret, place or "", *sent) for pk, name, siret, place, *sent in rows)
    apart = set(
        Merge.objects.visible_to(actor).filter(state="apart").values_list("kept_firm_id", "other_firm_id").order_by()
    )
    return [pair for pair in found if (pair.first, pair.second) not in apart]


def _sides(ids: list[int]) -> dict[int, Side]:
    """One query, whatever hangs on them."""
    counts: dict[str, Any] = {f"n_{name}": _count(model, column) for name, (model, column) in HELD.items()}
    rows: QuerySet[Organisation] = Organisation.objects.filter(pk__in=ids).select_related("commune").annotate(**counts)
    return {row.pk: Side(row, {name: getattr(row, f"n_{name}") for name in HELD}) for row in rows}


def _count(model: type[Model], column: str) -> Coalesce:
    rows = model._base_manager.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


@require_http_methods(["GET", "POST"])
def pair(request: ActorRequest, first_id: int, second_id: int) -> HttpResponse:
    """Both records whole, side by side; which one is kept, and why they are one."""
    _officer_only(request.actor)
    firms = [read_firm(request.actor, pk) for pk in (first_id, second_id)]
    form = MergeForm(request.POST or None, sides=[(firm.pk, _told(firm)) for firm in firms])
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["kept"]
        other = next((firm.pk for firm in firms if firm.pk != kept), kept)
        merge = attempt(
            form,
            lambda: deciding.merge_employers(request.actor, kept, other, reason=form.cleaned_data["reason"]),
        )
        if merge is not None:
            messages.success(request, _("Les deux fiches n'en font plus qu'une ; l'ancien nom y mène."))
            return redirect("employers:record", firm_id=kept)
    sides = _sides([firm.pk for firm in firms])
    compared = [Firm(f.pk, f.name, f.siret, f.commune_id or "", f.email, f.phone) for f in firms]
    context = {
        "form": form,
        "sides": [sides[firm.pk] for firm in firms],
        "reasons": _reasons(*compared),
        "may_be_one": may_be_one(*compared),
    }
    return render(request, "web/employers/pair.html", context, status=422 if form.is_bound else 200)


def _told(firm: Organisation) -> str:
    parts = [firm.siret, firm.commune.name if firm.commune else ""]
    return f"{firm.name}\n{' · '.join(part for part in parts if part)}"


def _reasons(one: Firm, other: Firm) -> list[str]:
    theirs = keys_of(other)
    return [str(WHY[reason]) for reason, key in keys_of(one).items() if theirs.get(reason) == key]


@require_POST
def keep_apart(request: ActorRequest, first_id: int, second_id: int) -> HttpResponse:
    """One click: these are two employers."""
    deciding.keep_apart(request.actor, first_id, second_id)
    messages.success(request, _("C'est noté : ces deux fiches restent séparées et ne seront plus proposées."))
    return redirect("employers:duplicates")


@require_http_methods(["GET", "POST"])
def same_contact(request: ActorRequest, first_id: int, second_id: int) -> HttpResponse:
    """Two contacts of one firm, side by side."""
    VERBS["contact.merge"].check(request.actor, "-")
    contacts = [load(Contact, request.actor, pk, "person", "organisation") for pk in (first_id, second_id)]
    firm = contacts[0].organisation
    form = MergeForm(request.POST or None, sides=[(contact.pk, _reached(contact)) for contact in contacts])
    form.fields["kept"].label = _("Contact à garder")
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["kept"]
        other = second_id if kept == first_id else first_id
        merge = attempt(
            form, lambda: deciding.merge_contacts(request.actor, kept, other, reason=form.cleaned_data["reason"])
        )
        if merge is not None:
            messages.success(request, _("Les deux contacts n'en font plus qu'un."))
            return redirect("employers:record", firm_id=firm.pk)
    context = {
        "title": _("Réunir deux contacts"),
        "form": form,
        "consequences": [
            _("Ce qui citait l'un cite celui que vous gardez : besoins, promesses, signatures, échanges."),
            _("Le contact gardé apprend l'adresse, le téléphone et les pouvoirs qu'il n'avait pas."),
            _("Cela peut être défait depuis la fiche."),
        ],
        "action_label": _("Réunir"),
        "back_url": reverse("employers:record", args=[firm.pk]),
        "back_label": firm.name,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _reached(contact: Contact) -> str:
    parts = [contact.person.email, contact.person.phone, *contact.decisions]
    return f"{contact.person}\n{' · '.join(part for part in parts if part)}"


@require_http_methods(["GET", "POST"])
def unmerge(request: ActorRequest, merge_id: int) -> HttpResponse:
    """What was made one by mistake is taken apart."""
    VERBS["employer.unmerge"].check(request.actor, "-")
    merge = load(Merge, request.actor, merge_id, "firm", "other_firm", "other_person")
    if merge.state != "merged":
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    form = ReasonForm(request.POST or None, initial={"version": merge.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: deciding.unmerge(
                request.actor, merge.pk, reason=form.cleaned_data["reason"], version=form.cleaned_data["version"]
            ),
        )
        if done is not None:
            messages.success(request, " ".join([_("C'est séparé de nouveau."), done[1]]).strip())
            return redirect("employers:record", firm_id=merge.firm_id)
    context = {
        "title": _("Séparer %(name)s") % {"name": merge.other_firm or merge.other_person},
        "form": form,
        "consequences": [
            _("Ce qui a suivi revient d'où il venait ; ce qui a changé depuis reste, et vous saurez combien."),
        ],
        "action_label": _("Séparer"),
        "back_url": reverse("employers:record", args=[merge.firm_id]),
        "back_label": merge.firm.name,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
