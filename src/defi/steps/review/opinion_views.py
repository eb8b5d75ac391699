"""The questionnaire before the bilan: sent, answered by a link on a phone, from an account, or noted over the phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.access import LEAD, Who
from defi.kernel.documents.french import long_date
from defi.kernel.models import Link
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation
from defi.schemes.questionnaires import Question
from defi.schemes.rulebook import rulebook
from defi.steps.review import opinions
from defi.steps.review.form_pages import FormPage, press, see, typed
from defi.steps.review.form_pages import answer as answer_form
from defi.steps.review.opinion_models import Questionnaire, Voice
from defi.steps.review.opinion_rules import LONGEST


class OpinionForm(forms.Form):
    """The questions of the rulebook for one voice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: tuple[Question, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key] = (
                forms.ChoiceField(
                    label=question.label,
                    choices=[(choice, choice) for choice in question.answers],
                    widget=forms.RadioSelect,
                    error_messages={"required": _("Choisissez une réponse.")},
                )
                if question.answers
                else forms.CharField(
                    label=question.label,
                    required=False,
                    max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )
            )


@require_POST
def ask(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send the questionnaires to who has not answered."""
    operation = load(Operation, request.actor, operation_id)
    return press(
        request,
        lambda: opinions.ask_opinions(request.actor, operation.pk),
        _said_asked,
        reverse("review:review", args=[operation.pk]),
    )


def _said_asked(asked: opinions.AskedOpinions) -> str:
    told = ngettext("%(n)d questionnaire est envoyé.", "%(n)d questionnaires sont envoyés.", asked.sent)
    said = with_hour(told % {"n": asked.sent})
    if asked.without_address:
        said += " " + _(
            "Aucune adresse n'est connue pour %(names)s : un stagiaire répond depuis son espace, une organisation "
            "s'appelle."
        ) % {"names": ", ".join(asked.without_address)}
    return said


def by_link(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """Two minutes on a phone, without an account."""
    return _on_a_phone(request, load(Questionnaire, request.actor, link.object_id))


def _on_a_phone(request: ActorRequest, row: Questionnaire, home: str = "") -> HttpResponse:
    """The questions, then thanks; `home` is where somebody with a space of their own goes back to."""
    operation = Operation._base_manager.get(pk=row.operation_id)
    form = _form(request, operation, row)
    before, trainee = row.answered_on, row.voice == Voice.TRAINEE
    once_more = before is not None and trainee
    answered = once_more
    if form.is_bound and not once_more and form.is_valid():
        answered = attempt(form, lambda: opinions.answer(request.actor, row.pk, form.cleaned_data)) is not None
    context = {
        "form": form,
        "operation": operation,
        "answered": answered,
        # Said at the opening; to who was typing while it closed, the refusal comes with what was typed.
        "closed": "" if answered or form.is_bound else opinions.closed_because(row),
        "too_much": once_more and form.is_bound,
        "replaced": before if answered and form.is_bound and not trainee else None,
        "again": before,
        "trainee": trainee,
        "who": opinions.name_of(row),
        "home": home,
    }
    return render(request, "review/opinion.html", context, status=422 if form.is_bound and not answered else 200)


@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, questionnaire_id: int) -> HttpResponse:
    """The same from an account; who leads notes what an organisation says over the phone."""
    row = load(Questionnaire, request.actor, questionnaire_id)
    if request.actor.who is Who.TRAINEE:
        return _on_a_phone(request, row, reverse("training:my_space"))
    operation = Operation._base_manager.get(pk=row.operation_id)
    opinions.must_be_theirs(request.actor, row, operation)
    inside = request.actor.who in LEAD
    back_url = reverse("review:review", args=[operation.pk]) if inside else reverse("todo")
    if request.method == "GET" and (closed := opinions.closed_because(row)):
        messages.warning(request, closed)
        return see(back_url)
    form = _form(request, operation, row)
    told = (
        _("Une réponse du %(on)s existe : celle-ci la remplace.") % {"on": long_date(row.answered_on)}
        if row.answered_on
        else _("Deux minutes suffisent.")
    )
    page = FormPage(
        verb=opinions.ANSWER,
        title=_("Questionnaire du bilan"),
        lead=f"{operation.title}. {opinions.name_of(row)}. {told}",
        action_label=_("Enregistrer la réponse"),
        back_url=back_url,
        back_label=_("Bilan") if inside else _("À faire"),
        done=_("La réponse est enregistrée."),
    )
    return answer_form(
        request,
        page,
        form,
        lambda: opinions.answer(request.actor, row.pk, form.cleaned_data, form.cleaned_data["version"]),
    )


def _form(request: ActorRequest, operation: Operation, row: Questionnaire) -> OpinionForm:
    rules = rulebook(operation.scheme, operation.rulebook_version).review
    return OpinionForm(typed(request), questions=rules.forms[row.voice], initial={"version": row.version})
