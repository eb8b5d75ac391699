"""The calendar in the life of the session: groups of trainees, the sheets of a week, one's own dates."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from icalendar import Event

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.models import Operation
from defi.steps.convention.calendar import Status, ceremony, edition_of
from defi.steps.convention.models import LIVING, Convention
from defi.steps.design.calendar.feed import feed
from defi.steps.design.models import Module
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions
from defi.steps.training.forms import GroupsForm, WeekForm
from defi.steps.training.queries.apart import apart
from defi.steps.training.queries.people import ENDED, my_candidacy
from defi.steps.training.queries.timetable import calendar_of, ceremony_of, has_lessons, members, week_said
from defi.steps.training.views.common import form_page, must, see, session_of, session_url, typed
from defi.steps.training.views.sheets import trainers_of

WEEK = timedelta(days=7)


@require_http_methods(["GET", "POST"])
def groups(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who is in which group of the calendar."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "trainee.place_in_group", operation)
    found = members(request.actor, operation)
    if not found.groups:
        raise WrongState(_("Le plan n'a pas encore de calendrier : ses groupes s'y ajoutent."))
    form = GroupsForm(
        typed(request),
        groups=[(group.pk, group.name) for group in found.groups],
        people=[(person.pk, str(person.person), group_id) for person, group_id in found.people],
    )
    if request.method == "POST" and form.is_valid():
        moved = attempt(form, lambda: actions.place_in_groups(request.actor, operation.pk, form.placed()))
        if moved is not None:
            said = ngettext("%(n)d stagiaire a changé de groupe.", "%(n)d stagiaires ont changé de groupe.", moved)
            messages.success(request, said % {"n": moved})
            return see(session_url(operation.pk))
    lead = _("Chaque groupe a ses semaines en entreprise : les dates de chacun en découlent.")
    warned = apart(request.actor, operation)
    return form_page(request, operation, form, _("Groupes de stagiaires"), _("Enregistrer"), lead=lead, warned=warned)


@require_http_methods(["GET", "POST"])
def open_week(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The sheets of a week, as the calendar has it."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "sheet.open", operation)
    session = session_of(request.actor, operation)
    modules = Module.objects.visible_to(request.actor).filter(operation=operation)
    shown_on, says_itself = max(_day(request) or clock.today(), session.starts_on), has_lessons(operation.pk)
    form = WeekForm(
        typed(request),
        modules=[(module.pk, module.title) for module in modules],
        trainers=trainers_of(operation),
        says_itself=says_itself,
        initial={
            "on": shown_on,
            "trainer": request.actor.person_id,
            "place": session.place,
        },
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        facts = actions.HalfDayFacts(
            on=values["on"],
            half="",
            minutes=0,
            module_id=values["module"],
            module_label=values["module_label"],
            trainer_id=None if values["trainer_name"] else values["trainer"],
            trainer_name=values["trainer_name"],
            place=values["place"],
        )
        opened = attempt(form, lambda: actions.open_week(request.actor, session.pk, values["on"], facts))
        if opened is not None:
            said = ngettext("%(n)d feuille est ouverte.", "%(n)d feuilles sont ouvertes.", len(opened))
            messages.success(request, said % {"n": len(opened)})
            return see("training:session", operation_id=operation.pk)
    lead = _("Dates et horaires viennent du calendrier : seules les demi-journées en centre ont une feuille.")
    if form.is_bound:
        shown_on = form.cleaned_data.get("on", shown_on)
    return form_page(
        request,
        operation,
        form,
        _("Ouvrir les feuilles d'une semaine"),
        _("Ouvrir"),
        lead=lead,
        week=week_said(operation.pk, shown_on),
        around=[shown_on - WEEK, shown_on + WEEK] if says_itself else [],
    )


def _day(request: ActorRequest) -> date | None:
    """The day named in the address (`?jour=`), or nothing."""
    try:
        return date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        return None


@require_safe
def my_calendar(request: ActorRequest) -> HttpResponse:
    """My dates, to put into my telephone once."""
    return _dates_of(_mine(request))


@require_POST
def follow_mine(request: ActorRequest) -> HttpResponse:
    """A secret address of my own, shown once."""
    address = actions.follow_own_dates(request.actor, _mine(request).pk)
    return render(request, "training/follow_mine.html", {"address": address})


@require_safe
def followed(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """What the secret address of a trainee answers: their dates as they are now."""
    with scope(TASK):
        candidacy = Candidacy.objects.filter(pk=link.object_id).select_related("session").first()
        if candidacy is None or candidacy.state in ENDED:
            raise Unknown(_("Ces dates ne sont plus à suivre."))
        return _dates_of(candidacy)


def _mine(request: ActorRequest) -> Candidacy:
    found = my_candidacy(request.actor) if request.actor.who is Who.TRAINEE else None
    if found is None:
        raise Unknown(_("Vous n'avez pas de formation en cours."))
    return found


def _dates_of(candidacy: Candidacy) -> HttpResponse:
    mine = calendar_of(candidacy)
    if mine is None:
        raise Unknown(_("Votre calendrier n'est pas encore fait : demandez vos dates à votre référent."))
    content = feed(
        mine.group,
        mine.half_days,
        title=mine.group.operation.title,
        place=candidacy.session.place,
        edition=mine.group.calendar.edition,
        now=clock.now(),
        besides=_ceremony(candidacy),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-dates.ics"'
    return response


def _ceremony(candidacy: Candidacy) -> list[Event]:
    """The signing of the convention, when its date is held: trainees attend."""
    option = ceremony_of(candidacy)
    if option is None:
        return []
    with scope(TASK):
        is_sure = Convention.objects.filter(LIVING, operation=candidacy.operation_id, invited_on__isnull=False).exists()
        status = Status.CONFIRMED if is_sure else Status.TENTATIVE
        return [ceremony(option, status, clock.now(), edition_of(option))]
