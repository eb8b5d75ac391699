"""Identifiers."""

from stdnum.fr import siret


class IdentifierError(ValueError):
    pass


def check_siret(text: str) -> str:
    return siret.validate(text)


def check_nda(text: str) -> str:
    return text
