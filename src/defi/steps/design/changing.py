"""A change to the plan, and the approvals that fall with it: one way in for every action that changes its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from defi.kernel.journal import Action
from defi.people.models import Organisation
from defi.steps.design.calendar.describing import (
    CalendarRows,
    calendar_rows,
    calendar_words,
    days_of_groups,
    whole_rhythm,
)
from defi.steps.design.content import (
    CompetenceContent,
    Content,
    ContributionContent,
    ModuleContent,
    TailoringContent,
    differences,
)
from defi.steps.design.models import (
    Asked,
    Contribution,
    LinguisticTraining,
    Module,
    PlanCompetence,
    Tailoring,
    TrainingPlan,
)
from defi.steps.design.parties import required_parties, standing
from defi.steps.design.seeing import touched


def content_of(plan: TrainingPlan) -> Content:
    """What the plan says now, in twelve queries whatever its size. Must run inside a scope."""
    return content_with(plan, calendar_rows(plan.pk))


def content_with(plan: TrainingPlan, calendar: CalendarRows | None) -> Content:
    """What the plan says now, for who has read its calendar already."""
    modules = Module._base_manager.filter(plan=plan).order_by("order", "pk").prefetch_related("for_employers")
    competences = PlanCompetence._base_manager.filter(plan=plan).order_by("pk").prefetch_related("asked_by", "modules")
    contributions = Contribution._base_manager.filter(plan=plan).order_by("pk")
    tailorings = Tailoring._base_manager.filter(plan=plan).order_by("pk")
    linguistic = LinguisticTraining._base_manager.filter(plan=plan).first()
    return Content(
        certification=str(plan.certification or plan.certification_label),
        blocks=tuple(sorted(plan.blocks.values_list("code", flat=True))),
        rhythm=plan.rhythm,
        platform=plan.platform,
        specific=plan.specific,
        public_need=plan.public_need,
        entry_level=plan.entry_level,
        entry_conditions=plan.entry_conditions,
        cost="" if plan.cost_per_place is None else str(plan.cost_per_place),
        linguistic=linguistic_words(linguistic) if linguistic else "",
        calendar=calendar_words(calendar),
        calendar_rhythm=whole_rhythm(calendar),
        calendar_groups=days_of_groups(calendar),
        modules=tuple(_module(row) for row in modules),
        competences=tuple(_competence(row) for row in competences),
        contributions=tuple(
            ContributionContent(c.pk, c.employer_id, c.kind, c.module_id, c.detail) for c in contributions
        ),
        tailorings=tuple(TailoringContent(t.pk, t.text, t.employer_id) for t in tailorings),
    )


def linguistic_words(training: LinguisticTraining) -> str:
    """The linked training in a line: who gives it, its hours, what EOS calls it."""
    words = _("%(provider)s, %(n)d h") % {"provider": training.provider_name, "n": training.hours}
    return f"{words}, EOS {training.eos_number}" if training.eos_number else words


def _module(row: Module) -> ModuleContent:
    return ModuleContent(
        pk=row.pk,
        title=row.title,
        kind=row.kind,
        centre=row.hours_centre,
        company=row.hours_company,
        remote=row.hours_remote,
        situation=row.hours_situation,
        reason=row.reason,
        place=row.place,
        on_platform=row.on_platform,
        lender=row.lender_id,
        block=row.block,
        uncertified=row.uncertified,
        for_employers=tuple(sorted(firm.pk for firm in row.for_employers.all())),
    )


def _competence(row: PlanCompetence) -> CompetenceContent:
    return CompetenceContent(
        pk=row.pk,
        label=row.label,
        asked_by=tuple(sorted(firm.pk for firm in row.asked_by.all())),
        modules=tuple(sorted(module.pk for module in row.modules.all())),
        gap_reason=row.gap_reason,
        uncertified=row.uncertified,
    )


@contextmanager
def content_change(
    act: Action, plan: TrainingPlan, subject: str = "", asked_by: Organisation | None = None
) -> Iterator[None]:
    """Whatever the block changes, the approvals of those who no longer see what they approved are cancelled.

    `subject` and `asked_by` keep on whose demand it was, for the comparison of editions. A plan that nobody has
    approved, changed on nobody's demand, is not even read."""
    given = standing(plan)
    before = content_of(plan) if given or asked_by else None
    yield
    if before is None:
        return
    after = content_of(plan)
    if asked_by is not None:
        keep_who_asked(act, plan, subject, asked_by, made_of(before, after).get(subject, {}))
    if not given:
        return
    concerned = touched(before, after, required_parties(plan.operation))
    for organisation_id, approval in given.items():
        if organisation_id in concerned:
            act.change(approval, cancelled_on=act.today)


Made = dict[str, str]
"""A mark of what each fact of a subject became."""


def made_of(before: Content, after: Content) -> dict[str, Made]:
    """What a change made of each subject."""
    made: dict[str, Made] = {}
    for difference in differences(before, after, names_in(before, after)):
        made.setdefault(difference.subject, {})[difference.fact] = difference.mark
    return made


def names_in(*contents: Content) -> dict[int, str]:
    """The organisations (ids) that the contents speak of, and their names."""
    ids: set[int] = set()
    for content in contents:
        ids |= {pk for competence in content.competences for pk in competence.asked_by}
        ids |= {pk for module in content.modules for pk in (*module.for_employers, module.lender or 0)}
        ids |= {row.employer for row in content.contributions}
        ids |= {pk for group in content.calendar_groups for pk in group.employers}
        ids |= {row.employer or 0 for row in content.tailorings}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))


def keep_who_asked(act: Action, plan: TrainingPlan, subject: str, asked_by: Organisation, made: Made) -> None:
    """Within an action: that this part of the plan changes on this demand, and what it becomes, for the comparison of
    editions."""
    facts = {"plan": plan, "after_edition": plan.edition, "subject": subject, "organisation": asked_by}
    known = Asked._base_manager.filter(**facts).first()
    if known is None:
        act.create(Asked, operation_id=plan.operation_id, **facts, made=made)
    elif known.made | made != known.made:
        act.change(known, made=known.made | made)


class _UndoneError(Exception):
    """Never leaves this module: it undoes what was only tried."""


def would_fall(plan: TrainingPlan, do: Callable[[], object]) -> list[Organisation]:
    """Whose approval `do` would cancel: it is done, looked at, and undone. Raises what `do` raises."""
    fallen: set[int] = set()
    before = set(standing(plan))
    if not before:
        return []
    try:
        with transaction.atomic():
            do()
            fallen = before - set(standing(plan))
            raise _UndoneError
    except _UndoneError:
        pass
    provider = plan.operation.provider_id
    return list(Organisation.objects.filter(pk__in=fallen - {provider}).order_by("name", "pk"))
