"""The text and its signatories: prepared, validated, sent, signed, refused, corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from convention.by_code import bearer_of, signs
from convention.signing_stage import NOW, START, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.documents import fingerprint
from defi.kernel.models import JournalEntry, Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.people.models import Network
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.models import Signatory
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.pairing.models import Promise
from factories import a_person, a_prescriber, a_promise, a_region, actor, an_employer, an_officer

pytestmark = pytest.mark.django_db


def a_member(stage: Stage, who: Who = Who.SIGNATORY) -> Actor:
    return actor(who, stage.firm)


def sign_all(stage: Stage, but: Signatory | None = None) -> None:
    for signatory in stage.signatories():
        if but is None or signatory.pk != but.pk:
            actions.record_ink(stage.lead, signatory.pk)


# The text


def test_the_draft_names_everybody_the_rulebook_asks_for(stage: Stage) -> None:
    convention = stage.draft()
    assert (convention.state, convention.edition, convention.drafted_on) == ("draft", 0, NOW)
    assert "24-118-0932" in convention.title
    with scope(TASK):
        names = {s.organisation.name for s in Signatory.objects.select_related("organisation").order_by("pk")}
    assert names == {
        "Atelier du Loir",
        "Mission locale du Dunois",
        "France Travail Châteaudun",
        "Les Tilleuls",
        "Région Centre-Val de Loire",
    }


def test_who_signs_is_known_from_the_promise_or_the_only_signatory_of_the_firm(stage: Stage) -> None:
    director = a_person("Jean", "Tilleul", email="jean@tilleuls.example")
    actor(Who.SIGNATORY, stage.firm, director)
    stage.draft()
    assert stage.signatory(stage.firm).person_id == director.pk


def test_a_draft_needs_the_eos_number_for_its_title(stage: Stage) -> None:
    with scope(TASK):
        Session.objects.filter(pk=stage.session.pk).update(eos_number="")
    with pytest.raises(Invalid, match="numéro EOS"):
        stage.draft()


def test_a_convention_is_begun_once(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match="déjà en préparation"):
        stage.draft()


def test_only_the_provider_prepares_it(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        actions.draft_convention(stage.officer, stage.operation.pk)


def test_it_is_sent_with_its_contact_sheet_once_everybody_validated(stage: Stage) -> None:
    convention = stage.send()
    assert (convention.state, convention.edition, convention.sent_on) == ("sent", 1, NOW)
    assert convention.document is not None
    assert convention.contact_sheet is not None
    assert convention.fingerprint == fingerprint(bytes(convention.document.content))
    assert convention.document.number.startswith("CONV-2025-")
    assert Mail.objects.filter(address="claire@region.example", subject__contains="transmises").exists()
    assert Mail.objects.filter(address="direction@tilleuls.example", body__contains="/lien/").exists()


def test_it_is_not_sent_while_somebody_has_not_validated(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match=r"Engagements à valider d'abord avec : .*Les Tilleuls"):
        actions.send_convention(stage.lead, stage.operation.pk)
    assert stage.convention().document_id is None


def test_it_is_not_sent_without_a_new_promising_firm(stage: Stage) -> None:
    stage.draft()
    stage.validate_all()
    newcomer = an_employer("Service Plus")
    a_promise(stage.operation, newcomer)
    with pytest.raises(WrongState, match="Service Plus promet un emploi"):
        actions.send_convention(stage.lead, stage.operation.pk)
    signatory = actions.add_signatory(stage.lead, stage.operation.pk, newcomer)
    actions.validate_commitments(stage.lead, signatory.pk, how="meeting")
    assert actions.send_convention(stage.lead, stage.operation.pk).state == "sent"


def test_it_is_not_sent_twice(stage: Stage) -> None:
    stage.send()
    with pytest.raises(WrongState, match="transmise"):
        actions.send_convention(stage.lead, stage.operation.pk)


def test_it_is_not_sent_once_the_training_is_over(stage: Stage) -> None:
    stage.draft()
    stage.validate_all()
    with clock.at(stage.session.ends_on + timedelta(days=1)), pytest.raises(WrongState, match="avant son terme"):
        actions.send_convention(stage.lead, stage.operation.pk)


def test_a_correction_asks_why(stage: Stage) -> None:
    stage.send()
    with pytest.raises(Invalid, match="motif"):
        actions.correct_convention(stage.lead, stage.operation.pk, reason="")


def test_a_title_changes_in_preparation_only_and_keeps_the_number(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(Invalid, match="24-118-0932"):
        actions.retitle_convention(stage.lead, stage.operation.pk, title="Sans numéro")
    title = "DEFI aide à domicile, session EOS n° 24-118-0932"
    assert actions.retitle_convention(stage.lead, stage.operation.pk, title=title).title == title
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    with pytest.raises(WrongState, match="corrigez-la d'abord"):
        actions.retitle_convention(stage.lead, stage.operation.pk, title=title + ".")


# The list


def test_a_partner_that_took_part_signs_too(stage: Stage) -> None:
    stage.draft()
    cap = a_prescriber("Cap emploi 28", Network.CAP_EMPLOI)
    with pytest.raises(Invalid, match="ajoutez-la d'abord"):
        actions.add_signatory(stage.lead, stage.operation.pk, cap)
    add_partner(stage.lead, stage.operation.pk, cap)
    signatory = actions.add_signatory(stage.lead, stage.operation.pk, cap)
    assert (signatory.required, signatory.quality) == (False, "Cap emploi")
    with pytest.raises(WrongState, match="déjà parmi les signataires"):
        actions.add_signatory(stage.lead, stage.operation.pk, cap)
    assert actions.remove_signatory(stage.lead, signatory.pk, reason="ajout par erreur").state == "removed"


def test_a_signatory_the_rulebook_asks_for_stays(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match="demandé par le règlement"):
        actions.remove_signatory(stage.lead, stage.signatory(stage.mission).pk, reason="absente")


def test_a_firm_that_promises_no_more_may_be_taken_off_and_the_rest_completes(stage: Stage) -> None:
    second = an_employer("Service Plus")
    promise: Promise = a_promise(stage.operation, second)
    stage.send()
    leaving = stage.signatory(second)
    with pytest.raises(WrongState, match="demandé par le règlement"):
        actions.remove_signatory(stage.lead, leaving.pk, reason="ne répond plus")
    sign_all(stage, but=leaving)
    withdraw_promise(stage.lead, promise.pk, reason="perte d'un marché")
    actions.remove_signatory(stage.lead, leaving.pk, reason="a retiré sa promesse")
    assert stage.convention().state == "signed"


def test_who_signs_is_named_and_the_former_link_dies(stage: Stage) -> None:
    stage.draft()
    signatory = stage.signatory(stage.firm)
    actions.send_link(stage.lead, signatory.pk)
    signer = Signer("Jean", "Tilleul", "gérant", "jean@tilleuls.example")
    described = actions.describe_signatory(stage.lead, signatory.pk, signer)
    assert (str(described.person), described.quality) == ("Jean Tilleul", "gérant")
    assert not Link.objects.filter(object_id=signatory.pk, revoked_at=None).exists()
    actions.send_link(stage.lead, signatory.pk)
    assert Mail.objects.filter(address="jean@tilleuls.example", body__contains="/lien/").exists()


def test_naming_the_same_person_again_makes_nobody_new(stage: Stage) -> None:
    stage.draft()
    signatory = stage.signatory(stage.firm)
    signer = Signer("Jean", "Tilleul", "gérant", "jean@tilleuls.example")
    first = actions.describe_signatory(stage.lead, signatory.pk, signer)
    assert actions.describe_signatory(stage.lead, signatory.pk, signer).person_id == first.person_id


# Commitments validated


def test_a_signatory_validates_from_its_link(stage: Stage) -> None:
    stage.draft()
    actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
    hand = bearer_of("direction@tilleuls.example", "ask_validation")
    done = actions.validate_commitments(hand, stage.signatory(stage.firm).pk)
    assert (done.validated_on, done.validated_how) == (NOW, "link")
    with pytest.raises(WrongState, match="déjà validé"):
        actions.validate_commitments(hand, done.pk)


def test_the_provider_records_how_an_agreement_was_given(stage: Stage) -> None:
    stage.draft()
    signatory = stage.signatory(stage.mission)
    with pytest.raises(Invalid, match="comment"):
        actions.validate_commitments(stage.lead, signatory.pk)
    with pytest.raises(Invalid, match="comment"):
        actions.validate_commitments(stage.lead, signatory.pk, how="link")
    done = actions.validate_commitments(stage.lead, signatory.pk, how="phone", on=date(2025, 10, 1))
    assert (done.validated_on, done.validated_how) == (date(2025, 10, 1), "phone")


def test_an_agreement_is_not_dated_tomorrow(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(Invalid, match="à venir"):
        actions.validate_commitments(
            stage.lead, stage.signatory(stage.mission).pk, how="phone", on=NOW + timedelta(days=1)
        )


def test_nobody_validates_for_another(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(NotAllowed, match="propres engagements"):
        actions.validate_commitments(a_member(stage), stage.signatory(stage.mission).pk)
    with pytest.raises(NotAllowed):
        actions.validate_commitments(stage.officer, stage.signatory(stage.mission).pk, how="phone")
    assert actions.validate_commitments(stage.officer, stage.signatory(stage.region).pk).validated_how == "account"


def test_a_link_needs_an_address(stage: Stage) -> None:
    stage.draft()
    with scope(TASK):
        stage.mission.email = ""
        stage.mission.save()
    with pytest.raises(WrongState, match="pas d'adresse"):
        actions.send_link(stage.lead, stage.signatory(stage.mission).pk)


# Signing


def test_a_signatory_signs_the_text_it_read_from_its_link(stage: Stage) -> None:
    convention = stage.send()
    hand = bearer_of("direction@tilleuls.example", "ask_signature")
    signed = signs(hand, stage.signatory(stage.firm), convention.fingerprint)
    assert (signed.state, signed.signed_on, signed.signed_fingerprint) == (
        "signed_click",
        NOW,
        convention.fingerprint,
    )
    with pytest.raises(WrongState, match="déjà signé"):
        actions.sign(hand, signed.pk, fingerprint=convention.fingerprint)


def test_an_outdated_text_is_not_signed(stage: Stage) -> None:
    former = stage.send().fingerprint
    stage.send_another_text()
    with pytest.raises(Stale, match="relisez-le"):
        actions.sign(a_member(stage), stage.signatory(stage.firm).pk, fingerprint=former)


def test_nothing_is_signed_while_in_preparation(stage: Stage) -> None:
    stage.draft()
    with pytest.raises(WrongState, match="en préparation"):
        actions.sign(a_member(stage), stage.signatory(stage.firm).pk, fingerprint="")
    with pytest.raises(WrongState, match="en préparation"):
        actions.record_ink(stage.lead, stage.signatory(stage.firm).pk)


def test_a_link_signs_for_its_own_signatory_only(stage: Stage) -> None:
    convention = stage.send()
    hand = bearer_of("direction@tilleuls.example", "ask_signature")
    with pytest.raises(Unknown):
        actions.sign(hand, stage.signatory(stage.mission).pk, fingerprint=convention.fingerprint)


def test_nobody_signs_for_another_organisation(stage: Stage) -> None:
    convention = stage.send()
    for hand in (stage.lead, stage.officer, a_member(stage)):
        with pytest.raises(NotAllowed, match="signe pour soi"):
            actions.sign(hand, stage.signatory(stage.mission).pk, fingerprint=convention.fingerprint)


def test_a_tutor_signs_only_when_named(stage: Stage) -> None:
    convention = stage.send()
    tutor = actor(Who.TUTOR, stage.firm, a_person())
    with pytest.raises(NotAllowed):
        actions.sign(tutor, stage.signatory(stage.firm).pk, fingerprint=convention.fingerprint)
    with scope(TASK):
        Signatory.objects.filter(organisation=stage.firm).update(person_id=tutor.person_id)
    assert signs(tutor, stage.signatory(stage.firm), convention.fingerprint).signed_on == NOW


def test_provider_and_region_sign_as_themselves(stage: Stage) -> None:
    convention = stage.send()
    provider = stage.operation.provider
    assert provider is not None
    signs(stage.lead, stage.signatory(provider), convention.fingerprint)
    signs(stage.officer, stage.signatory(a_region()), convention.fingerprint)
    assert stage.signatory(provider).state == "signed_click"


@pytest.mark.parametrize(
    ("on", "today", "said"),
    [
        (NOW - timedelta(days=1), START, "n'existait pas"),
        (START + timedelta(days=1), START, "à venir"),
        (date(2026, 5, 1), date(2026, 5, 2), "avant son terme"),
    ],
)
def test_an_ink_signature_has_a_possible_date(stage: Stage, on: date, today: date, said: str) -> None:
    stage.send()
    with clock.at(today), pytest.raises(Invalid, match=said):
        actions.record_ink(stage.lead, stage.signatory(stage.firm).pk, on=on)


def test_nobody_clicks_after_the_end_of_the_training(stage: Stage) -> None:
    convention = stage.send()
    with clock.at(stage.session.ends_on + timedelta(days=1)), pytest.raises(Invalid, match="avant son terme"):
        actions.sign(a_member(stage), stage.signatory(stage.firm).pk, fingerprint=convention.fingerprint)


def test_an_ink_signature_of_before_the_end_is_noted_later(stage: Stage) -> None:
    stage.send()
    with clock.at(stage.session.ends_on + timedelta(days=3)):
        row = actions.record_ink(stage.lead, stage.signatory(stage.firm).pk, on=START)
    assert (row.state, row.signed_on) == ("signed_ink", START)


def test_who_refused_says_why_and_may_sign_later(stage: Stage) -> None:
    convention = stage.send()
    firm = stage.signatory(stage.firm)
    with pytest.raises(Invalid, match="motif"):
        actions.refuse_to_sign(a_member(stage), firm.pk, reason="")
    actions.refuse_to_sign(a_member(stage), firm.pk, reason="le nombre de postes est faux")
    assert Mail.objects.filter(address="lead@of.example", body__contains="le nombre de postes est faux").exists()
    assert signs(a_member(stage), firm, convention.fingerprint).state == "signed_click"


def test_a_link_to_sign_may_also_refuse(stage: Stage) -> None:
    stage.send()
    hand = bearer_of("direction@tilleuls.example", "ask_signature")
    assert actions.refuse_to_sign(hand, stage.signatory(stage.firm).pk, reason="absent").state == "refused"


def test_the_last_signature_completes_the_convention(stage: Stage) -> None:
    convention = stage.send()
    last = stage.signatory(stage.firm)
    sign_all(stage, but=last)
    assert stage.convention().state == "sent"
    with clock.at(START):
        signs(a_member(stage), last, convention.fingerprint)
    done = stage.convention()
    assert (done.state, done.signed_on) == ("signed", START)
    assert Mail.objects.filter(address="lead@of.example", subject__contains="signée par tous").exists()
    entry = JournalEntry.objects.get(verb="convention.complete")
    assert entry.actor_who == "task"
    assert JournalEntry.objects.filter(action_id=entry.action_id, verb="signatory.sign").exists()


def test_a_signed_convention_changes_no_more(stage: Stage) -> None:
    stage.send()
    sign_all(stage)
    with pytest.raises(WrongState):
        actions.correct_convention(stage.lead, stage.operation.pk, reason="trop tard")
    with pytest.raises(WrongState, match="signé par tous"):
        actions.remove_signatory(stage.lead, stage.signatory(stage.firm).pk, reason="trop tard")
    with pytest.raises(WrongState, match="Rien n'est attendu"):
        actions.send_link(stage.lead, stage.signatory(stage.firm).pk)


def test_a_stale_page_signs_nothing(stage: Stage) -> None:
    stage.send()
    firm = stage.signatory(stage.firm)
    with pytest.raises(Stale):
        actions.record_ink(stage.lead, firm.pk, version=firm.version - 1)


def test_a_closed_operation_is_signed_no_more(stage: Stage) -> None:
    convention = stage.send()
    hand = bearer_of("direction@tilleuls.example", "ask_signature")
    with scope(TASK):
        Operation.objects.filter(pk=stage.operation.pk).update(state="abandoned", closed_on=NOW)
    with pytest.raises(WrongState, match="close"):
        actions.sign(hand, stage.signatory(stage.firm).pk, fingerprint=convention.fingerprint)


def test_a_prescriber_records_no_ink(stage: Stage) -> None:
    stage.send()
    with pytest.raises(NotAllowed):
        actions.record_ink(actor(Who.ADVISER, stage.mission), stage.signatory(stage.mission).pk)


def test_the_journal_holds_no_name_and_no_address(stage: Stage) -> None:
    stage.draft()
    signer = Signer("Jean", "Tilleul", "gérant", "jean@tilleuls.example", "0612345678")
    actions.describe_signatory(stage.lead, stage.signatory(stage.firm).pk, signer)
    written = " ".join(f"{entry.before} {entry.after}" for entry in JournalEntry.objects.all())
    for private in ("Jean", "Tilleul,", "jean@", "0612345678", "gérant"):
        assert private not in written


def test_an_officer_of_the_whole_region_may_record_ink(stage: Stage) -> None:
    stage.send()
    assert actions.record_ink(an_officer(), stage.signatory(stage.mission).pk).state == "signed_ink"
