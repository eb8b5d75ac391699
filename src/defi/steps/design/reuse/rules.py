"""What may be taken from a past plan, and what becomes of it here: pure. Source: process.md, step 2; issue of the plan
designed in turns, "Reuse"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from defi.reference.words import held, plain
from defi.steps.design.content import hours as in_hours
from defi.steps.design.rules import same

TITLE_LENGTH = 160

Hours = tuple[int, int, int, int]
"""Whole hours per trainee: in centre, at a distance, in company, in work situation."""


def counted_words(hours: Hours) -> str:
    """`10 h en centre, 4 h en entreprise`: as the plan counts them (at a distance with the centre, in work situation
    with the company)."""
    centre, remote, company, situation = hours
    where = ((centre + remote, _("en centre")), (company + situation, _("en entreprise")))
    return ", ".join(f"{in_hours(count)} {place}" for count, place in where if count)


NEAREST_FIRST = SAME_JOB, NEAR_JOB, OTHER_JOB = "same", "near", "other"


def nearness(job: int, here: int, near: Collection[int]) -> str:
    """How a past operation's job stands to the one here (ids): a fact of the ROME, not a judgment on the plan."""
    if job == here:
        return SAME_JOB
    return NEAR_JOB if job in near else OTHER_JOB


@dataclass(frozen=True, slots=True)
class Skill:
    """A competence of a plan: its row, its words, and its competence of the ROME (ids) when it has one."""

    pk: int
    label: str
    rome: int | None = None


def asked_here(taught: Iterable[Skill], asked: Sequence[Skill]) -> dict[int, Skill]:
    """By row of a past plan, the competence of this plan that is the same: same words, else same competence of the
    ROME. What is not in the answer was not asked for here."""
    by_words = {same(skill.label): skill for skill in asked}
    by_rome = {skill.rome: skill for skill in reversed(asked) if skill.rome is not None}
    found = {}
    for skill in taught:
        here = by_words.get(same(skill.label)) or (by_rome.get(skill.rome) if skill.rome is not None else None)
        if here is not None:
            found[skill.pk] = here
    return found


def answers(typed: Sequence[str], key: str) -> bool:
    """Whether a row of this search key holds every word typed (plain words), accents and endings forgotten."""
    return all(held(word, key) for word in typed)


def adapts(kind: str, hours: Hours, was: str, hours_before: Hours, taken: Hours) -> bool:
    """Whether a module taken from a past plan, saved as kept (`kind`), no longer is what was taken.

    A page that leaves hours and nature as they stood (`was`, `hours_before`) is let through, even when the past plan
    has changed since."""
    if kind != "kept" or hours == taken:
        return False
    return hours != hours_before or was != "kept"


def title_faults(wanted: Mapping[int, str], here: Iterable[str]) -> dict[int, str]:
    """What is wrong with the titles under which modules (ids) would come in, beside those already `here`."""
    faults: dict[int, str] = {}
    known = {same(title) for title in here}
    for pk, title in wanted.items():
        if not title:
            faults[pk] = _("Nommez le module.")
        elif len(title) > TITLE_LENGTH:
            faults[pk] = _("Un nom de module compte %(n)d signes au plus : raccourcissez-le.") % {"n": TITLE_LENGTH}
        elif same(title) in known:
            faults[pk] = _("« %(title)s » est déjà dans le plan : donnez un autre nom à celui-ci, ou décochez-le.") % {
                "title": title
            }
        known.add(same(title))
    return faults


def free_title(title: str, year: int, here: Iterable[str]) -> str:
    """A title that no module has yet: with the year it comes from, then with a number."""
    known = {same(other) for other in here}
    for number in range(1, len(known) + 2):
        mark = f" ({year})" if number == 1 else f" ({year}, {number})"
        proposed = title[: TITLE_LENGTH - len(mark)] + mark
        if same(proposed) not in known:
            break
    return proposed


@dataclass(frozen=True, slots=True)
class Certified:
    """What a plan aims at: a certification of the registers (id), or one named in words; neither, none."""

    pk: int | None = None
    label: str = ""

    def __bool__(self) -> bool:
        return self.pk is not None or bool(self.label.strip())

    def is_that_of(self, other: Certified) -> bool:
        """Whether both aim at the same certification; two plans without any have none in common."""
        if self.pk is not None or other.pk is not None:
            return self.pk == other.pk
        return bool(self) and same(self.label) == same(other.label)


@dataclass(frozen=True, slots=True)
class PastModule:
    """A module of an approved plan, as the library gathers them. `operation` and `plan` are ids; `on` the day of the
    approval."""

    pk: int
    title: str
    hours: Hours
    operation: int
    on: date
    block: str = ""
    skills: tuple[Skill, ...] = ()
    plan: int = 0


@dataclass(slots=True)
class Gathered:
    """The same module (title and hours) of one or several operations: the latest one stands for all."""

    latest: PastModule
    operations: set[int] = field(default_factory=set)
    blocks: dict[str, None] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)

    @property
    def times(self) -> int:
        """In how many operations it was used."""
        return len(self.operations)


def gathered(modules: Iterable[PastModule]) -> list[Gathered]:
    """Modules of the same title and hours once, by title then the latest first; blocks and competences together."""
    found: dict[tuple[str, Hours], Gathered] = {}
    for module in sorted(modules, key=lambda module: (module.on, module.pk), reverse=True):
        one = found.setdefault((same(module.title), module.hours), Gathered(module))
        one.operations.add(module.operation)
        if module.block:
            one.blocks.setdefault(module.block)
        for skill in module.skills:
            one.skills.setdefault(same(skill.label), skill)
    return sorted(found.values(), key=lambda one: plain(one.latest.title))
