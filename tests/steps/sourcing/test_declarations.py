"""What people declare is read by those who need it, and by the others as numbers from which nobody is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown
from defi.operations.models import Session
from defi.steps.needs.counts import part_shown
from defi.steps.sourcing.declarations import (
    Said,
    add_condition,
    conditions_of,
    declare,
    declared_by,
    declared_counts,
    drop_condition,
)
from defi.steps.sourcing.models import Candidacy, Declared
from factories import a_candidate, a_coordinator, a_prescriber, a_session, actor, an_officer, an_operation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(date(2025, 10, 1)):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), date(2025, 11, 3), seats=10)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture
def adviser() -> Actor:
    return actor(Who.ADVISER, a_prescriber())


@pytest.fixture
def amina(session: Session, adviser: Actor) -> Candidacy:
    return a_candidate(session, "Amina", state="oriented", prescriber=a_prescriber())


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 12, "0"), (2, 12, "moins de 5"), (6, 12, "6"), (10, 12, "presque toutes"), (12, 12, "12"), (2, 4, "")],
)
def test_a_number_from_which_somebody_is_found_is_not_told(part: int, whole: int, said: str) -> None:
    assert part_shown(part, whole, 5) == said


def test_a_person_s_word_is_noted_and_corrected(
    session: Session, lead: Actor, adviser: Actor, amina: Candidacy
) -> None:
    permit = add_condition(lead, session.operation_id, "permis B")
    add_condition(lead, session.operation_id, "travail le samedi")
    first = declare(adviser, amina.pk, Said([permit.pk], (), ["qpv"]))
    with scope(lead):
        shown = declared_by(lead, amina)
    assert shown is not None
    assert (shown.met, shown.unsaid, shown.publics) == (
        ["permis B"],
        ["travail le samedi"],
        ["habite un quartier prioritaire (QPV)"],
    )
    declare(lead, amina.pk, Said((), [permit.pk], ()), version=first.version)
    with pytest.raises(Stale):
        declare(adviser, amina.pk, Said(), version=first.version)
    told = [[entry.before, entry.after] for entry in JournalEntry.objects.filter(verb="candidacy.declare")]
    assert "qpv" not in json.dumps(told)


@pytest.mark.parametrize("said", [Said([999]), Said((), (), ["rqth"])])
def test_what_is_not_in_the_lists_is_refused(lead: Actor, amina: Candidacy, said: Said) -> None:
    with pytest.raises(Invalid):
        declare(lead, amina.pk, said)


def test_a_condition_is_of_the_job_and_never_of_health(session: Session, lead: Actor) -> None:
    for wrong in ("  ", "aucun problème de santé", "1 84 12 76 451 089 46"):
        with pytest.raises(Invalid):
            add_condition(lead, session.operation_id, wrong)
    permit = add_condition(lead, session.operation_id, "permis B")
    with pytest.raises(Invalid, match="déjà dans la liste"):
        add_condition(lead, session.operation_id, "permis B")
    drop_condition(lead, permit.pk)
    assert conditions_of(session.operation) == []


def test_nobody_else_reads_what_one_person_declared(session: Session, lead: Actor, amina: Candidacy) -> None:
    declare(lead, amina.pk, Said((), (), ["qpv"]))
    other = actor(Who.ADVISER, a_prescriber("Cap emploi 28", network="cap_emploi"))
    assert session.operation.provider is not None
    strangers = (other, an_officer(), actor(Who.TRAINER, session.operation.provider))
    for stranger in strangers:
        with scope(stranger):
            assert not Declared.objects.visible_to(stranger).exists()
            shown = declared_by(stranger, amina)
            assert shown is None or shown.publics == []
    with pytest.raises(Unknown):
        declare(other, amina.pk, Said())
    with pytest.raises(NotAllowed):
        declare(an_officer(), amina.pk, Said())


def test_the_region_reads_numbers_the_provider_the_exact_ones_and_a_prescriber_none(
    session: Session, lead: Actor, adviser: Actor
) -> None:
    officer = an_officer()
    people = [a_candidate(session, f"P{n}", state="oriented") for n in range(6)]
    for n, candidacy in enumerate(people):
        declare(lead, candidacy.pk, Said((), (), ["qpv"] if n == 0 else ["low_level"]))
    with scope(TASK):
        exact = declared_counts(lead, session, session.operation)
        masked = declared_counts(officer, session, session.operation)
        assert declared_counts(adviser, session, session.operation) is None
    assert exact is not None
    assert masked is not None
    assert dict(exact.lines)["habite un quartier prioritaire (QPV)"] == "1"
    assert dict(masked.lines)["habite un quartier prioritaire (QPV)"] == "moins de 5"
    assert dict(masked.lines)["sans diplôme, ou de niveau 3 au plus (CAP, BEP)"] == "presque toutes"


def test_from_the_conditions_to_the_person_by_the_pages(
    session: Session, lead: Actor, adviser: Actor, amina: Candidacy
) -> None:
    client = browser(lead)
    client.post(f"/operations/{session.operation_id}/candidatures/conditions/", {"wording": "permis B"})
    (permit,) = conditions_of(session.operation)
    mine = browser(adviser)
    page = f"/candidatures/{amina.pk}/declaration/"
    assert "permis B" in mine.get(page).content.decode()
    sent = {f"condition_{permit.pk}": "yes", "publics": ["qpv"], "version": ""}
    assert mine.post(page, sent).status_code == 302
    assert "quartier prioritaire" in client.get(f"/candidatures/{amina.pk}/").content.decode()
    group = f"/operations/{session.operation_id}/candidatures/"
    assert "Publics, tels que déclarés" in client.get(group).content.decode()
    region = browser(an_officer())
    assert "quartier prioritaire" not in region.get(f"/candidatures/{amina.pk}/").content.decode()
    assert "moins de 5" in region.get(group).content.decode()
    export = client.get(f"{group}?export=csv").content.decode("utf-8-sig")
    assert "Orientée le" in export
    assert "quartier" not in export
    client.post(f"/candidatures/conditions/{permit.pk}/retirer/")
    assert conditions_of(session.operation) == []
