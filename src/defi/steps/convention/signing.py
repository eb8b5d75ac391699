"""The date of the ceremony: proposed by the provider, passed on by the officer, held or refused by the Cabinet.

Source: process.md, step 7 (seed 001)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.models import Operation
from defi.steps.convention import mails
from defi.steps.convention.documents import INVITATION, SAVE_THE_DATE
from defi.steps.convention.letters import keep_letters
from defi.steps.convention.locks import lock_convention, session_of
from defi.steps.convention.models import LIVING, ON_THE_LIST, Convention, Signatory, SigningOption
from defi.steps.convention.rules import MOST_OPTIONS, convention_title, hour_fault, option_fault, title_fault
from defi.steps.convention.states import OPTION
from defi.steps.sourcing.locks import refuse_nir

OPEN = ("proposed", "forwarded", "held")


@dataclass(frozen=True, slots=True)
class OptionFacts:
    """A date, an hour (of Paris) and a place."""

    on: date
    at: time
    place: str


def propose_options(
    actor: Actor, operation_id: int, options: Sequence[OptionFacts], *, title: str = ""
) -> list[SigningOption]:
    """Offer one or more dates, with the title of the convention, which carries the EOS number: the one given, until
    the convention is prepared and has its own.

    Raises `Invalid` beside what is wrong, `WrongState` when a date is already held."""
    with acting(actor, "signing.propose") as act:
        operation = lock_operation(act, operation_id)
        session = session_of(operation)
        convention = Convention.objects.filter(LIVING, operation=operation).first()
        title = convention.title if convention else title.strip()
        title = title or convention_title(operation.title, session.eos_number)
        fault = title_fault(title, session.eos_number)
        if fault:
            raise Invalid.field("title", fault)
        _check_options(act, operation, options, session.ends_on)
        rows = [
            act.create(
                SigningOption,
                operation=operation,
                title=title,
                on=option.on,
                at=option.at,
                place=option.place.strip(),
                state=OPTION.take("signing.propose", actor, "").target,
                proposed_on=act.today,
            )
            for option in options
        ]
        mails.options_proposed(act, operation, rows)
        return rows


def _check_options(act: Action, operation: Operation, options: Sequence[OptionFacts], ends_on: date) -> None:
    if not options:
        raise Invalid.field("on", _("Proposez au moins une date."))
    known = list(SigningOption.objects.filter(operation=operation, state__in=OPEN).order_by("pk"))
    if any(option.state == "held" for option in known):
        raise WrongState(_("Une date est déjà retenue : pour en changer, demandez à la Région de rouvrir le choix."))
    if len(options) + len(known) > MOST_OPTIONS:
        raise Invalid.field("on", _("Proposez %(n)d dates au plus à la fois.") % {"n": MOST_OPTIONS})
    offered = {(option.on, option.at, option.place.strip()) for option in known}
    for option in options:
        fault = option_fault(option.on, today=act.today, ends_on=ends_on)
        if fault:
            raise Invalid.field("on", fault)
        if fault := hour_fault(option.at):
            raise Invalid.field("at", fault)
        if not option.place.strip():
            raise Invalid.field("place", _("Indiquez le lieu de la signature."))
        refuse_nir(place=option.place)
        one = (option.on, option.at, option.place.strip())
        if one in offered:
            raise Invalid.field("on", _("Cette date, à cette heure et à ce lieu, est déjà proposée."))
        offered.add(one)


def forward_options(actor: Actor, operation_id: int) -> list[SigningOption]:
    """The officer passes all proposed dates on to the Cabinet."""
    with acting(actor, "signing.forward") as act:
        operation = lock_operation(act, operation_id)
        options = _lock_options(operation, "proposed")
        if not options:
            raise WrongState(_("Aucune date n'attend d'être transmise."))
        for option in options:
            act.move(OPTION, option, forwarded_on=act.today)
        mails.options_forwarded(act, operation, options)
        return options


def hold_option(actor: Actor, option_id: int, *, version: int | None = None) -> SigningOption:
    """The Cabinet holds one date; the others stay free, in case the choice is opened again."""
    with acting(actor, "signing.hold") as act:
        option = lock_bound(act, SigningOption, option_id, version)
        if SigningOption.objects.filter(operation_id=option.operation_id, state="held").exclude(pk=option.pk).exists():
            raise WrongState(_("Une autre date est déjà retenue : rouvrez d'abord le choix."))
        if option.on < act.today:
            raise WrongState(_("Cette date est passée : refusez les dates pour en recevoir d'autres."))
        act.move(OPTION, option, decided_on=act.today)
        mails.date_held(act, option)
        return option


def refuse_options(actor: Actor, operation_id: int, *, reason: str) -> list[SigningOption]:
    """The Cabinet refuses all dates: the provider is asked for others, whoever had been warned is told."""
    with acting(actor, "signing.refuse", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        refuse_nir(reason=reason)
        options = _lock_options(operation, "forwarded")
        if SigningOption.objects.filter(operation=operation, state="held").exists():
            raise WrongState(_("Une date est retenue : rouvrez d'abord le choix."))
        if not options:
            raise WrongState(_("Aucune date n'attend la décision du Cabinet."))
        return _drop(act, operation, options)


def reopen_date(actor: Actor, operation_id: int, *, reason: str) -> SigningOption:
    """The held date falls through; whoever had been warned is told. No longer once everybody signed."""
    with acting(actor, "signing.reopen", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        refuse_nir(reason=reason)
        if Convention.objects.filter(operation=operation, state="signed").exists():
            raise WrongState(_("La convention est signée par tous : la date ne se rouvre plus."))
        options = _lock_options(operation, "held")
        if not options:
            raise WrongState(_("Aucune date n'est retenue."))
        return _drop(act, operation, options)[0]


def _drop(act: Action, operation: Operation, options: list[SigningOption]) -> list[SigningOption]:
    # What was told of is said to fall; the mail speaks of that date.
    options.sort(key=lambda option: option.warned_on is None)
    convention = Convention.objects.filter(LIVING, operation=operation).select_for_update(of=("self",)).first()
    warned = any(option.warned_on for option in options)
    invited = options[0].state == "held" and convention is not None and convention.invited_on is not None
    for option in options:
        act.move(OPTION, option, decided_on=act.today)
    mails.dates_refused(act, operation, options, signatories_told(operation) if warned or invited else [])
    if convention:
        act.change(
            convention,
            save_the_date_on=None if warned else convention.save_the_date_on,
            invited_on=None,
        )
    for option in options:
        act.change(option, warned_on=None)
    return options


def save_the_date(actor: Actor, operation_id: int, option_id: int | None = None) -> SigningOption:
    """Ask the signatories to keep a date free: the held one, else the one given. A calendar entry goes with the mail.

    Raises `WrongState` without a convention in preparation (its signatories), without a date, or when already sent."""
    with acting(actor, "signing.save_the_date") as act:
        convention = lock_convention(act, operation_id)
        option = _date_to_keep(act, convention.operation, option_id)
        if option.warned_on:
            raise WrongState(_("Le « réservez la date » est déjà parti le %(d)s.") % {"d": long_date(option.warned_on)})
        signatories = _must_have_signatories(convention.operation)
        letters = keep_letters(SAVE_THE_DATE, option, signatories, act.now)
        reached = mails.save_the_date(act, option, signatories, letters)
        for former in SigningOption.objects.filter(operation=option.operation_id).exclude(pk=option.pk):
            # Whoever had kept another date free has read that this one takes its place.
            if former.warned_on:
                act.change(former, warned_on=None)
        act.note(option, told=reached)
        act.change(convention, save_the_date_on=act.today)
        return act.change(option, warned_on=act.today)


def _date_to_keep(act: Action, operation: Operation, option_id: int | None) -> SigningOption:
    wanted = Q(state="held") if option_id is None else Q(pk=option_id, state__in=OPEN)
    options = SigningOption.objects.filter(wanted, operation=operation).select_for_update(of=("self",))
    option = options.order_by("pk").first()
    if option is None:
        raise WrongState(_("Aucune date n'est retenue : choisissez une des dates proposées."))
    if option.on < act.today:
        raise WrongState(_("Cette date est passée."))
    return option


def invite(actor: Actor, operation_id: int) -> Convention:
    """The Cabinet sends the official invitations for the held date, with the calendar entry."""
    with acting(actor, "signing.invite") as act:
        convention = lock_convention(act, operation_id)
        held = _lock_options(convention.operation, "held")
        if not held:
            raise WrongState(_("Aucune date n'est retenue : retenez-en une avant d'inviter."))
        if convention.invited_on:
            raise WrongState(
                _("Les invitations sont déjà parties le %(date)s.") % {"date": long_date(convention.invited_on)}
            )
        signatories = _must_have_signatories(convention.operation)
        letters = keep_letters(INVITATION, held[0], signatories, act.now)
        reached = mails.invitation(act, held[0], signatories, letters)
        act.note(convention, told=reached)
        return act.change(convention, invited_on=act.today)


def signatories_told(operation: Operation) -> list[Signatory]:
    """Whom the dates are told to: those of the list."""
    rows = Signatory.objects.filter(ON_THE_LIST, operation=operation)
    return list(rows.select_related("organisation", "person", "operation").order_by("pk"))


def _must_have_signatories(operation: Operation) -> list[Signatory]:
    found = signatories_told(operation)
    if not found:
        raise WrongState(_("La liste des signataires est vide : ajoutez-les d'abord."))
    return found


def _lock_options(operation: Operation, state: str) -> list[SigningOption]:
    rows = SigningOption.objects.filter(operation=operation, state=state).select_for_update(of=("self",))
    return list(rows.order_by("on", "at", "pk"))
