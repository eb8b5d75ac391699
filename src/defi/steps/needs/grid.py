"""Several needs side by side: who asks for which competence, and what they come to: posts, contracts, dates, places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.steps.needs.models import Contract, Need, NeedCompetence

ASKED, DROPPED = "asked", "dropped"


@dataclass(frozen=True, slots=True)
class Row:
    """A competence, and what each employer says of it, in the order of the columns: asked, dropped or nothing."""

    label: str
    cells: tuple[str, ...]

    @property
    def askers(self) -> int:
        return sum(cell == ASKED for cell in self.cells)

    @property
    def is_dropped(self) -> bool:
        """Whether no post really needs it any more."""
        return not self.askers


@dataclass(frozen=True, slots=True)
class Section:
    """The competences of one nature, the most asked first."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Who asks for which competence."""

    employers: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def competences(self) -> int:
        return sum(not row.is_dropped for section in self.sections for row in section.rows)


SECTION_LABELS = {
    NeedCompetence.Nature.TECHNICAL: lazy("Techniques"),
    NeedCompetence.Nature.BEHAVIOURAL: lazy("Comportementales"),
    NeedCompetence.Nature.TRANSVERSAL: lazy("Transversales"),
}


def grid(needs: Sequence[Need]) -> Grid:
    """One line for each competence whatever its spelling, one column for each employer. One query."""
    employers = list(dict.fromkeys(need.employer.name for need in needs))
    columns = {need.pk: employers.index(need.employer.name) for need in needs}
    found: dict[tuple[str, str], tuple[str, dict[int, str]]] = {}
    for asked in NeedCompetence.objects.filter(need__in=columns).order_by("need_id", "pk"):
        key = (asked.nature, " ".join(asked.label.split()).casefold())
        _label, cells = found.setdefault(key, (asked.label, {}))
        column = columns[asked.need_id]
        # One of its posts that needs it is enough for an employer to ask for it.
        if cells.get(column) != ASKED:
            cells[column] = ASKED if asked.really_needed else DROPPED
    sections = []
    for nature, label in SECTION_LABELS.items():
        rows = [
            Row(text, tuple(cells.get(column, "") for column in range(len(employers))))
            for (of, _key), (text, cells) in found.items()
            if of == nature
        ]
        if rows:
            sections.append(Section(str(label), tuple(sorted(rows, key=lambda row: -row.askers))))
    return Grid(tuple(employers), tuple(sections))


@dataclass(frozen=True, slots=True)
class Totals:
    """What several needs come to. `contracts` and `places` in words with their posts, the largest first."""

    posts: int = 0
    employers: int = 0
    contracts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    soon: int = 0


def totals(needs: Iterable[Need]) -> Totals:
    """Posts by contract and by place, first and last date wished, how many posts as soon as possible."""
    living = [need for need in needs if need.state != "withdrawn"]
    days = [need.wanted_from for need in living if need.wanted_from]
    return Totals(
        posts=sum(need.posts for need in living),
        employers=len({need.employer_id for need in living}),
        contracts=_counted((contract_words(need), need.posts) for need in living),
        places=_counted((str(need.commune or need.basin), need.posts) for need in living),
        first=min(days, default=None),
        last=max(days, default=None),
        soon=sum(need.posts for need in living if need.wanted_from is None),
    )


def contract_words(need: Need) -> str:
    """`CDI`, `CDD, 9 mois`, or that it is still to be said."""
    if not need.contract:
        return _("contrat à préciser")
    label = str(Contract(need.contract).label)
    return _("%(contract)s, %(n)d mois") % {"contract": label, "n": need.months} if need.months else label


def _counted(pairs: Iterable[tuple[str, int]]) -> list[str]:
    sums: dict[str, int] = {}
    for words, posts in pairs:
        sums[words] = sums.get(words, 0) + posts
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"{posts} × {words}" if len(ordered) > 1 else words for words, posts in ordered]
