"""The pages of the need of the public: asked by an officer, told by a prescriber from a link or its account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from defi.kernel.access import Who
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.access import pilots
from defi.operations.models import Operation
from defi.steps.needs import profiles, publics, queries
from defi.steps.needs.basins import basin_map
from defi.steps.needs.group_forms import AbsenceForm, AskForm, CountsForm, ProfileForm
from defi.steps.needs.models import CollectiveNeed, PublicProfile
from defi.steps.needs.pictures import bars_words
from defi.steps.needs.reading import all_figures, files_of

Place = CollectiveNeed | Operation


def _address(place: Place) -> str:
    """Where the need of the public is read."""
    if isinstance(place, Operation):
        return reverse("needs:profile", args=[place.pk]) + "#public"
    return reverse("needs:collective", args=[place.pk]) + "#public"


def _where(place: Place) -> dict[str, int]:
    return {"operation_id": place.pk} if isinstance(place, Operation) else {"collective_id": place.pk}


@require_http_methods(["GET", "POST"])
def ask_collective(request: ActorRequest, collective_id: int) -> HttpResponse:
    """Ask prescribers, before the operation is opened."""
    return _ask(request, load(CollectiveNeed, request.actor, collective_id))


@require_http_methods(["GET", "POST"])
def ask_operation(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Ask prescribers, once it is."""
    return _ask(request, load(Operation, request.actor, operation_id))


def _ask(request: ActorRequest, place: Place) -> HttpResponse:
    told = PublicProfile.objects.visible_to(request.actor).filter(state="given")
    told = told.filter(operation=place) if isinstance(place, Operation) else told.filter(collective=place)
    choices = publics.to_ask(told.values_list("organisation_id", flat=True), place.basin)
    form = AskForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["organisations"])
        asked = attempt(form, lambda: profiles.ask_profiles(request.actor, chosen, **_where(place)))
        if asked is not None:
            said = ngettext("La demande est partie.", "Les %(n)d demandes sont parties.", len(asked))
            messages.success(request, with_hour(said % {"n": len(asked)}))
            return redirect(_address(place))
    title, label = _("Demander le besoin du public"), _("Envoyer la demande")
    return _form_page(request, form, title, label, place)


@require_http_methods(["GET", "POST"])
def collective_profile(request: ActorRequest, collective_id: int) -> HttpResponse:
    """The need of the public, typed by the officer for a prescriber before the operation is opened."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    form = ProfileForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and _record(request, form, shown):
        return redirect(_address(shown))
    return _form_page(request, form, _("Besoin du public"), _("Noter le profil"), shown)


def _record(request: ActorRequest, form: ProfileForm, place: Place) -> bool:
    values = form.cleaned_data
    done = attempt(
        form,
        lambda: profiles.record_profile(
            request.actor, values["organisation"], form.counts(), adaptations=values["adaptations"], **_where(place)
        ),
    )
    if done is not None:
        messages.success(request, _("Le besoin du public est noté."))
    return done is not None


def _form_page(request: ActorRequest, form: Any, title: str, label: str, place: Place) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "action_label": label,
        "back_url": _address(place),
        "back_label": place.title,
    }
    return render(request, "needs/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def tell(request: ActorRequest, profile_id: int) -> HttpResponse:
    """The answer of a prescriber, or why there is none: two forms on one page, for a phone and without an account."""
    profile = load(PublicProfile, request.actor, profile_id)
    declines = "decline" in request.POST
    data = request.POST or None
    # Small counts of another are not put back in a form that would show them.
    seen = CountsForm.of(profile) if publics.sees_exact(request.actor, profile) or _is_bearer(request) else {}
    counts = CountsForm(None if declines else data, initial=seen | {"version": profile.version})
    absence = AbsenceForm(data if declines else None, initial={"version": profile.version}, prefix="absence")
    done: PublicProfile | None = None
    if declines and absence.is_valid():
        given = absence.cleaned_data
        done = attempt(
            absence,
            lambda: profiles.decline_profile(
                request.actor, profile.pk, reason=given["reason"], version=given["version"]
            ),
        )
    elif data and counts.is_valid():
        typed = counts.cleaned_data
        done = attempt(
            counts,
            lambda: profiles.tell_profile(
                request.actor,
                profile.pk,
                counts.counts(),
                adaptations=typed["adaptations"],
                version=typed["version"],
            ),
        )
    place = profile.operation or profile.collective
    if done is not None and not _is_bearer(request):
        messages.success(request, _("Merci, la réponse est notée."))
        return redirect("todo" if request.actor.in_prescriber else _address(place))  # type: ignore[arg-type]
    context = {
        "profile": done or profile,
        "place": place,
        "counts": counts,
        "absence": absence,
        "done": done is not None,
        "is_bearer": _is_bearer(request),
        "can_decline": profile.state == "asked",
    }
    status = 422 if data and done is None else 200
    return render(request, "needs/tell.html", context, status=status)


def _is_bearer(request: ActorRequest) -> bool:
    return request.actor.who is Who.LINK


@require_http_methods(["GET", "POST"])
def profile(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What the operation was opened for: needs of employers, need of the public, diagnosis."""
    operation = load(Operation, request.actor, operation_id)
    running = operation.state == "running"
    asks = running and pilots(request.actor, operation)
    form = ProfileForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and _record(request, form, operation):
        return redirect("needs:profile", operation_id=operation.pk)
    gathering = queries.of_operation(request.actor, operation)
    # What was set against the need follows it: whoever may read the group reads its figures and files here.
    collective = CollectiveNeed.objects.visible_to(request.actor).filter(operation=operation).first()
    figures = all_figures(request.actor, collective) if collective else []
    maps = collective is not None and request.actor.in_region
    context = {
        "operation": operation,
        "gathering": gathering,
        "collective": collective,
        "figures": figures,
        "bars_words": bars_words(figures) if any(figure.number for figure in figures) else "",
        "map": basin_map(request.actor, "tension", operation.job, here=operation.basin_id) if maps else None,
        "files": files_of(request.actor, collective) if collective else [],
        "hides_needs": queries.hides_needs(request.actor, gathering),
        "form": form if asks or (running and request.actor.in_prescriber) else None,
        "asks": asks,
        "sees_public": not request.actor.in_employer,
        "is_region": request.actor.in_region,
    }
    return render(request, "needs/profile.html", context, status=422 if form.is_bound else 200)
