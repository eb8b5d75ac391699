"""One need: its confirmation, its page, what is added to it and answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.people.registry import another_firm_sentence, doubt_about, lacks_name
from defi.people.sirene import Establishment, names_agree
from defi.schemes.rulebook import current
from defi.steps.needs import actions, completing, queries
from defi.steps.needs.access import answer_read, in_territory
from defi.steps.needs.complete_forms import CompleteForm
from defi.steps.needs.forms import ClassifyForm, ReasonForm
from defi.steps.needs.models import Need
from defi.steps.needs.rules import answer_due
from defi.steps.needs.sheet_forms import ConfirmForm
from defi.steps.needs.states import NEED

SECTIONS = {
    "post": ("contract", "months", "weekly_hours", "wanted_from"),
    "competences": ("core_technical", "technical", "core_behavioural", "behavioural", "transversal"),
    "requirements": ("requirements_asked", "requirements_needed"),
}


def _base(actor: Actor) -> str:
    return "slim.html" if actor.who in {Who.PUBLIC, Who.LINK} else "base.html"


@require_http_methods(["GET", "POST"])
def confirm(request: ActorRequest, need_id: int, mailbox: str = "") -> HttpResponse:
    """The page the employer's link opens, and the officer's after a phone call: only its button confirms.

    `mailbox` is where the link was sent: who reads it may say that the sheet repeats one it sent before."""
    need = load(Need, request.actor, need_id)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        asks_employer=lacks_name(need.employer) if request.actor.who is Who.OFFICER else not need.outside_name,
        asks_contact=need.contact_id is None,
    )
    earlier = queries.earlier_from_mailbox(request.actor, need, mailbox) if need.state == "to_confirm" else []
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _confirmed(request, need, form, earlier))
        if done is not None:
            need = done
            if request.actor.who is Who.OFFICER:
                messages.success(request, _("La fiche est confirmée."))
                return redirect("needs:need", need_id=need.pk)
    done_now = need.state != "to_confirm"
    context = {
        "need": need,
        "form": form,
        "done": done_now,
        "earlier": earlier[0] if earlier else None,
        "can_add": need.state in completing.OPEN and bool(mailbox),
        "base": _base(request.actor),
        "due_on": answer_due(need.received_on, current().need_answer_days),
    }
    return render(request, "needs/confirm.html", context, status=422 if form.is_bound and not done_now else 200)


def _confirmed(request: ActorRequest, need: Need, form: ConfirmForm, earlier: list[Need]) -> Need:
    """Confirmed as a search of its own, or as the one known already."""
    if earlier and "same" in request.POST:
        completing.merge_need(request.actor, need.pk, earlier[0].pk)
        return load(Need, request.actor, need.pk)
    return actions.confirm_need(request.actor, need.pk, **form.cleaned_data)


@require_http_methods(["GET", "POST"])
def complete(request: ActorRequest, need_id: int, back_url: str = "") -> HttpResponse:
    """Everything else one may say of a need, all of it optional."""
    shown = load(Need, request.actor, need_id)
    back = back_url or reverse("needs:need", args=[need_id])
    form = CompleteForm(request.POST if request.method == "POST" else None, need=shown)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: completing.complete_need(
                request.actor,
                shown.pk,
                form.facts(),
                contact_name=values.get("contact_name", ""),
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("C'est noté, merci : la fiche est complétée."))
            return redirect(back)
    context = {
        "need": shown,
        "form": form,
        "base": _base(request.actor),
        "back_url": back,
        **{name: [form[field] for field in fields if field in form.fields] for name, fields in SECTIONS.items()},
    }
    return render(request, "needs/complete.html", context, status=422 if form.is_bound else 200)


@require_POST
def merge(request: ActorRequest, need_id: int) -> HttpResponse:
    """The officer says that this need repeats another."""
    into = request.POST.get("into", "")
    kept = completing.merge_need(request.actor, need_id, int(into) if into.isdigit() else 0)
    messages.success(request, _("C'est la même recherche : ce que la seconde fiche ajoutait est dans la première."))
    return redirect("needs:need", need_id=kept.pk)


@require_POST
def resend(request: ActorRequest, need_id: int) -> HttpResponse:
    """The officer has the message that confirms leave again."""
    actions.resend_link(request.actor, need_id)
    messages.success(request, _("Le message qui permet de confirmer est reparti."))
    return redirect("needs:need", need_id=need_id)


@require_safe
def need(request: ActorRequest, need_id: int) -> HttpResponse:
    """One need, for the officer, for the employer and for whoever typed it."""
    shown = load(Need, request.actor, need_id)
    pilots = in_territory(request.actor, shown.basin_id)
    mine = request.actor.in_employer and shown.employer_id == request.actor.organisation_id
    opened = {t.name for t in NEED.open_to(request.actor, shown.state)}
    context = {
        "need": shown,
        "line": queries.lines(request.actor, [shown])[0],
        "competences": shown.competences.all(),
        "pilots": pilots,
        "answer": answer_read(request.actor, shown),
        "typist": shown.typed_by if request.actor.in_region or _is_theirs(request.actor, shown) else None,
        "can_confirm": pilots and "need.confirm" in opened,
        "can_answer": pilots and "need.answer" in opened,
        "can_withdraw": (pilots or mine) and "need.withdraw" in opened,
        "can_classify": pilots and shown.state in queries.TO_TREAT,
        "can_group": pilots and "need.group" in opened,
        "can_complete": (pilots or _is_theirs(request.actor, shown)) and shown.state in completing.OPEN,
        "can_resend": pilots and shown.state == "to_confirm" and shown.email,
        "can_merge": pilots and "need.merge" in opened,
        "alike": _alike(request.actor, shown),
        "doubt": (_named_otherwise(shown) or doubt_about(shown.employer)) if request.actor.in_region else "",
        "can_review": pilots and shown.state not in {"answered", "withdrawn"} and shown.competences.exists(),
        "document": queries.sheet_of(shown),
        "see_group": request.actor.in_region and shown.collective_id is not None,
    }
    return render(request, "needs/need.html", context)


def _alike(actor: Actor, need: Need) -> list[queries.Line]:
    return queries.lines(actor, queries.alike(actor, need)) if need.state in completing.OPEN else []


def _is_theirs(actor: Actor, need: Need) -> bool:
    return actor.organisation_id in {need.employer_id, need.typed_for_id} and actor.organisation_id is not None


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
    actions.review_competences(request.actor, need_id, chosen, why=request.POST.get("why", ""))
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
            "back_url": reverse("needs:need", args=[need_id]),
            "title": _("Répondre à %(employer)s") % {"employer": shown.employer},
            "consequences": [_("Votre texte part tel quel à l'entreprise, et le besoin est répondu.")],
            "action_label": _("Envoyer la réponse"),
            "label": _("Votre réponse"),
            "said": _("La réponse est envoyée."),
        },
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, need_id: int, back_url: str = "") -> HttpResponse:
    """The employer no longer looks for anybody: it says so from its account, from its link, or to the officer."""
    shown = load(Need, request.actor, need_id)
    return _with_reason(
        request,
        shown,
        actions.withdraw_need,
        {
            "back_url": back_url or reverse("needs:need", args=[need_id]),
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
            return redirect(words["back_url"])
    context = {**words, "form": form, "back_label": shown.wanted}
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _named_otherwise(need: Need) -> str:
    """What whoever calls should know: the sheet names a firm, its SIRET is known here as another."""
    named = need.employer_named
    itself = Establishment(need.employer.siret, need.employer.name)
    if not named or lacks_name(need.employer) or names_agree(named, itself):
        return ""
    return another_firm_sentence(named, need.employer.name)
