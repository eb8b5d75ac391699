"""The session page, its start and its end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.access import must_run
from defi.operations.models import Operation, Session
from defi.steps.pairing.queries import Standing, finding_to_come, standing
from defi.steps.sourcing.actions import expect_again
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions, queries
from defi.steps.training.forms import CallForm, EndForm, StartForm
from defi.steps.training.mails import review_words
from defi.steps.training.models import AbsenteeCall
from defi.steps.training.queries.apart import apart
from defi.steps.training.queries.timetable import groups_of
from defi.steps.training.views.common import form_page, may, must, press, see, session_of, session_url, typed


@require_safe
def session(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Where the training stands: trainees, sheets, periods in company, exchanges, reports."""
    operation = load(Operation, request.actor, operation_id)
    page = queries.session_page(request.actor, operation)
    known = page.session
    started = known is not None and known.started_on is not None
    ended = known is not None and known.ended_on is not None
    today = clock.today()
    has_calendar = request.actor.in_provider and bool(groups_of(operation.pk))
    can_group = has_calendar and may(request.actor, "trainee.place_in_group", operation)
    context = {
        "operation": operation,
        "page": page,
        "session": known,
        "is_inside": request.actor.in_provider or request.actor.in_region,
        "is_provider": request.actor.in_provider,
        "sees_hours": (request.actor.in_provider or request.actor.in_region) and request.actor.who is not Who.CABINET,
        "can_start": known is not None
        and not started
        and known.starts_on <= today
        and may(request.actor, "session.start", operation),
        "can_end": started
        and not ended
        and known is not None
        and known.ends_on <= today
        and may(request.actor, "session.end", operation),
        "can_open_sheet": known is not None and not ended and may(request.actor, "sheet.open", operation),
        "sees_periods": not request.actor.in_prescriber,
        "can_cancel_sheets": may(request.actor, "sheet.cancel", operation),
        "has_calendar": has_calendar,
        "can_group": can_group,
        "warned": apart(request.actor, operation) if can_group else [],
        "can_fix": known is None and may(request.actor, "session.plan", operation),
        "can_print": may(request.actor, "sheet.print", operation),
        "can_plan": known is not None and not ended and may(request.actor, "placement.plan", operation),
        "can_leave": may(request.actor, "candidacy.leave", operation),
        "can_call": may(request.actor, "absentee.call", operation),
        "can_talk": may(request.actor, "exchange.record", operation),
        "can_report": may(request.actor, "report.send", operation),
        "sees_presence": (request.actor.in_provider or request.actor.in_region)
        and request.actor.who is not Who.CABINET,
        "today": today,
    }
    return render(request, "training/session.html", context)


@require_http_methods(["GET", "POST"])
def start(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who really came; from there the finding is fixed."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "session.start", operation)
    found = session_of(request.actor, operation)
    page = queries.session_page(request.actor, operation)
    awaited = [(person.pk, f"{person.person}\n{person.get_state_display()}") for person in page.awaited]
    expected = [(person.pk, str(person.person)) for person in page.awaited if person.state == "confirmed"]
    form = StartForm(typed(request), awaited=awaited, expected=expected, initial={"version": found.version})
    finding = _finding_to_show(form, found) if request.method == "POST" and form.is_valid() else None
    if finding is not None:
        form.show(finding)
        context = {"operation": operation, "form": form, "finding": finding, "session": found}
        return render(request, "training/start.html", context)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        begun = attempt(
            form,
            lambda: actions.start_session(
                request.actor,
                found.pk,
                on=values["on"],
                entered=values["entered"],
                absent=values.get("absent", []),
                version=values["version"],
            ),
        )
        if begun is not None:
            said = ngettext(
                "Le démarrage est constaté avec %(n)d stagiaire.",
                "Le démarrage est constaté avec %(n)d stagiaires.",
                begun.entered,
            ) % {"n": begun.entered}
            verdict = _("Constat de conformité : %(sentence)s") % {"sentence": standing(begun.session).sentence}
            messages.success(request, f"{said} {verdict}")
            return see("training:session", operation_id=operation.pk)
    lead = _(
        "Les entrées de ce jour fixent le constat : les départs qui suivront se notent, le constat ne change plus."
    )
    return form_page(request, operation, form, _("Constater le démarrage"), _("Voir le constat"), lead=lead)


def _finding_to_show(form: StartForm, session: Session) -> Standing | None:
    """The finding that what was typed would fix, once; None when it was read, or when the action will refuse anyway."""
    on, entered = form.cleaned_data["on"], form.cleaned_data["entered"]
    if session.started_on or not entered or not session.starts_on <= on <= clock.today():
        return None
    finding = finding_to_come(session, on, entered)
    return None if form.shows(finding) else finding


@require_http_methods(["GET", "POST"])
def call(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """A call to somebody who did not come on the first day."""
    found = load(Candidacy, request.actor, candidacy_id, "operation", "person")
    must(request.actor, "absentee.call", found.operation)
    form = CallForm(typed(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        noted = attempt(
            form,
            lambda: actions.call_absentee(request.actor, found.pk, outcome=values["outcome"], on=values["on"]),
        )
        if noted is not None:
            said = _("L'appel est noté. À vous de décider de la suite.")
            if noted.outcome == AbsenteeCall.Outcome.COMES and found.state == "no_show":
                said = _("L'appel est noté. Reprenez ci-dessous sa candidature et son appairage, en une fois.")
            messages.success(request, said)
            return see("training:session", operation_id=found.operation_id)
    title = _("Appel à %(name)s") % {"name": found.person}
    lead = _("Téléphone : %(phone)s") % {"phone": found.person.phone} if found.person.phone else ""
    return form_page(request, found.operation, form, title, _("Noter l'appel"), lead=lead)


@require_POST
def await_again(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Who was noted absent comes later: candidacy and pairing are taken up again in one step."""
    found = load(Candidacy, request.actor, candidacy_id, "operation", "person")
    must(request.actor, "candidacy.expect_again", found.operation)
    url = session_url(found.operation_id)

    def again() -> Candidacy:
        return expect_again(request.actor, found.pk)

    said = _("Vous attendez de nouveau %(name)s.") % {"name": found.person}
    return press(request, url, again, said)


@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The last day of the session."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "session.end", operation)
    if request.method == "GET":
        must_run(operation)  # said before anything is typed; the action looks again
    found = session_of(request.actor, operation)
    form = EndForm(typed(request), initial={"version": found.version, "on": found.ends_on})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.end_session(request.actor, found.pk, on=values["on"], version=values["version"]),
        )
        if done is not None:
            review = review_words(operation, clock.today())
            messages.success(request, _("La fin de la session est constatée. %(review)s") % {"review": review})
            return see("training:session", operation_id=operation.pk)
    lead = _("Les personnes encore présentes sont notées arrivées au terme ce jour-là.")
    return form_page(request, operation, form, _("Constater la fin de la session"), _("Constater la fin"), lead=lead)
