"""Judges each training of a file: what is refused, what is warned of, and the row the catalogue keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from defi.steps.offer.lheo.extracting import Extraction, number_of
from defi.steps.offer.lheo.faults import Fault, faults, local_name
from defi.steps.offer.lheo.reading import Read
from defi.steps.offer.lheo.rows import TrainingRow

# May find more than attributes named id: then the training is only read again.
ID = re.compile(rb"id\s*=")


@dataclass(frozen=True, slots=True)
class Judged:
    """A training with its number: either faults and no row, or a row and maybe warnings."""

    number: str
    row: TrainingRow | None
    faults: list[Fault]
    warnings: list[Fault]


@dataclass
class Judge:
    """Judges the trainings of one file, in their order."""

    namespace: str
    _numbers: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)

    def judge(self, read: Read) -> Judged:
        """The verdict on a training, with exact lines."""
        named = read.mentions(ID)
        judged = None if named else self._judge(read.element)
        if judged is None or judged.faults or judged.warnings:
            located, shift = read.located()
            judged = self._moved(self._judge(located, named=named), shift)
        self._numbers.add(judged.number)
        return judged

    def _judge(self, element: etree._Element, *, named: bool = False) -> Judged:
        found = faults(element, self.namespace)
        if named:
            found += self._repeated_ids(element)
        if found:
            return Judged(number_of(element, self.namespace), None, found, [])
        extraction = Extraction(self.namespace)
        row = extraction.training(element)
        if row.number in self._numbers:
            sentence = _("Le numéro « {number} » est déjà celui d'une autre formation du fichier : seule elle reste.")
            again = Fault(element.sourceline or 0, "formation", sentence.format(number=row.number))
            return Judged(row.number, None, [again], [])
        return Judged(row.number, row, [], extraction.warnings)

    def _repeated_ids(self, element: etree._Element) -> list[Fault]:
        found = []
        for one in element.iter(etree.Element):
            if (given := one.get("id")) is None:
                continue
            if given in self._ids:
                sentence = _("L'attribut id « {given} » est déjà celui d'un autre élément du fichier : changez-le.")
                found.append(Fault(one.sourceline or 0, local_name(one, self.namespace), sentence.format(given=given)))
            self._ids.add(given)
        return found

    def _moved(self, judged: Judged, shift: int) -> Judged:
        return Judged(
            judged.number,
            judged.row,
            [fault.moved(shift) for fault in judged.faults],
            [warning.moved(shift) for warning in judged.warnings],
        )
