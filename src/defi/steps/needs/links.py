"""What the links of this room open: the page on which an employer confirms its need."""

from __future__ import annotations

from django.http import HttpResponse

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest
from defi.steps.needs.actions import resend_link
from defi.steps.needs.views import confirm


def confirm_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The need, and the button that confirms it."""
    return confirm(request, link.object_id)


def renew(link: Link) -> None:
    """A new link to the address of the dead one."""
    resend_link(link.object_id)


VIEWS = {"need.confirm": confirm_page}
RENEWALS = {"need.confirm": renew}
