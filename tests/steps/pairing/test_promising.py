"""A promise once made: changed, suspended and resumed, signed; and what each does to the pairings and to the gauge."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

import factories as make
from browsing import browser, page, post
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import ContactFacts
from defi.schemes.contracts import Term, contract_conforms
from defi.schemes.rulebook import current
from defi.steps.pairing import actions, promising, queries
from defi.steps.pairing.actions import Said, Terms, make_promise, record_encounter, withdraw_promise
from defi.steps.pairing.models import Post, Promise
from defi.steps.sourcing.actions import withdraw_candidate

pytestmark = pytest.mark.django_db
CDI = Terms(posts=2, contract="cdi", weekly_hours=Decimal(35), gross_pay=Decimal(1850))


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def lead(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def firm():
    return make.an_employer("Les Tilleuls", email="contact@tilleuls.invalid")


@pytest.fixture
def promise(operation, lead, firm):
    return make_promise(lead, operation.pk, firm, CDI)


def paired_on(session, day):
    return queries.standing_on(session, day).conformity.counts.paired


NIR = "2 55 08 14 168 025 38"


@pytest.mark.parametrize("field", ["job_label", "place"])
def test_no_social_security_number_is_kept_in_the_terms_of_a_promise(operation, lead, firm, promise, field):
    typed = replace(CDI, **{field: f"Aide à domicile {NIR}"})
    with pytest.raises(Invalid, match="sécurité sociale") as refused:
        make_promise(lead, operation.pk, firm, typed)
    assert set(refused.value.fields) == {field}
    with pytest.raises(Invalid, match="sécurité sociale") as refused:
        promising.change_promise(lead, promise.pk, typed, reason="autre lieu")
    assert set(refused.value.fields) == {field}


def test_nor_in_a_reason_nor_in_the_name_of_who_signs_or_tutors(operation, lead, firm, promise):
    with pytest.raises(Invalid, match="sécurité sociale") as refused:
        make_promise(lead, operation.pk, firm, CDI, tutor=ContactFacts("Paul", NIR))
    assert set(refused.value.fields) == {"tutor_last_name"}
    for act in (
        lambda: promising.change_promise(lead, promise.pk, replace(CDI, place="Cloyes"), reason=NIR),
        lambda: promising.suspend_promise(lead, promise.pk, reason=NIR),
        lambda: withdraw_promise(lead, promise.pk, reason=NIR),
    ):
        with pytest.raises(Invalid, match="sécurité sociale") as refused:
            act()
        assert set(refused.value.fields) == {"reason"}


class TestTheContract:
    """The cases that the seeds leave open, under both strictnesses."""

    @pytest.mark.parametrize(
        ("term", "strict", "conforms"),
        [
            (Term(months=6), True, False),
            (Term(months=6), False, True),
            (Term(months=6, days=1), True, True),
            (Term(starts_on=date(2026, 8, 31), ends_on=date(2027, 2, 28)), True, False),
            (Term(starts_on=date(2026, 8, 31), ends_on=date(2027, 2, 28)), False, True),
            (Term(starts_on=date(2026, 8, 31), ends_on=date(2027, 3, 1)), True, True),
        ],
    )
    def test_six_months_under_both_strictnesses(self, term, strict, conforms):
        book = current()
        book = replace(book, contracts={**book.contracts, "cdd": replace(book.contracts["cdd"], strict=strict)})
        verdict = contract_conforms(book, "cdd", term)
        assert verdict.conforms is conforms
        assert bool(verdict.reason) is not conforms


class TestTwoFirms:
    def test_the_one_that_signs_and_the_one_where_the_work_is(self, operation, lead, firm):
        agency = make.an_employer("Intérim Exemple")
        made = make_promise(lead, operation.pk, agency, replace(CDI, contract="ctt", months=9), work_at=firm)
        assert (made.employer, made.work_at, made.conforms) == (agency, firm, True)
        same = make_promise(lead, operation.pk, firm, CDI, work_at=firm)
        assert same.work_at is None

    def test_the_work_is_not_at_a_training_organisation(self, operation, lead, firm):
        with pytest.raises(Invalid) as refused:
            make_promise(lead, operation.pk, firm, CDI, work_at=make.a_provider("Autre organisme"))
        assert "work_at" in refused.value.fields

    def test_who_signs_may_be_somebody_new_that_the_employer_names(self, operation, promise, firm):
        recruiter = make.actor(Who.RECRUITER, firm)
        named = ContactFacts("Odile", "Exemple", email="odile@tilleuls.invalid")
        made = make_promise(recruiter, operation.pk, firm, CDI, signatory=named)
        assert str(made.signatory.first_name) == "Odile"


class TestChanging:
    def test_other_terms_are_judged_again_and_everybody_concerned_is_told(self, operation, promise, lead):
        session = make.a_session(operation, seats=8)
        person = make.a_candidate(session, "Amina", email="amina@example.invalid")
        make.a_pairing(person, promise)
        short = replace(CDI, contract="cdd", months=6)
        changed = promising.change_promise(lead, promise.pk, short, reason="le siège préfère un CDD")
        assert not changed.conforms
        assert "plus de 6 mois" in changed.conformity_note
        assert queries.standing(session).conformity.counts.paired == 0
        told = Mail.objects.get(address="amina@example.invalid", subject__contains="change")
        assert "CDD de 6 mois" in told.body
        assert "850" in told.body
        assert "siège préfère" not in told.body

    def test_the_gauge_of_the_days_before_stays_what_it_was(self, operation, promise, lead):
        session = make.a_session(operation, seats=8)
        make.a_pairing(make.a_candidate(session), promise)
        first = clock.today()
        with clock.at(first + timedelta(days=2)):
            promising.change_promise(lead, promise.pk, replace(CDI, contract="cdd", months=3), reason="budget")
            assert [paired_on(session, first), paired_on(session, clock.today())] == [1, 0]

    def test_more_posts_are_added_fewer_are_withdrawn_elsewhere(self, promise, lead):
        promising.change_promise(lead, promise.pk, replace(CDI, posts=4), reason="deux de plus")
        with scope(TASK):
            assert Post.objects.filter(promise=promise, withdrawn_on=None).count() == 4
        with pytest.raises(Invalid, match="Retirer des postes"):
            promising.change_promise(lead, promise.pk, replace(CDI, posts=1), reason="moins")
        with pytest.raises(Invalid) as refused:
            promising.change_promise(lead, promise.pk, replace(CDI, posts=4000), reason="trop")
        assert "posts" in refused.value.fields

    def test_a_signature_falls_with_the_terms_it_was_given_for(self, promise, lead):
        promising.sign_promise(lead, promise.pk)
        changed = promising.change_promise(lead, promise.pk, replace(CDI, weekly_hours=Decimal(28)), reason="temps")
        assert (changed.signed_on, changed.signed_how, changed.signed_by) == (None, "", None)

    def test_only_its_employer_and_its_provider(self, promise):
        for stranger, refusal in (
            (make.actor(Who.SIGNATORY, make.an_employer("Autre")), Unknown),
            (make.actor(Who.COORDINATOR, make.a_provider("Autre organisme")), Unknown),
            (make.an_officer(), NotAllowed),
        ):
            with pytest.raises(refusal):
                promising.change_promise(stranger, promise.pk, CDI, reason="essai")

    def test_not_from_a_page_drawn_before(self, promise, lead):
        promising.change_promise(lead, promise.pk, replace(CDI, posts=3), reason="un de plus")
        with pytest.raises(Stale):
            promising.change_promise(lead, promise.pk, CDI, reason="autre", version=promise.version)

    def test_the_page_tells_the_effects_before_the_second_click_does_it(self, operation, promise, lead):
        session = make.a_session(operation, seats=8)
        make.a_pairing(make.a_candidate(session), promise)
        client = browser(lead)
        typed = {
            "posts": 2,
            "contract": "cdd",
            "months": 6,
            "weekly_hours": "35",
            "gross_pay": "1850",
            "reason": "budget",
            "version": promise.version,
        }
        first = unescape(post(client, "pairing:change", promise.pk, answered=200, **typed))
        assert "Elle ne compterait plus" in first
        assert "La jauge passerait de 1 à 0" in first.replace("\xa0", " ")
        promise.refresh_from_db()
        assert promise.contract == "cdi"
        told = first.split('name="told" value="')[1].split('"')[0]
        other = post(client, "pairing:change", promise.pk, answered=200, **{**typed, "months": 7, "told": told})
        assert "Confirmer le changement" in other
        post(client, "pairing:change", promise.pk, answered=302, **typed, told=told)
        promise.refresh_from_db()
        assert (promise.contract, promise.conforms) == ("cdd", False)


class TestSuspending:
    def test_its_pairings_stay_and_do_not_count_until_it_is_resumed(self, operation, promise, lead, firm):
        session = make.a_session(operation, seats=8)
        make.a_pairing(make.a_candidate(session), promise)
        first, employer = clock.today(), make.actor(Who.RECRUITER, firm)
        with clock.at(first + timedelta(days=1)):
            promising.suspend_promise(employer, promise.pk, reason="commande incertaine")
            assert queries.standing(session).conformity.counts.paired == 0
        with clock.at(first + timedelta(days=3)):
            promising.resume_promise(employer, promise.pk)
            assert queries.standing(session).conformity.counts.paired == 1
            assert [paired_on(session, first + timedelta(days=n)) for n in range(4)] == [1, 0, 0, 1]

    def test_nobody_more_is_paired_with_it_nor_does_it_change(self, operation, promise, lead):
        session = make.a_session(operation)
        promising.suspend_promise(lead, promise.pk, reason="incertain")
        person = make.a_candidate(session)
        record_encounter(lead, person.pk, promise.pk, Said(employer="yes", person="yes"))
        with pytest.raises(WrongState, match="suspendue"):
            actions.pair(lead, person.pk, promise.pk)
        for act in (promising.suspend_promise, lambda *a, **k: promising.change_promise(a[0], a[1], CDI, **k)):
            with pytest.raises(WrongState):
                act(lead, promise.pk, reason="encore")
        with pytest.raises(WrongState, match="reprenez-la"):
            withdraw_promise(lead, promise.pk, posts=1, reason="un de moins")
        withdrawn = withdraw_promise(lead, promise.pk, reason="perte du marché")
        assert (withdrawn.state, withdrawn.suspended_on) == ("withdrawn", None)

    def test_the_page_says_what_it_does(self, operation, promise, lead):
        session = make.a_session(operation, seats=8)
        make.a_pairing(make.a_candidate(session), promise)
        client = browser(lead)
        told = page(client, "pairing:suspend", promise.pk).replace("\xa0", " ")
        assert "sans compter pour la conformité" in told
        assert "La jauge passerait de 1 à 0" in told
        post(client, "pairing:suspend", promise.pk, answered=302, reason="incertain", version=promise.version)
        promise.refresh_from_db()
        assert "Reprendre la promesse" in page(client, "pairing:promise", promise.pk)
        assert "cell--uncounted" in page(client, "pairing:board", operation.pk)
        post(client, "pairing:resume", promise.pk, answered=302, version=promise.version)
        promise.refresh_from_db()
        assert promise.state == "made"


class TestSigning:
    def link(self, promise):
        return links.issue(
            promise, "promise.sign", address="x@tilleuls.invalid", organisation_id=promise.employer_id
        ).split("/lien/")[1]

    def test_by_a_link_without_an_account(self, promise, lead):
        assert promising.ask_signature(lead, promise.pk) == 1
        mail = Mail.objects.get(address="contact@tilleuls.invalid", subject__contains="à signer")
        path = "/lien/" + mail.body.split("/lien/")[1].split()[0]
        client = Client()
        shown = unescape(client.get(path).content.decode())
        assert "Elle n'est pas un contrat de travail" in shown
        promise.refresh_from_db()
        assert promise.signed_on is None, "opening a link signs nothing"
        client.post(path, {"version": promise.version})
        promise.refresh_from_db()
        assert (promise.signed_on, promise.signed_how) == (clock.today(), "link")
        assert "Merci" in client.get(path).content.decode()
        copy = Mail.objects.get(purpose="pairing/mail/promise_copy")
        assert copy.address == "contact@tilleuls.invalid"
        assert "Contrat : CDI" in copy.body
        assert "pas un contrat de travail" in copy.body

    def test_a_paper_noted_by_the_provider_sends_no_copy(self, promise, lead):
        promising.sign_promise(lead, promise.pk)
        assert not Mail.objects.filter(purpose="pairing/mail/promise_copy").exists()

    def test_what_changed_since_it_was_read_is_read_again(self, promise, lead):
        path, version = f"/lien/{self.link(promise)}", promise.version
        promising.change_promise(lead, promise.pk, replace(CDI, weekly_hours=Decimal(20)), reason="temps partiel")
        client = Client()
        refused = client.post(path, {"version": version})
        assert refused.status_code == 422
        assert "a été modifiée" in refused.content.decode()
        promise.refresh_from_db()
        assert promise.signed_on is None
        assert f'value="{promise.version}"' in refused.content.decode()

    def test_from_the_account_of_the_signatory_and_on_paper_by_the_provider(self, operation, promise, lead, firm):
        signatory = make.actor(Who.SIGNATORY, firm)
        post(browser(signatory), "pairing:sign", promise.pk, answered=302, version=promise.version)
        promise.refresh_from_db()
        assert (promise.signed_how, promise.signed_by_id) == ("account", signatory.person_id)
        other = make_promise(lead, operation.pk, firm, CDI)
        with pytest.raises(Invalid, match="à venir"):
            promising.sign_promise(lead, other.pk, signed_on=clock.today() + timedelta(days=1))
        assert promising.sign_promise(lead, other.pk).signed_how == "paper"
        with pytest.raises(WrongState, match="déjà signée"):
            promising.sign_promise(lead, other.pk)

    def test_a_recruiter_does_not_sign_nor_another_firm(self, promise, firm):
        with pytest.raises(NotAllowed):
            promising.sign_promise(make.actor(Who.RECRUITER, firm), promise.pk)
        with pytest.raises(Unknown):
            promising.sign_promise(make.actor(Who.SIGNATORY, make.an_employer("Autre")), promise.pk)

    def test_a_withdrawn_promise_is_signed_no_more(self, promise, lead):
        path = f"/lien/{self.link(promise)}"
        withdraw_promise(lead, promise.pk, reason="perte du marché")
        assert "retirée" in Client().get(path).content.decode()
        with pytest.raises(WrongState):
            promising.sign_promise(lead, promise.pk)


class TestThePage:
    def test_two_firms_a_signatory_and_a_tutor_are_typed_once(self, operation, lead, firm):
        agency = make.an_employer("Intérim Exemple")
        for one in (firm, agency):
            make.a_promise(operation, one)
        client = browser(lead)
        typed = {
            "employer": agency.pk,
            "work_at": firm.pk,
            "posts": 3,
            "contract": "ctt",
            "months": 9,
            "gross_pay": "1850",
            "signatory_first_name": "Odile",
            "signatory_last_name": "Exemple",
            "signatory_email": "odile@interim.invalid",
            "tutor_first_name": "Marc",
            "tutor_last_name": "Exemple",
        }
        post(client, "pairing:make_promise", operation.pk, answered=302, **typed)
        with scope(TASK):
            made = Promise.objects.select_related("signatory", "tutor").latest("pk")
        assert (made.employer_id, made.work_at_id) == (agency.pk, firm.pk)
        assert (made.signatory.first_name, made.tutor.first_name) == ("Odile", "Marc")
        shown = page(client, "pairing:promise", made.pk)
        for words in ("Intérim Exemple", "Les Tilleuls", "Odile", "Marc", "à signer"):
            assert words in shown
        half = post(client, "pairing:make_promise", operation.pk, answered=422, **{**typed, "tutor_last_name": ""})
        assert "Indiquez le prénom et le nom." in half

    def test_once_a_firm_is_chosen_its_people_alone_are_proposed_and_nothing_typed_is_lost(self, operation, lead, firm):
        other = make.an_employer("Intérim Exemple")
        for house, name in ((firm, "Odile"), (other, "Marc")):
            make.a_promise(operation, house)
            make.actor(Who.SIGNATORY, house, make.a_person(name, "Exemple"))
        client = browser(lead)
        address = reverse("pairing:make_promise", args=[operation.pk])
        with scope(TASK):
            make_promise(lead, operation.pk, firm, CDI, signatory=ContactFacts("Odile", "Exemple"))
            make_promise(lead, operation.pk, other, CDI, signatory=ContactFacts("Marc", "Exemple"))
        read = page(client, "pairing:make_promise", operation.pk)
        assert "Odile Exemple (" in read
        assert "Marc Exemple (" in read
        typed = {"employer": firm.pk, "posts": "3", "contract": "cdd", "gross_pay": "1 850,50", "job_label": "Aide"}
        chosen = client.post(address, {**typed, "choose": "1"})
        read = chosen.content.decode()
        assert chosen.status_code == 200
        assert "Odile Exemple (" in read
        assert "Marc Exemple (" not in read
        assert 'class="error"' not in read
        for kept in ('value="3"', 'value="1 850,50"', 'value="Aide"', f'value="{firm.pk}" selected'):
            assert kept in read
        both = client.post(address, {**typed, "work_at": other.pk, "choose": "1"}).content.decode()
        assert "Marc Exemple (" in both  # the tutor is of the firm where the work is
        with scope(TASK):
            assert Promise.objects.filter(operation=operation, contract="cdd").count() == 0

    def test_a_pay_that_was_missing_is_noted_without_a_reason(self, operation, lead, firm):
        unpaid = make_promise(lead, operation.pk, firm, replace(CDI, gross_pay=None))
        client = browser(lead)
        said = {name: getattr(unpaid, name) for name in promising.TERMS}
        typed = {name: value for name, value in said.items() if value is not None}
        typed |= {"posts": CDI.posts, "version": unpaid.version, "gross_pay": "1850"}
        told = post(client, "pairing:change", unpaid.pk, answered=200, **typed)
        post(
            client,
            "pairing:change",
            unpaid.pk,
            answered=302,
            **typed,
            told=re.search(r'name="told" value="(\w+)"', told)[1],
        )
        unpaid.refresh_from_db()
        assert unpaid.gross_pay == 1850
        other = {**typed, "version": unpaid.version, "contract": "cdd", "months": "9"}
        assert "Indiquez le motif" in post(client, "pairing:change", unpaid.pk, answered=422, **other)

    @pytest.mark.parametrize("posts", ["0", "4000"])
    def test_an_absurd_number_of_posts_is_said_beside_the_field(self, operation, promise, lead, posts):
        typed = {"employer": promise.employer_id, "posts": posts, "contract": "cdi"}
        refused = post(browser(lead), "pairing:make_promise", operation.pk, answered=422, **typed)
        assert "Une promesse porte sur" in refused

    def test_the_pages_take_few_queries(self, operation, promise, lead, django_assert_max_num_queries):
        client = browser(lead)
        for name, pk in (("make_promise", operation.pk), ("promise", promise.pk), ("change", promise.pk)):
            with django_assert_max_num_queries(29):
                client.get(reverse(f"pairing:{name}", args=[pk]))


def test_who_signs_or_tutors_is_never_taken_from_another_firm(operation, promise, lead, firm):
    rival = make.an_employer("Aide et Cie")
    theirs, ours = make.a_person("Odile", email="odile@aide.invalid"), make.a_person("Rose", email="rose@t.invalid")
    make.actor(Who.SIGNATORY, rival, theirs)
    make.actor(Who.SIGNATORY, firm, ours)
    make_promise(lead, operation.pk, rival, CDI, signatory=theirs)
    for who in ({"signatory": theirs}, {"tutor": theirs}):
        with pytest.raises(Invalid) as refused:
            promising.change_promise(lead, promise.pk, CDI, reason="autre", **who)
        assert set(refused.value.fields) == set(who)
    assert "Odile" not in page(browser(lead), "pairing:change", promise.pk)
    changed = promising.change_promise(lead, promise.pk, CDI, reason="autre", signatory=ours, tutor=ours)
    assert (changed.signatory, changed.tutor) == (ours, ours)


def test_a_firm_without_account_is_sent_to_no_closed_page_and_reads_that_somebody_gave_up(operation, lead, firm):
    session = make.a_session(operation, seats=8)
    person = make.a_candidate(session, "Amina")
    signatory = ContactFacts("Odile", "Exemple", email="odile@tilleuls.invalid")
    make.a_pairing(person, make_promise(lead, operation.pk, firm, CDI, signatory=signatory))
    withdraw_candidate(lead, person.pk, code="found_job", reason="renonce")
    told = Mail.objects.get(purpose="pairing/mail/pairing_ended", address="odile@tilleuls.invalid")
    assert "/appairage/" not in told.body
    assert "ne suivra pas la formation" in told.body
    assert "est partie" not in told.body


def test_a_firm_that_met_nobody_reads_what_it_may_know(operation, promise, firm):
    session = make.a_session(operation, seats=8)
    make.a_candidate(session, "Amina", state="selected")
    opened = browser(make.actor(Who.SIGNATORY, firm)).get(
        reverse("operation_card", args=[operation.pk, "pairing"]), headers={"HX-Request": "true"}
    )
    read = unescape(opened.content.decode())
    assert "Personne n'est encore retenu" not in read
    assert "Aucune rencontre avec vous n'est encore notée" in read
