"""Pages on which the plan changes hands: passed on, approved, given back, taken back; what an employer's link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import LEAD, Actor
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused, Unknown
from defi.steps.design import mandates, queries, turns
from defi.steps.design.changes.queries import past
from defi.steps.design.common_views import form_page, organisation, press, whole
from defi.steps.design.editions import Comparison, compare, listed, since_last_answer
from defi.steps.design.forms import PassForm, ReasonForm
from defi.steps.design.handing import may_give_back, may_pass, may_reopen
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import Party
from defi.steps.design.print_views import asked_by_link, calendar_by_link
from defi.steps.design.printing import brings
from defi.steps.design.remark_views import say_by_link


@require_http_methods(["GET", "POST"])
def pass_on(request: ActorRequest, plan_id: int) -> HttpResponse:
    """To whom the plan goes, with a word: one party, or all those whose approval is missing."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    if request.method != "POST":
        may_pass(request.actor, shown)
    sheet = queries.sheet(request.actor, shown.operation)
    others = _others(request.actor, sheet)
    is_complete = shown.state == "draft" and not sheet.faults
    to_all = ""
    if is_complete and request.actor.who in LEAD:
        names = ", ".join(party.organisation.name for party in others)
        to_all = (
            _("Tous ceux dont l'accord manque : %(names)s") % {"names": names} if names else _("Constater l'accord")
        )
    form = PassForm(request.POST or None, initial={"version": shown.version}, parties=others, to_all=to_all)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: _pass(request.actor, shown, form, is_complete=is_complete))
        if done is not None:
            messages.success(request, _passed(shown, form))
            return redirect("design:plan", operation_id=shown.operation_id)
    return form_page(
        request, shown.operation, form, _("Passer le plan"), _("Passer le plan"), passing=sheet, is_complete=is_complete
    )


def _others(actor: Actor, sheet: queries.Sheet) -> list[Party]:
    """Those to whom the plan may go: not its provider, to whom it is given back; not whoever has it, or approved it."""
    alone = len(sheet.holders) == 1
    return [
        party
        for party in sheet.parties
        if party.quality != "provider"
        and party.approval is None
        and not (party.holds and alone)
        and party.organisation.pk != actor.organisation_id
    ]


def _passed(plan: TrainingPlan, form: PassForm) -> str:
    to = form.cleaned_data["to"]
    if to == PassForm.ALL:
        return with_hour(_("Le plan est soumis. Ceux dont l'accord manque sont prévenus."))
    return with_hour(_("Le plan est passé à %(name)s.") % {"name": organisation(to)})


def _pass(actor: Actor, plan: TrainingPlan, form: PassForm, *, is_complete: bool) -> object:
    to, text, version = form.cleaned_data["to"], form.cleaned_data["text"], form.cleaned_data["version"]
    if to == PassForm.ALL:
        return turns.submit_plan(actor, plan.pk, text=text, version=version)
    party = organisation(to)
    if party is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if is_complete and actor.who in LEAD:
        turns.ask_one(actor, plan.pk, party, text=text, version=version)
        return party
    return turns.pass_on(actor, plan.pk, party, text=text, version=version)


@require_POST
def submit(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Ask everybody's approval at once."""
    shown = load(TrainingPlan, request.actor, plan_id)
    return press(
        request,
        shown.operation_id,
        lambda: turns.submit_plan(request.actor, shown.pk),
        with_hour(_("Le plan est soumis. Les employeurs et la Région sont prévenus.")),
    )


@require_POST
def approve(request: ActorRequest, plan_id: int) -> HttpResponse:
    """One click to approve the edition read, for oneself or for an employer that lets the provider answer."""
    shown = load(TrainingPlan, request.actor, plan_id)
    party = organisation(request.POST.get("organisation", ""))
    edition = whole(request.POST.get("edition", "")) or None
    return press(
        request,
        shown.operation_id,
        lambda: turns.approve_plan(request.actor, shown.pk, organisation=party, edition=edition),
        _("L'approbation est enregistrée."),
    )


@require_http_methods(["GET", "POST"])
def give_back(request: ActorRequest, plan_id: int) -> HttpResponse:
    """An employer or the Region sends the plan back, with what must change."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    if request.method != "POST":
        may_give_back(request.actor, shown)
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: turns.give_back(request.actor, shown.pk, reason=values["reason"], version=values["version"]),
        )
        if done is not None:
            said = _("Le plan est rendu à %(name)s, avec ce que vous demandez.")
            messages.success(request, with_hour(said % {"name": shown.operation.provider}))
            return redirect("design:plan", operation_id=shown.operation_id)
    return form_page(request, shown.operation, form, _("Rendre le plan à l'organisme"), _("Rendre le plan"))


@require_http_methods(["GET", "POST"])
def reopen(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The provider takes the plan back: the page says before what becomes of the approvals."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    if request.method != "POST":
        may_reopen(request.actor, shown)
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: turns.reopen_plan(request.actor, shown.pk, reason=values["reason"], version=values["version"]),
        )
        if done is not None:
            messages.success(
                request, with_hour(_("Le plan est de nouveau chez vous : ceux qui le lisaient sont prévenus."))
            )
            return redirect("design:plan", operation_id=shown.operation_id)
    context = {
        "title": _("Reprendre le plan"),
        "consequences": [
            _("Le plan revient chez vous ; ceux qui le lisaient ou l'ont approuvé reçoivent votre motif."),
            _("Un accord déjà donné reste valable, sauf si vous changez ce qui concerne son auteur."),
        ],
        "form": form,
        "action_label": _("Reprendre le plan"),
        "back_url": reverse("design:plan", args=[shown.operation_id]),
        "back_label": _("Plan de formation"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def editions(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Two editions side by side, in words; by default the last one and the one before."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    kept = listed(shown)
    numbers = [edition.number for edition in kept]
    earlier = whole(request.GET.get("de", "")) or (numbers[1] if len(numbers) > 1 else (numbers or [0])[0])
    later = whole(request.GET.get("a", "")) or None
    reader = request.actor.organisation_id if request.actor.in_employer else None
    found = compare(shown, earlier, later, reader) if kept else None
    if kept and found is None:
        raise Unknown(_("Cette édition du plan n'existe pas."))
    context = {"operation": shown.operation, "plan": shown, "editions": kept, "comparison": found}
    context["requests"] = past(request.actor, shown)
    return render(request, "design/editions.html", context)


@require_http_methods(["GET", "POST"])
def answer_by_link(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The page an employer's link opens: what it asked for and where it is taught; approve, give back, say something.

    The edition read travels with the button: a newer one is never approved unread."""
    shown = queries.sheet(request.actor, load(TrainingPlan, request.actor, plan_id).operation, with_calendar=True)
    sentence, done = "", ""
    if request.method == "POST" and "print" in request.POST:
        return asked_by_link(request, plan_id)
    if request.method == "POST" and "print_calendar" in request.POST:
        return calendar_by_link(request.actor, shown.calendar, whole(request.POST["print_calendar"]))
    if request.method == "POST":
        try:
            done = _answer(request, plan_id)
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            sentence = refusal.sentence
        shown = queries.sheet(request.actor, shown.operation, with_calendar=True)
    own = next((p for p in shown.parties if p.organisation.pk == request.actor.organisation_id), None)
    context = {
        "sheet": shown,
        "own": own,
        "sentence": sentence,
        "done": done,
        "typed": request.POST if sentence else {},
        "changed": _since_their_own(shown, own),
        "own_modules": shown.modules_of(own.organisation.pk) if own else [],
        "aimed": queries.aimed_blocks(shown.plan),
        "brought": brings(shown, own.organisation.pk) if own else [],
    }
    return render(request, "design/approve.html", context, status=409 if sentence else 200)


def _since_their_own(shown: queries.Sheet, own: Party | None) -> Comparison | None:
    """What changed since this party's last answer, when another is awaited or a change cancelled its approval."""
    if shown.plan is None or own is None or own.approval or not (own.fallen or own.holds):
        return None
    return since_last_answer(shown.plan, own.organisation, own.quality)


def _answer(request: ActorRequest, plan_id: int) -> str:
    sent = request.POST
    if "give_back" in sent:
        turns.give_back(request.actor, plan_id, reason=sent.get("reason", ""))
        return _("Le plan est rendu, avec ce que vous demandez. Vous serez prévenu quand il reviendra.")
    if "stop_answering" in sent:
        mandates.stop_answering(request.actor, whole(sent["stop_answering"]))
        return _("C'est noté : vous donnez vos accords vous-même.")
    if any(name in sent for name in ("remark", "answer", "close")):
        return say_by_link(request, plan_id)
    turns.approve_plan(request.actor, plan_id, edition=whole(sent.get("edition", "")))
    return _("Votre accord est enregistré.")
