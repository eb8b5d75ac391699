"""What the bearer of a link does here: a person says where they stand, in one minute, without an account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.steps.followup import actions, confirm_views, confirming
from defi.steps.followup.asked import CONFIRM
from defi.steps.followup.forms import SituationForm
from defi.steps.followup.models import Situation
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import NOT_REACHED
from defi.steps.review.form_pages import typed
from defi.steps.sourcing.models import Candidacy


def situation(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The moment that is open for this person today, asked once."""
    candidacy = load(Candidacy, request.actor, link.object_id)
    moment = open_moment(candidacy)
    if moment is None:
        raise Unknown(_("Aucune question n'est ouverte pour vous aujourd'hui. Merci."))
    known = Situation.objects.visible_to(request.actor).filter(candidacy=candidacy, moment=moment.key).first()
    once_more = known is not None and known.status != NOT_REACHED
    answered = once_more
    form = SituationForm(typed(request), own=True)
    if request.method == "POST" and not once_more and form.is_valid():
        said = form.said()
        if attempt(form, lambda: actions.record_situation(request.actor, candidacy.pk, moment=moment.key, said=said)):
            answered = True
    context = {
        "form": form,
        "moment": moment,
        "answered": answered,
        "known": known if once_more else None,
        "too_much": once_more and form.is_bound,
        "operation": candidacy.operation,
        "first_name": candidacy.person.first_name,
    }
    status = 422 if form.is_bound and not answered else 200
    return render(request, "followup/mine.html", context, status=status)


def send_again(link: Link) -> None:
    """A dead link is replaced at the address it had."""
    actions.ask_situation(TASK, link.object_id)


def ask_employer_again(link: Link) -> None:
    """A dead link is replaced, at the address of the firm."""
    confirming.ask_again(link.object_id)


VIEWS = {"situation.record": situation, CONFIRM: confirm_views.by_link}
RENEWALS = {"situation.record": send_again, CONFIRM: ask_employer_again}
