"""Pages of what people declare: the conditions of an operation, the word of one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation
from defi.steps.sourcing import declarations
from defi.steps.sourcing.declarations import Said
from defi.steps.sourcing.declared_models import Declared, EntryCondition
from defi.steps.sourcing.doors import must_be_able
from defi.steps.sourcing.models import Candidacy

YES, NO = "yes", "no"


class ConditionForm(forms.Form):
    """A condition more."""

    wording = forms.CharField(
        label=gettext_lazy("Condition d'entrée"),
        max_length=120,
        help_text=gettext_lazy("Ce que demande le métier : « permis B », « travail le samedi ». Rien sur la santé."),
    )


class DeclareForm(forms.Form):
    """The word of one person: each condition, then the publics."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, operation: Operation, before: Declared | None) -> None:
        super().__init__(data, initial={"version": before.version if before else None})
        self.conditions = declarations.conditions_of(operation)
        for condition in self.conditions:
            known = {**dict.fromkeys(before.met, YES), **dict.fromkeys(before.unmet, NO)} if before else {}
            self.fields[f"condition_{condition.pk}"] = forms.ChoiceField(
                label=condition.wording,
                required=False,
                initial=known.get(condition.pk, ""),
                choices=[("", _("pas encore dit")), (YES, _("oui")), (NO, _("pas encore"))],
            )
        self.fields["publics"] = forms.MultipleChoiceField(
            label=_("La personne déclare"),
            required=False,
            initial=before.publics if before else [],
            widget=forms.CheckboxSelectMultiple,
            choices=[(public.key, public.label) for public in declarations.publics_of(operation)],
        )

    def said(self) -> Said:
        """What was declared."""
        values = self.cleaned_data
        answers = {condition.pk: values[f"condition_{condition.pk}"] for condition in self.conditions}
        return Said(
            [pk for pk, answer in answers.items() if answer == YES],
            [pk for pk, answer in answers.items() if answer == NO],
            values["publics"],
        )


@require_http_methods(["GET", "POST"])
def conditions(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What the provider asks of who enters."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "condition.add", operation)
    form = ConditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wording = form.cleaned_data["wording"]
        if attempt(form, lambda: declarations.add_condition(request.actor, operation.pk, wording)):
            messages.success(request, _("La condition est ajoutée."))
            return redirect("sourcing:conditions", operation_id=operation.pk)
    context = {"operation": operation, "form": form, "conditions": declarations.conditions_of(operation)}
    return render(request, "sourcing/conditions.html", context, status=422 if form.is_bound else 200)


@require_POST
def drop_condition(request: ActorRequest, condition_id: int) -> HttpResponse:
    """One condition less."""
    condition = load(EntryCondition, request.actor, condition_id)
    declarations.drop_condition(request.actor, condition.pk)
    messages.success(request, _("La condition est retirée."))
    return redirect("sourcing:conditions", operation_id=condition.operation_id)


@require_http_methods(["GET", "POST"])
def declare(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """What one person declares, on their word."""
    candidacy = load(Candidacy, request.actor, candidacy_id, "person", "operation")
    must_be_able(request.actor, "candidacy.declare", candidacy.operation)
    before = Declared.objects.visible_to(request.actor).filter(candidacy=candidacy).first()
    sent = request.POST if request.method == "POST" else None
    form = DeclareForm(sent, operation=candidacy.operation, before=before)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: declarations.declare(request.actor, candidacy.pk, form.said(), version=version)):
            messages.success(request, _("C'est noté, sur la parole de la personne."))
            return redirect("sourcing:person", candidacy_id=candidacy.pk)
    context = {
        "title": _("Ce que la personne déclare"),
        "lead": _(
            "Sur sa parole, sans papier à fournir. Lu par l'organisme de formation et par qui l'oriente ; la Région "
            "n'en lit que des nombres, les employeurs rien."
        ),
        "form": form,
        "back_url": reverse("sourcing:person", args=[candidacy.pk]),
        "back_label": str(candidacy.person),
        "action_label": _("Enregistrer"),
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)
