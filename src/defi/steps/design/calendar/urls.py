"""Addresses of the calendar, within those of the design room."""

from __future__ import annotations

from django.urls import path

from defi.steps.design.calendar import lesson_views, pages, tie_views, views

urlpatterns = [
    path("plans/<int:plan_id>/calendrier/", pages.calendar, name="calendar"),
    path("plans/<int:plan_id>/calendrier/semaine/<str:key>/", pages.week, name="calendar_week"),
    path("plans/<int:plan_id>/calendrier/imprimer/", pages.printed, name="calendar_print"),
    path("plans/<int:plan_id>/calendrier/agenda.ics", pages.file, name="calendar_file"),
    path("plans/<int:plan_id>/calendrier/suivre/", pages.follow, name="calendar_follow"),
    path("plans/<int:plan_id>/calendrier/rythme/", views.rhythm, name="calendar_rhythm"),
    path("plans/<int:plan_id>/calendrier/poser/", views.lay, name="calendar_lay"),
    path("plans/<int:plan_id>/calendrier/fermetures/ajouter/", views.close, name="calendar_close"),
    path("plans/<int:plan_id>/calendrier/groupes/ajouter/", views.add_group, name="calendar_add_group"),
    path("plans/<int:plan_id>/calendrier/entreprises/<int:organisation_id>/", tie_views.tie, name="calendar_tie"),
    path("fermetures/<int:period_id>/retirer/", views.open_again, name="calendar_open"),
    path("groupes-du-calendrier/<int:group_id>/", views.change_group, name="calendar_group"),
    path("groupes-du-calendrier/<int:group_id>/periode/", views.period, name="calendar_period"),
    path("groupes-du-calendrier/<int:group_id>/ajouter/", views.add_half_day, name="calendar_add_half_day"),
    path("groupes-du-calendrier/<int:group_id>/modules/", lesson_views.teach, name="calendar_teach"),
    path("groupes-du-calendrier/<int:group_id>/modules/repartir/", lesson_views.spread, name="calendar_spread"),
    path("demi-journees/<int:half_day_id>/", views.change_half_day, name="calendar_half_day"),
]
