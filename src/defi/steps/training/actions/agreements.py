"""The agreement of a period: issued, signed by the three (link, account, ink), void when what it says changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who, scope
from defi.kernel.documents.keeping import keep
from defi.kernel.files import keeping
from defi.kernel.files.models import StoredFile
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document, Link
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.kernel.signing.keeping import sealed_number
from defi.kernel.transitions import VERBS
from defi.kernel.uploads import Upload
from defi.operations.access import must_take_part
from defi.people.models import Person
from defi.steps.convention.channels import Holder
from defi.steps.convention.codes import Codes
from defi.steps.training import mails
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.documents import PLACEMENT_AGREEMENT
from defi.steps.training.file_kinds import PLACEMENT_PAPER
from defi.steps.training.interruptions import living, over
from defi.steps.training.models import Placement, PlacementCode, PlacementSignature
from defi.steps.training.periods import PARTIES, missing_parties, too_late
from defi.steps.training.placement_printing import agreement_data

Party = PlacementSignature.Party
CODES: Codes[Placement] = Codes(PlacementCode, "placement", "defi.placement-code")


def issue(act: Action, placement: Placement) -> Document:
    """Within an action: the paper that the three sign. A former one is cancelled and its signatures are void."""
    former = placement.agreement
    made = keep(PLACEMENT_AGREEMENT, agreement_data(placement), placement, act.now)
    act.change(placement, agreement=made)
    if former is not None:
        # With it the sealed one, when the three had signed already.
        numbers = [former.number, sealed_number(former.number)]
        Document.objects.filter(number__in=numbers).update(cancelled_on=act.today)
        for row in _given(placement):
            act.change(row, voided_on=act.today)
    act.note(placement, document=made.number)
    return made


def _given(placement: Placement) -> list[PlacementSignature]:
    return list(PlacementSignature._base_manager.filter(placement=placement, voided_on=None).order_by("pk"))


def send_agreement(actor: Actor, placement_id: int) -> Placement:
    """Send the agreement to the firm again: the former links die. Raises `WrongState` when the firm signed already."""
    with acting(actor, "placement.send_link") as act:
        placement = lock_placement(act, placement_id)
        _must_be_open(placement)
        if any(row.party == Party.EMPLOYER for row in _given(placement)):
            raise WrongState(_("L'entreprise a déjà signé."))
        if not mails.send_agreement(act, placement.operation, placement):
            raise WrongState(_("Aucune adresse n'est connue pour cette entreprise : faites signer sur papier."))
        act.note(placement, link_sent=True)
        return placement


def send_own_agreement(actor: Actor, placement_id: int) -> Placement:
    """The same to the trainee, who asks for a new link."""
    with acting(actor, "placement.send_link") as act:
        placement = lock_placement(act, placement_id)
        mails.send_own_agreement(act, placement.operation, placement)
        act.note(placement, link_sent=True)
        return placement


def send_signing_code(actor: Actor, placement_id: int, *, fingerprint: str, channel: str = "") -> PlacementCode:
    """Send the bearer of a link a code for the agreement just read. Raises `Stale`, `WrongState`."""
    with acting(actor, "placement.send_code") as act:
        placement = lock_placement(act, placement_id)
        _must_await(placement, own_party(actor, placement))
        _must_be_in_time(placement, act.today)
        _must_be_read(placement, fingerprint)
        made: PlacementCode = CODES.send(
            act, placement, holder_of(actor, placement), fingerprint=fingerprint, channel=channel
        )
        return made


def sign_with_code(actor: Actor, placement_id: int, *, fingerprint: str, code: str) -> PlacementSignature:
    """Sign from a link, with the code received. Raises `Invalid` beside the code, and what `sign_placement` raises."""
    with acting(actor, "placement.try_code") as act:
        fault = CODES.type_in(act, lock_placement(act, placement_id), fingerprint=fingerprint, code=code)
    if fault:
        raise Invalid.field("code", fault)
    return sign_placement(actor, placement_id, fingerprint=fingerprint)


def sign_placement(actor: Actor, placement_id: int, *, fingerprint: str | None = None) -> PlacementSignature:
    """Sign the agreement for one's own side: trainee, firm or provider. From a link the code that was sent for this
    paper must have been typed (`sign_with_code`); whoever has signed in presses a button.

    `fingerprint`: of the paper that was read, by default the one in force. Raises `Stale` when another is in force
    since, `WrongState` twice, once the period has begun, after its first day, or while the path is interrupted then."""
    with acting(actor, "placement.sign") as act:
        placement = lock_placement(act, placement_id)
        party = own_party(actor, placement)
        _must_await(placement, party)
        _must_be_kept(placement, act.today)
        _must_be_in_time(placement, act.today)
        _must_be_read(placement, fingerprint)
        if actor.who is Who.LINK:
            CODES.use(act, placement, _fingerprint(placement))
        name = _name(actor, placement, party)
        return _sign(act, placement, party, act.today, name)


def record_signed_paper(
    actor: Actor,
    placement_id: int,
    parties: Collection[str],
    paper: tuple[str, bytes],
    *,
    on: date | None = None,
    fingerprint: str | None = None,
) -> list[PlacementSignature]:
    """Note who signed the printed agreement in ink that day, with its scan as `(name, bytes)`.

    Raises `Invalid` without a paper, for nobody, a day to come or before the paper was made; `WrongState` twice."""
    VERBS["placement.record_ink"].check(actor)
    with scope(actor):
        must_take_part(actor, load(Placement, actor, placement_id, "operation").operation)
    upload = keeping.inspected(PLACEMENT_PAPER, *paper)
    with acting(actor, "placement.record_ink") as act:
        placement = lock_placement(act, placement_id)
        chosen = [party for party in PARTIES if party in set(parties)]
        if not chosen or set(parties) - set(PARTIES):
            raise Invalid.field("parties", _("Cochez qui a signé sur ce papier."))
        for party in chosen:
            _must_await(placement, party)
        _must_be_read(placement, fingerprint)
        day = on or act.today
        if day > act.today:
            raise Invalid.field("on", _("Cette date est à venir : notez les choses une fois faites."))
        _must_be_in_time(placement, day, field="on")
        stored = keep_paper(act, placement, upload, _("Convention de période signée"))
        return [_sign(act, placement, party, day, paper=stored) for party in chosen]


def keep_paper(act: Action, placement: Placement, upload: Upload, what: str) -> StoredFile:
    """Within an action: the scan of what was signed in ink about a period."""
    label = f"{what}, {placement.candidacy.person}"
    return keeping.keep(act, PLACEMENT_PAPER, placement.operation_id, upload, label=label, about=placement)


def _sign(
    act: Action, placement: Placement, party: str, day: date, name: str = "", paper: StoredFile | None = None
) -> PlacementSignature:
    made = act.create(
        PlacementSignature,
        operation_id=placement.operation_id,
        placement=placement,
        party=party,
        in_ink=paper is not None,
        signed_on=day,
        name=name,
        fingerprint=_fingerprint(placement),
        paper=paper,
    )
    if not missing_parties({row.party for row in _given(placement)}):
        if placement.starts_on < act.today:
            # A paper signed in time and noted late: until now the centre expected this trainee again.
            follow_group(act, placement.candidacy.session)
        mails.placement_agreed(act, placement)
    return made


def _must_be_open(placement: Placement) -> None:
    if placement.state != "planned":
        raise WrongState(_("Cette période est déjà commencée ou annulée : sa convention ne se signe plus."))


def _must_be_kept(placement: Placement, today: date) -> None:
    """Raises `WrongState` once the last day is past, or while the path is interrupted on the dates of the period."""
    if placement.ends_on < today:
        raise WrongState(
            _("Le dernier jour de cette période est passé : elle n'a pas eu lieu, sa convention ne se signe plus.")
        )
    if over(placement, living([placement.candidacy_id]).get(placement.candidacy_id), today):
        raise WrongState(
            _(
                "La formation de cette personne est interrompue : l'organisme déplace d'abord la période, ou l'annule. "
                "Rien ne se signe d'ici là."
            )
        )


def _must_be_in_time(placement: Placement, day: date, field: str = "") -> None:
    """Raises `WrongState`, or `Invalid` beside the day that was typed, for a signature after the first day."""
    if sentence := too_late(placement.starts_on, placement.ends_on, day):
        raise Invalid.field(field, sentence) if field else WrongState(sentence)


def _must_await(placement: Placement, party: str) -> None:
    _must_be_open(placement)
    if any(row.party == party for row in _given(placement)):
        raise WrongState(_("Cette signature est déjà là : il n'y a rien à refaire."))


def _must_be_read(placement: Placement, fingerprint: str | None) -> None:
    if fingerprint is not None and fingerprint != _fingerprint(placement):
        raise Stale(_("La convention a changé depuis que vous l'avez lue : relisez-la, puis signez."))


def _fingerprint(placement: Placement) -> str:
    return placement.agreement.sha256 if placement.agreement else ""


def own_party(actor: Actor, placement: Placement) -> str:
    """The side this actor signs for. Raises `NotAllowed` for who signs for none."""
    if actor.who is Who.TRAINEE or (actor.who is Who.LINK and actor.organisation_id is None):
        if actor.person_id == placement.candidacy.person_id:
            return Party.TRAINEE
        raise NotAllowed(_("Chacun signe pour soi. L'organisme note les signatures faites sur papier."))
    return Party.PROVIDER if actor.in_provider else Party.EMPLOYER


def _name(actor: Actor, placement: Placement, party: str) -> str:
    person = Person._base_manager.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is not None:
        return str(person)
    return placement.tutor_name if party == Party.EMPLOYER else ""


def holder_of(actor: Actor, placement: Placement) -> Holder:
    """Who signs from a link: the mailbox it was sent to, and the telephone known of them."""
    link = Link.objects.filter(pk=actor.link.link_id).first() if actor.link else None
    person = Person._base_manager.filter(pk=actor.person_id).first() if actor.person_id else None
    mine = actor.organisation_id is None
    return Holder(
        address=link.address if link else "",
        phone=person.phone if person else "",
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        file_id=placement.operation_id,
        title=placement.operation.title,
        text=_("la convention de la période en entreprise"),
        organisation=str(placement.candidacy.person if mine else placement.employer),
    )
