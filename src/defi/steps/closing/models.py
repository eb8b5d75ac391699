"""Certificate of conformity and bonus claim. Source: process.md, step 9 and « What makes a training a DEFI »."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.proof import proof
from defi.operations.models import OperationBound
from defi.steps.closing.states import CERTIFICATE, CLAIM


@proof()
class ComplianceCertificate(OperationBound):
    """The « attestation de conformité »: requested, checked line by line, issued with a number and a code, or refused.

    `checks` keeps each line as it was found when the decision was taken."""

    state = models.CharField(max_length=12, choices=CERTIFICATE.choices)
    number = models.CharField(max_length=40, unique=True, null=True)
    code = models.CharField(max_length=12, unique=True, null=True)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    checks = models.JSONField(default=list)
    requested_on = models.DateField()
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="certificate_one_living",
                violation_error_message=_("Une attestation existe déjà pour cette opération."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["issued", "withdrawn"])
                    & Q(number__isnull=False, code__isnull=False, issued_on__isnull=False)
                )
                | (~Q(state__in=["issued", "withdrawn"]) & Q(number=None, code=None, issued_on=None)),
                name="certificate_issued_has_number_code_and_date",
            ),
        ]


@proof()
class BonusClaim(OperationBound):
    """The request for the bonus by the market holder, on an acompte or on the solde. Euros, exact to the cent.

    `amount` stays empty while the rulebook holds none (« montant à fixer par la Région »)."""

    class Kind(models.TextChoices):
        INTERIM = "interim", _("acompte")
        BALANCE = "balance", _("solde")

    certificate = models.ForeignKey(ComplianceCertificate, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    order_number = models.CharField(_("bon de commande"), max_length=40)
    amount = models.DecimalField(_("montant"), max_digits=10, decimal_places=2, null=True)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=CLAIM.choices)
    sent_on = models.DateField()
    eos_requested_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True)
    paid_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation"],
                condition=~Q(state="refused"),
                name="claim_one_living",
                violation_error_message=_("La prime a déjà été demandée pour cette opération."),
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False) | (~Q(state="paid") & Q(paid_on=None)),
                name="claim_paid_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused", "paid"])
                | (Q(decided_on__isnull=False) & ~Q(decision_reason="")),
                name="claim_decided_has_date_and_reason",
            ),
        ]
