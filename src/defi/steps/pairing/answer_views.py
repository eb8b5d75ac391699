"""Where an employer answers about the people it met: from its account, or from a link without account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import NotAllowed, Refused, Unknown
from defi.operations.models import Operation, Partner
from defi.steps.pairing import actions
from defi.steps.pairing.awaiting import own_encounters
from defi.steps.pairing.forms import AnswersForm


@require_http_methods(["GET", "POST"])
def answers(request: ActorRequest, operation_id: int) -> HttpResponse:
    """All whom this employer met, one answer each."""
    operation = load(Operation, request.actor, operation_id, "provider")
    if not request.actor.in_employer:
        raise NotAllowed(_("Cette page est celle des employeurs : la vôtre est le tableau d'appairage."))
    return _page(request, operation, from_link=False)


def by_link(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The same for the bearer of a link; opening it changes nothing."""
    rows = Partner.objects.visible_to(request.actor).filter(
        pk=link.object_id, organisation_id=link.organisation_id or 0, left_on=None
    )
    partner = rows.select_related("operation__provider").first()
    if partner is None or page:
        raise Unknown(_("Ce lien ne mène plus à une opération de votre entreprise."))
    return _page(request, partner.operation, from_link=True)


def renew(link: Link) -> None:
    """A new link for the holder of a dead one."""
    actions.resend_answers(link.object_id)


def _page(request: ActorRequest, operation: Operation, *, from_link: bool) -> HttpResponse:
    met = own_encounters(request.actor, operation.pk)
    form = AnswersForm(request.POST if request.method == "POST" else None, met=met)
    if form.is_bound and form.is_valid():
        for one, answer, version in form.answers():
            try:
                actions.answer_encounter(request.actor, one.pk, answer=answer, version=version)
            except Refused as refusal:
                form.add_error(f"answer_{one.pk}", refusal.sentence)
        if not form.errors:
            messages.success(request, _("Vos réponses sont enregistrées. Merci."))
            return redirect(request.path)
    context = {
        "operation": operation,
        "provider": operation.provider,
        "form": form,
        "met": met,
        "waiting": sum(one.employer_answer == "awaited" for one in met),
        "from_link": from_link,
    }
    return render(request, "pairing/answers.html", context, status=422 if form.errors else 200)
