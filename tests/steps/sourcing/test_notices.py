"""The announcement: written once, agreed to by each firm named, then public, on a page and on a poster."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Operation
from defi.people.models import Organisation
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.sourcing import notice_queries, notices
from defi.steps.sourcing.models import Announcement, Notice, NoticeFirm
from defi.steps.sourcing.notice_rules import FirmLine, publishing_gaps
from factories import a_coordinator, a_prescriber, a_promise, a_provider, actor, an_employer, an_officer, an_operation
from steps.sourcing.test_pages import lead_of, text_of

pytestmark = pytest.mark.django_db

NOW = date(2025, 10, 1)
FACTS = notices.NoticeFacts("Aider à domicile", "Six mois pour apprendre.\nUn emploi au bout.", "Sam", "02 37 00 00 00")


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def operation() -> Operation:
    return an_operation()


@pytest.fixture
def lead(operation: Operation) -> Actor:
    return a_coordinator(operation)


@pytest.fixture
def firms(operation: Operation) -> list[Organisation]:
    found = [an_employer("Les Tilleuls", "tilleuls@example.org"), an_employer("Bel-Air", "belair@example.org")]
    for firm in found:
        add_partner(an_officer(), operation.pk, firm)
    return found


@pytest.fixture
def asked(lead: Actor, operation: Operation, firms: list[Organisation]) -> list[NoticeFirm]:
    notices.write_notice(lead, operation.pk, FACTS)
    rows = [notices.name_firm(lead, operation.pk, firm.pk, posts=2, wording="CDI, 28 h") for firm in firms]
    notices.ask_firms(lead, operation.pk)
    return rows


def bearer_of(address: str) -> Actor:
    mail = Mail.objects.filter(address=address, purpose="sourcing/mail/notice_asked").latest("pk")
    return links.bearer(links.find(mail.body.split("/lien/")[1].split("/")[0]))


# The rule


def test_a_text_a_firm_and_each_agreement_are_needed():
    assert publishing_gaps("texte", [FirmLine("A", agreed=True)]) == ()
    assert len(publishing_gaps(" ", [])) == 2
    [gap] = publishing_gaps("texte", [FirmLine("A", agreed=True), FirmLine("B", agreed=False)])
    assert "B" in gap
    [gap] = publishing_gaps("texte", [FirmLine("B", agreed=False, declined=True)])
    assert "Retirez-la" in gap


# The actions


def test_the_text_is_asked(lead: Actor, operation: Operation) -> None:
    with pytest.raises(Invalid) as refusal:
        notices.write_notice(lead, operation.pk, notices.NoticeFacts("", " "))
    assert set(refusal.value.fields) == {"title", "text"}


def test_nothing_is_asked_without_a_firm(lead: Actor, operation: Operation) -> None:
    notices.write_notice(lead, operation.pk, FACTS)
    with pytest.raises(WrongState, match="Aucune entreprise"):
        notices.ask_firms(lead, operation.pk)


def test_only_an_employer_of_the_operation_is_named(lead: Actor, operation: Operation) -> None:
    notices.write_notice(lead, operation.pk, FACTS)
    with pytest.raises(Invalid) as refusal:
        notices.name_firm(lead, operation.pk, an_employer("Inconnue").pk, posts=0, wording="")
    assert set(refusal.value.fields) == {"employer", "posts", "wording"}


def test_it_is_published_once_every_firm_agreed_from_its_link(
    lead: Actor, operation: Operation, asked: list[NoticeFirm]
) -> None:
    notices.approve_notice(bearer_of("tilleuls@example.org"), asked[0].pk)
    with pytest.raises(WrongState, match="Bel-Air"):
        notices.publish_notice(lead, operation.pk)
    notices.approve_notice(bearer_of("belair@example.org"), asked[1].pk)
    done = notices.publish_notice(lead, operation.pk)
    assert (done.state, done.number, done.published_on) == ("published", "AFF-2025-0001", NOW)
    with scope(TASK):
        assert Announcement.objects.get().employers.count() == 2


def test_prescribers_are_told_where_it_is(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> None:
    mission = a_prescriber(email="mission@example.org")
    add_partner(an_officer(), operation.pk, mission)
    for row in asked:
        notices.approve_notice(lead, row.pk)
    done = notices.publish_notice(lead, operation.pk)
    assert f"/venir/annonce/{done.code}/affiche/" in Mail.objects.get(address="mission@example.org").body


def test_an_agreement_noted_by_the_provider_is_seen_as_such(lead: Actor, asked: list[NoticeFirm]) -> None:
    assert notices.approve_notice(lead, asked[0].pk).recorded
    assert not notices.approve_notice(bearer_of("belair@example.org"), asked[1].pk).recorded


def test_a_changed_text_asks_everybody_again(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> None:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    notices.rewrite_notice(lead, operation.pk)
    notices.write_notice(lead, operation.pk, FACTS)
    with scope(TASK):
        assert NoticeFirm.objects.filter(state="approved").count() == 2
    notices.write_notice(lead, operation.pk, notices.NoticeFacts("Aider à domicile", "Autre texte."))
    with scope(TASK):
        assert NoticeFirm.objects.filter(state="waiting").count() == 2
    with pytest.raises(WrongState, match="en préparation"):
        notices.approve_notice(bearer_of("tilleuls@example.org"), asked[0].pk)


def test_a_corrected_line_asks_its_own_firm_again(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> None:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    notices.rewrite_notice(lead, operation.pk)
    notices.name_firm(lead, operation.pk, asked[0].employer_id, posts=3, wording="CDI, 28 h")
    notices.ask_firms(lead, operation.pk)
    assert Mail.objects.filter(address="tilleuls@example.org").count() == 2
    assert Mail.objects.filter(address="belair@example.org").count() == 1


def test_a_firm_agrees_to_what_it_has_read(asked: list[NoticeFirm]) -> None:
    with pytest.raises(WrongState, match="relisez"):
        notices.approve_notice(bearer_of("tilleuls@example.org"), asked[0].pk, edition=0)


def test_a_firm_says_no_and_only_the_provider_knows_it_and_why(
    lead: Actor, operation: Operation, firms: list[Organisation], asked: list[NoticeFirm]
) -> None:
    with scope(TASK):
        Organisation.objects.filter(pk=operation.provider_id).update(email="of@example.org")
    notices.decline_notice(bearer_of("tilleuls@example.org"), asked[0].pk, reason="trois postes, pas deux")
    assert "trois postes" in Mail.objects.get(purpose="sourcing/mail/notice_declined").body
    # The other firm goes on reading the announcement without learning it; who declined reads its own answer.
    for firm, told in ((firms[1], False), (firms[0], True)):
        reader = actor(Who.RECRUITER, firm)
        with scope(reader):
            read = notice_queries.notice_page(reader, operation)
        assert read is not None
        assert (firms[0].pk in {row.employer_id for row in read.firms}) is told
    with pytest.raises(WrongState, match="Ne souhaite pas être nommée"):
        notices.publish_notice(lead, operation.pk)


def test_a_link_answers_for_its_own_firm_only(asked: list[NoticeFirm]) -> None:
    with pytest.raises(Unknown):
        notices.approve_notice(bearer_of("tilleuls@example.org"), asked[1].pk)


def test_a_firm_signed_in_answers_for_itself_only(asked: list[NoticeFirm], firms: list[Organisation]) -> None:
    signatory = actor(Who.SIGNATORY, firms[0])
    with pytest.raises(NotAllowed, match="nommée"):
        notices.approve_notice(signatory, asked[1].pk)
    assert notices.approve_notice(signatory, asked[0].pk).state == "approved"


@pytest.mark.parametrize("who", [Who.ADVISER, Who.RECRUITER, Who.OFFICER])
def test_others_publish_nothing(operation: Operation, asked: list[NoticeFirm], who: Who) -> None:
    house = {Who.ADVISER: a_prescriber(), Who.RECRUITER: asked[0].employer, Who.OFFICER: operation.region}[who]
    with pytest.raises(NotAllowed):
        notices.publish_notice(actor(who, house), operation.pk)


def test_another_provider_knows_nothing_of_it(operation: Operation, asked: list[NoticeFirm]) -> None:
    with pytest.raises(Unknown):
        notices.ask_firms(a_coordinator(an_operation(a_provider("Autre OF"))), operation.pk)


# The pages


def published(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> Notice:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    return notices.publish_notice(lead, operation.pk)


def test_it_is_written_asked_and_published_by_clicks(operation: Operation, firms: list[Organisation]) -> None:
    client = lead_of(operation)
    root = f"/operations/{operation.pk}/annonce/"
    assert "Écrire l'annonce" in text_of(client.get(root))
    text = {"title": "Aider", "text": "Six mois."}
    assert client.post(f"{root}texte/", {**text, "text": ""}).status_code == 422
    assert client.post(f"{root}texte/", text).status_code == 302
    line = {"employer": firms[0].pk, "posts": "2", "wording": "CDI"}
    assert client.post(f"{root}entreprise/", {**line, "posts": "0"}).status_code == 422
    assert client.post(f"{root}entreprise/", line).status_code == 302
    assert "L'accord est attendu de : Les Tilleuls" in text_of(client.get(root))
    assert client.get(f"{root}affiche/")["Content-Type"] == "application/pdf"
    client.post(f"{root}demander/")
    with scope(TASK):
        row = NoticeFirm.objects.get()
    url = f"/annonces/entreprises/{row.pk}/accord/"
    assert "Noter l'accord de Les Tilleuls" in text_of(client.get(url))
    assert client.post(url, {"edition": "1"}).status_code == 302
    page = text_of(client.post(f"{root}publier/", follow=True))
    assert "L'annonce et l'affiche sont publiées." in page
    assert "noté par l'organisme de formation" in page


def test_a_firm_answers_from_its_link_without_an_account(asked: list[NoticeFirm]) -> None:
    mail = Mail.objects.get(address="tilleuls@example.org")
    url = f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/"
    page = text_of(Client().get(url))
    assert "êtes-vous d'accord" in page
    assert Client().post(url, {"decline": "1", "reason": ""}).status_code == 422
    assert "votre accord est noté" in text_of(Client().post(url, {"edition": "1"}, follow=True))
    with scope(TASK):
        assert NoticeFirm.objects.get(pk=asked[0].pk).state == "approved"


def test_the_public_page_names_who_agreed(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> None:
    with scope(TASK):
        code = Notice.objects.get().code
    assert Client().get(f"/venir/annonce/{code}/").status_code == 404
    published(lead, operation, asked)
    page = text_of(Client().get(f"/venir/annonce/{code}/"))
    assert "Les Tilleuls" in page
    assert "4 emplois à la clé" in page
    notices.decline_notice(bearer_of("tilleuls@example.org"), asked[0].pk, reason="plus de poste")
    assert "Les Tilleuls" not in text_of(Client().get(f"/venir/annonce/{code}/"))
    notices.rewrite_notice(lead, operation.pk)
    page = text_of(Client().get(f"/venir/annonce/{code}/"))
    assert "en cours de correction" in page
    assert "Bel-Air" not in page
    assert Client().get(f"/venir/annonce/{code}/affiche/").status_code == 404


def test_a_firm_whose_promise_no_longer_stands_leaves_the_page_and_the_poster(
    lead: Actor, operation: Operation, firms: list[Organisation], asked: list[NoticeFirm]
) -> None:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    notice = notices.publish_notice(lead, operation.pk)
    promises = [a_promise(operation, firm, posts=2) for firm in firms]
    address = f"/operations/{operation.pk}/annonce/"
    assert "mettez l'annonce à jour" not in text_of(lead_of(operation).get(address))
    withdraw_promise(lead, promises[0].pk, reason="plus de besoin")
    page = text_of(Client().get(f"/venir/annonce/{notice.code}/"))
    assert ("Les Tilleuls" in page, "Bel-Air" in page, "2 emplois" in page) == (False, True, True)
    shown = notice_queries.public_notice(notice.code)
    assert shown is not None
    assert [row.employer.name for row in shown.firms] == ["Bel-Air"]
    assert "Les Tilleuls n'y est plus : mettez l'annonce à jour" in text_of(lead_of(operation).get(address))


def test_the_poster_holds_the_firms_and_a_code_that_leads_to_the_page(
    lead: Actor, operation: Operation, asked: list[NoticeFirm]
) -> None:
    done = published(lead, operation, asked)
    answer = Client().get(f"/venir/annonce/{done.code}/affiche/")
    pdf = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    assert len(pdf) == 1
    page = pdf[0]
    assert [round(side) for side in page.get_size()] == [595, 842]
    words = page.get_textpage().get_text_bounded()
    for expected in ("Aider à domicile", "Les Tilleuls", "Bel-Air", "CDI, 28 h", "AFF-2025-0001"):
        assert expected in words
    [found] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert found.text.endswith(f"/venir/annonce/{done.code}/")


def test_a_long_poster_loses_nothing(lead: Actor, operation: Operation, asked: list[NoticeFirm]) -> None:
    done = published(lead, operation, asked)
    shown = notice_queries.public_notice(done.code)
    assert shown is not None
    with scope(TASK):
        made = notice_queries.poster(shown, clock.now(), firms=shown.firms * 12)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made.pdf))
    assert text.count("Les Tilleuls") == 12


def test_the_pages_take_as_many_queries_for_two_firms_as_for_six(
    lead: Actor, operation: Operation, firms: list[Organisation]
) -> None:
    notices.write_notice(lead, operation.pk, FACTS)
    client = lead_of(operation)
    counts = []
    for batch in (firms, [an_employer(f"Firme {n}") for n in range(4)]):
        for firm in batch:
            add_partner(an_officer(), operation.pk, firm)
            notices.name_firm(lead, operation.pk, firm.pk, posts=1, wording="CDI")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/operations/{operation.pk}/annonce/")
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30


def test_firms_and_posts_come_from_the_promises_once_there_are(
    lead: Actor, operation: Operation, firms: list[Organisation]
) -> None:
    a_promise(operation, firms[0], posts=3)
    notice = notices.write_notice(lead, operation.pk, FACTS)
    with scope(TASK):
        [line] = notice.firms.all()
    assert (line.employer_id, line.posts) == (firms[0].pk, 3)
    assert "CDI" in line.wording
    assert "1 850" not in line.wording  # the pay is told to the person, not put up on a wall
    with pytest.raises(Invalid, match="promet 3 postes"):
        notices.name_firm(lead, operation.pk, firms[0].pk, posts=4, wording="CDI")


def test_what_is_promised_since_is_taken_up_by_a_click_and_asks_the_firms_concerned_alone(
    lead: Actor, operation: Operation, firms: list[Organisation], asked: list[NoticeFirm]
) -> None:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    notices.publish_notice(lead, operation.pk)
    a_promise(operation, firms[0], posts=5)
    client = lead_of(operation)
    address = f"/operations/{operation.pk}/annonce/"
    page = text_of(client.get(address))
    assert "Les promesses disent autre chose" in page
    assert "Les Tilleuls promet 5 postes" in page
    with pytest.raises(WrongState):  # nothing moves under an announcement that is out
        notices.take_promises(lead, operation.pk)
    notices.rewrite_notice(lead, operation.pk)
    assert "Reprendre les promesses" in text_of(client.get(address))
    assert client.post(f"{address}promesses/").status_code == 302
    with scope(TASK):
        found = {row.employer_id: (row.posts, row.state) for row in NoticeFirm.objects.all()}
    assert found == {firms[0].pk: (5, "waiting"), firms[1].pk: (2, "approved")}


def test_a_firm_that_took_its_promise_back_is_named_no_longer_once_the_promises_are_taken_up(
    lead: Actor, operation: Operation, firms: list[Organisation]
) -> None:
    promises = [a_promise(operation, firm) for firm in firms]
    notices.write_notice(lead, operation.pk, FACTS)
    withdraw_promise(lead, promises[1].pk, reason="plus de besoin")
    client = lead_of(operation)
    assert "Bel-Air ne promet plus rien" in text_of(client.get(f"/operations/{operation.pk}/annonce/"))
    notices.take_promises(lead, operation.pk)
    with scope(TASK):
        assert [row.employer_id for row in NoticeFirm.objects.all()] == [firms[0].pk]


def test_the_public_page_never_tells_more_posts_than_are_promised_still(
    lead: Actor, operation: Operation, firms: list[Organisation], asked: list[NoticeFirm]
) -> None:
    for row in asked:
        notices.approve_notice(lead, row.pk)
    notice = notices.publish_notice(lead, operation.pk)
    promise = a_promise(operation, firms[0], posts=2)
    address = f"/venir/annonce/{notice.code}/"
    assert "4 emplois à la clé" in text_of(Client().get(address))
    withdraw_promise(lead, promise.pk, posts=1, reason="un poste de moins")
    assert "3 emplois à la clé" in text_of(Client().get(address))
