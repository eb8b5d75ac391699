"""The page on which a candidacy or a training ends, with its reason: what follows, and who is told, is said before."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.people.models import Organisation
from defi.steps.sourcing import actions, mails
from defi.steps.sourcing.doors import must_be_able
from defi.steps.sourcing.forms import CompleteForm, EndForm, StepForm
from defi.steps.sourcing.leaving import said_of_leaving
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import DECLINING, LEAVING, WITHDRAWING
from defi.steps.sourcing.states import CANDIDACY

Step = Callable[..., Candidacy]
ENDINGS: dict[str, tuple[Step, tuple[str, ...]]] = {
    "decline": (actions.decline_candidate, DECLINING),
    "withdraw": (actions.withdraw_candidate, WITHDRAWING),
    "leave": (actions.leave_training, LEAVING),
    "complete": (actions.complete_training, ()),
}


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, candidacy_id: int, verb: str) -> HttpResponse:
    """A candidacy or a training ends, with its reason: what follows is said before."""
    candidacy = load(
        Candidacy, request.actor, candidacy_id, "person", "session", "prescriber", "oriented_by", "operation__provider"
    )
    if verb not in ENDINGS:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    act, codes = ENDINGS[verb]
    must_be_able(request.actor, f"candidacy.{verb}", candidacy.operation)
    initial = {"version": candidacy.version}
    form: StepForm = CompleteForm(request.POST or None, initial=initial)
    if codes:
        form = EndForm(request.POST or None, codes=codes, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: act(request.actor, candidacy.pk, **values))
        if done is not None:
            state = CANDIDACY.states[done.state]
            messages.success(request, _("%(name)s : %(state)s.") % {"name": candidacy.person, "state": state})
            return redirect("sourcing:group", operation_id=candidacy.operation_id)
    label = next(t.label for t in CANDIDACY.transitions if t.name == f"candidacy.{verb}")
    context = {
        "title": f"{label} : {candidacy.person}",
        "consequences": _consequences(request.actor, candidacy, verb),
        "form": form,
        "action_label": label,
        "back_url": reverse("sourcing:person", args=[candidacy.pk]),
        "back_label": str(candidacy.person),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _consequences(actor: Actor, candidacy: Candidacy, verb: str) -> list[str]:
    told = [] if verb == "complete" else _who_is_told(actor, candidacy)
    if verb == "decline":
        told.append(_person_told(candidacy))
    if verb == "complete":
        last = date_format(candidacy.session.ends_on, "j F Y")
        told.append(_("La formation est suivie jusqu'à son terme : la session finit le %(day)s.") % {"day": last})
        told.append(_("Le suivi à 3 et 6 mois se compte à partir de cette date."))
        return told
    if candidacy.state in {"confirmed", "entered"}:
        told.append(
            _("Sa place redevient libre ; si elle était appairée, l'appairage prend fin et l'employeur l'apprend.")
        )
    if verb == "leave":
        told.extend(said_of_leaving(candidacy))
        told.append(_("Le constat du démarrage ne change pas : les pertes se voient dans l'histoire de l'opération."))
    return told


def _who_is_told(actor: Actor, candidacy: Candidacy) -> list[str]:
    """The house on the other side: told by mail, or to be called when nobody there has an address."""
    house: Organisation | None = candidacy.operation.provider if actor.in_prescriber else candidacy.prescriber
    if house is None:
        return []
    if mails.ended_to(actor, candidacy):
        return [_("%(house)s est prévenu par courriel, avec le motif.") % {"house": house}]
    if house.phone:
        return [_("%(house)s n'a pas d'adresse : appelez le %(phone)s.") % {"house": house, "phone": house.phone}]
    return [_("%(house)s n'a pas d'adresse : prévenez-le vous-même.") % {"house": house}]


def _person_told(candidacy: Candidacy) -> str:
    who = candidacy.person
    if who.email:
        return _("%(name)s est prévenue par courriel.") % {"name": who}
    if who.phone:
        return _("%(name)s n'a pas d'adresse : appelez-la au %(phone)s.") % {"name": who, "phone": who.phone}
    return _("%(name)s n'a ni adresse ni téléphone : prévenez-la de vive voix ou par courrier.") % {"name": who}
