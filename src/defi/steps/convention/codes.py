"""A code is sent to who signs, typed back, and signs once: the one mechanism, for whatever has a text to sign.

What is signed is an *owner* (a signatory, a period in company) with a table of codes of its own, made of `CodeFields`.
The figures and their sources are those of `code_rules`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.journal import Action
from defi.kernel.refusals import WrongState
from defi.operations.models import OperationBound
from defi.steps.convention.channels import CodeChannel, Holder, channels_for
from defi.steps.convention.code_rules import DIGITS, LASTS, CodeFacts, asking_fault, cleaned, code_fault, is_living

Owner = TypeVar("Owner", bound=OperationBound)


@dataclass(frozen=True, slots=True)
class Codes(Generic[Owner]):
    """The codes of one kind of owner: their table, the name of its column that holds the owner, the salt of its hashes.

    Its functions run inside an open scope."""

    model: type[Any]
    owner: str
    salt: str

    def send(self, act: Action, owner: Owner, holder: Holder, *, fingerprint: str, channel: str = "") -> Any:
        """Send a code for the text of this fingerprint; former ones are worth nothing from then on.

        Raises `WrongState` when one has just left, too many did, or nothing reaches this person."""
        former = self._of_hand(act.actor, owner)
        recent = former.filter(made_at__gt=act.now - timedelta(hours=1)).values_list("made_at", "fingerprint")
        if fault := asking_fault([(at, text == fingerprint) for at, text in recent], act.now):
            raise WrongState(fault)
        way = _channel(holder, channel)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        made = act.create(
            self.model,
            operation_id=owner.file_id,
            **{self.owner: owner},
            link_id=act.actor.link.link_id if act.actor.link else None,
            person_id=act.actor.person_id,
            channel=way.name,
            secret=self._secret(owner, code),
            fingerprint=fingerprint,
            made_at=act.now,
            expires_at=act.now + LASTS,
        )
        way.send(act, holder, code)
        return made

    def type_in(self, act: Action, owner: Owner, *, fingerprint: str, code: str) -> str:
        """Count a try, or note that the right code was typed; the sentence of what is wrong, or nothing.

        To be called in an action of its own: a wrong code stays counted though the signature is refused."""
        row = self.last(act.actor, owner)
        matches = row is not None and constant_time_compare(row.secret, self._secret(owner, cleaned(code)))
        fault = code_fault(facts_of(row), matches=matches, fingerprint=fingerprint, now=act.now)
        if row is not None and not fault:
            act.change(row, passed_at=act.now)
        elif row is not None and not matches:
            act.change(row, tries=row.tries + 1)
        return fault

    def use(self, act: Action, owner: Owner, fingerprint: str) -> Any:
        """Neither a link nor a session left open signs alone: the code sent for this text was typed, and signs once.

        Raises `WrongState` without it."""
        typed = self._of_hand(act.actor, owner).filter(
            fingerprint=fingerprint, passed_at__isnull=False, used_at=None, expires_at__gt=act.now
        )
        row = typed.last()
        if row is None:
            raise WrongState(_("Tapez d'abord le code envoyé à votre adresse : c'est lui qui signe."))
        return act.change(row, used_at=act.now)

    def last(self, actor: Actor, owner: Owner) -> Any:
        """The last code sent to this hand, or None."""
        return self._of_hand(actor, owner).order_by("-pk").first()

    def awaited(self, actor: Actor, owner: Owner, fingerprint: str) -> Any:
        """The code that left and may still sign this text: the page then asks for it."""
        row = self.last(actor, owner)
        return row if row and is_living(facts_of(row), fingerprint=fingerprint, now=clock.now()) else None

    def _of_hand(self, actor: Actor, owner: Owner) -> Any:
        return self.model.objects.filter(self.model.of_hand(actor), **{self.owner: owner})

    def _secret(self, owner: Owner, code: str) -> str:
        """A code is short: kept under the key of the installation, never as it is."""
        return salted_hmac(f"{self.salt}.{owner.pk}", code, algorithm="sha256").hexdigest()


def facts_of(row: Any) -> CodeFacts | None:
    """What the rules look at."""
    return CodeFacts(row.fingerprint, row.expires_at, row.tries, row.used_at is not None) if row else None


def _channel(holder: Holder, name: str) -> CodeChannel:
    found = channels_for(holder)
    if not found:
        raise WrongState(_("Aucune adresse ne peut recevoir de code : signez à l'encre, ou appelez l'organisme."))
    return next((channel for channel in found if channel.name == name), found[0])
