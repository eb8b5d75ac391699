"""Whom the text names, who signs, and what is said when they are not the same.

A signer named after the text is out does not make the signatures of the others fall (decision 0016): the page, the
annex of the seal and its proof say in whose place they sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel.signing.proof import stead_words
from defi.people.models import Membership, Person
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED


@dataclass(frozen=True, slots=True)
class Stead:
    """In whose place somebody signs. `kind` is one of `proof.STEADS`, or empty; `in_text` whom the text names (None: no
    text was sent yet, empty: « à désigner »); `quality`, that of the one named, when another signs."""

    kind: str = ""
    name: str = ""
    in_text: str | None = None
    quality: str = ""


def stead_of(signatory: Signatory) -> Stead:
    """A delegate signs by delegation; anybody else whom the text does not name, in the place of the one it names."""
    signer = str(signatory.signer) if signatory.signer else ""
    in_text = _in_text(signatory)
    is_expected = _signs_as_expected(signatory)
    if signatory.stands_how == Signatory.Stead.DELEGATED and is_expected:
        return Stead("delegated", str(signatory.stands_for or signatory.organisation), in_text)
    if signer and in_text is not None and signer != in_text:
        quality = signatory.quality if not is_expected and in_text == str(signatory.person) else ""
        return Stead("instead" if in_text else "unnamed", in_text, in_text, quality)
    # Not sent yet, or corrected since: the text names the new person.
    if signatory.stands_how == Signatory.Stead.REPLACED and is_expected and in_text is None:
        return Stead("instead", str(signatory.stands_for or signatory.organisation), in_text)
    return Stead(in_text=in_text)


def _signs_as_expected(signatory: Signatory) -> bool:
    """Whether the one who is to sign did, or will: the same name reached elsewhere is another row, the same person."""
    return signatory.signed_by is None or str(signatory.signed_by) == str(signatory.person)


def quality_of(signatory: Signatory) -> str:
    """In what quality it was signed: that of the line is the quality of who was to sign; another has the function that
    their organisation gives them, or none that is known. Must run inside an open scope."""
    if _signs_as_expected(signatory) or signatory.person is None:
        return signatory.quality
    house = Membership.objects.filter(
        person=signatory.signed_by, organisation_id=signatory.organisation_id, until=None
    ).exclude(function="")
    functions = set(house.order_by("pk").values_list("function", flat=True))
    return functions.pop() if len(functions) == 1 else ""


def _in_text(signatory: Signatory) -> str | None:
    if not signatory.edition or signatory.text.is_prepared:
        return None
    return str(signatory.named) if signatory.named else ""


def said_of_stead(signatory: Signatory) -> str:
    """« par délégation de Léa Morin, que nomme le texte »; nothing when the one named signs."""
    stead = stead_of(signatory)
    return stead_words(stead.kind, stead.name, stead.in_text, stead.quality)


def instead_said(signatory: Signatory, hand: Person | None) -> str:
    """What the seal will say when `hand` signs a text that is out and names somebody else, or nobody; nothing when it
    names them, or when nobody knows who holds the link. The same person may be known twice, once with an account."""
    named = signatory.named
    if hand is None or is_named_so(named, hand.first_name, hand.last_name):
        return ""
    if named is None:
        return _(
            "Le texte dit « à désigner » pour %(organisation)s. Si vous signez, le document scellé portera votre nom, "
            "et dira que le texte ne vous nommait pas."
        ) % {"organisation": signatory.organisation}
    return _(
        "Le texte nomme %(name)s pour %(organisation)s. Si vous signez, le document scellé dira que vous l'avez fait à "
        "sa place."
    ) % {"name": named, "organisation": signatory.organisation}


def is_named_so(person: Person | None, first_name: str, last_name: str) -> bool:
    """Whether this person already bears that name, as the text prints it: the signature of another is not theirs."""
    return person is not None and (person.first_name, person.last_name) == (first_name.strip(), last_name.strip())


def _corrected_name_said(signatory: Signatory) -> str:
    """What naming somebody else does while the text is corrected, said before, for who has signed the one sent."""
    if signatory.state not in SIGNED:
        return ""
    if signatory.signer is None:
        return _(
            "La signature de %(organisation)s est notée sans nom : celui que vous donnez est celui de qui a signé. Le "
            "texte le portera : s'il est transmis de nouveau, toutes les signatures données tombent."
        ) % {"organisation": signatory.organisation}
    return _(
        "%(name)s a signé le texte transmis. Compléter ou corriger son adresse ou son téléphone n'y change rien. Un "
        "autre nom fait tomber cette signature dès l'enregistrement, même si la correction est ensuite abandonnée : "
        "%(name)s en est prévenu par courriel, si son adresse est connue."
    ) % {"name": signatory.signer}


def other_name_said(signatory: Signatory, *, corrects: bool = True) -> str:
    """What naming somebody else does once the text was sent, said before; `corrects`: to who may correct the text."""
    if signatory.text.is_prepared:
        return _corrected_name_said(signatory)
    if not signatory.text.is_open:
        return ""
    if signatory.named is None:
        said = _(
            "Le texte transmis dit « à désigner » : il reste ainsi. L'état des signatures dira qui a signé, et que le "
            "texte ne le nommait pas."
        )
    else:
        said = _(
            "Le texte transmis nomme %(name)s : il reste ainsi. L'état des signatures dira qui a signé à sa place."
        ) % {"name": signatory.named}
    if not corrects:
        return said
    return f"{said} " + _("Pour que le texte porte l'autre nom, corrigez-le : les signatures données tomberont.")


def unnamed(signatories: Iterable[Signatory]) -> tuple[str, ...]:
    """The organisations of which nobody is named to sign, or known to have signed."""
    return tuple(one.organisation.name for one in signatories if one.signer is None)


def unnamed_sentence(names: tuple[str, ...], *, is_out: bool) -> str:
    """What is said of them before the text leaves, and before it is sealed; nothing when all are named."""
    if not names:
        return ""
    if is_out:
        return _(
            "Qui signe n'est pas dit pour : %(names)s. Précisez-le avant la dernière signature : l'état des signatures "
            "et la preuve ne porteraient que le nom de l'organisation."
        ) % {"names": ", ".join(names)}
    return _("Qui signe n'est pas dit pour : %(names)s. Le texte y imprimera « à désigner ».") % {
        "names": ", ".join(names)
    }


def said_before_sealing(signatories: Iterable[Signatory], *, last: bool) -> str:
    """Whom the seal would leave without a name, said where the last signature is noted."""
    return unnamed_sentence(unnamed(signatories), is_out=True) if last else ""
