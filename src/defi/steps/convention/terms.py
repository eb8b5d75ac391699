"""What a signed convention says that may change afterwards, what an amendment changes of it, and whom that touches.

Pure rules. Sources: seed 001, step 7 (who signs: the provider, the Region, each promising employer, the prescribers);
article 5 of the convention (« une modification des promesses ou des signataires fait l'objet d'un avenant »); issue of
the plan, « Signing » (amendment when employers or numbers change, signed by those it touches)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.steps.pairing.wording import contract_words

Hours = tuple[int, int]
"""Whole hours per trainee, in centre and in company."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A line of the table of promises: so many posts of a job, and what the text says of them. `months` and `days` word
    the length of a contract whose two dates are not known. `work_at`: the firm (its id) whose name says the place."""

    posts: int
    job: str
    contract: str = ""
    months: int | None = None
    days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    work_at: int | None = None

    @property
    def conditions(self) -> tuple[object, ...]:
        """All but the number of posts. A firm that only changes its name is the same place."""
        where = self.work_at or self.place
        return (self.job, self.contract, self.months, self.days, self.starts_on, self.ends_on, where)

    def kept(self) -> list[Any]:
        """As a column keeps it."""
        days = [day.isoformat() if day else None for day in (self.starts_on, self.ends_on)]
        return [self.posts, self.job, self.contract, self.months, self.days, *days, self.place, self.work_at]


def promised(kept: Sequence[Any]) -> Promised:
    """What `Promised.kept` gave, read again."""
    posts, job, contract, months, days, *bounds, place, work_at = kept
    first, last = (date.fromisoformat(day) if day else None for day in bounds)
    return Promised(posts, job, contract, months, days, first, last, place, work_at)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed, or what a text made now would say. `posts`: how many each employer promises, by its id; `lines`:
    on what conditions; `partners`: the other parties of the list that still take part in the operation.

    None: a text sent before this was kept does not tell; it is then not compared."""

    hours: Hours | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    seats: int | None = None
    posts: Mapping[int, int] | None = None
    lines: Mapping[int, tuple[Promised, ...]] | None = None
    partners: frozenset[int] | None = None

    def kept(self) -> dict[str, Any]:
        """As a column keeps it; what is not known is left out."""
        told = {
            "hours": list(self.hours) if self.hours else None,
            "dates": [self.starts_on.isoformat(), self.ends_on.isoformat()]
            if self.starts_on and self.ends_on
            else None,
            "seats": self.seats,
            "posts": {str(pk): n for pk, n in sorted(self.posts.items())} if self.posts is not None else None,
            "lines": {str(pk): [one.kept() for one in lines] for pk, lines in sorted(self.lines.items())}
            if self.lines is not None
            else None,
            "partners": sorted(self.partners) if self.partners is not None else None,
        }
        return {name: value for name, value in told.items() if value is not None}


def terms(kept: Mapping[str, Any]) -> Terms:
    """What `Terms.kept` gave, read again."""
    first, last = (date.fromisoformat(day) for day in kept["dates"]) if "dates" in kept else (None, None)
    posts, lines = kept.get("posts"), kept.get("lines")
    return Terms(
        hours=(kept["hours"][0], kept["hours"][1]) if "hours" in kept else None,
        starts_on=first,
        ends_on=last,
        seats=kept.get("seats"),
        posts={int(pk): n for pk, n in posts.items()} if posts is not None else None,
        lines={int(pk): tuple(promised(one) for one in rows) for pk, rows in lines.items()}
        if lines is not None
        else None,
        partners=frozenset(kept["partners"]) if "partners" in kept else None,
    )


class Cause(StrEnum):
    """Why an amendment is owed."""

    HOURS = "hours"
    DATES = "dates"
    SEATS = "seats"
    JOINED = "joined"
    WITHDREW = "withdrew"
    POSTS = "posts"
    CONDITIONS = "conditions"
    LEFT = "left"


FOR_ALL = frozenset({Cause.HOURS, Cause.DATES, Cause.SEATS})
"""What every signatory agreed to for itself: the training and its places."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an amendment changes; `organisation_id` is the employer whose promises change, or the partner that
    left."""

    cause: Cause
    organisation_id: int = 0


def changes(agreed: Terms, now: Terms) -> tuple[Change, ...]:
    """What an amendment would have to say, in the order of the convention; nothing when all is as agreed."""
    found = []
    if _differs(agreed.hours, now.hours):
        found.append(Change(Cause.HOURS))
    if _differs(_dates(agreed), _dates(now)):
        found.append(Change(Cause.DATES))
    if _differs(agreed.seats, now.seats):
        found.append(Change(Cause.SEATS))
    before, after = agreed.posts, now.posts or {}
    for pk in sorted({*before, *after}) if before is not None else ():
        had, has = before.get(pk, 0) if before else 0, after.get(pk, 0)
        if had != has:
            found.append(Change(_of_posts(had, has), pk))
        if had and has and _other_conditions(_lines(agreed, pk), _lines(now, pk)):
            found.append(Change(Cause.CONDITIONS, pk))
    if agreed.partners is not None and now.partners is not None:
        found += [Change(Cause.LEFT, pk) for pk in sorted(agreed.partners - now.partners)]
    return tuple(found)


def _lines(told: Terms, pk: int) -> tuple[Promised, ...] | None:
    return told.lines.get(pk, ()) if told.lines is not None else None


def _other_conditions(before: tuple[Promised, ...] | None, now: tuple[Promised, ...] | None) -> bool:
    """Whether the table would say something else than another number of the same posts."""
    if before is None or now is None:
        return False
    had, has = _shared_out(before), _shared_out(now)
    same_posts = len(had) == len(has) == 1 and set(had) == set(has)
    return had != has and not same_posts


def _shared_out(lines: tuple[Promised, ...]) -> Mapping[tuple[object, ...], int]:
    """Posts by their conditions: two lines that say the same are one."""
    found: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        found[line.conditions] += line.posts
    return found


def _dates(told: Terms) -> tuple[date, date] | None:
    return (told.starts_on, told.ends_on) if told.starts_on and told.ends_on else None


def _differs(before: object, now: object) -> bool:
    return before is not None and now is not None and before != now


def _of_posts(had: int, has: int) -> Cause:
    if not had:
        return Cause.JOINED
    return Cause.POSTS if has else Cause.WITHDREW


def sentences(
    agreed: Terms, now: Terms, names: Mapping[int, str], found: Collection[Change] | None = None
) -> tuple[str, ...]:
    """What changes, from what to what, one sentence each; `names`: of the employers, by their id. `found`: of these
    changes only."""
    told = changes(agreed, now) if found is None else found
    return tuple(_sentence(change, agreed, now, names) for change in told)


def _sentence(change: Change, agreed: Terms, now: Terms, names: Mapping[int, str]) -> str:
    if change.cause is Cause.HOURS and agreed.hours and now.hours:
        return _(
            "Durée par stagiaire : %(centre)d h en centre et %(company)d h en entreprise deviennent %(new_centre)d h "
            "en centre et %(new_company)d h en entreprise."
        ) % {
            "centre": agreed.hours[0],
            "company": agreed.hours[1],
            "new_centre": now.hours[0],
            "new_company": now.hours[1],
        }
    if change.cause is Cause.DATES and agreed.starts_on and agreed.ends_on and now.starts_on and now.ends_on:
        return _("Dates de la session : du %(start)s au %(end)s, elles passent du %(new_start)s au %(new_end)s.") % {
            "start": long_date(agreed.starts_on),
            "end": long_date(agreed.ends_on),
            "new_start": long_date(now.starts_on),
            "new_end": long_date(now.ends_on),
        }
    if change.cause is Cause.SEATS:
        return _("Places financées par la Région : de %(before)d à %(now)d.") % {
            "before": agreed.seats,
            "now": now.seats,
        }
    name = names.get(change.organisation_id, "")
    if change.cause is Cause.LEFT:
        return _("%(name)s a quitté l'opération et n'est plus partie à la convention.") % {"name": name}
    return _of_an_employer(change, agreed, now, name)


def _of_an_employer(change: Change, agreed: Terms, now: Terms, name: str) -> str:
    had, has = ((of.posts or {}).get(change.organisation_id, 0) for of in (agreed, now))
    before, after = (_in_words(_lines(of, change.organisation_id) or ()) for of in (agreed, now))
    if change.cause is Cause.CONDITIONS:
        return _("Ce que promet %(name)s : %(before)s ; désormais : %(now)s.") % {
            "name": name,
            "before": before,
            "now": after,
        }
    if change.cause is Cause.JOINED and after:
        return _("%(name)s s'engage : %(lines)s ; aucun poste promis auparavant.") % {"name": name, "lines": after}
    if change.cause is Cause.JOINED:
        said = ngettext(
            "%(name)s s'engage : %(n)d poste promis, aucun auparavant.",
            "%(name)s s'engage : %(n)d postes promis, aucun auparavant.",
            has,
        )
        return said % {"name": name, "n": has}
    if change.cause is Cause.WITHDREW:
        said = ngettext(
            "%(name)s se retire : le poste promis ne l'est plus.",
            "%(name)s se retire : les %(n)d postes promis ne le sont plus.",
            had,
        )
        return said % {"name": name, "n": had}
    return _("Postes promis par %(name)s : de %(before)d à %(now)d.") % {"name": name, "before": had, "now": has}


def _in_words(lines: tuple[Promised, ...]) -> str:
    """`2 postes d'aide à domicile… `: each line as the table of the convention says it."""
    return _(" et ").join(_line_words(line) for line in lines)


def _line_words(line: Promised) -> str:
    posts = ngettext("%(n)d poste « %(job)s »", "%(n)d postes « %(job)s »", line.posts) % {
        "n": line.posts,
        "job": line.job,
    }
    start = line.starts_on if line.starts_on and not line.ends_on else None
    since = _("à partir du %(day)s") % {"day": long_date(start)} if start else ""
    return ", ".join(part for part in (posts, contract_words(line), line.place, since) if part)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """One who signed the convention or an amendment to it, or takes part since. `leads`: the provider; `funds`: the
    Region."""

    organisation_id: int
    signed: bool = True
    leads: bool = False
    funds: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """Who signs an amendment. `optional`: asked, but may be taken off with a reason if it no longer answers."""

    signing: frozenset[int]
    optional: frozenset[int] = field(default=frozenset())


def touched(found: Collection[Change], parties: Collection[PartyFacts]) -> Touched:
    """Who signs an amendment that makes these changes, by the ids of organisations.

    The provider and the Region sign each one, since they answer for the whole. Hours, dates and places touch all those
    who signed. A change of posts, or of what they are, touches the employer that promises them, and it alone: the
    engagements of the others stay as they signed them. An employer that withdraws, a partner that left is asked too,
    if it had signed, but the operation is not held back by one that engages for nothing any more: it may be taken off.
    **Decision**: the sources say « those it touches », no more."""
    if not found:
        return Touched(frozenset())
    gone = {change.organisation_id for change in found if change.cause in {Cause.WITHDREW, Cause.LEFT}}
    signing = {party.organisation_id for party in parties if party.leads or party.funds}
    # Who left and never signed engaged for nothing.
    strangers = gone - {party.organisation_id for party in parties if party.signed}
    signing |= {change.organisation_id for change in found if change.organisation_id} - strangers
    if any(change.cause in FOR_ALL for change in found):
        signing |= {party.organisation_id for party in parties if party.signed}
    return Touched(frozenset(signing), frozenset(gone & signing))
