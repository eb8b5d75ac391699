"""An avenant is due when a change of plan moves the hours of a signed convention, and only then."""

from datetime import date

import pytest
from design.changes.stage import DAY, a_stage

import endings
import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.journal import acting
from defi.kernel.models import Mail
from defi.kernel.refusals import NotAllowed, Unknown
from defi.operations.models import Operation
from defi.steps.convention.actions import record_ink
from defi.steps.convention.amending import follow, said_of, send_amendment
from defi.steps.convention.models import Amendment, Convention, Signatory
from defi.steps.convention.printing import convention_data
from defi.steps.convention.rules import amendment_sentence
from defi.steps.design.changes import asking, deciding

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, a_stage) as stage:
        yield stage


@pytest.fixture
def stage(built, db):
    with clock.at(DAY):
        yield built


def a_convention(stage, state="signed", hours=(420, 140)):
    signed = date(2025, 11, 20) if state == "signed" else None
    with scope(TASK):
        return Convention.objects.create(
            operation=stage.operation,
            title="ASVF",
            state=state,
            terms={"hours": list(hours)},
            drafted_on=date(2025, 10, 1),
            sent_on=date(2025, 10, 6),
            signed_on=signed,
        )


def amendments():
    """Their states, and what the last one says."""
    with scope(TASK):
        rows = list(Amendment.objects.select_related("convention", "operation").order_by("pk"))
        said = said_of(rows[-1]).sentences if rows else ()
    return [row.state for row in rows], " ".join(said)


TO_427 = "420 h en centre et 140 h en entreprise deviennent 427 h en centre et 140 h en entreprise."


def changed(stage, **changes):
    request = stage.asked(**changes)
    return deciding.approve_change(stage.officer, request.pk)


def test_hours_changed_under_a_signed_convention_make_an_amendment_due(stage):
    a_convention(stage)
    request = stage.asked()
    assert "un avenant sera à signer" in request.effect["others"][0]
    deciding.approve_change(stage.officer, request.pk)
    states, said = amendments()
    assert states == ["owed"]
    assert TO_427 in said
    with scope(TASK):
        assert Amendment.objects.get().change == request
    assert "427 h en centre" in Mail.objects.filter(purpose="convention/mail/amendment_owed")[0].body


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_a_convention_that_is_not_signed_owes_none(stage, state):
    convention = a_convention(stage, state)
    changed(stage)
    assert amendments() == ([], "")
    with scope(TASK):
        convention.refresh_from_db()
        operation = Operation.objects.select_related("job", "basin", "provider").get(pk=stage.operation.pk)
        convention.operation = operation
    assert convention_data(convention).hours_centre == 427


def test_a_change_that_leaves_the_hours_owes_none(stage):
    a_convention(stage)
    changed(stage, title="Hygiène et sécurité")
    assert amendments() == ([], "")


def test_a_second_change_goes_into_the_amendment_that_is_owed_or_makes_it_needless(stage):
    a_convention(stage)
    changed(stage)
    changed(stage, centre=28)
    states, said = amendments()
    assert states == ["owed"]
    assert "deviennent 434 h" in said
    changed(stage, centre=14)
    assert amendments() == (["dropped"], "")


def signed(stage):
    """Sent, then signed in ink by those it touches."""
    with scope(TASK):
        owed = Amendment.objects.get()
    send_amendment(stage.lead, owed.pk)
    with scope(TASK):
        rows = list(Signatory.objects.filter(amendment=owed))
    for row in rows:
        record_ink(stage.lead, row.pk)
    return rows


def test_once_signed_its_hours_are_those_of_the_convention(stage):
    a_convention(stage)
    changed(stage)
    rows = signed(stage)
    assert {row.organisation_id for row in rows} == {stage.operation.provider_id, stage.operation.region_id}
    with scope(TASK):
        done = Amendment.objects.select_related("document").get()
    assert (done.state, done.terms["hours"]) == ("signed", [427, 140])
    assert done.document.number.startswith("AV-")
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21, title="Hygiène alimentaire")
    sent = asking.ask_change(stage.lead, request.pk)
    assert "aucun avenant" in sent.effect["others"][0]


def test_a_text_signed_with_former_hours_owes_one_too(stage):
    convention = a_convention(stage, "sent")
    changed(stage)
    with scope(TASK):
        convention.state, convention.signed_on = "signed", DAY
        convention.save()
    with acting(TASK, "amendment.drop") as act:
        follow(act, stage.operation)
    states, said = amendments()
    assert states == ["owed"]
    assert TO_427 in said


def test_only_its_provider_sends_it(stage):
    a_convention(stage)
    changed(stage)
    with scope(TASK):
        owed = Amendment.objects.get()
    for hand in (make.actor(Who.SIGNATORY, stage.firms[0]), stage.officer):
        with pytest.raises(NotAllowed):
            send_amendment(hand, owed.pk)
    with pytest.raises(Unknown):
        send_amendment(make.actor(Who.COORDINATOR, make.a_provider("Autre")), owed.pk)


def test_what_a_change_asks_of_the_convention_is_said_in_words():
    told = ["Places : de 8 à 10."]
    assert "aucun avenant" in amendment_sentence("signed", [])
    assert "un avenant sera à signer. Places : de 8 à 10." in amendment_sentence("signed", told)
    assert "Corrigez-la" in amendment_sentence("sent", told)
    assert "pas encore transmise" in amendment_sentence("", told)
