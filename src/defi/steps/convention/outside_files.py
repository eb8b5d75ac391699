"""What can be seen of a file that is said to bear a signature given elsewhere: whether it can be the text in force.

Nobody here reads a signature of another platform: the register tells what the file is not, a person says what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.models import Document
from defi.kernel.refusals import Invalid
from defi.kernel.scans import reading
from defi.kernel.signing.verification import Answer, Cause, examine, is_only_begun

_SIGNATURE = re.compile(rb"/ByteRange|/(?:Type|FT)\s{0,8}/Sig\b")
"""Said by every signature of a PDF, in clear."""
_PAGES = re.compile(rb"/Page\b|/ObjStm\b")

SEEN: dict[str, str | LazyText] = {
    "begins": gettext_lazy("il commence par le texte en vigueur, et quelque chose y a été ajouté"),
    "numbered": gettext_lazy("il porte le numéro du texte en vigueur, et ses octets ont changé"),
    "unknown": gettext_lazy("rien n'y est reconnu du texte en vigueur : c'est vous qui dites ce qu'il est"),
}
"""What was found in a file that may bear the signature, as it is said to who brings it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`kind` is one of `SEEN`; `fault` the sentence when this file cannot bear a signature of the text in force."""

    kind: str = ""
    fault: str = ""


def seen_in(content: bytes, in_force: Document | None) -> Seen:
    """What the register and the bytes tell of a file brought as signed. In an open scope."""
    found = examine(content)
    document = found.document
    current = in_force is not None and document is not None and document.pk == in_force.pk
    if found.answer in {Answer.SEALED, Answer.KEPT} or (current and is_only_begun(content, document)):
        if current:
            return Seen(fault=_("Ce fichier est le texte sans signature : joignez celui qui a été signé."))
        return Seen(fault=_not_this_text(document, in_force))
    if found.answer is Answer.UNREADABLE:
        return Seen(fault=_("Ce fichier ne se lit pas (incomplet, ou sous mot de passe) : joignez le PDF signé."))
    if document is not None and not current:
        return Seen(fault=_not_this_text(document, in_force))
    if current:
        return Seen("begins" if found.cause is Cause.ADDED else "numbered")
    return Seen("unknown")


def adds_nothing(content: bytes, in_force: Document | None) -> str:
    """The sentence for a file that bears no signature a program could read, and shows, page for page, the text and no
    more: the text saved again.

    The file of a stranger is drawn by the process that reads scans. Empty for one that it does not draw: a person says
    then what it is."""
    if in_force is None or _SIGNATURE.search(content) or not _PAGES.search(content):
        return ""
    try:
        shown = [page.preview for page in reading.read("", content)]
        if shown != [page.preview for page in reading.read("", bytes(in_force.content))]:
            return ""
    except Invalid:
        return ""
    return _(
        "Ce fichier montre les mêmes pages que le texte, enregistré une autre fois : il n'y a ni champ de signature, "
        "ni rien d'ajouté sur une page. Joignez le fichier signé, tel que la plateforme l'a rendu."
    )


def _not_this_text(document: Document | None, in_force: Document | None) -> str:
    return _(
        "Ce fichier est ou contient le document %(number)s, établi ici : ce n'est pas le texte à signer, qui est le "
        "n° %(wanted)s. Joignez ce texte-là, signé."
    ) % {"number": document.number if document else "", "wanted": in_force.number if in_force else ""}
