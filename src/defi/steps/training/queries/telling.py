"""Who of the trainees learns a change of dates by mail, and who has to be called: many have no address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.outbox import with_hour
from defi.steps.training.models import Attendance


@dataclass(frozen=True, slots=True)
class Told:
    """How many have an address; the others, each with the telephone number that is known."""

    by_mail: int = 0
    to_call: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What a page says of it; nothing when nobody is concerned."""
        said = []
        if self.by_mail:
            words = ngettext(
                "%(n)d stagiaire est prévenu par courriel.",
                "%(n)d stagiaires sont prévenus par courriel.",
                self.by_mail,
            )
            said.append(with_hour(words % {"n": self.by_mail}))
        if self.to_call:
            said.append(_("Sans adresse de courriel, à appeler : %(names)s.") % {"names": ", ".join(self.to_call)})
        return " ".join(said)


def told_of(actor: Actor, sheet_ids: Sequence[int]) -> Told:
    """Those on any of these sheets, each once."""
    rows = Attendance.objects.visible_to(actor).filter(sheet__in=sheet_ids)
    lines = rows.select_related("candidacy__person").order_by("candidacy__person__last_name", "candidacy")
    people = list({line.candidacy_id: line.candidacy.person for line in lines}.values())
    to_call = [f"{person} ({person.phone})" if person.phone else str(person) for person in people if not person.email]
    return Told(len(people) - len(to_call), tuple(to_call))
