"""A list of people becomes candidacies: read once, its lines mended one by one, imported together or not at all.

Played again it takes what was mended since, and doubles nobody. One verb per file, few queries whatever its length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel import sheets
from defi.kernel.access import TASK, Actor
from defi.kernel.columns import Column, named_cells, places_of, under_its_titles
from defi.kernel.documents.french import long_date
from defi.kernel.journal import BATCH, Action, acting
from defi.kernel.refusals import Invalid, Refused, WrongState
from defi.operations.actions import join
from defi.operations.models import Operation, Part, Session
from defi.people.models import Person
from defi.steps.sourcing import import_rules, mails
from defi.steps.sourcing.alike_actions import remember_apart
from defi.steps.sourcing.import_judging import Judge, Reached
from defi.steps.sourcing.import_models import CandidacyImport, CandidacyImportRow
from defi.steps.sourcing.locks import lock_session
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.orientation import must_be_open
from defi.steps.sourcing.states import CANDIDACY

MOST_LINES = 5_000
State, Decision = CandidacyImportRow.State, CandidacyImportRow.Decision
JUDGED = ("faults", "state", "twin_person_id", "twin_row_id")


class AlreadyRead(Refused):
    """This very file was handed in before. `source` is where it is."""

    def __init__(self, source: CandidacyImport) -> None:
        super().__init__(
            _("Ce fichier a déjà été lu le %(day)s : voici où il en est, personne n'a été ajouté deux fois.")
            % {"day": long_date(source.received_on)}
        )
        self.source = source


def load_people(
    actor: Actor, session_id: int, content: bytes, name: str, titles: Mapping[str, str] | None = None
) -> CandidacyImport:
    """Read a file and judge each of its lines. Nobody is a candidate yet, and only the columns of `import_rules` are
    kept. `titles`: the title that a column bears in this file, by the name of the column.

    Raises `Invalid` for what is not a table or has no column of names, `AlreadyRead` for a file of this house seen
    before, `WrongState` (session ended)."""
    with acting(actor, "candidacy_import.load") as act:
        session = lock_session(act, session_id)
        must_be_open(session)
        columns = _columns(titles or {})
        sheet = under_its_titles(sheets.read(content, name), columns)
        places = places_of(sheet.head, columns)
        if fault := import_rules.columns_fault(places, sheet.head):
            raise Invalid.field("file", fault)
        lines = _lines(sheet)
        source = _made(
            act,
            operation_id=session.operation_id,
            session=session,
            organisation_id=actor.organisation_id,
            person_id=actor.person_id,
            name=name[-160:],
            sha256=hashlib.sha256(content).hexdigest(),
            formulas=sheets.formulas_in(content),
            left_out=sum(bool(title) for at, title in enumerate(sheet.head) if at not in places.values()),
            received_on=act.today,
        )
        rows = []
        for line in lines:
            cells, emptied = import_rules.sifted(named_cells(line.cells, places))
            rows.append(CandidacyImportRow(source=source, number=line.number, cells=cells, emptied=emptied))
        CandidacyImportRow.objects.bulk_create(rows, batch_size=BATCH)
        _judge(actor, source, rows)
        act.note(source, lines=len(rows))
        return source


def _columns(titles: Mapping[str, str]) -> list[Column]:
    return [
        replace(column, titles=(titles[column.name], *column.titles)) if titles.get(column.name) else column
        for column in import_rules.COLUMNS
    ]


def _lines(sheet: sheets.Sheet) -> list[sheets.Line]:
    if len(sheet.lines) > MOST_LINES:
        raise Invalid.field(
            "file", _("Ce tableau compte plus de %(n)d lignes : coupez-le en plusieurs fichiers.") % {"n": MOST_LINES}
        )
    lines = [line for line in sheet.lines if import_rules.EXAMPLE not in line.cells]
    if not lines:
        raise Invalid.field("file", _("Ce tableau ne contient que son exemple : remplissez-le d'abord."))
    return lines


def _made(act: Action, **fields: object) -> CandidacyImport:
    same = {name: fields[name] for name in ("session", "organisation_id", "sha256")}
    known = CandidacyImport.objects.filter(**same).first()
    if known is None:
        try:
            with transaction.atomic():
                return act.create(CandidacyImport, **fields)
        except IntegrityError:
            known = CandidacyImport.objects.filter(**same).get()
    raise AlreadyRead(known)


def mend_line(actor: Actor, row_id: int, cells: Mapping[str, str], *, version: int | None = None) -> CandidacyImportRow:
    """A line corrected in the page. Raises `WrongState` once it is over: the candidacy is then corrected."""
    with acting(actor, "candidacy_import.mend_line") as act:
        row = _lock_line(act, row_id, version)
        kept, emptied = import_rules.sifted({name: text for name, text in cells.items() if text.strip()})
        act.change(row, cells=kept, emptied=emptied, decision="")
        return _judged_again(act, row)


def settle_line(actor: Actor, row_id: int, decision: str, *, version: int | None = None) -> CandidacyImportRow:
    """A line and who it may be, side by side: the same person, two people, or the line goes and is erased."""
    with acting(actor, "candidacy_import.settle_line") as act:
        row = _lock_line(act, row_id, version)
        if decision not in Decision.values:
            raise Invalid.field("decision", _("Choisissez : la même personne, deux personnes, ou écarter la ligne."))
        of_the_file = decision == Decision.SAME and row.twin_person_id is None
        if of_the_file and row.twin_row_id is None:
            raise WrongState(_("Cette ligne ne ressemble plus à personne : il n'y a rien à réunir."))
        if decision == Decision.DROP or of_the_file:
            return act.change(row, decision=decision, state=State.DROPPED, cells={}, emptied={}, faults={})
        act.change(row, decision=decision)
        return _judged_again(act, row)


def _lock_line(act: Action, row_id: int, version: int | None) -> CandidacyImportRow:
    # The list before its lines, as the import of all of them does: neither waits for the other.
    seen = CandidacyImportRow.objects.visible_to(act.actor).filter(pk=row_id).order_by("pk")
    for source_id in seen.values_list("source_id", flat=True):
        act.lock(CandidacyImport, source_id)
    row = act.lock(CandidacyImportRow, row_id, version)
    if row.is_over:
        raise WrongState(_("Cette ligne n'attend plus rien : elle est importée ou écartée."))
    return row


def _judged_again(act: Action, row: CandidacyImportRow) -> CandidacyImportRow:
    _judge(act.actor, row.source)
    return act.lock(CandidacyImportRow, row.pk)


def _judge(
    actor: Actor, source: CandidacyImport, rows: Sequence[CandidacyImportRow] | None = None
) -> tuple[list[CandidacyImportRow], dict[int, Reached]]:
    """Every line judged; only those whose judgement changed are written."""
    if rows is None:
        rows = list(source.rows.select_related("twin_row").order_by("number"))
    before = {row.pk: [getattr(row, name) for name in JUDGED] for row in rows}
    found = Judge(actor, source).judge(rows)
    changed = [row for row in rows if before[row.pk] != [getattr(row, name) for name in JUDGED]]
    names = [name.removesuffix("_id") for name in JUDGED]
    CandidacyImportRow.objects.bulk_update(changed, names, batch_size=BATCH)
    return list(rows), found


def run_import(
    actor: Actor, import_id: int, *, only: Iterable[int] | None = None
) -> tuple[CandidacyImport, list[Candidacy]]:
    """Every line that is ready becomes a candidacy, all of them or none; the others wait. Run again, it takes what was
    mended since. `only`: these lines (ids). Raises `WrongState` when no line is ready or the session ended."""
    with acting(actor, "candidacy_import.run") as act:
        source = act.lock(CandidacyImport, import_id)
        session = lock_session(act, source.session_id)
        must_be_open(session)
        rows, found = _judge(actor, source)
        wanted = None if only is None else set(only)
        rows = [row for row in rows if row.state == State.READY and (wanted is None or row.pk in wanted)]
        if not rows:
            raise WrongState(_("Aucune ligne n'est prête : corrigez celles qui le demandent, puis recommencez."))
        people = _people(act, rows, found)
        session.operation = Operation.objects.select_related("provider").get(pk=session.operation_id)
        houses = {house.pk: house for row in rows if (house := found[row.number].prescriber)}
        for house in houses.values():
            join(act, session.operation, house, Part.PRESCRIBER)
        candidacies = act.create_many(
            Candidacy, [_candidacy(act, session, people[row.number], found[row.number]) for row in rows]
        )
        _keep_apart(act, rows, people)
        for row, candidacy in zip(rows, candidacies, strict=True):
            row.state, row.candidacy = State.IMPORTED, candidacy
            row.cells, row.emptied = {}, {}
        CandidacyImportRow.objects.bulk_update(rows, ["state", "candidacy", "cells", "emptied"], batch_size=BATCH)
        act.note(source, lines=len(rows))
        mails.imported(act, candidacies)
        # In this transaction: the messages leave if the list is in, and only then. The queue is reached late.
        from defi.steps.sourcing.tasks import tell_listed

        tell_listed.defer(action_id=str(act.id))
        return source, candidacies


def _people(act: Action, rows: Sequence[CandidacyImportRow], found: Mapping[int, Reached]) -> dict[int, Person]:
    """The person of each line, made when nobody is known yet; by the number of the line."""
    fresh = [row for row in rows if found[row.number].person_id is None]
    made = act.create_many(Person, [_person(found[row.number]) for row in fresh])
    people = dict(zip((row.number for row in fresh), made, strict=True))
    ids = {row.number: pk for row in rows if (pk := found[row.number].person_id)}
    known = Person.objects.in_bulk(ids.values())
    return people | {number: known[pk] for number, pk in ids.items()}


def _person(reached: Reached) -> Person:
    listed = reached.listed
    return Person(
        first_name=listed.first_name,
        last_name=listed.last_name,
        email=listed.email,
        phone=listed.phone,
        birth_date=listed.birth_date,
    )


def _candidacy(act: Action, session: Session, person: Person, reached: Reached) -> Candidacy:
    actor = act.actor
    prescriber = reached.prescriber
    return Candidacy(
        operation=session.operation,
        session=session,
        person=person,
        prescriber=prescriber,
        oriented_by_id=actor.person_id if actor.in_prescriber else None,
        state=CANDIDACY.take("candidacy.orient", actor, "").target,
        oriented_on=reached.listed.on or act.today,
    )


def _keep_apart(act: Action, rows: Sequence[CandidacyImportRow], people: Mapping[int, Person]) -> None:
    """What a person said of two records is remembered: they are not asked again."""
    for row in rows:
        if row.decision != Decision.TWO:
            continue
        other = row.twin_person_id or _person_of_line(row.twin_row, people)
        if other:
            remember_apart(act, other, people[row.number].pk)


def _person_of_line(line: CandidacyImportRow | None, people: Mapping[int, Person]) -> int | None:
    """Who another line of the list became: now, or in an import before."""
    if line is None:
        return None
    if line.number in people:
        return people[line.number].pk
    return line.candidacy.person_id if line.candidacy else None


def forget_imports() -> int:
    """Lists whose lines wait for nobody any more go, with the names of their lines. Returns how many went."""
    with acting(TASK, "candidacy_import.forget") as act:
        before = act.today - timedelta(days=import_rules.KEPT_DAYS)
        gone = list(CandidacyImport.objects.filter(received_on__lt=before).order_by("pk"))
        for source in gone:
            act.remove(source)
        return len(gone)
