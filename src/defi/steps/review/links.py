"""What an employer does from a link: note the contracts it signed, in one minute, without an account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.pairing.models import Promise
from defi.steps.review import actions, opinion_views, opinions, queries
from defi.steps.review.form_pages import see, typed
from defi.steps.review.forms import ContractForm
from defi.steps.review.openness import may_record_contract


def contracts(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The people promised a job by this firm; `page` is the person whose contract is noted."""
    promise = Promise.objects.visible_to(request.actor).filter(pk=link.object_id).first()
    if promise is None:
        raise Unknown(_("Ce lien ne mène plus à une promesse de votre entreprise."))
    operation = Operation.objects.visible_to(request.actor).get(pk=promise.operation_id)
    lines = queries.trainee_lines(request.actor, operation)
    context = {"operation": operation, "lines": lines, "employer": promise.employer}
    if not page:
        return render(request, "review/contracts.html", context)
    chosen = next((line for line in lines if page.strip("/") == str(line.candidacy_id)), None)
    if chosen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    may_record_contract(request, operation)
    home = request.path.removesuffix(page)
    employers = queries.contract_employers(request.actor, operation)
    form = ContractForm(
        typed(request), employers=employers, own=True, initial={"contract": chosen.promised_contract or "cdi"}
    )
    if form.is_bound and form.is_valid():
        facts = form.facts()
        if attempt(form, lambda: actions.record_contract(request.actor, chosen.candidacy_id, facts)):
            return see(home)
    context |= {"form": form, "line": chosen, "home": home}
    return render(request, "review/contract_by_link.html", context, status=422 if form.is_bound else 200)


def ask_again(link: Link) -> None:
    """A new link, to the firm."""
    actions.ask_contracts_again(link.object_id)


def ask_opinion_again(link: Link) -> None:
    """A new link to the same questionnaire."""
    opinions.ask_again(link.object_id)


VIEWS = {"review.record_contract": contracts, opinions.ANSWER: opinion_views.by_link}
RENEWALS = {"review.record_contract": ask_again, opinions.ANSWER: ask_opinion_again}
