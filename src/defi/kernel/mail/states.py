"""A mail in words: where it stands, why it was dropped, what is tried next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.mail import hours
from defi.kernel.mail.purposes import Urgency, purpose, table
from defi.kernel.models import Mail, MailServer

DIGEST = "digest"


class Dropped(StrEnum):
    """Why a mail did not leave."""

    PERSON = "person"
    DONE = "done"
    OUTDATED = "outdated"
    CHOICE = "choice"
    EMPTY = "empty"


DROPPED_WORDS = {
    Dropped.PERSON: gettext_lazy("écarté par une personne"),
    Dropped.DONE: gettext_lazy("c'était déjà fait quand il devait partir"),
    Dropped.OUTDATED: gettext_lazy("dépassé quand il a pu partir"),
    Dropped.CHOICE: gettext_lazy("cette personne ne reçoit que l'urgent et ses retards"),
    Dropped.EMPTY: gettext_lazy("il n'avait plus rien à dire"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`pill`: ok, due, late or plain; `words`: what became of it; `when`: the instant, which `then` announces while the
    mail waits, and explains once its fate is known."""

    pill: str
    words: str
    then: str = ""
    when: datetime | None = None
    waits: bool = False


def label(mail: Mail) -> str:
    """What a mail is for, in words."""
    return _("Les nouvelles du jour") if mail.purpose == DIGEST else purpose(mail.purpose).label


def standing(mail: Mail, now: datetime, server: MailServer | None = None) -> Standing:
    """Where a mail stands."""
    if mail.dropped_at:
        why = DROPPED_WORDS.get(Dropped(mail.dropped_why), "") if mail.dropped_why else ""
        return Standing("plain", _("Non envoyé"), str(why), mail.dropped_at)
    if mail.failed_at:
        words = _("Revenu") if mail.sent_at else _("Refusé")
        return Standing("late", words, _("Il ne sera pas renvoyé sans vous."), mail.failed_at)
    if mail.sent_at:
        how = _("dans les nouvelles du jour") if mail.digest_id else ""
        return Standing("ok", _("Envoyé"), how, mail.sent_at)
    if server and server.down_since:
        # What the server is asked again at night, it is asked for codes only: this mail waits for the hours as well.
        when = next_try(mail, max(now, server.next_try_at or now))
        return Standing("late", _("En attente"), _("Le serveur ne répond pas. Nouvel essai :"), when, waits=True)
    when = next_try(mail, now)
    if mail.error:
        return Standing("late", _("Pas encore reçu"), _("Nouvel essai :"), when, waits=True)
    return Standing("due", _("En attente"), _("Départ :"), when, waits=True)


def next_try(mail: Mail, now: datetime) -> datetime:
    """When a mail that waits may leave."""
    soonest = max(mail.due_at, mail.next_try_at or mail.due_at)
    if mail.urgency == Urgency.CODE:
        return max(soonest, now)
    known = table().hours
    if mail.urgency == Urgency.NOW or soonest <= hours.last_digest(now, known):
        return hours.next_open(max(soonest, now), known)
    return hours.next_digest(soonest, known)
