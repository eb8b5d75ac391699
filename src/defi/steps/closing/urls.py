"""Addresses of the closing."""

from __future__ import annotations

from django.urls import path

from defi.steps.closing.views import certificate, claims, payments

app_name = "closing"

_FILE = "operations/<int:operation_id>/"
_CERTIFICATE = "attestations/<int:certificate_id>/"
_CLAIM = "primes/<int:claim_id>/"

urlpatterns = [
    path(f"{_FILE}cloture/", certificate.closing, name="closing"),
    path(f"{_FILE}cloture/attestation/", certificate.request_certificate, name="request_certificate"),
    path(f"{_FILE}cloture/eos/", certificate.eos_closed, name="eos_closed"),
    path(f"{_FILE}cloture/clore/", certificate.close, name="close"),
    path(f"{_CERTIFICATE}representer/", certificate.resubmit, name="resubmit"),
    path(f"{_CERTIFICATE}lignes/<slug:line>/expliquer/", certificate.explain, name="explain"),
    path(f"{_CERTIFICATE}delivrer/", certificate.issue, name="issue"),
    path(f"{_CERTIFICATE}signer/", certificate.sign, name="sign"),
    path(f"{_CERTIFICATE}contresigner/", certificate.countersign, name="countersign"),
    path(f"{_CERTIFICATE}renvoyer/", certificate.send_back, name="send_back"),
    path(f"{_CERTIFICATE}correction/", certificate.ask_correction, name="ask_correction"),
    path(f"{_CERTIFICATE}refuser/", certificate.refuse, name="refuse"),
    path(f"{_CERTIFICATE}retirer/", certificate.withdraw, name="withdraw"),
    path(f"{_FILE}prime/demander/", claims.send, name="send_claim"),
    path(f"{_FILE}prime/renoncer/", claims.waive, name="waive_claim"),
    path("primes/", claims.claims, name="claims"),
    path(_CLAIM, claims.claim, name="claim"),
    path(f"{_CLAIM}renvoyer/", claims.resend, name="resend_claim"),
    path(f"{_CLAIM}controler/", claims.control, name="control_claim"),
    path(f"{_CLAIM}dossier.zip", claims.pack, name="claim_pack"),
    path(f"{_CLAIM}eos/", claims.record_eos, name="claim_eos"),
    path(f"{_CLAIM}accorder/", claims.grant, name="grant_claim"),
    path(f"{_CLAIM}correction/", claims.ask_correction, name="correct_claim"),
    path(f"{_CLAIM}refuser/", claims.refuse, name="refuse_claim"),
    path(f"{_CLAIM}payer/", payments.pay, name="pay_claim"),
    path(f"{_CLAIM}paiement/corriger/", payments.correct, name="correct_payment"),
]
