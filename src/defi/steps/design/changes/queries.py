"""Reads the requests of a plan: the one that is open, those that were decided, what this actor may do with each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from defi.kernel import clock
from defi.kernel.access import LEAD, Actor
from defi.operations.access import leads, pilots
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.design.change_models import OPEN, ChangeRequest
from defi.steps.design.changes.effects import Effect
from defi.steps.design.changes.effects import from_json as effect_of
from defi.steps.design.changes.lines import Change, from_json
from defi.steps.design.changes.reading import ShownLine, Study, firms_in, kind_words, shown_lines, study
from defi.steps.design.content import ModuleContent
from defi.steps.design.models import PlanCompetence, TrainingPlan
from defi.steps.design.states import CHANGE

PILLS = {"draft": "due", "asked": "wait", "to_mend": "due", "approved": "ok", "refused": "late", "withdrawn": "plain"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as a page shows it: its lines in words, its effect (as it would be now while it is open, as it was
    computed for whoever decided after that), what this actor may do. `others` are the modules no line names."""

    request: ChangeRequest
    kinds: str
    lines: list[ShownLine]
    effect: Effect | None
    stale: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    others: list[ModuleContent] = field(default_factory=list)

    @property
    def pill(self) -> str:
        return PILLS[self.request.state]

    @property
    def may_send(self) -> bool:
        """Whether nothing keeps it from being sent."""
        return "ask" in self.verbs and not self.stale and self.effect is not None and not self.effect.faults

    @property
    def may_approve(self) -> bool:
        return "approve" in self.verbs and not self.stale and self.effect is not None and not self.effect.faults


def shown(actor: Actor, request: ChangeRequest) -> Shown:
    """One request, studied again while it may still be decided."""
    session = Session.objects.visible_to(actor).filter(operation=request.operation_id).first()
    if request.state not in OPEN or session is None:
        change = from_json(request.lines)
        labels = _labels(request.plan_id)
        return _shown(request, change, labels, _names([change]), effect_of(request.effect))
    found = study(request, session, clock.today())
    labels = {row.pk: row.label for row in found.content.competences}
    return Shown(
        request,
        kind_words(found.change),
        shown_lines(found.change, labels, dict(found.ground.names)),
        found.effect,
        found.stale,
        verbs_of(actor, request),
        _others(found),
    )


def _others(found: Study) -> list[ModuleContent]:
    named = {line.module for line in found.change.modules}
    return [module for module in found.content.modules if module.pk not in named]


def verbs_of(actor: Actor, request: ChangeRequest) -> frozenset[str]:
    """What this actor may do with a request: write, ask, withdraw; approve, refuse, mend."""
    operation = request.operation
    may = (actor.who in LEAD and leads(actor, operation)) or pilots(actor, operation)
    if operation.state != "running" or not may:
        return frozenset()
    names = {step.name for step in CHANGE.open_to(actor, request.state)}
    return frozenset(name.removeprefix("plan.").removesuffix("_change") for name in names)


def open_request(actor: Actor, plan: TrainingPlan) -> ChangeRequest | None:
    """The request that is written, asked or to mend, if this actor may know of it."""
    rows = ChangeRequest.objects.visible_to(actor).filter(plan=plan, state__in=OPEN)
    return rows.select_related("asked_for").first()


def past(actor: Actor, plan: TrainingPlan) -> list[Shown]:
    """The requests that were sent, the latest first, each with the effect computed on the day. Four queries."""
    rows = ChangeRequest.objects.visible_to(actor).filter(plan=plan, asked_on__isnull=False)
    requests = list(rows.select_related("asked_for", "operation__provider").order_by("-pk"))
    if not requests:
        return []
    changes = {request.pk: from_json(request.lines) for request in requests}
    labels, names = _labels(plan.pk), _names(changes.values())
    return [_shown(request, changes[request.pk], labels, names, effect_of(request.effect)) for request in requests]


def _shown(
    request: ChangeRequest, change: Change, labels: dict[int, str], names: dict[int, str], effect: Effect | None
) -> Shown:
    return Shown(request, kind_words(change), shown_lines(change, labels, names), effect)


def _labels(plan_id: int) -> dict[int, str]:
    return dict(PlanCompetence._base_manager.filter(plan=plan_id).order_by("pk").values_list("pk", "label"))


def _names(changes: Iterable[Change]) -> dict[int, str]:
    firms = {pk for change in changes for pk in firms_in(change)}
    return dict(Organisation.objects.filter(pk__in=firms).order_by("pk").values_list("pk", "name")) if firms else {}
