"""The record of an employer, assembled from the rooms: whom to talk to, what was said, asked, promised, kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from defi.kernel import clock, tables
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import JournalEntry
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import NotAllowed, Unknown
from defi.kernel.tables import Column
from defi.kernel.transitions import VERBS
from defi.operations.employers import TakenPart, taken_part
from defi.people.employers import reach
from defi.people.employers.models import Contact, Decision, EmployerSheet, Merge, Talk
from defi.people.employers.rules import Known, same_people
from defi.people.models import Organisation
from defi.steps.needs.employers import NeedHistory, needs_of
from defi.steps.review.employers import PromiseHistory, kept_by
from defi.steps.training.employers import Hosted, hosted_by


@dataclass(frozen=True, slots=True)
class Together:
    """A merge as it is told on the record: what became one, why, what could not follow."""

    merge: Merge
    name: str
    reason: str
    followed: int
    stayed: int


@dataclass(frozen=True, slots=True)
class Record:
    """All that this actor may read of an employer."""

    firm: Organisation
    sheet: EmployerSheet | None
    sites: list[Organisation]
    contacts: list[Contact]
    same_contacts: list[tuple[Contact, Contact]]
    talks: list[Talk]
    needs: NeedHistory
    promises: PromiseHistory
    hosted: Hosted
    operations: list[TakenPart]
    merges: list[Together]
    may: frozenset[str] = field(default=frozenset())

    @property
    def nobody_decides(self) -> bool:
        """R19: an engagement without somebody who may engage the firm is flagged."""
        deciders = {Decision.SIGN, Decision.HIRE}
        return not any(deciders & set(contact.decides) for contact in self.contacts)

    @property
    def last(self) -> date | None:
        """The day of the last exchange this actor may know of."""
        return max(self._exchanged, default=None)

    @property
    def done(self) -> int:
        """How many things were done together, as this actor may know: exchanges, needs, promises, periods (R24)."""
        return len(self._days)

    @property
    def since(self) -> date | None:
        """The day of the first of them."""
        return min(self._days, default=None)

    @property
    def _exchanged(self) -> list[date]:
        visits = [placement.visited_on for placement in self.hosted.placements if placement.visited_on]
        return [*(talk.on for talk in self.talks), *(exchange.on for exchange in self.hosted.exchanges), *visits]

    @property
    def _days(self) -> list[date]:
        asked = [need.received_on for need in self.needs.needs if need.state != "withdrawn"]
        promised = [line.promised.promise.made_on for line in self.promises.lines]
        begun = [placement.begun_on for placement in self.hosted.placements if placement.begun_on]
        return [*self._exchanged, *asked, *promised, *begun]


@require_safe
def record(request: ActorRequest, firm_id: int) -> HttpResponse:
    """The page of one site; the other sites of the firm beside it, or together with it (`?entreprise=1`)."""
    firm = known_firm(request.actor, firm_id)
    if firm.pk != firm_id:
        return redirect("employers:record", firm_id=firm.pk)
    if not reach.read_by(request.actor).filter(pk=firm.pk).exists():
        shared = taken_part(request.actor, [firm.pk])
        return render(request, "web/employers/name.html", {"firm": firm, "operations": shared})
    whole = request.GET.get("entreprise") == "1"
    context = {
        "record": record_of(request.actor, firm, whole=whole),
        "whole": whole,
        "actor": request.actor,
        "today": clock.today(),
    }
    return render(request, "web/employers/record.html", context)


@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """Somebody of a firm goes to its record."""
    if not request.actor.in_employer or request.actor.organisation_id is None:
        raise NotAllowed(_("Cette page est celle des employeurs."))
    return redirect("employers:record", firm_id=request.actor.organisation_id)


@require_safe
def handed_notes(request: ActorRequest, firm_id: int) -> HttpResponse:
    """What is written of a firm, as it is handed to it when it asks (GDPR, article 15)."""
    firm = read_firm(request.actor, firm_id)
    if not request.actor.in_region:
        raise NotAllowed(_("La Région remet à l'entreprise ce qui est écrit d'elle."))
    rows = _talks(request.actor, ids_of(firm))
    return tables.download(tables.asked(request) or "ods", _("Échanges %(firm)s") % {"firm": firm.name}, NOTES, rows)


NOTES: tuple[Column[Talk], ...] = (
    Column(gettext_lazy("Date"), lambda talk: talk.on),
    Column(gettext_lazy("Échange"), lambda talk: talk.get_kind_display()),
    Column(gettext_lazy("Avec"), lambda talk: talk.contact.person if talk.contact else None),
    Column(gettext_lazy("Ce qui s'est dit"), lambda talk: talk.said),
    Column(gettext_lazy("Suite"), lambda talk: talk.next_step),
    Column(gettext_lazy("Pour le"), lambda talk: talk.next_on),
    Column(gettext_lazy("Faite le"), lambda talk: talk.done_on),
    Column(gettext_lazy("Noté par"), lambda talk: talk.house),
)


def known_firm(actor: Actor, firm_id: int) -> Organisation:
    """The record of this number, or the one it was merged into, if this actor knows of it. Raises `Unknown`."""
    asked = Organisation.objects.filter(pk=firm_id).first()
    kept = asked.merged_into_id or asked.pk if asked else 0
    firm = reach.known_to(actor).select_related("commune__basin").filter(pk=kept).first()
    if firm is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return firm


def read_firm(actor: Actor, firm_id: int) -> Organisation:
    """The record that this actor reads whole. Raises `Unknown`."""
    firm = reach.read_by(actor).select_related("commune__basin").filter(pk=firm_id).first()
    if firm is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return firm


def ids_of(*firms: Organisation) -> list[int]:
    """The record and those merged into it: what could not follow is still read."""
    kept = [firm.pk for firm in firms]
    return [*kept, *Organisation.objects.filter(merged_into__in=kept).values_list("pk", flat=True)]


def record_of(actor: Actor, firm: Organisation, *, whole: bool = False) -> Record:
    """Read a record: a fixed number of queries, one or two per room."""
    sites = _sites(actor, firm)
    ids = ids_of(firm, *(sites if whole else []))
    contacts = _contacts(actor, ids)
    return Record(
        firm=firm,
        sheet=EmployerSheet.objects.visible_to(actor)
        .select_related("adviser__person", "adviser__organisation")
        .filter(organisation=firm)
        .first(),
        sites=sites,
        contacts=contacts,
        same_contacts=_same(contacts),
        talks=_talks(actor, ids),
        needs=needs_of(actor, ids),
        promises=kept_by(actor, ids),
        hosted=hosted_by(actor, ids),
        operations=taken_part(actor, ids),
        merges=_merges(actor, firm),
        may=frozenset(name for name in SHOWN_VERBS if VERBS[name].allows(actor)),
    )


SHOWN_VERBS = (
    "employer.describe",
    "employer.assign",
    "employer.merge",
    "employer.unmerge",
    "contact.add",
    "contact.merge",
    "talk.note",
)


def _sites(actor: Actor, firm: Organisation) -> list[Organisation]:
    """The other establishments of the firm (one SIREN) that this actor reads."""
    if not firm.siret:
        return []
    same = reach.read_by(actor).filter(siret__startswith=firm.siret[:9]).exclude(pk=firm.pk)
    return list(same.select_related("commune").order_by("search_key", "pk"))


def _contacts(actor: Actor, ids: Collection[int]) -> list[Contact]:
    rows = Contact.objects.visible_to(actor).filter(organisation_id__in=ids, left_on=None)
    return list(rows.select_related("person", "organisation").order_by("person__last_name", "pk"))


def _same(contacts: list[Contact]) -> list[tuple[Contact, Contact]]:
    by_pk = {contact.pk: contact for contact in contacts}
    known = [Known(contact.pk, str(contact.person), contact.person.email) for contact in contacts]
    pairs = ((by_pk[one], by_pk[other]) for one, other in same_people(known))
    return [pair for pair in pairs if pair[0].organisation_id == pair[1].organisation_id]


def _talks(actor: Actor, ids: Collection[int]) -> list[Talk]:
    rows = Talk.objects.visible_to(actor).filter(organisation_id__in=ids)
    return list(rows.select_related("contact__person", "written_by", "house", "organisation").order_by("-on", "-pk"))


def _merges(actor: Actor, firm: Organisation) -> list[Together]:
    rows = list(
        Merge.objects.visible_to(actor)
        .filter(firm=firm, state="merged")
        .select_related("other_firm", "other_person", "decided_by")
    )
    words: dict[int, str] = dict(
        JournalEntry.objects.filter(object_type="people.merge", object_id__in=[row.pk for row in rows], before={})
        .exclude(reason=None)
        .values_list("object_id", "reason__text")
    )
    with scope(TASK):
        return [
            Together(
                row,
                str(row.other_firm or row.other_person),
                words.get(row.pk, ""),
                len({(move["model"], move["pk"]) for move in row.moves if "stays" not in move}),
                sum("stays" in move for move in row.moves),
            )
            for row in rows
        ]
