"""Presence and opinion of the tutor, with an account or (`links`) from a link; papers and corrections."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.pages import ActorRequest, attempt, load
from defi.steps.training import actions, queries
from defi.steps.training.company import HALVES, Half, half_words, halves_begun_since
from defi.steps.training.corrections import corrections_of
from defi.steps.training.models import CompanyPresence, Placement, TutorEvaluation
from defi.steps.training.placement_forms import (
    CorrectPresenceForm,
    EvaluationForm,
    PaperPresenceForm,
    PresenceForm,
)
from defi.steps.training.views.common import form_page, must, press, see, typed

AROUND = ("operation__provider", "candidacy__person", "employer")


def presence_answer(
    request: ActorRequest, placement: Placement, *, frame_page: str, back_url: str, evaluate_url: str, done_url: str
) -> HttpResponse:
    """The page on which a tutor signs: one answer a day, then what is signed already."""
    kept = queries.presences_of(request.actor, placement)
    form = PresenceForm(typed(request), days=kept.to_sign)
    if request.method == "POST" and form.is_valid():
        signed = attempt(form, lambda: actions.sign_presence(request.actor, placement.pk, form.states()))
        if signed is not None:
            said = ngettext("%(n)d demi-journée est signée.", "%(n)d demi-journées sont signées.", len(signed))
            messages.success(request, said % {"n": len(signed)})
            if late := halves_begun_since(kept.to_sign, form.states()):
                messages.warning(request, _begun_since(late))
            return see(done_url)
    given = TutorEvaluation.objects.visible_to(request.actor).filter(placement=placement).first()
    context = {
        "frame_page": frame_page,
        "back_url": back_url,
        "row": queries.placement_page(request.actor, placement),
        "operation": placement.operation,
        "kept": kept,
        "form": form,
        "evaluation": given,
        "evaluate_url": "" if given or placement.state not in {"done", "debriefed"} else evaluate_url,
    }
    return render(request, "training/company_presence.html", context, status=422 if form.is_bound else 200)


def _begun_since(halves: list[Half]) -> str:
    words = ", ".join(half_words(half) for half in halves)
    return _("Votre page ne demandait pas encore la présence %(halves)s : elle reste à signer ci-dessous.") % {
        "halves": words
    }


def evaluate_answer(
    request: ActorRequest, placement: Placement, *, frame_page: str, back_url: str, done_url: str
) -> HttpResponse:
    """The tutor's opinion in two minutes; once given, what was said."""
    given = TutorEvaluation.objects.visible_to(request.actor).filter(placement=placement).first()
    form = EvaluationForm(typed(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.evaluate_placement(request.actor, placement.pk, form.facts()))
        if done is not None:
            messages.success(request, _("Merci, votre avis est noté."))
            return see(done_url)
    context = {
        "frame_page": frame_page,
        "back_url": back_url,
        "row": queries.placement_page(request.actor, placement),
        "operation": placement.operation,
        "form": form,
        "evaluation": given,
    }
    return render(request, "training/company_evaluation.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def presence_in_company(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The tutor who has an account signs presence."""
    found = load(Placement, request.actor, placement_id, *AROUND)
    must(request.actor, "placement.attend", found.operation)
    here = reverse("training:presence_in_company", args=[found.pk])
    return presence_answer(
        request,
        found,
        frame_page="base.html",
        back_url=reverse("training:placement", args=[found.pk]),
        evaluate_url=reverse("training:evaluate", args=[found.pk]),
        done_url=here,
    )


@require_http_methods(["GET", "POST"])
def evaluate(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The opinion of a tutor who has an account, or told to the provider by telephone."""
    found = load(Placement, request.actor, placement_id, *AROUND)
    must(request.actor, "placement.evaluate", found.operation)
    back = reverse("training:placement", args=[found.pk])
    return evaluate_answer(request, found, frame_page="base.html", back_url=back, done_url=back)


@require_POST
def read_evaluation(request: ActorRequest, placement_id: int) -> HttpResponse:
    """« J'ai lu »."""
    found = load(Placement, request.actor, placement_id)
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.read_evaluation(request.actor, found.pk),
        _("C'est noté : vous avez lu l'avis de votre tuteur."),
    )


@require_http_methods(["GET", "POST"])
def paper_presence(request: ActorRequest, placement_id: int) -> HttpResponse:
    """What the tutor signed on paper, read by the provider, with its scan."""
    found = load(Placement, request.actor, placement_id, *AROUND)
    must(request.actor, "placement.record_presence", found.operation)
    back = reverse("training:placement", args=[found.pk])
    form = PaperPresenceForm(
        typed(request), request.FILES or None, days=queries.presences_of(request.actor, found).to_sign
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        paper = (file.name, file.read())
        done = attempt(form, lambda: actions.record_presence(request.actor, found.pk, form.states(), paper))
        if done is not None:
            messages.success(request, _("La présence est notée, le papier est gardé."))
            return see(back)
    title = _("Présence signée sur papier : %(name)s") % {"name": found.candidacy.person}
    return form_page(request, found.operation, form, title, _("Noter"), back=back)


@require_http_methods(["GET", "POST"])
def correct_presence(request: ActorRequest, placement_id: int, day: str, half: str) -> HttpResponse:
    """A half-day signed wrongly."""
    found = load(Placement, request.actor, placement_id, *AROUND)
    must(request.actor, "placement.correct_presence", found.operation)
    on: date | None = parse_date(day)
    if on is None or half not in HALVES:
        raise Http404
    row = CompanyPresence.objects.visible_to(request.actor).filter(placement=found, on=on, half=half).first()
    if row is None:
        raise Http404
    form = CorrectPresenceForm(typed(request), initial={"version": row.version})
    back = reverse("training:placement", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: actions.correct_presence(request.actor, found.pk, (on, half), **values))
        if done is not None:
            messages.success(request, _("La ligne est corrigée ; le motif reste à côté."))
            return see(back)
    title = _("Corriger la présence de %(name)s, %(half)s") % {
        "name": found.candidacy.person,
        "half": half_words((on, half)),
    }
    was = corrections_of([row]).get(row.pk)
    signed = was.signed_words if was else row.get_state_display()
    lead = _("Signé : %(state)s, par %(who)s.") % {"state": signed, "who": row.signed_by}
    if was:
        lead += " " + _("La ligne dit aujourd'hui : %(state)s.") % {"state": row.get_state_display()}
    return form_page(request, found.operation, form, title, _("Corriger"), lead=lead, back=back)


@require_POST
def send_tutor_link(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The tutor's link again."""
    found = load(Placement, request.actor, placement_id)
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.send_tutor_link(request.actor, found.pk),
        _("Le tuteur reçoit un nouveau lien pour signer la présence."),
    )
