"""Addresses of what is taken up again, within those of the design room. One past plan is a page of `web`."""

from __future__ import annotations

from django.urls import path

from defi.steps.design.reuse import views

urlpatterns = [
    path("plans/<int:plan_id>/plans-passes/", views.past_plans, name="past_plans"),
    path("plans/<int:plan_id>/bibliotheque/", views.library, name="library"),
]
