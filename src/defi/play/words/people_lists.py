"""Words on lists of people handed in, and on records that may be one person."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.steps.sourcing import alike_actions, import_actions, telling
from defi.steps.sourcing.models import CandidacyImport, CandidacyImportRow, PersonPair


@word("candidacy_import.load")
def load_people(world: World, actor: Actor, args: Args) -> None:
    """`table`: its lines, the first one the titles of the columns, cells parted by « ; »; optional `name` (of the file,
    by default personnes.csv). The lines are read and judged; nobody is a candidate yet."""
    name = args.text("name", "personnes.csv")
    content = "\n".join(args.texts("table")).encode()
    world.remember("list", name, import_actions.load_people(actor, world.session.pk, content, name))


@word("candidacy_import.mend_line")
def mend_line(world: World, actor: Actor, args: Args) -> None:
    """`line` (its number in the file), `cells`: a table of what changes (last_name, phone, prescriber…); optional
    `name`."""
    row = _line(world, args)
    (cells,) = args.tables("cells")
    import_actions.mend_line(actor, row.pk, row.cells | {name: cells.text(name) for name in cells.raw})


@word("candidacy_import.settle_line")
def settle_line(world: World, actor: Actor, args: Args) -> None:
    """`line`, `decision` (same, two, drop); optional `name`."""
    import_actions.settle_line(actor, _line(world, args).pk, args.text("decision"))


@word("candidacy_import.run")
def run_import(world: World, actor: Actor, args: Args) -> None:
    """Optional `name`: every line that is ready becomes a candidacy, known from now on by first name and name; its
    people are told, as the task that follows an import does."""
    _source, candidacies = import_actions.run_import(actor, _list(world, args).pk)
    telling.tell_listed_candidacies([candidacy.pk for candidacy in candidacies])
    with scope(TASK):
        for candidacy in candidacies:
            world.people[str(candidacy.person)] = candidacy.person


def _list(world: World, args: Args) -> CandidacyImport:
    return world.recall("list", args.text("name", "personnes.csv"), CandidacyImport)


def _line(world: World, args: Args) -> CandidacyImportRow:
    with scope(TASK):
        row = _list(world, args).rows.filter(number=args.whole("line")).first()
    if row is None:
        raise PlayError(f"ligne absente de la liste : {args.whole('line')}")
    return row


@word("person.merge")
def merge_people(world: World, actor: Actor, args: Args) -> None:
    """`kept`, `other`: first names and names; the second is the same person as the first."""
    kept, other = world.person(args.text("kept")), world.person(args.text("other"))
    world.remember("pair", args.text("other"), alike_actions.merge_people(actor, kept.pk, other.pk))


@word("person.keep_apart")
def keep_apart(world: World, actor: Actor, args: Args) -> None:
    """`first`, `second`: they are two people."""
    first, second = world.person(args.text("first")), world.person(args.text("second"))
    alike_actions.keep_people_apart(actor, first.pk, second.pk)


@word("person.unmerge")
def unmerge(world: World, actor: Actor, args: Args) -> None:
    """`other` (who was said to be another), `reason`."""
    pair = world.recall("pair", args.text("other"), PersonPair)
    alike_actions.unmerge_people(actor, pair.pk, reason=args.text("reason"))
