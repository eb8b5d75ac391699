"""The secrets in the texts of mails, personal links and codes: found, hidden from all but their reader, forgotten."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.models import Link

_SECRET = re.compile(r"(/lien/)([\w-]{16,})(/[^\s]*)?")
_CODE = re.compile(r"(?m)^\d{6}$")
"""A code stands alone on its line."""


def link_of(text: str) -> int | None:
    """The id of the personal link written in this text."""
    found = _SECRET.search(text)
    if found is None:
        return None
    hashed = links.hash_of(found[2])
    return Link.objects.filter(secret_hash=hashed).values_list("pk", flat=True).first()


def hidden(text: str) -> str:
    """The text as others than its reader may see it."""
    text = _SECRET.sub(lambda match: f"{match[1]}… ({_('lien personnel, caché ici')})", text)
    return _CODE.sub(lambda _match: f"… ({_('code, caché ici')})", text)


def renewed(text: str, address: str) -> str:
    """The text with another link in the place of its own, forgotten or not."""
    return re.sub(r"\S*/lien/(…|[\w-]{16,})\S*", lambda _match: address, text)


def forgotten(text: str) -> str:
    """The text as it is kept once it has left: the secret is in the mail, its hash in the base."""
    return _CODE.sub("…", _SECRET.sub(r"\1…", text))
