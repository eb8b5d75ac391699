"""Addresses of the pairing room."""

from __future__ import annotations

from django.urls import path

from defi.steps.pairing import answer_views, promise_views, views, what_if_views

app_name = "pairing"

urlpatterns = [
    path("operations/<int:operation_id>/appairage/", views.board, name="board"),
    path("operations/<int:operation_id>/reponses-employeur/", answer_views.answers, name="answers"),
    path("operations/<int:operation_id>/et-si/", what_if_views.page, name="what_if"),
    path("operations/<int:operation_id>/promesses/nouvelle/", promise_views.make_promise, name="make_promise"),
    path("promesses/<int:promise_id>/", promise_views.promise, name="promise"),
    path("promesses/<int:promise_id>/retirer/", promise_views.withdraw, name="withdraw"),
    path("promesses/<int:promise_id>/changer/", promise_views.change, name="change"),
    path("promesses/<int:promise_id>/suspendre/", promise_views.suspend, name="suspend"),
    path("promesses/<int:promise_id>/reprendre/", promise_views.resume, name="resume"),
    path("promesses/<int:promise_id>/demander-la-signature/", promise_views.ask_signature, name="ask_signature"),
    path("promesses/<int:promise_id>/signer/", promise_views.sign, name="sign"),
    path("promesses/<int:promise_id>/avec/<int:candidacy_id>/", views.encounter, name="encounter"),
    path("promesses/<int:promise_id>/avec/<int:candidacy_id>/appairer/", views.pair, name="pair"),
    path("rencontres/<int:encounter_id>/repondre/", views.answer, name="answer"),
    path("appairages/<int:pairing_id>/rompre/", views.unpair, name="unpair"),
    path("sessions/<int:session_id>/admission/", views.admission, name="admission"),
]
