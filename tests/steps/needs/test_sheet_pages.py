"""The fiche d'intérêt page by page: kept while typed, sent again, completed, recognised when it comes twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Link, Mail
from defi.people import sirene
from defi.people.sirene import Sirene
from defi.reference.models import Competence, JobCompetence, JobTitle
from defi.steps.needs import actions, drafts
from defi.steps.needs.models import Need, NeedDraft
from defi.steps.needs.tasks import forget_old_drafts
from factories import a_basin, a_commune, a_job, a_need, a_prescriber, a_region, actor, an_employer, an_officer
from people.test_sirene import CLOSED, OPEN, Service, answer, down

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
SIRET = "784 671 695 00087"
FIRST = {"wording": "aide à domicile", "job": "K1311", "posts": "2", "siret": SIRET, "submission_key": "k" * 30}
SECOND = {"page": "2", "place": "Châteaudun", "reach": "ada@tilleuls.example"}
LINK = re.compile(r"(/lien/\S+)")


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        a_commune()
        JobTitle.objects.create(ogr="1", label="Aide à domicile", job=a_job(), kind=JobTitle.Kind.MAIN)
        yield


def service(monkeypatch: pytest.MonkeyPatch, said: bytes | Exception) -> Service:
    told, address = Service(said), "https://register.invalid"
    monkeypatch.setattr(settings, "SIRENE_URL", address)
    monkeypatch.setattr(sirene, "_open", {address: Sirene(address, told)})
    return told


def only_need() -> Need:
    with scope(TASK):
        return Need.objects.select_related("employer").get()


def last_link() -> str:
    found = LINK.search(Mail.objects.latest("pk").body)
    assert found
    return found[1]


def text_of(client: Client, address: str, data: dict[str, str] | None = None, status: int = 200) -> str:
    page = client.post(address, data, follow=True) if data is not None else client.get(address, follow=True)
    assert page.status_code == status, page.content.decode()[-1500:]
    return page.content.decode()


# --- who the employer is -----------------------------------------------------------------------------------------


def test_a_name_is_enough_when_nobody_can_be_asked() -> None:
    text_of(Client(), "/besoin/", FIRST | SECOND | {"siret": "Les Tilleuls"})
    assert (only_need().employer.name, only_need().employer.siret) == ("Les Tilleuls", "")


def test_a_siret_typed_with_spaces_names_the_firm_when_the_register_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, answer())
    client = Client()
    second = text_of(client, "/besoin/", FIRST | {"siret": "418 166 096 00069"})
    assert "OCTO-TECHNOLOGY" in second
    assert "Nom de l'entreprise" not in second
    client.post("/besoin/", FIRST | SECOND | {"siret": "418 166 096 00069"})
    assert only_need().employer.name == "OCTO-TECHNOLOGY"


def test_a_name_is_chosen_among_the_establishments_found(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, answer())
    client = Client()
    assert f'value="{OPEN}"' in text_of(client, "/besoin/entreprises/?siret=octo")
    asked = text_of(client, "/besoin/", FIRST | {"siret": "octo"}, 422)
    assert "Choisissez votre établissement" in asked
    client.post("/besoin/", FIRST | SECOND | {"siret": "octo", "establishment": OPEN})
    assert only_need().employer.siret == OPEN


def test_none_of_the_establishments_found_keeps_the_name_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, answer())
    Client().post("/besoin/", FIRST | SECOND | {"siret": "octo", "establishment": "none"})
    assert (only_need().employer.name, only_need().employer.siret) == ("octo", "")


def test_a_closed_establishment_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, answer())
    page = text_of(Client(), "/besoin/", FIRST | {"siret": CLOSED}, 422)
    assert "fermé depuis le 31\u00a0août\u00a02023" in page


def test_a_name_kept_from_the_public_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, answer(statut_diffusion="P", nom_raison_sociale="[NON-DIFFUSIBLE]"))
    second = text_of(Client(), "/besoin/", FIRST | {"siret": OPEN})
    assert "que son nom soit public" in second
    assert "Nom de l&#x27;entreprise" in second


def test_a_siret_that_the_register_does_not_know_is_told_and_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, b'{"results": []}')
    client = Client()
    assert "pas au répertoire" in text_of(client, "/besoin/", FIRST)
    client.post("/besoin/", FIRST | SECOND)
    text = text_of(browser(an_officer()), f"/besoins/{only_need().pk}/")
    assert "À vérifier avec l'entreprise" in text


def test_without_network_the_sheet_is_sent_and_checked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    told = service(monkeypatch, down())
    Client().post("/besoin/", FIRST | SECOND | {"siret": OPEN})
    assert only_need().employer.name == "Établissement 418 166 096 00069"
    assert len(told.asked) == 1
    from procrastinate.contrib.django.models import ProcrastinateJob

    (job,) = ProcrastinateJob.objects.filter(task_name="check_organisation")
    assert job.args == {"organisation_id": only_need().employer_id}


def test_the_siret_of_a_firm_known_under_another_name_is_refused() -> None:
    employer = an_employer("Les Tilleuls")
    employer.siret = SIRET.replace(" ", "")
    employer.save()
    client = browser(actor(Who.ADVISER, a_prescriber()))
    page = text_of(client, "/besoin/", FIRST | SECOND | {"employer_name": "Boulangerie Martin"})
    assert "Boulangerie" not in page
    assert only_need().employer == employer


# --- bad words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "said"), [("", "Dites avec vos mots"), ("x" * 5_000, "trop long (5000 signes)")])
def test_words_that_cannot_be_are_explained_and_kept(typed: str, said: str) -> None:
    page = text_of(Client(), "/besoin/", FIRST | {"wording": typed, "job": ""}, 422)
    assert said in page
    assert typed in page


def test_an_english_job_name_sends_nobody_away() -> None:
    text_of(Client(), "/besoin/", FIRST | SECOND | {"wording": "forklift driver", "job": ""})
    assert (only_need().wording, only_need().job) == ("forklift driver", None)


def test_a_sign_that_no_text_holds_breaks_nothing() -> None:
    client = Client()
    client.cookies["fiche"] = "\x01\x02"
    assert client.post("/besoin/", FIRST | {"wording": "aide\x00"}).status_code == 422
    assert client.get("/besoin/metiers/", {"wording": "\x00", "job": "\x00"}).status_code == 200
    assert client.get("/besoin/entreprises/", {"siret": "\x00", "establishment": "\x00"}).status_code == 200
    assert client.post("/besoin/", FIRST | SECOND | {"place": "\x00", "commune": "\x00"}).status_code == 422


# --- the draft ---------------------------------------------------------------------------------------------------


def test_what_is_typed_is_found_again_on_the_same_device() -> None:
    client = Client()
    client.post("/besoin/brouillon/", {"wording": "soudeur", "posts": "3"})
    page = text_of(client, "/besoin/")
    assert 'value="soudeur"' in page
    assert 'value="3"' in page
    assert "Votre fiche commencée le 14 mai 2025" in page
    assert 'value="soudeur"' not in text_of(Client(), "/besoin/")


def test_both_pages_are_kept_even_when_something_is_wrong() -> None:
    client = Client()
    client.post("/besoin/", FIRST | SECOND | {"reach": "demain"})
    assert 'value="aide à domicile"' in text_of(client, "/besoin/")
    second = text_of(client, "/besoin/", FIRST)
    assert 'value="Châteaudun"' in second
    assert 'value="demain"' in second


def test_a_draft_is_taken_up_elsewhere_by_the_button_of_a_mailed_link() -> None:
    client = Client()
    assert "Votre fiche est gardée" in text_of(client, "/besoin/", {"wording": "soudeur", "later": "1"})
    assert "Le lien est parti vers ada@tilleuls.example" in text_of(
        client, "/besoin/plus-tard/", {"email": "ada@tilleuls.example"}
    )
    elsewhere = Client()
    assert "Reprendre" in text_of(elsewhere, last_link())
    assert 'value="soudeur"' not in text_of(elsewhere, "/besoin/")
    assert 'value="soudeur"' in text_of(elsewhere, last_link(), {})


def test_a_member_takes_their_own_draft_up_without_signing_in() -> None:
    client = browser(actor(Who.ADVISER, a_prescriber()))
    client.post("/besoin/", {"wording": "soudeur", "later": "1"})
    client.post("/besoin/plus-tard/", {"email": "basile@ml.example"})
    assert 'value="soudeur"' in text_of(Client(), last_link(), {})


def test_a_member_finds_their_draft_again_on_another_device() -> None:
    adviser = actor(Who.ADVISER, a_prescriber())
    browser(adviser).post("/besoin/brouillon/", {"wording": "soudeur"})
    assert 'value="soudeur"' in text_of(browser(adviser), "/besoin/")
    assert 'value="soudeur"' not in text_of(browser(an_officer()), "/besoin/")


def test_a_draft_that_was_sent_is_no_longer_to_be_finished() -> None:
    client = Client()
    client.post("/besoin/", {"wording": "soudeur", "later": "1"})
    client.post("/besoin/plus-tard/", {"email": "ada@tilleuls.example"})
    link = last_link()
    client.post("/besoin/", FIRST | SECOND)
    with scope(TASK):
        assert not NeedDraft.objects.exists()
    assert "n'est plus à finir" in text_of(Client(), link, status=410)


def test_a_fourth_link_within_the_hour_does_not_leave() -> None:
    client = Client()
    client.post("/besoin/", {"wording": "soudeur", "later": "1"})
    for _time in range(3):
        client.post("/besoin/plus-tard/", {"email": "ada@tilleuls.example"})
    assert "indésirables" in text_of(client, "/besoin/plus-tard/", {"email": "ada@tilleuls.example"}, 429)
    assert Mail.objects.count() == 3


def test_a_social_security_number_is_not_kept_even_in_a_draft() -> None:
    Client().post("/besoin/brouillon/", {"wording": "2 85 05 78 006 084 36", "posts": "1"})
    with scope(TASK):
        assert NeedDraft.objects.get().typed == {"posts": "1"}


def test_one_starts_again_from_nothing() -> None:
    client = Client()
    client.post("/besoin/brouillon/", {"wording": "soudeur"})
    assert 'value="soudeur"' not in text_of(client, "/besoin/recommencer/", {})


def test_a_draft_goes_after_thirty_days() -> None:
    client = Client()
    client.post("/besoin/brouillon/", {"wording": "soudeur"})
    with clock.at(datetime.combine(DAY + timedelta(days=31), datetime.min.time())):
        assert 'value="soudeur"' not in text_of(client, "/besoin/")
        forget_old_drafts(timestamp=0)
        with scope(TASK):
            assert not NeedDraft.objects.exists()


def test_nobody_else_reads_a_draft() -> None:
    client = browser(actor(Who.ADVISER, a_prescriber()))
    client.post("/besoin/brouillon/", {"wording": "soudeur"})
    officer = an_officer()
    with scope(officer):
        assert not NeedDraft.objects.visible_to(officer).exists()
        key = NeedDraft.objects.get().key
    assert drafts.find_draft(officer, key) is None


# --- the message that confirms -----------------------------------------------------------------------------------


def test_the_message_leaves_again_and_to_the_right_address() -> None:
    client = Client()
    client.post("/besoin/", FIRST | SECOND | {"reach": "adda@tilleuls.example"})
    wrong = last_link()
    assert "reparti vers ada@tilleuls.example" in text_of(
        client, "/besoin/renvoyer/", {"email": "ada@tilleuls.example"}
    )
    assert text_of(Client(), wrong, status=410)
    assert "bien votre recherche" in text_of(Client(), last_link())


def test_a_club_that_fills_the_public_page_for_a_firm_stays_visible() -> None:
    Client().post("/besoin/", FIRST | SECOND | {"typed_by_name": "Club du Dunois, Paul Exemple"})
    assert "Club du Dunois, Paul Exemple a envoyé en votre nom" in Mail.objects.get().body
    assert "Club du Dunois" in text_of(Client(), last_link())
    assert "Club du Dunois" in text_of(browser(an_officer()), f"/besoins/{only_need().pk}/")


def test_only_the_device_that_sent_has_the_message_leave_again() -> None:
    Client().post("/besoin/", FIRST | SECOND)
    Client().post("/besoin/renvoyer/", {"email": "loup@exemple.invalid"})
    assert Mail.objects.count() == 1


def test_an_officer_has_the_message_leave_again() -> None:
    Client().post("/besoin/", FIRST | SECOND)
    client = browser(an_officer())
    assert "Renvoyer le message" in text_of(client, f"/besoins/{only_need().pk}/")
    client.post(f"/besoins/{only_need().pk}/relancer/")
    assert Link.objects.filter(revoked_at=None).count() == 1
    assert Mail.objects.filter(purpose="needs/mail/confirm").count() == 2


# --- everything else ---------------------------------------------------------------------------------------------


def confirmed() -> str:
    """The address of the link of a need that its employer confirmed."""
    Client().post("/besoin/", FIRST | SECOND)
    link = last_link()
    done = text_of(Client(), link, {"employer_name": "Les Tilleuls", "contact_name": ""})
    assert "Compléter ma fiche" in done
    return link


def test_the_employer_takes_its_need_back_from_the_same_link() -> None:
    link = confirmed()
    assert "Retirer le besoin" in text_of(Client(), f"{link}retirer/")
    typed = {"reason": "Le poste est pourvu.", "version": str(only_need().version)}
    assert "Cette fiche est retirée" in text_of(Client(), f"{link}retirer/", typed)
    assert only_need().state == "withdrawn"


def test_the_link_shows_the_answer_once_there_is_one() -> None:
    link = confirmed()
    actions.answer_need(an_officer(), only_need().pk, reason="Une POE répond mieux à ce besoin.")
    assert "Une POE répond mieux" in text_of(Client(), link)


def a_competence(ogr: str, label: str, category: str, *, core: bool = True) -> Competence:
    row = Competence.objects.create(ogr=ogr, kind=Competence.Kind.COMPETENCE, label=label, category=category)
    JobCompetence.objects.create(job=a_job(), competence=row, core=core)
    return row


def test_after_confirming_the_employer_completes_its_sheet_from_the_same_link() -> None:
    cook = a_competence("91", "Préparer un repas", "Savoir-faire")
    clean = a_competence("92", "Entretenir un logement", "Savoir-faire")
    calm = a_competence("93", "Garder son calme", "Savoir-être professionnels")
    link = confirmed()
    page = text_of(Client(), f"{link}precisions/")
    for row in (cook, clean, calm):
        assert re.search(rf'value="{row.pk}"[^>]* checked', page), row
    typed = {
        "version": str(only_need().version),
        "contract": "cdd",
        "months": "8",
        "weekly_hours": "35",
        "wanted_from": "2025-09-01",
        "core_technical": [str(cook.pk)],
        "core_behavioural": [str(calm.pk)],
        "technical": "Faire les courses\n",
        "requirements_asked": "Deux ans d'expérience",
        "requirements_needed": "Le permis B",
        "offers": ["visit", "tutor"],
        "expectation_0": "own_needs",
        "expectation_1": "new_people",
        "contact_name": "Ada Exemple",
    }
    done = text_of(Client(), f"{link}precisions/", typed)  # type: ignore[arg-type]
    assert "la fiche est complétée" in done
    # Read again later, the sheet says all that was typed.
    again = text_of(Client(), link)
    for words in ("Faire les courses", "Le permis B", "Pendant la formation", "Préparer un repas"):
        assert words in again, words
    need = only_need()
    assert (need.contract, need.months, need.offers_visit, need.offers_placement) == ("cdd", 8, True, False)
    assert need.expectations == ["own_needs", "new_people"]
    labels = {row.label: row.nature for row in need.competences.all()}
    assert labels == {
        "Préparer un repas": "technical",
        "Garder son calme": "behavioural",
        "Faire les courses": "technical",
    }
    assert clean.label not in labels
    text = text_of(browser(an_officer()), f"/besoins/{need.pk}/")
    assert "Deux ans d&#x27;expérience" in text
    assert "une formation à mes besoins propres" in text


def test_the_same_expectation_twice_is_explained_and_everything_kept() -> None:
    link = confirmed()
    typed = {
        "version": str(only_need().version),
        "expectation_0": "image",
        "expectation_2": "image",
        "comment": "Merci",
    }
    page = text_of(Client(), f"{link}precisions/", typed, 422)
    assert "à deux places" in page
    assert "Merci" in page


def test_a_competence_struck_by_the_officer_keeps_its_reason_when_the_sheet_is_completed() -> None:
    need = a_need(competences=("Conduire", "Cuisiner"))
    client = browser(an_officer())
    kept = need.competences.get(label="Cuisiner")
    client.post(f"/besoins/{need.pk}/competences/", {"competence": [kept.pk], "why": "visite du 12 mai"})
    need.refresh_from_db()
    typed = {"version": str(need.version), "technical": "Conduire\nCuisiner\nRepasser"}
    text_of(client, f"/besoins/{need.pk}/completer/", typed)
    rows = {row.label: (row.really_needed, row.why) for row in need.competences.all()}
    assert rows == {"Conduire": (False, "visite du 12 mai"), "Cuisiner": (True, ""), "Repasser": (True, "")}


# --- the same need twice -----------------------------------------------------------------------------------------


def test_a_member_is_shown_the_search_that_is_already_known() -> None:
    employer = an_employer("Les Tilleuls")
    first = a_need(employer)
    client = browser(an_officer())
    typed = FIRST | {"siret": "Les Tilleuls", "page": "2", "place": "Châteaudun"}
    page = text_of(client, "/besoin/", typed, 422)
    assert f"/besoins/{first.pk}/" in page
    assert only_need() == first
    client.post("/besoin/", typed | {"another": "on"})
    with scope(TASK):
        assert Need.objects.count() == 2


def test_a_stranger_learns_nothing_of_the_search_of_a_firm() -> None:
    employer = an_employer("Les Tilleuls")
    a_need(employer)
    page = text_of(Client(), "/besoin/", FIRST | SECOND | {"siret": "Les Tilleuls"})
    assert "confirmez" in page
    assert "déjà" not in page
    opened = text_of(Client(), last_link())
    assert "déjà" not in opened


def test_the_owner_of_the_mailbox_says_that_it_is_the_same_search() -> None:
    Client().post("/besoin/", FIRST | SECOND)
    text_of(Client(), last_link(), {"employer_name": "Les Tilleuls", "contact_name": ""})
    Client().post("/besoin/", FIRST | SECOND | {"submission_key": "z" * 30, "posts": "4"})
    link = last_link()
    assert "Est-ce la même recherche" in text_of(Client(), link)
    assert "suit votre première fiche" in text_of(Client(), link, {"same": "1"})
    with scope(TASK):
        first, second = Need.objects.order_by("pk")
    assert (first.state, second.state, second.same_as_id) == ("received", "withdrawn", first.pk)


def test_an_officer_keeps_one_of_two_sheets_that_say_the_same() -> None:
    employer = an_employer("Les Tilleuls")
    first, second = a_need(employer), a_need(employer, competences=("Cuisiner",))
    Need._base_manager.filter(pk=second.pk).update(contract="cdi", offers_visit=True)
    client = browser(an_officer())
    assert "dite deux fois" in text_of(client, f"/besoins/{second.pk}/")
    text_of(client, f"/besoins/{second.pk}/doublon/", {"into": str(first.pk)})
    with scope(TASK):
        first, second = Need.objects.order_by("pk")
    assert (first.contract, first.offers_visit, [row.label for row in first.competences.all()]) == (
        "cdi",
        True,
        ["Cuisiner"],
    )
    assert (second.state, second.same_as_id) == ("withdrawn", first.pk)


def test_two_employers_never_say_the_same_need() -> None:
    one, other = a_need(an_employer("Les Tilleuls")), a_need(an_employer("Aide & Cie"))
    client = browser(an_officer())
    assert "dite deux fois" not in text_of(client, f"/besoins/{one.pk}/")
    assert client.post(f"/besoins/{one.pk}/doublon/", {"into": other.pk}).status_code == 422
    assert a_basin()
