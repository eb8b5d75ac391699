"""Addresses of the recruiting room."""

from __future__ import annotations

from django.urls import path

from defi.steps.sourcing import alike_views as alike
from defi.steps.sourcing import application_views as applications
from defi.steps.sourcing import come_views as come
from defi.steps.sourcing import declared_views as declared
from defi.steps.sourcing import ending_views, several_views, views
from defi.steps.sourcing import event_views as events
from defi.steps.sourcing import import_views as lists
from defi.steps.sourcing import notice_views as notices
from defi.steps.sourcing import owed_views as owed
from defi.steps.sourcing import preparation_views as preparation
from defi.steps.sourcing import seat_views as seats

app_name = "sourcing"

urlpatterns = [
    path("operations/<int:operation_id>/preparation/", preparation.preparation, name="preparation"),
    path("operations/<int:operation_id>/preparation/date/", preparation.plan, name="plan_meeting"),
    path("operations/<int:operation_id>/preparation/reunion/", preparation.hold, name="hold_meeting"),
    path("operations/<int:operation_id>/preparation/equipe/", preparation.team, name="team"),
    path("operations/<int:operation_id>/preparation/action/", preparation.line, name="line"),
    path("operations/<int:operation_id>/preparation/annonce/", preparation.announce, name="announce"),
    path("operations/<int:operation_id>/preparation/objectifs/", preparation.share_aims, name="share_aims"),
    path("equipes/<int:member_id>/retirer/", preparation.leave_team, name="leave_team"),
    path("actions-de-recrutement/<int:line_id>/faite/", preparation.line_done, name="line_done"),
    path("actions-de-recrutement/<int:line_id>/retirer/", preparation.remove_line, name="remove_line"),
    path("places/", seats.seats, name="seats"),
    path("operations/<int:operation_id>/rencontres/", events.event_list, name="events"),
    path("rencontres/<int:event_id>/", events.event, name="event"),
    path("rencontres/<int:event_id>/preciser/", events.describe, name="event_describe"),
    path("rencontres/<int:event_id>/publier/", events.publish, name="event_publish"),
    path("rencontres/<int:event_id>/deplacer/", events.reschedule, name="event_reschedule"),
    path("rencontres/<int:event_id>/annuler/", events.cancel, name="event_cancel"),
    path("rencontres/<int:event_id>/inscrire/", events.book, name="event_book"),
    path("rencontres/<int:event_id>/presences/", events.attend, name="event_attend"),
    path("inscriptions/<int:booking_id>/confirmer/", events.confirm_by_phone, name="booking_confirm"),
    path("inscriptions/<int:booking_id>/annuler/", events.cancel_booking, name="booking_cancel"),
    path("inscriptions/<int:booking_id>/candidature/", events.apply_after, name="booking_apply"),
    path("operations/<int:operation_id>/annonce/", notices.notice, name="notice"),
    path("operations/<int:operation_id>/annonce/texte/", notices.write, name="notice_write"),
    path("operations/<int:operation_id>/annonce/entreprise/", notices.firm, name="notice_firm"),
    path("operations/<int:operation_id>/annonce/entreprise/<int:firm_id>/", notices.firm, name="notice_firm_edit"),
    path("operations/<int:operation_id>/annonce/affiche/", notices.poster_inside, name="notice_poster"),
    path("operations/<int:operation_id>/annonce/promesses/", notices.take_promises, name="notice_take_promises"),
    path("operations/<int:operation_id>/annonce/demander/", notices.ask, name="notice_ask"),
    path("operations/<int:operation_id>/annonce/publier/", notices.publish, name="notice_publish"),
    path("operations/<int:operation_id>/annonce/reprendre/", notices.rewrite, name="notice_rewrite"),
    path("annonces/entreprises/<int:firm_id>/retirer/", notices.drop_firm, name="notice_drop_firm"),
    path("annonces/entreprises/<int:firm_id>/accord/", notices.answer, name="notice_answer"),
    path("venir/annonce/<str:code>/", notices.public, name="public_notice"),
    path("venir/annonce/<str:code>/affiche/", notices.poster, name="poster"),
    path("venir/annonce/<str:code>/candidater/", applications.apply, name="apply"),
    path("venir/annonce/<str:code>/candidater/merci/<str:way>/", applications.applied, name="applied"),
    path("candidatures/spontanees/<int:application_id>/ajouter/", applications.confirm, name="application_confirm"),
    path("candidatures/spontanees/<int:application_id>/classer/", applications.drop, name="application_drop"),
    path("operations/<int:operation_id>/candidatures/conditions/", declared.conditions, name="conditions"),
    path("candidatures/conditions/<int:condition_id>/retirer/", declared.drop_condition, name="condition_drop"),
    path("candidatures/<int:candidacy_id>/declaration/", declared.declare, name="declare"),
    path("venir/", come.open_events, name="open_events"),
    path("venir/<int:event_id>/", come.come, name="come"),
    path("venir/<int:event_id>/merci/", come.asked, name="asked"),
    path("operations/<int:operation_id>/candidatures/", views.group, name="group"),
    path("operations/<int:operation_id>/candidatures/ensemble/", several_views.several, name="several"),
    path("operations/<int:operation_id>/candidatures/orienter/", views.orient, name="orient"),
    path("operations/<int:operation_id>/candidatures/importer/", lists.imports, name="imports"),
    path("operations/<int:operation_id>/candidatures/modele/<str:kind>/", lists.model_file, name="import_model"),
    path("candidatures/listes/<int:import_id>/", lists.source, name="import"),
    path("candidatures/listes/<int:import_id>/importer/", lists.run, name="import_run"),
    path("candidatures/lignes/<int:row_id>/", lists.line, name="import_line"),
    path("candidatures/lignes/<int:row_id>/choix/", lists.settle, name="import_settle"),
    path("candidatures/reponses-dues/", owed.owed, name="owed"),
    path("candidatures/deja-connues/", alike.alikes, name="alikes"),
    path("candidatures/deja-connues/<int:kept_id>/<int:other_id>/reunir/", alike.merge, name="merge"),
    path("candidatures/deja-connues/<int:kept_id>/<int:other_id>/separees/", alike.apart, name="apart"),
    path("candidatures/reunies/<int:pair_id>/separer/", alike.unmerge, name="unmerge"),
    path("candidatures/<int:candidacy_id>/", views.person, name="person"),
    path("candidatures/<int:candidacy_id>/coordonnees/", views.correct, name="correct"),
    path("candidatures/<int:candidacy_id>/financement/", views.fund, name="fund"),
    path("candidatures/<int:candidacy_id>/referent/", views.referent, name="referent"),
    path("candidatures/<int:candidacy_id>/carte/", views.card, name="card"),
    path("candidatures/<int:candidacy_id>/etape/<str:verb>/", views.step, name="step"),
    path("candidatures/<int:candidacy_id>/fin/<str:verb>/", ending_views.end, name="end"),
]
