"""Addresses of the needs room."""

from __future__ import annotations

from django.urls import path

from defi.steps.needs import dossier_views, group_views, import_views, public_views, submit_views, views

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
    path("besoins/collectifs/<int:collective_id>/ajouter/<int:need_id>/", group_views.add, name="add"),
    path("besoins/collectifs/<int:collective_id>/scinder/", group_views.split, name="split"),
    path("besoins/collectifs/<int:collective_id>/defaire/", group_views.dissolve, name="dissolve"),
    path("besoins/collectifs/<int:collective_id>/ouvrir/", group_views.open_operation, name="open_operation"),
    path("besoins/collectifs/<int:collective_id>/classer/", group_views.close, name="close"),
    path("besoins/collectifs/<int:collective_id>/diagnostic/", dossier_views.diagnosis, name="diagnosis"),
    path("besoins/collectifs/<int:collective_id>/chiffre/", dossier_views.figure, name="figure"),
    path("besoins/collectifs/<int:collective_id>/fichier/", dossier_views.attach, name="attach"),
    path("besoins/collectifs/<int:collective_id>/barres.svg", dossier_views.picture, name="picture"),
    path("besoins/collectifs/<int:collective_id>/imprimer/", dossier_views.print_sheet, name="print_collective"),
    path("besoins/chiffres/<int:figure_id>/retirer/", dossier_views.remove_figure, name="remove_figure"),
    path("besoins/fichiers/<int:file_id>/", dossier_views.file, name="file"),
    path("besoins/fichiers/<int:file_id>/retirer/", dossier_views.withdraw_file, name="withdraw_file"),
    path("besoins/collectifs/<int:collective_id>/demander/", public_views.ask_collective, name="ask_collective"),
    path("besoins/collectifs/<int:collective_id>/public/", public_views.collective_profile, name="collective_profile"),
    path("besoins/public/<int:profile_id>/", public_views.tell, name="tell"),
    path("operations/<int:operation_id>/besoins/", public_views.profile, name="profile"),
    path("operations/<int:operation_id>/besoins/demander/", public_views.ask_operation, name="ask_operation"),
    path("bassins/", dossier_views.basins, name="basins"),
    path("bassins/<int:basin_id>/", dossier_views.basin, name="basin"),
]
