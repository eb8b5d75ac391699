"""Addresses of the design room."""

from __future__ import annotations

from django.urls import path

from defi.steps.design import views

app_name = "design"

urlpatterns = [
    path("operations/<int:operation_id>/ingenierie/", views.plan, name="plan"),
    path("operations/<int:operation_id>/ingenierie/commencer/", views.start, name="start"),
    path("plans/<int:plan_id>/reprendre/", views.gather, name="gather"),
    path("plans/<int:plan_id>/decrire/", views.describe, name="describe"),
    path("plans/<int:plan_id>/competences/ajouter/", views.add_competence, name="add_competence"),
    path("plans/<int:plan_id>/modules/ajouter/", views.add_module, name="add_module"),
    path("modules/<int:module_id>/", views.change_module, name="change_module"),
    path("competences/<int:competence_id>/", views.cover, name="cover"),
    path("plans/<int:plan_id>/soumettre/", views.submit, name="submit"),
    path("plans/<int:plan_id>/approuver/", views.approve, name="approve"),
    path("plans/<int:plan_id>/rouvrir/", views.reopen, name="reopen"),
]
