"""What the links of this room open: an employer confirms its need, a prescriber tells the need of the public."""

from __future__ import annotations

from django.http import HttpResponse

from defi.kernel.access import TASK
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest
from defi.steps.needs import profiles
from defi.steps.needs.actions import resend_link
from defi.steps.needs.public_views import tell
from defi.steps.needs.submit_views import resume
from defi.steps.needs.views import complete, confirm, withdraw

MORE, WITHDRAWAL = "precisions/", "retirer/"


def confirm_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The need and the button that confirms it; then what may be added to it, and the way to take it back."""
    if page == MORE:
        return complete(request, link.object_id, request.path.removesuffix(MORE))
    if page == WITHDRAWAL:
        return withdraw(request, link.object_id, request.path.removesuffix(WITHDRAWAL))
    return confirm(request, link.object_id, link.address)


def draft_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The draft, and the button that takes it up."""
    return resume(request, link)


def renew(link: Link) -> None:
    """A new link to the address of the dead one."""
    resend_link(TASK, link.object_id)


def tell_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """Who could enter, in counts, or why one cannot tell."""
    return tell(request, link.object_id)


def renew_tell(link: Link) -> None:
    """A new link to the prescriber of a dead one."""
    profiles.resend_link(link.object_id)


VIEWS = {
    "need.confirm": confirm_page,
    "need.resume_draft": draft_page,
    "public_profile.record": tell_page,
}
RENEWALS = {"need.confirm": renew, "public_profile.record": renew_tell}
