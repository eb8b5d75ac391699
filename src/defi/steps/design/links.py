"""What the links of this room open: the page on which an employer reads the plan and approves it."""

from __future__ import annotations

from django.http import HttpResponse

from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest
from defi.steps.design.calendar.pages import followed
from defi.steps.design.turn_views import answer_by_link
from defi.steps.design.turns import resend_link


def approve_page(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The plan, and the buttons that approve it or give it back."""
    return answer_by_link(request, link.object_id)


def renew(link: Link) -> None:
    """A new link for the employer whose link died."""
    resend_link(link.object_id, link.organisation_id)


VIEWS = {"plan.approve": approve_page, "calendar.follow": followed}
RENEWALS = {"plan.approve": renew}
