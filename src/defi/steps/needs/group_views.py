"""The officer's pages: the list of needs, grouping, the collective need; and the needs of an operation."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused
from defi.kernel.transitions import VERBS
from defi.operations.access import pilots
from defi.operations.models import Operation
from defi.steps.needs import grouping, queries
from defi.steps.needs.access import in_territory
from defi.steps.needs.forms import DiagnosisForm, GroupForm, NeedFilters, ProfileForm, ReasonForm
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.rules import PublicCounts
from defi.steps.needs.states import COLLECTIVE, NEED

PER_PAGE = 40


@require_safe
def needs(request: ActorRequest) -> HttpResponse:
    """The needs by basin, job and state, the longest awaited first; the filters stay in the address."""
    actor = request.actor
    form = NeedFilters(request.GET or {}, actor)
    page = Paginator(_filtered(actor, form), PER_PAGE).get_page(request.GET.get("page"))
    can_group = actor.who is Who.OFFICER
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "lines": queries.lines(list(page)),
        "can_group": can_group,
        "can_submit": bool(NEED.open_to(actor, "")),
        "can_import": VERBS["need_import.load"].allows(actor),
        "suggestions": queries.suggestions(actor) if can_group else [],
        "collectives": queries.open_collectives(actor) if actor.in_region else [],
    }
    return render(request, "needs/list.html", context)


def _filtered(actor: Actor, form: NeedFilters) -> QuerySet[Need]:
    rows = queries.listed(actor)
    if not form.is_valid():
        return rows
    wanted = form.cleaned_data
    if wanted["basin"].isdigit():
        rows = rows.filter(basin_id=int(wanted["basin"]))
    elif not wanted["basin"] and actor.basins:
        rows = rows.filter(basin_id__in=actor.basins)
    if wanted["job"]:
        rows = rows.filter(job=wanted["job"])
    if not wanted["state"] and actor.in_region:
        return rows.filter(state__in=queries.TO_TREAT)
    return rows if wanted["state"] in {"", "all"} else rows.filter(state=wanted["state"])


@require_http_methods(["GET", "POST"])
def group(request: ActorRequest) -> HttpResponse:
    """The needs ticked in the list become a collective need, or join one."""
    source = request.POST if request.method == "POST" else request.GET
    ids = [int(pk) for pk in source.getlist("need") if pk.isdigit()]
    chosen = list(queries.listed(request.actor).filter(pk__in=ids))
    if not chosen:
        messages.warning(request, _("Cochez au moins un besoin à regrouper."))
        return redirect("needs:list")
    joinable = queries.joinable_collectives(request.actor, chosen)
    form = GroupForm(request.POST or None, needs=chosen, open_to=joinable)
    if request.method == "POST" and form.is_valid():
        collective = attempt(form, lambda: _group(request.actor, form, [need.pk for need in chosen]))
        if collective is not None:
            messages.success(request, _("Les besoins sont regroupés."))
            return redirect("needs:collective", collective_id=collective.pk)
    context = {"form": form, "needs": chosen, "asked": queries.asked_in(chosen), "posts": sum(n.posts for n in chosen)}
    return render(request, "needs/group.html", context, status=422 if form.is_bound else 200)


def _group(actor: Actor, form: GroupForm, ids: list[int]) -> CollectiveNeed:
    values = form.cleaned_data
    joined = values.get("collective")
    if joined:
        return grouping.group_needs(actor, joined.pk, ids)
    return grouping.create_collective(actor, ids, title=values["title"], job=values["job"], basin=values["basin"])


@require_safe
def collective(request: ActorRequest, collective_id: int) -> HttpResponse:
    """Who asks what, how many posts, for which public, against which diagnosis; and the operation in one click."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    opened = {t.name for t in COLLECTIVE.open_to(request.actor, shown.state)}
    mine = in_territory(request.actor, shown.basin_id)
    context = {
        "collective": shown,
        "gathering": queries.gathering(request.actor, shown),
        "pilots": mine,
        "can_open": mine and "collective.open_operation" in opened,
        "can_close": mine and "collective.close" in opened,
        "can_ungroup": mine and shown.state == "open",
    }
    return render(request, "needs/collective.html", context)


@require_POST
def ungroup(request: ActorRequest, need_id: int) -> HttpResponse:
    """A need leaves its group."""
    shown = load(Need, request.actor, need_id)
    back = shown.collective_id
    try:
        grouping.ungroup_need(request.actor, shown.pk)
        messages.success(request, _("Le besoin est sorti du groupe."))
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("needs:collective", collective_id=back) if back else redirect("needs:need", need_id=need_id)


@require_http_methods(["GET", "POST"])
def diagnosis(request: ActorRequest, collective_id: int) -> HttpResponse:
    """What the territory says, with its source and its date."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    known = {
        "diagnosis": shown.diagnosis,
        "diagnosis_source": shown.diagnosis_source,
        "diagnosis_on": shown.diagnosis_on or clock.today(),
        "version": shown.version,
    }
    form = DiagnosisForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: grouping.record_diagnosis(
                request.actor,
                shown.pk,
                text=values["diagnosis"],
                source=values["diagnosis_source"],
                on=values["diagnosis_on"],
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("Le diagnostic est noté."))
            return redirect("needs:collective", collective_id=shown.pk)
    return _form_page(request, form, _("Diagnostic du territoire"), _("Noter le diagnostic"), shown)


@require_http_methods(["GET", "POST"])
def collective_profile(request: ActorRequest, collective_id: int) -> HttpResponse:
    """The need of the public, before the operation is opened."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    form = ProfileForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and _record(request, form, collective_id=shown.pk):
        return redirect("needs:collective", collective_id=shown.pk)
    return _form_page(request, form, _("Besoin du public"), _("Noter le profil"), shown)


def _record(request: ActorRequest, form: ProfileForm, **where: int) -> bool:
    values = form.cleaned_data
    counts = PublicCounts(
        values["could_enter"], values["below_level_3"], values["french_to_learn"], values["without_vehicle"]
    )
    done = attempt(
        form,
        lambda: grouping.record_profile(
            request.actor, values["organisation"], counts, adaptations=values["adaptations"], **where
        ),
    )
    if done is not None:
        messages.success(request, _("Le besoin du public est noté."))
    return done is not None


def _form_page(
    request: ActorRequest, form: DiagnosisForm | ProfileForm, title: str, label: str, shown: CollectiveNeed
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "action_label": label,
        "back_url": f"/besoins/collectifs/{shown.pk}/",
        "back_label": shown.title,
    }
    return render(request, "needs/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def open_operation(request: ActorRequest, collective_id: int) -> HttpResponse:
    """One click: the operation with its employers, their contacts and the profiles of the public."""
    version = request.POST.get("version", "")
    try:
        operation = grouping.open_operation(
            request.actor, collective_id, version=int(version) if version.isdigit() else None
        )
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("needs:collective", collective_id=collective_id)
    messages.success(request, _("L'opération est ouverte. Décidez maintenant de la réponse."))
    return redirect("operation", operation_id=operation.pk)


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, collective_id: int) -> HttpResponse:
    """No operation will come of it: each employer gets the reason."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: grouping.close_collective(
                request.actor, shown.pk, reason=values["reason"], version=values["version"]
            ),
        )
        if done is not None:
            messages.success(request, _("Chaque employeur reçoit la réponse."))
            return redirect("needs:list")
    context = {
        "title": _("Classer sans suite : %(title)s") % {"title": shown.title},
        "consequences": [_("Chaque employeur du groupe reçoit votre motif, et son besoin est répondu.")],
        "form": form,
        "action_label": _("Classer et répondre"),
        "back_url": f"/besoins/collectifs/{shown.pk}/",
        "back_label": shown.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def profile(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What the operation was opened for: needs of employers, need of the public, diagnosis."""
    operation = load(Operation, request.actor, operation_id)
    may = operation.state == "running" and (pilots(request.actor, operation) or request.actor.in_prescriber)
    form = ProfileForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and _record(request, form, operation_id=operation.pk):
        return redirect("needs:profile", operation_id=operation.pk)
    gathered = queries.of_operation(request.actor, operation)
    context = {
        "operation": operation,
        "gathering": gathered,
        "form": form if may else None,
        "hides_needs": queries.hides_needs(request.actor, gathered),
        "sees_public": not request.actor.in_employer,
        "is_region": request.actor.in_region,
    }
    return render(request, "needs/profile.html", context, status=422 if form.is_bound else 200)
