"""The employer's pages: a need said in two short pages, kept while it is typed, and the message that confirms it."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.limits import TooOften, count
from defi.kernel.models import Link
from defi.kernel.pages import ActorRequest, attempt, put_refusal
from defi.kernel.refusals import Refused, Unknown
from defi.kernel.transitions import VERBS
from defi.people import registry
from defi.people.actions import OrganisationFacts
from defi.people.models import Organisation, OrganisationKind, RegistryState
from defi.schemes.rulebook import current
from defi.steps.needs import actions, drafts, queries
from defi.steps.needs.models import Need, NeedDraft
from defi.steps.needs.rules import answer_due
from defi.steps.needs.sheet_forms import DetailsForm, LaterForm, LookingForForm
from defi.steps.needs.states import NEED

SENT = "need_sent"
COOKIE = "fiche"
PATH = "/besoin/"


# --- the two pages -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def submit(request: ActorRequest) -> HttpResponse:
    """The phone form, in two pages: who and how many, then where and how to answer. No account is asked.

    Both pages post here; the second carries the answers of the first: nothing hangs on a session or a script. What is
    typed is kept at each step, and found again on this device."""
    actor = request.actor
    if not NEED.open_to(actor, ""):
        raise Unknown(_("Cette page n'est pas pour vous."))
    if request.method == "GET":
        draft = drafts.find_draft(actor, request.COOKIES.get(COOKIE, ""))
        return _first_page(request, _first_form(actor, None, draft), 200, draft)
    try:
        draft = _keep(request)
    except TooOften as refusal:
        return _too_many_drafts(request, refusal)
    if "later" in request.POST:
        return _remembering(redirect("needs:later"), draft)
    return _remembering(_posted(request, draft), draft)


def _posted(request: ActorRequest, draft: NeedDraft) -> HttpResponse:
    actor = request.actor
    first = _first_form(actor, request.POST)
    if not first.is_valid() or "back" in request.POST:
        return _first_page(request, first, 200 if first.is_valid() else 422)
    at_second = request.POST.get("page") == "2"
    second = _second_form(actor, request.POST if at_second else None, first, draft)
    if not at_second:
        return _second_page(request, first, second, 200)
    if second.is_valid():
        answer = _send(request, first, second)
        if answer is not None:
            drafts.forget_draft(actor, draft.key)
            return answer
    if first.errors:
        return _first_page(request, first, 422)
    return _second_page(request, first, second, 422)


def _too_many_drafts(request: ActorRequest, refusal: TooOften) -> HttpResponse:
    """The same page, with what was typed."""
    first = _first_form(request.actor, request.POST)
    if request.POST.get("page") == "2" and first.is_valid():
        second = _second_form(request.actor, request.POST, first, NeedDraft())
        put_refusal(second, refusal)
        return _second_page(request, first, second, refusal.status)
    put_refusal(first, refusal)
    return _first_page(request, first, refusal.status)


def _first_form(actor: Actor, data: Any, draft: NeedDraft | None = None) -> LookingForForm:
    return LookingForForm(
        data,
        initial=draft.typed if draft else None,
        knows_employer=actor.in_employer,
        for_somebody=actor.who is not Who.PUBLIC,
    )


def _second_form(actor: Actor, data: Any, first: LookingForForm, draft: NeedDraft) -> DetailsForm:
    facts = None if actor.in_employer else first.employer("")
    # To somebody from outside nothing is shown of what is known of a SIRET, not even that it is.
    inside = actor.who is not Who.PUBLIC
    named = facts is None or bool(facts.name) or (inside and _is_known(facts.siret))
    found = first.finding.establishment if first.finding else None
    initial = {"place": found.commune.capitalize()} if found and found.is_public else {}
    return DetailsForm(
        data,
        initial=initial | draft.typed,
        must_reach=actor.who is Who.PUBLIC,
        must_name=actor.who is not Who.PUBLIC and not named,
        knows_employer=named,
    )


def _is_known(siret: str) -> bool:
    named = Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, siret=siret) if siret else []
    return any(not registry.lacks_name(row) for row in named)


def _first_page(
    request: ActorRequest, form: LookingForForm, status: int, draft: NeedDraft | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "draft": draft,
        "can_import": VERBS["need_import.load"].allows(request.actor),
        "base": _base(request.actor),
        "for_somebody": _for_somebody(request.actor),
    }
    return render(request, "needs/looking_for.html", context, status=status)


def _second_page(request: ActorRequest, first: LookingForForm, form: DetailsForm, status: int) -> HttpResponse:
    finding = first.finding
    context = {
        "form": form,
        "carried": [(name, request.POST.get(name, "")) for name in first.fields],
        "base": _base(request.actor),
        "for_somebody": _for_somebody(request.actor),
        "shown": [field for field in form if not field.is_hidden and field.name != "another"],
        "finding": finding,
        "advice": _advice(finding),
        "twin": form.twin,
    }
    return render(request, "needs/details.html", context, status=status)


def _advice(finding: registry.Finding | None) -> str:
    """What the register says of a SIRET that is not refused, and that its owner should read."""
    if finding is None or finding.state == RegistryState.OPEN:
        return ""
    return registry.unknown_sentence() if finding.establishment is None else registry.hidden_sentence()


def _send(request: ActorRequest, first: LookingForForm, second: DetailsForm) -> HttpResponse | None:
    """Submit the need; a refusal is shown on the page that holds its field, the first one at fault."""
    actor, values = request.actor, first.cleaned_data
    try:
        if actor.who is Who.PUBLIC:
            count(request, "need_sent", second.contact().email)
        need = actions.submit_need(
            actor,
            _employer(actor, first, second),
            second.facts(values),
            contact=second.contact(),
            submission_key=values["submission_key"],
            finding=first.finding,
            another=actor.who is Who.PUBLIC or second.cleaned_data["another"],
        )
    except actions.AlreadySent as again:
        messages.info(request, again.sentence)
        need = again.need
    except actions.SameSearch as same:
        second.ask_whether_another(same.need)
        put_refusal(second, same)
        return None
    except Refused as refusal:
        put_refusal(first if set(refusal.fields) & set(first.fields) else second, refusal)
        return None
    if actor.who is Who.PUBLIC:
        request.session[SENT] = need.pk
        return redirect("needs:thanks")
    messages.success(request, _("La fiche d'intérêt est enregistrée. Complétez-la si vous en savez plus."))
    return redirect("needs:need", need_id=need.pk)


def _employer(actor: Actor, first: LookingForForm, second: DetailsForm) -> Organisation | OrganisationFacts:
    if actor.in_employer:
        return Organisation.objects.get(pk=actor.organisation_id or 0)
    return first.employer(second.cleaned_data.get("employer_name", ""))


def _base(actor: Actor) -> str:
    return "slim.html" if actor.who in {Who.PUBLIC, Who.LINK} else "base.html"


def _for_somebody(actor: Actor) -> bool:
    return actor.who is not Who.PUBLIC and not actor.in_employer


@require_safe
def jobs(request: ActorRequest) -> HttpResponse:
    """The jobs that the typed words may mean, as one types."""
    form = LookingForForm(knows_employer=True)
    form.offer_jobs(request.GET.get("wording", ""), request.GET.get("job", ""))
    return render(request, "needs/_jobs.html", {"form": form})


@require_safe
def firms(request: ActorRequest) -> HttpResponse:
    """The establishments that the typed name may mean, as one types."""
    if request.actor.who is Who.PUBLIC:
        count(request, "need_firms")
    form = LookingForForm()
    form.offer_firms(request.GET.get("siret", ""), request.GET.get("establishment", ""))
    return render(request, "needs/_firms.html", {"form": form})


# --- the draft ---------------------------------------------------------------------------------------------------


def _keep(request: ActorRequest) -> NeedDraft:
    key = request.COOKIES.get(COOKIE, "")
    names = {*LookingForForm.base_fields, *DetailsForm.base_fields} - {"another"}
    typed = {name: value for name in names if isinstance(value := request.POST.get(name), str)}
    before = drafts.find_draft(request.actor, key)
    if before is not None:
        return drafts.keep_draft(request.actor, before.key, before.typed | typed)
    if request.actor.who is Who.PUBLIC:
        count(request, "need_typed")
    return drafts.keep_draft(request.actor, secrets.token_urlsafe(24), typed)


def _remembering(response: HttpResponse, draft: NeedDraft) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        draft.key,
        max_age=drafts.KEPT_DAYS * 24 * 3600,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
def autosave(request: ActorRequest) -> HttpResponse:
    """What is on the page, each time an answer changes."""
    if not NEED.open_to(request.actor, ""):
        raise Unknown(_("Cette page n'est pas pour vous."))
    return _remembering(HttpResponse(status=204), _keep(request))


@require_POST
def forget(request: ActorRequest) -> HttpResponse:
    """Start again from nothing."""
    drafts.forget_draft(request.actor, request.COOKIES.get(COOKIE, ""))
    response = redirect("needs:submit")
    response.delete_cookie(COOKIE, path=PATH)
    return response


@require_http_methods(["GET", "POST"])
def later(request: ActorRequest) -> HttpResponse:
    """The draft is kept here; a mailed link takes it up elsewhere."""
    draft = drafts.find_draft(request.actor, request.COOKIES.get(COOKIE, ""))
    if draft is None:
        return redirect("needs:submit")
    reach = str(draft.typed.get("reach") or draft.typed.get("email") or "")
    form = LaterForm(request.POST or None, initial={"email": reach if "@" in reach else ""})
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if attempt(form, lambda: _draft_sent(request, draft, address)):
            sent_to = address
    context = {"form": form, "draft": draft, "sent_to": sent_to, "base": _base(request.actor)}
    return render(request, "needs/later.html", context, status=422 if form.errors else 200)


def _draft_sent(request: ActorRequest, draft: NeedDraft, address: str) -> NeedDraft:
    count(request, "draft_link", address)
    return drafts.send_draft(request.actor, draft.key, address)


@require_http_methods(["GET", "POST"])
def resume(request: ActorRequest, link: Link) -> HttpResponse:
    """The page of the mailed link: only its button takes the draft up, on this device."""
    with scope(TASK):
        draft = NeedDraft.objects.filter(pk=link.object_id).first()
    if draft is None:
        return render(request, "needs/resume.html", {"draft": None}, status=410)
    if request.method == "POST":
        taken = drafts.resume_draft(request.actor, draft.pk)
        return _remembering(redirect("needs:submit"), taken)
    return render(request, "needs/resume.html", {"draft": draft})


# --- once it is sent ---------------------------------------------------------------------------------------------


def _sent(request: ActorRequest) -> Need | None:
    with scope(TASK):
        return queries.listed(TASK).filter(pk=request.session.get(SENT, 0)).first()


@require_safe
def thanks(request: ActorRequest) -> HttpResponse:
    """What happens next, and by when."""
    need = _sent(request)
    if need is None:
        return redirect("needs:submit")
    return _thanks(request, need, LaterForm(initial={"email": need.outside_email}), 200)


def _thanks(request: ActorRequest, need: Need, form: LaterForm, status: int) -> HttpResponse:
    due_on = answer_due(need.received_on, current().need_answer_days)
    context = {"need": need, "form": form, "due_on": due_on}
    return render(request, "needs/thanks.html", context, status=status)


@require_POST
def resend(request: ActorRequest) -> HttpResponse:
    """The message did not come: again, or to the right address. Only from the device that sent the sheet."""
    need = _sent(request)
    if need is None:
        return redirect("needs:submit")
    form = LaterForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["email"]
        if attempt(form, lambda: _sent_again(request, need, address)):
            messages.success(request, _("Le message est reparti vers %(email)s.") % {"email": address})
            return redirect("needs:thanks")
    return _thanks(request, need, form, 422)


def _sent_again(request: ActorRequest, need: Need, address: str) -> Need:
    count(request, "need_link", address)
    return actions.resend_link(TASK, need.pk, email=address)
