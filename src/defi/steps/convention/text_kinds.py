"""The documents whose text the Region writes, and the facts of an operation to fill them with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.documents import Template
from defi.operations.models import Operation
from defi.steps.convention import example
from defi.steps.convention.documents import (
    AMENDMENT,
    CONTACT_SHEET,
    CONVENTION,
    INVITATION,
    LETTER_SIGNATORY,
    LETTER_TRAINEE,
    SAVE_THE_DATE,
    AmendmentData,
    LetterData,
)
from defi.steps.convention.letters import held_option, signatory_letter
from defi.steps.convention.models import LIVING, Amendment, Convention, Signatory
from defi.steps.convention.printing import amendment_data, contact_sheet_data, convention_data

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

MOST_OPERATIONS = 40


@dataclass(frozen=True)
class TextKind:
    """A document whose words are the Region's. `when` says when it is made; `facts` fills it from a convention."""

    template: Template[Any]
    when: _StrOrPromise
    facts: Callable[[Convention], Any]
    example: Any

    @property
    def kind(self) -> str:
        """Its name in the addresses and in the versions kept."""
        return self.template.kind


def operations_to_try(actor: Actor) -> list[Operation]:
    """The operations that this actor sees and whose convention was begun, the last first."""
    begun = Convention.objects.visible_to(actor).filter(LIVING).order_by("-pk").values_list("operation_id", flat=True)
    ids = list(begun[:MOST_OPERATIONS])
    found = {one.pk: one for one in Operation.objects.visible_to(actor).filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def facts_of(kind: TextKind, operation: Operation | None) -> Any:
    """What fills the document: the facts of this operation, or an invented example."""
    if operation is None:
        return kind.example
    with scope(TASK), override("fr"):
        rows = Convention.objects.select_related("operation", "text", "document").filter(operation=operation)
        convention = rows.order_by("-pk")[0]
        return kind.facts(convention)


def _amendment(convention: Convention) -> AmendmentData:
    """The last one of the operation, else the example's hours: few operations have one."""
    rows = Amendment.objects.filter(convention=convention).select_related("convention", "change", "operation")
    last = rows.order_by("-pk").first()
    return amendment_data(last) if last else example.AMENDMENT


def _letter_to(template: Template[LetterData]) -> Callable[[Convention], LetterData]:
    """To the first signatory of the convention."""

    def letter(convention: Convention) -> LetterData:
        rows = Signatory.objects.filter(convention=convention, amendment=None).exclude(state="removed")
        first = rows.select_related("organisation", "person", "operation").order_by("pk").first()
        return signatory_letter(template, first, held_option(convention.operation)) if first else example.LETTER

    return letter


KINDS: dict[str, TextKind] = {
    one.kind: one
    for one in (
        TextKind(CONVENTION, _("quand l'organisme transmet le projet"), convention_data, example.CONVENTION),
        TextKind(AMENDMENT, _("quand un changement touche une convention signée"), _amendment, example.AMENDMENT),
        TextKind(CONTACT_SHEET, _("avec la convention transmise"), contact_sheet_data, example.CONTACT_SHEET),
        TextKind(
            SAVE_THE_DATE, _("quand l'organisme fait réserver la date"), _letter_to(SAVE_THE_DATE), example.LETTER
        ),
        TextKind(INVITATION, _("quand le Cabinet invite"), _letter_to(INVITATION), example.LETTER),
        TextKind(
            LETTER_SIGNATORY,
            _("avec la convention à signer, par courriel ou sur papier"),
            _letter_to(LETTER_SIGNATORY),
            example.LETTER,
        ),
        TextKind(
            LETTER_TRAINEE, _("pour les stagiaires, avant la signature"), _letter_to(LETTER_TRAINEE), example.LETTER
        ),
    )
}
