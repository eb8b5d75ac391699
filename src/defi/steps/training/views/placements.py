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
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.signing.keeping import sealed_of
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation, Part, Partner
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions, queries
from defi.steps.training.forms import DayForm, ReasonForm
from defi.steps.training.mails import to_firm
from defi.steps.training.models import Placement, PlacementDebrief, TutorEvaluation
from defi.steps.training.periods import PREPARATION
from defi.steps.training.placement_forms import DebriefForm, FinishForm, PlacementForm, PrepareForm, VisitForm
from defi.steps.training.views.common import form_page, may, must, see, session_url, typed
from defi.steps.training.withdrawals import withdrawn_since

Text = str | LazyText


@dataclass(frozen=True, slots=True)
class Deed:
    """What the provider notes about a period: its verb, in which states, with which form; `tells`: by mail too."""

    verb: str
    states: frozenset[str]
    form: type[Form]
    act: Callable[..., object]
    label: Text
    said: Text
    kind: str = "secondary"
    tells: bool = False


DEEDS = {
    "preparer": Deed(
        "placement.prepare",
        frozenset({"planned", "begun", "done", "debriefed"}),
        PrepareForm,
        actions.prepare_placement,
        gettext_lazy("Noter la préparation"),
        gettext_lazy("La préparation est notée."),
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
        tells=True,
    ),
}


IMMERSION = "https://immersion-facile.beta.gouv.fr/"
"""The public service by which a PMSMP is agreed: never a second agreement here (it belongs to sourcing)."""


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
    form = PlacementForm(
        typed(request),
        people=[(candidacy.pk, str(candidacy.person)) for candidacy in people],
        employers=_employers(request.actor, operation),
    )
    if request.method == "POST" and form.is_valid():
        chosen, facts = form.cleaned_data.pop("people"), _facts(form)
        planned = attempt(form, lambda: actions.plan_placements(request.actor, chosen, facts))
        if planned is not None:
            messages.success(request, _said_planned(planned))
            return see("training:session", operation_id=operation.pk)
    lead = _("Avant le premier jour, la convention est signée par le stagiaire, l'entreprise et l'organisme.")
    return form_page(
        request, operation, form, _("Prévoir une période en entreprise"), _("Prévoir"), lead=lead, immersion=IMMERSION
    )


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, placement_id: int) -> HttpResponse:
    """A period that has not begun is changed: another paper is signed."""
    found = load(Placement, request.actor, placement_id, "operation", "candidacy__person", "tutor")
    must(request.actor, "placement.change", found.operation)
    names = ("starts_on", "ends_on", "hours", "schedule", "place", "aims", "tutor_name", "version")
    shown = {name: getattr(found, name) for name in names} | {
        "employer": found.employer_id,
        "weekdays": list(found.weekdays),
        "tutor_email": found.tutor.email if found.tutor else found.tutor_email,
    }
    firms = _employers(request.actor, found.operation, own=found.employer_id)
    form = PlacementForm(typed(request), employers=firms, initial=shown)
    back = reverse("training:placement", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        version, facts = form.cleaned_data["version"], _facts(form)
        if attempt(form, lambda: actions.change_placement(request.actor, found.pk, facts, version=version)) is not None:
            messages.success(request, _("La période est changée. La nouvelle convention est à signer par les trois."))
            return see(back)
    title = _("Changer la période de %(name)s") % {"name": found.candidacy.person}
    lead = _("Les signatures déjà données tombent : chacun signe de nouveau.")
    return form_page(request, found.operation, form, title, _("Changer la période"), lead=lead, back=back)


def _employers(actor: Actor, operation: Operation, own: int | None = None) -> list[tuple[int, str]]:
    """The firms of the operation that did not withdraw; that of the period which is changed (`own`) stays."""
    partners = Partner.objects.visible_to(actor).filter(operation=operation, part=Part.EMPLOYER, left_on=None)
    rows = partners.select_related("organisation").order_by("organisation__name", "pk")
    out = withdrawn_since(operation).keys() - {own}
    return [(row.organisation_id, row.organisation.name) for row in rows if row.organisation_id not in out]


def _facts(form: PlacementForm) -> actions.PlacementFacts:
    values = {name: value for name, value in form.cleaned_data.items() if name not in {"version", "people", "employer"}}
    return actions.PlacementFacts(employer_id=form.cleaned_data["employer"], **values)


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
    """One period: what it says, who signed, who was there, what the tutor says, what comes next."""
    actor = request.actor
    found = load(Placement, actor, placement_id, "agreement")
    row = queries.placement_page(actor, found)
    awaited = found.state == "planned" and any(s.party == "employer" and not s.signature for s in row.sides)
    operation = row.placement.operation
    may_verb = {name: may(actor, f"placement.{name}", operation) for name in DOORS}
    open_now = found.state in {"planned", "begun"}
    context = {
        "row": row,
        "sealed": sealed_of(found.agreement) if found.agreement else None,
        "kept": queries.presences_of(actor, row.placement),
        "evaluation": TutorEvaluation.objects.visible_to(actor).filter(placement=found).first(),
        "debrief": PlacementDebrief.objects.visible_to(actor).filter(placement=found).first(),
        "preparation": [(label, getattr(found, name)) for name, label in PREPARATION.items()],
        "can_send": awaited and may_verb["send_link"],
        "can_change": found.state == "planned" and may_verb["change"],
        "can_record_ink": found.state == "planned" and row.missing and may_verb["record_ink"],
        "can_attend": open_now and not row.missing and may_verb["attend"],
        "can_record_presence": open_now and not row.missing and may_verb["record_presence"],
        "can_correct": may_verb["correct_presence"],
        "can_send_tutor_link": open_now and not row.missing and may_verb["send_tutor_link"],
        "can_evaluate": found.state in {"done", "debriefed"} and not row.evaluated and may_verb["evaluate"],
        "can_print": found.state != "cancelled" and may_verb["print"],
        "operation": operation,
        "deeds": _open_deeds(actor, found),
        "is_trainee": actor.who is Who.TRAINEE,
        "back_url": _back(actor, found),
    }
    return render(request, "training/placement.html", context)


DOORS = (
    "send_link",
    "change",
    "record_ink",
    "attend",
    "record_presence",
    "correct_presence",
    "send_tutor_link",
    "evaluate",
    "print",
)
"""The verbs that have a button of their own on the page of a period."""


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
    return actor.who in VERBS[deed.verb].who


@require_POST
def print_immersion(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The immersion sheet as the period stands today."""
    found = load(Placement, request.actor, placement_id)
    return see("document", code=actions.print_immersion(request.actor, found.pk).code)


@require_http_methods(["GET", "POST"])
def act_on_placement(request: ActorRequest, placement_id: int, deed: str) -> HttpResponse:
    """The form of one thing to note about a period."""
    if deed not in DEEDS:
        raise Http404
    found, chosen = load(Placement, request.actor, placement_id), DEEDS[deed]
    must(request.actor, chosen.verb, found.operation)
    initial = {"done": [name for name in PREPARATION if getattr(found, name)]} if deed == "preparer" else {}
    form = chosen.form(typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: chosen.act(request.actor, found.pk, **facts)) is not None:
            messages.success(request, with_hour(str(chosen.said)) if chosen.tells else str(chosen.said))
            return see("training:placement", placement_id=found.pk)
    back = reverse("training:placement", args=[found.pk])
    label = str(chosen.label)
    title, keep = f"{label} : {found.candidacy.person}", _("Garder la période") if deed == "annuler" else ""
    return form_page(request, found.operation, form, title, label, back=back, cancel_label=keep)
