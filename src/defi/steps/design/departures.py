"""What a plan still says of organisations that left the operation: who was to lend, who had asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.steps.design.models import Contribution, Module


def lenders_left(present: Collection[int], modules: Iterable[Module], brought: Iterable[Contribution]) -> list[str]:
    """A sentence for each thing that an organisation which is no longer `present` (ids) was to lend or to bring.

    No plan is approved on a promise that nobody can keep (decision)."""
    lent = [
        _(
            "Le plateau technique de « %(module)s » est prêté par %(name)s, qui a quitté l'opération : changez de "
            "prêteur, ou retirez le prêt."
        )
        % {"module": module.title, "name": module.lender}
        for module in modules
        if module.lender_id is not None and module.lender_id not in present
    ]
    return lent + [
        _("%(name)s a quitté l'opération et n'apporte plus rien (%(what)s) : retirez cet apport.")
        % {"name": row.employer, "what": row.get_kind_display()}
        for row in brought
        if row.employer_id not in present
    ]


def askers_left(present: Collection[int], asked: Mapping[str, Collection[int]], names: Mapping[int, str]) -> list[str]:
    """A sentence for each organisation that had asked for a competence and is no longer `present`; `asked` gives the
    askers (ids) of each competence (its words), `names` those of the organisations."""
    said = []
    for firm in sorted({pk for askers in asked.values() for pk in askers} - set(present), key=lambda pk: names[pk]):
        labels = [label for label, askers in asked.items() if firm in askers]
        alone = [label for label in labels if not set(asked[label]) & set(present)]
        sentence = ngettext(
            "%(name)s a quitté l'opération et avait demandé %(labels)s.",
            "%(name)s a quitté l'opération et avait demandé %(labels)s.",
            len(labels),
        ) % {"name": names[firm], "labels": _quoted(labels)}
        if alone:
            sentence += " " + ngettext(
                "Plus personne ne demande %(labels)s : gardez-la, ou retirez-la du plan.",
                "Plus personne ne demande %(labels)s : gardez-les, ou retirez-les du plan.",
                len(alone),
            ) % {"labels": _quoted(alone)}
        said.append(sentence)
    return said


def _quoted(labels: Iterable[str]) -> str:
    return ", ".join(f"« {label} »" for label in labels)
