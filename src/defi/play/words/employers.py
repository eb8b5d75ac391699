"""Words on the record of an employer: contacts, exchanges, adviser, two records made one."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.people.employers import actions, deciding, importing
from defi.people.employers.actions import ContactFacts, FirmFacts, TalkFacts
from defi.people.employers.models import Contact, Merge, Talk
from defi.people.models import Organisation, OrganisationKind
from defi.play.world import Args, PlayError, World, word


@word("employer.register")
def register_employer(world: World, actor: Actor, args: Args) -> None:
    """`name`; optional `siret`, `commune`, `address`, `email`, `phone`, `naf`: a new employer, known by its name from
    then on."""
    facts = _firm_facts(world, args, args.text("name"))
    world.organisations[facts.name] = actions.register_employer(actor, facts)


@word("employer.describe")
def describe_employer(world: World, actor: Actor, args: Args) -> None:
    """`employer`, and what is corrected among `name`, `siret`, `commune`, `address`, `email`, `phone`, `naf`."""
    firm = world.organisation(args.text("employer"))
    firm.refresh_from_db()
    known = FirmFacts(firm.name, firm.siret, firm.commune, firm.address, firm.email, firm.phone)
    actions.describe_employer(actor, firm.pk, _firm_facts(world, args, args.text("name", firm.name), known))


@word("employer.assign")
def assign_adviser(world: World, actor: Actor, args: Args) -> None:
    """`employer`; optional `adviser` (somebody of the cast with a role; nobody without it)."""
    name = args.text("adviser", "")
    if name and name not in world.memberships:
        raise PlayError(f"« {name} » n'a de rôle dans aucune organisation")
    adviser = world.memberships[name] if name else None
    actions.assign_adviser(actor, world.organisation(args.text("employer")).pk, adviser)


@word("contact.add")
def add_contact(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `name` (first name, then last name); optional `email`, `phone`, `post` (owner, management, hr, csr,
    foundation, dedicated, team, staff, other), `decides` (hire, sign, tutor, host, pay), `in_time` (yes, no,
    unknown)."""
    firm = world.organisation(args.text("employer"))
    contact = actions.add_contact(actor, firm.pk, _contact_facts(args, args.text("name")))
    world.people.setdefault(args.text("name"), contact.person)


@word("contact.change")
def change_contact(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `name` and all that contact.add takes: the contact as it is now."""
    contact = _contact(world, args, args.text("name"))
    actions.change_contact(actor, contact.pk, _contact_facts(args, args.text("name")))


@word("contact.leave")
def contact_leaves(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `name`: no longer works there."""
    actions.contact_leaves(actor, _contact(world, args, args.text("name")).pk)


@word("contact.merge")
def merge_contacts(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `kept` and `other` (names of two contacts), `reason`."""
    kept, other = (_contact(world, args, args.text(side)) for side in ("kept", "other"))
    deciding.merge_contacts(actor, kept.pk, other.pk, reason=args.text("reason"))


@word("talk.note")
def note_talk(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `kind` (visit, call, meeting, mail, event), `said`; optional `name` (of the exchange), `on` (today),
    `contact` (a name), `next_step` with `next_on`, `shared` (the firm's providers may read it)."""
    firm = world.organisation(args.text("employer"))
    talk = actions.note_talk(actor, firm.pk, _talk_facts(world, args))
    world.remember("talk", args.text("name", firm.name), talk)


@word("talk.correct")
def correct_talk(world: World, actor: Actor, args: Args) -> None:
    """`talk` (its name, the employer's by default), and all that talk.note takes."""
    talk = world.recall("talk", args.text("talk", args.text("employer")), Talk)
    actions.correct_talk(actor, talk.pk, _talk_facts(world, args))


@word("talk.finish")
def finish_step(world: World, actor: Actor, args: Args) -> None:
    """`talk` (its name, the employer's by default): what had to follow is done."""
    actions.finish_step(actor, world.recall("talk", args.text("talk"), Talk).pk)


@word("employer.import")
def import_employers(world: World, actor: Actor, args: Args) -> None:
    """`table`: a list of employers as CSV text, its first line the titles. Each is known by its name from then on; a
    line refused stops the play."""
    report = importing.import_employers(actor, args.text("table").strip().encode(), "liste.csv")
    if report.refused:
        raise PlayError(report.refused[0].sentence)
    for firm in Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, merged_into=None):
        world.organisations.setdefault(firm.name, firm)


@word("employer.merge")
def merge_employers(world: World, actor: Actor, args: Args) -> None:
    """`kept`, `other` (employers), `reason`: from then on both names lead to the kept record."""
    kept, other = world.organisation(args.text("kept")), world.organisation(args.text("other"))
    merge = deciding.merge_employers(actor, kept.pk, other.pk, reason=args.text("reason"))
    world.remember("merge", args.text("other"), merge)


@word("employer.unmerge")
def unmerge(world: World, actor: Actor, args: Args) -> None:
    """`other` (the employer that was merged), `reason`."""
    deciding.unmerge(actor, world.recall("merge", args.text("other"), Merge).pk, reason=args.text("reason"))


@word("employer.keep_apart")
def keep_apart(world: World, actor: Actor, args: Args) -> None:
    """`employers` (two names): they look alike, and are two."""
    first, second = (world.organisation(name).pk for name in args.texts("employers"))
    deciding.keep_apart(actor, first, second)


def _firm_facts(world: World, args: Args, name: str, known: FirmFacts | None = None) -> FirmFacts:
    before = known or FirmFacts(name)
    return FirmFacts(
        name=name,
        siret=args.text("siret", before.siret),
        commune=world.commune(args.text("commune")) if args.has("commune") else before.commune,
        address=args.text("address", before.address),
        email=args.text("email", before.email),
        phone=args.text("phone", before.phone),
        naf=args.text("naf", before.naf),
    )


def _contact_facts(args: Args, name: str) -> ContactFacts:
    first, _space, last = name.partition(" ")
    return ContactFacts(
        first_name=first,
        last_name=last or first,
        email=args.text("email", ""),
        phone=args.text("phone", ""),
        post=args.text("post", ""),
        decides=tuple(args.texts("decides", [])),
        in_time=args.text("in_time", Contact.InTime.UNKNOWN),
    )


def _talk_facts(world: World, args: Args) -> TalkFacts:
    return TalkFacts(
        kind=args.text("kind"),
        said=args.text("said"),
        on=args.optional_day("on"),
        contact_id=_contact(world, args, args.text("contact")).pk if args.has("contact") else None,
        next_step=args.text("next_step", ""),
        next_on=args.optional_day("next_on"),
        shared=args.flag("shared"),
    )


def _contact(world: World, args: Args, name: str) -> Contact:
    firm = world.organisation(args.text("employer"))
    with scope(TASK):
        contacts = Contact.objects.filter(organisation=firm, left_on=None).select_related("person").order_by("pk")
        found = next((contact for contact in contacts if str(contact.person) == name), None)
    if found is None:
        raise PlayError(f"« {name} » n'est pas un contact de « {firm.name} »")
    return found
