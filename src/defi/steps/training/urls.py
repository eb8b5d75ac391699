"""Addresses of the training room."""

from __future__ import annotations

from django.urls import path

from defi.steps.training import views

app_name = "training"

urlpatterns = [
    path("operations/<int:operation_id>/eos/", views.eos, name="eos"),
    path("operations/<int:operation_id>/eos/imprimer/", views.print_eos, name="print_eos"),
    path("operations/<int:operation_id>/session/", views.session, name="session"),
    path("operations/<int:operation_id>/session/demarrer/", views.start, name="start"),
    path("operations/<int:operation_id>/session/terminer/", views.end, name="end"),
    path("operations/<int:operation_id>/feuilles/ouvrir/", views.open_sheets, name="open_sheets"),
    path("operations/<int:operation_id>/feuilles/imprimer/", views.print_week, name="print_week"),
    path("operations/<int:operation_id>/feuilles/papier/", views.papers, name="papers"),
    path("feuilles/papier/<int:scan_id>/", views.paper, name="paper"),
    path("feuilles/papier/<int:scan_id>/image/", views.paper_image, name="paper_image"),
    path("feuilles/papier/<int:scan_id>/placer/", views.place_paper, name="place_paper"),
    path("feuilles/papier/<int:scan_id>/ecarter/", views.reject_paper, name="reject_paper"),
    path("feuilles/papier/<int:scan_id>/lire/", views.read_paper, name="read_paper"),
    path("feuilles/<int:sheet_id>/", views.sheet, name="sheet"),
    path("operations/<int:operation_id>/heures/", views.hours, name="hours"),
    path("stagiaires/<int:candidacy_id>/appel/", views.call, name="call"),
    path("stagiaires/<int:candidacy_id>/absences/", views.absences, name="absences"),
    path("feuilles/hors-ligne.js", views.worker, name="worker"),
    path("feuilles/<int:sheet_id>/ensemble/", views.turn, name="turn"),
    path("feuilles/<int:sheet_id>/code/", views.code, name="code"),
    path("feuilles/<int:sheet_id>/signatures/", views.send, name="send_signatures"),
    path("signatures/<int:signature_id>/departager/", views.settle, name="settle"),
    path("feuilles/<int:sheet_id>/signer/", views.sign, name="sign"),
    path("feuilles/<int:sheet_id>/noter/", views.record, name="record"),
    path("feuilles/<int:sheet_id>/formateur/", views.trainer_sign, name="trainer_sign"),
    path("feuilles/<int:sheet_id>/verrouiller/", views.lock, name="lock"),
    path("feuilles/<int:sheet_id>/imprimer/", views.print_sheet, name="print_sheet"),
    path("feuilles/<int:sheet_id>/corriger/<int:candidacy_id>/", views.correct, name="correct"),
    path("operations/<int:operation_id>/periodes/prevoir/", views.plan, name="plan_placement"),
    path("periodes/<int:placement_id>/", views.placement, name="placement"),
    path("periodes/<int:placement_id>/signer/", views.sign_placement, name="sign_placement"),
    path("periodes/<int:placement_id>/renvoyer/", views.send_agreement, name="send_agreement"),
    path("periodes/<int:placement_id>/<slug:deed>/", views.act_on_placement, name="placement_deed"),
    path("operations/<int:operation_id>/echanges/noter/", views.exchange, name="exchange"),
    path("operations/<int:operation_id>/points/envoyer/", views.report, name="report"),
    path("operations/<int:operation_id>/feuilles/semaine/", views.open_week, name="open_week"),
    path("operations/<int:operation_id>/groupes/", views.groups, name="groups"),
    path("mon-espace/suivre-mes-dates/", views.follow_mine, name="follow_mine"),
    path("mon-espace/mes-dates.ics", views.my_calendar, name="my_calendar"),
    path("mon-espace/", views.my_space, name="my_space"),
]
