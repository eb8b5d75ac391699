"""Certificate of conformity and bonus claim. Source: process.md, step 9 and « What makes a training a DEFI »."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.proof import proof
from defi.operations.models import OperationBound, Session
from defi.steps.closing.states import CERTIFICATE, CLAIM, LIVING


@proof()
class ComplianceCertificate(OperationBound):
    """The « attestation de conformité »: requested, checked line by line, issued with a number and a code, or refused.

    `checks` keeps each line as it was found when the last decision was taken; each former run is a `CheckRun`. Where
    the rulebook asks for two signatures, `signed_by` is the officer's and `issued_by` the second. `sealed`: the
    document with the seal of the Region, made by a task."""

    state = models.CharField(max_length=12, choices=CERTIFICATE.choices)
    # Null and not empty: both are unique, and absent until the certificate is issued.
    number = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    code = models.CharField(max_length=12, unique=True, null=True)  # noqa: DJ001
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    checks = models.JSONField(default=list)
    requested_on = models.DateField()
    signed_on = models.DateField(null=True)
    signed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
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
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False), name="certificate_signed_has_its_date"
            ),
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(document__isnull=False), name="certificate_sealed_has_its_document"
            ),
        ]


@proof()
class BonusClaim(OperationBound):
    """The request for the bonus by the market holder, on an acompte or on the solde. Euros, exact to the cent.

    `amount` stays empty while the rulebook holds none (« montant à fixer par la Région »); `checks` keeps each line
    as it was found when the last decision was taken. A holder that does not ask says so: `waived`, with its reason."""

    class Kind(models.TextChoices):
        INTERIM = "interim", _("acompte")
        BALANCE = "balance", _("solde")

    certificate = models.ForeignKey(ComplianceCertificate, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    order_number = models.CharField(_("bon de commande"), max_length=40, blank=True)
    amount = models.DecimalField(_("montant"), max_digits=10, decimal_places=2, null=True)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    checks = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=CLAIM.choices)
    sent_on = models.DateField()
    eos_requested_on = models.DateField(null=True)
    # What EOS was asked on: typed back, so that a difference with the request shows.
    eos_kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    decided_on = models.DateField(null=True)
    decision_reason = models.TextField(blank=True)
    paid_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation"],
                condition=Q(state__in=LIVING),
                name="claim_one_living",
                violation_error_message=_("La prime a déjà été demandée pour cette opération."),
            ),
            models.CheckConstraint(
                condition=Q(state="waived", kind="") | (~Q(state="waived") & ~Q(kind="") & ~Q(order_number="")),
                name="claim_made_has_kind_and_order",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, amount__isnull=False)
                | (~Q(state="paid") & Q(paid_on=None)),
                name="claim_paid_has_date_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(paid_on=None) | Q(paid_on__gte=F("decided_on")), name="claim_paid_after_its_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused", "paid", "waived"])
                | (Q(decided_on__isnull=False) & ~Q(decision_reason="")),
                name="claim_decided_has_date_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(eos_kind="") | Q(eos_requested_on__isnull=False), name="claim_eos_kind_has_its_date"
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_on"], name="claim_by_state")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Money concerns the Region and those who run the operation; employers, prescribers and the Cabinet, which
        invites to the signing, have no part in it."""
        if actor.who is Who.CABINET:
            return Q(pk__in=[])
        if actor.in_region:
            return super().visibility(actor)
        if actor.in_provider and actor.organisation_id:
            mine = actor.organisation_id
            return Q(holder_id=mine) | Q(operation__provider_id=mine) | Q(operation__holder_id=mine)
        return Q(pk__in=[])


@proof()
class CheckRun(OperationBound):
    """The checks as they were found once, by whom and for what: each decision has its own.

    Of a certificate its lines, of a claim its named checks. `passed`: nothing that blocks was missing. `reason` is the
    decision's, or what was answered to a correction. A run is never changed."""

    private = frozenset({"reason"})

    certificate = models.ForeignKey(ComplianceCertificate, null=True, on_delete=models.PROTECT, related_name="runs")
    claim = models.ForeignKey(BonusClaim, null=True, on_delete=models.PROTECT, related_name="runs")
    verb = models.CharField(max_length=40)
    ran_on = models.DateField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    passed = models.BooleanField()
    results = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(certificate=None, claim__isnull=False) | Q(certificate__isnull=False, claim=None),
                name="check_run_of_one_thing",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region, and who runs the operation or holds its market: as for the claim itself."""
        if actor.who is Who.CABINET:
            return Q(pk__in=[])
        if actor.in_region:
            return super().visibility(actor)
        if actor.in_provider and actor.organisation_id:
            mine = actor.organisation_id
            return Q(operation__provider_id=mine) | Q(operation__holder_id=mine) | Q(claim__holder_id=mine)
        return Q(pk__in=[])


class EosClosure(OperationBound):
    """The session was closed in EOS, on that day, by the provider's word (seed 001, step 9, last line)."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField()

    class Meta:
        ordering = ["id"]


class ReportedMoment(models.Model):
    """That the follow-up of a moment reached the Region: noted here when a later step says so (handlers.py), because
    the certificate's lines speak of it and no step reads a later one."""

    operation = models.ForeignKey("operations.Operation", on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=8)
    reported_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "moment"], name="reported_moment_once"),
        ]
