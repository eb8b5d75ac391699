"""Addresses of the offer room."""

from __future__ import annotations

from django.urls import path

from defi.steps.offer import answer_views, lot_views, views
from defi.steps.offer.catalogue import certification_views
from defi.steps.offer.catalogue import views as catalogue_views

app_name = "offer"

urlpatterns = [
    path("propositions/", views.proposal_list, name="proposals"),
    path("propositions/nouvelle/", views.propose, name="propose"),
    path("propositions/<int:proposal_id>/", views.proposal, name="proposal"),
    path("propositions/<int:proposal_id>/revoir/", views.resubmit, name="resubmit"),
    path("propositions/<int:proposal_id>/accepter/", views.accept, name="accept"),
    path("propositions/<int:proposal_id>/changements/", views.ask_changes, name="ask_changes"),
    path("propositions/<int:proposal_id>/refuser/", views.refuse, name="refuse"),
    path("operations/<int:operation_id>/reponse/", views.route, name="route"),
    path("consultations/<int:tender_id>/lancer/", views.launch, name="launch"),
    path("consultations/<int:tender_id>/date-limite/", views.move_deadline, name="move_deadline"),
    path("consultations/<int:tender_id>/attribuer/", views.award, name="award"),
    path("consultations/<int:tender_id>/infructueuse/", views.give_up, name="give_up"),
    path("reponses-dues/", answer_views.owed, name="answers"),
    path("reponses-dues/<int:need_id>/revue/", answer_views.review, name="review"),
    path("catalogue/", catalogue_views.trainings, name="catalogue"),
    path("catalogue/imports/", catalogue_views.imports, name="imports"),
    path("catalogue/imports/<int:run_id>/", catalogue_views.import_report, name="import_report"),
    path("catalogue/<int:training_id>/", catalogue_views.training, name="training"),
    path("certifications/", certification_views.certifications, name="certifications"),
    path("certifications/<slug:number>/", certification_views.certification, name="certification"),
    path("lots/", lot_views.lot_list, name="lots"),
    path("lots/nouveau/", lot_views.lot, name="new_lot"),
    path("lots/couverture/", lot_views.coverage, name="coverage"),
    path("lots/import/", lot_views.import_table, name="import_lots"),
    path("lots/import/<int:run_id>/", lot_views.import_report, name="lot_import"),
    path("lots/territoires/", lot_views.territories, name="territories"),
    path("lots/territoires/<int:territory_id>/oublier/", lot_views.forget_territory, name="forget_territory"),
    path("lots/<int:lot_id>/", lot_views.lot, name="lot"),
    path("lots/<int:lot_id>/periodes/nouvelle/", lot_views.period, name="new_period"),
    path("lots/<int:lot_id>/periodes/<int:period_id>/", lot_views.period, name="period"),
]
