"""The bonus request pack: what the holder sends to the paying office, with its pieces (seed 001, step 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.kernel.documents.fingerprint import readable
from defi.kernel.documents.french import amount_words


class Claim(StrEnum):
    """On what the request rests, as the words that are printed."""

    INTERIM = "acompte du bon de commande"
    BALANCE = "solde du bon de commande"


AMOUNT_UNKNOWN = "montant à fixer par la Région"


@dataclass(frozen=True)
class Piece:
    """One attached document, recognised by its number and by the fingerprint of its bytes (64 hexadecimal digits)."""

    title: str
    number: str
    sha256: str


@dataclass(frozen=True)
class BonusRequestData:
    """`amount` is printed words (see `amount_line`); `office…` is the paying office."""

    training: str
    eos_number: str
    holder: str
    holder_siret: str
    provider: str
    order_number: str
    market: str
    claim: Claim
    amount: str
    certificate_number: str
    certificate_on: date
    starts_on: date
    ends_on: date
    seats: int
    paired: int
    office: str
    office_mail: str
    asked_by: str
    asked_by_function: str
    asked_on: date
    office_address: str = ""
    pieces: tuple[Piece, ...] = ()


def amount_line(euros: Decimal | None) -> str:
    """The amount as printed; unknown, it says who fixes it."""
    return AMOUNT_UNKNOWN if euros is None else amount_words(euros)


def piece(title: str, number: str, sha256: str) -> Piece:
    """An attached piece whose fingerprint is printed in groups that two people can compare."""
    return Piece(title, number, readable(sha256))


BONUS_REQUEST = Template(
    kind="bonus-request",
    title=_("Demande de prime DEFI"),
    folder=Path(__file__).parent,
    data=BonusRequestData,
    prefix="PRIME",
    verified=True,
)
