"""The day of the signing on paper: programme, guests, trainees. Made when asked, of what is known then; not kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.documents import Rendered, render
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_bound
from defi.operations.models import Operation
from defi.steps.convention.calendar import starts_at
from defi.steps.convention.ceremony_rules import Moment, read, usual
from defi.steps.convention.documents import CEREMONY, CeremonyData, Guest, MomentLine
from defi.steps.convention.locks import session_of
from defi.steps.convention.models import ON_THE_LIST, Signatory, SigningOption
from defi.steps.convention.rules import training_of
from defi.steps.convention.states import SIGNED
from defi.steps.sourcing.locks import refuse_nir
from defi.steps.sourcing.models import Candidacy


def write_programme(actor: Actor, option_id: int, *, text: str, version: int | None = None) -> SigningOption:
    """The programme of the day, one moment a line; empty, the usual one comes back.

    Raises `Invalid` naming the line that cannot be read, `WrongState` for a date that is not held."""
    with acting(actor, "signing.programme") as act:
        option = lock_bound(act, SigningOption, option_id, version)
        if option.state != "held":
            raise WrongState(_("Cette date n'est pas retenue : le programme s'écrit pour celle qui l'est."))
        refuse_nir(text=text)
        _moments, fault = read(text)
        if fault:
            raise Invalid.field("text", fault)
        return act.change(option, programme=text.strip())


def programme_of(option: SigningOption) -> tuple[Moment, ...]:
    """What was typed, else the usual programme from the hour of the ceremony."""
    return read(option.programme)[0] or usual(option.at)


def sheet_of(operation: Operation, now: datetime) -> Rendered:
    """The sheet of the held date. Raises `WrongState` without one."""
    with scope(TASK), override("fr"):
        held = SigningOption.objects.filter(operation=operation, state="held").first()
        if held is None:
            raise WrongState(_("Aucune date n'est retenue : la fiche se fait une fois la date choisie."))
        session = session_of(operation)
        rows = Signatory.objects.filter(ON_THE_LIST, operation=operation)
        people = Candidacy.objects.filter(session=session, state__in=["confirmed", "entered"])
        names = people.order_by("person__last_name", "person__first_name", "pk").select_related("person")
        data = CeremonyData(
            title=held.title,
            training=training_of(held.title, session.eos_number),
            eos_number=session.eos_number,
            provider=operation.provider.name if operation.provider else "",
            place=held.place,
            signing_at=starts_at(held),
            programme=tuple(
                MomentLine(f"{moment.at.hour} h {moment.at.minute:02d}", moment.what) for moment in programme_of(held)
            ),
            guests=tuple(_guest(row) for row in rows.select_related("organisation", "person").order_by("pk")),
            trainees=tuple(f"{row.person.last_name} {row.person.first_name}" for row in names),
        )
        return render(CEREMONY, data, number="CEREMONIE", code="CEREMONIE", verify_url="", now=now)


def _guest(row: Signatory) -> Guest:
    said = ""
    if row.state in SIGNED and row.signed_on:
        said = _("%(how)s, le %(day)s") % {"how": row.get_state_display(), "day": long_date(row.signed_on)}
    return Guest(row.organisation.name, str(row.person) if row.person else "", row.quality, said)
