"""What a text made now would say, and what was agreed: read from the file for the rules of `terms`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from defi.operations.models import Operation, Partner, Session
from defi.people.models import Organisation, OrganisationKind
from defi.steps.convention.models import OF_ANY_TEXT, ON_THE_LIST, Amendment, Convention, Signatory
from defi.steps.convention.required import promises_in_force
from defi.steps.convention.states import SIGNED
from defi.steps.convention.terms import Hours, PartyFacts, Promised, Terms, terms
from defi.steps.design.calendar.reading import plan_hours
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.models import TrainingPlan
from defi.steps.pairing.hooks import PromiseAsked
from defi.steps.pairing.models import Promise


def hours_now(session: Session, plan: TrainingPlan | None) -> Hours:
    """The hours that a text made now says: the session's, unless a change approved since made them the plan's."""
    if plan is not None and ChangeRequest._base_manager.filter(plan=plan, state="approved").exists():
        return plan_hours(plan.pk)
    return session.hours_centre, session.hours_company


def terms_now(operation: Operation, asked: PromiseAsked | None = None) -> Terms:
    """What a text made now would say, or would if a promise became what is `asked`. Must run inside an open scope."""
    session = Session.objects.filter(operation=operation).order_by("number").first()
    if session is None:
        return Terms()
    plan = TrainingPlan.objects.filter(operation=operation).first()
    lines = _lines(operation, asked)
    return Terms(
        hours=hours_now(session, plan),
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        seats=session.seats,
        posts={pk: sum(line.posts for line in own) for pk, own in lines.items()},
        lines=lines,
        partners=_partners(operation),
    )


def _partners(operation: Operation) -> frozenset[int]:
    """Who signs beside the employers, whose promises tell, and has not left the operation."""
    taking_part = Partner.objects.filter(operation=operation, organisation=OuterRef("organisation"))
    # The Region is on the list without being a partner.
    is_here = Exists(taking_part.filter(left_on=None)) | ~Exists(taking_part)
    rows = Signatory.objects.filter(ON_THE_LIST, is_here, operation=operation)
    rows = rows.exclude(organisation__kind=OrganisationKind.EMPLOYER)
    return frozenset(rows.order_by().values_list("organisation_id", flat=True))


def _lines(operation: Operation, asked: PromiseAsked | None) -> dict[int, tuple[Promised, ...]]:
    """What each employer promises, a line per promise that has posts left, in the order of the convention."""
    left = Count("posts", filter=Q(posts__withdrawn_on=None))
    rows = promises_in_force(operation).select_related("work_at").annotate(left=left).order_by("pk")
    found: dict[int, tuple[Promised, ...]] = {}
    for row in rows:
        of_this = asked is not None and asked.promise.pk == row.pk
        promise, posts = (asked.promise, asked.posts) if asked and of_this else (row, row.left)
        if posts:
            found[row.employer_id] = (*found.get(row.employer_id, ()), promised_line(promise, posts))
    return found


def promised_line(promise: Promise, posts: int) -> Promised:
    """What the table of the convention says of a promise."""
    return Promised(
        posts=posts,
        job=promise.job_label,
        contract=promise.contract,
        months=promise.months,
        days=promise.days,
        starts_on=promise.starts_on,
        ends_on=promise.ends_on,
        place=promise.place or (promise.work_at.name if promise.work_at else ""),
        work_at=None if promise.place else promise.work_at_id,
    )


def terms_agreed(convention: Convention, before: Amendment | None = None) -> Terms:
    """What was signed: the convention, then its amendments signed since (those before this one). In an open scope."""
    kept: dict[str, Any] = dict(convention.terms)
    rows = Amendment.objects.filter(convention=convention, state="signed").order_by("pk")
    for amendment in rows if before is None else rows.filter(pk__lt=before.pk):
        kept |= amendment.terms
    return _of_kept_records([terms(kept)])[0]


def terms_of(amendment: Amendment) -> Terms:
    """What an amendment says: as kept once it was sent, else as the file stands. Must run inside an open scope."""
    if amendment.is_prepared:
        return terms_now(amendment.operation)
    return _of_kept_records([terms(amendment.terms)])[0]


def terms_in_turn(convention: Convention, amendments: Sequence[Amendment]) -> list[tuple[Terms, Terms]]:
    """Of each amendment, in their order: what was agreed before it, and what it says. Must run inside an open scope.

    The number of queries does not grow with that of amendments: one at most is prepared."""
    kept: dict[str, Any] = dict(convention.terms)
    told: list[Terms] = []
    for amendment in amendments:
        told.append(terms(kept))
        told.append(terms_now(amendment.operation) if amendment.is_prepared else terms(amendment.terms))
        if amendment.state == "signed":
            kept |= amendment.terms
    known = _of_kept_records(told)
    return list(zip(known[::2], known[1::2], strict=True))


def _of_kept_records(told: Sequence[Terms]) -> list[Terms]:
    """Promises of a record that was merged since are those of the record kept."""
    ids = {pk for one in told for pk in (*(one.posts or ()), *(one.partners or ()))}
    ids |= {line.work_at for one in told for own in (one.lines or {}).values() for line in own if line.work_at}
    known = dict(Organisation._base_manager.filter(pk__in=ids).values_list("pk", "merged_into_id")) if ids else {}
    return [_moved(one, known) for one in told]


def _moved(one: Terms, known: Mapping[int, int | None]) -> Terms:
    if one.partners is not None:
        one = replace(one, partners=frozenset(known.get(pk) or pk for pk in one.partners))
    if one.posts is None:
        return one
    posts: Counter[int] = Counter()
    for pk, count in one.posts.items():
        posts[known.get(pk) or pk] += count
    lines: dict[int, tuple[Promised, ...]] = {}
    for pk, own in (one.lines or {}).items():
        kept = known.get(pk) or pk
        moved = (replace(line, work_at=known.get(line.work_at or 0) or line.work_at) for line in own)
        lines[kept] = (*lines.get(kept, ()), *moved)
    return replace(one, posts=dict(posts), lines=lines if one.lines is not None else None)


def names_of(*told: Terms) -> Mapping[int, str]:
    """The names of the organisations these speak of."""
    ids = {pk for one in told for pk in (*(one.posts or ()), *(one.partners or ()))}
    return dict(Organisation._base_manager.filter(pk__in=ids).values_list("pk", "name"))


def parties_of(convention: Convention, agreed: Terms) -> list[PartyFacts]:
    """Who signed the convention or an amendment to it and is still engaged. Must run inside an open scope.

    An employer that no longer promises anything, or a partner that left, by what was agreed, is none any more."""
    operation = convention.operation
    rows = Signatory.objects.filter(OF_ANY_TEXT, convention=convention, state__in=SIGNED).order_by("pk")
    found = {row.organisation_id: row.organisation.kind for row in rows.select_related("organisation")}
    engaged = {
        pk
        for pk, kind in found.items()
        if (_promises(agreed, pk) if kind == OrganisationKind.EMPLOYER else _takes_part(agreed, pk))
    }
    leads, funds = operation.provider_id, operation.region_id
    return [
        PartyFacts(pk, signed=pk in engaged, leads=pk == leads, funds=pk == funds)
        for pk in sorted(engaged | {funds} | ({leads} if leads else set()))
    ]


def _promises(agreed: Terms, employer_id: int) -> bool:
    """Whether an employer promises something by what was agreed; true when that was not kept."""
    return agreed.posts is None or bool(agreed.posts.get(employer_id))


def _takes_part(agreed: Terms, partner_id: int) -> bool:
    """Whether a partner is still a party by what was agreed; true when that was not kept."""
    return agreed.partners is None or partner_id in agreed.partners
