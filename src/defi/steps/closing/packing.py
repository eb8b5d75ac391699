"""The pack of a claim as one archive: request, certificate, convention and what amends it, and the checks made."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.bundle import Bundle
from defi.kernel.models import Document
from defi.kernel.signing.keeping import sealed_of
from defi.kernel.transitions import VERBS
from defi.steps.closing.checks import Check
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim, CheckRun

CHECKED = ("Jour", "Acte", "Contrôle", "Résultat", "Constat", "Motif de la décision")
STANDS = ("Attendu", "Au dossier", "Montré par", "Source")


def claim_pack(actor: Actor, claim: BonusClaim) -> bytes:
    """The ZIP of a claim this actor may see: kept bytes, every run of its checks, the lines as they stand today."""
    held = io.BytesIO()
    bundle = Bundle(clock.today(), held)
    reading = read_claim(claim)
    kept = [document for document in (claim.document, *reading.pieces) if document is not None]
    # What was sealed since the request was made goes beside the bytes whose fingerprint the request gives.
    for document in (*kept, *filter(None, map(sealed_of, kept))):
        day = document.made_at.astimezone(clock.PARIS).date()
        bundle.put(f"{document.number}.pdf", content_of(document), document.title, day)
    runs = CheckRun.objects.visible_to(actor).filter(claim=claim).order_by("pk")
    bundle.put_table("controles.csv", CHECKED, run_rows(runs), "Contrôles de la demande, à chaque décision")
    stands = stand_rows((*reading.checks, *reading.lines))
    bundle.put_table("lignes.csv", STANDS, stands, "Ce que le dossier montre ce jour")
    bundle.close()
    return held.getvalue()


def run_rows(runs: Iterable[CheckRun]) -> list[tuple[object, ...]]:
    """Each check of each run, as a line; `runs` is iterated once."""
    rows: list[tuple[object, ...]] = []
    for run in runs:
        act = str(VERBS[run.verb].label) if run.verb in VERBS else run.verb
        rows += [
            (run.ran_on.isoformat(), act, line["label"], _found(line), line["facts"], run.reason)
            for line in run.results
        ]
    return rows


def stand_rows(found: Iterable[Check]) -> list[tuple[object, ...]]:
    """Each check as it stands today, as a line."""
    return [(check.label, _found(check.stored()), check.facts, check.source) for check in found]


def content_of(document: Document) -> bytes:
    """The kept bytes, that lists of documents leave aside."""
    return bytes(Document.objects.values_list("content", flat=True).get(pk=document.pk))


def _found(line: Mapping[str, Any]) -> str:
    """As the page says it: what is to come is not missing. A line is kept as `Check.stored` writes it."""
    if line["found"]:
        return "établi"
    return "à venir" if line.get("later") else "non établi"
