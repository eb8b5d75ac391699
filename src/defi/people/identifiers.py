"""Checks what people type as an identifier, and says what is wrong with it and how to mend it.

Pure rules. SIRET: INSEE, two keys (Luhn on the SIREN, then on the whole; La Poste has its own). NDA (numéro de
déclaration d'activité of a training organisation): region, department, then five digits and the department again, or
`P` and six digits for a public body; measured on 1,687 real numbers, no check digit is known.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from stdnum import luhn
from stdnum.fr import nir as nir_keys
from stdnum.fr import siret as siret_keys

from defi.kernel.refusals import Invalid

SEPARATORS = re.compile(r"[\s.\-_\u00a0\u202f]+")
SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)

# Codes of regions, of today and of before 2016, and those these numbers use overseas (95 to 98).
REGION = re.compile(r"0[1-46]|11|2[1-8]|3[12]|4[1-4]|5[2-4]|7[2-6]|8[2-4]|9[13-8]")
DEPARTMENT = re.compile(r"0[1-9]|[1-8][0-9]|9[0-578]|2A|2B")
NDA = re.compile(r"(?P<region>[0-9]{2})(?P<department>[0-9]{2}|2[AB])(?:[0-9]{5}(?P<again>[0-9]{2}|2[AB])|P[0-9]{6})")


class IdentifierError(Invalid):
    """An identifier that cannot be one; the sentence says why and how to mend it."""


def meant_as_siret(text: str) -> bool:
    """Whether somebody asked for « a SIRET or a name » typed a number: no letter at all, or six digits and more."""
    return sum(sign.isdigit() for sign in text) >= 6 or not any(sign.isalpha() for sign in text)


def check_siret(text: str) -> str:
    """The fourteen digits of a SIRET, spaces and dots taken away.

    Raises IdentifierError: letters, wrong length, zeros left by a spreadsheet, wrong key of SIREN or SIRET."""
    typed = text.strip()
    if SCIENTIFIC.fullmatch(typed.replace(" ", "")):
        raise IdentifierError(
            _("« {typed} » est un nombre arrondi par un tableur : recopiez les 14 chiffres du SIRET.").format(
                typed=typed
            )
        )
    siret = SEPARATORS.sub("", typed)
    _check_fourteen_digits(siret)
    if siret.endswith("00000"):
        raise _rounded(siret)
    if siret_keys.is_valid(siret) and not siret.startswith("000000000"):
        return siret
    if siret.endswith("0000"):
        raise _rounded(siret)
    if siret.startswith("000000000") or not luhn.is_valid(siret[:9]):
        raise IdentifierError(
            _(
                "Le SIREN {siren} (les 9 premiers chiffres du SIRET) n'existe pas : sa clé de contrôle est fausse. "
                "Vérifiez chaque chiffre."
            ).format(siren=siret[:9])
        )
    raise IdentifierError(
        _(
            "Le SIREN {siren} est plausible, mais pas l'établissement {nic} : la clé de contrôle du SIRET est fausse. "
            "Vérifiez les 5 derniers chiffres."
        ).format(siren=siret[:9], nic=siret[9:])
    )


def _check_fourteen_digits(siret: str) -> None:
    if not siret:
        raise IdentifierError(_("Indiquez le SIRET : 14 chiffres."))
    if not (siret.isascii() and siret.isdigit()):
        raise IdentifierError(_("Un SIRET ne contient que des chiffres, pas de lettre ni d'autre signe."))
    if len(siret) == 9:
        raise IdentifierError(
            _("{siren} est un SIREN : ajoutez les 5 chiffres de l'établissement pour avoir le SIRET.").format(
                siren=siret
            )
        )
    if len(siret) == 13:
        raise IdentifierError(
            _("Il manque un chiffre à ce SIRET : 13 au lieu de 14. Un tableur enlève parfois le zéro du début.")
        )
    if len(siret) != 14:
        raise IdentifierError(_("Un SIRET compte 14 chiffres ; celui-ci en a {count}.").format(count=len(siret)))


def _rounded(siret: str) -> IdentifierError:
    return IdentifierError(
        _(
            "{siret} se termine par des zéros, comme un numéro abîmé par un tableur : "
            "reprenez les 14 chiffres sur un document d'origine."
        ).format(siret=siret)
    )


def check_nda(text: str) -> str:
    """The eleven signs of an NDA, spaces taken away.

    Raises IdentifierError: wrong signs or length, unknown region or department, department not repeated."""
    nda = SEPARATORS.sub("", text).upper()
    if not nda:
        raise IdentifierError(
            _("Indiquez le numéro de déclaration d'activité : 11 signes, par exemple 24 45 01234 45.")
        )
    found = NDA.fullmatch(nda)
    if not found:
        raise _malformed_nda(nda)
    region, department, again = found["region"], found["department"], found["again"]
    if not REGION.fullmatch(region):
        raise IdentifierError(
            _("Les deux premiers chiffres, {region}, ne sont pas un code de région (24 pour le Centre).").format(
                region=region
            )
        )
    if not DEPARTMENT.fullmatch(department):
        raise IdentifierError(
            _("Les 3e et 4e signes, {department}, ne sont pas un département.").format(department=department)
        )
    if again and again != department:
        raise IdentifierError(
            _(
                "Ce numéro finit par {again}, or il doit répéter le département de ses 3e et 4e signes, {department} : "
                "vérifiez-le."
            ).format(again=again, department=department)
        )
    return nda


def _malformed_nda(nda: str) -> IdentifierError:
    if SCIENTIFIC.fullmatch(nda):
        return IdentifierError(_("Ce numéro a été arrondi par un tableur : recopiez ses 11 chiffres."))
    if len(nda) == 10 and nda.isdigit():
        return IdentifierError(
            _("Il manque un chiffre à ce numéro : 10 au lieu de 11. Un tableur enlève parfois le zéro du début.")
        )
    if len(nda) != 11:
        return IdentifierError(
            _("Un numéro de déclaration d'activité compte 11 signes ; celui-ci en a {count}.").format(count=len(nda))
        )
    return IdentifierError(
        _(
            "Un numéro de déclaration d'activité s'écrit région, département, 5 chiffres et de nouveau le département "
            "(24 45 01234 45), ou région, département, P et 6 chiffres pour un organisme public (24 45 P 001245)."
        )
    )


GAP = r"[ .\-\u00a0\u202f]?"
MONTH = r"(?:0[1-9]|1[0-2]|[235-9][0-9]|4[0-2])"
PLACE = r"(?:[0-9]{2}|2[AB])"
# Sex, year, month, department, commune, rank and, when given, the key, with a sign between the groups or none.
NIR = re.compile(
    GAP.join([r"(?<![0-9])[1-478]", "[0-9]{2}", MONTH, PLACE, "[0-9]{3}", "[0-9]{3}"])
    + rf"(?:{GAP}[0-9]{{2}})?(?![0-9])",
    re.IGNORECASE,
)
SPREAD = re.compile(rf"(?<![0-9])[1-478](?:{GAP}[0-9AB]){{14}}(?![0-9])", re.IGNORECASE)


def looks_like_nir(text: str) -> bool:
    """Whether a text seems to hold a social security number (NIR): 13 digits of its form, or 15 with the key.

    Free fields refuse it, since no step needs one (process, principle 6). Groups may be parted by spaces or dots; cut
    in any other way it is known by its key. The 14 digits of a SIRET are not one."""
    if NIR.search(text):
        return True
    return any(nir_keys.is_valid(SEPARATORS.sub("", match.group())) for match in SPREAD.finditer(text))
