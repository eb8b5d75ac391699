"""Addresses of the recruiting room."""

from __future__ import annotations

from django.urls import path

from defi.steps.sourcing import preparation_views as preparation
from defi.steps.sourcing import views

app_name = "sourcing"

urlpatterns = [
    path("operations/<int:operation_id>/preparation/", preparation.preparation, name="preparation"),
    path("operations/<int:operation_id>/preparation/date/", preparation.plan, name="plan_meeting"),
    path("operations/<int:operation_id>/preparation/reunion/", preparation.hold, name="hold_meeting"),
    path("operations/<int:operation_id>/preparation/equipe/", preparation.team, name="team"),
    path("operations/<int:operation_id>/preparation/action/", preparation.line, name="line"),
    path("operations/<int:operation_id>/preparation/annonce/", preparation.announce, name="announce"),
    path("operations/<int:operation_id>/preparation/objectifs/", preparation.share_aims, name="share_aims"),
    path("equipes/<int:member_id>/retirer/", preparation.leave_team, name="leave_team"),
    path("actions-de-recrutement/<int:line_id>/faite/", preparation.line_done, name="line_done"),
    path("actions-de-recrutement/<int:line_id>/retirer/", preparation.remove_line, name="remove_line"),
    path("operations/<int:operation_id>/candidatures/", views.group, name="group"),
    path("operations/<int:operation_id>/candidatures/orienter/", views.orient, name="orient"),
    path("candidatures/<int:candidacy_id>/", views.person, name="person"),
    path("candidatures/<int:candidacy_id>/coordonnees/", views.correct, name="correct"),
    path("candidatures/<int:candidacy_id>/financement/", views.fund, name="fund"),
    path("candidatures/<int:candidacy_id>/referent/", views.referent, name="referent"),
    path("candidatures/<int:candidacy_id>/carte/", views.card, name="card"),
    path("candidatures/<int:candidacy_id>/etape/<str:verb>/", views.step, name="step"),
    path("candidatures/<int:candidacy_id>/fin/<str:verb>/", views.end, name="end"),
]
