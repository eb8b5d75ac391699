"""The mails of the demonstration, whole: what its people would read, before any hour lets it leave."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.mail import states
from defi.kernel.mail.purposes import table
from defi.kernel.models import Mail, MailServer
from defi.kernel.pages import ActorRequest

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A mail, what it is for, where it stands."""

    mail: Mail
    label: str
    standing: states.Standing


@require_safe
def mails(request: ActorRequest) -> HttpResponse:
    """The latest mails to anybody, their links included: here anybody may be anybody; only in a demonstration."""
    if not settings.DEMONSTRATION:
        raise Http404
    now = clock.now()
    with scope(TASK):
        server = MailServer.objects.first()
        latest = list(Mail.objects.order_by("-pk")[:SHOWN])
    lines = [Line(mail, states.label(mail), states.standing(mail, now, server)) for mail in latest]
    context = {"lines": lines, "hours": table().hours, "delivers": bool(settings.SMTP_URL)}
    return render(request, "web/demonstration_mails.html", context)
