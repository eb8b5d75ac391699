"""Sets the lines of a list against who is known already. A few queries, whatever the number of lines: everybody whom
the actor follows is read once, and nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Part, Partner
from defi.people.models import Organisation, OrganisationKind
from defi.people.names import search_key
from defi.steps.sourcing.alike_queries import REACH
from defi.steps.sourcing.alike_rules import Somebody, is_surely, likeness, somebody, ways
from defi.steps.sourcing.import_models import CandidacyImport, CandidacyImportRow
from defi.steps.sourcing.import_rules import Listed, understood
from defi.steps.sourcing.models import Candidacy

State, Decision = CandidacyImportRow.State, CandidacyImportRow.Decision


@dataclass(frozen=True, slots=True)
class Reached:
    """Who a line is, once judged: a person known already, or nobody yet."""

    listed: Listed
    person_id: int | None = None
    prescriber: Organisation | None = None


class Index:
    """People found by what a line says of them."""

    def __init__(self, people: Iterable[Somebody] = ()) -> None:
        self._by: dict[tuple[object, ...], list[Somebody]] = defaultdict(list)
        for who in people:
            self.add(who)

    def add(self, who: Somebody) -> None:
        """One more."""
        for way in _ways(who):
            self._by[way].append(who)

    def like(self, who: Somebody) -> list[Somebody]:
        """Those who bear the name of `who`, or share with them a word of it and a way to be reached, by their rows."""
        found = {one.pk: one for way in _ways(who) for one in self._by.get(way, ())}
        return [found[pk] for pk in sorted(found)]


def _ways(who: Somebody) -> list[tuple[object, ...]]:
    return [("key", who.key), *ways(who)]


class Judge:
    """Says of each line what is wrong with it, and who it may be."""

    def __init__(self, actor: Actor, source: CandidacyImport) -> None:
        self.actor = actor
        self.source = source
        self.today = clock.today()
        # Everybody of the session counts, named to the actor or not: nobody enters twice.
        self.there = set(Candidacy.objects.filter(session_id=source.session_id).values_list("person_id", flat=True))
        followed = Candidacy.objects.visible_to(actor).order_by("person__pk").values_list(*REACH).distinct()
        self.known = Index(somebody(*row) for row in followed)
        self.own = Organisation.objects.filter(pk=actor.organisation_id or 0).first() if actor.in_prescriber else None
        self._houses: dict[str, list[Organisation]] = {}
        self._partners: list[Organisation] | None = None

    def judge(self, rows: Sequence[CandidacyImportRow]) -> dict[int, Reached]:
        """Write on each line that is not over its faults, who it may be and its state; what was understood of each,
        by the number of the line."""
        found: dict[int, Reached] = {}
        listed_before = Index()
        by_number = {row.number: row for row in rows}
        claimed: dict[int, CandidacyImportRow] = {}
        for row in rows:
            if row.is_over:
                continue
            listed = understood(row.cells, self.today)
            prescriber, unclear = self._prescriber(listed)
            row.faults = listed.faults | unclear | {n: s for n, s in row.emptied.items() if n not in row.cells}
            me = somebody(
                row.number, listed.first_name, listed.last_name, listed.birth_date, listed.email, listed.phone
            )
            sure, twin = self._among_known(me)
            person = sure or (twin if row.decision == Decision.SAME else None)
            # Two lines are never one person of ours: the second is shown beside the first.
            first = self._first_to_claim(claimed, row, person, twin)
            if first is not row:
                sure = twin = person = None
            earlier = self._among(me, listed_before) if person is None and twin is None else None
            row.twin_person_id = twin.pk if twin and not sure else None
            row.twin_row = first if first is not row else by_number[earlier.pk] if earlier else None
            row.state = self._state(row, sure)
            found[row.number] = Reached(listed, person.pk if person else None, prescriber)
            listed_before.add(me)
        return found

    def _first_to_claim(
        self,
        claimed: dict[int, CandidacyImportRow],
        row: CandidacyImportRow,
        person: Somebody | None,
        twin: Somebody | None,
    ) -> CandidacyImportRow:
        """The line that is, or may be, the same person of ours before this one; else this one."""
        if person and person.pk not in self.there:
            return claimed.setdefault(person.pk, row)
        return claimed.get(twin.pk, row) if twin else row

    def _state(self, row: CandidacyImportRow, sure: Somebody | None) -> str:
        if row.faults:
            return State.FAULTY
        if sure:
            return State.KNOWN
        if row.twin_person_id and row.decision == Decision.SAME:
            return State.KNOWN if row.twin_person_id in self.there else State.READY
        if row.twin_person_id or row.twin_row:
            return State.READY if row.decision == Decision.TWO else State.TWIN
        return State.READY

    def _among_known(self, me: Somebody) -> tuple[Somebody | None, Somebody | None]:
        """Who it surely is, in this very session: the line is there already, and adds nobody. Or who it may be, which
        somebody settles: nothing that two records share joins them by itself."""
        alike = self.known.like(me)
        sure = next((one for one in alike if is_surely(me, one)), None)
        if sure:
            return (sure, None) if sure.pk in self.there else (None, sure)
        return None, next((one for one in alike if self._may_be(me, one, here=one.pk in self.there)), None)

    def _among(self, me: Somebody, others: Index) -> Somebody | None:
        return next((one for one in others.like(me) if self._may_be(me, one, here=True)), None)

    @staticmethod
    def _may_be(me: Somebody, other: Somebody, *, here: bool) -> bool:
        """Alike; or, in one session, of the same name, unless two birth dates tell them apart."""
        if likeness(me, other):
            return True
        born_apart = me.birth and other.birth and me.birth != other.birth
        return here and me.key == other.key and not born_apart

    # --- who orients

    def _prescriber(self, listed: Listed) -> tuple[Organisation | None, dict[str, str]]:
        if self.actor.in_prescriber:
            if listed.prescriber and self.own not in self._named(listed.prescriber):
                return None, {
                    "prescriber": _("Vous importez les personnes de votre structure : laissez cette case vide.")
                }
            return self.own, {}
        if listed.is_spontaneous:
            return None, {}
        if not listed.prescriber:
            return None, {
                "prescriber": _("Dites qui oriente cette personne : le nom du prescripteur, ou « spontanée ».")
            }
        found = self._named(listed.prescriber)
        if len(found) == 1:
            return found[0], {}
        names = ", ".join(house.name for house in found or self.partners())
        said = {"typed": listed.prescriber, "names": names or "—"}
        if found:
            return None, {"prescriber": _("Plusieurs prescripteurs répondent à « %(typed)s » : %(names)s.") % said}
        return None, {
            "prescriber": _(
                "Aucun prescripteur ne s'appelle « %(typed)s ». Ceux de l'opération : %(names)s. Sinon, écrivez "
                "« spontanée »."
            )
            % said
        }

    def _named(self, typed: str) -> list[Organisation]:
        """The prescribers of this name; of this beginning of a name, among those of the operation."""
        key = search_key(typed)
        if key and key not in self._houses:
            exact = Organisation.objects.filter(
                kind=OrganisationKind.PRESCRIBER, search_key=key, merged_into=None
            ).order_by("pk")
            self._houses[key] = list(exact) or [h for h in self.partners() if h.search_key.startswith(key)]
        return self._houses.get(key, [])

    def partners(self) -> list[Organisation]:
        """The prescribers that take part in the operation."""
        if self._partners is None:
            rows = Partner.objects.filter(
                operation_id=self.source.operation_id, part=Part.PRESCRIBER, left_on=None
            ).select_related("organisation")
            self._partners = [row.organisation for row in rows.order_by("organisation__search_key")]
        return self._partners
