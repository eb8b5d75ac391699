"""Addresses of the steering room."""

from __future__ import annotations

from django.urls import path

from defi.steering import figure_views, views

app_name = "steering"

urlpatterns = [
    path("pilotage/", figure_views.figures, name="figures"),
    path("pilotage/detail/", figure_views.detail, name="detail"),
    path("pilotage/listes/<slug:figure>/", figure_views.figure_list, name="list"),
    path("capitalisation/hors-certification/", views.uncertified_competences, name="uncertified"),
]
