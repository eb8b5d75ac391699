"""The mails of an operation and of a person: who may know of them, who reads their text, who drops or sends again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from defi.kernel import clock, links
from defi.kernel.access import LEAD, TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.mail import outbox, secret_links
from defi.kernel.mail.purposes import Urgency
from defi.kernel.mail.states import DIGEST, Dropped
from defi.kernel.models import FailingAddress, Link, Mail
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.access import leads, must_take_part, pilots
from defi.operations.models import Operation
from defi.people.addresses import living, of_the_house
from defi.people.models import Membership, Person

Renewal = Callable[[Link], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail as this actor may see it: to whom, whether its text is theirs to read, and whether to act on it."""

    mail: Mail
    to: str
    address: str
    may_read: bool
    may_act: bool


def mails_of_operation(actor: Actor, operation: Operation) -> QuerySet[Mail]:
    """The mails filed under an operation, latest first: all for who pilots or runs it and for the Region's direction,
    else those to one's own organisation or to oneself."""
    rows = Mail.objects.filter(file_id=operation.pk).exclude(purpose=DIGEST).order_by("-id")
    if actor.who in {Who.OFFICER, Who.STEERING} or (actor.who in LEAD and leads(actor, operation)):
        return rows
    return rows.filter(_ones_own(actor))


def mails_of_person(actor: Actor, person: Person) -> QuerySet[Mail]:
    """The mails to somebody, latest first: all to themself; to others those of the operations they may know of, and
    those to a colleague that no operation caused."""
    rows = Mail.objects.filter(person_id=person.pk).order_by("-id")
    if actor.person_id == person.pk:
        return rows.filter(digest=None)
    files = Operation.objects.visible_to(actor).values("pk")
    of_the_house = Q(file_id=None, organisation_id=actor.organisation_id or 0)
    return rows.exclude(purpose=DIGEST).filter(Q(file_id__in=files) | of_the_house).exclude(urgency="code")


def _ones_own(actor: Actor) -> Q:
    mine = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return mine | Q(organisation_id=actor.organisation_id) if actor.organisation_id else mine


def seen(actor: Actor, mails: Iterable[Mail], hidden: set[int], operation: Operation | None = None) -> list[Seen]:
    """These mails as the actor may see them; `hidden`: candidates among their readers whom the actor may not reach.
    What went to an address that is nobody's yet (a booking, an application) is for who runs the operation.

    One query, whatever their number."""
    rows = list(mails)
    with scope(TASK):
        names = {pk: str(one) for pk, one in Person.objects.in_bulk({m.person_id for m in rows if m.person_id}).items()}
    runs = operation is not None and actor.who in LEAD and leads(actor, operation)
    acts = runs or (operation is not None and pilots(actor, operation))
    return [_seen(actor, mail, names, hides=_is_hidden(mail, hidden, runs=runs), acts=acts) for mail in rows]


def _is_hidden(mail: Mail, hidden: set[int], *, runs: bool) -> bool:
    return mail.person_id in hidden if mail.person_id else mail.organisation_id is None and not runs


def _seen(actor: Actor, mail: Mail, names: dict[int, str], *, hides: bool, acts: bool) -> Seen:
    if hides:
        return Seen(mail, _("une personne candidate"), "", may_read=False, may_act=False)
    name = names.get(mail.person_id or 0, "")
    return Seen(mail, name, mail.address, may_read=_reads(actor, mail), may_act=acts)


def _reads(actor: Actor, mail: Mail) -> bool:
    """The text is for its reader, their house and the house that caused it; for who runs or pilots, save what the
    Region writes to itself."""
    if mail.person_id and mail.person_id == actor.person_id:
        return True
    if mail.urgency == "code":
        return False
    if actor.organisation_id in {mail.organisation_id, mail.from_organisation_id}:
        return True
    return actor.who in {Who.OFFICER, Who.STEERING} or (actor.who in LEAD and mail.organisation_id != actor.region_id)


def drop_mail(actor: Actor, operation_id: int, mail_id: int, hidden: set[int], *, reason: str) -> Mail:
    """A mail that has not left will not. Raises `Unknown`, `NotAllowed`, `WrongState` (it has left)."""
    with acting(actor, "mail.drop", reason=reason) as act:
        operation, mail = _locked(act, operation_id, mail_id, hidden)
        if mail.sent_at or mail.dropped_at or mail.failed_at or mail.leaving_at:
            raise WrongState(_("Ce courriel est déjà parti, ou ne partira plus : il n'y a plus rien à écarter."))
        mail.dropped_at, mail.dropped_why, mail.digest = act.now, Dropped.PERSON, None
        mail.save(update_fields=["dropped_at", "dropped_why", "digest"])
        act.note(operation, mail=mail.pk, purpose=mail.purpose)
        return mail


def resend_mail(
    actor: Actor, operation_id: int, mail_id: int, hidden: set[int], renewals: dict[str, Renewal]
) -> Mail | None:
    """Send a mail again, to the address its reader has now. One with a personal link is written anew, with a new link,
    by its room when it knows how (`renewals`, by verb of the link); then None is returned.

    Raises `Unknown`, `NotAllowed`, `WrongState` (it waits still, its reader has no address, its link has served)."""
    with acting(actor, "mail.resend") as act:
        operation, mail = _locked(act, operation_id, mail_id, hidden)
        if mail.urgency == Urgency.CODE:
            raise WrongState(_("Un code ne sert qu'une fois et ne se renvoie pas : la personne en demande un autre."))
        if not (mail.sent_at or mail.dropped_at or mail.failed_at):
            raise WrongState(_("Ce courriel n'est pas encore parti : il va partir, il n'y a rien à renvoyer."))
        act.note(operation, mail=mail.pk, purpose=mail.purpose)
        link = Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
        if mail.link_id and _written_anew(link, renewals):
            return None
        address = link.address if link else _present_address(mail)
        _must_receive(address)
        url = links.again(link) if link else mail.url
        again = Mail.objects.create(
            person_id=mail.person_id,
            organisation_id=mail.organisation_id,
            file_id=mail.file_id,
            action_id=act.id,
            from_person_id=actor.person_id,
            from_organisation_id=actor.organisation_id,
            address=address,
            subject=mail.subject,
            body=secret_links.renewed(mail.body, url) if link else mail.body,
            link_id=secret_links.link_of(url),
            line=mail.line,
            url=url,
            calendar=mail.calendar,
            document=mail.document,
            purpose=mail.purpose,
            about=mail.about,
            urgency="now",
            queued_at=act.now,
            due_at=act.now,
        )
        outbox.call(again)
        return again


def _written_anew(link: Link | None, renewals: dict[str, Renewal]) -> bool:
    """Whether the room of this link has written its mail again; if not, the same text leaves with a new link."""
    if link is None or link.used_at or link.expires_at <= clock.now():
        raise WrongState(_("Le lien de ce courriel a servi, ou son temps est passé : rien n'est parti de nouveau."))
    _must_receive(link.address)
    if link.verb not in renewals:
        return False
    with scope(TASK):
        renewals[link.verb](link)
    return True


def _must_receive(address: str) -> None:
    if not address:
        raise WrongState(_("Cette personne n'a plus d'adresse : appelez-la, ou notez son adresse."))
    if FailingAddress.objects.filter(address=address).exists():
        raise WrongState(_("Cette adresse ne reçoit plus : corrigez-la d'abord, puis renvoyez."))


def _present_address(mail: Mail) -> str:
    if mail.person_id is None:
        return mail.address
    with scope(TASK):
        person = Person.objects.filter(pk=mail.person_id).first()
    return person.email if person else ""


def _locked(act: Action, operation_id: int, mail_id: int, hidden: set[int]) -> tuple[Operation, Mail]:
    operation = act.lock(Operation, operation_id)
    must_take_part(act.actor, operation)
    if not (pilots(act.actor, operation) or leads(act.actor, operation)):
        raise NotAllowed(_("Les courriels de cette opération se gèrent par son référent et son organisme."))
    mail = mails_of_operation(act.actor, operation).select_for_update(of=("self",)).filter(pk=mail_id).first()
    if mail is None or not seen(act.actor, [mail], hidden, operation)[0].may_act:
        raise Unknown(_("Ce courriel n'existe pas, ou il n'est pas pour vous."))
    return operation, mail


# --- addresses that fail -------------------------------------------------------------------------------------------


def failing(actor: Actor) -> QuerySet[FailingAddress]:
    """The failing addresses that this actor can mend: of their house; of who they write to in the operations that they
    pilot or run; for an administrator of the Region's teams, of members."""
    rows = living()
    if actor.who not in {Who.OFFICER, Who.STEERING, Who.SIGNATORY, *LEAD}:
        return rows.filter(of_the_house(actor)) if actor.who is Who.ADVISER else rows.none()
    files = Operation.objects.visible_to(actor).exclude(state="abandoned")
    if actor.who is Who.OFFICER and actor.basins:
        files = files.filter(basin_id__in=actor.basins)
    if actor.who in LEAD:
        files = files.filter(Q(provider_id=actor.organisation_id) | Q(holder_id=actor.organisation_id))
    failed = Mail.objects.filter(failed_at__isnull=False, address=OuterRef("address"))
    if actor.in_region:
        # The addresses of candidates are their provider's to mend: the Region does not read them.
        member = Membership._base_manager.filter(person_id=OuterRef("person_id"))
        failed = failed.filter(Q(person_id=None) | Exists(member))
    mine = of_the_house(actor)
    if actor.who is Who.SIGNATORY:
        return rows.filter(mine)
    return rows.filter(mine | Exists(failed.filter(file_id__in=files.values("pk"))))
