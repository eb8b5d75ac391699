"""Pages of the announcement: written inside, agreed to by each firm, read by anybody; the poster beside it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import Link
from defi.kernel.numbers import clean_code
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused, Unknown
from defi.operations.models import Operation
from defi.steps.sourcing import notice_queries, notices
from defi.steps.sourcing.doors import leads_here, must_be_able
from defi.steps.sourcing.models import NoticeFirm
from defi.steps.sourcing.notice_firms import employers_of
from defi.steps.sourcing.notice_forms import ApproveForm, DeclineForm, FirmForm, NoticeForm
from defi.steps.sourcing.notices import NoticeFacts
from defi.steps.sourcing.states import NOTICE_FIRM

PDF = "application/pdf"


@require_safe
def notice(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The announcement, who agreed, what is missing."""
    operation = load(Operation, request.actor, operation_id)
    context = {
        "operation": operation,
        "page": notice_queries.notice_page(request.actor, operation),
        "can_lead": leads_here(request.actor, operation),
        "own_firm": request.actor.organisation_id if request.actor.in_employer else None,
    }
    return render(request, "sourcing/notice.html", context)


@require_http_methods(["GET", "POST"])
def write(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The text."""
    operation = load(Operation, request.actor, operation_id, "provider")
    must_be_able(request.actor, "notice.write", operation)
    page = notice_queries.notice_page(request.actor, operation)
    provider = operation.provider
    initial: dict[str, object] = {"title": operation.title, "phone": provider.phone if provider else ""}
    if page is not None:
        initial = {name: getattr(page.notice, name) for name in NoticeForm.base_fields}
    form = NoticeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        facts = NoticeFacts(**values)
        if attempt(form, lambda: notices.write_notice(request.actor, operation.pk, facts, version=version)):
            messages.success(request, _("Le texte est noté."))
            return redirect("sourcing:notice", operation_id=operation.pk)
    lead = _("Changer le texte redemande l'accord de chaque entreprise.") if page else ""
    return _form(request, operation, form, _("Écrire l'annonce"), lead=lead)


@require_http_methods(["GET", "POST"])
def firm(request: ActorRequest, operation_id: int, firm_id: int | None = None) -> HttpResponse:
    """A firm to name, or the line of one to correct."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "notice.name_firm", operation)
    page = notice_queries.notice_page(request.actor, operation)
    if page is None:
        return redirect("sourcing:notice_write", operation_id=operation.pk)
    line = next((row for row in page.firms if row.pk == firm_id), None)
    if firm_id is not None and line is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    named = {row.employer_id for row in page.firms}
    houses = [line.employer] if line else [h for h in employers_of(operation) if h.pk not in named]
    initial = None
    if line is not None:
        initial = {"employer": line.employer_id, "posts": line.posts, "wording": line.wording, "version": line.version}
    form = FirmForm(request.POST or None, employers=houses, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        employer_id = values.pop("employer")
        if attempt(form, lambda: notices.name_firm(request.actor, operation.pk, employer_id, **values)):
            messages.success(request, _("C'est noté."))
            return redirect("sourcing:notice", operation_id=operation.pk)
    return _form(request, operation, form, _("Entreprise nommée dans l'annonce"), partners=True)


def _form(
    request: ActorRequest, operation: Operation, form: Form, title: str, *, lead: str = "", partners: bool = False
) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "back_url": reverse("sourcing:notice", args=[operation.pk]),
        "back_label": _("Annonce"),
        "action_label": _("Enregistrer"),
        "partners_url": reverse("partners", args=[operation.pk]) if partners else "",
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def drop_firm(request: ActorRequest, firm_id: int) -> HttpResponse:
    """Name it no longer."""
    row = load(NoticeFirm, request.actor, firm_id)
    return _click(request, row.operation_id, lambda: notices.drop_firm(request.actor, row.pk), _("C'est retiré."))


@require_POST
def take_promises(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The lines say what is promised today."""
    load(Operation, request.actor, operation_id)
    said = _("Les postes de l'annonce sont ceux des promesses : l'accord des entreprises concernées est à redemander.")
    return _click(request, operation_id, lambda: notices.take_promises(request.actor, operation_id), said)


@require_POST
def ask(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send each firm its link."""
    load(Operation, request.actor, operation_id)
    said = with_hour(_("Les demandes d'accord sont parties."))
    return _click(request, operation_id, lambda: notices.ask_firms(request.actor, operation_id), said)


@require_POST
def publish(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Make it public."""
    load(Operation, request.actor, operation_id)
    said = _("L'annonce et l'affiche sont publiées.")
    return _click(request, operation_id, lambda: notices.publish_notice(request.actor, operation_id), said)


@require_POST
def rewrite(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Back to preparation."""
    load(Operation, request.actor, operation_id)
    said = _("L'annonce est de nouveau en préparation.")
    return _click(request, operation_id, lambda: notices.rewrite_notice(request.actor, operation_id), said)


def _click(request: ActorRequest, operation_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("sourcing:notice", operation_id=operation_id)


@require_safe
def poster_inside(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The poster as it stands, before anybody is asked."""
    operation = load(Operation, request.actor, operation_id)
    page = notice_queries.notice_page(request.actor, operation)
    shown = notice_queries.public_notice(page.notice.code) if page else None
    if page is None or shown is None:
        raise Unknown(_("L'annonce n'est pas encore écrite."))
    made = notice_queries.poster(shown, clock.now(), firms=[row for row in page.firms if row not in page.gone])
    return HttpResponse(made.pdf, content_type=PDF)


# --- the firm that is asked --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, firm_id: int) -> HttpResponse:
    """A firm answers from its account; the provider notes an agreement given by phone."""
    row = load(NoticeFirm, request.actor, firm_id)
    if not NOTICE_FIRM.open_to(request.actor, "waiting"):
        raise NotAllowed(_("L'entreprise nommée donne son accord, ou l'organisme de formation le note pour elle."))
    forms = _forms(request)
    if _answered(request, row.pk, forms):
        messages.success(request, _("La réponse est notée."))
        return redirect("sourcing:notice", operation_id=row.operation_id)
    return _answer_page(request, row.pk, forms, base="base.html")


def answer_by_link(request: ActorRequest, link: Link, page: str) -> HttpResponse:
    """The page of the mailed link: the announcement, a button that agrees, a reason not to."""
    forms = _forms(request)
    if _answered(request, link.object_id, forms):
        return redirect(request.path)
    return _answer_page(request, link.object_id, forms, base="slim.html")


def renew(link: Link) -> None:
    """A new link to the firm of a dead one."""
    notices.resend_link(link.object_id)


Forms = tuple[ApproveForm, DeclineForm]


def _forms(request: ActorRequest) -> Forms:
    """Two forms on one page: the button pressed says which is sent."""
    declines = "decline" in request.POST
    sent = request.POST if request.method == "POST" else None
    return ApproveForm(None if declines else sent), DeclineForm(sent if declines else None)


def _answered(request: ActorRequest, firm_id: int, forms: Forms) -> bool:
    """Whether the answer was taken; else what was wrong stands in its form."""
    approval, refusal = forms
    if approval.is_bound and approval.is_valid():
        read = approval.cleaned_data["edition"]
        return attempt(approval, lambda: notices.approve_notice(request.actor, firm_id, edition=read)) is not None
    if refusal.is_bound and refusal.is_valid():
        given = refusal.cleaned_data["reason"]
        return attempt(refusal, lambda: notices.decline_notice(request.actor, firm_id, reason=given)) is not None
    return False


def _answer_page(request: ActorRequest, firm_id: int, forms: Forms, *, base: str) -> HttpResponse:
    approval, refusal = forms
    status = 422 if approval.errors or refusal.errors else 200
    # The bearer of a link reads the announcement it is named in, which no membership opens to them.
    with scope(TASK):
        row = NoticeFirm.objects.select_related("employer", "notice__operation__provider").get(pk=firm_id)
        firms = list(row.notice.firms.select_related("employer").order_by("employer__search_key", "pk"))
        context = {
            "row": row,
            "notice": row.notice,
            "operation": row.notice.operation,
            "firms": notice_queries.told_to(request.actor, firms),
            "approval": approval,
            "refusal": refusal,
            "base": base,
            "may_decline": base == "slim.html" or request.actor.in_employer,
            "records": request.actor.in_provider,
        }
        return render(request, "sourcing/notice_answer.html", context, status=status)


# --- for anybody -------------------------------------------------------------------------------------------------


@require_safe
def public(request: ActorRequest, code: str) -> HttpResponse:
    """What the QR code of the poster opens: the job, the firms, where to come."""
    shown = notice_queries.public_notice(clean_code(code))
    if shown is None or (shown.notice.published_on is None and shown.notice.state != "published"):
        raise Unknown(_("Cette annonce n'existe pas, ou n'est pas encore publiée."))
    session = shown.session
    opened = shown.notice.state == "published" and shown.operation.state == "running"
    can_apply = bool(opened and session and not session.started_on)
    context = {"shown": shown, "notice": shown.notice, "can_apply": can_apply}
    return render(request, "sourcing/public_notice.html", context)


@require_safe
def poster(request: ActorRequest, code: str) -> HttpResponse:
    """The poster to print, for anybody who would put it up."""
    shown = notice_queries.public_notice(clean_code(code))
    if shown is None or shown.notice.state != "published":
        raise Unknown(_("Cette affiche n'existe pas, ou n'est pas publiée en ce moment."))
    made = notice_queries.poster(shown, clock.now())
    response = HttpResponse(made.pdf, content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{shown.notice.number}.pdf"'
    return response
