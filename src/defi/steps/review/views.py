"""Pages of the bilan: held with whom, what was said, what became of each person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.review import actions, opinions, queries
from defi.steps.review.closed import closed_day
from defi.steps.review.convening import unreached
from defi.steps.review.form_pages import FormPage, answer, press, show, typed
from defi.steps.review.forms import (
    EVERYBODY,
    OTHER,
    CertificationForm,
    ContractForm,
    CorrectContractForm,
    HoldForm,
    NoHireForm,
    PointForm,
)
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, for_a_firm
from defi.steps.review.openness import may_certify, may_hold, may_note_point, may_record_contract, may_say_no_hire
from defi.steps.review.rules import unusual_day


@require_safe
def review(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The bilan of an operation, as this actor may see it."""
    operation = load(Operation, request.actor, operation_id)
    page = queries.review_page(request.actor, operation)
    can_lead = request.actor.who in LEAD and page.leads
    waits = can_lead and page.open and not page.held
    closed_on = closed_day(operation.pk)
    context = {
        "operation": operation,
        "page": page,
        "can_lead": can_lead,
        "can_convene": waits and page.session is not None,
        "opinions": opinions.gathered(request.actor, operation),
        "opinions_closed_on": closed_on,
        "houses_to_call": opinions.houses_to_call(request.actor, operation) if waits and not closed_on else [],
        "without_mail": opinions.answering_from_their_space(request.actor, operation)
        if waits and not closed_on
        else [],
        "can_ask": waits and page.started and not closed_on,
        "reads_paper": request.actor.who is not Who.CABINET and (page.leads or request.actor.in_region),
        "reads_decisions": request.actor.in_region or request.actor.in_provider,
        "unusual": unusual_day(page.meeting.planned_on) if waits and page.meeting and page.meeting.planned_on else "",
        "unreached": unreached(operation) if waits and page.meeting else (),
        "can_note": page.held and page.open and (page.pilots or (request.actor.who in LEAD and page.leads)),
    }
    return render(request, "review/review.html", context)


@require_http_methods(["GET", "POST"])
def hold(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who was there, when, and what was written down."""
    operation = load(Operation, request.actor, operation_id)
    may_hold(request, operation)
    expected = queries.expected_at_review(operation)
    form = HoldForm(typed(request), expected=expected, operation=operation)
    everybody = request.method == "POST" and EVERYBODY in request.POST
    page = FormPage(
        verb="meeting.hold_review",
        title=_("Tenir le bilan"),
        lead=_(
            "Chaque stagiaire et chaque employeur qui a promis d'embaucher est noté présent ou excusé. Quelqu'un n'est "
            "pas venu sans prévenir ? Appelez-le, notez-le excusé, et dites-le dans le compte rendu."
        ),
        action_label=_("Enregistrer le bilan"),
        back_url=reverse("review:review", args=[operation.pk]),
        back_label=_("Bilan"),
        done=_("Le bilan est tenu. Ajoutez ce qui s'est dit, les certifications et les contrats."),
        template="review/hold.html",
    )
    if everybody:
        form = HoldForm(initial=form.everybody_present(), expected=expected, operation=operation)
        return show(request, page, form, operation=operation)
    return answer(
        request,
        page,
        form,
        lambda: actions.hold_review(
            request.actor,
            operation.pk,
            held_on=form.cleaned_data["held_on"],
            attendees=form.attendees(),
            minutes=form.cleaned_data["minutes"],
        ),
        operation=operation,
    )


@require_http_methods(["GET", "POST"])
def point(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Something said at the bilan."""
    operation = load(Operation, request.actor, operation_id)
    may_note_point(request, operation)
    form = PointForm(typed(request), initial={"kind": request.GET.get("kind", "strong")})
    page = FormPage(
        verb="review.note",
        title=_("Noter ce qui s'est dit au bilan"),
        action_label=_("Ajouter"),
        back_url=reverse("review:review", args=[operation.pk]),
        back_label=_("Bilan"),
        done=_("C'est noté."),
    )
    return answer(request, page, form, lambda: actions.note_point(request.actor, operation.pk, **form.cleaned_data))


@require_POST
def ask(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Ask each employer for the contracts it signed."""
    operation = load(Operation, request.actor, operation_id)
    return press(
        request,
        lambda: actions.ask_contracts(request.actor, operation.pk),
        _said_asked,
        reverse("review:review", args=[operation.pk]),
    )


def _said_asked(asked: actions.Asked) -> str:
    """Who received the link, and who could not."""
    said = with_hour(_("Un lien est envoyé à %(firms)s.") % {"firms": ", ".join(asked.reached)})
    if asked.without_address:
        said += " " + _("Rien n'est parti pour %(firms)s : aucune adresse n'est connue, appelez.") % {
            "firms": ", ".join(asked.without_address)
        }
    return said


def _line(actor: Actor, operation: Operation, candidacy_id: int) -> queries.TraineeLine:
    """The person, as far as this actor may know of them. Raises `Unknown`."""
    for line in queries.trainee_lines(actor, operation):
        if line.candidacy_id == candidacy_id:
            return line
    raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


def _person_page(operation: Operation, verb: str, title: str, action_label: str, done: str, lead: str = "") -> FormPage:
    return FormPage(
        verb=verb,
        title=title,
        lead=lead,
        action_label=action_label,
        back_url=reverse("review:review", args=[operation.pk]),
        back_label=_("Bilan"),
        done=done,
    )


@require_http_methods(["GET", "POST"])
def certify(request: ActorRequest, operation_id: int, candidacy_id: int) -> HttpResponse:
    """What a trainee obtained, noted or corrected."""
    operation = load(Operation, request.actor, operation_id)
    line = _line(request.actor, operation, candidacy_id)
    may_certify(request, operation)
    known = CertificationResult.objects.visible_to(request.actor).filter(candidacy=candidacy_id).first()
    initial = (
        {"result": known.result, "blocks": known.blocks, "on": known.on, "version": known.version} if known else {}
    )
    form = CertificationForm(typed(request), initial=initial)
    page = _person_page(
        operation,
        "review.certify",
        _("Certification de %(name)s") % {"name": line.name},
        _("Enregistrer le résultat"),
        _("Le résultat est noté."),
    )
    return answer(request, page, form, lambda: actions.certify(request.actor, candidacy_id, **form.cleaned_data))


@require_http_methods(["GET", "POST"])
def contract(request: ActorRequest, operation_id: int, candidacy_id: int) -> HttpResponse:
    """A contract signed, recorded by the provider or by the employer itself."""
    operation = load(Operation, request.actor, operation_id)
    line = _line(request.actor, operation, candidacy_id)
    may_record_contract(request, operation)
    own = for_a_firm(request.actor)
    employers = queries.contract_employers(request.actor, operation)
    initial = {"employer": line.promised_employer_id or OTHER, "contract": line.promised_contract or "cdi"}
    form = ContractForm(typed(request), employers=employers, own=own, initial=initial)
    page = _person_page(
        operation,
        "review.record_contract",
        _("Contrat signé par %(name)s") % {"name": line.name},
        _("Enregistrer le contrat"),
        _("Le contrat est enregistré."),
        _("Promesse : %(promise)s.") % {"promise": line.promised} if line.promised else "",
    )
    return answer(request, page, form, lambda: actions.record_contract(request.actor, candidacy_id, form.facts()))


@require_http_methods(["GET", "POST"])
def correct_contract(request: ActorRequest, contract_id: int) -> HttpResponse:
    """A contract typed wrongly."""
    row = load(EmploymentContract, request.actor, contract_id)
    may_record_contract(request, row.operation, "review.correct_contract")
    initial = {
        "employer": row.employer_id or OTHER,
        "employer_name": "" if row.employer_id else row.employer_name,
        "contract": row.contract,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "weekly_hours": row.weekly_hours,
        "evidence": row.evidence,
        "version": row.version,
    }
    employers = queries.contract_employers(request.actor, row.operation)
    form = CorrectContractForm(typed(request), employers=employers, initial=initial)
    page = _person_page(
        row.operation,
        "review.correct_contract",
        _("Corriger le contrat de %(name)s") % {"name": row.candidacy.person.short_name},
        _("Enregistrer la correction"),
        _("Le contrat est corrigé ; l'ancien reste au journal."),
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.correct_contract(
            request.actor,
            row.pk,
            form.facts(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        ),
    )


@require_http_methods(["GET", "POST"])
def no_hire(request: ActorRequest, operation_id: int, candidacy_id: int) -> HttpResponse:
    """Why somebody was not hired by the employer of their promise."""
    operation = load(Operation, request.actor, operation_id)
    line = _line(request.actor, operation, candidacy_id)
    may_say_no_hire(request, operation, candidacy_id)
    known = NoHire.objects.visible_to(request.actor).filter(candidacy=candidacy_id).first()
    form = NoHireForm(typed(request), initial={"why": known.why} if known else None)
    page = _person_page(
        operation,
        "review.record_no_hire",
        _("%(name)s n'est pas embauché : pourquoi ?") % {"name": line.name},
        _("Enregistrer le motif"),
        _("Le motif est noté."),
        _("Une promesse tenue plus tard lèvera ce motif."),
    )
    return answer(
        request,
        page,
        form,
        lambda: actions.record_no_hire(request.actor, candidacy_id, why=form.cleaned_data["why"]),
    )
