"""Pages of the signatures in ink: deposit the signed pages, see what is missing, say who signed, take a page off."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.files.download import picture
from defi.kernel.files.models import FileVersion
from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.convention.file_kinds import SIGNED_PAGES
from defi.steps.convention.forms import VersionedReasonForm
from defi.steps.convention.ink import actions, queries
from defi.steps.convention.ink.forms import CorrectForm, PlaceForm, ScansForm, SignersForm
from defi.steps.convention.ink_models import ScannedPage
from defi.steps.convention.issuing import living_signatories, would_complete
from defi.steps.convention.models import Amendment, Signatory
from defi.steps.convention.naming import said_before_sealing
from defi.steps.convention.states import SIGNED
from defi.steps.sourcing.doors import must_be_able


@require_http_methods(["GET", "POST"])
def paper(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The pages of the convention signed in ink: what came, what is missing, and the place to send more."""
    return _paper(request, _operation(request, operation_id), None)


@require_http_methods(["GET", "POST"])
def amendment_paper(request: ActorRequest, amendment_id: int) -> HttpResponse:
    """The same, of an amendment."""
    amendment = load(Amendment, request.actor, amendment_id, "document", "convention")
    return _paper(request, _operation(request, amendment.operation_id), amendment)


def _paper(request: ActorRequest, operation: Operation, amendment: Amendment | None) -> HttpResponse:
    form = ScansForm(request.POST, request.FILES) if request.method == "POST" else ScansForm()
    if request.method == "POST":
        must_be_able(request.actor, "scan.deposit", operation)
        about = amendment.pk if amendment else None
        if form.is_valid():
            sent = form.contents()
            done = attempt(form, lambda: actions.deposit_scans(request.actor, operation.pk, sent, amendment_id=about))
            if done is not None:
                _tell(request, done)
                return redirect(request.path)
    context = {"operation": operation, "paper": queries.paper(request.actor, operation, amendment), "form": form}
    return render(request, "convention/paper.html", context, status=422 if form.is_bound else 200)


def _operation(request: ActorRequest, operation_id: int) -> Operation:
    """The operation, for who reads its signed pages at all."""
    operation = load(Operation, request.actor, operation_id)
    within = SIGNED_PAGES.dossiers(request.actor).filter(pk=operation.pk)
    if request.actor.who not in SIGNED_PAGES.reads or not within.exists():
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return operation


def _tell(request: ActorRequest, done: actions.Deposit) -> None:
    if done.done:
        messages.success(request, done.done)
    for said in done.sentences:
        messages.warning(request, said)


@require_safe
def sheet(request: ActorRequest, scan_id: int) -> HttpResponse:
    """One signed page, large, with what may be said of it."""
    scan = _scan(request, scan_id)
    return _sheet(request, scan)


def _sheet(request: ActorRequest, scan: ScannedPage, **forms: Form) -> HttpResponse:
    text, over = scan.text, scan.convention.is_over or scan.text.is_over
    acts = queries.may_act(request.actor, scan.operation) and not over and text.state != "signed"
    in_force = text.document is not None and not text.is_prepared and not over
    signatories = queries.could_have_signed(request.actor, scan)
    readable = acts and scan.state == "placed" and in_force and scan.document_id == text.document_id
    no_box = readable and not queries.bears_boxes(scan)
    readable = readable and not no_box
    shown: dict[str, Form] = {}
    before = ""
    if readable and signatories:
        sign_form = _signers_form(request, scan, signatories)
        shown["sign_form"] = sign_form
        before = said_before_sealing(living_signatories(text), last="confirmed" in sign_form.fields)
    if acts and scan.state == "to_place" and in_force and text.document:
        shown["place_form"] = PlaceForm(initial={"version": scan.version}, pages=text.document.pages)
    context = {
        "operation": scan.operation,
        "text": text,
        "paper_url": _paper_url(scan),
        "sheet": queries.one_sheet(request.actor, scan),
        "acts": acts,
        "no_box": no_box,
        "before": before,
        **shown,
        **forms,
    }
    return render(request, "convention/scan.html", context, status=422 if forms else 200)


def _signers_form(
    request: ActorRequest, scan: ScannedPage, signatories: list[Signatory], *, typed: bool = False
) -> SignersForm:
    waiting = {one.pk for one in signatories if one.state not in SIGNED}
    return SignersForm(
        request.POST if typed else None,
        initial={"on": clock.today(), "version": scan.version},
        signatories=signatories,
        last=would_complete(scan.text, waiting),
    )


@require_safe
def image(request: ActorRequest, scan_id: int) -> HttpResponse:
    """The picture of a signed page."""
    scan = _scan(request, scan_id)
    version = FileVersion.objects.filter(stored=scan.stored_id).defer("content").order_by("-number").first()
    if version is None or version.preview is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return picture(version)


@require_POST
def place(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Say which page it is."""
    scan = _scan(request, scan_id)
    must_be_able(request.actor, "scan.place", scan.operation)
    document = scan.text.document
    form = PlaceForm(request.POST, pages=document.pages if document else 0)
    if form.is_valid():
        values = form.cleaned_data
        if attempt(
            form, lambda: actions.place_scan(request.actor, scan.pk, page=values["page"], version=values["version"])
        ):
            messages.success(request, _("La page est à sa place."))
            return redirect(_paper_url(scan))
    return _sheet(request, scan, place_form=form)


@require_POST
def reject(request: ActorRequest, scan_id: int) -> HttpResponse:
    """It is not a page of this convention."""
    scan = _scan(request, scan_id)
    said = refusal_of(lambda: actions.reject_scan(request.actor, scan.pk))
    if said:
        messages.warning(request, said)
    else:
        messages.success(request, _("Ce n'est pas une page à signer : elle n'est pas gardée."))
    return redirect(_paper_url(scan))


@require_POST
def sign(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Say who signed on this page."""
    scan = _scan(request, scan_id)
    must_be_able(request.actor, "scan.sign", scan.operation)
    form = _signers_form(request, scan, queries.could_have_signed(request.actor, scan), typed=True)
    if form.is_valid():
        values = form.cleaned_data
        chosen = values["signatories"]
        marks = attempt(
            form,
            lambda: actions.sign_on_page(
                request.actor,
                scan.pk,
                chosen,
                on=values["on"],
                version=values["version"],
                confirmed=values.get("confirmed", False),
            ),
        )
        if marks is not None:
            said = ngettext("%(n)d signature est notée.", "%(n)d signatures sont notées.", len(marks))
            messages.success(request, said % {"n": len(marks)})
            return redirect(_paper_url(scan))
    return _sheet(request, scan, sign_form=form)


@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Another page than was said."""
    scan = _scan(request, scan_id)
    must_be_able(request.actor, "scan.correct", scan.operation)
    document = scan.text.document
    initial = {"page": scan.page, "version": scan.version}
    form = CorrectForm(request.POST or None, initial=initial, pages=document.pages if document else 0)
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        if attempt(
            form,
            lambda: actions.correct_scan(
                request.actor, scan.pk, page=v["page"], reason=v["reason"], version=v["version"]
            ),
        ):
            messages.success(request, _("La page est corrigée."))
            return redirect(_paper_url(scan))
    return _form(request, scan, form, _("Corriger la page dite"), "convention/form.html")


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Take a page off: which signatures fall is said before."""
    scan = _scan(request, scan_id)
    must_be_able(request.actor, "scan.withdraw", scan.operation)
    form = VersionedReasonForm(request.POST or None, initial={"version": scan.version})
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        done = attempt(
            form, lambda: actions.withdraw_scan(request.actor, scan.pk, reason=v["reason"], version=v["version"])
        )
        if done is not None:
            messages.success(request, _("La page est retirée."))
            return redirect(_paper_url(scan))
    falling = [signatory.organisation.name for signatory in actions.falling_with(scan)]
    consequences = [_("Le fichier est effacé ; son empreinte et le motif restent dans le journal.")]
    if falling:
        consequences.append(
            _("Ces signatures, lues sur cette page seulement, sont à noter de nouveau : %(names)s.")
            % {"names": ", ".join(falling)}
        )
    return _form(request, scan, form, _("Retirer cette page"), "confirm.html", consequences)


def _form(
    request: ActorRequest,
    scan: ScannedPage,
    form: Form,
    title: str,
    template: str,
    consequences: list[str] | None = None,
) -> HttpResponse:
    context = {
        "title": title,
        "lead": scan.stored.label,
        "form": form,
        "back_url": reverse("convention:scan", args=[scan.pk]),
        "back_label": _("Page signée"),
        "action_label": title,
        "consequences": consequences,
        "partners_url": "",
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _paper_url(scan: ScannedPage) -> str:
    if scan.amendment_id is not None:
        return reverse("convention:amendment_paper", args=[scan.amendment_id])
    return reverse("convention:paper", args=[scan.operation_id])


def _scan(request: ActorRequest, scan_id: int) -> ScannedPage:
    related = ("amendment__document", "amendment__convention")
    scan = load(
        ScannedPage, request.actor, scan_id, *related, "stored", "operation", "convention__document", "document"
    )
    if scan.state in {"rejected", "withdrawn"}:
        raise Unknown(_("Cette page a été retirée."))
    return scan
