"""Pages of a promise: made, read, changed, suspended and resumed, signed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.outbox import mail_leaves
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused
from defi.operations.access import leads
from defi.operations.models import Operation, Part, Partner
from defi.people.employers.models import Contact
from defi.people.models import Person
from defi.steps.pairing import actions, promising, queries, telling
from defi.steps.pairing.board import board_of
from defi.steps.pairing.effects import effects_of_change, effects_of_suspension
from defi.steps.pairing.forms import ChangeForm, PaperForm, PromiseForm, ReasonForm, SignForm, WithdrawForm
from defi.steps.pairing.hooks import PromiseAsked, said_elsewhere, said_of_new
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.states import PROMISE
from defi.steps.pairing.what_if_views import may_ask

CHOOSE = "choose"
"""The button that only chooses a firm: its people are listed, and nothing is sent."""


@require_http_methods(["GET", "POST"])
def make_promise(request: ActorRequest, operation_id: int) -> HttpResponse:
    """An employer's engagement, typed by itself or for it."""
    operation = load(Operation, request.actor, operation_id)
    form = _shown_form(request, PromiseForm, **_choices(request, operation))
    if form.is_bound and request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.make_promise(
                request.actor,
                operation.pk,
                form.cleaned_data["employer"],
                form.terms(),
                work_at=form.cleaned_data["work_at"],
                signatory=form.who("signatory"),
                tutor=form.who("tutor"),
            ),
        )
        if made is not None:
            _say_promise(request, made)
            return redirect("pairing:board", operation_id=operation.pk)
    context = {
        "operation": operation,
        "form": form,
        "text": queries.book_of(operation).promise_text,
        "is_employer": request.actor.in_employer,
        "elsewhere": said_of_new(operation),
    }
    return render(request, "pairing/promise_form.html", context, status=422 if form.is_bound else 200)


F = TypeVar("F", bound=PromiseForm)


def _shown_form(request: ActorRequest, kind: type[F], **kwargs: Any) -> F:
    """The form: sent, or shown again with what was typed when only a firm was chosen, whose people it now lists."""
    if CHOOSE not in request.POST:
        return kind(request.POST or None, **kwargs)
    initial = {**kwargs.pop("initial", {}), **request.POST.dict()}
    return kind(initial=initial, **kwargs)


def _choices(request: ActorRequest, operation: Operation, *, of: Promise | None = None) -> dict[str, Any]:
    """Whom the form proposes: the employers that may promise, the firms where the work may be, their contacts; once the
    firm that engages is chosen, those of this firm and of the place of work, nobody else's."""
    actor = request.actor
    firms = _employers(operation, actor)
    own = [actor.organisation_id or 0] if actor.in_employer else firms
    houses = _chosen(request, own, of) or {*own, *firms}
    contacts = Contact.objects.visible_to(actor).filter(organisation__in=houses, left_on=None)
    return {
        "employers": own,
        "places": firms,
        "contacts": list(contacts.select_related("person", "organisation").order_by("organisation__name", "pk")),
    }


def _chosen(request: ActorRequest, own: list[int], of: Promise | None) -> set[int]:
    """The firm that engages and the one where the work is, as far as they are chosen; nothing before the first is."""
    employer = of.employer_id if of else own[0] if len(own) == 1 else _posted(request, "employer")
    if not employer:
        return set()
    place = _posted(request, "work_at") if request.POST else of.work_at_id if of else None
    return {employer, place or employer}


def _posted(request: ActorRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


def _employers(operation: Operation, actor: Actor) -> list[int]:
    partners: QuerySet[Partner] = Partner.objects.visible_to(actor).filter(operation=operation, left_on=None)
    return list(partners.filter(part=Part.EMPLOYER).values_list("organisation_id", flat=True))


def _say_promise(request: ActorRequest, promise: Promise) -> None:
    if warning := queries.step_warning(promise):
        messages.warning(request, warning)
    if promise.conforms:
        messages.success(request, _("La promesse est enregistrée."))
    else:
        messages.warning(
            request,
            _("La promesse est enregistrée, mais elle ne compte pas : %(why)s") % {"why": promise.not_counted},
        )


@require_safe
def promise(request: ActorRequest, promise_id: int) -> HttpResponse:
    """One promise: what it says, whom it is for, whether it is signed, what may be done with it."""
    shown = load(Promise, request.actor, promise_id, "employer", "work_at", "signatory", "tutor", "operation__job")
    actor = request.actor
    open_to = {step.name for step in PROMISE.open_to(actor, shown.state)} if _acts(actor, shown) else set()
    to_sign = shown.state == "made" and shown.signed_on is None and shown.operation.state == "running"
    context = {
        "promise": shown,
        "operation": shown.operation,
        "posts": shown.posts.filter(withdrawn_on=None).count(),
        "pairings": Pairing.objects.visible_to(actor)
        .filter(post__promise=shown)
        .select_related("candidacy__person")
        .order_by("-state", "pk"),
        "can_withdraw": "promise.withdraw_all" in open_to,
        "can_change": "promise.change" in open_to,
        "can_suspend": "promise.suspend" in open_to,
        "can_resume": "promise.resume" in open_to,
        "sign_form": SignForm(initial={"version": shown.version}) if to_sign and actor.who is Who.SIGNATORY else None,
        "paper_form": PaperForm(initial={"version": shown.version}) if to_sign and acts_here(actor, shown) else None,
        "resume_form": SignForm(initial={"version": shown.version}),
        "history": queries.promise_history(shown),
        "text": queries.book_of(shown.operation).promise_text,
        "out_of_step": "" if shown.state == "withdrawn" else queries.step_warning(shown),
    }
    return render(request, "pairing/promise.html", context)


def acts_here(actor: Actor, shown: Promise) -> bool:
    """Whether this member of the provider may act on the promise."""
    return actor.who in LEAD and leads(actor, shown.operation) and shown.operation.state == "running"


def _acts(actor: Actor, shown: Promise) -> bool:
    return shown.operation.state == "running" and (actor.in_employer or acts_here(actor, shown))


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, promise_id: int) -> HttpResponse:
    """Other terms. What it does to the pairings is read first; the second click does it."""
    shown = load(Promise, request.actor, promise_id, "employer", "work_at", "operation__job")
    posts = shown.posts.filter(withdrawn_on=None).count()
    initial = {name: getattr(shown, name) for name in (*promising.TERMS, "work_at", "version")}
    plain = {name: f"{value.normalize():f}" for name, value in initial.items() if isinstance(value, Decimal)}
    initial |= plain | {"posts": posts, "signatory": shown.signatory_id, "tutor": shown.tutor_id}
    form = _shown_form(request, ChangeForm, initial=initial, **_choices(request, shown.operation, of=shown))
    effects: list[str] = []
    if form.is_bound and form.is_valid() and _says_why(form, shown, posts):
        terms, values = form.terms(), form.cleaned_data
        others = promising.alters(shown, terms, posts, values["work_at"])
        print_of = sha256(repr((asdict(terms), values["work_at"])).encode()).hexdigest()[:16]
        if values["told"] == print_of:
            done = attempt(
                form,
                lambda: promising.change_promise(
                    request.actor,
                    shown.pk,
                    terms,
                    reason=values["reason"] or _("ce qui manquait est complété"),
                    work_at=values["work_at"],
                    signatory=form.who("signatory"),
                    tutor=form.who("tutor"),
                    version=values["version"],
                ),
            )
            if done is not None:
                messages.success(request, _("La promesse est changée."))
                if others:
                    _say_told(request, telling.told_of_promise(request.actor, done, _people_of(request.actor, done)))
                return redirect("pairing:promise", promise_id=shown.pk)
        elif attempt(form, lambda: promising.check_change(terms, shown, posts)):
            effects = (
                [
                    *effects_of_change(request.actor, shown, terms, board_of(request.actor, shown.operation)),
                    *said_elsewhere(PromiseAsked(promising.as_changed(shown, terms, values["work_at"]), terms.posts)),
                ]
                if others
                else [_("Ce que dit la promesse ne change pas : sa signature et ses appairages restent.")]
            )
            form.show(print_of)
    context = {"promise": shown, "operation": shown.operation, "form": form, "effects": effects}
    return render(request, "pairing/promise_change.html", context, status=422 if form.errors else 200)


def _says_why(form: ChangeForm, shown: Promise, posts: int) -> bool:
    """Other terms have a reason; saying what was missing, a pay or a tutor, asks for none."""
    values = form.cleaned_data
    if values["reason"] or promising.completes(shown, form.terms(), posts, values["work_at"]):
        return True
    form.add_error("reason", _("Indiquez le motif : il est transmis avec le changement."))
    return False


@require_http_methods(["GET", "POST"])
def suspend(request: ActorRequest, promise_id: int) -> HttpResponse:
    """The employer cannot say for now; what it does is read on the page."""
    shown = load(Promise, request.actor, promise_id, "employer")
    form = ReasonForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: promising.suspend_promise(
                request.actor, shown.pk, reason=values["reason"], version=values["version"]
            ),
        )
        if done is not None:
            messages.success(request, _("La promesse est suspendue."))
            _say_told(request, telling.told_of_promise(request.actor, done, _people_of(request.actor, done)))
            return redirect("pairing:promise", promise_id=shown.pk)
    context = {
        "title": _("Suspendre la promesse : %(employer)s") % {"employer": shown.employer},
        "consequences": effects_of_suspension(request.actor, shown, board_of(request.actor, shown.operation)),
        "form": form,
        "action_label": _("Suspendre la promesse"),
        "back_url": reverse("pairing:promise", args=[shown.pk]),
        "back_label": str(shown.employer),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_POST
def resume(request: ActorRequest, promise_id: int) -> HttpResponse:
    """The employer keeps its promise after all."""
    shown, form = load(Promise, request.actor, promise_id, "employer", "operation__provider"), SignForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    told = telling.told_of_promise(request.actor, shown, _people_of(request.actor, shown))
    return _done(
        request,
        shown,
        lambda: promising.resume_promise(request.actor, shown.pk, version=version),
        " ".join([_("La promesse est reprise : ses appairages comptent de nouveau."), *told]),
    )


@require_POST
def ask_signature(request: ActorRequest, promise_id: int) -> HttpResponse:
    """A link to sign, to whoever signs for the firm."""
    shown = load(Promise, request.actor, promise_id)
    try:
        sent = promising.ask_signature(request.actor, shown.pk)
    except Refused as refusal:
        return _refused(request, shown, refusal)
    if sent:
        when = mail_leaves()
        said = _("Le lien pour signer part %(when)s.") % {"when": when} if when else _("Le lien pour signer est parti.")
        messages.success(request, said)
    else:
        messages.warning(request, _("Aucune adresse n'est connue : faites signer sur papier, puis notez la date."))
    return redirect("pairing:promise", promise_id=shown.pk)


@require_POST
def sign(request: ActorRequest, promise_id: int) -> HttpResponse:
    """The signatory signs from their account; the provider notes the day of a paper."""
    shown, form = load(Promise, request.actor, promise_id), PaperForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Cette date n'est pas lisible : écrivez-la comme 03/11/2025."))
        return redirect("pairing:promise", promise_id=shown.pk)
    values = form.cleaned_data
    return _done(
        request,
        shown,
        lambda: promising.sign_promise(
            request.actor, shown.pk, signed_on=values["signed_on"], version=values["version"]
        ),
        _("La promesse est signée."),
    )


def _people_of(actor: Actor, shown: Promise) -> list[Person]:
    """Who is paired with a promise today."""
    living = Pairing.objects.visible_to(actor).filter(post__promise=shown, state="active")
    return [p.candidacy.person for p in living.select_related("candidacy__person").order_by("pk")]


def _say_told(request: ActorRequest, sentences: list[str]) -> None:
    """Who learns it and whom to call, after what was done."""
    if sentences:
        messages.info(request, " ".join(sentences))


def _done(request: ActorRequest, shown: Promise, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        return _refused(request, shown, refusal)
    messages.success(request, words)
    return redirect("pairing:promise", promise_id=shown.pk)


def _refused(request: ActorRequest, shown: Promise, refusal: Refused) -> HttpResponse:
    """Who may not is told so by the page of refusals; anything else beside the promise, as it stands now."""
    if refusal.status in {403, 404}:
        raise refusal
    messages.warning(request, refusal.sentence)
    return redirect("pairing:promise", promise_id=shown.pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, promise_id: int) -> HttpResponse:
    """Posts withdrawn, with the reason and the people concerned."""
    shown = load(Promise, request.actor, promise_id)
    living = list(
        Pairing.objects.visible_to(request.actor)
        .filter(post__promise=shown, state="active")
        .select_related("candidacy__person")
        .order_by("pk")
    )
    paired = [(p.candidacy_id, p.candidacy.person.short_name) for p in living]
    posts = shown.posts.filter(withdrawn_on=None).count()
    form = WithdrawForm(request.POST or None, paired=paired, initial={"posts": posts, "version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.withdraw_promise(
                request.actor,
                shown.pk,
                posts=values["posts"],
                people=values.get("people", []),
                reason=values["reason"],
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("Les postes sont retirés."))
            standing = {person.pk for person in _people_of(request.actor, done)}
            gone = [p.candidacy.person for p in living if p.candidacy.person_id not in standing]
            _say_told(request, telling.told_of_promise(request.actor, done, gone))
            return redirect("pairing:board", operation_id=shown.operation_id)
    consequences = [
        ngettext(
            "Cette promesse a %(n)d poste, dont %(taken)d pris.",
            "Cette promesse a %(n)d postes, dont %(taken)d pris.",
            posts,
        )
        % {"n": posts, "taken": len(paired)},
        *([_("Les appairages concernés sont rompus.")] if paired else []),
        *said_elsewhere(PromiseAsked(shown, 0, exact=posts == 1)),
        *telling.told_of_withdrawal(request.actor, shown, [p.candidacy.person for p in living]),
    ]
    context = {
        "title": _("Retirer des postes : %(employer)s") % {"employer": shown.employer},
        "consequences": consequences,
        "form": form,
        "action_label": _("Retirer ces postes"),
        "back_url": f"/promesses/{shown.pk}/",
        "back_label": str(shown.employer),
        "aside_url": _what_if_url(request.actor, shown),
        "aside_label": _("Voir d'abord ce que cela changerait"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _what_if_url(actor: Actor, shown: Promise) -> str:
    if not may_ask(actor, shown.operation):
        return ""
    return f"{reverse('pairing:what_if', args=[shown.operation_id])}?promesse={shown.pk}"
