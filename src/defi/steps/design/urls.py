"""Addresses of the design room."""

from __future__ import annotations

from django.urls import path

from defi.steps.design import (
    competence_views,
    contributing_views,
    grid_views,
    mandate_views,
    module_views,
    print_views,
    remark_views,
    turn_views,
    views,
)
from defi.steps.design.calendar import urls as calendar
from defi.steps.design.changes import urls as changes
from defi.steps.design.reuse import urls as reuse

app_name = "design"

urlpatterns = [
    path("operations/<int:operation_id>/ingenierie/", views.plan, name="plan"),
    path("operations/<int:operation_id>/ingenierie/commencer/", views.start, name="start"),
    path("plans/<int:plan_id>/reprendre/", views.gather, name="gather"),
    path("plans/<int:plan_id>/decrire/", views.describe, name="describe"),
    path("plans/<int:plan_id>/certification/", views.aim_at, name="aim_at"),
    path("plans/<int:plan_id>/competences/ajouter/", competence_views.add_competence, name="add_competence"),
    path("plans/<int:plan_id>/modules/ajouter/", module_views.add_module, name="add_module"),
    path("plans/<int:plan_id>/apports/ajouter/", contributing_views.add_contribution, name="add_contribution"),
    path("plans/<int:plan_id>/differences/ajouter/", contributing_views.add_tailoring, name="add_tailoring"),
    path("plans/<int:plan_id>/linguistique/", contributing_views.linguistic, name="linguistic"),
    path("plans/<int:plan_id>/grille/", grid_views.grid, name="grid"),
    path("plans/<int:plan_id>/imprimer/", print_views.print_plan, name="print_plan"),
    path("plans/<int:plan_id>/grille/imprimer/", print_views.print_grid, name="print_grid"),
    path("plans/<int:plan_id>/demandes/imprimer/", print_views.print_asked, name="print_asked"),
    path("modules/<int:module_id>/", module_views.change_module, name="change_module"),
    path("competences/<int:competence_id>/", competence_views.cover, name="cover"),
    path("apports/<int:contribution_id>/retirer/", contributing_views.remove_contribution, name="remove_contribution"),
    path("differences/<int:tailoring_id>/retirer/", contributing_views.remove_tailoring, name="remove_tailoring"),
    path("plans/<int:plan_id>/passer/", turn_views.pass_on, name="pass_on"),
    path("plans/<int:plan_id>/soumettre/", turn_views.submit, name="submit"),
    path("plans/<int:plan_id>/approuver/", turn_views.approve, name="approve"),
    path("plans/<int:plan_id>/repondre-pour/<int:organisation_id>/", mandate_views.let_answer, name="let_answer"),
    path("reponses-laissees/<int:mandate_id>/fin/", mandate_views.stop_answering, name="stop_answering"),
    path("plans/<int:plan_id>/rendre/", turn_views.give_back, name="give_back"),
    path("plans/<int:plan_id>/rouvrir/", turn_views.reopen, name="reopen"),
    path("plans/<int:plan_id>/editions/", turn_views.editions, name="editions"),
    path("plans/<int:plan_id>/remarques/", remark_views.remark, name="remark"),
    path("remarques/<int:remark_id>/repondre/", remark_views.answer, name="answer"),
    path("remarques/<int:remark_id>/clore/", remark_views.close, name="close"),
]

urlpatterns += calendar.urlpatterns + changes.urlpatterns + reuse.urlpatterns
