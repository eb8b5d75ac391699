"""Dates of the signing, the convention, its signatories. Source: process.md, step 7."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Who
from defi.kernel.proof import proof
from defi.kernel.signing.codes import CodeFields
from defi.operations.models import OperationBound
from defi.people.models import Person
from defi.steps.convention.states import AMENDMENT, CONVENTION, OPTION, SIGNATORY, SIGNED

LIVING = ~Q(state="cancelled")
"""Of conventions: the one of an operation, not those that were cancelled."""

OF_ANY_TEXT = ~Q(state="removed") & ~Q(convention__state="cancelled")
"""Of signatories: those of the living convention and of its amendments."""

ON_THE_LIST = OF_ANY_TEXT & Q(amendment=None)
"""Of signatories: those of the living convention itself."""

SIGNATORY_TYPE = "convention.signatory"


class SigningOption(OperationBound):
    """A date, an hour and a place offered for the ceremony, with the title that the convention will bear.

    `warned_on`: when the signatories were asked to keep this date free. `programme`: the day, one moment a line
    (`ceremony_rules.py`); empty, the usual one."""

    title = models.CharField(_("intitulé, avec le numéro EOS"), max_length=200)
    on = models.DateField(_("date"))
    at = models.TimeField(_("heure"))
    place = models.CharField(_("lieu"), max_length=160)
    state = models.CharField(max_length=10, choices=OPTION.choices)
    proposed_on = models.DateField()
    forwarded_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    warned_on = models.DateField(null=True)
    programme = models.TextField(blank=True)

    class Meta:
        ordering = ["on", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["operation"], condition=Q(state="held"), name="signing_one_date_held"),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "refused"]) | Q(decided_on__isnull=False),
                name="signing_decided_has_its_date",
            ),
        ]


class TextToSign(OperationBound):
    """What is signed, a convention or an amendment to it: a text that is sent, read and signed by each of its list, by
    whatever way, then sealed.

    `edition` counts the texts sent; `document` is the one in force, `fingerprint` that of its bytes, `reading` that of
    what is read in it, whatever its number (empty: it was sent before this was kept). `terms`: what it says that may
    change afterwards (`terms.py`). Its state is « sent » while it may be signed, « signed » once all have."""

    edition = models.PositiveSmallIntegerField(default=0)
    document = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    reading = models.CharField(max_length=64, blank=True)
    terms = models.JSONField(default=dict)
    sent_on = models.DateField(null=True)
    signed_on = models.DateField(null=True)

    state = models.CharField(max_length=9)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether it may be signed."""
        return self.state == "sent"

    @property
    def is_prepared(self) -> bool:
        """Whether its text is still being written, or corrected."""
        return self.state in {"draft", "owed"}

    @property
    def is_over(self) -> bool:
        """Whether it holds no more: it is read, and nothing else."""
        return self.state in {"cancelled", "dropped"}

    @property
    def said(self) -> str:
        """How it is called in a sentence: « la convention », « l'avenant »."""
        raise NotImplementedError


@proof()
class Convention(TextToSign):
    """What a DEFI is in public. `text` is the version of the Region's text it is drafted with; None is the one that
    comes with the product.

    Signed by all, it may be cancelled: it stays as it was signed, and another is prepared."""

    title = models.CharField(_("intitulé, avec le numéro EOS"), max_length=200)
    state = models.CharField(max_length=9, choices=CONVENTION.choices)
    contact_sheet = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.ForeignKey("schemes.DocumentText", null=True, on_delete=models.PROTECT, related_name="+")
    drafted_on = models.DateField()
    save_the_date_on = models.DateField(null=True)
    invited_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["operation"], condition=LIVING, name="convention_once_per_operation"),
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(state__in=["signed", "cancelled"]),
                name="convention_sealed_is_signed_by_all",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "cancelled"], signed_on__isnull=False)
                | (~Q(state__in=["signed", "cancelled"]) & Q(signed_on=None)),
                name="convention_signed_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_on=None)),
                name="convention_cancelled_has_its_date",
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever sees the operation; the bearer of a link the convention of its signatory."""
        return _of_the_bearer(actor, "convention_id") or super().visibility(actor)

    @property
    def said(self) -> str:
        return gettext("la convention")


def _of_the_bearer(actor: Actor, column: str) -> Q | None:
    if actor.who is not Who.LINK:
        return None
    mine = Signatory._base_manager.filter(Signatory.visibility(actor)).exclude(**{column: None})
    return Q(pk__in=mine.values(column))


@proof()
class Amendment(TextToSign):
    """An avenant: owed when what a signed convention says changes, then sent and signed by those it touches.

    One is owed at a time: what changes before it is signed goes into it. `terms`: all that holds once it is signed.
    `change`: the last change of the plan, when it changes the hours. `owed_on`: since when."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="amendments")
    change = models.ForeignKey("design.ChangeRequest", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=AMENDMENT.choices)
    owed_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"], condition=Q(state__in=["owed", "sent"]), name="amendment_one_owed_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_on__isnull=False) | (~Q(state="signed") & Q(signed_on=None)),
                name="amendment_signed_has_its_date",
            ),
            models.CheckConstraint(condition=Q(sealed=None) | Q(state="signed"), name="amendment_sealed_is_signed"),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever sees the operation; the bearer of a link the amendment of its signatory."""
        return _of_the_bearer(actor, "amendment_id") or super().visibility(actor)

    @property
    def title(self) -> str:
        """That of the convention it amends."""
        return self.convention.title

    @property
    def said(self) -> str:
        return gettext("l'avenant")


@proof()
class Signatory(OperationBound):
    """One organisation that signs a text, by one person: one state, whatever the way of signing.

    The text is the convention, or the amendment to it when there is one.

    `outside_reference` is what a provider of signatures gave to find its request again; `outside_file` what was signed
    there, once it is.
    `stands_for`: who was to sign before the present person, who delegated or left (`stands_how`, `stands_since`).
    `edition`: the last one of the text on whose list it stood (0: none yet), which names `named` as who signs (None:
    « à désigner »). `signed_by`: who gave the signature, who may be another (`naming.py`); None, it is not known."""

    class Way(models.TextChoices):
        LINK = "link", _("par lien personnel")
        MEETING = "meeting", _("en réunion")
        PHONE = "phone", _("par téléphone")
        MAIL = "mail", _("par courriel")
        PAPER = "paper", _("sur papier")
        ACCOUNT = "account", _("en ligne, avec son compte")

    class Stead(models.TextChoices):
        DELEGATED = "delegated", _("délégué")
        REPLACED = "replaced", _("remplacé")

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="signatories")
    amendment = models.ForeignKey(Amendment, null=True, on_delete=models.PROTECT, related_name="signatories")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    quality = models.CharField(_("qualité"), max_length=120, blank=True)
    required = models.BooleanField(default=True)
    state = models.CharField(max_length=14, choices=SIGNATORY.choices)
    validated_on = models.DateField(null=True)
    validated_how = models.CharField(max_length=10, choices=Way.choices, blank=True)
    validated_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField(null=True)
    signed_fingerprint = models.CharField(max_length=64, blank=True)
    outside_reference = models.CharField(max_length=120, blank=True)
    outside_file = models.ForeignKey("kernel.Document", null=True, on_delete=models.PROTECT, related_name="+")
    stands_for = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    stands_how = models.CharField(max_length=10, choices=Stead.choices, blank=True)
    stands_since = models.DateField(null=True)
    edition = models.PositiveSmallIntegerField(default=0)
    named = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stands_how="", stands_since=None) | (~Q(stands_how="") & Q(stands_since__isnull=False)),
                name="signatory_stands_in_since_a_day",
            ),
            models.UniqueConstraint(
                fields=["convention", "organisation"],
                condition=~Q(state="removed") & Q(amendment=None),
                name="signatory_once",
            ),
            models.UniqueConstraint(
                fields=["amendment", "organisation"],
                condition=~Q(state="removed") & Q(amendment__isnull=False),
                name="signatory_once_per_amendment",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=SIGNED) & Q(signed_on__isnull=False) & ~Q(signed_fingerprint=""))
                | (~Q(state__in=SIGNED) & Q(signed_on=None, signed_fingerprint="")),
                name="signatory_signed_has_date_and_fingerprint",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SIGNED) | Q(signed_by=None), name="signatory_signed_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state="signed_outside", outside_file__isnull=False)
                | (~Q(state="signed_outside") & Q(outside_file=None)),
                name="signatory_outside_has_its_file",
            ),
        ]

    @property
    def text(self) -> Convention | Amendment:
        """What it signs."""
        return self.amendment or self.convention

    @property
    def signer(self) -> Person | None:
        """Who signed; before, who is to sign."""
        return self.signed_by or self.person

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever sees the operation; the bearer of a link that one signatory."""
        if actor.who is not Who.LINK:
            return super().visibility(actor)
        if actor.link is None or actor.link.object_type != SIGNATORY_TYPE:
            return Q(pk__in=[])
        return Q(pk=actor.link.object_id)


class SigningCode(CodeFields, OperationBound):
    """A code that was sent to who signs, to sign one text (`codes.Codes`)."""

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="codes")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(passed_at__isnull=False), name="signing_code_signs_once_typed"
            ),
            models.CheckConstraint(
                condition=Q(link_id__isnull=False) | Q(person_id__isnull=False), name="signing_code_has_its_hand"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Whoever it was sent to, and tasks."""
        return super().visibility(actor) if actor.who is Who.TASK else cls.of_hand(actor)


from defi.steps.convention.ink_models import InkMark, ScannedPage  # noqa: E402, F401
