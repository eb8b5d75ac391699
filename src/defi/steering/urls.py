"""Addresses of the steering room."""

from __future__ import annotations

from django.urls import path

from defi.steering import figure_views, public_views, views

app_name = "steering"

urlpatterns = [
    path("pilotage/", figure_views.figures, name="figures"),
    path("pilotage/detail/", figure_views.detail, name="detail"),
    path("pilotage/listes/<slug:figure>/", figure_views.figure_list, name="list"),
    path("pilotage/publications/", public_views.publications, name="publications"),
    path("pilotage/publications/<int:published_id>/retirer/", public_views.withdraw, name="withdraw"),
    path("operations/<int:operation_id>/fiche/", public_views.sheet, name="sheet"),
    path("chiffres/", public_views.years, name="public"),
    path("chiffres/<int:year>/", public_views.year, name="public_year"),
    path("chiffres/<int:year>/bilan.pdf", public_views.report, name="public_report"),
    path("capitalisation/enseignements/", views.learnt, name="lessons"),
    path("capitalisation/hors-certification/", views.uncertified_competences, name="uncertified"),
]
