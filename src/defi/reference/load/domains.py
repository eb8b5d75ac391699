"""The file of the professional domains of the ROME: jobs of one domain are near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.reference.load.sources import LineRefused, Source, labelled, text_of
from defi.reference.load.stage import Outcome, Stage

CODE_DOMAIN = re.compile(r"[A-Z][0-9]{2}")


class Domains(Source):
    name, family, rank = "rome.domains", "ROME", 15
    label = gettext_lazy("domaines professionnels")
    signature = frozenset({"libelle_domaine_professionnel"})
    required = ("code_domaine_professionnel", "libelle_domaine_professionnel")
    columns: ClassVar = {"code": "text", "label": "text"}
    key = ("code",)

    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        code = text_of(record, "code_domaine_professionnel").upper()
        if not CODE_DOMAIN.fullmatch(code):
            raise LineRefused(_("code de domaine « {code} » mal formé").format(code=code[:20]))
        yield code, labelled(record, "libelle_domaine_professionnel", 160, (code,))

    def merge(self, stage: Stage) -> Outcome:
        stage.refuse_doubles()
        outcome = stage.upsert(
            "reference_domain", {"code": "s.code", "label": "s.label", "removed": "FALSE"}, key=("code",)
        )
        outcome.removed = stage.retire(
            "reference_domain", "NOT EXISTS (SELECT FROM reference_stage s WHERE s.code = t.code)"
        )
        return outcome


SOURCES: tuple[Source, ...] = (Domains(),)
