"""What is said otherwise than noted, and is not settled (process.md, « + Follow-up »)."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.steps.followup.models import Situation, Statement
from defi.steps.followup.rules import disagrees


def disputes(
    actor: Actor, ids: list[int], situations: dict[int, dict[str, Situation]]
) -> dict[int, dict[str, tuple[str, ...]]]:
    """What is said otherwise than noted and is not settled, by person and moment, in words. One query."""
    found: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    told = Statement.objects.visible_to(actor).filter(candidacy__in=ids, settled_on=None)
    for statement in told.select_related("organisation").order_by("pk"):
        noted = situations.get(statement.candidacy_id, {}).get(statement.moment)
        said = (statement.status, statement.contract)
        if noted is not None and disagrees((noted.status, noted.contract), said):
            here = found[statement.candidacy_id]
            here[statement.moment] = (*here.get(statement.moment, ()), _statement_words(statement))
    return found


def _statement_words(statement: Statement) -> str:
    who = statement.organisation.name if statement.organisation else statement.get_voice_display()
    label = statement.get_status_display()
    said = f"{label}, {statement.get_contract_display()}" if statement.contract else label
    return _("%(who)s dit : %(said)s") % {"who": who, "said": said}


def disputes_of(actor: Actor, known: Situation) -> tuple[str, ...]:
    """What others say of one situation, otherwise than noted."""
    found = disputes(actor, [known.candidacy_id], {known.candidacy_id: {known.moment: known}})
    return found.get(known.candidacy_id, {}).get(known.moment, ())
