"""Who is told what when needs arrive, are confirmed, are answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import PRESCRIBER
from defi.kernel.journal import Action
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Operation
from defi.people.mailing import to_officers, to_organisation
from defi.schemes.rulebook import current
from defi.steps.needs.models import CollectiveNeed, Need, NeedImport, PublicProfile
from defi.steps.needs.rules import answer_due

CONFIRM_DAYS = 30
PROFILE_DAYS = 60


def left_lately(act: Action, address: str, template: str) -> int:
    """How many of these mails left for this address within the hour."""
    since = act.now - timedelta(hours=1)
    return Mail.objects.filter(address=address, purpose=f"needs/mail/{template}", queued_at__gt=since).count()


def need_arrived(act: Action, need: Need) -> None:
    """From the public page: the employer gets the link that confirms. Typed for it: it is told by whom. The officers of
    the basin are told of a need that is already sure, or that only a phone call can confirm."""
    if need.state == "to_confirm" and need.email:
        link = links.issue(
            need,
            "need.confirm",
            address=need.email,
            person_id=need.contact_id,
            organisation_id=need.employer_id,
            days=CONFIRM_DAYS,
        )
        _to_employer(act, need, "confirm", {"link": link, "days": CONFIRM_DAYS})
        return
    if need.state == "received" and need.typed_for_id != need.employer_id:
        _to_employer(act, need, "typed_for_you", {"typist": need.typed_for})
    _to_officers(act, need, "arrived")


def needs_imported(act: Action, source: NeedImport, needs: Sequence[Need]) -> None:
    """Each employer learns what was typed for it; each officer gets one message for all the needs of their basins."""
    by_officer: dict[Recipient, list[Need]] = {}
    officers = {basin: to_officers(source.region_id, basin) for basin in {need.basin_id for need in needs}}
    for need in needs:
        _to_employer(act, need, "typed_for_you", {"typist": source.organisation})
        for recipient in officers[need.basin_id]:
            if recipient.person_id != act.actor.person_id:
                by_officer.setdefault(recipient, []).append(need)
    for recipient, theirs in by_officer.items():
        by = answer_due(act.today, current().need_answer_days)
        context = {"source": source, "needs": theirs, "by": by, "url": f"{settings.PUBLIC_URL}/besoins/"}
        queue(act, recipient, "needs/mail/imported.txt", context)


def need_confirmed(act: Action, need: Need) -> None:
    """Now the officers have something to answer."""
    _to_officers(act, need, "arrived")


def need_answered(act: Action, need: Need) -> None:
    """The employer gets the answer in the officer's words."""
    _to_employer(act, need, "answered", {"answer": need.answer})


def need_withdrawn(act: Action, need: Need) -> None:
    """The officers learn it, unless one of them did it."""
    if not act.actor.in_region:
        _to_officers(act, need, "withdrawn", {"reason": act.reason})


def need_repeated(act: Action, kept: Need) -> None:
    """The employer said that its new sheet is the old one: the officers of the first look at what was added."""
    _to_officers(act, kept, "repeated")


def operation_opened(act: Action, operation: Operation, needs: Iterable[Need]) -> None:
    """Each employer learns that its need became an operation."""
    for need in needs:
        _to_employer(act, need, "operation_opened", {"operation": operation}, file_id=operation.pk)


def profile_asked(act: Action, profile: PublicProfile) -> None:
    """Each adviser of the prescriber, else its mailbox, gets a link of their own: no account is needed."""
    for recipient in to_organisation(profile.organisation, PRESCRIBER):
        link = links.issue(
            profile,
            "public_profile.record",
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=profile.organisation_id,
            days=PROFILE_DAYS,
        )
        context = {"profile": profile, "of": _of(profile), "link": link, "days": PROFILE_DAYS}
        queue(act, recipient, "needs/mail/profile_asked.txt", context, file_id=profile.file_id)


def profile_told(act: Action, profile: PublicProfile) -> None:
    """The officers learn that a prescriber has told, or cannot."""
    of = _of(profile)
    page = f"operations/{of.pk}/besoins/" if isinstance(of, Operation) else f"besoins/collectifs/{of.pk}/"
    context = {"profile": profile, "of": of, "url": f"{settings.PUBLIC_URL}/{page}"}
    for recipient in to_officers(profile.region_id, of.basin_id):
        queue(act, recipient, "needs/mail/profile_told.txt", context, file_id=profile.file_id)


def _of(profile: PublicProfile) -> Operation | CollectiveNeed:
    of = profile.operation or profile.collective
    assert of is not None
    return of


def _to_employer(
    act: Action, need: Need, template: str, context: dict[str, Any], *, file_id: int | None = None
) -> None:
    recipient = Recipient(need.email, person_id=need.contact_id, organisation_id=need.employer_id)
    queue(act, recipient, f"needs/mail/{template}.txt", _context(need) | context, file_id=file_id or need.file_id)


def _to_officers(act: Action, need: Need, template: str, context: dict[str, Any] | None = None) -> None:
    for recipient in to_officers(need.region_id, need.basin_id):
        queue(act, recipient, f"needs/mail/{template}.txt", _context(need) | (context or {}), file_id=need.file_id)


def _context(need: Need) -> dict[str, Any]:
    return {
        "need": need,
        "by": answer_due(need.received_on, current().need_answer_days),
        "url": f"{settings.PUBLIC_URL}/besoins/{need.pk}/",
    }
