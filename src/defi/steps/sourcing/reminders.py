"""What is looked at again when the mails of the recruiting leave: whoever gave up since is left alone."""

from __future__ import annotations

from defi.kernel.mail.reviewing import still
from defi.kernel.models import Link, Mail
from defi.steps.sourcing.models import Booking, Candidacy


@still("sourcing/mail/event_reminder")
def is_still_booked(mail: Mail) -> bool:
    """The person still holds a place at a meeting that is still to be held."""
    link = _link(mail)
    if link is None:
        return True
    return Booking.objects.filter(pk=link.object_id, state="booked", event__cancelled_on=None).exists()


@still("sourcing/mail/asked_again_person")
def still_holds_a_seat(mail: Mail) -> bool:
    """The person has not given their seat back meanwhile, and nobody has turned the page since."""
    link = _link(mail)
    if link is None:
        return True
    return Candidacy.objects.filter(pk=link.object_id, state="confirmed").exists()


def _link(mail: Mail) -> Link | None:
    return Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
