"""Addresses of the requests, under those of the design room."""

from __future__ import annotations

from django.urls import path

from defi.steps.design.changes import views

urlpatterns = [
    path("plans/<int:plan_id>/modifications/demander/", views.begin, name="change_begin"),
    path("modifications/<int:request_id>/", views.change, name="change"),
    path("modifications/<int:request_id>/motif/", views.describe, name="change_describe"),
    path("modifications/<int:request_id>/modules/ajouter/", views.add_module, name="change_add_module"),
    path("modifications/<int:request_id>/modules/<int:module_id>/", views.module, name="change_of_module"),
    path("modifications/<int:request_id>/ajouts/<int:number>/", views.added_module, name="change_added_module"),
    path("modifications/<int:request_id>/rythme/", views.rhythm, name="change_rhythm"),
    path("modifications/<int:request_id>/envoyer/", views.ask, name="change_ask"),
    path("modifications/<int:request_id>/retirer/", views.withdraw, name="change_withdraw"),
    path("modifications/<int:request_id>/approuver/", views.approve, name="change_approve"),
    path("modifications/<int:request_id>/refuser/", views.refuse, name="change_refuse"),
    path("modifications/<int:request_id>/corriger/", views.mend, name="change_mend"),
]
