"""EOS: what it answered is typed back, and each difference with the session corrected or explained."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.eos import same_number
from defi.operations.models import Session
from defi.steps.training import mails
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.copying import facts_of
from defi.steps.training.models import EosEntry
from defi.steps.training.rules import Difference, EosFacts, differences, eos_number, explained

MOST = 9999
LONGEST = 500
WHY = "why_"
"""Before the name of a field: the name of the one that explains it."""
NONE: Mapping[str, str] = {}


def record_eos(
    actor: Actor,
    session_id: int,
    *,
    number: str,
    answered: EosFacts,
    explanations: Mapping[str, str] = NONE,
    renumbered: bool = False,
    version: int | None = None,
) -> EosEntry:
    """Keep what EOS answered; the session takes its number. Each recording is a new row: what was read stays.

    `explanations`: field → why EOS says otherwise; `renumbered`: EOS gave another number to a session that has one.
    Raises `Invalid` when the number has no EOS form, belongs to another session or is another one unconfirmed, and for
    each difference with the session that is not explained (process.md, step 4)."""
    with acting(actor, "eos.record") as act:
        operation, session = lock_session(act, session_id, version)
        clean = eos_number(number)
        if session.eos_number and same_number(clean, session.eos_number):
            # The same figures, typed with spaces or without dashes: papers bear one spelling.
            clean = session.eos_number
        elif session.eos_number and not renumbered:
            raise Invalid.field(
                "renumbered",
                _(
                    "Cette session porte le numéro %(was)s, et vous écrivez %(number)s : vérifiez ce qu'EOS affiche. "
                    "S'il a changé, confirmez-le."
                )
                % {"was": session.eos_number, "number": clean},
            )
        _check_free(session, clean)
        _check_bounds(answered)
        found = differences(facts_of(session), answered)
        said = {one.field: [one.wanted, explanations.get(one.field, "").strip()[:LONGEST]] for one in found}
        remaining = explained(found, said)
        _check_explained(remaining)
        fields = {
            "number": clean,
            "starts_on": answered.starts_on,
            "ends_on": answered.ends_on,
            "seats": answered.seats,
            "hours_centre": answered.hours_centre,
            "hours_company": answered.hours_company,
            "defi_ticked": answered.defi_ticked,
            "explanations": said,
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
            mails.eos_differs(act, operation, remaining)
        return entry


def _check_free(session: Session, number: str) -> None:
    others = Session._base_manager.exclude(pk=session.pk).exclude(eos_number="")
    figures = Replace("eos_number", Value("-"), Value(""))
    if others.annotate(figures=figures).filter(figures=number.replace("-", "")).exists():
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


def _check_explained(remaining: tuple[Difference, ...]) -> None:
    """Raise `Invalid`, a sentence per difference, under the name of the field that explains it."""
    open_ones = [one for one in remaining if not one.why]
    if not open_ones:
        return
    sentence = _("EOS ne répond pas ce que dit la session : corrigez EOS et recopiez sa réponse, ou expliquez l'écart.")
    raise Invalid(
        sentence, {f"{WHY}{one.field}": _("%(what)s. Pourquoi ?") % {"what": one.sentence} for one in open_ones}
    )


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
