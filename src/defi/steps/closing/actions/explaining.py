"""The provider explains a line that the file does not show, beside it, while the request is studied."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid
from defi.operations.access import lock_bound
from defi.steps.closing.actions.certificate import standing_checks
from defi.steps.closing.actions.runs import keep_explanation
from defi.steps.closing.models import CheckRun, ComplianceCertificate
from defi.steps.closing.states import CERTIFICATE
from defi.steps.sourcing.locks import refuse_personal

LONGEST = 600


def explain_line(actor: Actor, certificate_id: int, *, line: str, text: str, version: int | None = None) -> CheckRun:
    """What the provider says of one line, with the line as it stands that day. It changes nothing of what is found: the
    officer reads it and decides. Said again, the last one is shown and the former stays among the acts.

    Raises `Invalid` (no such line, nothing said, too long, a personal word), `WrongState` (no request is studied),
    `Stale`."""
    with acting(actor, "certificate.explain") as act:
        certificate = lock_bound(act, ComplianceCertificate, certificate_id, version)
        CERTIFICATE.take(act.verb, actor, certificate.state)
        found = next((one for one in standing_checks(certificate.operation)[-1] if one.key == line), None)
        if found is None:
            raise Invalid(_("Cette ligne n'est pas de celles de l'attestation."))
        said = text.strip()
        if not said:
            raise Invalid.field("text", _("Écrivez votre explication, ou revenez à la page."))
        if len(said) > LONGEST:
            raise Invalid.field("text", _("Écrivez plus court : %(n)d signes au plus.") % {"n": LONGEST})
        refuse_personal(text=said)
        return keep_explanation(act, certificate, found, said)
