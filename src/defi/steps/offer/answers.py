"""The answers owed to employers: told with the decision on their operation, gone through every fortnight, never
forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Membership
from defi.people.queries import actor_for
from defi.schemes.rulebook import current
from defi.steps.needs.access import must_pilot
from defi.steps.needs.models import Need
from defi.steps.needs.rules import nir_faults
from defi.steps.offer.models import AnswerDigest, NeedReview, RouteDecision
from defi.steps.offer.owing import STANDING_WORDS, Delays, Owed, Standing, owed

WAITING = ("to_confirm", "received", "grouped")
DIGEST_LINES = 12


def delays() -> Delays:
    """The days of the rulebook in force."""
    book = current()
    return Delays(book.need_answer_days, book.need_review_days, book.need_expires_days)


def unanswered(actor: Actor) -> QuerySet[Need]:
    """The needs whose employer still waits for an answer, the oldest first, with `reviewed_on`: neither answered nor
    withdrawn, nor told what becomes of their operation. One that waits for the button of a mail is owed nothing yet;
    one that waits for a call is."""
    by_mail = Q(state="to_confirm") & (~Q(contact_email="") | Q(contact__email__gt=""))
    last = NeedReview._base_manager.filter(need=OuterRef("pk")).order_by("-pk").values("reviewed_on")[:1]
    return (
        Need.objects.visible_to(actor)
        .filter(state__in=WAITING, answer="")
        .exclude(by_mail)
        .annotate(reviewed_on=Subquery(last))
        .select_related("employer", "contact", "job", "basin", "collective")
        .order_by("received_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An answer owed, as a list shows it."""

    need: Need
    owed: Owed
    reviewed_on: date | None

    @property
    def standing(self) -> Standing:
        return self.owed.standing

    @property
    def words(self) -> str:
        return str(STANDING_WORDS[self.standing])


def lines(needs: Iterable[Need]) -> list[Line]:
    """The answers owed to these needs (of `unanswered`)."""
    allowed, today = delays(), clock.today()
    return [
        Line(need, owed(need.received_on, seen, allowed, today), seen)
        for need in needs
        for seen in [need.reviewed_on]  # type: ignore[attr-defined]
    ]


def review_need(actor: Actor, need_id: int, *, note: str, version: int | None = None) -> NeedReview:
    """The officer went through a need: the employer still looks, and here is where it stands."""
    with acting(actor, "answer.review") as act:
        need = act.lock(Need, need_id, version)
        must_pilot(actor, need.basin_id)
        if need.state not in WAITING or need.answer:
            raise WrongState(_("Ce besoin a déjà sa réponse : il n'y a plus rien à passer en revue."))
        if not note.strip():
            raise Invalid.field("note", _("Dites en quelques mots où en est ce besoin."))
        if faults := nir_faults({"note": note}):
            raise Invalid(faults["note"], faults)
        return act.create(
            NeedReview, need=need, reviewed_on=act.today, reviewed_by_id=actor.person_id, note=note.strip()
        )


# --- the answer that a decision on the operation gives ------------------------------------------------------------


def tell(act: Action, needs: Iterable[Need], answer: str) -> set[int]:
    """Within an action: each employer is mailed the answer, which stays on its need. The employers that were told."""
    told = set()
    with acting(act.actor, "answer.tell") as telling:
        for need in needs:
            telling.change(need, answer=answer)
            recipient = Recipient(need.email, person_id=need.contact_id, organisation_id=need.employer_id)
            context = {"need": need, "answer": answer}
            queue(telling, recipient, "offer/mail/need_told.txt", context, file_id=need.file_id)
            told.add(need.employer_id)
    return told


def grouped_in(operation_id: int) -> list[Need]:
    """The needs that an operation answers, whoever asks: the caller acts on the operation itself."""
    with scope(TASK):
        rows = Need.objects.filter(collective__operation=operation_id, state="grouped").select_for_update(of=("self",))
        return list(rows.select_related("employer", "contact", "collective").order_by("pk"))


def words_of(decision: RouteDecision) -> str:
    """What an employer hears of the decision, in words that go with its need."""
    operation = decision.operation
    if operation.provider:
        return _("%(provider)s va construire la formation « %(title)s » et vous contactera.") % {
            "provider": operation.provider.name,
            "title": operation.title,
        }
    return _("Aucun marché existant ne couvre votre besoin : la Région lance une consultation pour « %(title)s ».") % {
        "title": operation.title
    }


# --- the review that officers receive ------------------------------------------------------------------------------


def send_digests(today: date | None = None) -> int:
    """Mail to each officer the answers owed in their territory, at most once a fortnight; how many were mailed.

    Nothing owed to review: nothing is mailed. Run twice, it mails once."""
    day = today or clock.today()
    sent = 0
    with scope(TASK):
        current_ones = Q(until=None) | Q(until__gt=day)
        officers = Membership.objects.filter(current_ones, role=Who.OFFICER.value).exclude(person__email="")
        members = list(officers.select_related("person", "organisation").prefetch_related("basins").order_by("pk"))
    for member in members:
        sent += _digest(member, day)
    return sent


def _digest(member: Membership, day: date) -> int:
    actor = actor_for(member)
    with acting(TASK, "answer.digest") as act:
        last = AnswerDigest.objects.filter(officer=member.person).order_by("-pk").first()
        if last and (day - last.sent_on).days < delays().review:
            return 0
        with scope(actor):
            rows = unanswered(actor)
            rows = rows.filter(basin_id__in=actor.basins) if actor.basins else rows
            found = [line for line in lines(rows) if line.standing is not Standing.WAITING]
        if not found:
            return 0
        act.create(AnswerDigest, officer=member.person, region=member.organisation, sent_on=day, owed=len(found))
        recipient = Recipient(member.person.email, person_id=member.person_id, organisation_id=member.organisation_id)
        queue(act, recipient, "offer/mail/answers_owed.txt", _digest_context(found))
        return 1


def _digest_context(found: list[Line]) -> dict[str, Any]:
    return {
        "shown": found[:DIGEST_LINES],
        "more": max(0, len(found) - DIGEST_LINES),
        "total": len(found),
        "late": sum(line.owed.is_late for line in found),
        "expired": sum(line.owed.has_expired for line in found),
        "url": f"{settings.PUBLIC_URL}/reponses-dues/",
    }
