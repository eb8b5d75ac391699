"""The employer's pages: saying a need in two short pages, confirming it, seeing what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.pages import ActorRequest, attempt, load, put_refusal
from defi.kernel.refusals import Refused, Unknown
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind
from defi.people.queries import region as the_region
from defi.schemes.rulebook import current
from defi.steps.needs import actions, queries
from defi.steps.needs.access import in_territory
from defi.steps.needs.forms import (
    ClassifyForm,
    ConfirmForm,
    DetailsForm,
    LookingForForm,
    ReasonForm,
)
from defi.steps.needs.models import Need
from defi.steps.needs.rules import answer_due
from defi.steps.needs.states import NEED

SENT = "need_sent"


@require_http_methods(["GET", "POST"])
def submit(request: ActorRequest) -> HttpResponse:
    """The phone form, in two pages: who and how many, then where and how to answer. No account is asked.

    Both pages post here; the second carries the answers of the first: nothing hangs on a session or a script."""
    actor = request.actor
    if not NEED.open_to(actor, ""):
        raise Unknown(_("Cette page n'est pas pour vous."))
    first = LookingForForm(
        request.POST or None, knows_employer=actor.in_employer, for_somebody=actor.who is not Who.PUBLIC
    )
    if request.method == "GET":
        return _first_page(request, first, 200)
    if not first.is_valid():
        return _first_page(request, first, 422)
    at_second = request.POST.get("page") == "2"
    second = _second_form(actor, request.POST if at_second else None, first.cleaned_data)
    if not at_second:
        return _second_page(request, first, second, 200)
    if second.is_valid():
        answer = _send(request, first, second)
        if answer is not None:
            return answer
    if first.errors:
        return _first_page(request, first, 422)
    return _second_page(request, first, second, 422)


def _second_form(actor: Actor, data: Any, first: dict[str, Any]) -> DetailsForm:
    employer = actor.in_employer
    known = (
        bool(first.get("siret"))
        and Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, siret=first["siret"]).exists()
    )
    return DetailsForm(
        data,
        job=first["job"],
        must_reach=actor.who is Who.PUBLIC,
        must_name=actor.who is not Who.PUBLIC and not employer and not known,
        knows_employer=employer,
    )


def _first_page(request: ActorRequest, form: LookingForForm, status: int) -> HttpResponse:
    context = {"form": form, "base": _base(request.actor), "for_somebody": _for_somebody(request.actor)}
    return render(request, "needs/looking_for.html", context, status=status)


def _second_page(request: ActorRequest, first: LookingForForm, form: DetailsForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "first": first,
        "carried": [(name, request.POST.get(name, "")) for name in first.fields],
        "base": _base(request.actor),
        "for_somebody": _for_somebody(request.actor),
        "essential": [form[name] for name in form.essential if name in form.fields and not form[name].is_hidden],
        "names": [form[name] for name in form.names if name in form.fields],
        "more": [form[name] for name in (*form.more, *form.last) if name in form.fields],
        "more_open": any(name in form.errors for name in (*form.more, *form.last)),
    }
    return render(request, "needs/details.html", context, status=status)


def _send(request: ActorRequest, first: LookingForForm, second: DetailsForm) -> HttpResponse | None:
    """Submit the need; a refusal is shown on the page that holds its field, the first one at fault."""
    actor, values = request.actor, first.cleaned_data
    try:
        need = actions.submit_need(
            actor,
            _employer(actor, first, second),
            second.facts(values),
            contact=second.contact(),
            submission_key=values["submission_key"],
        )
    except actions.AlreadySent as again:
        messages.info(request, again.sentence)
        need = again.need
    except Refused as refusal:
        put_refusal(first if set(refusal.fields) & set(first.fields) else second, refusal)
        return None
    if actor.who is Who.PUBLIC:
        request.session[SENT] = need.pk
        return redirect("needs:thanks")
    messages.success(request, _("La fiche d'intérêt est enregistrée."))
    return redirect("needs:need", need_id=need.pk)


def _employer(actor: Actor, first: LookingForForm, second: DetailsForm) -> Organisation | OrganisationFacts:
    if actor.in_employer:
        return Organisation.objects.get(pk=actor.organisation_id or 0)
    name = second.cleaned_data["employer_name"]
    return OrganisationFacts(
        kind=OrganisationKind.EMPLOYER,
        name=name,
        siret=first.cleaned_data["siret"],
        region=the_region(),
    )


def _base(actor: Actor) -> str:
    return "slim.html" if actor.who in {Who.PUBLIC, Who.LINK} else "base.html"


def _for_somebody(actor: Actor) -> bool:
    return actor.who is not Who.PUBLIC and not actor.in_employer


@require_safe
def jobs(request: ActorRequest) -> HttpResponse:
    """The jobs that the typed words may mean, as one types."""
    form = LookingForForm()
    form.offer_jobs(request.GET.get("wording", ""), request.GET.get("job", ""))
    return render(request, "needs/_jobs.html", {"form": form})


@require_safe
def thanks(request: ActorRequest) -> HttpResponse:
    """What happens next, and by when."""
    with scope(TASK):
        need = queries.listed(TASK).filter(pk=request.session.get(SENT, 0)).first()
    if need is None:
        return redirect("needs:submit")
    context = {"need": need, "due_on": answer_due(need.received_on, current().need_answer_days)}
    return render(request, "needs/thanks.html", context)


@require_http_methods(["GET", "POST"])
def confirm(request: ActorRequest, need_id: int) -> HttpResponse:
    """The page the employer's link opens, and the officer's after a phone call: only its button confirms."""
    need = load(Need, request.actor, need_id)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        asks_employer=actions.lacks_name(need.employer),
        asks_contact=need.contact_id is None,
    )
    done = need.state != "to_confirm"
    if request.method == "POST" and form.is_valid():
        confirmed = attempt(form, lambda: actions.confirm_need(request.actor, need.pk, **form.cleaned_data))
        if confirmed is not None:
            need, done = confirmed, True
            if request.actor.who is Who.OFFICER:
                messages.success(request, _("La fiche est confirmée."))
                return redirect("needs:need", need_id=need.pk)
    context = {
        "need": need,
        "form": form,
        "done": done,
        "base": _base(request.actor),
        "due_on": answer_due(need.received_on, current().need_answer_days),
    }
    return render(request, "needs/confirm.html", context, status=422 if form.is_bound and not done else 200)


@require_safe
def need(request: ActorRequest, need_id: int) -> HttpResponse:
    """One need, for the officer, for the employer and for whoever typed it."""
    shown = load(Need, request.actor, need_id)
    pilots = in_territory(request.actor, shown.basin_id)
    mine = request.actor.in_employer and shown.employer_id == request.actor.organisation_id
    opened = {t.name for t in NEED.open_to(request.actor, shown.state)}
    context = {
        "need": shown,
        "line": queries.lines([shown])[0],
        "competences": shown.competences.all(),
        "pilots": pilots,
        "can_confirm": pilots and "need.confirm" in opened,
        "can_answer": pilots and "need.answer" in opened,
        "can_withdraw": (pilots or mine) and "need.withdraw" in opened,
        "can_classify": pilots and shown.state in queries.TO_TREAT,
        "can_group": pilots and "need.group" in opened,
        "can_review": pilots and shown.state not in {"answered", "withdrawn"} and shown.competences.exists(),
        "document": queries.sheet_of(shown),
        "see_group": request.actor.in_region and shown.collective_id is not None,
    }
    return render(request, "needs/need.html", context)


@require_POST
def print_sheet(request: ActorRequest, need_id: int) -> HttpResponse:
    """Make the fiche d'intérêt, then show it."""
    document = actions.print_need(request.actor, need_id)
    return redirect("document", code=document.code)


@require_http_methods(["GET", "POST"])
def classify(request: ActorRequest, need_id: int) -> HttpResponse:
    """The officer finds the job that the words mean; GET searches, POST chooses."""
    shown = load(Need, request.actor, need_id)
    wording = request.GET.get("wording") or shown.wording
    form = ClassifyForm(request.POST or None, wording=wording, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.classify_need(request.actor, shown.pk, values["job"], version=values["version"]),
        )
        if done is not None:
            messages.success(request, _("Le métier est choisi."))
            return redirect("needs:need", need_id=shown.pk)
    context = {"need": shown, "form": form}
    return render(request, "needs/classify.html", context, status=422 if form.is_bound else 200)


@require_POST
def review(request: ActorRequest, need_id: int) -> HttpResponse:
    """Which of the competences asked the post really needs."""
    chosen = [int(pk) for pk in request.POST.getlist("competence") if pk.isdigit()]
    actions.review_competences(request.actor, need_id, chosen)
    messages.success(request, _("C'est noté : le plan partira des compétences vraiment nécessaires."))
    return redirect("needs:need", need_id=need_id)


@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, need_id: int) -> HttpResponse:
    """The Region's words to the employer."""
    shown = load(Need, request.actor, need_id)
    return _with_reason(
        request,
        shown,
        actions.answer_need,
        {
            "title": _("Répondre à %(employer)s") % {"employer": shown.employer},
            "consequences": [_("Votre texte part tel quel à l'entreprise, et le besoin est répondu.")],
            "action_label": _("Envoyer la réponse"),
            "label": _("Votre réponse"),
            "said": _("La réponse est envoyée."),
        },
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, need_id: int) -> HttpResponse:
    """The employer no longer looks for anybody."""
    shown = load(Need, request.actor, need_id)
    return _with_reason(
        request,
        shown,
        actions.withdraw_need,
        {
            "title": _("Retirer le besoin de %(employer)s") % {"employer": shown.employer},
            "consequences": [_("Le besoin sort de son groupe ; le référent de la Région est prévenu.")],
            "action_label": _("Retirer le besoin"),
            "label": _("Motif"),
            "said": _("Le besoin est retiré."),
        },
    )


def _with_reason(request: ActorRequest, shown: Need, act: Any, words: dict[str, Any]) -> HttpResponse:
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    form.fields["reason"].label = words["label"]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: act(request.actor, shown.pk, reason=values["reason"], version=values["version"]))
        if done is not None:
            messages.success(request, words["said"])
            return redirect("needs:need", need_id=shown.pk)
    context = {**words, "form": form, "back_url": f"/besoins/{shown.pk}/", "back_label": shown.wanted}
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
