"""Addresses of the follow-up."""

from __future__ import annotations

from django.urls import path

from defi.steps.followup import confirm_views, views

app_name = "followup"

_PERSON = "suivi/<int:candidacy_id>/<slug:moment>/"

urlpatterns = [
    path("operations/<int:operation_id>/suivi/", views.followup, name="followup"),
    path("operations/<int:operation_id>/suivi/<slug:moment>/transmettre/", views.report, name="report"),
    path("operations/<int:operation_id>/suivi/demander/", views.ask_everybody, name="ask_everybody"),
    path("operations/<int:operation_id>/suivi/employeurs/", views.ask_employers, name="ask_employers"),
    path("operations/<int:operation_id>/suivi/confirmer/", confirm_views.confirm_list, name="confirm"),
    path(f"{_PERSON}confirmer/", confirm_views.confirm_one, name="confirm_one"),
    path(_PERSON, views.situation, name="situation"),
    path(f"{_PERSON}tentative/", views.attempt, name="attempt"),
    path("suivi/<int:candidacy_id>/<slug:moment>/demander/", views.ask, name="ask"),
]
