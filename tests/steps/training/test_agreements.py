"""The agreement of a period: one paper, three signatures bound to it, a code from a link, void when it changes."""

import re
from datetime import date, timedelta

import pytest

import factories
from defi.kernel import clock, links
from defi.kernel.access import Who, scope
from defi.kernel.models import Document, Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.steps.training import actions
from defi.steps.training.models import Placement, PlacementCode, PlacementSignature
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, LAST, agreed, bearer, facts_of, planned, sign_all


def hand(placement, **who):
    """The bearer of the link that was really sent to this hand."""
    return links.bearer(Link.objects.get(verb="placement.sign", object_id=placement.pk, revoked_at=None, **who))


def last_code():
    mail = Mail.objects.filter(purpose="convention/mail/signing_code").order_by("-pk").first()
    return re.search(r"^\d{6}$", mail.body, re.MULTILINE).group()


def sign_by_link(actor, placement):
    fingerprint = Placement.objects.get(pk=placement.pk).agreement.sha256
    with scope(actor):
        actions.send_signing_code(actor, placement.pk, fingerprint=fingerprint)
        return actions.sign_with_code(actor, placement.pk, fingerprint=fingerprint, code=last_code())


def living(placement):
    return set(PlacementSignature.objects.filter(placement=placement, voided_on=None).values_list("party", flat=True))


def test_trainee_and_firm_each_sign_from_their_own_link_with_a_code(running):
    running.people[0].person.email = "amina@exemple.example"
    running.people[0].person.save()
    placement = planned(running)
    firm = hand(placement, organisation_id=running.employer.pk)
    trainee = hand(placement, person_id=running.people[0].person_id, organisation_id=None)
    assert sign_by_link(firm, placement).party == "employer"
    assert sign_by_link(trainee, placement).party == "trainee"
    assert Mail.objects.filter(purpose="convention/mail/signing_code", address="amina@exemple.example").count() == 1
    assert no_name_in_the_journal(running)


def test_a_link_alone_signs_nothing(running):
    placement = planned(running)
    firm = hand(placement, organisation_id=running.employer.pk)
    with scope(firm):
        with pytest.raises(WrongState, match="Tapez d'abord le code"):
            actions.sign_placement(firm, placement.pk)
        with pytest.raises(Invalid, match="Demandez d'abord"):
            actions.sign_with_code(firm, placement.pk, fingerprint=placement.agreement.sha256, code="123456")
    assert living(placement) == set()


def test_a_code_signs_the_paper_that_was_read_and_no_other(running):
    placement = planned(running)
    firm = hand(placement, organisation_id=running.employer.pk)
    read = placement.agreement.sha256
    with scope(firm):
        actions.send_signing_code(firm, placement.pk, fingerprint=read)
    changed = actions.change_placement(running.coordinator, placement.pk, facts_of(running, hours=12))
    again = hand(placement, organisation_id=running.employer.pk)
    with scope(again):
        with pytest.raises(Stale, match="relisez-la"):
            actions.sign_placement(again, placement.pk, fingerprint=read)
        with pytest.raises(Invalid):
            actions.sign_with_code(again, placement.pk, fingerprint=changed.agreement.sha256, code=last_code())
    with pytest.raises(Stale):
        actions.sign_placement(running.tutor, placement.pk, fingerprint=read)
    assert living(placement) == set()


def test_wrong_codes_are_counted_and_a_second_does_not_leave_at_once(running):
    placement = planned(running)
    firm = hand(placement, organisation_id=running.employer.pk)
    fingerprint = placement.agreement.sha256
    with scope(firm):
        actions.send_signing_code(firm, placement.pk, fingerprint=fingerprint)
        with pytest.raises(WrongState, match="Un code vient de partir"):
            actions.send_signing_code(firm, placement.pk, fingerprint=fingerprint)
        right = last_code()
        wrong = "000000" if right != "000000" else "111111"
        with pytest.raises(Invalid, match="il reste 4 essais"):
            actions.sign_with_code(firm, placement.pk, fingerprint=fingerprint, code=wrong)
        row = PlacementCode.objects.visible_to(firm).get()
        assert (row.tries, right in row.secret) == (1, False)
        assert actions.sign_with_code(firm, placement.pk, fingerprint=fingerprint, code=right)


def test_a_link_is_for_one_period_and_for_the_hand_it_was_made_for(running):
    placement, other = planned(running), planned(running, 1)
    firm = bearer("placement.sign", placement)
    with pytest.raises(NotAllowed, match="une autre période"):
        actions.sign_placement(firm, other.pk)
    with scope(firm):
        assert list(Placement.objects.visible_to(firm)) == [placement]
    stranger = bearer("placement.sign", placement, organisation_id=None, person_id=running.people[1].person_id)
    with pytest.raises(NotAllowed, match="Chacun signe pour soi"):
        actions.send_signing_code(stranger, placement.pk, fingerprint=placement.agreement.sha256)
    with pytest.raises(NotAllowed):
        actions.sign_presence(firm, placement.pk, {(FIRST, "morning"): "present"})


def test_the_paper_says_what_was_agreed_and_is_kept(running):
    placement = planned(running, place="Chantier du Loir", schedule="8 h – 12 h")
    document = placement.agreement
    assert (document.kind, document.object_id) == ("placement-agreement", placement.pk)
    assert bytes(document.content).startswith(b"%PDF")


def test_a_period_that_changes_is_signed_again_by_the_three(running):
    placement = agreed(running)
    former = Placement.objects.get(pk=placement.pk).agreement
    changed = actions.change_placement(running.coordinator, placement.pk, facts_of(running, ends_on=date(2026, 1, 7)))
    assert living(placement) == set()
    assert PlacementSignature.objects.filter(placement=placement, voided_on=clock.today()).count() == 3
    assert Document.objects.get(pk=former.pk).cancelled_on == clock.today()
    assert changed.agreement_id != former.pk
    told = Mail.objects.filter(purpose="training/mail/placement_planned").order_by("-pk").first()
    assert "les signatures déjà données ne valent plus" in told.body
    with clock.at(FIRST), pytest.raises(WrongState, match="n'est pas signée par"):
        actions.begin_placement(running.trainer, placement.pk, on=FIRST)
    sign_all(running, placement)
    assert living(placement) == {"trainee", "employer", "provider"}


def test_a_change_is_refused_to_others_of_a_stale_page_of_nothing_and_once_begun(running):
    placement = agreed(running)
    for actor in (running.trainer, running.tutor, running.officer, running.as_trainee(0)):
        with pytest.raises(NotAllowed):
            actions.change_placement(actor, placement.pk, facts_of(running, hours=12))
    with pytest.raises(Unknown):
        actions.change_placement(running.stranger, placement.pk, facts_of(running, hours=12))
    with pytest.raises(Stale):
        actions.change_placement(running.coordinator, placement.pk, facts_of(running, hours=12), version=99)
    with pytest.raises(Invalid, match="Rien ne change"):
        actions.change_placement(running.coordinator, placement.pk, facts_of(running))
    with clock.at(FIRST):
        actions.begin_placement(running.trainer, placement.pk, on=FIRST)
        with pytest.raises(WrongState, match="ne se change plus"):
            actions.change_placement(running.coordinator, placement.pk, facts_of(running, hours=12))
    assert living(placement) == {"trainee", "employer", "provider"}


def test_a_tutor_who_is_no_member_gets_the_link_at_the_address_given(running):
    placement = planned(running, tutor_id=None, tutor_name="Jean Atelier", tutor_email="jean@atelier.example")
    assert (
        Link.objects.get(object_id=placement.pk, organisation_id=running.employer.pk).address == "jean@atelier.example"
    )
    named = planned(running, 1, tutor_id=None, tutor_name="Rose T.", tutor_email="ROSE@tilleuls.example")
    assert (named.tutor_id, named.tutor_email) == (running.tutor.person_id, "")


def test_a_tutor_sees_only_whom_they_receive_and_their_firm_all(running):
    mine, other = planned(running), planned(running, 1, tutor_id=None, tutor_name="Jean Atelier")
    boss = factories.actor(Who.SIGNATORY, running.employer, factories.a_person("Odile"))
    assert list(Placement.objects.visible_to(running.tutor)) == [mine]
    assert set(Placement.objects.visible_to(boss)) == {mine, other}
    with pytest.raises(Unknown):
        actions.sign_placement(running.tutor, other.pk)


def test_what_is_prepared_is_ticked_one_by_one(running):
    placement = planned(running)
    half = actions.prepare_placement(running.trainer, placement.pk, on=clock.today(), done=["tutor_met"])
    assert (half.tutor_met, half.role_explained, half.prepared_on) == (True, False, None)
    assert actions.prepare_placement(running.trainer, placement.pk, on=clock.today()).prepared_on == clock.today()
    back = actions.prepare_placement(running.trainer, placement.pk, on=clock.today(), done=[])
    assert back.prepared_on is None
    with pytest.raises(Invalid):
        actions.prepare_placement(running.trainer, placement.pk, on=clock.today(), done=["joyful"])
    for actor in (running.tutor, running.officer, running.as_trainee(0)):
        with pytest.raises(NotAllowed):
            actions.prepare_placement(actor, placement.pk, on=clock.today())


def test_links_of_a_cancelled_period_die(running):
    placement = planned(running)
    actions.cancel_placement(running.coordinator, placement.pk, reason="Le tuteur est absent.")
    assert not Link.objects.filter(object_id=placement.pk, verb="placement.sign", revoked_at=None).exists()
    with clock.at(LAST + timedelta(days=1)), pytest.raises(WrongState):
        actions.send_agreement(running.coordinator, placement.pk)
