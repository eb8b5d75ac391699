"""The pages of the plan: built, submitted, approved by a link on a phone."""

import re

import pytest
from django.test import Client

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    opened = make.an_operation()
    make.a_session(opened)
    employer = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), opened.pk, employer)
    return opened


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def lead(operation):
    return signed_in(Who.COORDINATOR, operation.provider)


def build(lead, operation):
    """A plan built by clicks, up to submission."""
    lead.post(f"/operations/{operation.pk}/ingenierie/commencer/")
    with scope(TASK):
        plan = TrainingPlan.objects.get()
    asked = {"label": "Aider au lever", "asked_by": [make.an_employer("Les Tilleuls").pk]}
    lead.post(f"/plans/{plan.pk}/competences/ajouter/", asked)
    facts = {"title": "Gestes du quotidien", "kind": "kept", "hours_centre": "420", "hours_company": "140"}
    lead.post(f"/plans/{plan.pk}/modules/ajouter/", facts)
    with scope(TASK):
        competence, module = PlanCompetence.objects.get(), Module.objects.get()
    lead.post(f"/competences/{competence.pk}/", {"modules": [module.pk], "reason": "", "version": competence.version})
    with scope(TASK):
        version = TrainingPlan.objects.get().version
    said = {"specific": "Nuits, pour Les Tilleuls", "public_need": "profils à venir", "version": version}
    lead.post(f"/plans/{plan.pk}/decrire/", said)
    return plan


def test_the_plan_is_built_by_clicks_and_says_what_is_missing(lead, operation):
    plan = build(lead, operation)
    address = f"/operations/{operation.pk}/ingenierie/"
    assert "Tout y est" in lead.get(address).content.decode()
    with scope(TASK):
        module = Module.objects.get()
    changed = {"title": "Gestes", "kind": "kept", "hours_centre": "400", "hours_company": "140"}
    lead.post(f"/modules/{module.pk}/", changed | {"version": module.version})
    text = lead.get(address).content.decode()
    assert "400" in text
    assert "Tout y est" not in text
    lead.post(f"/plans/{plan.pk}/soumettre/")
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_a_stale_page_does_not_change_a_module(lead, operation):
    build(lead, operation)
    with scope(TASK):
        module = Module.objects.get()
    facts = {
        "title": "Gestes",
        "kind": "kept",
        "hours_centre": "410",
        "hours_company": "150",
        "version": module.version,
    }
    assert lead.post(f"/modules/{module.pk}/", facts).status_code == 302
    again = lead.post(f"/modules/{module.pk}/", facts | {"hours_centre": "1"})
    assert again.status_code == 422
    assert "modifiée pendant que vous la lisiez" in again.content.decode()


def test_an_employer_reads_and_approves_from_its_link(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    link = re.search(r"/lien/\S+", Mail.objects.get(address="contact@tilleuls.exemple.invalid").body)[0]
    page = Client()
    text = page.get(link).content.decode()
    assert "Ce que vous avez demandé, et où c" in text
    assert "Approuver pour Les Tilleuls" in text
    assert "Merci" in page.post(link, {"edition": "1"}).content.decode()
    again = page.post(link, {"edition": "1"})
    assert again.status_code == 409
    assert "déjà approuvée" in again.content.decode()


def test_a_page_that_shows_a_draft_does_not_bear_the_number_of_the_edition_before(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    link = re.search(r"/lien/\S+", Mail.objects.get(address="contact@tilleuls.exemple.invalid").body)[0]
    said = "En préparation, après l&#x27;édition 1"
    assert said not in Client().get(link).content.decode().replace("'", "&#x27;")
    version = TrainingPlan._base_manager.get().version
    lead.post(f"/plans/{plan.pk}/rouvrir/", {"reason": "Compléter", "version": version})
    for page in (Client().get(link), lead.get(f"/operations/{operation.pk}/ingenierie/")):
        assert said in page.content.decode().replace("'", "&#x27;")


def test_a_word_is_read_by_who_wrote_it_and_who_it_is_for_only(lead, operation):
    plan = build(lead, operation)
    firm = make.an_employer("Les Tilleuls")
    lead.post(f"/plans/{plan.pk}/passer/", {"to": firm.pk, "text": "Votre tarif reste entre nous"})
    address = f"/operations/{operation.pk}/ingenierie/"
    readers = {Who.SIGNATORY: firm, Who.OFFICER: make.a_region()}
    reads = {role: "Votre tarif" in signed_in(role, of).get(address).content.decode() for role, of in readers.items()}
    assert reads == {Who.SIGNATORY: True, Who.OFFICER: False}
    assert "Votre tarif" in lead.get(address).content.decode()


def test_a_word_to_all_whose_approval_is_missing_is_not_for_who_has_approved(lead, operation):
    plan = build(lead, operation)
    second = make.an_employer("Aide & Cie")
    add_partner(make.an_officer(), operation.pk, second)
    firm = make.an_employer("Les Tilleuls")
    employer = signed_in(Who.SIGNATORY, firm)
    lead.post(f"/plans/{plan.pk}/passer/", {"to": firm.pk})
    employer.post(f"/plans/{plan.pk}/approuver/", {"edition": "1"})
    lead.post(
        f"/plans/{plan.pk}/rouvrir/",
        {"reason": "Deux corrections", "version": TrainingPlan._base_manager.get().version},
    )
    lead.post(f"/plans/{plan.pk}/passer/", {"to": "all", "text": "Votre tarif reste entre nous"})
    address = f"/operations/{operation.pk}/ingenierie/"
    assert "Votre tarif" not in employer.get(address).content.decode()
    for role, of in ((Who.SIGNATORY, second), (Who.OFFICER, make.a_region())):
        assert "Votre tarif" in signed_in(role, of).get(address).content.decode()


def test_what_must_change_is_read_by_all_and_said_to_be(lead, operation):
    plan = build(lead, operation)
    firm = make.an_employer("Les Tilleuls")
    lead.post(f"/plans/{plan.pk}/passer/", {"to": firm.pk})
    employer = signed_in(Who.SIGNATORY, firm)
    assert "Toutes les parties du plan le lisent." in employer.get(f"/plans/{plan.pk}/rendre/").content.decode()
    employer.post(f"/plans/{plan.pk}/rendre/", {"reason": "Il manque les nuits"})
    address = f"/operations/{operation.pk}/ingenierie/"
    assert "Il manque les nuits" in signed_in(Who.OFFICER, make.a_region()).get(address).content.decode()


def test_the_page_that_takes_the_plan_back_is_refused_as_the_action_is(lead, operation):
    plan = build(lead, operation)
    address = f"/plans/{plan.pk}/rouvrir/"
    assert lead.get(address).status_code == 409
    lead.post(f"/plans/{plan.pk}/soumettre/")
    assert lead.get(address).status_code == 200
    assert signed_in(Who.SIGNATORY, make.an_employer("Les Tilleuls")).get(address).status_code == 403
    assert signed_in(Who.OFFICER, make.a_region()).get(address).status_code == 403


def test_hours_at_a_distance_are_added_and_said_to_be(lead, operation):
    plan = build(lead, operation)
    form = lead.get(f"/plans/{plan.pk}/modules/ajouter/").content.decode()
    assert "En plus des heures en centre" in form
    facts = {"title": "En ligne", "kind": "kept", "hours_centre": "14", "hours_remote": "7", "hours_situation": "21"}
    lead.post(f"/plans/{plan.pk}/modules/ajouter/", facts)
    page = lead.get(f"/operations/{operation.pk}/ingenierie/").content.decode()
    assert "14 h sur place, plus 7 h à distance" in page.replace("\u00a0", " ")
    assert ">en situation de travail<" in page


def test_the_page_that_passes_the_plan_is_refused_as_the_action_is(lead, operation):
    plan = build(lead, operation)
    firm, address = make.an_employer("Les Tilleuls"), f"/plans/{plan.pk}/passer/"
    employer = signed_in(Who.SIGNATORY, firm)
    reader = signed_in(Who.CABINET, make.a_region())
    assert lead.get(address).status_code == 200
    assert reader.get(address).status_code == 403
    early = employer.get(address)
    assert early.status_code == 409
    assert "pas chez vous" in early.content.decode()
    lead.post(f"/plans/{plan.pk}/soumettre/")
    assert employer.get(address).status_code == 200
    TrainingPlan._base_manager.update(state="approved", approved_on=clock.today())
    late = lead.get(address)
    assert late.status_code == 409
    assert "approuvé par tous depuis le" in late.content.decode()


def test_the_region_approves_and_the_provider_for_an_employer(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    plan.refresh_from_db()
    officer = signed_in(Who.OFFICER, make.a_region())
    sent = {"organisation": make.a_region().pk, "edition": plan.edition}
    officer.post(f"/plans/{plan.pk}/approuver/", sent)
    firm = make.an_employer("Les Tilleuls")
    let = {"let_by": "la gérante", "way": "paper", "let_on": str(clock.today()), "reason": "pas d'adresse"}
    lead.post(f"/plans/{plan.pk}/repondre-pour/{firm.pk}/", let)
    lead.post(f"/plans/{plan.pk}/approuver/", {"organisation": firm.pk})
    text = lead.get(f"/operations/{operation.pk}/ingenierie/").content.decode()
    assert "noté par l'organisme" in text
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_other_providers_do_not_see_the_plan(operation):
    stranger = signed_in(Who.COORDINATOR, make.a_provider("Autre"))
    assert stranger.get(f"/operations/{operation.pk}/ingenierie/").status_code == 404


def test_what_was_typed_for_a_module_removed_meanwhile_may_be_added_again(lead, operation):
    plan = build(lead, operation)
    with scope(TASK):
        module = Module.objects.get()
    lead.post(f"/modules/{module.pk}/", {"remove": "1", "confirmed": "1"})
    facts = {"title": "Gestes de nuit", "kind": "kept", "hours_centre": "420", "hours_company": "140"}
    answer = lead.post(f"/modules/{module.pk}/", facts | {"version": module.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"Ce module a été retiré par {operation.provider}" in page
    assert "Gestes de nuit" in page
    assert f'action="/plans/{plan.pk}/modules/ajouter/"' in page
    assert lead.get(f"/modules/{module.pk}/").status_code == 404


def test_a_competence_keeps_its_module_and_that_no_certification_covers_it(lead, operation):
    build(lead, operation)
    with scope(TASK):
        row, module = PlanCompetence.objects.get(), Module.objects.get()
    lead.post(f"/competences/{row.pk}/", {"modules": [module.pk], "uncertified": "on", "version": row.version})
    with scope(TASK):
        row.refresh_from_db()
        assert (row.uncertified, row.modules.count()) == (True, 1)


def shown_by(page):
    """What the form says that it showed."""
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_the_conflict_names_what_the_other_changed_only_and_modules_by_title(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/modules/ajouter/", {"title": "Nuits", "kind": "kept", "hours_centre": "7"})
    with scope(TASK):
        row, modules = PlanCompetence.objects.get(), list(Module.objects.order_by("pk"))
    shown = shown_by(lead.get(f"/competences/{row.pk}/").content.decode())
    lead.post(f"/competences/{row.pk}/", {"modules": [modules[1].pk], "version": row.version})
    mine = {"reason": "Faute d'heures", "uncertified": "on", "version": row.version, "seen": shown}
    page = lead.post(f"/competences/{row.pk}/", mine).content.decode()
    box = page[page.index("Dans le plan maintenant") : page.index("Ce que vous avez changé est gardé")]
    assert ">Nuits<" in box
    assert ">rien<" in box
    assert "Aucune certification" not in box


def test_a_field_left_as_it_was_takes_what_another_tab_made_of_it_and_what_was_typed_is_kept(lead, operation):
    plan = build(lead, operation)
    address = f"/plans/{plan.pk}/decrire/"
    with scope(TASK):
        version = TrainingPlan.objects.get().version
    shown = shown_by(lead.get(address).content.decode())
    as_shown = {"specific": "Nuits, pour Les Tilleuls", "public_need": "profils à venir", "version": version}
    lead.post(address, as_shown | {"entry_level": "CAP", "cost_per_place": "4500", "seen": shown})
    answer = lead.post(address, as_shown | {"specific": "Nuits et week-ends", "seen": shown})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("aviez pas touché : repris ci-dessous") == 2
    fields = dict(re.findall(r'name="(entry_level|cost_per_place|version|seen)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'value="([^"]*)"[^>]*name="(entry_level|cost_per_place)"', page))
    assert "Nuits et week-ends</textarea>" in page
    lead.post(address, as_shown | {"specific": "Nuits et week-ends"} | fields)
    with scope(TASK):
        kept = TrainingPlan.objects.get()
    assert (kept.entry_level, str(kept.cost_per_place), kept.specific) == ("CAP", "4500.00", "Nuits et week-ends")


def test_a_module_whose_boxes_another_tab_ticked_keeps_them(lead, operation):
    build(lead, operation)
    firm = make.an_employer("Les Tilleuls")
    with scope(TASK):
        module = Module.objects.get()
    address = f"/modules/{module.pk}/"
    facts = {"title": "Gestes du quotidien", "kind": "kept", "hours_centre": "420", "hours_company": "140"}
    shown = shown_by(lead.get(address).content.decode())
    lead.post(address, facts | {"for_employers": [firm.pk], "lender": firm.pk, "version": module.version})
    page = lead.post(address, facts | {"title": "Gestes", "version": module.version, "seen": shown}).content.decode()
    assert re.search(rf'name="for_employers"[^>]*value="{firm.pk}"[^>]*checked', page)
    assert re.search(rf'<option value="{firm.pk}" selected>', page)
    assert re.search(r'name="on_platform"[^>]*checked', page)
    assert 'value="Gestes"' in page


def test_taking_a_module_out_is_asked_first_with_what_goes_with_it(lead, operation):
    build(lead, operation)
    with scope(TASK):
        module = Module.objects.get()
    page = lead.post(f"/modules/{module.pk}/", {"remove": "1"}).content.decode()
    assert "Le plan perd 560" in page
    assert "aura plus de module" in page
    assert Module._base_manager.exists()
    done = lead.post(f"/modules/{module.pk}/", {"remove": "1", "confirmed": "1"}, follow=True)
    assert "Le module est retiré du plan." in done.content.decode()
    assert not Module._base_manager.exists()


def test_what_was_done_is_said_on_the_plan(lead, operation):
    plan = build(lead, operation)
    added = lead.post(
        f"/plans/{plan.pk}/modules/ajouter/", {"title": "Nuits", "kind": "kept", "hours_centre": "7"}, follow=True
    )
    assert "Le module est ajouté." in added.content.decode()
    firm = make.an_employer("Les Tilleuls")
    passed = lead.post(f"/plans/{plan.pk}/passer/", {"to": firm.pk, "text": "Relisez"}, follow=True)
    assert "Le plan est passé à Les Tilleuls." in passed.content.decode()
    employer = signed_in(Who.SIGNATORY, firm)
    back = employer.post(f"/plans/{plan.pk}/rendre/", {"reason": "Il manque les nuits"}, follow=True)
    assert f"Le plan est rendu à {operation.provider}" in back.content.decode()


def test_a_plan_approved_is_not_given_back_and_that_is_said_in_plain_words(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    link = re.search(r"/lien/\S+", Mail.objects.get(address="contact@tilleuls.exemple.invalid").body)[0]
    page, give_back = Client(), {"give_back": "1", "reason": "Trop d'heures"}
    page.post(link, {"edition": "1"})
    mine = page.post(link, give_back)
    assert mine.status_code == 409
    assert "Votre accord est déjà donné" in mine.content.decode()
    TrainingPlan._base_manager.update(state="approved", approved_on=clock.today())
    late = page.post(link, give_back)
    assert late.status_code == 409
    assert "Le plan est approuvé par tous depuis le" in late.content.decode()
    assert "n'est pas possible dans l'état" not in late.content.decode().replace("&#x27;", "'")
    employer = signed_in(Who.SIGNATORY, make.an_employer("Les Tilleuls"))
    assert employer.get(f"/plans/{plan.pk}/rendre/").status_code == 409


def test_a_plan_submitted_twice_says_whose_turn_it_is(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    again = lead.post(f"/plans/{plan.pk}/soumettre/", follow=True).content.decode()
    assert "Le plan est soumis depuis le" in again
    assert "n'est pas possible dans l'état" not in again.replace("&#x27;", "'")


def test_an_employer_approves_with_its_account_and_reads_on_what(lead, operation):
    plan = build(lead, operation)
    lead.post(f"/plans/{plan.pk}/soumettre/")
    employer = signed_in(Who.SIGNATORY, make.an_employer("Les Tilleuls"))
    address = f"/operations/{operation.pk}/ingenierie/"
    page = employer.get(address).content.decode()
    assert "Votre accord porte sur" in page
    assert "Approuver le plan" in page
    done = employer.post(f"/plans/{plan.pk}/approuver/", {"edition": "1"}, follow=True).content.decode()
    assert "approbation est enregistrée" in done
    assert "Approuver le plan" not in done


def test_the_modules_that_an_employer_does_not_approve_are_said_to_be_for_its_information(lead, operation):
    plan = build(lead, operation)
    facts = {"title": "Cuisine", "kind": "added", "reason": "les repas", "hours_remote": "7"}
    lead.post(f"/plans/{plan.pk}/modules/ajouter/", facts)
    firm = make.an_employer("Les Tilleuls")
    lead.post(f"/plans/{plan.pk}/passer/", {"to": firm.pk})
    link = re.search(r"/lien/\S+", Mail.objects.get(address="contact@tilleuls.exemple.invalid").body)[0]
    page = Client().get(link).content.decode()
    mine = page[page.index("Les modules qui vous concernent") : page.index("Les autres modules")]
    others = page[page.index("Pour information : votre accord ne porte pas sur eux") :]
    assert "<strong>Gestes du quotidien</strong>" in mine
    assert "<strong>Cuisine</strong>" not in mine
    assert "<strong>Cuisine</strong>" in others
