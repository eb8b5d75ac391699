"""The evidence of a session, sorted by indicator of the national quality framework: what is held, what is missing.

Source: law.md 4.5; the words of the indicators stand in `schemes/qualiopi.toml`. A proof is relevant, dated and easy to
reach: documents are given as they were kept, lists as they stand on the day. Barriers and what was said in confidence
are not in it."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel import clock, tables
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.schemes.qualiopi import Framework, Indicator, Scope, framework
from defi.web.evidence_held import Dossier
from defi.web.evidence_sources import dossier


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the pack: its name inside the folder of its indicator, and how its bytes are had."""

    name: str
    label: str
    on: date
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the session has to show for one indicator. `why` says why nothing is asked of it, when that is so."""

    indicator: Indicator
    pieces: list[Piece] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    why: str = ""

    @property
    def state(self) -> str:
        if self.why:
            return _("sans objet")
        if self.missing:
            return _("incomplet") if self.pieces else _("manque")
        return _("pièces jointes")

    @property
    def pill(self) -> str:
        if self.why:
            return "plain"
        return "ok" if not self.missing else "due"

    @property
    def folder(self) -> str:
        return f"indicateur-{self.indicator.number:02d}"


@dataclass(frozen=True, slots=True)
class Pack:
    """The answers of a session, in the order of the indicators."""

    operation: Operation
    framework: Framework
    made_on: date
    answers: list[Answer]

    @property
    def missing(self) -> int:
        return sum(bool(answer.missing) for answer in self.answers)

    @property
    def pieces(self) -> int:
        return sum(len(answer.pieces) for answer in self.answers)

    @property
    def by_criterion(self) -> list[tuple[int, str, list[Answer]]]:
        found: dict[int, list[Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.indicator.criterion, []).append(answer)
        return [(number, rows[0].indicator.criterion_words, rows) for number, rows in found.items()]


def pack(actor: Actor, operation: Operation) -> Pack:
    """What the session has to show today, by the framework in force today. About twenty queries."""
    asked = framework(clock.today())
    held = dossier(actor, operation)
    return Pack(operation, asked, clock.today(), [_answer(held, indicator) for indicator in asked.indicators])


def _answer(held: Dossier, indicator: Indicator) -> Answer:
    if why := _not_concerned(held, indicator.scope):
        return Answer(indicator, why=why)
    pieces = _pieces(held, indicator.number)
    missing = list(held.gaps.get(indicator.number, []))
    if indicator.scope is Scope.ORGANISATION:
        missing.append(_("Preuve de l'organisme, la même pour toutes ses sessions : à joindre à ce dossier."))
    elif not pieces and not missing:
        missing.append(_("Rien au dossier : à joindre."))
    return Answer(indicator, pieces, missing)


def _not_concerned(held: Dossier, scope: Scope) -> str:
    if scope is Scope.APPRENTICESHIP:
        return _("Ne concerne que l'apprentissage.")
    if scope is Scope.CERTIFYING and not held.certifying:
        return _("Le plan de formation ne prépare pas de certification.")
    if scope is Scope.COMPANY and not held.in_company:
        return _("La session ne compte pas de période en entreprise.")
    return ""


def _pieces(held: Dossier, number: int) -> list[Piece]:
    papers = [
        Piece(f"{document.number}.pdf", _label(held, document), _day(document.made_at), _bytes_of(document))
        for document in held.documents.get(number, [])
    ]
    files = [
        Piece(f"{version.pk}-{slugify(stem)}.{ending}", version.name, _day(version.sent_at), _bytes_of(version))
        for version in held.files.get(number, [])
        for stem, _dot, ending in [version.name.rpartition(".")]
    ]
    lists = [
        Piece(f"{slugify(table.title)}.ods", table.title, clock.today(), _table(table.title, table.columns, table.rows))
        for table in held.tables.get(number, [])
        if table.rows
    ]
    made = [Piece(one.name, one.label, one.on, one.content) for one in held.made.get(number, [])]
    return [*papers, *made, *files, *lists]


def _label(held: Dossier, document: Document) -> str:
    note = held.notes.get(document.pk)
    return f"{document.title} {document.number}" + (f" ({note})" if note else "")


def _day(moment: Any) -> date:
    found: date = moment.astimezone(clock.PARIS).date()
    return found


def _bytes_of(row: Any) -> Callable[[], bytes]:
    # Kept rows are read without their bytes: each is fetched when it goes into the archive.
    return lambda: bytes(type(row)._base_manager.values_list("content", flat=True).get(pk=row.pk))


def _table(title: str, columns: Iterable[str], rows: list[tuple[Any, ...]]) -> Callable[[], bytes]:
    shown: list[tables.Column[tuple[Any, ...]]] = [
        tables.Column(name, itemgetter(place)) for place, name in enumerate(columns)
    ]
    return lambda: tables.written("ods", title, shown, rows)


MANIFEST = ("Indicateur", "Critère", "Ce qu'il demande", "État", "Fichier", "Pièce", "Date", "SHA-256", "Manque")


def archive(found: Pack) -> bytes:
    """The ZIP: a folder per indicator, a manifest that says for each what it asks, the files, and what is missing."""
    stamp = found.made_on.timetuple()[:6]
    lines: list[tuple[str, ...]] = []
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:

        def put(name: str, content: bytes) -> None:
            bundle.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)

        for answer in found.answers:
            said = answer.why or " ".join(answer.missing)
            about = (str(answer.indicator.number), str(answer.indicator.criterion), answer.indicator.asks, answer.state)
            if not answer.pieces:
                lines.append((*about, "", "", "", "", said))
            for piece in answer.pieces:
                content, path = piece.content(), f"{answer.folder}/{piece.name}"
                put(path, content)
                digest = hashlib.sha256(content).hexdigest()
                lines.append((*about, path, piece.label, piece.on.isoformat(), digest, said))
        put("manifeste.csv", _csv(lines))
        put("manifeste.ods", _table(_("Manifeste"), MANIFEST, list(lines))())
        put("LISEZ-MOI.txt", _words(found).encode())
    return held.getvalue()


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(MANIFEST)
    writer.writerows([[tables.csv_cell(value) for value in line] for line in lines])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _words(found: Pack) -> str:
    operation = found.operation
    missing = ngettext(
        "%(n)d indicateur n'a pas tout ce qu'il demande : il est dans le manifeste, avec ce qui manque.",
        "%(n)d indicateurs n'ont pas tout ce qu'ils demandent : ils sont dans le manifeste, avec ce qui manque.",
        found.missing,
    ) % {"n": found.missing}
    lines = [
        _("Dossier de preuves de la session « %(title)s », %(provider)s")
        % {"title": operation.title, "provider": operation.provider},
        _("Établi le %(day)s") % {"day": f"{found.made_on:%d/%m/%Y}"},
        _("Référentiel : %(source)s") % {"source": found.framework.source},
        missing,
        _("Un dossier par indicateur ; le manifeste dit ce que chacun demande, ses pièces et leur empreinte."),
        _("Ce dossier porte des noms : il se remet à l'auditeur, il ne se publie pas."),
    ]
    return "\r\n".join(lines) + "\r\n"
