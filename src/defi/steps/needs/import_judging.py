"""Sets the lines of a spreadsheet against what is known: communes, jobs, employers, needs. Few queries, whatever the
number of lines: each place and each employer is looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind
from defi.people.names import search_key
from defi.people.registry import another_firm_sentence, lacks_name
from defi.people.sirene import Establishment, names_agree
from defi.reference.models import Commune, Job
from defi.reference.queries import job_by_code
from defi.reference.search import search_communes
from defi.reference.words import plain
from defi.steps.needs.completing import OPEN
from defi.steps.needs.import_models import NeedImport, NeedImportRow
from defi.steps.needs.import_rules import Wanted, understood
from defi.steps.needs.models import Need
from defi.steps.needs.parties import register_employer
from defi.steps.needs.rules import LIKE_DAYS, Wish, name_fault, nir_faults, said, wish_faults

State = NeedImportRow.State


def employer_facts(wanted: Wanted, region: Organisation | None = None) -> OrganisationFacts:
    """The employer of a line."""
    return OrganisationFacts(kind=OrganisationKind.EMPLOYER, name=wanted.employer, siret=wanted.siret, region=region)


class Judge:
    """Looks each thing up once, and says of each line what is wrong with it or already known."""

    def __init__(self, actor: Actor, source: NeedImport) -> None:
        self.actor = actor
        self.source = source
        self.today = clock.today()
        self._communes: dict[str, list[Commune]] = {}
        self._jobs: dict[str, Job | None] = {}
        self._firms: dict[tuple[str, str], Organisation] = {}

    # --- looking up

    def communes(self, place: str) -> list[Commune]:
        """The communes that answer to a place, one when its name is exact."""
        if place not in self._communes:
            found = search_communes(place, limit=5)
            exact = [row for row in found if plain(row.name) == plain(place)]
            self._communes[place] = [row.commune for row in (exact if len(exact) == 1 else found)]
        return self._communes[place]

    def commune(self, place: str) -> Commune | None:
        """The only commune that answers."""
        found = self.communes(place)
        return found[0] if len(found) == 1 else None

    def job(self, code: str) -> Job | None:
        """The job of a ROME code."""
        if code not in self._jobs:
            self._jobs[code] = job_by_code(code) if code else None
        return self._jobs[code]

    def register(self, facts: OrganisationFacts) -> Organisation:
        """The employer of a line, registered once for the whole file."""
        key = (facts.siret, search_key(facts.name))
        if key not in self._firms:
            self._firms[key] = register_employer(facts)
        return self._firms[key]

    # --- judging

    def judge(self, rows: Sequence[NeedImportRow]) -> None:
        """Write on each line that is not over its faults, what it repeats and its state."""
        read = {row.pk: understood(row.cells) for row in rows}
        by_siret, by_name = self._known_firms(list(read.values()))
        needs = self._known_needs([_record(firm) for firm in {*by_siret.values(), *by_name.values()}])
        seen: dict[tuple[str, frozenset[str]], NeedImportRow] = {}
        for row in rows:
            wanted = read[row.pk]
            firm = by_siret.get(wanted.siret) if wanted.siret else by_name.get(search_key(wanted.employer))
            if row.state == State.DROPPED:
                continue
            key = (wanted.siret or search_key(wanted.employer), said(wanted.wording or wanted.rome))
            first = seen.setdefault(key, row)
            if row.is_over:
                continue
            row.faults = self._faults(row, wanted, firm)
            row.twin_row = first if first is not row else None
            row.twin_need = self._known(wanted, firm, needs) if row.twin_row is None else None
            row.state = _state(row)

    def _faults(self, row: NeedImportRow, wanted: Wanted, firm: Organisation | None) -> dict[str, str]:
        wish = Wish(wanted.posts or 1, wanted.contract, wanted.months, wanted.weekly_hours, wanted.wanted_from)
        faults = wish_faults(wish, self.today) | nir_faults(row.cells) | wanted.faults
        if wanted.rome and self.job(wanted.rome) is None:
            faults["rome"] = _("Le ROME ne connaît pas le code %(code)s : corrigez-le, ou laissez vide.") % {
                "code": wanted.rome
            }
        if wanted.place and (unclear := self._place_fault(wanted.place)):
            faults["place"] = unclear
        if wanted.contact_name and (unclear := name_fault(wanted.contact_name)):
            faults["contact_name"] = unclear
        if wanted.siret and firm and not lacks_name(firm):
            itself = Establishment(firm.siret, firm.name)
            if not names_agree(wanted.employer, itself):
                faults["siret"] = another_firm_sentence(wanted.employer, firm.name)
        if faults and len(row.raw) < len(self.source.head) and not row.mended:
            faults["cut"] = _("La ligne s'arrête avant la fin : le fichier est peut-être coupé.")
        return faults

    def _place_fault(self, place: str) -> str:
        found = self.communes(place)
        if not found:
            return _("Aucune commune ne répond à « %(place)s » : vérifiez le nom, ou donnez le code postal.") % {
                "place": place
            }
        if len(found) > 1:
            names = ", ".join(str(commune) for commune in found[:4])
            return _("Plusieurs communes répondent à « %(place)s » (%(names)s) : écrivez la bonne.") % {
                "place": place,
                "names": names,
            }
        if found[0].basin_id is None:
            return _("%(place)s n'est dans aucun bassin d'emploi de la région.") % {"place": found[0]}
        return ""

    def _known_firms(self, lines: Sequence[Wanted]) -> tuple[dict[str, Organisation], dict[str, Organisation]]:
        employers = Organisation.objects.filter(kind=OrganisationKind.EMPLOYER).order_by("-pk")
        by_siret = employers.filter(siret__in={line.siret for line in lines if line.siret})
        by_name = employers.filter(
            siret="", search_key__in={search_key(line.employer) for line in lines if line.employer and not line.siret}
        )
        return {row.siret: row for row in by_siret}, {row.search_key: row for row in by_name}

    def _known_needs(self, employers: Sequence[int]) -> list[Need]:
        since = self.today - timedelta(days=LIKE_DAYS)
        rows = Need.objects.visible_to(self.actor).filter(
            employer_id__in=employers, state__in=OPEN, received_on__gte=since
        )
        return list(rows.select_related("job").order_by("received_on", "pk"))

    def _known(self, wanted: Wanted, firm: Organisation | None, needs: Sequence[Need]) -> Need | None:
        if firm is None:
            return None
        words, job = said(wanted.wording), self.job(wanted.rome)
        alike = (
            need
            for need in needs
            if need.employer_id == _record(firm) and (said(need.wording) == words or (job and need.job_id == job.pk))
        )
        return next(alike, None)


def _record(firm: Organisation) -> int:
    """The record that holds the needs of this firm, since two of them may have been made one."""
    return firm.merged_into_id or firm.pk


def _state(row: NeedImportRow) -> str:
    if row.faults:
        return State.FAULTY
    if (row.twin_row or row.twin_need) and not row.decision:
        return State.TWIN
    # Completing a line that is not a need yet waits for it.
    if (
        row.decision == NeedImportRow.Decision.MERGE
        and row.twin_row
        and row.twin_row.state
        in {
            State.FAULTY,
            State.TWIN,
        }
    ):
        return State.TWIN
    return State.READY
