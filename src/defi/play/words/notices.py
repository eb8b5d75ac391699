"""Words on the announcement and its poster."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.steps.sourcing import notices
from defi.steps.sourcing.models import NoticeFirm


@word("notice.write")
def write(world: World, actor: Actor, args: Args) -> None:
    """`text`; optional `title` (that of the operation by default), `contact`, `phone`. The employers of the operation
    are named at once with the posts of their needs."""
    operation = world.operation
    facts = notices.NoticeFacts(
        title=args.text("title", operation.title),
        text=args.text("text"),
        contact=args.text("contact", ""),
        phone=args.text("phone", ""),
    )
    notices.write_notice(actor, operation.pk, facts)


@word("notice.name_firm")
def name_firm(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `posts`, `wording`."""
    employer = world.organisation(args.text("employer"))
    notices.name_firm(actor, world.operation.pk, employer.pk, posts=args.whole("posts"), wording=args.text("wording"))


@word("notice.drop_firm")
def drop_firm(world: World, actor: Actor, args: Args) -> None:
    """`employer`, no longer named."""
    notices.drop_firm(actor, _firm(world, args.text("employer")))


@word("notice.ask")
def ask(world: World, actor: Actor, args: Args) -> None:
    """Each firm named receives its link."""
    notices.ask_firms(actor, world.operation.pk)


@word("notice.approve")
def approve(world: World, actor: Actor, args: Args) -> None:
    """`employer` (or a list), by itself or noted by the provider."""
    for name in args.texts("employer"):
        notices.approve_notice(actor, _firm(world, name))


@word("notice.decline")
def decline(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `reason`, by the employer."""
    notices.decline_notice(actor, _firm(world, args.text("employer")), reason=args.text("reason"))


@word("notice.publish")
def publish(world: World, actor: Actor, args: Args) -> None:
    """The page and the poster are public."""
    notices.publish_notice(actor, world.operation.pk)


@word("notice.rewrite")
def rewrite(world: World, actor: Actor, args: Args) -> None:
    """Back to preparation."""
    notices.rewrite_notice(actor, world.operation.pk)


def _firm(world: World, name: str) -> int:
    with scope(TASK):
        rows = NoticeFirm.objects.filter(operation=world.operation, employer=world.organisation(name))
        found = rows.first()
    if found is None:
        raise PlayError(_("%(name)s n'est pas nommée dans l'annonce") % {"name": name})
    return found.pk
