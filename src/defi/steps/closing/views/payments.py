"""The payment of a bonus: noted, and corrected when it was mistyped."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.documents.french import amount_words, long_date
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, load
from defi.steps.closing import actions
from defi.steps.closing.forms import CorrectPaymentForm, PaymentForm
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.states import CLAIM
from defi.steps.closing.views.claims import page_of
from defi.steps.closing.views.openness import claim_may_be_paid, open_to
from defi.steps.review.form_pages import FormPage, answer, typed


@require_http_methods(["GET", "POST"])
def pay(request: ActorRequest, claim_id: int) -> HttpResponse:
    """The bonus was paid. A form sent when it can be no more is shown as it was typed, without its button."""
    row = claim_may_be_paid(request, load(BonusClaim, request.actor, claim_id))
    over = row.state != "granted"
    known = "amount" not in request.POST if over else row.amount is not None
    form = PaymentForm(typed(request), known=known, initial={"version": row.version})
    page = FormPage(
        verb="claim.pay",
        title=_("Noter le paiement"),
        lead=_noted(row) or _due(row),
        action_label="" if over else _("Noter le paiement"),
        template="closing/payment.html",
        back_url=page_of(row),
        back_label=_("Demande de prime"),
        done=with_hour(_("Le paiement est noté. Le titulaire du marché est prévenu.")),
    )
    return answer(request, page, form, lambda: actions.pay_claim(request.actor, row.pk, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, claim_id: int) -> HttpResponse:
    """What was noted of a payment was mistyped."""
    row = open_to(request, CLAIM, "claim.correct_payment", load(BonusClaim, request.actor, claim_id))
    form = CorrectPaymentForm(typed(request), initial={"paid_on": row.paid_on, "version": row.version})
    page = FormPage(
        verb="claim.correct_payment",
        title=_("Corriger le paiement noté"),
        lead=_noted(row),
        action_label=_("Corriger"),
        back_url=page_of(row),
        back_label=_("Demande de prime"),
        done=with_hour(_("Le paiement est corrigé. Le titulaire du marché est prévenu.")),
    )
    return answer(request, page, form, lambda: actions.correct_payment(request.actor, row.pk, **form.cleaned_data))


def _due(row: BonusClaim) -> str:
    return _("Montant du règlement : %(amount)s.") % {"amount": amount_words(row.amount)} if row.amount else ""


def _noted(row: BonusClaim) -> str:
    if row.amount is None or row.paid_on is None:
        return ""
    return _("Noté : %(amount)s, payés le %(day)s.") % {
        "amount": amount_words(row.amount),
        "day": long_date(row.paid_on),
    }
