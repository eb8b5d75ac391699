"""The proof file: what was signed, by whom, when, how. A JSON attached to the sealed document (docs/sealing.md).

Nothing personal but what a signature shows on paper: a name, a quality, an organisation. No address, no secret: of a
link or of a code only the fingerprint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _words
from django.utils.translation import gettext_lazy as _

from defi import __version__

FORMAT = "defi-proof"
FORMAT_VERSION = 1
FILE_NAME = "preuve.json"

WAYS = {
    "click": _("par clic, depuis un lien personnel"),
    "account": _("par clic, avec son compte"),
    "ink": _("à l'encre"),
    "outside": _("sur une autre plateforme"),
}
STEADS = {
    "delegated": _("par délégation de %(name)s"),
    "instead": _("à la place de %(name)s"),
    "unnamed": _("le texte disait « à désigner »"),
}
"""In whose place somebody signs who is not the one that was to sign, or that the text names."""

EVIDENCE = {
    "link": _("empreinte du lien personnel"),
    "code": _("empreinte du code reçu"),
    "scan": _("empreinte de la page signée, numérisée"),
    "file": _("empreinte du fichier signé ailleurs"),
}


@dataclass(frozen=True)
class Edition:
    """One text that was put to signature; `in_force` marks the one that is signed. `sha256` in hexadecimal."""

    number: str
    made_at: datetime
    pages: int
    sha256: str
    in_force: bool


@dataclass(frozen=True)
class Evidence:
    """What shows that somebody signed, by its fingerprint only. `kind` is one of `EVIDENCE`."""

    kind: str
    sha256: str


@dataclass(frozen=True)
class Given:
    """One signature. `way` is one of `WAYS`; `sha256` the fingerprint of the text that was before the eyes.

    `at` is the instant of a click; of ink, `on` is the day written and `at` the instant it was noted here.
    `in_text` is whom the text names as signing (empty: « à désigner »; None: not known); `stead` one of `STEADS`, or
    empty, with the name of whom it is (`stead_of`) and in what quality that one was to sign (`stead_quality`)."""

    name: str
    quality: str
    organisation: str
    way: str
    on: date
    sha256: str
    at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    in_text: str | None = None
    stead: str = ""
    stead_of: str = ""
    stead_quality: str = ""


def stead_words(stead: str, name: str, in_text: str | None, quality: str = "") -> str:
    """« à la place de Léa Morin (gérante), que nomme le texte »; nothing when the one named signs."""
    if not stead:
        return ""
    said = str(STEADS[stead]) % {"name": f"{name} ({quality})" if quality else name}
    return said + _words(", que nomme le texte") if name and name == in_text else said


@dataclass(frozen=True)
class Proof:
    """All that the seal vouches for."""

    title: str
    number: str
    editions: tuple[Edition, ...]
    signatures: tuple[Given, ...]
    software: str = field(default=f"defi {__version__}")

    def as_json(self, *, sealed_number: str, sealed_at: datetime) -> bytes:
        """The file, in UTF-8, its keys in a lasting order."""
        content: Mapping[str, Any] = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "sealed": {"number": sealed_number, "at": sealed_at},
            **asdict(self),
        }
        return json.dumps(content, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
