"""Addresses of the fragments of the reference data."""

from __future__ import annotations

from django.urls import path

from defi.reference import views

app_name = "reference"

urlpatterns = [
    path("referentiel/certifications/", views.certifications, name="certifications"),
    path("referentiel/certifications/blocs/", views.blocks, name="certification_blocks"),
]
