"""What is known of an employer beyond its public facts (features 1, 7, 8; employers.md R19, R20, R24, R27, R28)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor, Guarded
from defi.people.employers import reach
from defi.people.employers.states import MERGE


def of_read_employers(actor: Actor) -> Q:
    """Rows of the employers whose record this actor reads."""
    return Q(organisation_id__in=reach.read_by(actor).values("pk"))


class EmployerSheet(Guarded):
    """What follows the record of an employer: its one adviser (R27), its sector. Made when first needed.

    `naf` is the activity as INSEE codes it, `88.10A`."""

    organisation = models.OneToOneField("people.Organisation", on_delete=models.PROTECT, related_name="sheet")
    adviser = models.ForeignKey("people.Membership", null=True, on_delete=models.PROTECT, related_name="+")
    naf = models.CharField(_("code NAF"), max_length=6, blank=True)

    class Meta:
        ordering = ["id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return of_read_employers(actor)


class Decision(models.TextChoices):
    """What a contact may engage the firm to (R19): an engagement without a decider is flagged."""

    HIRE = "hire", _("embaucher")
    SIGN = "sign", _("signer la convention")
    TUTOR = "tutor", _("encadrer un stagiaire")
    HOST = "host", _("ouvrir l'atelier ou le site")
    PAY = "pay", _("engager une dépense")


class Contact(Guarded):
    """Somebody to talk to in a firm, with or without an account, and what they can decide.

    `house` is the organisation of whoever noted them; empty when a room of the house learnt them."""

    private: ClassVar[frozenset[str]] = frozenset({"post"})

    class Post(models.TextChoices):
        """The functions met in firms (R19, R20); none is mandatory."""

        OWNER = "owner", _("dirigeant")
        MANAGEMENT = "management", _("direction du site")
        HR = "hr", _("ressources humaines")
        CSR = "csr", _("responsabilité sociale (RSE)")
        FOUNDATION = "foundation", _("fondation")
        DEDICATED = "dedicated", _("poste dédié à l'insertion")
        TEAM = "team", _("chef d'équipe, tuteur")
        STAFF = "staff", _("représentant du personnel")
        OTHER = "other", _("autre")

    class InTime(models.TextChoices):
        YES = "yes", _("oui")
        NO = "no", _("non")
        UNKNOWN = "unknown", _("on ne sait pas")

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(_("fonction"), max_length=12, choices=Post.choices, blank=True)
    decides = ArrayField(models.CharField(max_length=8, choices=Decision.choices), default=list, blank=True)
    in_time = models.CharField(_("décide à temps"), max_length=8, choices=InTime.choices, default=InTime.UNKNOWN)
    house = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(left_on=None), name="contact_once_per_firm"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("since")), name="contact_dates_in_order"
            ),
        ]

    @property
    def decisions(self) -> list[str]:
        """What they can decide, in words, in a stable order."""
        return [str(label) for value, label in Decision.choices if value in self.decides]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Who reads the record; a provider only those it noted itself and those its own operations name."""
        if not actor.in_provider:
            return of_read_employers(actor)
        return of_read_employers(actor) & (Q(house_id=actor.organisation_id) | reach.people_met(actor))


class Talk(Guarded):
    """A visit, a call, a meeting with an employer: one sentence, and what comes next with its date (R28, R61).

    `house` is the organisation of whoever wrote it. `shared`: the Region lets the providers of the operations in which
    the firm is engaged read it; without it they do not (a need is not known before its tender)."""

    private: ClassVar[frozenset[str]] = frozenset({"said", "next_step"})

    class Kind(models.TextChoices):
        VISIT = "visit", _("visite")
        CALL = "call", _("appel")
        MEETING = "meeting", _("réunion")
        MAIL = "mail", _("courriel")
        EVENT = "event", _("événement")

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    on = models.DateField(_("date"))
    said = models.CharField(max_length=300)
    written_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    house = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    next_step = models.CharField(max_length=160, blank=True)
    next_on = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_step="", next_on=None) | (~Q(next_step="") & Q(next_on__isnull=False)),
                name="talk_next_step_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(next_on__isnull=False), name="talk_done_is_of_a_next_step"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "on"], name="talk_by_firm"),
            models.Index(
                fields=["written_by", "next_on"], condition=Q(done_on=None, next_on__isnull=False), name="talk_to_do"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region reads all that is said of the firms it reads; a house what it wrote, and what the Region shares.

        The firm itself is handed its notes when it asks (GDPR, article 15), not shown them as they are written."""
        if actor.in_region:
            return of_read_employers(actor)
        if not (actor.in_provider or actor.in_prescriber) or actor.organisation_id is None:
            return Q(pk__in=[])
        shared = Q(shared=True) & reach.engaged(actor) if actor.in_provider else Q(shared=True)
        return of_read_employers(actor) & (Q(house_id=actor.organisation_id) | shared)


class EmployerImport(Guarded):
    """A list of employers taken from a file: counts of its lines. What was refused was told at once."""

    region = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    lines = models.PositiveIntegerField()
    made = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    contacts = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(region_id=actor.region_id) if actor.in_region else Q(pk__in=[])


class Merge(Guarded):
    """Two records found alike, and what an officer decided. `firm`: the record they belong to, for contacts.

    `moves` are ids, dates and states: what the merge changed, row by row, so that it is explained and undone."""

    kept_firm = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    other_firm = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    kept_person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    other_person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=MERGE.choices)
    decided_on = models.DateField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    moves = models.JSONField(default=list)
    filled = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_firm__isnull=False, other_firm__isnull=False, kept_person=None, other_person=None)
                | Q(kept_firm=None, other_firm=None, kept_person__isnull=False, other_person__isnull=False),
                name="merge_of_two_firms_or_two_persons",
            ),
            models.UniqueConstraint(fields=["other_firm"], condition=Q(state="merged"), name="merge_firm_once"),
            models.UniqueConstraint(fields=["other_person"], condition=Q(state="merged"), name="merge_person_once"),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The Region's own business, in the firms it reads."""
        return Q(firm_id__in=reach.read_by(actor).values("pk")) if actor.in_region else Q(pk__in=[])
