"""The agreement of a period: signed from a link with a code, with an account by a button, in ink with its scan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel.limits import count
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.kernel.signing.keeping import sealed_of
from defi.steps.convention.channels import channels_for
from defi.steps.convention.forms import CodeForm, SignForm
from defi.steps.training import actions, queries
from defi.steps.training.actions.agreements import CODES, holder_of
from defi.steps.training.models import Placement
from defi.steps.training.placement_forms import InkForm
from defi.steps.training.views.common import form_page, must, press, see, typed

DOCUMENT = "convention.pdf"


def agreement_pdf(placement: Placement) -> HttpResponse:
    """The bytes that are signed, under their seal once the three have signed. Raises `Unknown` while there are none."""
    if placement.agreement is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    document = sealed_of(placement.agreement) or placement.agreement
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return response


def sign_from_link(request: ActorRequest, placement: Placement, page: str) -> HttpResponse:
    """Read, ask for the code, type it: as for the convention (`convention.codes`). Opening the link changes nothing."""
    if page == DOCUMENT:
        return agreement_pdf(placement)
    if page:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    row = queries.placement_page(request.actor, placement)
    has_signed = any(side.party == row.my_party and side.signature for side in row.sides)
    if request.method == "POST" and has_signed:
        return see(request.path)
    fingerprint = row.fingerprint
    holder = holder_of(request.actor, placement)
    ways = [(way.name, str(way.label)) for way in channels_for(holder)]
    with_code = request.method == "POST" and "code" in request.POST
    asked = SignForm(
        request.POST if request.method == "POST" and not with_code else None,
        initial={"fingerprint": fingerprint},
        channels=ways,
    )
    code_form = CodeForm(request.POST) if with_code else None
    asked.fields["read"].label = _("J'ai lu cette convention et je la signe.")
    if code_form is not None:
        if code_form.is_valid() and _sign(request, placement, code_form):
            return see(request.path)
    elif request.method == "POST" and asked.is_valid() and _ask(request, placement, asked):
        return see(f"{request.path}#signer")
    elif asked.is_bound:
        asked.show(fingerprint)
    sent = CODES.awaited(request.actor, placement, fingerprint)
    if code_form is None and sent and not asked.is_bound:
        code_form = CodeForm(initial={"fingerprint": fingerprint})
    reached = {way.name: way.reach(holder) for way in channels_for(holder)}
    bound = asked.is_bound or (code_form is not None and code_form.is_bound)
    context = {
        "row": row,
        "operation": placement.operation,
        "form": SignForm(initial={"fingerprint": fingerprint}) if code_form else asked,
        "code_form": code_form,
        "sent_to": reached.get(sent.channel, "") if sent else "",
        "document_url": f"{request.path}{DOCUMENT}" if placement.agreement else "",
        "sealed": sealed_of(placement.agreement) if placement.agreement else None,
        "has_signed": has_signed,
    }
    return render(request, "training/link_placement.html", context, status=422 if bound else 200)


def _ask(request: ActorRequest, placement: Placement, form: SignForm) -> bool:
    values = form.cleaned_data
    asked = {"fingerprint": values["fingerprint"], "channel": values.get("channel", "")}
    sent = attempt(form, lambda: _counted(request) and actions.send_signing_code(request.actor, placement.pk, **asked))
    return bool(sent)


def _sign(request: ActorRequest, placement: Placement, form: CodeForm) -> bool:
    values = form.cleaned_data
    said = {"fingerprint": values["fingerprint"], "code": values["code"]}
    done = attempt(form, lambda: _counted(request) and actions.sign_with_code(request.actor, placement.pk, **said))
    return bool(done)


def _counted(request: ActorRequest) -> bool:
    """One more try of this hand. Raises `TooOften`."""
    count(request, "signing_code", f"placement {request.actor.link.link_id if request.actor.link else ''}")
    return True


@require_http_methods(["GET", "HEAD"])
def agreement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The paper, for whoever sees the period."""
    return agreement_pdf(load(Placement, request.actor, placement_id, "agreement"))


@require_POST
def sign_placement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """One's own signature, with an account, of the paper that the page showed."""
    found = load(Placement, request.actor, placement_id)
    fingerprint = request.POST.get("fingerprint") or None
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.sign_placement(request.actor, found.pk, fingerprint=fingerprint),
        _("C'est signé. Merci."),
    )


@require_POST
def send_agreement(request: ActorRequest, placement_id: int) -> HttpResponse:
    """The agreement goes to the firm again."""
    found = load(Placement, request.actor, placement_id)
    return press(
        request,
        reverse("training:placement", args=[found.pk]),
        lambda: actions.send_agreement(request.actor, found.pk),
        with_hour(_("La convention est renvoyée à l'entreprise, avec un nouveau lien.")),
    )


@require_http_methods(["GET", "POST"])
def record_ink(request: ActorRequest, placement_id: int) -> HttpResponse:
    """What was signed on the printed paper, with its scan."""
    found = load(Placement, request.actor, placement_id, "operation", "candidacy__person", "agreement")
    must(request.actor, "placement.record_ink", found.operation)
    shown = {"fingerprint": found.agreement.sha256 if found.agreement else ""}
    form = InkForm(typed(request), request.FILES or None, initial=shown)
    back = reverse("training:placement", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        file = values["file"]
        paper = (file.name, file.read())
        done = attempt(
            form,
            lambda: actions.record_signed_paper(
                request.actor,
                found.pk,
                values["parties"],
                paper,
                on=values["on"],
                fingerprint=values["fingerprint"] or None,
            ),
        )
        if done is not None:
            messages.success(request, _("Les signatures sont notées, le papier est gardé."))
            return see(back)
    title = _("Convention signée sur papier : %(name)s") % {"name": found.candidacy.person}
    number = found.agreement.number if found.agreement else ""
    lead = _("Le papier porte le numéro %(number)s.") % {"number": number} if number else ""
    return form_page(request, found.operation, form, title, _("Noter"), lead=lead, back=back)
