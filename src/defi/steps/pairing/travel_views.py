"""Where a person says their way to the firms they met: behind the link that asks whether they come."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import Invalid, Refused
from defi.steps.pairing import actions
from defi.steps.pairing.forms import TravelForm
from defi.steps.pairing.models import Encounter
from defi.steps.pairing.rules import is_gone
from defi.steps.sourcing.links import Part
from defi.steps.sourcing.models import Candidacy

PAGE = "trajet"


def entry(candidacy: Candidacy) -> str:
    """What the page of the link proposes; nothing to who met no firm that still promises."""
    return _("Dire votre trajet jusqu'au travail") if _met(candidacy) else ""


def page(request: ActorRequest, candidacy: Candidacy) -> HttpResponse:
    """Each firm met, where the work is, how long and by what the person would come. Opening it changes nothing."""
    met = _met(candidacy)
    form = TravelForm(request.POST if request.method == "POST" else None, met=met)
    if form.is_bound and form.is_valid():
        for one, travel, version in form.told():
            try:
                actions.say_travel(request.actor, one.pk, travel, version=version)
            except Invalid as refusal:
                for name, sentence in refusal.fields.items():
                    form.add_error(f"{name}_{one.pk}", sentence)
            except Refused as refusal:
                form.add_error(f"travel_minutes_{one.pk}", refusal.sentence)
        if not form.errors:
            return redirect(f"{request.path}?note=1")
    with scope(TASK):
        operation = candidacy.operation
        context = {
            "candidacy": candidacy,
            "operation": operation,
            "provider": operation.provider,
            "form": form,
            "met": met,
            "noted": "note" in request.GET and not form.is_bound,
            "back_url": request.path.removesuffix(PAGE),
        }
    return render(request, "pairing/travel.html", context, status=422 if form.errors else 200)


def _met(candidacy: Candidacy) -> list[Encounter]:
    """The firms met by somebody still there, as long as they promise and nobody said no."""
    if is_gone(candidacy.state) or candidacy.state == "completed":
        return []
    with scope(TASK):
        rows = Encounter.objects.filter(candidacy=candidacy).exclude(promise__state="withdrawn")
        rows = rows.exclude(employer_answer=Encounter.Answer.NO).exclude(person_answer=Encounter.Answer.NO)
        return list(rows.select_related("promise__employer", "promise__work_at").order_by("pk"))


PART = Part(entry, page)
