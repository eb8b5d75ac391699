"""The pages of the signing, as those who see them, and the links on a phone without account."""

from __future__ import annotations

from html import unescape
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browsing import browser
from convention.by_code import FIRM, bearer_of, code_sent_to, signs
from convention.signing_stage import NOW, START, Stage
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, Link, Mail
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Account, Network, Organisation
from defi.steps.convention import actions
from defi.steps.convention.models import Signatory, SigningOption
from defi.steps.pairing.actions import withdraw_promise
from factories import a_person, a_prescriber, a_promise, a_provider, actor, an_employer, an_officer

pytestmark = pytest.mark.django_db
NUMBERS = count(1)


def signed_in(who: Who, organisation: Organisation) -> Client:
    """The browser of somebody in this role."""
    person = a_person("Sam", email=f"sam{next(NUMBERS)}@example.org")
    actor(who, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def lead_of(stage: Stage) -> Client:
    assert stage.operation.provider is not None
    return signed_in(Who.COORDINATOR, stage.operation.provider)


def text_of(response: object) -> str:
    return " ".join(unescape(response.content.decode()).split())  # type: ignore[attr-defined]


def link_sent_to(address: str, purpose: str) -> str:
    mail = Mail.objects.filter(address=address, purpose=f"convention/mail/{purpose}").latest("pk")
    return f"/lien/{mail.body.split('/lien/')[1].split('/')[0]}/"


def root(stage: Stage) -> str:
    return f"/operations/{stage.operation.pk}/convention/"


OPTIONS = {
    "title": "Aide à domicile, session EOS n° 24-118-0932",
    "on_1": "2025-11-05",
    "at_1": "14:30",
    "place_1": "Mairie",
}


def test_the_whole_signing_by_clicks(stage: Stage) -> None:
    lead = lead_of(stage)
    officer = signed_in(Who.OFFICER, stage.region)
    cabinet = signed_in(Who.CABINET, stage.region)
    url = root(stage)
    assert "Proposer des dates" in text_of(lead.get(url))
    assert "Proposer des dates" not in text_of(officer.get(url))
    assert lead.post(f"{url}dates/", OPTIONS).status_code == 302
    assert "Transmettre au Cabinet" in text_of(officer.get(url))
    officer.post(f"{url}dates/transmettre/")
    with scope(TASK):
        option = SigningOption.objects.get()
    assert "Retenir" in text_of(cabinet.get(url))
    cabinet.post(f"/dates-de-signature/{option.pk}/retenir/", {"version": option.version})
    lead.post(f"{url}preparer/")
    assert "Envoyer le « réservez la date »" in text_of(lead.get(url))
    lead.post(f"{url}dates/reserver/")
    cabinet.post(f"{url}dates/inviter/")
    page = text_of(lead.get(url))
    assert "Engagements à valider d'abord avec" in page
    for signatory in stage.signatories():
        agreed = {"how": "phone", "on": "2025-10-06", "version": signatory.version}
        assert lead.post(f"/signataires/{signatory.pk}/engagements/", agreed).status_code == 302
    assert "Transmettre à la Région" in text_of(lead.get(url))
    lead.post(f"{url}transmettre/", {"version": stage.convention().version})
    assert stage.convention().state == "sent"
    for signatory in stage.signatories():
        signed = {"on": "2025-10-06", "version": signatory.version, "confirmed": "on"}
        assert lead.post(f"/signataires/{signatory.pk}/encre/", signed).status_code == 302
    assert "signée par tous" in text_of(lead.get(url))
    assert stage.convention().state == "signed"


def test_dates_typed_by_half_are_kept_and_explained(stage: Stage) -> None:
    lead = lead_of(stage)
    answer = lead.post(f"{root(stage)}dates/", {**OPTIONS, "on_2": "2025-11-06"})
    assert answer.status_code == 422
    assert "Complétez cette date" in text_of(answer)
    assert 'value="Mairie"' in text_of(answer)
    late = lead.post(f"{root(stage)}dates/", {**OPTIONS, "on_1": "2026-12-01"})
    assert "avant son terme" in text_of(late)


def test_without_the_eos_number_the_page_says_where_to_begin(stage: Stage) -> None:
    with scope(TASK):
        Session.objects.filter(pk=stage.session.pk).update(eos_number="")
    answer = lead_of(stage).get(f"{root(stage)}dates/", follow=True)
    assert "numéro EOS de la session n'est pas encore noté" in text_of(answer)


def test_each_role_is_refused_what_is_not_its_own(stage: Stage) -> None:
    stage.send()
    firm = stage.signatory(stage.firm)
    member = signed_in(Who.SIGNATORY, stage.firm)
    assert member.get(f"{root(stage)}dates/").status_code == 403
    assert member.get(f"{root(stage)}corriger/").status_code == 403
    assert member.get(f"/signataires/{firm.pk}/encre/").status_code == 403
    assert signed_in(Who.CABINET, stage.region).get(f"/signataires/{firm.pk}/refus/").status_code == 403
    stranger = signed_in(Who.COORDINATOR, a_provider("Autre OF"))
    assert stranger.get(root(stage)).status_code == 404
    assert stranger.get(f"/signataires/{firm.pk}/").status_code == 404


def test_a_firm_with_an_account_validates_then_signs(stage: Stage) -> None:
    stage.draft()
    member = signed_in(Who.SIGNATORY, stage.firm)
    assert "Vos engagements sont à valider" in text_of(member.get(root(stage)))
    firm = stage.signatory(stage.firm)
    page = text_of(member.get(f"/signataires/{firm.pk}/engagements/"))
    assert "recruter à l'issue de la formation" in page
    assert member.post(f"/signataires/{firm.pk}/engagements/", {"version": firm.version}).status_code == 302
    for signatory in stage.signatories():
        if signatory.pk != firm.pk:
            actions.validate_commitments(stage.lead, signatory.pk, how="phone")
    convention = actions.send_convention(stage.lead, stage.operation.pk)
    assert "Votre signature est attendue" in text_of(member.get(root(stage)))
    assert "à sa place" not in text_of(member.get(f"/signataires/{firm.pk}/signer/"))
    unread = member.post(f"/signataires/{firm.pk}/signer/", {"fingerprint": convention.fingerprint})
    assert unread.status_code == 422
    assert "après avoir lu" in text_of(unread)
    read = {"fingerprint": convention.fingerprint, "read": "on"}
    assert member.post(f"/signataires/{firm.pk}/signer/", read).status_code == 302
    assert stage.signatory(stage.firm).state == "to_sign"


def test_who_signs_in_the_place_of_whom_the_text_names_is_told_before(stage: Stage) -> None:
    stage.draft()
    region = stage.signatory(stage.region)
    with scope(TASK):
        named = a_person("Rose", "Région", "rose@region.example")
        Signatory.objects.filter(pk=region.pk).update(person=named)
    stage.validate_all()
    actions.send_convention(stage.lead, stage.operation.pk)
    said = "Le texte nomme Rose Région pour"
    page = text_of(browser(stage.officer).get(f"/signataires/{region.pk}/signer/"))
    assert said in page
    assert "le document scellé dira que vous l'avez fait à sa place" in page
    own = actor(Who.OFFICER, stage.region, named)
    assert said not in text_of(browser(own).get(f"/signataires/{region.pk}/signer/"))


def test_a_text_that_changed_is_offered_again_and_not_signed(stage: Stage) -> None:
    former = stage.send().fingerprint
    new = stage.send_another_text().fingerprint
    firm = stage.signatory(stage.firm)
    member = signed_in(Who.SIGNATORY, stage.firm)
    answer = member.post(f"/signataires/{firm.pk}/signer/", {"fingerprint": former, "read": "on"})
    assert answer.status_code == 422
    assert "Le texte a changé" in text_of(answer)
    assert new in text_of(answer)
    assert stage.signatory(stage.firm).state == "to_sign"


def test_the_correction_says_which_signatures_fall(stage: Stage) -> None:
    convention = stage.send()
    signs(actor(Who.SIGNATORY, stage.firm), stage.signatory(stage.firm), convention.fingerprint)
    lead = lead_of(stage)
    page = text_of(lead.get(f"{root(stage)}corriger/"))
    assert "Si le texte change, 1 signature tombera quand vous le transmettrez de nouveau : Les Tilleuls" in page
    typed = {"reason": "une adresse était fausse", "version": stage.convention().version}
    assert lead.post(f"{root(stage)}corriger/", typed).status_code == 302
    assert stage.convention().state == "draft"
    assert "Rien n'a changé : le texte est celui qui a été transmis. La signature donnée reste." in text_of(
        lead.get(root(stage))
    )
    title = "Aide à domicile, session EOS n° 24-118-0932"
    actions.retitle_convention(stage.lead, stage.operation.pk, title=title)
    assert "en le transmettant, 1 signature tombe (Les Tilleuls)" in text_of(lead.get(root(stage)))


def test_sending_the_same_text_again_says_that_nothing_changed(stage: Stage) -> None:
    stage.send()
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une erreur")
    lead = lead_of(stage)
    answer = lead.post(f"{root(stage)}transmettre/", {"version": stage.convention().version}, follow=True)
    assert "Rien n'a changé dans le texte" in text_of(answer)


def test_who_signed_reads_it_again_while_the_text_is_corrected(stage: Stage) -> None:
    convention = stage.send()
    signs(bearer_of(FIRM, "ask_signature"), stage.signatory(stage.firm), convention.fingerprint)
    url = link_sent_to(FIRM, "ask_signature")
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une erreur")
    page = text_of(Client().get(url))
    assert "Si le texte ne change pas, votre signature reste." in page
    document = Client().get(f"{url}convention.pdf")
    assert b"".join(document) == bytes(Document.objects.get(sha256=convention.fingerprint).content)


def test_the_draft_is_read_as_a_pdf(stage: Stage) -> None:
    stage.draft()
    answer = lead_of(stage).get(f"{root(stage)}projet.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert not Document.objects.exists()


def test_the_list_of_signatories_is_completed_and_mended(stage: Stage) -> None:
    stage.draft()
    lead = lead_of(stage)
    cap = a_prescriber("Cap emploi 28", Network.CAP_EMPLOI)
    add_partner(an_officer(), stage.operation.pk, cap)
    assert "Cap emploi 28" in text_of(lead.get(f"{root(stage)}signataires/"))
    assert lead.post(f"{root(stage)}signataires/", {"organisation": cap.pk}).status_code == 302
    added = stage.signatory(cap)
    facts = {
        "first_name": "Rose",
        "last_name": "Martin",
        "quality": "directrice",
        "email": "rose@cap.example",
        "version": added.version,
    }
    assert lead.post(f"/signataires/{added.pk}/qui-signe/", facts).status_code == 302
    page = text_of(lead.get(f"/signataires/{added.pk}/"))
    assert "Rose Martin" in page
    assert "Retirer de la liste" in page
    assert "Retirer de la liste" not in text_of(lead.get(f"/signataires/{stage.signatory(stage.mission).pk}/"))
    gone = {"reason": "erreur", "version": stage.signatory(cap).version}
    assert lead.post(f"/signataires/{added.pk}/retirer/", gone).status_code == 302
    with scope(TASK):
        assert Signatory.objects.get(pk=added.pk).state == "removed"


def test_a_refusal_is_shown_with_its_reason(stage: Stage) -> None:
    stage.send()
    firm = stage.signatory(stage.firm)
    lead = lead_of(stage)
    assert lead.post(f"/signataires/{firm.pk}/refus/", {"reason": "dit au téléphone"}).status_code == 302
    assert "dit au téléphone" in text_of(lead.get(root(stage)))


def test_a_promise_made_or_withdrawn_since_the_sending_is_said_to_who_runs_it(stage: Stage) -> None:
    second = an_employer("Service Plus")
    promise = a_promise(stage.operation, second)
    stage.send()
    withdraw_promise(stage.lead, promise.pk, reason="perte d'un marché")
    a_promise(stage.operation, an_employer("Maison Bel-Air"))
    page = text_of(lead_of(stage).get(root(stage)))
    assert "Service Plus ne promet plus d'emploi" in page
    assert "Maison Bel-Air promet un emploi" in page
    assert "ne promet plus" not in text_of(signed_in(Who.SIGNATORY, stage.firm).get(root(stage)))


def test_who_only_takes_part_does_not_read_addresses(stage: Stage) -> None:
    stage.draft()
    mission = stage.signatory(stage.mission)
    assert "ml@example.org" in text_of(lead_of(stage).get(f"/signataires/{mission.pk}/"))
    assert "ml@example.org" not in text_of(signed_in(Who.SIGNATORY, stage.firm).get(f"/signataires/{mission.pk}/"))


def test_the_page_takes_a_constant_number_of_queries(stage: Stage) -> None:
    stage.send()
    lead = lead_of(stage)
    with CaptureQueriesContext(connection) as asked:
        lead.get(root(stage))
    assert len(asked) < 30, [q["sql"] for q in asked]


# Links


def test_opening_a_link_changes_nothing_and_a_click_validates(stage: Stage) -> None:
    stage.draft()
    actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
    url = link_sent_to("direction@tilleuls.example", "ask_validation")
    page = Client().get(url)
    assert "Je valide ces engagements" in text_of(page)
    assert "noindex" in page["X-Robots-Tag"]
    assert stage.signatory(stage.firm).validated_on is None
    assert "vos engagements sont validés" in text_of(Client().post(url, follow=True))
    assert stage.signatory(stage.firm).validated_how == "link"
    assert Client().get(f"{url}convention.pdf").content.startswith(b"%PDF")


def test_a_phone_reads_signs_and_keeps_the_convention(stage: Stage) -> None:
    convention = stage.send()
    url = link_sent_to("direction@tilleuls.example", "ask_signature")
    page = text_of(Client().get(url))
    assert convention.fingerprint in page
    assert stage.signatory(stage.firm).state == "to_sign"
    with scope(TASK):
        assert convention.document is not None
        kept = bytes(convention.document.content)
    assert Client().get(f"{url}convention.pdf").content == kept
    Client().post(url, {"fingerprint": convention.fingerprint, "read": "on"})
    read = {"fingerprint": convention.fingerprint, "code": code_sent_to("direction@tilleuls.example")}
    assert "c'est signé" in text_of(Client().post(url, read, follow=True))
    assert stage.signatory(stage.firm).state == "signed_click"
    assert "Les Tilleuls a signé le 6 oct. 2025" in text_of(Client().post(url, read, follow=True))


def test_a_phone_refuses_with_a_reason_and_may_sign_later(stage: Stage) -> None:
    convention = stage.send()
    url = link_sent_to("direction@tilleuls.example", "ask_signature")
    assert Client().post(f"{url}refuser/", {"reason": ""}).status_code == 422
    after = text_of(Client().post(f"{url}refuser/", {"reason": "trop de postes"}, follow=True))
    assert "Vous pouvez changer d'avis" in after
    assert stage.signatory(stage.firm).state == "refused"
    other = an_employer("Bel-Air")
    add_partner(an_officer(), stage.operation.pk, other)
    read = text_of(signed_in(Who.SIGNATORY, other).get(root(stage)))
    assert "trop de postes" not in read
    assert "refuse de signer" not in read
    assert "refuse de signer" in text_of(lead_of(stage).get(root(stage)))
    Client().post(url, {"fingerprint": convention.fingerprint, "read": "on"})
    code = code_sent_to("direction@tilleuls.example")
    Client().post(url, {"fingerprint": convention.fingerprint, "code": code})
    assert stage.signatory(stage.firm).state == "signed_click"


def test_a_link_during_a_correction_has_nothing_to_sign(stage: Stage) -> None:
    stage.send()
    url = link_sent_to("direction@tilleuls.example", "ask_signature")
    actions.correct_convention(stage.lead, stage.operation.pk, reason="une erreur")
    assert "en cours de correction" in text_of(Client().get(url))


def test_a_replaced_link_says_so_and_a_dead_one_is_renewed_by_its_holder(stage: Stage) -> None:
    stage.send()
    url = link_sent_to("direction@tilleuls.example", "ask_signature")
    actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
    assert "plus récent" in text_of(Client().get(url))
    Link.objects.update(expires_at=clock.now())
    url = link_sent_to("direction@tilleuls.example", "ask_signature")
    dead = Client().get(url)
    assert dead.status_code == 410
    assert "Recevoir un nouveau lien" in text_of(dead)
    assert "Un lien vient de partir" in text_of(Client().post(url, {"renew": "1"}))
    with clock.at(START):
        renewed = Client().post(url, {"renew": "1"})
    assert "d…@tilleuls.example" in text_of(renewed)
    with clock.at(START):
        assert "Signer la convention" in text_of(
            Client().get(link_sent_to("direction@tilleuls.example", "ask_signature"))
        )


def test_a_signatory_taken_off_keeps_no_way_in(stage: Stage) -> None:
    stage.draft()
    actions.send_link(stage.lead, stage.signatory(stage.firm).pk)
    url = link_sent_to("direction@tilleuls.example", "ask_validation")
    with scope(TASK):
        Signatory.objects.filter(organisation=stage.firm).update(state="removed")
    assert Client().get(url).status_code == 404


def test_the_day_of_the_tests_is_the_day_of_the_mails(stage: Stage) -> None:
    stage.send()
    assert {mail.queued_at.date() for mail in Mail.objects.all()} == {NOW}
