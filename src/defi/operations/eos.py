"""The number that EOS, the Region's register of sessions, gives to a training: its form only. Pure."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

EOS_NUMBER = re.compile(r"[0-9A-Z-]{4,30}")


def as_eos_writes(typed: str) -> str:
    """In capitals, without spaces."""
    return "".join(typed.split()).upper()


def same_number(one: str, other: str) -> bool:
    """Whether these are one number, whatever the spaces and the dashes between its figures."""
    return as_eos_writes(one).replace("-", "") == as_eos_writes(other).replace("-", "")


def eos_fault(number: str) -> str:
    """The sentence when this, as EOS writes it, cannot be one of its numbers; nothing when it can."""
    if EOS_NUMBER.fullmatch(number):
        return ""
    return _(
        "Un numéro EOS compte de 4 à 30 chiffres, lettres sans accent ou tirets, comme 24-118-0932. Recopiez celui "
        "qu'EOS affiche."
    )
