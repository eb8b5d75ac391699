"""Words on the signing: its date, the convention, its signatories."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Mail
from defi.kernel.signing.providers import SignedFile
from defi.play.world import Args, PlayError, World, word
from defi.steps.convention import actions
from defi.steps.convention.amending import send_amendment
from defi.steps.convention.ceremony import write_programme
from defi.steps.convention.handing import asks_code
from defi.steps.convention.models import LIVING, ON_THE_LIST, Amendment, Convention, Signatory, SigningOption
from defi.steps.convention.sealing import seal_amendment, seal_convention


@word("signing.propose")
def propose(world: World, actor: Actor, args: Args) -> None:
    """`options`: a list of tables `{ on, at, place }`, like `{ on = 2025-11-05, at = 14:30:00, place = "Mairie" }`;
    optional `title` (with the EOS number; made of the operation's by default)."""
    options = []
    for row in args.tables("options"):
        options.append(actions.OptionFacts(row.day("on"), row.hour("at"), row.text("place")))
        row.done()
    actions.propose_options(actor, world.operation.pk, options, title=args.text("title", ""))


@word("signing.forward")
def forward(world: World, actor: Actor, args: Args) -> None:
    """The officer passes all proposed dates on to the Cabinet. No argument."""
    actions.forward_options(actor, world.operation.pk)


@word("signing.hold")
def hold(world: World, actor: Actor, args: Args) -> None:
    """The Cabinet holds the date `on` (the first one passed on, by default)."""
    actions.hold_option(actor, _option(world, args, "forwarded").pk)


@word("signing.refuse")
def refuse(world: World, actor: Actor, args: Args) -> None:
    """The Cabinet refuses all dates: `reason`."""
    actions.refuse_options(actor, world.operation.pk, reason=args.text("reason"))


@word("signing.reopen")
def reopen(world: World, actor: Actor, args: Args) -> None:
    """The held date falls through: `reason`."""
    actions.reopen_date(actor, world.operation.pk, reason=args.text("reason"))


@word("signing.change")
def change_date(world: World, actor: Actor, args: Args) -> None:
    """`on`, `at`, `place`, `reason`: the held date changes; signed by all, as long as its day is not past."""
    facts = actions.OptionFacts(args.day("on"), args.hour("at"), args.text("place"))
    actions.change_date(actor, world.operation.pk, facts, reason=args.text("reason"))


@word("signing.save_the_date")
def save_the_date(world: World, actor: Actor, args: Args) -> None:
    """The provider asks signatories to keep the held date free, or the date `on` of those proposed."""
    option_id = _option(world, args, "proposed", "forwarded", "held").pk if args.has("on") else None
    actions.save_the_date(actor, world.operation.pk, option_id)


@word("signing.programme")
def programme(world: World, actor: Actor, args: Args) -> None:
    """`text`: the programme of the held date, one moment a line, the hour first."""
    write_programme(actor, _option(world, args, "held").pk, text=args.text("text"))


@word("signing.invite")
def invite(world: World, actor: Actor, args: Args) -> None:
    """The Cabinet sends the official invitations. No argument."""
    actions.invite(actor, world.operation.pk)


@word("convention.draft")
def draft(world: World, actor: Actor, args: Args) -> None:
    """The provider begins the convention, with the signatories the rulebook asks for; optional `title`."""
    actions.draft_convention(actor, world.operation.pk, title=args.text("title", ""))


@word("convention.retitle")
def retitle(world: World, actor: Actor, args: Args) -> None:
    """`title`, with the EOS number."""
    actions.retitle_convention(actor, world.operation.pk, title=args.text("title"))


@word("convention.take_text")
def take_text(world: World, actor: Actor, args: Args) -> None:
    """The provider takes the Region's newer text; who agreed to other words is asked again. No argument."""
    actions.take_text(actor, world.operation.pk)


@word("convention.send")
def send(world: World, actor: Actor, args: Args) -> None:
    """The provider sends convention and contact sheet, once everybody validated (`signatory.validate`). No argument."""
    actions.send_convention(actor, world.operation.pk)


@word("convention.correct")
def correct(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the text opens again; the signatures given fall when it is sent with other words."""
    actions.correct_convention(actor, world.operation.pk, reason=args.text("reason"))


@word("convention.keep")
def keep(world: World, actor: Actor, args: Args) -> None:
    """The correction is abandoned: the text that was sent is to be signed again as it is. No argument."""
    actions.keep_convention(actor, world.operation.pk)


@word("convention.cancel")
def cancel(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the convention that all have signed holds no more; another may be prepared (`convention.draft`)."""
    actions.cancel_convention(actor, world.operation.pk, reason=args.text("reason"))


@word("signatory.add")
def add(world: World, actor: Actor, args: Args) -> None:
    """`organisations`: partners that sign too."""
    for name in args.texts("organisations"):
        actions.add_signatory(actor, world.operation.pk, world.organisation(name))


@word("signatory.remove")
def remove(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `reason`."""
    signatory = _signatory(world, args.text("organisation"))
    actions.remove_signatory(actor, signatory.pk, reason=args.text("reason"))


@word("signatory.mend_address")
def mend_address(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `email`: who signed for it no longer received; the signed text leaves again."""
    actions.mend_address(actor, _signatory(world, args.text("organisation")).pk, args.text("email"))


@word("signatory.describe")
def describe(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `person` (somebody of the cast), `quality` (optional): who signs."""
    person = world.person(args.text("person"))
    signer = actions.Signer(
        person.first_name, person.last_name, args.text("quality", ""), email=person.email, phone=person.phone
    )
    actions.describe_signatory(actor, _signatory(world, args.text("organisation")).pk, signer)


@word("signatory.validate")
def validate(world: World, actor: Actor, args: Args) -> None:
    """Optional `organisations` (for a provider all those still to agree, for others their own, by default); for a
    provider `how` (meeting, phone, mail, paper; meeting by default); `on` (today by default)."""
    how, on = args.text("how", "meeting"), args.optional_day("on")
    for signatory in _chosen(world, actor, args, lambda s: s.validated_on is None, everybody=actor.in_provider):
        actions.validate_commitments(actor, signatory.pk, how=how, on=on)


@word("signatory.send_link")
def send_link(world: World, actor: Actor, args: Args) -> None:
    """`organisations`: each is sent (again) the link to validate or to sign."""
    for name in args.texts("organisations"):
        actions.send_link(actor, _signatory(world, name).pk)


@word("signatory.sign")
def sign(world: World, actor: Actor, args: Args) -> None:
    """Sign by a click for one's own organisation (or `organisation`). `edition` (default: the one in force) is the text
    that was read; a former one is refused. The code is asked for, read in the mailbox and typed (`code`: another
    one)."""
    name = args.text("organisation", "")
    signatory = _signatory(world, name) if name else _own(world, actor)
    convention = _convention(world)
    read = args.whole("edition", convention.edition)
    text = convention.fingerprint if read == convention.edition else ""
    actions.send_code(actor, signatory.pk, fingerprint=text)
    actions.sign_with_code(actor, signatory.pk, fingerprint=text, code=args.text("code", "") or _code_sent(signatory))


def _code_sent(signatory: Signatory) -> str:
    """What the person reads in the last mail."""
    mails = Mail.objects.filter(file_id=signatory.operation_id, purpose="convention/mail/signing_code")
    body = mails.latest("pk").body
    return next(line for line in body.splitlines() if line.strip().isdigit())


@word("signatory.delegate")
def delegate(world: World, actor: Actor, args: Args) -> None:
    """`first_name`, `last_name`, `quality`, `email` (optional for who runs the operation): somebody of the same
    organisation signs; optional `organisation` (one's own by default). Of one's own, the code is asked for, read in the
    mailbox and typed."""
    name = args.text("organisation", "")
    signatory = _signatory(world, name) if name else _own(world, actor)
    signer = _signer(args)
    if not asks_code(actor, signatory):
        actions.delegate(actor, signatory.pk, signer)
        return
    actions.send_delegation_code(actor, signatory.pk, signer)
    actions.delegate_with_code(actor, signatory.pk, signer, code=_code_sent(signatory))


@word("signatory.take_back")
def take_back(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `reason`: a signature noted by mistake, in ink or elsewhere, is to give again."""
    signatory = _signatory(world, args.text("organisation"))
    actions.take_back_signature(actor, signatory.pk, reason=args.text("reason"))


@word("signatory.replace")
def replace(world: World, actor: Actor, args: Args) -> None:
    """`first_name`, `last_name`, `quality`, `email` (optional), `reason`: who was to sign has left; optional
    `organisation` (one's own by default)."""
    name = args.text("organisation", "")
    signatory = _signatory(world, name) if name else _own(world, actor)
    actions.replace_signer(actor, signatory.pk, _signer(args), reason=args.text("reason"))


def _signer(args: Args) -> actions.Signer:
    return actions.Signer(
        args.text("first_name"), args.text("last_name"), args.text("quality", ""), email=args.text("email", "")
    )


@word("signatory.record_ink")
def record_ink(world: World, actor: Actor, args: Args) -> None:
    """Optional `organisations` (all those still to sign, by default), `on` (today by default)."""
    on = args.optional_day("on")
    for signatory in _chosen(world, actor, args, lambda s: s.state in {"to_sign", "refused"}, everybody=True):
        actions.record_ink(actor, signatory.pk, on=on)


@word("signatory.record_outside")
def record_outside(world: World, actor: Actor, args: Args) -> None:
    """`organisation`: it signed on another platform; `on` (today by default). A stand-in is kept as the signed file."""
    signatory = _signatory(world, args.text("organisation"))
    stand_in = SignedFile("convention-signee.pdf", b"%PDF-1.7\n%% signed elsewhere\n%%EOF\n")
    actions.record_outside(actor, signatory.pk, stand_in, on=args.optional_day("on"))


@word("convention.seal")
def seal(world: World, actor: Actor, args: Args) -> None:
    """The worker's task, at once: the signed convention is sealed. No argument."""
    seal_convention(_convention(world).pk)


@word("signatory.refuse")
def refuse_to_sign(world: World, actor: Actor, args: Args) -> None:
    """`reason`; optional `organisation` (one's own by default)."""
    name = args.text("organisation", "")
    signatory = _signatory(world, name) if name else _own(world, actor)
    actions.refuse_to_sign(actor, signatory.pk, reason=args.text("reason"))


def _convention(world: World) -> Convention:
    with scope(TASK):
        found = Convention.objects.filter(LIVING, operation=world.operation).first()
    if found is None:
        raise PlayError(_("la convention n'est pas encore préparée"))
    return found


def _signatories(world: World, amendment: Amendment | None = None) -> list[Signatory]:
    with scope(TASK):
        rows = Signatory.objects.filter(ON_THE_LIST, operation=world.operation)
        if amendment is not None:
            rows = Signatory.objects.filter(amendment=amendment).exclude(state="removed")
        return list(rows.order_by("pk"))


def _signatory(world: World, name: str) -> Signatory:
    wanted = world.organisation(name).pk
    for signatory in _signatories(world):
        if signatory.organisation_id == wanted:
            return signatory
    raise PlayError(_("« %(name)s » n'est pas parmi les signataires") % {"name": name})


def _own(world: World, actor: Actor, amendment: Amendment | None = None) -> Signatory:
    for signatory in _signatories(world, amendment):
        if signatory.organisation_id == actor.organisation_id:
            return signatory
    raise PlayError(_("cette organisation n'est pas parmi les signataires"))


def _chosen(
    world: World, actor: Actor, args: Args, waiting: Callable[[Signatory], bool], *, everybody: bool
) -> list[Signatory]:
    if args.has("organisations"):
        return [_signatory(world, name) for name in args.texts("organisations")]
    if everybody:
        return [signatory for signatory in _signatories(world) if waiting(signatory)]
    return [_own(world, actor)]


def _option(world: World, args: Args, *states: str) -> SigningOption:
    with scope(TASK):
        options = SigningOption.objects.filter(operation=world.operation, state__in=states).order_by("on", "at", "pk")
        found = options.filter(on=args.day("on")).first() if args.has("on") else options.first()
    if found is None:
        raise PlayError(_("aucune date ne correspond"))
    return found


@word("amendment.send")
def send_the_amendment(world: World, actor: Actor, args: Args) -> None:
    """The provider sends the avenant that is owed to those it touches, to be signed. No argument."""
    send_amendment(actor, _amendment(world, "owed").pk)


@word("amendment.sign")
def sign_the_amendment(world: World, actor: Actor, args: Args) -> None:
    """Sign the avenant by a click for one's own organisation, as `signatory.sign` does for the convention."""
    amendment = _amendment(world, "sent")
    own = _own(world, actor, amendment)
    actions.send_code(actor, own.pk, fingerprint=amendment.fingerprint)
    actions.sign_with_code(actor, own.pk, fingerprint=amendment.fingerprint, code=_code_sent(own))


@word("amendment.record_ink")
def record_ink_on_the_amendment(world: World, actor: Actor, args: Args) -> None:
    """The signatures in ink on the avenant: `organisations` (all those still to sign, by default), `on` (today)."""
    wanted = (
        {world.organisation(name).pk for name in args.texts("organisations")} if args.has("organisations") else None
    )
    on = args.optional_day("on")
    for signatory in _signatories(world, _amendment(world, "sent")):
        waits = signatory.state in {"to_sign", "refused"}
        if signatory.organisation_id in wanted if wanted else waits:
            actions.record_ink(actor, signatory.pk, on=on)


@word("amendment.seal")
def seal_the_amendment(world: World, actor: Actor, args: Args) -> None:
    """The worker's task, at once: the signed avenant is sealed. No argument."""
    seal_amendment(_amendment(world, "signed").pk)


def _amendment(world: World, state: str) -> Amendment:
    with scope(TASK):
        amendment = Amendment.objects.filter(operation=world.operation, state=state).last()
    if amendment is None:
        raise PlayError(_("aucun avenant n'est dans cet état"))
    return amendment
