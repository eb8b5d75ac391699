"""The page on which it is said which groups of the calendar an employer follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown, WrongState
from defi.steps.design.calendar import ties
from defi.steps.design.calendar.form_pages import attempt, form_page, must_use, see, typed
from defi.steps.design.calendar.forms import TieForm
from defi.steps.design.calendar.queries import employers_following
from defi.steps.design.calendar_models import CalendarGroup, GroupEmployer, PlanCalendar
from defi.steps.design.holding import must_be_here
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import changes_by_request


@require_http_methods(["GET", "POST"])
def tie(request: ActorRequest, plan_id: int, organisation_id: int) -> HttpResponse:
    """Which groups this employer follows: its pages show no other."""
    plan = load(TrainingPlan, request.actor, plan_id, "operation")
    must_use(request, "calendar.tie_employer", plan)
    if request.method != "POST" and not changes_by_request(plan):
        must_be_here(plan)
    employer = next((firm for firm in employers_following(request.actor, plan) if firm.pk == organisation_id), None)
    if employer is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    calendar = PlanCalendar.objects.visible_to(request.actor).filter(plan=plan).first()
    if calendar is None:
        raise WrongState(_("Dites d'abord le rythme : le calendrier en découle."))
    groups = CalendarGroup.objects.visible_to(request.actor).filter(calendar=calendar).order_by("pk")

    def now() -> dict[str, object]:
        followed = GroupEmployer.objects.visible_to(request.actor).filter(group__in=groups, employer=employer)
        fresh = PlanCalendar.objects.visible_to(request.actor).get(pk=calendar.pk)
        return {"groups": list(followed.values_list("group_id", flat=True)), "version": fresh.version}

    form = TieForm(typed(request), initial=now(), groups=[(group.pk, group.name) for group in groups])
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = attempt(
            request,
            plan,
            form,
            lambda: ties.tie_employer(
                request.actor, calendar.pk, employer, values["groups"], version=values["version"]
            ),
            now,
        )
        if names is not None:
            said = _("%(name)s suit : %(groups)s.") if names else _("Tous les groupes sont montrés à %(name)s.")
            messages.success(request, said % {"name": employer, "groups": ", ".join(names)})
            return see(plan.pk)
    return form_page(
        request,
        plan,
        form,
        _("Le calendrier de %(name)s") % {"name": employer},
        _("Enregistrer"),
        lead=_("Ses pages, son lien et son agenda ne montrent que les dates et les périodes de ces groupes."),
    )
