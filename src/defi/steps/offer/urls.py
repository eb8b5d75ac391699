"""Addresses of the offer room."""

from __future__ import annotations

from django.urls import path

from defi.steps.offer import views

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
    path("consultations/<int:tender_id>/attribuer/", views.award, name="award"),
    path("consultations/<int:tender_id>/infructueuse/", views.give_up, name="give_up"),
    path("lots/", views.lot_list, name="lots"),
    path("lots/nouveau/", views.lot, name="new_lot"),
    path("lots/<int:lot_id>/", views.lot, name="lot"),
]
