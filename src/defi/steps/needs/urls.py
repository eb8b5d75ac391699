"""Addresses of the needs room."""

from __future__ import annotations

from django.urls import path

from defi.steps.needs import group_views, import_views, submit_views, views

app_name = "needs"

urlpatterns = [
    path("besoin/", submit_views.submit, name="submit"),
    path("besoin/metiers/", submit_views.jobs, name="jobs"),
    path("besoin/entreprises/", submit_views.firms, name="firms"),
    path("besoin/brouillon/", submit_views.autosave, name="autosave"),
    path("besoin/plus-tard/", submit_views.later, name="later"),
    path("besoin/recommencer/", submit_views.forget, name="forget"),
    path("besoin/merci/", submit_views.thanks, name="thanks"),
    path("besoin/renvoyer/", submit_views.resend, name="resend"),
    path("besoins/", group_views.needs, name="list"),
    path("besoins/regrouper/", group_views.group, name="group"),
    path("besoins/importer/", import_views.imports, name="imports"),
    path("besoins/importer/modele.<str:kind>/", import_views.model_file, name="import_model"),
    path("besoins/imports/<int:import_id>/", import_views.source, name="import"),
    path("besoins/imports/<int:import_id>/colonnes/", import_views.columns, name="import_columns"),
    path("besoins/imports/<int:import_id>/importer/", import_views.run, name="import_run"),
    path("besoins/imports/lignes/<int:row_id>/", import_views.line, name="import_line"),
    path("besoins/imports/lignes/<int:row_id>/semblable/", import_views.settle, name="import_settle"),
    path("besoins/<int:need_id>/", views.need, name="need"),
    path("besoins/<int:need_id>/confirmer/", views.confirm, name="confirm"),
    path("besoins/<int:need_id>/completer/", views.complete, name="complete"),
    path("besoins/<int:need_id>/doublon/", views.merge, name="merge"),
    path("besoins/<int:need_id>/relancer/", views.resend, name="remind"),
    path("besoins/<int:need_id>/metier/", views.classify, name="classify"),
    path("besoins/<int:need_id>/competences/", views.review, name="review"),
    path("besoins/<int:need_id>/repondre/", views.answer, name="answer"),
    path("besoins/<int:need_id>/retirer/", views.withdraw, name="withdraw"),
    path("besoins/<int:need_id>/fiche/", views.print_sheet, name="print"),
    path("besoins/<int:need_id>/degrouper/", group_views.ungroup, name="ungroup"),
    path("besoins/collectifs/<int:collective_id>/", group_views.collective, name="collective"),
    path("besoins/collectifs/<int:collective_id>/diagnostic/", group_views.diagnosis, name="diagnosis"),
    path("besoins/collectifs/<int:collective_id>/public/", group_views.collective_profile, name="collective_profile"),
    path("besoins/collectifs/<int:collective_id>/ouvrir/", group_views.open_operation, name="open_operation"),
    path("besoins/collectifs/<int:collective_id>/classer/", group_views.close, name="close"),
    path("operations/<int:operation_id>/besoins/", group_views.profile, name="profile"),
]
