"""Addresses of the steering room."""

from __future__ import annotations

from django.urls import path

from defi.steering import views

app_name = "steering"

urlpatterns = [
    path("capitalisation/hors-certification/", views.uncertified_competences, name="uncertified"),
]
