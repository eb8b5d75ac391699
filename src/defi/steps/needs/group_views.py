"""The officer's pages: the list of needs, grouping, the collective need made, unmade and opened as an operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import tables
from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused
from defi.kernel.transitions import VERBS
from defi.steps.needs import grouping, proposals, queries
from defi.steps.needs.access import in_state, in_territory
from defi.steps.needs.basins import basin_map
from defi.steps.needs.forms import GroupForm, NeedFilters, ReasonForm
from defi.steps.needs.grid import contract_words, grid, totals
from defi.steps.needs.group_forms import SplitForm
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.pictures import bars_words
from defi.steps.needs.reading import all_figures, files_of, sheets_of
from defi.steps.needs.states import COLLECTIVE, NEED

PER_PAGE = 40

COLUMNS: Final[Sequence[tables.Column[queries.Line]]] = (
    tables.Column(lazy("Employeur"), lambda line: line.need.employer),
    tables.Column(lazy("Cherche"), lambda line: line.need.wording),
    tables.Column(lazy("Métier"), lambda line: line.need.job.label if line.need.job else ""),
    tables.Column(lazy("Code ROME"), lambda line: line.need.job.code_rome if line.need.job else ""),
    tables.Column(lazy("Postes"), lambda line: line.need.posts),
    tables.Column(lazy("Contrat"), lambda line: line.need.get_contract_display()),
    tables.Column(lazy("Commune"), lambda line: line.need.commune or ""),
    tables.Column(lazy("Bassin"), lambda line: line.need.basin),
    tables.Column(lazy("Reçu le"), lambda line: line.need.received_on),
    tables.Column(lazy("Réponse due le"), lambda line: line.due_on),
    tables.Column(lazy("État"), lambda line: NEED.states["received"] if line.waits else line.need.get_state_display()),
)


@require_safe
def needs(request: ActorRequest) -> HttpResponse:
    """The needs by basin, job and state, the longest awaited first; the filters stay in the address."""
    actor = request.actor
    form = NeedFilters(request.GET or {}, actor)
    if kind := tables.asked(request):
        return tables.download(kind, _("Besoins"), COLUMNS, queries.lines(actor, list(_filtered(actor, form))))
    page = Paginator(_filtered(actor, form), PER_PAGE).get_page(request.GET.get("page"))
    can_group = actor.who is Who.OFFICER
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "lines": queries.lines(actor, list(page)),
        "can_group": can_group,
        "can_submit": bool(NEED.open_to(actor, "")),
        "can_import": VERBS["need_import.load"].allows(actor),
        "suggestions": proposals.suggestions(actor) if can_group else [],
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
    return rows if wanted["state"] in {"", "all"} else rows.filter(in_state(actor, wanted["state"]))


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
    context = {"form": form, "needs": chosen, "grid": grid(chosen), "totals": totals(chosen)}
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
    actor = request.actor
    shown = load(CollectiveNeed, actor, collective_id)
    opened = {t.name for t in COLLECTIVE.open_to(actor, shown.state)}
    mine = in_territory(actor, shown.basin_id)
    gathering = queries.gathering(actor, shown)
    figures = all_figures(actor, shown)
    alive = shown.state in {"open", "in_operation"}
    context = {
        "collective": shown,
        "gathering": gathering,
        "figures": figures,
        "bars_words": bars_words(figures) if any(figure.number for figure in figures) else "",
        "map": basin_map(actor, "tension", shown.job, here=shown.basin_id) if actor.in_region else None,
        "files": files_of(actor, shown),
        "sheets": sheets_of(shown) if actor.in_region else [],
        "additions": proposals.additions(actor, shown, gathering.needs) if mine and alive else [],
        "pilots": mine and alive,
        "can_open": mine and "collective.open_operation" in opened and gathering.needs,
        "can_close": mine and "collective.close" in opened,
        "can_unmake": mine and shown.state == "open",
    }
    return render(request, "needs/collective.html", context)


@require_POST
def add(request: ActorRequest, collective_id: int, need_id: int) -> HttpResponse:
    """A need that waits joins the group."""
    return _done(
        request,
        collective_id,
        lambda: grouping.group_needs(request.actor, collective_id, [need_id]),
        _("Le besoin est dans le groupe."),
    )


@require_POST
def ungroup(request: ActorRequest, need_id: int) -> HttpResponse:
    """A need leaves its group."""
    shown = load(Need, request.actor, need_id)
    if shown.collective_id is None:
        messages.warning(request, _("Ce besoin n'est dans aucun groupe."))
        return redirect("needs:need", need_id=need_id)
    return _done(
        request,
        shown.collective_id,
        lambda: grouping.ungroup_need(request.actor, shown.pk),
        _("Le besoin est sorti du groupe : il attend de nouveau dans la liste."),
    )


def _done(request: ActorRequest, collective_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("needs:collective", collective_id=collective_id)


@require_http_methods(["GET", "POST"])
def split(request: ActorRequest, collective_id: int) -> HttpResponse:
    """Some needs of the group make another one."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    inside = queries.listed(request.actor).filter(collective=shown, state="grouped")
    choices = [(need.pk, f"{need.employer}\n{need.wanted}, {need.posts} × {contract_words(need)}") for need in inside]
    form = SplitForm(
        request.POST if request.method == "POST" else None, choices=choices, initial={"version": shown.version}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        other = attempt(
            form,
            lambda: grouping.split_collective(
                request.actor, shown.pk, values["need"], title=values["title"], version=values["version"]
            ),
        )
        if other is not None:
            messages.success(request, _("Le groupe est scindé : voici le nouveau."))
            return redirect("needs:collective", collective_id=other.pk)
    context = {
        "form": form,
        "title": _("Scinder : %(title)s") % {"title": shown.title},
        "action_label": _("Scinder le groupe"),
        "back_url": f"/besoins/collectifs/{shown.pk}/",
        "back_label": shown.title,
    }
    return render(request, "needs/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def open_operation(request: ActorRequest, collective_id: int) -> HttpResponse:
    """One click: the operation with its employers, their contacts, the profiles of the public and the diagnosis."""
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
    return _ending(
        request,
        shown,
        grouping.close_collective,
        title=_("Classer sans suite : %(title)s") % {"title": shown.title},
        consequence=_("Chaque employeur du groupe reçoit votre motif, et son besoin est répondu."),
        label=_("Classer et répondre"),
        said=_("Chaque employeur reçoit la réponse."),
    )


@require_http_methods(["GET", "POST"])
def dissolve(request: ActorRequest, collective_id: int) -> HttpResponse:
    """The grouping was not a good one: every need waits again."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    count = shown.needs.count()
    return _ending(
        request,
        shown,
        grouping.dissolve_collective,
        title=_("Défaire le regroupement : %(title)s") % {"title": shown.title},
        consequence=ngettext(
            "Le besoin du groupe revient dans la liste ; son employeur ne reçoit rien et attend toujours sa réponse.",
            "Les %(n)d besoins du groupe reviennent dans la liste ; leurs employeurs ne reçoivent rien et attendent "
            "toujours leur réponse.",
            count,
        )
        % {"n": count},
        label=_("Défaire le regroupement"),
        said=_("Le regroupement est défait : ses besoins sont de nouveau dans la liste."),
    )


def _ending(
    request: ActorRequest,
    shown: CollectiveNeed,
    act: Callable[..., CollectiveNeed],
    *,
    title: str,
    consequence: str,
    label: str,
    said: str,
) -> HttpResponse:
    form: Form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: act(request.actor, shown.pk, reason=values["reason"], version=values["version"]))
        if done is not None:
            messages.success(request, said)
            return redirect("needs:list")
    context = {
        "title": title,
        "consequences": [consequence],
        "form": form,
        "action_label": label,
        "back_url": f"/besoins/collectifs/{shown.pk}/",
        "back_label": shown.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
