"""Persons, organisations, memberships, accounts and cards. A `Person` is not the account: an `Account` is optional."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.access import Actor, Guarded, Who


class OrganisationKind(models.TextChoices):
    REGION = "region", _("Région")
    PROVIDER = "provider", _("organisme de formation")
    EMPLOYER = "employer", _("employeur")
    PRESCRIBER = "prescriber", _("prescripteur")
    PARTNER = "partner", _("partenaire")


class Network(models.TextChoices):
    """What kind of prescriber or partner: the convention asks for some of them by name (seed 001, step 7)."""

    MISSION_LOCALE = "mission_locale", _("Mission locale")
    FRANCE_TRAVAIL = "france_travail", _("France Travail")
    CAP_EMPLOI = "cap_emploi", _("Cap emploi")
    INSERTION = "insertion", _("structure d'insertion")
    DEPARTEMENT = "departement", _("Département")
    DEVELOPMENT = "development", _("agence de développement")
    EPCI = "epci", _("intercommunalité")
    CHAMBER = "chamber", _("chambre consulaire")
    OPCO = "opco", _("OPCO")
    UNION = "union", _("partenaire social")
    OTHER = "other", _("autre")


class Organisation(models.Model):
    """A Region, a provider, an employer's establishment, a prescriber's agency. Public facts: no actor is needed."""

    kind = models.CharField(max_length=12, choices=OrganisationKind.choices)
    network = models.CharField(max_length=20, choices=Network.choices, blank=True)
    name = models.CharField(_("nom"), max_length=160)
    search_key = models.CharField(max_length=200, editable=False, db_index=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    nda = models.CharField(_("numéro de déclaration d'activité"), max_length=11, blank=True)
    region = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    commune = models.ForeignKey("reference.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    merged_into = models.ForeignKey("self", null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "siret"], condition=~Q(siret=""), name="organisation_siret_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        from defi.people.names import search_key

        self.search_key = search_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Person(Guarded):
    """Somebody: an agent, a tutor, a trainee. No NIR, no health, no family: no step needs them."""

    private = frozenset({"birth_date"})

    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        indexes = [models.Index(fields=["email"], condition=~Q(email=""), name="person_by_email")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def short_name(self) -> str:
        """« Leïla M. »: what a board or an employer needs."""
        return f"{self.first_name} {self.last_name[:1]}."

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}. {self.last_name[:1]}."

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """Oneself and one's colleagues; the Region sees members of organisations. Candidates are reached through
        their candidacy (sourcing), never by a list of persons."""
        mine = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
        if actor.in_region:
            return mine | Q(pk__in=Membership._base_manager.values("person_id"))
        if actor.organisation_id:
            return mine | Q(
                pk__in=Membership._base_manager.filter(organisation_id=actor.organisation_id).values("person_id")
            )
        return mine


class Membership(Guarded):
    """A person's role in an organisation, from a date until another, which is the first day without access.

    `basins`: the territory of an officer."""

    ROLES: ClassVar[list[tuple[str, str]]] = [
        (who.value, who.value) for who in Who if who not in {Who.TRAINEE, Who.LINK, Who.TASK, Who.PUBLIC}
    ]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ROLES)
    function = models.CharField(_("fonction"), max_length=120, blank=True)
    can_decide = models.BooleanField(_("peut engager l'entreprise"), null=True, blank=True)
    basins = models.ManyToManyField("reference.Basin", blank=True, related_name="+")
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(until=None), name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="membership_dates_in_order"
            ),
        ]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        if actor.in_region:
            return Q()
        return Q(organisation_id=actor.organisation_id) if actor.organisation_id else Q(person_id=actor.person_id)


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made for a person by an invitation; there is no open sign-up."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """The way in for a person with a mail address: a code sent by mail."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.email


class Card(Guarded):
    """A printed personal card (number, QR and code) that opens a trainee's space without a mail address.

    Only the hash of the code is kept; the referent renews a lost card, which kills the former."""

    private = frozenset({"code_hash"})

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=12, unique=True)
    code_hash = models.CharField(max_length=64)
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="card_one_living")]

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])


class MailChoice(Guarded):
    """What somebody wants to be mailed: without a row, urgent things at once and one digest a day."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="mail_choice")
    urgent_only = models.BooleanField(default=False)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])


class Agenda(Guarded):
    """The private address of somebody's calendar feed. Its edition is in the address: a new one kills the former.

    The secret is nowhere: it is computed from the key of the installation (people.agenda)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(default=1)
    closed_on = models.DateField(null=True)

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])


class RegistryState(models.TextChoices):
    """What the register of firms says of an establishment."""

    OPEN = "open", _("en activité")
    CLOSED = "closed", _("fermé")
    HIDDEN = "hidden", _("non diffusible")
    UNKNOWN = "unknown", _("inconnu du répertoire")


class RegistryAnswer(models.Model):
    """What the register of firms last answered on an organisation: public facts, with the day they were given."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="registry")
    state = models.CharField(max_length=8, choices=RegistryState.choices)
    name = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=250, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(default=clock.now)


# At the end: the record of an employer is made of these models.
from defi.people.employers.models import Contact, EmployerImport, EmployerSheet, Merge, Talk  # noqa: E402

__all__ = [
    "Account",
    "AccountManager",
    "Agenda",
    "Card",
    "Contact",
    "EmployerImport",
    "EmployerSheet",
    "MailChoice",
    "Membership",
    "Merge",
    "Network",
    "Organisation",
    "OrganisationKind",
    "Person",
    "RegistryAnswer",
    "RegistryState",
    "Talk",
]
