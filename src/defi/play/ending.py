"""The end of a play: steps, conformity, certificate, bonus, follow-up; and what the file expected of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from defi.journey.gathering import gather
from defi.journey.rules import journey
from defi.journey.steps import Step
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.documents.french import amount_words
from defi.operations.models import Operation, Session
from defi.play.world import World
from defi.schemes.rulebook import rulebook
from defi.steps.closing.checks import checks
from defi.steps.closing.facts import gather as gather_evidence
from defi.steps.closing.models import BonusClaim, CheckRun, ComplianceCertificate
from defi.steps.convention.models import ON_THE_LIST, Amendment, Signatory
from defi.steps.design.calendar.queries import calendar_of
from defi.steps.design.calendar.rules import Place
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.models import Approval
from defi.steps.design.queries import sheet
from defi.steps.design.states import CHANGE
from defi.steps.followup.models import Situation
from defi.steps.pairing.queries import Standing, standing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import AbsenceAlert, AttendanceSheet, SentSignature
from defi.steps.training.queries import ledger_page


@dataclass
class Ending:
    """What stands at the end of an operation. `values` is what `[expect]` may name."""

    title: str
    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def ending(world: World) -> Ending:
    """The end of the operation the file tells (the one without a name when there are several)."""
    world.operation_name = ""
    operation = world.operation
    with scope(TASK):
        end = Ending(operation.title)
        _tell_steps(end, operation)
        _tell_plan(end, operation)
        session = Session.objects.filter(operation=operation).first()
        if session:
            _tell_conformity(end, standing(session))
            _tell_people(end, session)
            _tell_hours(end, session)
        _tell_signatures(end, operation)
        _tell_changes(end, operation)
        _tell_lines(end, operation)
        _tell_money(end, operation)
        _tell_followup(end, operation)
    return end


def _tell_steps(end: Ending, operation: Operation) -> None:
    book = rulebook(operation.scheme, operation.rulebook_version)
    today = clock.today()
    steps = journey(book, gather([operation])[operation.pk], today)
    end.values["steps"] = {step.key: _state(step) for step in steps}
    end.values["late"] = [step.key for step in steps if step.is_late(today)]
    for step in steps:
        on = f", {step.done_on.isoformat()}" if step.done_on else ""
        end.lines.append(f"  {step.key:<12} {_state(step)}{on}")


def _state(step: Step) -> str:
    return "late" if step.is_late(clock.today()) else step.state


def _tell_plan(end: Ending, operation: Operation) -> None:
    shown = sheet(TASK, operation)
    if shown.plan is None:
        return
    groups = calendar_of(TASK, shown.plan).groups
    in_calendar = groups[0].minutes if groups else dict.fromkeys(Place, 0)
    end.values["plan"] = {
        "state": shown.plan.state,
        "competences": len(shown.rows),
        "answered": shown.answered,
        "modules": len(shown.modules),
        "hours_centre": shown.hours_centre,
        "hours_company": shown.hours_company,
        "calendar_centre": in_calendar[Place.CENTRE] // 60,
        "calendar_company": in_calendar[Place.COMPANY] // 60,
        "edition": shown.plan.edition,
        "approved": shown.approved,
        "fallen": Approval.objects.filter(plan=shown.plan).exclude(cancelled_on=None).count(),
        "remarks": len(shown.open_remarks),
        "tied": len({firm for group in groups for firm in group.followers}),
    }
    end.lines.append(
        f"{_('Plan')} : {shown.plan.get_state_display()}, {shown.answered}/{len(shown.rows)} {_('compétences')}, "
        f"{len(shown.modules)} {_('modules')}, {shown.hours_centre} + {shown.hours_company} h"
    )


def _tell_signatures(end: Ending, operation: Operation) -> None:
    rows = Signatory.objects.filter(ON_THE_LIST, operation=operation)
    states = Counter(row.state.removeprefix("signed_") for row in rows)
    handed = rows.exclude(stands_how="").count()
    end.values["signatures"] = {"click": 0, "ink": 0, "to_sign": 0, "refused": 0, **states, "in_stead": handed}
    if states:
        end.lines.append(f"{_('Signatures')} : " + ", ".join(f"{n} {state}" for state, n in sorted(states.items())))


def _tell_conformity(end: Ending, gauge: Standing) -> None:
    end.values |= gauge_values(gauge)
    moment = _("constat") if gauge.is_finding else _("prévision")
    end.lines.append(f"{_('Conformité')} ({moment}) : {gauge.sentence}")


def gauge_values(gauge: Standing) -> dict[str, Any]:
    """What the gauge says, by the names of `[expect]`."""
    judged = gauge.conformity
    return {
        "conformity": "refused" if judged.refused else judged.verdict.value,
        "moment": "finding" if gauge.is_finding else "forecast",
        "seats": judged.counts.seats,
        "counted": judged.counted,
        "entered": judged.counts.people if gauge.is_finding else 0,
        "paired": judged.counts.paired,
        "to_confirm": gauge.to_confirm,
        "minimum": judged.minimum if judged.minimum is not None else 0,
        "missing": judged.missing,
        "apart": judged.counts.apart,
    }


def _tell_people(end: Ending, session: Session) -> None:
    states = Candidacy.objects.filter(session=session).values_list("state", flat=True)
    counts = {state: list(states).count(state) for state in sorted(set(states))}
    end.values["people"] = counts
    end.values["left"] = counts.get("left", 0)
    labels = dict(Candidacy._meta.get_field("state").flatchoices)
    told = ", ".join(f"{labels[state]} {n}" for state, n in counts.items())
    end.lines.append(f"{_('Personnes')} : {told}")


def _tell_hours(end: Ending, session: Session) -> None:
    """The ledger of the whole group, in hours, and what a person still has to look at."""
    page = ledger_page(TASK, session.operation)
    if page.whole is None:
        return
    centre, company = page.whole.ledger.centre, page.whole.ledger.company
    sheets = AttendanceSheet.objects.filter(session=session).exclude(state="cancelled")
    end.values["hours"] = {
        "centre_done": centre.done / 60,
        "centre_missed": centre.missed / 60,
        "centre_waiting": centre.waiting / 60,
        "company_done": company.done / 60,
        "locked": sheets.filter(state="locked").count(),
        "held": SentSignature.objects.filter(sheet__in=sheets, settled_on=None).exclude(fault="").count(),
        "corrected": page.whole.corrected,
        "alerts": AbsenceAlert.objects.filter(operation=session.operation_id).count(),
    }
    if centre.planned or company.planned:
        done = _("%(centre)g h en centre, %(company)g h en entreprise") % {
            "centre": centre.done / 60,
            "company": company.done / 60,
        }
        end.lines.append(f"{_('Heures faites')} : {done}")


def _tell_changes(end: Ending, operation: Operation) -> None:
    """Changes of the plan during the training, and the avenant that they made due."""
    states = list(ChangeRequest.objects.filter(operation=operation).values_list("state", flat=True))
    counts = {state: states.count(state) for state in sorted(set(states))}
    amendment = Amendment.objects.filter(operation=operation).order_by("-id").first()
    end.values["changes"] = counts
    end.values["amendment"] = amendment.state if amendment else "none"
    if counts:
        told = ", ".join(f"{CHANGE.states[state]} {n}" for state, n in counts.items())
        end.lines.append(f"{_('Modifications du plan')} : {told}")
    if amendment:
        end.lines.append(f"{_('Avenant')} : {amendment.get_state_display()}")


def _tell_lines(end: Ending, operation: Operation) -> None:
    """The lines of the certificate that no fact shows and that are not to come, each with why."""
    book = rulebook(operation.scheme, operation.rulebook_version)
    found = [check for check in checks(book, gather_evidence(operation)) if not check.found and not check.later]
    end.values["open"] = [check.key for check in found]
    end.values["lines"] = {check.key: str(check.lack) for check in found}
    for check in found:
        end.lines.append(f"{_('Sans fait')} : {check.label}. {check.facts}")


def _tell_money(end: Ending, operation: Operation) -> None:
    certificate = ComplianceCertificate.objects.filter(operation=operation).order_by("-id").first()
    claim = BonusClaim.objects.filter(operation=operation).order_by("-id").first()
    end.values["certificate"] = certificate.state if certificate else "none"
    end.values["claim"] = claim.state if claim else "none"
    end.values["claim_kind"] = claim.kind if claim else "none"
    runs = CheckRun.objects.filter(claim=claim) if claim else CheckRun.objects.none()
    end.values["controls"] = {"passed": runs.filter(passed=True).count(), "blocked": runs.filter(passed=False).count()}
    end.values["bonus"] = str(claim.amount) if claim and claim.amount is not None else "unset"
    end.values["closed"] = operation.state == "closed"
    end.lines.append(f"{_('Attestation')} : {certificate.get_state_display() if certificate else _('aucune')}")
    if claim is None:
        end.lines.append(f"{_('Prime')} : {_('aucune demande')}")
        return
    amount = amount_words(claim.amount) if claim.amount is not None else _("montant à fixer par la Région")
    end.lines.append(f"{_('Prime')} : {claim.get_kind_display()}, {claim.get_state_display()}, {amount}")


def _tell_followup(end: Ending, operation: Operation) -> None:
    rows = Situation.objects.filter(operation=operation).values_list("moment", "status")
    moments: dict[str, dict[str, int]] = {}
    for moment, status in rows:
        counts = moments.setdefault(moment, {})
        counts[status] = counts.get(status, 0) + 1
    end.values["followup"] = {key: dict(sorted(counts.items())) for key, counts in sorted(moments.items())}
    labels = dict(Situation.Status.choices)
    for moment, counts in sorted(moments.items()):
        told = ", ".join(f"{labels[status]} {n}" for status, n in sorted(counts.items()))
        end.lines.append(f"{_('Suivi')} {moment} : {told}")


def differences(expected: dict[str, Any], values: dict[str, Any], under: str = "") -> list[str]:
    """What the file expected and did not come, in words; a table is compared key by key, the rest exactly."""
    found: list[str] = []
    for name, wanted in expected.items():
        path = f"{under}{name}"
        if name not in values and not under:
            found.append(_("%(path)s : mot inconnu dans [expect]") % {"path": path})
        elif isinstance(wanted, dict):
            found += differences(wanted, values.get(name, {}), f"{path}.")
        elif values.get(name, 0) != wanted:
            found.append(
                _("%(path)s : attendu %(wanted)s, obtenu %(got)s")
                % {"path": path, "wanted": wanted, "got": values.get(name, 0)}
            )
    return found
