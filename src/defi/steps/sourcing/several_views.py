"""Where several people that somebody ticked take one step together: from the list, or after a meeting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Refused
from defi.operations.models import Operation
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import Several
from defi.steps.sourcing.forms import SeveralForm
from defi.steps.sourcing.models import Candidacy, SourcingLine
from defi.steps.sourcing.states import CANDIDACY

KEPT = "cochees"
TICKED = re.compile(r"([0-9]{1,12})-([0-9]{1,9})")


def kept(request: ActorRequest) -> set[int]:
    """Who was ticked and could not take the step: they stay ticked on the page shown again."""
    return {int(pk) for pk in re.findall(r"[0-9]{1,12}", request.GET.get(KEPT, ""))}


@require_POST
def several(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The step chosen, for the people ticked; then back to where they were ticked."""
    operation = load(Operation, request.actor, operation_id)
    ticked = {int(pk): int(version) for pk, version in TICKED.findall(" ".join(request.POST.getlist("who")))}
    form = SeveralForm(request.POST)
    left: Iterable[int] = ticked
    if form.is_valid():
        try:
            told = actions.step_several(request.actor, request.POST.get("verb", ""), ticked, on=form.cleaned_data["on"])
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            messages.warning(request, refusal.sentence)
        else:
            left = told.refused
            _say(request, told)
    else:
        messages.warning(request, _("Cette date n'est pas lisible : écrivez-la comme 03/11/2025."))
    return redirect(_back(request, operation, left))


def _say(request: ActorRequest, told: Several) -> None:
    if told.done:
        said = ngettext("%(n)d personne notée : %(state)s.", "%(n)d personnes notées : %(state)s.", len(told.done))
        state = CANDIDACY.states[told.done[0].state]
        messages.success(request, said % {"n": len(told.done), "state": state})
    if told.refused:
        rows = Candidacy.objects.visible_to(request.actor).filter(pk__in=told.refused).select_related("person")
        names = {row.pk: str(row.person) for row in rows}
        for sentence in dict.fromkeys(told.refused.values()):
            who = [names[pk] for pk, why in told.refused.items() if why == sentence and pk in names]
            messages.warning(request, _("%(names)s : %(why)s") % {"names": ", ".join(who), "why": sentence})


def _back(request: ActorRequest, operation: Operation, left: Iterable[int]) -> str:
    event = request.POST.get("event", "")
    ticks = ",".join(str(pk) for pk in left)
    if event.isdigit() and SourcingLine.objects.visible_to(request.actor).filter(pk=event).exists():
        url = reverse("sourcing:event", args=[event])
        return f"{url}?{urlencode({KEPT: ticks})}#suite" if ticks else url
    filters = QueryDict(request.POST.get("filters", ""), mutable=True)
    filters.pop(KEPT, None)
    if ticks:
        filters[KEPT] = ticks
    query = filters.urlencode()
    url = reverse("sourcing:group", args=[operation.pk])
    return f"{url}?{query}" if query else url
