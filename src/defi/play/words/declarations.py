"""Words on what people declare, and on candidacies sent from the announcement."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.steps.sourcing import applications, declarations
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.declarations import Said
from defi.steps.sourcing.models import Application, EntryCondition, Notice


@word("condition.add")
def add_condition(world: World, actor: Actor, args: Args) -> None:
    """`wording`: what the job asks of who enters."""
    wording = args.text("wording")
    world.remember("condition", wording, declarations.add_condition(actor, world.operation.pk, wording))


@word("condition.drop")
def drop_condition(world: World, actor: Actor, args: Args) -> None:
    """`wording`: the condition that is no longer asked."""
    declarations.drop_condition(actor, world.recall("condition", args.text("wording"), EntryCondition).pk)


@word("candidacy.declare")
def declare(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `met` and `unmet` (wordings of conditions), `publics` (low_level, long_search,
    young, senior, qpv, rural)."""
    met, unmet = (
        [world.recall("condition", wording, EntryCondition).pk for wording in args.texts(name, [])]
        for name in ("met", "unmet")
    )
    said = Said(met, unmet, args.texts("publics", []))
    for name in args.texts("person"):
        declarations.declare(actor, world.candidacy(name).pk, said)


@word("application.ask")
def apply(world: World, actor: Actor, args: Args) -> None:
    """`person`: first name and name, and `email` or `phone`, as from the public page of the announcement."""
    name = args.text("person")
    first, _space, last = name.partition(" ")
    with scope(TASK):
        notice = Notice.objects.filter(operation=world.operation).first()
    if notice is None:
        raise PlayError("cette opération n'a pas d'annonce")
    facts = PersonFacts(first, last, args.text("email", ""), args.text("phone", ""))
    world.remember("application", name, applications.apply(actor, notice.pk, facts))


@word("application.confirm")
def confirm(world: World, actor: Actor, args: Args) -> None:
    """`person`, to whom the provider talked: a candidate from now on."""
    name = args.text("person")
    done = applications.confirm_application(actor, world.recall("application", name, Application).pk)
    with scope(TASK):
        if done.candidacy:
            world.people[name] = done.candidacy.person


@word("application.drop")
def drop(world: World, actor: Actor, args: Args) -> None:
    """`person`, who could not be reached or no longer wishes to come."""
    applications.drop_application(actor, world.recall("application", args.text("person"), Application).pk)
