"""By what way a code reaches the person who signs: mail, and any other that the configuration names (docs/running.md).

A channel is a class without argument that has `name`, `label`, `reach` and `send`. `DEFI_CODE_CHANNELS` lists them, the
preferred one first; a person is offered those that reach them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise as LazyText
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs from a link, and where they can be reached. `address` is the mailbox the link was sent to;
    `text` what is signed, as it is said (« la convention »); `delegate`: to whom the code gives the signature away,
    instead of signing."""

    address: str
    phone: str = ""
    person_id: int | None = None
    organisation_id: int | None = None
    file_id: int | None = None
    title: str = ""
    organisation: str = ""
    text: str = ""
    delegate: str = ""


@runtime_checkable
class CodeChannel(Protocol):
    """One way to hand a code over. `name` is kept with the signature; `label` is what the person chooses."""

    name: str
    label: str | LazyText

    def reach(self, holder: Holder) -> str:
        """Where the code would go, said so that only its owner knows it (`c…@tilleuls.fr`); empty: it cannot."""
        ...

    def send(self, act: Action, holder: Holder, code: str) -> None:
        """Hand the code over. May raise `Refused` with a sentence for the person: nothing is then kept."""
        ...


class MailChannel:
    """The mailbox the link came to. A link passed on to somebody else does not sign: the code goes to its owner."""

    name = "mail"
    label = gettext_lazy("par courriel")

    def reach(self, holder: Holder) -> str:
        name, _at, house = holder.address.partition("@")
        return f"{name[:1]}…@{house}" if house else ""

    def send(self, act: Action, holder: Holder, code: str) -> None:
        to = Recipient(holder.address, holder.person_id, holder.organisation_id)
        context = {"code": code, "title": holder.title, "organisation": holder.organisation}
        context |= {"text": holder.text, "delegate": holder.delegate}
        queue(act, to, "convention/mail/signing_code.txt", context, file_id=holder.file_id)


def channels_for(holder: Holder) -> list[CodeChannel]:
    """The ways that reach this person, the preferred one first."""
    return [channel for channel in configured(tuple(settings.CODE_CHANNELS)) if channel.reach(holder)]


@cache
def configured(paths: tuple[str, ...]) -> tuple[CodeChannel, ...]:
    """The channels of the configuration. Raises `ImproperlyConfigured` for one that is not one."""
    return tuple(_loaded(path) for path in paths)


def _loaded(path: str) -> CodeChannel:
    try:
        made = import_string(path)()
    except ImportError as problem:
        raise ImproperlyConfigured(f"DEFI_CODE_CHANNELS={path}: {problem}") from problem
    if not isinstance(made, CodeChannel):
        raise ImproperlyConfigured(f"DEFI_CODE_CHANNELS={path}: reach, send, name or label is missing.")
    return made
