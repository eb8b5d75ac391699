"""A spreadsheet of needs becomes needs: read once, its lines mended one by one, imported together or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel import sheets
from defi.kernel.access import Actor
from defi.kernel.columns import named_cells, under_its_titles
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Refused, WrongState
from defi.people.models import Organisation
from defi.people.queries import region as the_region
from defi.steps.needs import import_rules, mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.actions import Asked, NeedFacts, ask_competences, fields_of
from defi.steps.needs.completing import OPEN, fill_blanks
from defi.steps.needs.import_judging import Judge, employer_facts
from defi.steps.needs.import_models import NeedImport, NeedImportRow
from defi.steps.needs.models import Need, NeedCompetence
from defi.steps.needs.parties import ContactFacts, contact_of

MOST_LINES = 500
State, Decision = NeedImportRow.State, NeedImportRow.Decision


class AlreadyRead(Refused):
    """This very file was handed in before. `source` is where it is."""

    def __init__(self, source: NeedImport) -> None:
        super().__init__(
            _("Ce fichier a déjà été lu le %(day)s : voici où il en est, rien n'a été doublé.")
            % {"day": long_date(source.received_on)}
        )
        self.source = source


def load_import(actor: Actor, content: bytes, name: str) -> NeedImport:
    """Read a file and judge each of its lines. No need is made yet.

    Raises `Invalid` for what is not a table or holds nothing, `AlreadyRead` for a file of this house seen before."""
    with acting(actor, "need_import.load") as act:
        sheet = under_its_titles(sheets.read(content, name), import_rules.COLUMNS)
        if len(sheet.lines) > MOST_LINES:
            raise Invalid.field(
                "file",
                _("Ce tableau compte plus de %(n)d lignes : coupez-le en plusieurs fichiers.") % {"n": MOST_LINES},
            )
        lines = [line for line in sheet.lines if import_rules.EXAMPLE not in line.cells]
        if not lines:
            raise Invalid.field("file", _("Ce tableau ne contient que son exemple : remplissez-le d'abord."))
        print_of_file = hashlib.sha256(content).hexdigest()
        _refuse_twice(actor, print_of_file)
        columns = import_rules.columns_of(sheet.head)
        try:
            with transaction.atomic():
                source = act.create(
                    NeedImport,
                    region=_region(actor),
                    organisation_id=actor.organisation_id,
                    person_id=actor.person_id,
                    name=name[-160:],
                    sha256=print_of_file,
                    head=list(sheet.head),
                    columns=columns,
                    formulas=sheets.formulas_in(content),
                    received_on=act.today,
                )
        except IntegrityError:
            _refuse_twice(actor, print_of_file)
            raise
        rows = [
            NeedImportRow(
                source=source,
                number=line.number,
                raw=list(line.cells),
                cells=named_cells(line.cells, columns),
            )
            for line in lines
        ]
        NeedImportRow.objects.bulk_create(rows)
        _judge(actor, source)
        act.note(source, lines=len(rows))
        return source


def _refuse_twice(actor: Actor, print_of_file: str) -> None:
    seen = NeedImport.objects.visible_to(actor).filter(organisation_id=actor.organisation_id or 0, sha256=print_of_file)
    known = seen.first()
    if known:
        raise AlreadyRead(known)


def _region(actor: Actor) -> Organisation:
    return Organisation.objects.get(pk=actor.region_id) if actor.region_id else the_region()


def name_columns(actor: Actor, import_id: int, columns: Mapping[str, int], *, version: int | None = None) -> NeedImport:
    """What each column holds, corrected by a person; lines imported, dropped or mended by hand stay as they are.

    Raises `Invalid` when a column is given two meanings."""
    with acting(actor, "need_import.name_columns") as act:
        source = act.lock(NeedImport, import_id, version)
        places = list(columns.values())
        for name, place in columns.items():
            if places.count(place) > 1:
                raise Invalid.field(name, _("Cette colonne a déjà un autre sens : choisissez-en une autre."))
            if not 0 <= place < len(source.head):
                raise Invalid.field(name, _("Cette colonne n'est pas dans le tableau : rechargez la page."))
        act.change(source, columns=dict(columns))
        rows = list(source.rows.filter(mended=False).exclude(state__in=[State.IMPORTED, State.DROPPED]))
        for row in rows:
            row.cells = named_cells(row.raw, columns)
        NeedImportRow.objects.bulk_update(rows, ["cells"])
        _judge(actor, source)
        return source


def mend_line(actor: Actor, row_id: int, cells: Mapping[str, str], *, version: int | None = None) -> NeedImportRow:
    """A line corrected in the page. Raises `WrongState` once it is a need: it is then corrected there."""
    with acting(actor, "need_import.mend_line") as act:
        row = _lock_line(act, row_id, version)
        act.change(row, cells={name: text.strip() for name, text in cells.items() if text.strip()}, mended=True)
        if row.state == State.DROPPED:
            act.change(row, state=State.FAULTY, decision="")
        _judge(actor, row.source)
        return act.lock(NeedImportRow, row_id)


def settle_line(actor: Actor, row_id: int, decision: str, *, version: int | None = None) -> NeedImportRow:
    """Two lines, or a line and a need, side by side: they are two, one completes the other, or the line goes."""
    with acting(actor, "need_import.settle_line") as act:
        row = _lock_line(act, row_id, version)
        if decision not in Decision.values:
            raise Invalid.field("decision", _("Choisissez : garder les deux, compléter la première, ou écarter."))
        if decision == Decision.MERGE and row.twin_need_id is None and row.twin_row_id is None:
            raise WrongState(_("Rien ne ressemble plus à cette ligne : il n'y a rien à compléter."))
        dropped = decision == Decision.DROP
        act.change(row, decision=decision, state=State.DROPPED if dropped else State.FAULTY)
        _judge(actor, row.source)
        return act.lock(NeedImportRow, row_id)


def _lock_line(act: Action, row_id: int, version: int | None) -> NeedImportRow:
    row = act.lock(NeedImportRow, row_id, version)
    act.lock(NeedImport, row.source_id)
    if row.state == State.IMPORTED:
        raise WrongState(_("Cette ligne est déjà importée : corrigez le besoin lui-même."))
    return row


def _judge(actor: Actor, source: NeedImport) -> None:
    """What is wrong or known already in each line that is not over."""
    rows = list(source.rows.select_related("twin_row").order_by("number"))
    Judge(actor, source).judge(rows)
    open_rows = [row for row in rows if not row.is_over]
    NeedImportRow.objects.bulk_update(open_rows, ["faults", "state", "twin_need", "twin_row"])


def run_import(actor: Actor, import_id: int, *, only: Iterable[int] | None = None) -> tuple[NeedImport, list[Need]]:
    """Every line that is ready becomes a need, all of them or none; the others wait. Run again, it takes what was
    mended since, and doubles nothing. `only`: these lines (ids). Returns the needs made or completed.

    Raises `WrongState` when no line is ready."""
    with acting(actor, "need_import.run") as act:
        source = act.lock(NeedImport, import_id)
        _judge(actor, source)
        ready = source.rows.filter(state=State.READY).select_related("twin_row", "twin_need").order_by("number")
        rows = [row for row in ready if only is None or row.pk in set(only)]
        if not rows:
            raise WrongState(_("Aucune ligne n'est prête : corrigez celles qui le demandent, puis recommencez."))
        judge = Judge(actor, source)
        made: dict[int, Need] = {}
        for row in rows:
            made[row.pk] = _line_to_need(act, judge, row, made)
            row.state, row.need = State.IMPORTED, made[row.pk]
        NeedImportRow.objects.bulk_update(rows, ["state", "need"])
        fresh = [need for need in made.values() if need.received_on == act.today and need.state == "received"]
        act.note(source, needs=len(set(made.values())), lines=len(rows))
        mails.needs_imported(act, source, list({need.pk: need for need in fresh}.values()))
        return source, list(made.values())


def _line_to_need(act: Action, judge: Judge, row: NeedImportRow, made: Mapping[int, Need]) -> Need:
    """Raises `WrongState` with the number of the line that cannot become a need: the others wait with it."""
    try:
        return _to_need(act, judge, row, made)
    except Refused as refusal:
        raise WrongState(_("Ligne %(n)d : %(why)s") % {"n": row.number, "why": refusal.sentence}) from refusal


def _to_need(act: Action, judge: Judge, row: NeedImportRow, made: Mapping[int, Need]) -> Need:
    wanted = import_rules.understood(row.cells)
    facts = NeedFacts(
        wording=wanted.wording or str(judge.job(wanted.rome)),
        posts=wanted.posts,
        job=judge.job(wanted.rome),
        commune=judge.commune(wanted.place),
        contract=wanted.contract,
        months=wanted.months,
        weekly_hours=wanted.weekly_hours,
        wanted_from=wanted.wanted_from,
        comment=wanted.comment,
        competences=(
            *(Asked(label) for label in wanted.technical),
            *(Asked(label, NeedCompetence.Nature.BEHAVIOURAL) for label in wanted.behavioural),
        ),
    )
    kept = _kept(row, made) if row.decision == Decision.MERGE else None
    if kept is not None:
        standing = act.lock(Need, kept.pk)
        must_pilot(act.actor, standing.basin_id)
        if standing.state not in OPEN:
            raise WrongState(_("le besoin qu'elle complète est répondu ou retiré ; gardez-la à part."))
        fill_blanks(act, standing, Need(**fields_of(facts)), facts.competences)
        return standing
    return _new_need(act, judge, facts, wanted)


def _kept(row: NeedImportRow, made: Mapping[int, Need]) -> Need | None:
    if row.twin_row_id:
        return made.get(row.twin_row_id) or (row.twin_row.need if row.twin_row else None)
    return row.twin_need


def _new_need(act: Action, judge: Judge, facts: NeedFacts, wanted: import_rules.Wanted) -> Need:
    firm = judge.register(employer_facts(wanted, judge.source.region))
    contact = ContactFacts(wanted.contact_name, wanted.email, wanted.phone)
    reached = contact_of(act, firm, contact)
    assert facts.commune is not None
    need = act.create(
        Need,
        region=judge.source.region,
        employer=firm,
        contact=reached,
        contact_email="" if reached else contact.email,
        contact_phone="" if reached else contact.phone,
        typed_by_id=act.actor.person_id,
        typed_for_id=act.actor.organisation_id,
        basin=facts.commune.basin,
        **fields_of(facts),
        state="received",
        received_on=act.today,
    )
    ask_competences(need, facts.competences)
    return need
