"""Who is told that a promise or a pairing changes: the page says what the mails do, and whom to call."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

import factories as make
from browsing import browser
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import reschedule_session
from defi.people.models import Organisation, Person
from defi.steps.pairing import promising
from defi.steps.pairing.telling import told_of_admission

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    """Two people paired with one promise: one has an address, the other a phone; the firm has a mailbox."""
    operation = make.an_operation()
    Organisation.objects.filter(pk=operation.provider_id).update(email="loir@example.org", phone="02 61 91 00 00")
    session = make.a_session(operation, seats=8)
    promise = make.a_promise(operation, make.an_employer("Les Tilleuls", email="tilleuls@example.org"), posts=2)
    reached = make.a_pairing(make.a_candidate(session, "Amina", email="amina@example.org"), promise)
    silent = make.a_pairing(make.a_candidate(session, "Bruno"), promise)
    with scope(TASK):
        Person.objects.filter(pk=silent.candidacy.person_id).update(phone="06 00 00 00 01")
    return operation, promise, reached, silent


def read(client, address):
    return unescape(client.get(address).content.decode()).replace("\xa0", " ")


def done(client, name, row, **typed):
    """What the page says once the form is sent."""
    answer = client.post(reverse(name, args=[row.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return read(client, answer["Location"])


def told(template):
    return set(Mail.objects.filter(purpose=f"pairing/mail/{template}").values_list("address", flat=True))


def test_suspended_it_says_who_reads_it_and_who_is_to_be_called(stage):
    operation, promise, _reached, silent = stage
    client = browser(make.a_coordinator(operation))
    address = reverse("pairing:suspend", args=[promise.pk])
    before = read(client, address)
    said = done(client, "pairing:suspend", promise, reason="marché en attente", version=promise.version)
    for text in (before, said):
        assert "1 personne est prévenue par courriel." in text
        assert f"Sans adresse, à appeler : {silent.candidacy.person}, 06 00 00 00 01." in text
        assert "Les personnes concernées sont prévenues" not in text
    assert told("promise_suspended_person") == {"amina@example.org"}


def test_an_employer_reads_a_number_and_no_phone_of_anybody(stage):
    _operation, promise, *_pairings = stage
    client = browser(make.actor(Who.SIGNATORY, promise.employer))
    before = read(client, reverse("pairing:suspend", args=[promise.pk]))
    said = done(client, "pairing:suspend", promise, reason="marché en attente", version=promise.version)
    for text in (before, said):
        assert "1 personne n'a pas d'adresse : l'organisme de formation l'appelle." in text
        assert "06 00 00 00 01" not in text
        assert "Par courriel : Atelier du Loir" in text


def test_a_region_that_nobody_reads_for_is_to_be_called(stage):
    operation, promise, *_pairings = stage
    lead = make.a_coordinator(operation)
    text = read(browser(lead), reverse("pairing:suspend", args=[promise.pk]))
    assert "Sans adresse, à appeler : Région Centre-Val de Loire." in text
    make.an_officer(make.a_person("Claire", email="claire@example.org"))
    text = read(browser(lead), reverse("pairing:suspend", args=[promise.pk]))
    assert "Par courriel : Région Centre-Val de Loire." in text


def test_of_posts_withdrawn_only_those_who_lose_theirs_are_named(stage):
    operation, promise, _reached, silent = stage
    lead = make.a_coordinator(operation)
    asked = read(browser(lead), reverse("pairing:withdraw", args=[promise.pk]))
    assert "à appeler si leur poste est retiré" in asked
    assert "1 personne appairée a une adresse" in asked
    owner = read(browser(make.actor(Who.SIGNATORY, promise.employer)), reverse("pairing:withdraw", args=[promise.pk]))
    assert "1 est sans adresse : l'organisme de formation l'appelle si son poste est retiré." in owner
    assert "06 00 00 00 01" not in owner
    typed = {"posts": 1, "people": [silent.candidacy_id], "reason": "perte d'un marché", "version": promise.version}
    said = done(browser(lead), "pairing:withdraw", promise, **typed)
    assert "prévenue par courriel" not in said
    assert f"Sans adresse, à appeler : {silent.candidacy.person}" in said
    assert not told("pairing_ended_person")


def test_a_pairing_broken_says_whether_the_person_and_the_firm_read_it(stage):
    operation, _promise, reached, silent = stage
    client = browser(make.a_coordinator(operation))
    said = done(client, "pairing:unpair", reached, ending="employer_changed", reason="autre", version=reached.version)
    assert "1 personne est prévenue par courriel." in said
    assert "Par courriel : Les Tilleuls." in said
    assert told("pairing_ended_person") == {"amina@example.org"}
    assert "tilleuls@example.org" in told("pairing_ended")
    Organisation.objects.filter(name="Les Tilleuls").update(email="", phone="02 00 00 00 02")
    said = done(client, "pairing:unpair", silent, ending="employer_changed", reason="autre", version=silent.version)
    assert "Sans adresse, à appeler : Les Tilleuls (02 00 00 00 02)." in said


def test_who_left_by_themself_is_neither_written_to_nor_to_be_called(stage):
    operation, _promise, _reached, silent = stage
    client = browser(make.a_coordinator(operation))
    said = done(client, "pairing:unpair", silent, ending="person_left", reason="déménage", version=silent.version)
    assert "à appeler : Bruno" not in said


def test_naming_another_tutor_tells_nobody_and_says_so(stage):
    operation, promise, *_pairings = stage
    client = browser(make.a_coordinator(operation))
    terms = {"posts": 2, "contract": "cdi", "gross_pay": "1850", "job_label": promise.job_label}
    typed = {**terms, "tutor_first_name": "Paule", "tutor_last_name": "Essai", "reason": "tutrice nommée"}
    address = reverse("pairing:change", args=[promise.pk])
    with scope(TASK):
        promise.refresh_from_db()
    shown = client.post(address, {**typed, "version": promise.version})
    text = unescape(shown.content.decode()).replace("\xa0", " ")
    assert "Ce que dit la promesse ne change pas" in text
    assert "prévenue" not in text.split("Si vous confirmez")[1].split("</ul>")[0]
    key = text.split('name="told" value="')[1].split('"')[0]
    done(client, "pairing:change", promise, **typed, version=promise.version, told=key)
    assert not told("promise_changed_person")


def test_a_changed_promise_asks_the_signature_again_as_it_can(stage):
    operation, promise, *_pairings = stage
    client = browser(make.a_coordinator(operation))
    promise = promising.sign_promise(make.a_coordinator(operation), promise.pk)
    typed = {"posts": 2, "contract": "cdi", "gross_pay": "1900", "reason": "augmentation", "version": promise.version}
    address = reverse("pairing:change", args=[promise.pk])
    text = unescape(client.post(address, typed).content.decode())
    assert "La signature est redemandée à Les Tilleuls par courriel." in text
    Organisation.objects.filter(name="Les Tilleuls").update(email="")
    assert "faites signer sur papier" in unescape(client.post(address, typed).content.decode())


def test_the_decision_of_admission_says_whether_the_provider_reads_it(stage):
    operation, *_rest = stage
    officer = make.an_officer()
    operation.provider.refresh_from_db()
    assert told_of_admission(officer, operation) == ["Par courriel : Atelier du Loir."]
    Organisation.objects.filter(pk=operation.provider_id).update(email="")
    operation.provider.refresh_from_db()
    assert told_of_admission(officer, operation) == ["Sans adresse, à appeler : Atelier du Loir (02 61 91 00 00)."]


def test_when_the_end_moves_each_firm_paired_reads_one_mail_for_all_its_people(stage):
    operation, _promise, reached, _silent = stage
    lead, session = make.a_coordinator(operation), reached.candidacy.session
    make.a_promise(operation, make.an_employer("Bel-Air", email="belair@example.org"))
    page = read(browser(lead), reverse("session_move", args=[session.pk]))
    assert "Si la fin change, l'employeur appairé l'apprend. Par courriel : Les Tilleuls." in " ".join(
        line.strip() for line in page.replace("<li>", "").replace("</li>", " ").split("\n")
    )
    reschedule_session(lead, session.pk, ends_on=session.ends_on + timedelta(days=7), reason="vacances")
    assert told("end_moved_employer") == {"tilleuls@example.org"}
    assert "2 personnes sont appairées" in Mail.objects.get(purpose="pairing/mail/end_moved_employer").body
    reschedule_session(lead, session.pk, starts_on=session.starts_on + timedelta(days=7), reason="travaux")
    assert Mail.objects.filter(purpose="pairing/mail/end_moved_employer").count() == 1
