"""What an employer does from a link of the follow-up, or from its account: say, person by person, who works there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.followup import confirming
from defi.steps.followup.asked import CONFIRM
from defi.steps.followup.forms import ConfirmForm
from defi.steps.followup.models import Statement
from defi.steps.pairing.models import Promise
from defi.steps.review.form_pages import FormPage, answer, see, typed


def by_link(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The people promised a job by this firm who are out; `page` is the one it speaks of."""
    promise = Promise.objects.visible_to(request.actor).filter(pk=link.object_id).first()
    if promise is None:
        raise Unknown(_("Ce lien ne mène plus à une promesse de votre entreprise."))
    operation = Operation._base_manager.get(pk=promise.operation_id)
    lines = confirming.people_of(request.actor, operation.pk)
    context = {"operation": operation, "employer": promise.employer, "lines": lines}
    if not page:
        return render(request, "followup/confirm.html", context)
    chosen = next((line for line in lines if page.strip("/") == str(line[0].pk)), None)
    if chosen is None:
        raise Unknown(str(confirming.ELSEWHERE))
    person, moment, _said = chosen
    home = request.path.removesuffix(page)
    form = ConfirmForm(typed(request))
    if form.is_bound and form.is_valid():
        said = form.said()
        if attempt(form, lambda: confirming.confirm(request.actor, person.pk, moment=moment.key, said=said)):
            return see(home)
    context |= {"form": form, "name": person.person.short_name, "moment": moment, "home": home}
    return render(request, "followup/confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def confirm_list(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The same from an account: the people promised to one's firm who are out, and what it said of each."""
    operation = load(Operation, request.actor, operation_id)
    _must_be_of_a_firm(request.actor)
    context = {"operation": operation, "lines": confirming.people_of(request.actor, operation.pk)}
    return render(request, "followup/confirm_list.html", context)


@require_http_methods(["GET", "POST"])
def confirm_one(request: ActorRequest, candidacy_id: int, moment: str) -> HttpResponse:
    """One person, at the moment open today."""
    _must_be_of_a_firm(request.actor)
    operation_id = confirming.operation_of_own(request.actor, candidacy_id)
    found = {line[0].pk: line for line in confirming.people_of(request.actor, operation_id)}.get(candidacy_id)
    if found is None:
        raise Unknown(str(confirming.ELSEWHERE))
    person, opened, told = found
    page = FormPage(
        verb=CONFIRM,
        title=_("%(name)s, %(moment)s") % {"name": person.person.short_name, "moment": opened.label},
        lead=_("Une réponse du %(on)s existe : celle-ci la remplace.") % {"on": long_date(told.said_on)}
        if told
        else person.operation.title,
        action_label=_("Enregistrer"),
        back_url=reverse("followup:confirm", args=[operation_id]),
        back_label=_("Confirmer les situations"),
        done=_("Merci, votre réponse est enregistrée."),
    )
    initial = _as_said(told) | {"version": told.version if told else 0}
    form = ConfirmForm(typed(request), initial=initial)
    return answer(
        request,
        page,
        form,
        lambda: confirming.confirm(
            request.actor, person.pk, moment=moment, said=form.said(), seen=form.cleaned_data["version"] or 0
        ),
    )


def _as_said(told: Statement | None) -> dict[str, object]:
    """What the firm said already, to be changed; whether it lasts is asked again, since it is not kept."""
    if told is None:
        return {}
    return {"status": told.status, "contract": told.contract, "weekly_hours": told.weekly_hours}


def _must_be_of_a_firm(actor: Actor) -> None:
    """Raises `Unknown` to the others: who works in a firm, the firm says."""
    if not actor.in_employer:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
