"""Periods in company: planned together, then one page each where everybody finds their part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation, Part, Partner
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions, queries
from defi.steps.training.forms import (
    DayForm,
    DebriefForm,
    FinishForm,
    InkForm,
    PlacementForm,
    ReasonForm,
    VisitForm,
)
from defi.steps.training.mails import to_firm
from defi.steps.training.models import Placement
from defi.steps.training.views.common import form_page, may, must, press, see, session_url, typed

Text = str | LazyText


@dataclass(frozen=True, slots=True)
class Deed:
    """What the provider notes about a period: its verb, in which states, with which form."""

    verb: str
    states: frozenset[str]
    form: type[Form]
    act: Callable[..., object]
    label: Text
    said: Text
    kind: str = "secondary"


DEEDS = {
    "preparer": Deed(
        "placement.prepare",
        frozenset({"planned", "begun", "done", "debriefed"}),
        DayForm,
        actions.prepare_placement,
        gettext_lazy("Noter la préparation"),
        gettext_lazy("La préparation est notée."),
    ),
    "papier": Deed(
        "placement.sign",
        frozenset({"planned"}),
        InkForm,
        lambda actor, pk, **facts: actions.sign_placement(actor, pk, in_ink=True, **facts),
        gettext_lazy("Noter une signature sur papier"),
        gettext_lazy("La signature est notée."),
    ),
    "commencer": Deed(
        "placement.begin",
        frozenset({"planned"}),
        DayForm,
        actions.begin_placement,
        gettext_lazy("Noter le début"),
        gettext_lazy("La période a commencé."),
    ),
    "visiter": Deed(
        "placement.visit",
        frozenset({"begun", "done", "debriefed"}),
        VisitForm,
        actions.visit_placement,
        gettext_lazy("Noter une visite ou un appel"),
        gettext_lazy("La visite est notée."),
    ),
    "terminer": Deed(
        "placement.finish",
        frozenset({"begun"}),
        FinishForm,
        actions.finish_placement,
        gettext_lazy("Noter la fin"),
        gettext_lazy("La fin de la période est notée."),
    ),
    "retour": Deed(
        "placement.debrief",
        frozenset({"done"}),
        DebriefForm,
        actions.debrief_placement,
        gettext_lazy("Noter le retour d'expérience"),
        gettext_lazy("Le retour d'expérience est noté."),
    ),
    "annuler": Deed(
        "placement.cancel",
        frozenset({"planned"}),
        ReasonForm,
        actions.cancel_placement,
        gettext_lazy("Annuler la période"),
        gettext_lazy("La période est annulée. L'entreprise et le stagiaire sont prévenus s'ils ont une adresse."),
        kind="danger",
    ),
}


@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest, operation_id: int) -> HttpResponse:
    """A period for one trainee or for several."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "placement.plan", operation)
    people = (
        Candidacy.objects.visible_to(request.actor)
        .filter(operation=operation, state__in=["confirmed", "entered"])
        .select_related("person")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    partners = (
        Partner.objects.visible_to(request.actor)
        .filter(operation=operation, part=Part.EMPLOYER, left_on=None)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )
    form = PlacementForm(
        typed(request),
        people=[(candidacy.pk, str(candidacy.person)) for candidacy in people],
        employers=[(partner.organisation_id, partner.organisation.name) for partner in partners],
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = values.pop("people")
        facts = actions.PlacementFacts(employer_id=values.pop("employer"), **values)
        planned = attempt(form, lambda: actions.plan_placements(request.actor, chosen, facts))
        if planned is not None:
            messages.success(request, _said_planned(planned))
            return see("training:session", operation_id=operation.pk)
    lead = _("Avant le premier jour, la convention est signée par le stagiaire, l'entreprise et l'organisme.")
    return form_page(request, operation, form, _("Prévoir une période en entreprise"), _("Prévoir"), lead=lead)


def _said_planned(planned: list[Placement]) -> str:
    """What was planned, and whether the firm receives the agreements: some have no address."""
    said = ngettext("La période est prévue.", "%(n)d périodes sont prévues.", len(planned)) % {"n": len(planned)}
    if to_firm(planned[0]):
        return f"{said} " + _("L'entreprise reçoit de quoi signer.")
    return f"{said} " + _("Rien n'est parti pour %(firm)s : aucune adresse n'est connue, faites signer sur papier.") % {
        "firm": planned[0].employer.name
    }


@require_safe
def placement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """One period: what it says, who signed, what comes next."""
    found = load(Placement, request.actor, placement_id)
    row = queries.placement_page(request.actor, found)
    awaited = found.state == "planned" and any(s.party == "employer" and not s.signature for s in row.sides)
    context = {
        "row": row,
        "can_send": awaited and may(request.actor, "placement.send_link", found.operation),
        "operation": found.operation,
        "deeds": _open_deeds(request.actor, found),
        "is_trainee": request.actor.who is Who.TRAINEE,
        "back_url": _back(request.actor, found),
    }
    return render(request, "training/placement.html", context)


def _back(actor: Actor, found: Placement) -> str:
    if actor.who is Who.TRAINEE:
        return reverse("training:my_space")
    return session_url(found.operation_id)


def _open_deeds(actor: Actor, found: Placement) -> list[dict[str, Any]]:
    """The buttons this actor may press, in the order of the process."""
    return [
        {"url": reverse("training:placement_deed", args=[found.pk, slug]), "label": deed.label, "kind": deed.kind}
        for slug, deed in DEEDS.items()
        if _is_open(actor, found, deed)
    ]


def _is_open(actor: Actor, found: Placement, deed: Deed) -> bool:
    if found.state not in deed.states or not may(actor, deed.verb, found.operation):
        return False
    return actor.in_provider if deed.verb == "placement.sign" else actor.who in VERBS[deed.verb].who


@require_POST
def sign_placement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """One's own signature, by a click."""
    found = load(Placement, request.actor, placement_id)
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.sign_placement(request.actor, found.pk),
        _("C'est signé. Merci."),
    )


@require_POST
def send_agreement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The agreement goes to the firm again."""
    found = load(Placement, request.actor, placement_id)
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.send_agreement(request.actor, found.pk),
        _("La convention est renvoyée à l'entreprise, avec un nouveau lien."),
    )


@require_http_methods(["GET", "POST"])
def act_on_placement(request: ActorRequest, placement_id: int, deed: str) -> HttpResponse:
    """The form of one thing to note about a period."""
    if deed not in DEEDS:
        raise Http404
    found, chosen = load(Placement, request.actor, placement_id), DEEDS[deed]
    must(request.actor, chosen.verb, found.operation)
    initial = {"hours_done": found.hours} if deed == "terminer" else {}
    form = chosen.form(typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: chosen.act(request.actor, found.pk, **facts)) is not None:
            messages.success(request, str(chosen.said))
            return see("training:placement", placement_id=found.pk)
    back = reverse("training:placement", args=[found.pk])
    label = str(chosen.label)
    title, keep = f"{label} : {found.candidacy.person}", _("Garder la période") if deed == "annuler" else ""
    return form_page(request, found.operation, form, title, label, back=back, cancel_label=keep)
