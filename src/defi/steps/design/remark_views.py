"""Pages on which the parties say something of the plan, answer and close."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.steps.design import remarks
from defi.steps.design.common_views import form_page, press, whole
from defi.steps.design.forms import AnswerForm, RemarkForm
from defi.steps.design.models import Module, PlanCompetence, Remark, TrainingPlan


@require_http_methods(["GET", "POST"])
def remark(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Say something of a module (`?module=`), of a competence (`?competence=`), or of the whole plan."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    module_id = whole(request.GET.get("module", "")) or None
    competence_id = whole(request.GET.get("competence", "")) or None
    about = _("le plan")
    if module_id:
        about = load(Module, request.actor, module_id).title
    elif competence_id:
        about = load(PlanCompetence, request.actor, competence_id).label
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: remarks.make_remark(
                request.actor,
                shown.pk,
                form.cleaned_data["text"],
                module_id=module_id,
                competence_id=competence_id,
            ),
        )
        if made is not None:
            messages.success(request, with_hour(_("La remarque est envoyée.")))
            return redirect("design:plan", operation_id=shown.operation_id)
    title = _("Une remarque sur : %(about)s") % {"about": about}
    return form_page(request, shown.operation, form, title, _("Envoyer la remarque"))


@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, remark_id: int) -> HttpResponse:
    """Answer a remark."""
    shown = load(Remark, request.actor, remark_id, "plan__operation", "organisation")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: remarks.answer_remark(request.actor, shown.pk, text)) is not None:
            messages.success(request, with_hour(_("La réponse est envoyée.")))
            return redirect("design:plan", operation_id=shown.operation_id)
    title = _("Répondre à %(who)s") % {"who": shown.organisation}
    return form_page(request, shown.plan.operation, form, title, _("Répondre"), remark=shown)


@require_POST
def close(request: ActorRequest, remark_id: int) -> HttpResponse:
    """Close a remark: nothing more is awaited of it."""
    shown = load(Remark, request.actor, remark_id)
    return press(
        request,
        shown.operation_id,
        lambda: remarks.close_remark(request.actor, shown.pk),
        _("La remarque est close."),
    )


def say_by_link(request: ActorRequest, plan_id: int) -> str:
    """What an employer says from its link: a remark, an answer, or that its remark is settled. The sentence to show."""
    sent = request.POST
    if "remark" in sent:
        kind, _sign, key = sent.get("about", "").partition(":")
        module = whole(key) if kind == "module" else None
        competence = whole(key) if kind == "competence" else None
        remarks.make_remark(request.actor, plan_id, sent.get("text", ""), module_id=module, competence_id=competence)
        return _("Votre remarque est envoyée à l'organisme de formation.")
    if "answer" in sent:
        remarks.answer_remark(request.actor, whole(sent["answer"]), sent.get("text", ""))
        return _("Votre réponse est envoyée.")
    remarks.close_remark(request.actor, whole(sent.get("close", "")))
    return _("La remarque est close.")
