"""Two records of one firm on a list of signatories: it signs once, and what was signed is never altered."""

from __future__ import annotations

import pytest

from convention.signing_stage import Stage
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import WrongState
from defi.people.employers.deciding import merge_employers, unmerge
from defi.people.employers.models import Merge
from defi.people.models import Organisation
from defi.steps.convention import actions
from defi.steps.convention.models import Signatory
from factories import a_promise, an_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(stage: Stage) -> Organisation:
    """The firm was registered twice, and both records promised."""
    twin = an_employer("Tilleuls SARL", email="rh@tilleuls.example")
    a_promise(stage.operation, twin)
    stage.send()
    return twin


def lines() -> list[tuple[str, str]]:
    with scope(TASK):
        rows = Signatory.objects.filter(organisation__kind="employer").select_related("organisation").order_by("pk")
        return [(row.organisation.name, row.state) for row in rows]


def merge(stage: Stage, twin: Organisation) -> Merge:
    return merge_employers(stage.officer, stage.firm.pk, twin.pk, reason="la même entreprise")


def test_it_is_asked_to_sign_once(stage: Stage, twin: Organisation) -> None:
    merge(stage, twin)
    assert lines() == [("Les Tilleuls", "to_sign"), ("Les Tilleuls", "removed")]


def test_the_line_already_signed_is_the_one_that_stays(stage: Stage, twin: Organisation) -> None:
    actions.record_ink(stage.lead, stage.signatory(twin).pk)
    merge(stage, twin)
    assert lines() == [("Les Tilleuls", "removed"), ("Les Tilleuls", "signed_ink")]


def test_two_signatures_are_both_kept(stage: Stage, twin: Organisation) -> None:
    for firm in (stage.firm, twin):
        actions.record_ink(stage.lead, stage.signatory(firm).pk)
    merge(stage, twin)
    assert lines() == [("Les Tilleuls", "signed_ink"), ("Tilleuls SARL", "signed_ink")]


def test_the_convention_waited_only_for_the_second_line(stage: Stage, twin: Organisation) -> None:
    for signatory in stage.signatories():
        if signatory.organisation_id != twin.pk:
            actions.record_ink(stage.lead, signatory.pk)
    merge(stage, twin)
    assert stage.convention().state == "signed"


# Taken apart


def refused_to_undo(stage: Stage, merged: Merge) -> None:
    before = lines()
    with pytest.raises(WrongState, match="les séparer rouvrirait une signature"):
        unmerge(stage.officer, merged.pk, reason="deux entreprises en fait")
    assert lines() == before
    assert Merge._base_manager.get().state == "merged"


def test_before_anybody_signs_both_are_asked_again(stage: Stage, twin: Organisation) -> None:
    unmerge(stage.officer, merge(stage, twin).pk, reason="deux entreprises en fait")
    assert lines() == [("Les Tilleuls", "to_sign"), ("Tilleuls SARL", "to_sign")]


def test_a_signature_given_before_the_merge_goes_back_to_who_gave_it(stage: Stage, twin: Organisation) -> None:
    actions.record_ink(stage.lead, stage.signatory(twin).pk)
    unmerge(stage.officer, merge(stage, twin).pk, reason="deux entreprises en fait")
    assert lines() == [("Les Tilleuls", "to_sign"), ("Tilleuls SARL", "signed_ink")]


def test_once_the_firm_signed_for_both_they_stay_one(stage: Stage, twin: Organisation) -> None:
    merged = merge(stage, twin)
    actions.record_ink(stage.lead, stage.signatory(stage.firm).pk)
    refused_to_undo(stage, merged)


def test_a_convention_signed_by_all_never_waits_again(stage: Stage, twin: Organisation) -> None:
    for signatory in stage.signatories():
        if signatory.organisation_id != twin.pk:
            actions.record_ink(stage.lead, signatory.pk)
    refused_to_undo(stage, merge(stage, twin))
    assert stage.convention().state == "signed"
