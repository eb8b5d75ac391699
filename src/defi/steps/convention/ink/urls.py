"""Addresses of the signatures in ink."""

from __future__ import annotations

from django.urls import path

from defi.steps.convention.ink import views

urlpatterns = [
    path("operations/<int:operation_id>/convention/papier/", views.paper, name="paper"),
    path("avenants/<int:amendment_id>/papier/", views.amendment_paper, name="amendment_paper"),
    path("pages-signees/<int:scan_id>/", views.sheet, name="scan"),
    path("pages-signees/<int:scan_id>/image.jpg", views.image, name="scan_image"),
    path("pages-signees/<int:scan_id>/place/", views.place, name="scan_place"),
    path("pages-signees/<int:scan_id>/autre-chose/", views.reject, name="scan_reject"),
    path("pages-signees/<int:scan_id>/signataires/", views.sign, name="scan_sign"),
    path("pages-signees/<int:scan_id>/corriger/", views.correct, name="scan_correct"),
    path("pages-signees/<int:scan_id>/retirer/", views.withdraw, name="scan_withdraw"),
]
