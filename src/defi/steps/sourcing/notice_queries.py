"""Reads the announcement: its page inside, its public page, the facts of its poster."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.documents import Rendered, render
from defi.operations.models import Operation, Session
from defi.steps.sourcing.documents import POSTER, PosterData, PosterFirm, PosterMeeting
from defi.steps.sourcing.event_queries import Shown, shown_events
from defi.steps.sourcing.models import Notice, NoticeFirm
from defi.steps.sourcing.notice_firms import Promised, gone_from, promised_to
from defi.steps.sourcing.notice_mails import public_address
from defi.steps.sourcing.notice_rules import publishing_gaps
from defi.steps.sourcing.notices import differs, line_of

MOST_MEETINGS = 4
"""Meetings printed on the poster: more would push the firms off the page; the public page lists all."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The announcement as those inside read it."""

    notice: Notice
    firms: list[NoticeFirm]
    address: str
    gone: list[NoticeFirm] = field(default_factory=list)
    """Those whose word no longer stands: the public page and the poster leave them out."""
    otherwise: list[tuple[NoticeFirm, Promised]] = field(default_factory=list)
    """Lines that say other posts than those promised today, with what is promised."""
    unnamed: int = 0
    """How many firms promise posts and are not named."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What keeps it from being published."""
        return publishing_gaps(self.notice.text, [line_of(firm) for firm in self.firms])

    @property
    def posts(self) -> int:
        """The posts of the firms named."""
        return sum(firm.posts for firm in self.firms)


def told_to(actor: Actor, firms: list[NoticeFirm]) -> list[NoticeFirm]:
    """The firms named, as this actor may read of them: a firm does not learn that another one declined."""
    if not (actor.in_employer or actor.who is Who.LINK):
        return firms
    return [firm for firm in firms if firm.state != "declined" or firm.employer_id == actor.organisation_id]


def notice_page(actor: Actor, operation: Operation) -> NoticePage | None:
    """The announcement of an operation, once it is begun."""
    notice = Notice.objects.visible_to(actor).filter(operation=operation).first()
    if notice is None:
        return None
    notice.operation = operation
    rows = NoticeFirm.objects.visible_to(actor).filter(notice=notice).select_related("employer")
    firms = told_to(actor, list(rows.order_by("employer__search_key", "pk")))
    gone = gone_from(operation, [firm.employer_id for firm in firms])
    said = promised_to(operation.pk)
    return NoticePage(
        notice,
        firms,
        public_address(notice),
        [firm for firm in firms if firm.employer_id in gone],
        [
            (firm, said[firm.employer_id])
            for firm in firms
            if firm.employer_id in said and differs(firm, said[firm.employer_id])
        ],
        len(said.keys() - {firm.employer_id for firm in firms}),
    )


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """The announcement as anybody reads it: the firms that agreed and still recruit, and where to come."""

    notice: Notice
    operation: Operation
    session: Session | None
    firms: list[NoticeFirm]
    meetings: list[Shown]

    @property
    def posts(self) -> int:
        """The posts of the firms that agreed."""
        return sum(firm.posts for firm in self.firms)


def public_notice(code: str) -> PublicNotice | None:
    """The announcement of this code, published or being rewritten; nothing for an unknown code."""
    with scope(TASK):
        rows = Notice.objects.filter(code=code).select_related("operation__provider", "operation__region")
        notice = rows.first()
        return _public(notice) if notice else None


def _public(notice: Notice) -> PublicNotice:
    operation = notice.operation
    rows = notice.firms.filter(state="approved", edition=notice.edition).select_related("employer")
    agreed = list(rows.order_by("employer__search_key", "pk"))
    gone = gone_from(operation, [firm.employer_id for firm in agreed])
    firms = [firm for firm in agreed if firm.employer_id not in gone]
    promised = promised_to(operation.pk)
    for firm in firms:
        # A firm agreed to these words; nobody is told of more posts than it still promises.
        if said := promised.get(firm.employer_id):
            firm.posts = min(firm.posts, said.posts)
    meetings = [
        row
        for row in shown_events(
            TASK,
            operation=operation,
            published_on__isnull=False,
            cancelled_on=None,
            done_on=None,
            planned_on__gte=clock.today(),
        )
        if operation.state == "running" and not row.event.has_begun
    ]
    session = Session.objects.filter(operation=operation).order_by("number").first()
    return PublicNotice(notice, operation, session, firms, meetings)


def poster(shown: PublicNotice, now: datetime, *, firms: list[NoticeFirm] | None = None) -> Rendered:
    """The poster of an announcement; `firms` instead of those that agreed, to look at it before they are asked."""
    notice, session, named = shown.notice, shown.session, shown.firms if firms is None else firms
    data = PosterData(
        title=notice.title,
        text=notice.text,
        posts=sum(firm.posts for firm in named),
        provider=str(shown.operation.provider or ""),
        firms=tuple(PosterFirm(firm.employer.name, firm.posts, firm.wording) for firm in named),
        meetings=tuple(
            PosterMeeting(row.event.label, row.event.planned_on, row.event.place, row.event.at)
            for row in shown.meetings[:MOST_MEETINGS]
            if not row.event.rule.service
        ),
        starts_on=session.starts_on if session else None,
        ends_on=session.ends_on if session else None,
        place=session.place if session else "",
        contact=notice.contact,
        phone=notice.phone,
    )
    number = notice.number or f"{POSTER.prefix}-0"
    return render(POSTER, data, number=number, code=notice.code, verify_url=public_address(notice), now=now)
