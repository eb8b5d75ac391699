"""Pure rules of the announcement. Source: seed 001, step 3 (recruiting communication approved by the firms)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class FirmLine:
    """A firm named: whether it agreed to this edition, and whether it said no."""

    name: str
    agreed: bool
    declined: bool = False


def publishing_gaps(text: str, firms: Iterable[FirmLine]) -> tuple[str, ...]:
    """What keeps an announcement from being published, in sentences: a text, one firm at least, the agreement of each
    firm named (process.md, step 3: « approved by the firms »)."""
    gaps: list[str] = []
    lines = list(firms)
    if not text.strip():
        gaps.append(_("Le texte de l'annonce est vide."))
    if not lines:
        gaps.append(_("Aucune entreprise n'est nommée : nommez au moins un employeur et ses postes."))
    declined = [line.name for line in lines if line.declined]
    if declined:
        gaps.append(
            _("Ne souhaite pas être nommée : %(names)s. Retirez-la de l'annonce, ou corrigez avec elle.")
            % {"names": ", ".join(declined)}
        )
    waiting = [line.name for line in lines if not line.agreed and not line.declined]
    if waiting:
        gaps.append(_("L'accord est attendu de : %(names)s.") % {"names": ", ".join(waiting)})
    return tuple(gaps)
