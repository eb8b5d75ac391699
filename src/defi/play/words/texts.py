"""Words on the texts of the Region's documents."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.text import Vocabulary
from defi.play.world import Args, PlayError, World, word
from defi.schemes import text_actions
from defi.schemes.models import DocumentText
from defi.schemes.text_queries import body, holding
from defi.steps.convention.text_kinds import KINDS, TextKind


@word("text.write")
def write(world: World, actor: Actor, args: Args) -> None:
    """`document` (convention, amendment, contact-sheet, save-the-date, invitation, letter-signatory, letter-trainee);
    `body` (the whole text), or `instead_of` and `put`: words of the text in force, and those that replace them;
    optional `note`. The draft is the one the words below speak of."""
    kind = _kind(args)
    if args.has("body"):
        text = args.text("body")
    else:
        now = body(kind.template, holding(world.region.pk, kind.kind, clock.today()))
        former = args.text("instead_of")
        if former not in now:
            raise PlayError(_("le texte en vigueur ne contient pas « %(words)s »") % {"words": former})
        text = now.replace(former, args.text("put"))
    draft = text_actions.write_text(actor, kind.kind, _words(kind), text, note=args.text("note", ""))
    world.remember("text", kind.kind, draft)


@word("text.try")
def attempt(world: World, actor: Actor, args: Args) -> None:
    """`document`: its draft was read as the document of the operation of the file, or of an invented example before any
    operation is open."""
    kind = _kind(args)
    opened = world.things.get(("operation", world.operation_name))
    text_actions.try_text(actor, _draft(world, kind).pk, _words(kind), opened.pk if opened else None)


@word("text.adopt")
def adopt(world: World, actor: Actor, args: Args) -> None:
    """`document`; optional `from_on` (today by default): the first day its draft applies."""
    kind = _kind(args)
    day = args.optional_day("from_on") or clock.today()
    text_actions.adopt_text(actor, _draft(world, kind).pk, _words(kind), day)


@word("text.withdraw")
def withdraw(world: World, actor: Actor, args: Args) -> None:
    """`document`, `reason`: the version that does not apply yet is a draft again."""
    text_actions.withdraw_text(actor, _draft(world, _kind(args)).pk, reason=args.text("reason"))


@word("text.drop")
def drop(world: World, actor: Actor, args: Args) -> None:
    """`document`: its draft is given up."""
    text_actions.drop_text(actor, _draft(world, _kind(args)).pk)


def _kind(args: Args) -> TextKind:
    name = args.text("document")
    if name not in KINDS:
        raise PlayError(_("document inconnu : « %(name)s »") % {"name": name})
    return KINDS[name]


def _words(kind: TextKind) -> Vocabulary:
    assert kind.template.words is not None
    return kind.template.words


def _draft(world: World, kind: TextKind) -> DocumentText:
    return world.recall("text", kind.kind, DocumentText)
