"""The wall: until a tender is launched, no training organisation finds a trace of the need, whatever address it tries.

Every address of the product is tried, with the numbers and codes of everything that exists; a new page is tried too
without a word here. Each fact of the need carries a mark that nothing else bears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.apps import apps
from django.test import Client

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document, Mail
from defi.operations.actions import add_partner, plan_meeting
from defi.operations.models import Meeting, Operation
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs import grouping, profiles
from defi.steps.needs.actions import Asked, ContactFacts, NeedFacts, print_need, submit_need
from defi.steps.needs.counts import PublicCounts
from defi.steps.needs.models import Need
from defi.steps.offer import actions
from defi.steps.offer.models import Tender
from factories import (
    a_basin,
    a_commune,
    a_coordinator,
    a_job,
    a_lot,
    a_person,
    a_prescriber,
    a_provider,
    a_region,
    a_session,
    actor,
    an_officer,
    an_operation,
)
from walking import NAMED, addresses, pages_among, read

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

DAY = date(2025, 5, 14)
MARK = "zsentinelle"
TYPED = "zsaisie"
"""The mark of the sheet that a provider typed for an employer: that provider may see it, no other."""


@dataclass(frozen=True)
class Stage:
    """A need whose tender is decided and not launched, with all that hangs on it."""

    officer: Actor
    operation: Operation
    tender: Tender


def a_marked_need(typist: Actor, mark: str) -> Need:
    """A need of which every fact that somebody wrote bears the mark."""
    region = a_region()
    firm = OrganisationFacts(OrganisationKind.EMPLOYER, f"Maison {mark}", email=f"rh@{mark}.example", region=region)
    facts = NeedFacts(
        wording=f"quelqu'un pour {mark}",
        posts=3,
        job=a_job(),
        commune=a_commune(),
        comment=f"Précision {mark}.",
        competences=(Asked(f"Compétence {mark}"),),
    )
    contact = ContactFacts(f"Ada {mark.capitalize()}", f"ada@{mark}.example", "0237000000")
    return submit_need(typist, firm, facts, contact=contact)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.at(DAY):
        a_region()
        officer = an_officer(a_person("Claire", "Modèle"))
        typist = actor(Who.COORDINATOR, a_provider("Formation Beauce"), a_person("Paul", "Typiste"))
        needs = [a_marked_need(officer, MARK), a_marked_need(typist, TYPED)]
        lonely = a_marked_need(officer, f"{MARK}-seule")
        for need in [*needs, lonely]:
            print_need(officer, need.pk)
        collective = grouping.create_collective(officer, [need.pk for need in needs], title=f"Groupe {MARK}")
        grouping.record_diagnosis(officer, collective.pk, text=f"Diagnostic {MARK}", source=f"Source {MARK}", on=DAY)
        profiles.record_profile(
            officer, a_prescriber(), PublicCounts(12), collective_id=collective.pk, adaptations=f"Prévoir {MARK}"
        )
        operation = grouping.open_operation(officer, collective.pk)
        for need in needs:
            print_need(officer, need.pk)
        actions.decide_route(officer, operation.pk, route="tender", tender_kind="fref", reason=f"Rien pour {MARK}")
        with scope(TASK):
            yield Stage(officer, operation, Tender.objects.get())


def outside() -> Actor:
    """A coordinator of a provider that has its own lot and its own operation elsewhere, and no part in this one."""
    provider = a_provider("Val Formation")
    a_lot(provider, basin=a_basin("Dreux"))
    own = an_operation(provider, basin=a_basin("Dreux"))
    a_session(own)
    return a_coordinator(own)


# --- every address -----------------------------------------------------------------------------------------------


def numbers_of(name: str) -> list[int]:
    """The numbers an address part may take: those of the rows it names (`need_id`), else of all that hangs on needs.

    No two tables share a number here: the number of a row of another table would find nothing."""
    key = name.removesuffix("_id")
    wanted = NAMED.get(key, key.replace("_", ""))
    models = [m for m in apps.get_models() if m.__module__.startswith("defi.")]
    named = [m for m in models if m.__name__.lower().endswith(wanted)]
    asked = named or [m for m in models if m._meta.app_label in {"needs", "offer"} or m is Operation]
    found = {pk for model in asked for pk in model._base_manager.values_list("pk", flat=True) if isinstance(pk, int)}
    return sorted(found)[: 8 if named else 20] or [1]


def words_of(name: str) -> list[str]:
    if name == "code":
        return list(Document.objects.values_list("code", flat=True))
    if name == "key":
        return ["needs", "route", "design", "pairing"]
    return ["x"]


def values(route: str, name: str) -> list[int] | list[str]:
    found = numbers_of(name) if name.endswith("_id") else words_of(name)
    return found[:4] if route.count("<") > 1 else found


QUERIES = ("", "?export=csv&state=all", "?q=quelqu&wording=quelqu&search=maison&state=all&valid=&term=maison")


def traces(client: Client, marks: tuple[str, ...]) -> list[str]:
    """The addresses whose answer bears a mark. None may fail either."""
    found = []
    tried = 0
    for address in pages_among(addresses(values)):
        for query in QUERIES if not any(c.isdigit() for c in address) else QUERIES[:1]:
            said = read(client, address + query)[1].lower()
            tried += 1
            found += [f"{address}{query} : {mark}" for mark in marks if mark in said]
    assert tried > 200, "the addresses of the product were walked"
    return found


def test_an_outside_provider_finds_no_trace_of_a_need_before_the_launch(stage: Stage) -> None:
    assert traces(browser(outside()), (MARK, TYPED)) == []


def test_the_public_finds_no_trace_either(stage: Stage) -> None:
    assert traces(Client(), (MARK, TYPED)) == []


def test_a_provider_that_typed_a_sheet_sees_that_sheet_only(stage: Stage) -> None:
    with scope(TASK):
        sheet = Need.objects.get(wording__contains=TYPED)
        typist = actor(Who.TRAINER, a_provider("Formation Beauce"), a_person("Anne", "Typiste"))
    client = browser(typist)
    assert traces(client, (MARK,)) == []
    assert TYPED in client.get(f"/besoins/{sheet.pk}/").content.decode()


def test_the_walk_finds_the_need_where_it_may_be_seen(stage: Stage) -> None:
    found = traces(browser(stage.officer), (MARK,))
    assert any("/besoins/" in address for address in found)
    assert any("/documents/" in address for address in found)
    assert any("export=csv" in address for address in found), "lists of the Region are exported"


def test_no_mail_tells_a_provider_of_the_need_before_the_launch(stage: Stage) -> None:
    """The provider that typed a sheet hears of no other."""
    outside()
    providers = Organisation.objects.filter(kind=OrganisationKind.PROVIDER).values("pk")
    told = Mail.objects.filter(organisation_id__in=providers)
    assert not [mail.subject for mail in told if MARK in (mail.subject + mail.body).lower()]


def test_the_holder_sees_the_need_once_the_operation_is_entrusted_to_it(stage: Stage) -> None:
    with clock.at(date(2025, 5, 15)):
        actions.launch_tender(stage.officer, stage.tender.pk, deadline_on=date(2025, 6, 10))
    with clock.at(date(2025, 6, 20)):
        actions.award_tender(stage.officer, stage.tender.pk, a_provider("Val Formation"))
        winner = actor(Who.COORDINATOR, a_provider("Val Formation"), a_person("Léo", "Dedans"))
        page = browser(winner).get(f"/operations/{stage.operation.pk}/besoins/")
    assert MARK in page.content.decode().lower()


LATER = "zensuite"
"""The mark of what was decided once the holder was replaced."""


def test_a_holder_replaced_by_a_tender_reads_its_own_deeds_and_nothing_that_came_after(stage: Stage) -> None:
    officer, file = stage.officer, stage.operation.pk
    holder = a_provider("Val Formation")
    lead = actor(Who.COORDINATOR, holder, a_person("Léo", "Avant"))
    with clock.at(date(2025, 5, 15)):
        actions.launch_tender(officer, stage.tender.pk, deadline_on=date(2025, 6, 10))
        actions.give_up_tender(officer, stage.tender.pk, reason="Aucune offre.")
        lot = a_lot(holder, valid_to=date(2025, 5, 31))
        actions.decide_route(officer, file, route="covered", lot_id=lot.pk, reason="Le lot couvre.")
        plan_meeting(lead, file, Meeting.Kind.PREPARATORY, date(2025, 6, 20), f"Salle {MARK}")
        assert MARK in browser(lead).get(f"/operations/{file}/besoins/").content.decode().lower()
    with clock.at(date(2025, 6, 2)):
        actions.decide_route(officer, file, route="tender", tender_kind="fref", reason=f"Lot fini {LATER}.")
        firm = OrganisationFacts(OrganisationKind.EMPLOYER, f"Atelier {LATER}", email="a@exemple.invalid")
        add_partner(officer, file, firm)
        client = browser(lead)
        # What it knows already, the title, it reads where its own deeds are told, where it finds them again, and in the
        # mails that it was sent.
        found = [line.rpartition(" : ") for line in traces(client, (MARK, LATER))]
        assert {(address.split("?")[0], mark) for address, _, mark in found} == {
            (f"/operations/{file}/", MARK),
            ("/operations/", MARK),
            ("/mes-courriels/", MARK),
            (f"/personnes/{lead.person_id}/courriels/", MARK),
        }
        page = client.get(f"/operations/{file}/").content.decode()
        assert "ne vous est plus confiée" in page
        assert "Léo Avant" in page
        assert "Claire Modèle" not in page
        assert client.get(f"/operations/{file}/besoins/").status_code == 404
    told = Mail.objects.get(purpose="offer/mail/no_longer_entrusted")
    assert told.organisation_id == holder.pk
    assert LATER not in (told.subject + told.body).lower()


def test_a_sheet_is_read_by_its_employer_and_the_decision_by_the_region_only(stage: Stage) -> None:
    with scope(TASK):
        need = Need.objects.get(wording__contains=TYPED)
        other = Need.objects.filter(collective__operation=stage.operation).exclude(pk=need.pk).get()
    sheet = Document.objects.filter(object_type="needs.need", object_id=need.pk).first()
    decision = Document.objects.get(kind="route-decision")
    assert sheet
    own = browser(actor(Who.RECRUITER, need.employer, a_person("Ada", "Recruteuse")))
    competitor = browser(actor(Who.RECRUITER, other.employer, a_person("Bob", "Recruteur")))
    officer = browser(stage.officer)
    for client, document, status in (
        (own, sheet, 200),
        (competitor, sheet, 404),
        (officer, sheet, 200),
        (own, decision, 404),
        (officer, decision, 200),
    ):
        assert client.get(f"/documents/{document.code}/").status_code == status
