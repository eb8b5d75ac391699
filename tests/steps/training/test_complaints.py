"""The register of complaints: by a role, without health, answered, in the pack of evidence, read by its provider."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import factories as make
from browsing import browser, page, post
from defi.kernel import sheets
from defi.kernel.access import Who
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.people.models import Person
from defi.steps.training import actions
from defi.steps.training.actions import ComplaintFacts
from defi.steps.training.models import Complaint
from defi.steps.training.naming import named
from defi.web.evidence_sources import dossier
from training.periods import planned

TODAY = date(2025, 11, 4)
WORDS = "La salle n'est pas chauffée le matin."


def note(stage, actor=None, **more):
    facts = {"on": TODAY, "kind": "complaint", "by": "group", "what": WORDS} | more
    return actions.note_complaint(actor or stage.trainer, stage.operation.pk, ComplaintFacts(**facts))


def test_a_complaint_is_noted_by_a_trainer_and_closed_by_who_leads_once(running):
    complaint = note(running)
    with pytest.raises(NotAllowed):
        actions.close_complaint(running.trainer, complaint.pk, answer="Réparé.", on=TODAY)
    with pytest.raises(Invalid):
        actions.close_complaint(running.coordinator, complaint.pk, answer=" ", on=TODAY)
    with pytest.raises(Invalid):
        actions.close_complaint(running.coordinator, complaint.pk, answer="Réparé.", on=date(2025, 11, 3))
    closed = actions.close_complaint(running.coordinator, complaint.pk, answer="Réparé le jour même.", on=TODAY)
    assert (closed.closed_on, closed.answer) == (TODAY, "Réparé le jour même.")
    with pytest.raises(WrongState, match="déjà close"):
        actions.close_complaint(running.coordinator, complaint.pk, answer="Autre.", on=TODAY)
    told = "".join(f"{e.before}{e.after}" for e in JournalEntry.objects.all())
    assert "chauffée" not in told
    assert "Réparé" not in told


@pytest.mark.parametrize(
    "wrong",
    [{"on": date(2025, 11, 5)}, {"kind": "x"}, {"by": "Amina"}, {"what": " "}, {"what": "Elle est en dépression."}],
)
def test_neither_a_day_to_come_nor_a_name_nor_health(running, wrong):
    with pytest.raises(Invalid):
        note(running, **wrong)
    assert not Complaint.objects.exists()


def test_nobody_but_the_provider_reads_or_writes_it(running):
    complaint = note(running)
    for actor in (running.officer, running.tutor, running.as_trainee(0), running.stranger):
        assert not Complaint.objects.visible_to(actor).exists()
        with pytest.raises((NotAllowed, Unknown)):
            note(running, actor)
        with pytest.raises((NotAllowed, Unknown)):
            actions.close_complaint(actor, complaint.pk, answer="x", on=TODAY)
    for actor in (running.officer, running.stranger):
        page(browser(actor), "training:complaints", running.operation.pk, status=404)


def test_it_is_in_the_pack_of_evidence_which_says_what_waits_for_an_answer(running):
    complaint = note(running)
    held = dossier(running.coordinator, running.operation)
    [table] = held.tables[31]
    assert WORDS in table.rows[0]
    assert held.gaps[31] == ["1 réclamation attend une réponse."]
    actions.close_complaint(running.coordinator, complaint.pk, answer="Réparé.", on=TODAY)
    assert dossier(running.coordinator, running.operation).gaps[31] == []


def test_its_pages(running):
    client = browser(running.coordinator)
    assert "Rien de noté" in page(client, "training:complaints", running.operation.pk)
    typed = {"on": TODAY, "kind": "mishap", "by": "trainer", "what": "Panne du vidéoprojecteur."}
    refused = post(client, "training:note_complaint", running.operation.pk, answered=422, **(typed | {"kind": ""}))
    assert "Panne du vidéoprojecteur." in refused
    post(client, "training:note_complaint", running.operation.pk, **typed)
    shown = page(client, "training:complaints", running.operation.pk)
    assert "En attente de réponse" in shown
    assert "Panne du vidéoprojecteur." in shown
    complaint = Complaint.objects.get()
    assert "Panne" in page(client, "training:close_complaint", complaint.pk)
    post(client, "training:close_complaint", complaint.pk, on=TODAY, answer="Salle changée.")
    assert "Salle changée." in page(client, "training:complaints", running.operation.pk)
    assert "Réclamations et aléas" in page(client, "training:session", running.operation.pk)


@pytest.mark.parametrize("said", ["{first} {last} dit que la salle est froide.", "Vu avec {last} {first}, au calme."])
def test_a_text_that_names_a_trainee_is_refused_beside_the_field_and_kept(running, said):
    person = running.people[1].person
    words = said.format(first=person.first_name.upper(), last=person.last_name)
    typed = {"on": "2025-11-04", "kind": "complaint", "by": "trainee", "what": words}
    shown = post(browser(running.trainer), "training:note_complaint", running.operation.pk, answered=422, **typed)
    assert "est le nom ou le prénom de quelqu" in shown.replace("&#x27;", "'")
    assert person.last_name in shown
    assert not Complaint.objects.exists()
    complaint = note(running, by="trainee")
    with pytest.raises(Invalid) as refusal:
        actions.close_complaint(running.coordinator, complaint.pk, answer=words, on=TODAY)
    assert list(refusal.value.fields) == ["answer"]


PEOPLE = ["Rita", "Volant", "Zoé", "Le Goff", "Jean-Paul", "Rose", "Tuteur", "Petit", "Li"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Rita a crié.", "Rita"),
        ("zoe dit que la salle est froide.", "zoe"),
        ("Mme Volant crie.", "Volant"),
        ("La voiture de M. volant est mal garée.", "volant"),
        ("Selon ZOÉ, il fait froid.", "ZOÉ"),
        ("Vu avec jean paul.", "jean paul"),
        ("Il y a eu un mot d'un collègue de Le Goff.", "Le Goff"),
        ("Hier, Rose a crié.", "Rose"),
        ("Le groupe de Petit a eu froid.", "Petit"),
        ("Selon Li, il fait froid.", "Li"),
    ],
)
def test_a_first_name_or_a_last_name_alone_is_found_and_told(text, word):
    assert named(text, PEOPLE) == word


@pytest.mark.parametrize(
    "text",
    [
        "Le volant du simulateur est cassé.",
        "Le tuteur est venu un petit moment.",
        "Petit problème de chauffage. Tuteur prévenu.",
        "Une rose a été offerte.",
        "Le zoom ne marche pas, ni les ritals.",
        "Le goffre est froid.",
        "Jean est un prénom, paul aussi.",
        "",
    ],
)
def test_a_word_of_every_day_is_no_name(text):
    assert named(text, PEOPLE) == ""


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
def test_what_is_found_is_a_name_of_the_list_as_the_text_writes_it(text, names):
    word = named(text, names)
    assert word in text
    assert not word or sheets.plain(word) in {sheets.plain(name) for name in names}


@pytest.mark.parametrize("text", ["{} a crié.", "Hier, {} a crié."])
def test_the_people_of_the_training_are_not_named_and_the_refusal_says_which_word(running, text):
    planned(running, tutor_name="Gwendoline Sansnom", tutor_id=None)
    running.sheet(trainer_id=None, trainer_name="Ada Externe")
    trainer = Person.objects.get(pk=running.trainer.person_id)
    for name in (running.people[1].person.first_name, trainer.first_name, "Gwendoline", "Ada"):
        with pytest.raises(Invalid, match=f"« {name.lower()} » est le nom ou le prénom") as refusal:
            note(running, what=text.format(name.lower()))
        assert list(refusal.value.fields) == ["what"]
    assert note(running, what="Le groupe a eu froid, le formateur externe aussi.")


def test_who_said_it_is_written_in_french(running):
    note(running, by="trainee")
    shown = page(browser(running.coordinator), "training:complaints", running.operation.pk).replace("&#x27;", "'")
    assert "de la part d'un stagiaire" in shown
    assert set(Complaint.FROM) == set(Complaint.By.values)


def test_a_member_of_a_firm_that_takes_part_is_not_named_either(running):
    make.actor(Who.SIGNATORY, running.employer, make.a_person("Kévin", "Routier"))
    for text in ("Kévin est en retard.", "le chef, kevin, crie"):
        with pytest.raises(Invalid, match=r"(?i)« k[ée]vin »"):
            note(running, what=text)
