"""What an employer does from a link of the follow-up: say, person by person, who works there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.followup import confirming
from defi.steps.followup.forms import ConfirmForm
from defi.steps.pairing.models import Promise
from defi.steps.review.form_pages import see, typed


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
