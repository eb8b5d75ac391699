"""What taking a signatory off the list does, said before: its signature, the text that names it, what it completes.

Source: issue of the plan, « Signing » (a change tells beforehand which signatures fall)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.steps.convention.issuing import all_signed, lacking_of, living_signatories
from defi.steps.convention.models import Amendment, Signatory
from defi.steps.convention.states import SIGNED


def told_of_removal(signatory: Signatory) -> list[str]:
    """The consequences, one sentence each. Must run inside an open scope."""
    told = [_("Ses liens personnels ne marchent plus ; l'histoire garde qu'il figurait sur la liste.")]
    if signatory.text.is_prepared:
        return told + _while_prepared(signatory)
    return told + _while_out(signatory) if signatory.text.is_open else told


def _while_prepared(signatory: Signatory) -> list[str]:
    told = []
    if signatory.state in SIGNED:
        told.append(
            _(
                "%(name)s a signé le texte transmis : cette signature tombe dès l'enregistrement. Un courriel le dit à "
                "qui l'a donnée, si son adresse est connue."
            )
            % {"name": signatory.organisation}
        )
    if signatory.amendment_id is None and signatory.edition and signatory.edition == signatory.text.edition:
        told.append(_("Le texte transmis le nomme : la correction ne pourra plus être abandonnée."))
    return told


def _while_out(signatory: Signatory) -> list[str]:
    text = signatory.text
    is_amendment = isinstance(text, Amendment)
    rest = [row for row in living_signatories(text) if row.pk != signatory.pk]
    told = [_("Le texte transmis reste tel qu'il est : il nomme encore %(name)s.") % {"name": signatory.organisation}]
    if lacks := lacking_of(text, rest):
        return [
            *told,
            *lacks,
            _(
                "Sans ce signataire que le règlement demande, la convention n'est ni signée par tous ni scellée, même "
                "quand tous les autres ont signé : il faudra la corriger, et tous la signeront de nouveau."
            ),
        ]
    if rest and all_signed(text, rest):
        told.append(
            _("Tous les autres ont signé : l'avenant est aussitôt signé par tous, puis scellé. Il ne change plus.")
            if is_amendment
            else _(
                "Tous les autres ont signé : la convention est aussitôt signée par tous, puis scellée. Elle ne change "
                "plus."
            )
        )
    return told
