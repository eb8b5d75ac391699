"""What changes the calendar, on pages of its own: rhythm, closed periods, groups, half-days by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import WrongState
from defi.steps.design.calendar import actions, queries
from defi.steps.design.calendar.form_pages import attempt, form_page, must, see, see_week, take_out, typed
from defi.steps.design.calendar.forms import ClosedForm, GroupForm, HalfDayForm, LayForm, PeriodForm, RhythmForm
from defi.steps.design.calendar.reading import rhythm_of
from defi.steps.design.calendar.rules import Place
from defi.steps.design.calendar.weeks import Shown
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, ClosedPeriod, PlanCalendar
from defi.steps.design.models import TrainingPlan


@require_http_methods(["GET", "POST"])
def rhythm(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The rhythm of the plan."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    must(request, "calendar.set_rhythm", plan)
    calendar = PlanCalendar.objects.visible_to(request.actor).filter(plan=plan).first()
    initial: dict[str, Any] = {}
    if calendar is not None:
        initial = RhythmForm.read(rhythm_of(calendar, [])) | {"version": calendar.version}
    form = RhythmForm(typed(request), initial=initial or None)

    def now() -> dict[str, object]:
        return RhythmForm.read(rhythm_of(_calendar(request, plan), []))

    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        done = attempt(
            request, plan, form, lambda: actions.set_rhythm(request.actor, plan.pk, form.rhythm(), version=version), now
        )
        if done is not None:
            messages.success(request, _("Le rythme est noté. Ajoutez les fermetures, puis posez le calendrier."))
            return see(plan.pk)
    return form_page(request, plan, form, _("Rythme de la formation"), _("Enregistrer le rythme"))


@require_http_methods(["GET", "POST"])
def lay(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Lay the half-days out; when some were changed by hand, first ask what becomes of them."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    must(request, "calendar.lay", plan)
    shown = queries.calendar_of(request.actor, plan)
    if shown.calendar is None:
        raise WrongState(_("Dites d'abord le rythme : le calendrier en découle."))
    calendar = shown.calendar
    form = LayForm(typed(request), initial={"version": calendar.version})
    if not shown.by_hand:
        form.fields["by_hand"].required = False
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["by_hand"] != LayForm.REPLACE
        version = form.cleaned_data["version"]
        done = attempt(
            request, plan, form, lambda: actions.lay_calendar(request.actor, calendar.pk, keep=keep, version=version)
        )
        if done is not None:
            messages.success(request, _("Le calendrier est posé."))
            return see(plan.pk)
    if not shown.by_hand:
        del form.fields["by_hand"]
    said = ngettext(
        "%(n)d demi-journée est fixée à la main.", "%(n)d demi-journées sont fixées à la main.", shown.by_hand
    )
    lead = said % {"n": shown.by_hand} if shown.by_hand else _("Les demi-journées découlent du rythme.")
    return form_page(request, plan, form, _("Poser le calendrier"), _("Poser le calendrier"), lead=lead)


@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, plan_id: int) -> HttpResponse:
    """A period without training."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    must(request, "calendar.close_period", plan)
    calendar = _calendar(request, plan)
    form = ClosedForm(typed(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(request, plan, form, lambda: actions.close_period(request.actor, calendar.pk, form.closed()))
        if done is not None:
            messages.success(request, _("La fermeture est notée. Posez de nouveau le calendrier."))
            return see(plan.pk)
    return form_page(request, plan, form, _("Ajouter une fermeture"), _("Ajouter"))


@require_POST
def open_again(request: ActorRequest, period_id: int) -> HttpResponse:
    """There is training again."""
    period = load(ClosedPeriod, request.actor, period_id, "calendar__plan__operation")
    plan = period.calendar.plan
    return take_out(
        request,
        plan,
        lambda: actions.open_period(request.actor, period.pk),
        _("La fermeture est retirée. Posez de nouveau le calendrier."),
        _("Retirer une fermeture"),
        see(plan.pk),
    )


@require_http_methods(["GET", "POST"])
def add_group(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Trainees whose weeks in company differ."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    must(request, "calendar.add_group", plan)
    calendar = _calendar(request, plan)
    form = GroupForm(typed(request), cycle=calendar.cycle)
    if request.method == "POST" and form.is_valid():
        name, offset = form.cleaned_data["name"], form.cleaned_data["offset"]
        group = attempt(request, plan, form, lambda: actions.add_group(request.actor, calendar.pk, name, offset))
        if group is not None:
            messages.success(request, _("Le groupe est ajouté."))
            return see(plan.pk, group.pk)
    lead = _("Ses stagiaires font les mêmes heures, mais pas les mêmes semaines en entreprise.")
    return form_page(request, plan, form, _("Ajouter un groupe"), _("Ajouter"), lead=lead)


@require_http_methods(["GET", "POST"])
def change_group(request: ActorRequest, group_id: int) -> HttpResponse:
    """Its name and its first week, or its end."""
    group = load(CalendarGroup, request.actor, group_id, "calendar__plan__operation")
    plan = group.calendar.plan
    must(request, "calendar.change_group", plan)
    is_typed = request.method == "POST" and "remove" not in request.POST
    form = GroupForm(request.POST if is_typed else None, cycle=group.calendar.cycle, initial=GroupForm.read(group))
    if "remove" in request.POST:
        return take_out(
            request,
            plan,
            lambda: actions.remove_group(request.actor, group.pk),
            _("Le groupe est retiré du calendrier."),
            _("Retirer un groupe"),
            see(plan.pk),
        )
    if is_typed and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            request,
            plan,
            form,
            lambda: actions.change_group(
                request.actor, group.pk, values["name"], values["offset"], version=values["version"]
            ),
            lambda: GroupForm.read(load(CalendarGroup, request.actor, group_id)),
        )
        if done is not None:
            messages.success(request, _("Le groupe est modifié."))
            return see(plan.pk, group.pk)
    return form_page(
        request, plan, form, _("Modifier un groupe"), _("Enregistrer"), remove=_("Retirer ce groupe du calendrier")
    )


@require_http_methods(["GET", "POST"])
def period(request: ActorRequest, group_id: int) -> HttpResponse:
    """Some days of a group, spent elsewhere than the rhythm says."""
    group = load(CalendarGroup, request.actor, group_id, "calendar__plan__operation")
    plan = group.calendar.plan
    must(request, "calendar.place_period", plan)
    form = PeriodForm(typed(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        changed = attempt(
            request,
            plan,
            form,
            lambda: actions.place_period(request.actor, group.pk, values["first"], values["last"], values["place"]),
        )
        if changed is not None:
            said = ngettext("%(n)d demi-journée est changée.", "%(n)d demi-journées sont changées.", changed)
            messages.success(request, said % {"n": changed})
            return see(plan.pk, group.pk)
    lead = _("Pour %(group)s. Le calendrier dira ensuite les heures qui manquent ou qui sont de trop.")
    return form_page(
        request, plan, form, _("Changer une période"), _("Changer"), lead=lead % {"group": group.name}, group=group
    )


@require_http_methods(["GET", "POST"])
def add_half_day(request: ActorRequest, group_id: int) -> HttpResponse:
    """A half-day more."""
    group = load(CalendarGroup, request.actor, group_id, "calendar__plan__operation")
    plan = group.calendar.plan
    must(request, "calendar.add_half_day", plan)
    usual = rhythm_of(group.calendar, [])
    initial: dict[str, object] = {"on": request.GET.get("jour", ""), "half": "morning", "place": Place.CENTRE.value}
    initial |= {"starts_at": usual.morning_at, "minutes": RhythmForm.read(usual)["morning_minutes"]}
    form = HalfDayForm(typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        added = attempt(request, plan, form, lambda: actions.add_half_day(request.actor, group.pk, form.facts()))
        if added is not None:
            messages.success(request, _("La demi-journée est ajoutée."))
            return see_week(plan.pk, added)
    return form_page(request, plan, form, _("Ajouter une demi-journée"), _("Ajouter"), lead=group.name, group=group)


@require_http_methods(["GET", "POST"])
def change_half_day(request: ActorRequest, half_day_id: int) -> HttpResponse:
    """Move it, shorten it, spend it elsewhere, or take it out."""
    row = load(CalendarHalfDay, request.actor, half_day_id, "group__calendar__plan__operation")
    plan = row.group.calendar.plan
    must(request, "calendar.change_half_day", plan)
    removes = "remove" in request.POST
    shown = _shown(row)
    form = HalfDayForm(
        request.POST if request.method == "POST" and not removes else None,
        initial=HalfDayForm.read(shown) | {"version": row.version},
    )

    def now() -> dict[str, object]:
        return HalfDayForm.read(_shown(load(CalendarHalfDay, request.actor, half_day_id)))

    if removes:
        return take_out(
            request,
            plan,
            lambda: actions.remove_half_day(request.actor, row.pk),
            _("La demi-journée est retirée : reposez le calendrier pour placer ses heures ailleurs."),
            _("Retirer une demi-journée"),
            see_week(plan.pk, row),
        )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        changed = attempt(
            request,
            plan,
            form,
            lambda: actions.change_half_day(request.actor, row.pk, form.facts(), version=version),
            now,
        )
        if changed is not None:
            messages.success(request, _("La demi-journée est changée."))
            return see_week(plan.pk, changed)
    return form_page(
        request,
        plan,
        form,
        _("Modifier une demi-journée"),
        _("Enregistrer"),
        lead=f"{shown.half_label}, {row.group}",
        group=row.group,
        remove=_("Retirer cette demi-journée"),
    )


def _shown(row: CalendarHalfDay) -> Shown:
    return Shown(row.pk, row.on, row.half, row.starts_at, row.minutes, Place(row.place), False, row.unusual_day)


def _calendar(request: ActorRequest, plan: TrainingPlan) -> PlanCalendar:
    calendar = PlanCalendar.objects.visible_to(request.actor).filter(plan=plan).first()
    if calendar is None:
        raise WrongState(_("Dites d'abord le rythme : le calendrier en découle."))
    return calendar
