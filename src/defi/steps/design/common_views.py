"""What the pages of the plan do the same way: the form that changes it and says first whose approval falls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any, TypeGuard, TypeVar

from django.contrib import messages
from django.forms import ChoiceField, Field, Form, ModelChoiceField
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.documents.french import long_date
from defi.kernel.pages import ActorRequest, put_refusal
from defi.kernel.refusals import NotAllowed, Refused, Stale, Unknown
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Organisation
from defi.reference.choosing import CertificationFields
from defi.steps.design.calendar.durations import hour_words
from defi.steps.design.changing import would_fall
from defi.steps.design.holding import must_be_here
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import required_parties

T = TypeVar("T")


def is_lead(actor: Actor, operation: Operation) -> bool:
    """Whether this actor leads the provider's work on the operation, while it runs."""
    return actor.who in LEAD and leads(actor, operation) and operation.state == "running"


def only_reads(actor: Actor, operation: Operation) -> bool:
    """Who is of a party without being the one who answers for it: an officer of another territory, a trainer."""
    if actor.in_region:
        return not pilots(actor, operation)
    return actor.who is Who.TRAINER


def employers_of(actor: Actor, operation: Operation) -> list[int]:
    """The employers (ids) that take part."""
    partners = Partner.objects.visible_to(actor).filter(operation=operation, part=Part.EMPLOYER, left_on=None)
    return list(partners.values_list("organisation_id", flat=True))


def party_ids(operation: Operation) -> list[int]:
    """Those who may have asked for a change."""
    return [pk for pk, _quality in required_parties(operation)]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A field that somebody changed while the page was open: what it is now, beside what was typed. `untouched`: it was
    left as it was shown, and the form now holds what it has become."""

    label: str
    now: str
    typed: str
    untouched: bool = False


def change(
    request: ActorRequest,
    plan: TrainingPlan,
    form: Form,
    do: Callable[[], object],
    *,
    title: str,
    label: str,
    now: Callable[[], Mapping[str, Any]] | None = None,
    said: str = "",
    remove: str = "",
    fields: str = "",
) -> HttpResponse:
    """A form that changes the plan: shown, refused with what was typed, confirmed first when approvals would fall;
    done, which the plan then says (`said`).

    `now` gives the fields as they stand, for whoever finds the page outdated; `fields` is the template of the fields
    that need one. While somebody else holds the plan no form is shown: the page says whose turn it is; one sent
    nevertheless comes back with what was typed."""
    if request.method != "POST":
        must_be_theirs(request.actor, plan)
    context: dict[str, Any] = {"fields": fields, "seen": request.POST.get("seen") or seen(form, form.initial)}
    if request.method == "POST" and form.is_valid():
        went = tried(request, plan, form, do)
        if went.done:
            messages.success(request, said or _("C'est enregistré."))
            return redirect("design:plan", operation_id=plan.operation_id)
        if went.fallen:
            context["fallen"] = went.fallen
        if isinstance(went.refusal, Stale) and now is not None:
            fresh = now()
            context |= {"meanwhile": catch_up(form, fresh, request.POST.get("seen", "")), "seen": seen(form, fresh)}
    return form_page(request, plan.operation, form, title, label, remove=remove, **context)


def must_be_theirs(actor: Actor, plan: TrainingPlan) -> None:
    """Raise before a form is shown that could not be sent: another writes the plan, or holds it now."""
    if actor.who not in LEAD or not leads(actor, plan.operation):
        raise NotAllowed(_("L'organisme de formation écrit le plan : dites-lui ce qui doit changer par une remarque."))
    must_be_here(plan)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a form: done; or these approvals would fall and it must be confirmed; or refused."""

    done: bool = False
    fallen: Sequence[Organisation] = ()
    refusal: Refused | None = None


def tried(request: ActorRequest, plan: TrainingPlan, form: Form, do: Callable[[], object]) -> Tried:
    """Carry out a valid form, unless approvals would fall that nobody confirmed; a refusal is put on the form."""
    try:
        fallen = [] if "confirmed" in request.POST else would_fall(plan, do)
        if fallen:
            return Tried(fallen=fallen)
        do()
    except Unknown:
        raise
    except Refused as refusal:
        put_refusal(form, refusal)
        return Tried(refusal=refusal)
    return Tried(done=True)


def seen(form: Form, values: Mapping[str, Any]) -> str:
    """What a page showed when it was opened, a mark per field: enough to tell later which ones somebody changed."""
    return " ".join(f"{name}:{_mark(_in_words(form, name, values.get(name)))}" for name in form.fields)


def _mark(words: str) -> str:
    # A browser sends the ends of lines its own way.
    return sha256("\n".join(words.splitlines()).encode()).hexdigest()[:12]


def _in_words(form: Form, name: str, value: Any) -> str:
    """A value of a field in words: what is chosen in a list by its label there."""
    field = form.fields[name]
    if _is_list(field):
        labels = {str(key): str(label) for key, label in field.choices}  # type: ignore[misc, union-attr]
        if isinstance(value, list | tuple):
            return say([labels.get(str(one), str(one)) for one in value])
        return labels.get(str(value), say(value))
    return say(value)


def catch_up(form: Form, now: Mapping[str, Any], shown: str = "") -> list[Meanwhile]:
    """The fields that somebody else changed since the page was `shown` (`seen`) and that are not as typed, in words.

    A form only changes what its user changed: a field left as it was shown takes what it has become, so that sending
    the form again does not undo what the other did."""
    marks = set(shown.split())
    found = []
    for name, value in now.items():
        if name not in form.fields or name == "version":
            continue
        words, typed = _in_words(form, name, value), _in_words(form, name, _typed(form, name))
        if words == typed or f"{name}:{_mark(words)}" in marks:
            continue
        untouched = f"{name}:{_mark(typed)}" in marks
        if untouched:
            _put(form, name, value)
        found.append(Meanwhile(str(form.fields[name].label), words or _("rien"), typed or _("rien"), untouched))
    if isinstance(form, CertificationFields):
        form.offer_again()
    return found


def _typed(form: Form, name: str) -> Any:
    """What was typed or chosen in a field; a choice by its key, whatever the form makes of it."""
    return form[name].data if _is_list(form.fields[name]) else form.cleaned_data.get(name)


def _is_list(field: Field) -> TypeGuard[ChoiceField]:
    return isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField)


def _put(form: Form, name: str, value: Any) -> None:
    """Make the form show this value, as if it had been typed."""
    field, sent = form.fields[name], QueryDict(mutable=True)
    sent.update(form.data)
    key = form.add_prefix(name)
    sent.pop(key, None)
    prepared = field.prepare_value(value)
    if isinstance(prepared, list | tuple):
        sent.setlist(key, [str(one) for one in prepared])
    elif isinstance(prepared, bool):
        sent.setlist(key, ["on"] if prepared else [])
    else:
        # What is chosen in a list is sent by its key; a widget writes the rest its own way.
        words = prepared if isinstance(field, ChoiceField) else field.widget.format_value(prepared)
        sent[key] = "" if words is None else str(words)
    form.data = sent


def say(value: Any) -> str:
    """A value of a form in words."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, time):
        return hour_words(value)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, list | tuple) or (hasattr(value, "__iter__") and not isinstance(value, str)):
        return ", ".join(sorted(str(one) for one in value))
    return "" if value is None else str(value)


def form_page(
    request: ActorRequest,
    operation: Operation,
    form: Form,
    title: str,
    label: str,
    *,
    remove: str = "",
    **more: Any,
) -> HttpResponse:
    """A page with one form, back to the plan."""
    context = {"operation": operation, "form": form, "title": title, "action_label": label, "remove": remove} | more
    refused = form.is_bound and "fallen" not in more
    return render(request, "design/form.html", context, status=422 if refused else 200)


def press(request: ActorRequest, operation_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    """A button without a form: done, or the sentence of the refusal, back on the plan."""
    try:
        act()
        messages.success(request, said)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("design:plan", operation_id=operation_id)


def remove(
    request: ActorRequest,
    plan: TrainingPlan,
    act: Callable[[], object],
    said: str,
    what: str,
    consequences: Sequence[str],
) -> HttpResponse:
    """A button that takes something out of the plan: asked first, with what goes with it and whose approval falls."""
    if "confirmed" in request.POST:
        return press(request, plan.operation_id, act, said)
    try:
        must_be_theirs(request.actor, plan)
        fallen = would_fall(plan, act)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("design:plan", operation_id=plan.operation_id)
    context = {"operation": plan.operation, "title": what, "fallen": fallen, "consequences": consequences}
    return render(request, "design/confirm_removal.html", context)


def organisation(text: str) -> Organisation | None:
    """The organisation of this id, as a form sends it."""
    return Organisation.objects.filter(pk=whole(text)).first()


def whole(text: str) -> int:
    """A whole number out of a form, 0 for anything else."""
    return int(text) if text.isdigit() and len(text) < 10 else 0
