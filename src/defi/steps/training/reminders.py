"""What mails of the session say is looked at again as they leave."""

from __future__ import annotations

from defi.kernel import clock
from defi.kernel.mail.reviewing import still
from defi.kernel.models import Mail
from defi.steps.training import mails
from defi.steps.training.absences import Alert, holds
from defi.steps.training.actions.absences import history_of
from defi.steps.training.models import AbsenceAlert


@still("training/mail/absences_referent")
@still("training/mail/absences_prescriber")
@still("training/mail/absences_officer")
def are_they_still_missed(mail: Mail) -> bool:
    """The half-days that it tells of are still kept as missed: none was corrected, none is justified since."""
    known = mail.key.removeprefix(mails.ABSENCES)
    if not known:
        return True
    alert = AbsenceAlert.objects.select_related("candidacy__operation").filter(pk=known).first()
    if alert is None:
        return False
    history = history_of(alert.candidacy, clock.now())
    return holds(Alert(alert.kind, alert.since, alert.half_days), history)
