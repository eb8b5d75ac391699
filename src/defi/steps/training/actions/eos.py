"""EOS: what it answered is typed back, and each difference with the session corrected or explained."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Session
from defi.steps.training import mails
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.copying import facts_of
from defi.steps.training.models import EosEntry
from defi.steps.training.rules import Difference, EosFacts, differences, eos_number

MOST = 9999


def record_eos(
    actor: Actor,
    session_id: int,
    *,
    number: str,
    answered: EosFacts,
    explanation: str = "",
    version: int | None = None,
) -> EosEntry:
    """Keep what EOS answered; the session takes its number. Each recording is a new row: what was read stays.

    Raises `Invalid` when the number has no EOS form or belongs to another session, or when a difference with the
    session is not explained (process.md, step 4)."""
    with acting(actor, "eos.record") as act:
        operation, session = lock_session(act, session_id, version)
        clean = eos_number(number)
        _check_free(session, clean)
        _check_bounds(answered)
        remaining = differences(facts_of(session), answered)
        explained = explanation.strip()
        if remaining and not explained:
            raise Invalid.field("explanation", _unexplained(remaining))
        fields = {
            "number": clean,
            "starts_on": answered.starts_on,
            "ends_on": answered.ends_on,
            "seats": answered.seats,
            "hours_centre": answered.hours_centre,
            "hours_company": answered.hours_company,
            "defi_ticked": answered.defi_ticked,
            "explanation": explained if remaining else "",
        }
        _check_new(session, fields)
        entry = act.create(
            EosEntry,
            operation=operation,
            session=session,
            entered_on=act.today,
            entered_by_id=actor.person_id,
            **fields,
        )
        _take_number(act, session, clean)
        if remaining:
            mails.eos_differs(act, operation, remaining, explained)
        return entry


def _check_free(session: Session, number: str) -> None:
    if Session._base_manager.filter(eos_number=number).exclude(pk=session.pk).exists():
        raise Invalid.field(
            "number", _("Ce numéro EOS est déjà celui d'une autre session : vérifiez celui qu'EOS affiche.")
        )


def _check_bounds(answered: EosFacts) -> None:
    faults = {
        name: _("Indiquez un nombre de 0 à %(most)d.") % {"most": MOST}
        for name in ("seats", "hours_centre", "hours_company")
        if not 0 <= getattr(answered, name) <= MOST
    }
    if faults:
        raise Invalid(" ".join(sorted(set(faults.values()))), faults)


def _unexplained(remaining: tuple[Difference, ...]) -> str:
    return _(
        "EOS ne répond pas ce que dit la session. %(differences)s. "
        "Corrigez EOS puis recopiez sa nouvelle réponse, ou expliquez l'écart."
    ) % {"differences": " ; ".join(difference.sentence for difference in remaining)}


def _check_new(session: Session, fields: dict[str, object]) -> None:
    last = EosEntry.objects.filter(session=session).order_by("-id").first()
    if last and all(getattr(last, name) == value for name, value in fields.items()):
        raise WrongState(_("Cette réponse d'EOS est déjà notée : rien n'a changé."))


def _take_number(act: Action, session: Session, number: str) -> None:
    try:
        with transaction.atomic():
            act.change(session, eos_number=number)
    except IntegrityError as clash:
        raise Invalid.field("number", _("Ce numéro EOS vient d'être donné à une autre session.")) from clash
