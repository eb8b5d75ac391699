"""Addresses of the convention room."""

from __future__ import annotations

from django.urls import include, path

from defi.steps.convention import ceremony_views, text_views, views
from defi.steps.convention import signatory_views as signatories

app_name = "convention"

urlpatterns = [
    path("operations/<int:operation_id>/convention/", views.signing, name="signing"),
    path("operations/<int:operation_id>/convention/dates/", views.propose, name="propose"),
    path("operations/<int:operation_id>/convention/dates/transmettre/", views.forward, name="forward"),
    path("operations/<int:operation_id>/convention/dates/refuser/", views.refuse_dates, name="refuse_dates"),
    path("operations/<int:operation_id>/convention/dates/rouvrir/", views.reopen, name="reopen"),
    path("operations/<int:operation_id>/convention/dates/reserver/", views.save_the_date, name="save_the_date"),
    path("operations/<int:operation_id>/convention/dates/inviter/", views.invite, name="invite"),
    path("operations/<int:operation_id>/convention/ceremonie.pdf", ceremony_views.sheet, name="ceremony_sheet"),
    path("dates-de-signature/<int:option_id>/programme/", ceremony_views.programme, name="programme"),
    path("dates-de-signature/<int:option_id>/changer/", ceremony_views.change_date, name="change_date"),
    path("dates-de-signature/<int:option_id>/retenir/", views.hold, name="hold"),
    path("operations/<int:operation_id>/convention/preparer/", views.draft, name="draft"),
    path("operations/<int:operation_id>/convention/intitule/", views.retitle, name="retitle"),
    path("operations/<int:operation_id>/convention/projet.pdf", views.preview, name="preview"),
    path("operations/<int:operation_id>/convention/transmettre/", views.send, name="send"),
    path("operations/<int:operation_id>/convention/corriger/", views.correct, name="correct"),
    path("operations/<int:operation_id>/convention/garder/", views.keep, name="keep"),
    path("operations/<int:operation_id>/convention/annuler/", views.cancel, name="cancel"),
    path("operations/<int:operation_id>/convention/signataires/", views.add, name="add"),
    path("operations/<int:operation_id>/convention/texte/", text_views.take_text, name="take_text"),
    path("operations/<int:operation_id>/convention/lettres/", text_views.letters, name="letters"),
    path(
        "operations/<int:operation_id>/convention/lettres/<int:candidacy_id>.pdf",
        text_views.trainee_letter,
        name="trainee_letter",
    ),
    path("signataires/<int:signatory_id>/lettres/<slug:kind>.pdf", text_views.letter, name="letter"),
    path("avenants/<int:amendment_id>/transmettre/", views.send_amendment, name="send_amendment"),
    path("avenants/<int:amendment_id>/projet.pdf", views.amendment_preview, name="amendment_preview"),
    path("", include("defi.steps.convention.ink.urls")),
    path("signataires/<int:signatory_id>/", signatories.signatory, name="signatory"),
    path("signataires/<int:signatory_id>/qui-signe/", signatories.describe, name="describe"),
    path("signataires/<int:signatory_id>/adresse/", signatories.mend_address, name="mend_address"),
    path("signataires/<int:signatory_id>/engagements/", signatories.validate, name="validate"),
    path("signataires/<int:signatory_id>/lien/", signatories.send_link, name="send_link"),
    path("signataires/<int:signatory_id>/signer/", signatories.sign, name="sign"),
    path("signataires/<int:signatory_id>/signer/<path:page>", signatories.sign, name="sign_part"),
    path("signataires/<int:signatory_id>/encre/", signatories.ink, name="ink"),
    path("signataires/<int:signatory_id>/ailleurs/", signatories.outside, name="outside"),
    path("signataires/<int:signatory_id>/prestataire/", signatories.ask_outside, name="ask_outside"),
    path("signataires/<int:signatory_id>/signature-notee/", signatories.take_back, name="take_back"),
    path("signataires/<int:signatory_id>/deleguer/", signatories.delegate, name="delegate"),
    path("signataires/<int:signatory_id>/remplacer/", signatories.replace, name="replace"),
    path("signataires/<int:signatory_id>/refus/", signatories.refuse, name="refuse"),
    path("signataires/<int:signatory_id>/retirer/", signatories.remove, name="remove"),
]
