"""The look: words of dates, seats one can count, forms, contrast; the gallery under axe and a strict policy."""

from __future__ import annotations

import mimetypes
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import include, path
from playwright.sync_api import Page, Route

from defi.kernel import clock
from defi.kernel.clock import PARIS
from defi.web import date_words, gallery
from defi.web.gallery_samples import EveryField
from defi.web.seats import Gauge
from defi.web.templatetags import look

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("galerie/", include(gallery.urlpatterns))]

STATIC = Path(gallery.__file__).parent / "static" / "defi"
PAGES = ["", "operation/", "tableau/", "fiche/", "stagiaire/", "confirmation/"]
TODAY = date(2025, 10, 22)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)


# dates


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 10, 22), "aujourd'hui"),
        (date(2025, 10, 23), "demain"),
        (date(2025, 10, 21), "hier"),
        (date(2025, 10, 28), "dans 6 jours"),
        (date(2025, 10, 18), "il y a 4 jours"),
        (date(2025, 12, 6), "dans 45 jours"),
        (date(2026, 1, 22), "dans 3 mois"),
        (date(2025, 5, 14), "il y a 5 mois"),
        (date(2028, 10, 22), "dans 3 ans"),
    ],
)
def test_a_day_is_said_as_people_say_it(day, said):
    assert date_words.relative_words(day, TODAY) == said


def test_lateness_is_counted_in_days_and_nothing_is_late_on_its_day():
    assert date_words.late_words(date(2025, 10, 14), TODAY) == "8 jours de retard"
    assert date_words.late_words(date(2025, 10, 21), TODAY) == "1 jour de retard"
    assert date_words.late_words(TODAY, TODAY) == ""


def test_a_wait_says_since_when():
    assert date_words.since_words(date(2025, 10, 18), TODAY) == "depuis 4 jours"
    assert date_words.since_words(date(2025, 10, 21), TODAY) == "depuis hier"
    assert date_words.since_words(TODAY, TODAY) == "depuis aujourd'hui"
    assert date_words.since_words(date(2025, 5, 14), TODAY) == "depuis le 14 mai"


def test_dates_are_written_in_french():
    assert date_words.long_date(date(2025, 11, 3)) == "3 nov. 2025"
    assert date_words.long_date(date(2025, 9, 1)) == "1er sept. 2025"
    assert date_words.short_date(date(2025, 4, 8), TODAY) == "8 avr."
    assert date_words.short_date(date(2026, 10, 8), TODAY) == "8 oct. 2026"
    assert date_words.weekday_date(date(2025, 11, 4), TODAY) == "mardi 4 nov."
    assert date_words.span_words(date(2025, 11, 3), date(2026, 4, 10)) == "3 nov. 2025 → 10 avr. 2026"


def test_since_when_is_said_with_its_date_and_a_date_once():
    with clock.at(TODAY):
        assert look.since_dated(date(2025, 10, 20)) == "depuis 2 jours (20 oct. 2025)"
        assert look.since_dated(date(2025, 5, 14)) == "depuis le 14 mai"
        assert look.since_dated(None) == ""


def test_dates_of_a_single_day_say_it_once():
    day = date(2027, 6, 10)
    assert look.dates(day, day) == '<time datetime="2027-06-10">10 juin 2027</time>'
    assert look.dates(day, date(2027, 6, 11)).count("<time") == 2


def test_an_instant_is_said_at_the_clock_of_paris():
    assert date_words.moment_words(datetime(2025, 10, 21, 16, 12, tzinfo=PARIS), TODAY) == "hier, 16 h 12"
    assert date_words.moment_words(datetime(2025, 10, 20, 9, 0, tzinfo=PARIS), TODAY) == "20 oct., 9 h"


def test_the_tag_gives_the_date_and_the_words():
    with clock.at(TODAY):
        assert look.when(date(2025, 11, 3)) == (
            '<time datetime="2025-11-03">3 nov. 2025</time>, <span class="nowrap">dans 12 jours</span>'
        )
        assert look.when(None) == ""


# seats


def test_the_minimum_stands_under_its_exact_seat():
    gauge = Gauge(seats=12, paired=9, possible=2, minimum=9)
    assert [seat.state for seat in gauge.drawn] == ["paired"] * 9 + ["possible"] * 2 + ["free"]
    assert [seat.number for seat in gauge.drawn if seat.is_minimum] == [9]


def test_the_sentence_and_the_picture_say_the_same():
    gauge = Gauge(seats=12, paired=9, possible=2, minimum=9)
    assert gauge.headline == "9 appairés"
    assert gauge.rest == "sur 12 places Région (il en manque 3 pour 100 %), 2 accords à confirmer, 1 place libre."
    assert gauge.alternative == "9 places appairées sur 12, 2 possibles, 1 libre, minimum 9"


def test_seats_of_other_funding_are_drawn_apart():
    gauge = Gauge(seats=12, paired=12, minimum=9, apart=3)
    assert [seat.state for seat in gauge.drawn] == ["paired"] * 12 + ["apart"] * 3
    assert "3 places à part (hors Région)" in gauge.rest


def test_more_paired_than_seats_never_draws_a_seat_that_does_not_exist():
    assert len(Gauge(seats=10, paired=12, possible=3, minimum=7).drawn) == 10


def test_no_minimum_is_marked_when_no_number_could_suffice():
    assert not any(seat.is_minimum for seat in Gauge(seats=5, paired=5).drawn)


def test_every_size_from_none_to_forty_can_be_drawn():
    for seats in range(41):
        gauge = Gauge(seats=seats, paired=seats // 2, possible=1, minimum=seats, apart=seats % 3)
        assert len(gauge.drawn) == seats + seats % 3


# components


def rendered(source, **context):
    """A template with components, compiled as those of files are."""
    from django_cotton.compiler_regex import CottonCompiler

    return engines["django"].from_string(CottonCompiler().process(source)).render(context)


def test_what_a_component_does_not_declare_is_kept_and_escaped():
    shown = rendered(
        '<c-button name="x" value="{{ text }}" onclick="steal()" style="color:red">Oui</c-button>', text='"><b>'
    )
    assert 'name="x" value="&quot;&gt;&lt;b&gt;"' in shown
    assert "onclick" not in shown
    assert "style" not in shown


def test_a_component_does_not_see_the_variables_of_the_page():
    assert "secret" not in rendered("<c-card>corps</c-card>", title="secret", pill="secret")


def test_typography_keeps_a_mark_with_its_word():
    assert look.typo("Qui ? « moi » <b>") == "Qui\u00a0? «\u00a0moi\u00a0» &lt;b&gt;"


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_a_page_of_error_needs_nothing_to_be_shown(name):
    shown = render_to_string(name)
    assert "<h1>" in shown
    assert 'href="/"' in shown


# forms


@pytest.fixture
def refused():
    return EveryField(QueryDict("name=AVF&hours=beaucoup&starts_on=31/02/2026"))


def test_a_refused_field_says_so_to_every_reader(refused):
    shown = str(refused["starts_on"].as_field_group())
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_starts_on_error"' in shown
    assert '<p class="error" id="id_starts_on_error">' in shown


def test_what_was_typed_is_kept_even_where_a_picker_would_empty_it(refused):
    assert '<input type="text" name="starts_on" value="31/02/2026"' in str(refused["starts_on"])
    assert '<input type="text" name="hours" value="beaucoup"' in str(refused["hours"])
    assert 'value="AVF"' in str(refused["name"])


def test_a_date_is_given_to_the_picker_as_it_reads_it():
    assert '<input type="date" name="starts_on" value="2025-10-22"' in str(
        EveryField(initial={"starts_on": TODAY})["starts_on"]
    )
    typed = EveryField(QueryDict("starts_on=22/10/2025"))
    assert 'type="date" name="starts_on" value="2025-10-22"' in str(typed["starts_on"])


def test_each_line_of_the_summary_leads_to_a_field_of_the_page(refused):
    shown = rendered('<c-form :form="form" action_label="Enregistrer" />', form=refused)
    targets = re.findall(r'<a href="#([^"]+)"', shown)
    assert len(targets) == 6
    assert all(f'id="{target}"' in shown for target in targets)
    assert "6 réponses sont à corriger" in shown


def test_an_error_of_the_whole_form_is_in_the_summary():
    class Whole(forms.Form):
        def clean(self):
            raise forms.ValidationError("Ces dates se contredisent.")

    assert look.error_links(Whole({})) == [look.ErrorLink("", "Ces dates se contredisent.")]


def test_a_choice_of_several_lines_has_a_title_and_details():
    shown = str(EveryField()["contract"])
    assert '<span class="choice-title">CDD de plus de 6 mois</span>' in shown
    assert '<span class="choice-details">Il doit finir après le jour des 6 mois</span>' in shown


# tokens


def tokens(dark):
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(), flags=re.DOTALL)
    light_part, dark_part = css.split("@media", 1)
    values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light_part))
    return values | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark_part)) if dark else values


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    *(("ink", ground) for ground in ["card", "paper", "thread-soft", "late-soft", "due-soft", "wait-soft"]),
    *(("muted", ground) for ground in ["card", "paper"]),
    *(("thread", ground) for ground in ["card", "paper", "thread-soft"]),
    ("thread-deep", "card"),
    ("on-thread", "thread"),
    ("on-thread", "thread-deep"),
    *(("late", ground) for ground in ["card", "paper", "late-soft"]),
    ("on-late", "late"),
    *(("due", ground) for ground in ["card", "due-soft"]),
    *(("wait", ground) for ground in ["card", "wait-soft"]),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(dark):
    values = tokens(dark)
    weak = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    for ground in ["card", "paper"]:
        assert contrast(values["edge"], values[ground]) >= 3
        assert contrast(values["focus"], values[ground]) >= 3


def test_a_charter_replaces_the_tokens_and_nothing_else():
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", (STATIC / "defi.css").read_text()) == []


def test_the_theme_stays_small():
    assert sum(len(sheet.read_bytes()) for sheet in STATIC.glob("*.css")) < 32_600


# gallery


@pytest.mark.parametrize("page", PAGES)
def test_the_gallery_exists_in_demonstration_only(client, page):
    with override_settings(DEMONSTRATION=False):
        assert client.get(f"/galerie/{page}").status_code == 404
    with override_settings(DEMONSTRATION=True):
        assert client.get(f"/galerie/{page}").status_code == 200
        assert client.post(f"/galerie/{page}").status_code == 405


@override_settings(DEMONSTRATION=True)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_a_script_a_style_or_a_tag_left_raw(client, page):
    shown = client.get(f"/galerie/{page}").content.decode()
    assert re.findall(r"<style|\sstyle=|<script>|\son\w+=|{%|{{|<c-", shown) == []


@override_settings(DEMONSTRATION=True)
def test_pages_of_a_list_keep_the_filters(client):
    shown = client.get("/galerie/?basin=1&page=2").content.decode()
    assert 'href="?basin=1&amp;page=3"' in shown


@pytest.fixture
def visit(page: Page):
    """Opens a page of the gallery in Chromium under the strict policy; what the console complains of fails the test."""
    client = Client()
    complaints: list[str] = []

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url).path
        if address.startswith("/static/"):
            found = finders.find(address.removeprefix("/static/"))
            route.fulfill(path=found, content_type=mimetypes.guess_type(address)[0])
            return
        # Playwright runs its event loop in this thread, where Django would refuse to work.
        with override_settings(DEMONSTRATION=True), ThreadPoolExecutor(1) as thread:
            response = thread.submit(client.get, address, headers={"accept-language": "fr"}).result()
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
        route.fulfill(status=response.status_code, body=response.content, headers=headers)

    page.route("**/*", answer)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(part: str, width: int, scheme: str = "light") -> Page:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(f"http://localhost/galerie/{part}")
        return page

    yield open_page
    assert complaints == []


@pytest.mark.parametrize("part", PAGES)
def test_axe_finds_nothing_in_the_gallery(visit, part):
    for width, scheme in [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]:
        page = visit(part, width, scheme)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == [], (width, scheme)


@pytest.mark.parametrize("part", PAGES)
def test_nothing_breaks_down_to_320_pixels(visit, part):
    for width in [1280, 768, 360, 320]:
        assert visit(part, width).evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("part", PAGES)
def test_a_finger_finds_its_target(visit, part):
    small = visit(part, 360).evaluate(
        """() => [...document.querySelectorAll(
                '.button, .menu a, summary, .cell, .choice, .field > input, select, textarea, .step-body, .back a')]
            .filter(e => e.checkVisibility() && !e.closest('.legend') && e.getBoundingClientRect().height < 44)
            .map(e => e.outerHTML)"""
    )
    assert small == []


def test_errors_take_the_focus_and_lead_to_their_field(visit):
    page = visit("fiche/", 360)
    assert page.evaluate("document.activeElement.id") == "erreurs"
    page.get_by_role("link", name="SIRET de votre établissement").click()
    assert page.evaluate("document.activeElement.id") == "id_siret"


def test_the_board_is_a_list_per_person_on_a_phone(visit):
    page = visit("tableau/", 360)
    assert page.locator(".board").evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.get_by_text("Pas rencontrés :").first.is_visible()
    assert not page.get_by_role("columnheader", name="Maison Bel-Air").is_visible()


def test_a_board_of_many_promises_never_widens_the_page(visit):
    page = visit("tableau/", 1280)
    hidden = "<td><span class='cell'><span class='visually-hidden'>appairer</span></span></td>"
    wide = page.evaluate(
        """cell => {
            document.querySelectorAll('.board tr').forEach(row => row.insertAdjacentHTML('beforeend', cell.repeat(40)))
            return [document.querySelector('.board').scrollWidth, document.documentElement.scrollWidth]
        }""",
        hidden,
    )
    assert wide[0] > 1280 >= wide[1]


def test_a_wide_board_scrolls_in_its_own_box_and_keeps_the_names(visit):
    page = visit("tableau/", 820)
    board = page.locator(".board")
    assert board.evaluate("box => box.scrollWidth > box.clientWidth")
    board.focus()
    page.keyboard.press("End")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    # Not wait_for_function: it evaluates a string in the page, which our content security policy forbids.
    board.evaluate(
        "box => new Promise(done => (function look() { box.scrollLeft ? done() : requestAnimationFrame(look) })())"
    )
    assert page.get_by_role("rowheader", name="Amina R.").evaluate("e => e.getBoundingClientRect().left") >= 0


def test_a_menu_closes_by_the_keyboard(visit):
    page = visit("operation/", 1280)
    page.locator(".account summary").click()
    page.keyboard.press("Escape")
    assert page.locator(".account").get_attribute("open") is None
