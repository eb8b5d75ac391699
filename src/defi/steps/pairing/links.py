"""What a signatory does from a link: read the promise, sign it, without an account. Opening it changes nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.refusals import Unknown
from defi.steps.pairing import answer_views, promising, travel_views
from defi.steps.pairing.forms import SignForm
from defi.steps.pairing.models import Promise
from defi.steps.pairing.queries import book_of, step_warning
from defi.steps.sourcing.links import PARTS


def sign(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The promise as it stands, what it commits to, and one button to sign what was read."""
    rows = Promise.objects.visible_to(request.actor).filter(pk=link.object_id)
    shown = rows.select_related("employer", "work_at", "operation__provider", "tutor").first()
    if shown is None or page:
        raise Unknown(_("Ce lien ne mène plus à une promesse de votre entreprise."))
    form = SignForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: promising.sign_promise(request.actor, shown.pk, version=version)) is not None:
            return redirect(request.path)
        # What is shown below is the promise as it is now: signing again signs that.
        form.show(shown.version)
    context = {
        "promise": shown,
        "operation": shown.operation,
        "provider": shown.operation.provider,
        "posts": shown.posts.filter(withdrawn_on=None).count(),
        "form": form,
        "text": book_of(shown.operation).promise_text,
        "out_of_step": step_warning(shown),
    }
    return render(request, "pairing/promise_link.html", context, status=422 if form.errors else 200)


def send_again(link: Link) -> None:
    """A new link for the holder of a dead one."""
    promising.send_again(link.object_id)


PARTS[travel_views.PAGE] = travel_views.PART
VIEWS = {"promise.sign": sign, "encounter.record": answer_views.by_link}
RENEWALS = {"promise.sign": send_again, "encounter.record": answer_views.renew}
