"""What EOS must be told, field by field, beside what it answered: the page and the paper show the same lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.operations.models import Operation, Session
from defi.steps.training.models import EosEntry
from defi.steps.training.rules import EOS_LABELS, Difference, EosFacts, Text, differences, eos_words, explained


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One field of EOS. `name` is empty for what is only copied; `answered` is empty until it is typed back."""

    name: str
    label: Text
    to_copy: str
    answered: str = ""
    difference: str = ""
    why: str = ""


def facts_of(session: Session) -> EosFacts:
    """What EOS must be told of this session."""
    return EosFacts(session.starts_on, session.ends_on, session.seats, session.hours_centre, session.hours_company)


def answer_of(entry: EosEntry) -> EosFacts:
    """What EOS answered."""
    return EosFacts(
        entry.starts_on, entry.ends_on, entry.seats, entry.hours_centre, entry.hours_company, entry.defi_ticked
    )


def remaining(session: Session, entry: EosEntry | None) -> tuple[Difference, ...]:
    """The differences between the session as it is now and the last answer of EOS, each with its explanation."""
    return explained(differences(facts_of(session), answer_of(entry)), entry.explanations) if entry else ()


def copy_lines(operation: Operation, session: Session, entry: EosEntry | None) -> tuple[CopyLine, ...]:
    """The lines in the order in which they are typed: what names the session, then its facts, then its number."""
    wanted = facts_of(session)
    answered = answer_of(entry) if entry else None
    differ: Mapping[str, Difference] = {difference.field: difference for difference in remaining(session, entry)}
    naming = (
        CopyLine("", _("Intitulé de la session"), operation.title),
        CopyLine("", _("Organisme de formation"), str(operation.provider or "")),
        CopyLine("", _("Métier visé"), f"{operation.job.label} ({operation.job.code_rome})"),
        CopyLine("", _("Lieu de formation"), session.place),
        CopyLine("", _("Bon de commande"), session.order_number),
    )
    compared = tuple(
        CopyLine(
            name,
            label,
            eos_words(getattr(wanted, name)) if name != "defi_ticked" else _("à cocher"),
            eos_words(getattr(answered, name)) if answered else "",
            differ[name].short if name in differ else "",
            differ[name].why if name in differ else "",
        )
        for name, label in EOS_LABELS.items()
    )
    return (*(line for line in naming if line.to_copy), *compared)
