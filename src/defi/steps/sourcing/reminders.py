"""What is looked at again when the mails of the recruiting leave: whoever gave up since is left alone."""

from __future__ import annotations

from defi.kernel.mail.reviewing import is_last, still
from defi.kernel.models import Link, Mail
from defi.steps.sourcing.models import Booking, Candidacy, Notice, NoticeFirm


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


@still("sourcing/mail/notice_asked")
def is_an_agreement_awaited(mail: Mail) -> bool:
    """The firm has not answered since, and the text is not taken back: it is then asked again by another mail."""
    link = _link(mail)
    if link is None:
        return True
    return is_last(mail) and _awaits(link.object_id)


def _awaits(firm_id: int) -> bool:
    return NoticeFirm.objects.filter(pk=firm_id, state="waiting", notice__state="asked").exists()


@still("sourcing/mail/notice_declined")
def does_a_firm_decline(mail: Mail) -> bool:
    """A firm of this announcement still does not wish to be named."""
    return NoticeFirm.objects.filter(operation=mail.file_id, state="declined").exists()


@still("sourcing/mail/notice_published")
def is_it_public(mail: Mail) -> bool:
    """The announcement has not been taken back since, and no later mail says where it is."""
    return is_last(mail) and Notice.objects.filter(operation=mail.file_id, state="published").exists()


def _link(mail: Mail) -> Link | None:
    return Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
