"""Prints the decision on the answer, with the evidence it leaned on that day."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import TASK, scope
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import Action
from defi.kernel.models import Document
from defi.steps.needs.models import Need
from defi.steps.offer.catalogue.queries import Offered, offered
from defi.steps.offer.coverage import CATEGORIES, LEVELS, VERDICT_WORDS
from defi.steps.offer.documents import ROUTE_DECISION, Informed, LotEvidence, RouteDecisionData, SessionEvidence
from defi.steps.offer.informed import informed
from defi.steps.offer.lots import Examined
from defi.steps.offer.models import Route, RouteDecision

CATALOGUE_DAYS = 365
"""How far ahead the sessions of the catalogue are looked at, in days."""


def print_decision(act: Action, decision: RouteDecision, examined: Examined) -> Document:
    """Within an action: the decision as it stands, kept as a document of the Region."""
    return keep(ROUTE_DECISION, decision_data(decision, examined), decision, act.now)


def decision_data(decision: RouteDecision, examined: Examined) -> RouteDecisionData:
    """The facts of the decision, as the document wants them."""
    operation = decision.operation
    with scope(TASK):
        author = decision.decided_by
        needs = list(Need.objects.filter(collective__operation=operation).exclude(state="withdrawn"))
        period = (examined.day, examined.day + timedelta(days=CATALOGUE_DAYS))
        sessions = offered(TASK, operation.job, [operation.basin], period)
    return RouteDecisionData(
        title=operation.title,
        job=operation.job.label,
        rome=operation.job.code_rome,
        basin=operation.basin.name,
        employers=len({need.employer_id for need in needs}),
        posts=sum(need.posts for need in needs),
        day=examined.day,
        sought=precision_words(decision),
        answer=str(Route(decision.route).label),
        reason=decision.reason,
        entrusted_to=operation.provider.name if decision.lot and operation.provider else "",
        decided_by=str(author or ""),
        decided_on=decision.decided_on,
        summary=examined.evidence.summary,
        exclusivity=tuple(finding.exclusivity for finding in examined.evidence.holding),
        missing=examined.evidence.missing if examined.evidence.holding else (),
        lots=tuple(
            LotEvidence(
                label=finding.lot.label,
                title=examined.lot(finding).title,
                holders=", ".join(finding.lot.holders),
                verdict=str(VERDICT_WORDS[finding.verdict]),
                reasons=tuple(finding.said),
            )
            for finding in examined.evidence.findings
        ),
        sessions=tuple(_session(row) for row in sessions),
        is_tender=decision.route == Route.TENDER,
        informed=tuple(Informed(knows.organisation.name, knows.why) for knows in informed(operation)),
    )


def precision_words(decision: RouteDecision) -> tuple[str, ...]:
    """What was sought besides the job and the basin, in words."""
    said = [
        str(LEVELS[decision.level]) if decision.level in LEVELS else "",
        str(CATEGORIES.get(decision.category, "")),
        decision.certification,
    ]
    if decision.seats:
        said.append(ngettext("%(n)d place", "%(n)d places", decision.seats) % {"n": decision.seats})
    return tuple(words for words in said if words)


def _session(row: Offered) -> SessionEvidence:
    return SessionEvidence(
        title=row.title,
        provider=row.provider_name,
        place=", ".join(row.communes) or _("lieu non précisé"),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
