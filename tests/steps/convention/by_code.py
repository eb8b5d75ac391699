"""Signing by a click as somebody does: the code is read in the mailbox, then typed."""

from __future__ import annotations

from datetime import date, datetime

from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Mail
from defi.people.models import Person
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.models import Signatory

FIRM = "direction@tilleuls.example"


def bearer_of(address: str, purpose: str) -> Actor:
    """Who clicks on the link of the last mail of this kind sent to this address."""
    mail = Mail.objects.filter(address=address, purpose=f"convention/mail/{purpose}").latest("pk")
    return links.bearer(links.find(mail.body.split("/lien/")[1].split("/")[0]))


def code_sent_to(address: str) -> str:
    """The code of the last mail."""
    mail = Mail.objects.filter(address=address, purpose="convention/mail/signing_code").latest("pk")
    return next(line for line in mail.body.splitlines() if line.isdigit())


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def signs(hand: Actor, signatory: Signatory, fingerprint: str, address: str = "") -> Signatory:
    """Ask the code, read it, type it: from a link in the firm's mailbox, signed in in one's own."""
    address = address or (FIRM if hand.link else mailbox_of(hand))
    actions.send_code(hand, signatory.pk, fingerprint=fingerprint)
    return actions.sign_with_code(hand, signatory.pk, fingerprint=fingerprint, code=code_sent_to(address))


def delegates(hand: Actor, signatory: Signatory, signer: Signer, address: str = FIRM) -> Signatory:
    """Give one's signature away: ask the code, read it, type it."""
    actions.send_delegation_code(hand, signatory.pk, signer)
    return actions.delegate_with_code(hand, signatory.pk, signer, code=code_sent_to(address))


def mailbox_of(hand: Actor) -> str:
    """The address of somebody signed in; one is made for who has none."""
    with scope(TASK):
        person = Person.objects.get(pk=hand.person_id)
        if not person.email:
            person.email = f"compte{person.pk}@example.org"
            person.save()
        return person.email


def at(hour: int, minute: int = 0) -> datetime:
    """An instant of the day of the tests, at Paris."""
    return datetime.combine(date(2025, 10, 6), datetime.min.time(), tzinfo=clock.PARIS).replace(
        hour=hour, minute=minute
    )
