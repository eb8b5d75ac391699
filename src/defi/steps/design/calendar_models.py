"""The calendar of a plan: its rhythm, closed periods, groups and half-days. Source: process.md, step 2."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.operations.models import OperationBound
from defi.steps.design.calendar.rules import LONGEST, LONGEST_CYCLE, SHORTEST, Half, Place


class PlanCalendar(OperationBound):
    """The rhythm of a plan. `cycle` has a letter per week (c in centre, e in company, p shared: its `company_days` are
    in company); days are digits from Monday, 0; weekly hours may have a half. `edition` counts what was changed, for
    those who follow the calendar. `laid_rhythm` is the rhythm its half-days were laid out of (`reading.kept_rhythm`);
    empty while the present one is the only one known."""

    plan = models.ForeignKey("design.TrainingPlan", on_delete=models.PROTECT, related_name="calendars")
    cycle = models.CharField(_("semaines, dans l'ordre"), max_length=LONGEST_CYCLE)
    hours_centre = models.DecimalField(_("heures d'une semaine en centre"), max_digits=4, decimal_places=2)
    hours_company = models.DecimalField(_("heures d'une semaine en entreprise"), max_digits=4, decimal_places=2)
    company_days = models.CharField(_("jours en entreprise d'une semaine partagée"), max_length=7, blank=True)
    mornings = models.CharField(_("matins"), max_length=7, blank=True)
    afternoons = models.CharField(_("après-midi"), max_length=7, blank=True)
    morning_at = models.TimeField(_("début du matin"), default=time(9))
    morning_minutes = models.PositiveSmallIntegerField(_("durée du matin"), default=210)
    afternoon_at = models.TimeField(_("début de l'après-midi"), default=time(13, 30))
    afternoon_minutes = models.PositiveSmallIntegerField(_("durée de l'après-midi"), default=210)
    laid_on = models.DateField(null=True)
    laid_rhythm = models.JSONField(blank=True, default=dict)
    edition = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan"], name="calendar_once_per_plan"),
            models.CheckConstraint(condition=Q(cycle__regex=r"^[cep]+$"), name="calendar_cycle_of_weeks"),
            models.CheckConstraint(
                condition=Q(mornings__regex=r"^[0-6]*$", afternoons__regex=r"^[0-6]*$", company_days__regex=r"^[0-6]*$")
                & ~Q(mornings="", afternoons=""),
                name="calendar_days_of_the_week",
            ),
        ]


class ClosedPeriod(OperationBound):
    """A period without training, both ends included."""

    calendar = models.ForeignKey(PlanCalendar, on_delete=models.PROTECT, related_name="closed")
    first = models.DateField(_("premier jour"))
    last = models.DateField(_("dernier jour"))
    label = models.CharField(_("raison"), max_length=80, blank=True)

    class Meta:
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="closed_period_in_order",
                violation_error_message=_("Le dernier jour ne vient pas avant le premier."),
            )
        ]


class CalendarGroup(OperationBound):
    """Trainees who are in company the same weeks. `offset` is the week of the cycle the group begins with."""

    calendar = models.ForeignKey(PlanCalendar, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("groupe"), max_length=40)
    offset = models.PositiveSmallIntegerField(_("semaine du rythme par laquelle il commence"), default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["calendar", "name"], name="calendar_group_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """An employer tied to groups knows of these only."""
        seen = super().visibility(actor)
        if not (actor.in_employer or actor.who is Who.LINK):
            return seen
        own = GroupEmployer._base_manager.filter(employer=actor.organisation_id or 0)
        return seen & (Q(pk__in=own.values("group")) | ~Q(calendar__in=own.values("group__calendar")))


class GroupEmployer(OperationBound):
    """An employer that follows a group: its own pages show this calendar and no other. Without a row it is shown all of
    them. It may follow several.

    Source: issue of the plan designed in turns, « company periods per trainee when they differ »."""

    group = models.ForeignKey(CalendarGroup, on_delete=models.PROTECT, related_name="employers")
    employer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["group", "employer"], name="group_employer_once")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """An employer knows of its own tie, not of the others'."""
        seen = super().visibility(actor)
        if actor.in_employer or actor.who is Who.LINK:
            return seen & Q(employer=actor.organisation_id or 0)
        return seen


class CalendarHalfDay(OperationBound):
    """A half-day of a group. One taken out by hand stays as such: nothing is laid there again.

    In centre it may say which module is taught, by whom and in which room: how the provider uses its half-days, not
    what is approved (`calendar.teaching`). The trainer's name is for those who organise."""

    private = frozenset({"trainer"})

    class Origin(models.TextChoices):
        RHYTHM = "rhythm", _("posée par le rythme")
        HAND = "hand", _("changée à la main")
        REMOVED = "removed", _("retirée à la main")

    group = models.ForeignKey(CalendarGroup, on_delete=models.PROTECT, related_name="half_days")
    on = models.DateField(_("date"))
    half = models.CharField(_("demi-journée"), max_length=10, choices=Half.choices)
    starts_at = models.TimeField(_("heure de début"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"))
    place = models.CharField(_("lieu"), max_length=8, choices=Place.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.RHYTHM)
    unusual_day = models.BooleanField(_("jour sans formation confirmé"), default=False)
    module = models.ForeignKey("design.Module", null=True, on_delete=models.SET_NULL, related_name="+")
    trainer = models.CharField(_("formateur"), max_length=160, blank=True)
    room = models.CharField(_("salle"), max_length=80, blank=True)

    class Meta:
        ordering = ["on", "starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "on", "half"], name="calendar_half_day_once"),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST),
                name="calendar_half_day_possible",
                violation_error_message=_("Une demi-journée dure de 30 minutes à 5 h 30."),
            ),
            models.CheckConstraint(
                condition=Q(half=Half.MORNING, starts_at__lt=time(12))
                | Q(half=Half.AFTERNOON, starts_at__gte=time(12)),
                name="calendar_half_day_at_its_time",
                violation_error_message=_("Un matin commence avant midi, un après-midi à partir de midi."),
            ),
            models.CheckConstraint(
                condition=Q(place=Place.CENTRE) | Q(module=None, trainer="", room=""),
                name="calendar_taught_in_centre",
                violation_error_message=_("Seule une demi-journée en centre a un module, un formateur ou une salle."),
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Those of the groups that an actor knows of."""
        return Q(group__in=CalendarGroup.objects.visible_to(actor).values("pk"))
