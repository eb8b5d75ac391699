"""Addresses of the bilan."""

from __future__ import annotations

from django.urls import path

from defi.steps.review import convening_views, opinion_views, views

app_name = "review"

_FILE = "operations/<int:operation_id>/bilan/"

urlpatterns = [
    path(_FILE, views.review, name="review"),
    path(f"{_FILE}convoquer/", convening_views.convene, name="convene"),
    path(f"{_FILE}questionnaires/", opinion_views.ask, name="ask_opinions"),
    path("avis/<int:questionnaire_id>/", opinion_views.answer, name="answer"),
    path(f"{_FILE}convocation.pdf", convening_views.convening_paper, name="convening_paper"),
    path(f"{_FILE}bilan.pdf", convening_views.review_paper, name="review_paper"),
    path(f"{_FILE}tenir/", views.hold, name="hold"),
    path(f"{_FILE}point/", views.point, name="point"),
    path(f"{_FILE}demander/", views.ask, name="ask"),
    path(f"{_FILE}personnes/<int:candidacy_id>/certification/", views.certify, name="certify"),
    path(f"{_FILE}personnes/<int:candidacy_id>/contrat/", views.contract, name="contract"),
    path(f"{_FILE}personnes/<int:candidacy_id>/sans-embauche/", views.no_hire, name="no_hire"),
    path("contrats/<int:contract_id>/corriger/", views.correct_contract, name="correct_contract"),
]
