"""Personal links: one person, one verb, one object, until a date. The secret is in the mail, its hash in the base."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor, Guarded, LinkScope, Who
from defi.kernel.journal import type_of
from defi.kernel.models import Link
from defi.kernel.refusals import Refused, Unknown


@dataclass(frozen=True, slots=True)
class Ended:
    """What the bearer of a dead link reads when no other will come: what they were asked for is not theirs any more."""

    title: str
    sentence: str


class LinkDied(Refused):
    """The link was good once; its bearer may ask for a new one from the page where it died."""

    status = 410

    def __init__(self, sentence: str, link: Link) -> None:
        super().__init__(sentence)
        self.link = link


def issue(
    row: Guarded,
    verb: str,
    *,
    address: str,
    person_id: int | None = None,
    organisation_id: int | None = None,
    days: int = 30,
) -> str:
    """A new link to do `verb` on `row`; earlier ones for the same hand die. Returns the whole address to send."""
    now = clock.now()
    former = Link.objects.filter(
        object_type=type_of(row), object_id=row.pk, verb=verb, person_id=person_id, address=address
    )
    former.filter(revoked_at=None, used_at=None).update(revoked_at=now)
    secret = secrets.token_urlsafe(24)
    Link.objects.create(
        secret_hash=hash_of(secret),
        verb=verb,
        object_type=type_of(row),
        object_id=row.pk,
        person_id=person_id,
        organisation_id=organisation_id,
        file_id=row.file_id,
        address=address,
        expires_at=now + timedelta(days=days),
        created_at=now,
    )
    return f"{settings.PUBLIC_URL}/lien/{secret}/"


def revoke(row: Guarded, verb: str) -> None:
    """Every living link to do `verb` on `row` dies: it had been sent to the wrong hand."""
    living = Link.objects.filter(object_type=type_of(row), object_id=row.pk, verb=verb, revoked_at=None, used_at=None)
    living.update(revoked_at=clock.now())


def find(secret: str) -> Link:
    """The living link of this secret. Raises `Unknown` (cut or foreign) or `LinkDied` (expired, replaced)."""
    link = Link.objects.filter(secret_hash=hash_of(secret)).first()
    if link is None:
        raise Unknown(_("Ce lien est incomplet ou n'existe pas. Copiez-le en entier depuis le message reçu."))
    if link.revoked_at:
        raise LinkDied(_("Ce lien a été remplacé par un plus récent : utilisez le dernier message reçu."), link)
    if link.expires_at <= clock.now():
        raise LinkDied(_("Ce lien n'est plus valable. Demandez-en un nouveau ci-dessous."), link)
    return link


def again(link: Link) -> str:
    """A new link to do the same, in the same hand, until the same day; the former dies. Returns the whole address."""
    row = apps.get_model(link.object_type)._base_manager.get(pk=link.object_id)
    days = max(1, (link.expires_at - clock.now()).days)
    hand = {"person_id": link.person_id, "organisation_id": link.organisation_id}
    return issue(cast(Guarded, row), link.verb, address=link.address, days=days, **hand)


def bearer(link: Link) -> Actor:
    """The actor that holds this link."""
    return Actor(
        Who.LINK,
        person_id=link.person_id,
        organisation_id=link.organisation_id,
        link=LinkScope(link.pk, link.verb, link.object_type, link.object_id),
    )


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
