"""The reminders of what is on somebody's « À faire »: the turns say what is owed, to whom, and when it stops."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set

from django.conf import settings

from defi.journey.models import TurnRow
from defi.journey.periods import owed_by_link
from defi.journey.queries import IF_NAMED, PERIODS, SIGNING
from defi.journey.words import TURN_WORDS
from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.mail.directory import directory
from defi.kernel.mail.outbox import Recipient
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, source
from defi.kernel.models import Link
from defi.kernel.transitions import VERBS
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.people.models import Person
from defi.steps.convention.mails import SIGN
from defi.steps.convention.models import SIGNATORY_TYPE, Signatory
from defi.steps.training.models import Placement

PLACEMENT_TYPE = Placement._meta.label_lower
_REGION = {"cabinet": Who.CABINET, "paying_office": Who.PAYING_OFFICE, "steering": Who.STEERING}
_HOUSE = {"provider": LEAD, "holder": LEAD, "employer": EMPLOYER, "prescriber": PRESCRIBER}


@source("convention_signature", "approval", "answer", "placement", "back_planning")
def turns(rule: Rule, files: Collection[int] | None) -> Iterable[Owed]:
    """The turns of this rule, for each hand that may take them: a member who has an account, on the page of the
    operation; else who had received a personal link for it, by a new one."""
    rows = TurnRow.objects.filter(key__in=rule.asks).exclude(operation__state="abandoned")
    if files is not None:
        rows = rows.filter(operation__in=files)
    found = list(rows.select_related("operation__region", "operation__provider", "organisation").order_by("pk"))
    sent = _links(found)
    for turn in found:
        yield from _owed(turn, sent.get((turn.operation_id, turn.key, turn.organisation_id), []))


def _owed(turn: TurnRow, sent: list[Link]) -> Iterator[Owed]:
    members = _members(turn)
    with_account = {pk for pk, reader in _readers(members).items() if reader}
    reached = set()
    for to in members:
        if to.person_id in with_account:
            reached.add(to.address)
            yield _one(turn, to)
    for link in sent:
        if link.address not in reached:
            reached.add(link.address)
            yield _one(turn, Recipient(link.address, link.person_id, link.organisation_id), link)


def _readers(members: list[Recipient]) -> dict[int, bool]:
    known = directory.readers({to.person_id for to in members if to.person_id})
    return {pk: reader.has_account for pk, reader in known.items()}


def _one(turn: TurnRow, to: Recipient, link: Link | None = None) -> Owed:
    words = str(TURN_WORDS[turn.key].todo)
    operation = turn.operation
    return Owed(
        about=f"{turn.key}:{operation.pk}:{turn.party}:{turn.organisation_id or 0}",
        to=to,
        what=words[:1].lower() + words[1:],
        url=f"{settings.PUBLIC_URL}/operations/{operation.pk}/",
        file_id=operation.pk,
        since=turn.since,
        due_on=turn.due_on,
        link=link,
        answers_to=operation.provider_id if turn.party != "provider" else operation.region_id,
    )


def _members(turn: TurnRow) -> list[Recipient]:
    """The members whose « À faire » shows this turn (journey.queries.my_turns)."""
    operation = turn.operation
    if turn.party == "officer":
        return to_officers(operation.region_id, operation.basin_id)
    if turn.party in _REGION:
        return to_organisation(operation.region, [_REGION[turn.party]])
    named = turn.params.get("person") if turn.key in SIGNING else None
    roles = _HOUSE.get(turn.party, frozenset()) & (VERBS[turn.key].who if turn.key in VERBS else set(Who))
    if turn.key in PERIODS[Who.TUTOR]:
        return _of_period(turn, roles)
    found = to_organisation(turn.organisation, roles - IF_NAMED if turn.key in SIGNING else roles)
    if named and all(to.person_id != named for to in found):
        found += to_person(Person.objects.filter(pk=named).first())
    return found


def _of_period(turn: TurnRow, roles: Set[Who]) -> list[Recipient]:
    """The tutors whose periods these are, and who answers for the firm whoever the tutor is."""
    found = to_organisation(turn.organisation, {who for who in roles if turn.key not in PERIODS.get(who, ())})
    known = {to.person_id for to in found}
    tutors = Person.objects.filter(pk__in=[int(pk) for pk in turn.params.get("tutors", {})]).order_by("pk")
    return found + [to for tutor in tutors if tutor.pk not in known for to in to_person(tutor)]


def _links(turns: list[TurnRow]) -> dict[tuple[int, str, int | None], list[Link]]:
    """The personal links sent for these turns, the latest of each hand first; those called back are left alone."""
    files, verbs = {t.operation_id for t in turns}, {t.key for t in turns}
    rows = Link.objects.filter(file_id__in=files, verb__in={*verbs, SIGN} if verbs & {*SIGNING} else verbs)
    awaited, periods = _keys_of_signatories(files), owed_by_link(files)
    found: dict[tuple[int, str, int | None], list[Link]] = {}
    for link in rows.filter(revoked_at=None, used_at=None).exclude(address="").order_by("-pk"):
        if link.object_type == PLACEMENT_TYPE and (link.verb, link.object_id) not in periods:
            continue
        # The link by which somebody signed goes on showing what was signed: it asks for nothing more.
        key = awaited.get(link.object_id, "") if link.object_type == SIGNATORY_TYPE else link.verb
        found.setdefault((link.file_id or 0, key, link.organisation_id), []).append(link)
    return found


def _keys_of_signatories(files: set[int]) -> dict[int, str]:
    """Which turn each signatory that has not signed is awaited for, by its id."""
    rows = Signatory._base_manager.filter(operation__in=files, state__in=["to_sign", "refused"])
    return {
        pk: "amendment.sign" if amended else "signatory.sign" for pk, amended in rows.values_list("pk", "amendment")
    }
