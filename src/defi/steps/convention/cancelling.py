"""A convention signed by all that holds no more: said why, told to everybody once; what was signed stays as it was.

Source: issue of the plan, « Signing » (cancel, correct, issue again: by the owner, never by a developer)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import Document
from defi.steps.convention import mails
from defi.steps.convention.amending import AT_WORK
from defi.steps.convention.issuing import living_signatories
from defi.steps.convention.locks import lock_convention
from defi.steps.convention.models import Amendment, Convention
from defi.steps.convention.states import AMENDMENT, CONVENTION
from defi.steps.sourcing.locks import refuse_nir


def cancel_convention(actor: Actor, operation_id: int, *, reason: str, version: int | None = None) -> Convention:
    """Cancel the convention that all have signed; another may then be prepared.

    Its texts and its sealed document are kept, marked as cancelled for whoever verifies them; what was owed to it is
    dropped. Raises `WrongState` before it is signed by all (it is corrected), or when a certificate rests on it."""
    with acting(actor, "convention.cancel", reason=reason) as act:
        convention = lock_convention(act, operation_id, version)
        refuse_nir(reason=reason)
        act.move(CONVENTION, convention, cancelled_on=act.today)
        _mark(act, convention)
        for amendment in Amendment.objects.filter(convention=convention).order_by("pk"):
            _mark(act, amendment)
            if amendment.state in AT_WORK:
                with acting(TASK, "amendment.drop") as drop:
                    drop.move(AMENDMENT, drop.lock(Amendment, amendment.pk))
        mails.convention_cancelled(act, convention, living_signatories(convention))
        return convention


def _mark(act: Action, row: Convention | Amendment) -> None:
    """Every document of this row says that it is cancelled to whoever verifies it."""
    kept = Document.objects.filter(object_type=type_of(row), object_id=row.pk, cancelled_on=None)
    kept.update(cancelled_on=act.today)


def told_of_cancelling(convention: Convention, *, over: bool) -> list[str]:
    """What cancelling does, said before. `over`: the training has ended. Must run inside an open scope."""
    names = ", ".join(signatory.organisation.name for signatory in living_signatories(convention))
    told = [
        _("Tous les signataires en sont prévenus, avec le motif : %(names)s.") % {"names": names},
        _(
            "Le document signé reste lisible ; sa page de vérification publique dit qu'il est annulé. L'opération n'a "
            "plus de convention signée."
        ),
    ]
    if over:
        told.append(_("La formation est terminée : aucune autre convention ne pourra être signée."))
    else:
        told.append(_("Une autre convention peut être préparée aussitôt : chacun la signera de nouveau."))
    return told
