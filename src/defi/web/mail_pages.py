"""The mails of an operation, of a person, of oneself: what was written, to whom, what became of it, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.access import LEAD, NOT_MEMBERS, TASK, Actor, Who, scope
from defi.kernel.mail import secret_links, states, wanted
from defi.kernel.mail.purposes import Urgency, table
from defi.kernel.models import FailingAddress, Mail, MailServer
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused, Unknown
from defi.operations.access import leads, pilots
from defi.operations.mails import Seen, drop_mail, mails_of_operation, mails_of_person, resend_mail, seen
from defi.operations.models import Operation
from defi.people.addresses import choose_mail
from defi.people.models import MailChoice, Person
from defi.steps.sourcing.models import Candidacy
from defi.web.links import link_renewals

LINES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A mail in a list. `may_drop`, `may_resend`: what its buttons offer."""

    seen: Seen
    label: str
    standing: states.Standing
    url: str

    @property
    def mail(self) -> Mail:
        return self.seen.mail

    @property
    def has_left(self) -> bool:
        return bool(self.mail.sent_at or self.mail.dropped_at or self.mail.failed_at)

    @property
    def may_drop(self) -> bool:
        return self.seen.may_act and not self.has_left and not self.mail.leaving_at

    @property
    def may_resend(self) -> bool:
        return self.seen.may_act and self.has_left and self.mail.urgency != Urgency.CODE


class ReasonForm(forms.Form):
    """Why a mail will not leave."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("Il est gardé dans le journal de l'opération."),
    )


class ChoiceForm(forms.Form):
    """What one wants to be mailed."""

    what = forms.ChoiceField(
        label=gettext_lazy("Je reçois"),
        choices=[
            ("digest", wanted.EVERYTHING),
            ("urgent", wanted.URGENT_ONLY),
        ],
        widget=forms.RadioSelect,
    )


@require_safe
def of_operation(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The mails of an operation, latest first."""
    file = load(Operation, request.actor, operation_id)
    context = {
        "operation": file,
        "is_whole": request.actor.who in {Who.OFFICER, Who.STEERING} or request.actor.who in LEAD,
        **_listed(request, mails_of_operation(request.actor, file), file),
    }
    return render(request, "web/mails/operation.html", context)


@require_http_methods(["GET", "POST"])
def one(request: ActorRequest, operation_id: int, mail_id: int) -> HttpResponse:
    """A mail as its reader has it, and the button that sends it again."""
    file = load(Operation, request.actor, operation_id)
    mail = mails_of_operation(request.actor, file).filter(pk=mail_id).first()
    if mail is None:
        raise Unknown(_("Ce courriel n'existe pas, ou il n'est pas pour vous."))
    row = _rows(request.actor, [mail], file)[0]
    status = 200
    if request.method == "POST":
        try:
            resend_mail(request.actor, file.pk, mail.pk, _hidden(request.actor, [mail]), link_renewals())
            messages.success(request, _("Le courriel est renvoyé : il part aux heures d'envoi."))
            return redirect("mails_of_operation", operation_id=file.pk)
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            messages.error(request, refusal.sentence)
            status = refusal.status
    context = {
        "operation": file,
        "row": row,
        "text": secret_links.hidden(mail.body),
        "subject": secret_links.hidden(mail.subject),
        "carried": mail.digest,
    }
    return render(request, "web/mails/one.html", context, status=status)


@require_http_methods(["GET", "POST"])
def drop(request: ActorRequest, operation_id: int, mail_id: int) -> HttpResponse:
    """A mail that has not left will not, with a reason."""
    file = load(Operation, request.actor, operation_id)
    mail = mails_of_operation(request.actor, file).filter(pk=mail_id).first()
    if mail is None:
        raise Unknown(_("Ce courriel n'existe pas, ou il n'est pas pour vous."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        hidden = _hidden(request.actor, [mail])
        if attempt(form, lambda: drop_mail(request.actor, file.pk, mail.pk, hidden, reason=reason)) is not None:
            messages.success(request, _("Ce courriel ne partira pas."))
            return redirect("mails_of_operation", operation_id=file.pk)
    row = _rows(request.actor, [mail], file)[0]
    context = {
        "title": _("Ne pas envoyer : %(label)s") % {"label": row.label},
        "consequences": [
            _("%(to)s ne reçoit pas ce courriel.") % {"to": row.seen.to or row.seen.address},
            _("Ce qui est à faire reste dans « À faire »."),
        ],
        "form": form,
        "action_label": _("Ne pas envoyer"),
        "back_url": reverse("mails_of_operation", args=[file.pk]),
        "back_label": _("Courriels"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def of_person(request: ActorRequest, person_id: int) -> HttpResponse:
    """The mails to somebody, for who may see them."""
    person = _person(request.actor, person_id)
    context = {
        "person": person,
        "failing": FailingAddress.objects.filter(address=person.email).first() if person.email else None,
        **_listed(request, mails_of_person(request.actor, person)),
    }
    return render(request, "web/mails/person.html", context)


@require_http_methods(["GET", "POST"])
def mine(request: ActorRequest) -> HttpResponse:
    """What one was sent, and the choice of what one is sent."""
    actor = request.actor
    if actor.person_id is None:
        return redirect("home")
    with scope(TASK):
        person = Person.objects.get(pk=actor.person_id)
    chosen = MailChoice.objects.visible_to(actor).filter(person=person).first()
    may_choose = actor.who not in NOT_MEMBERS
    initial = {"what": "urgent" if chosen and chosen.urgent_only else "digest"}
    sent = request.POST if request.method == "POST" else None
    form = ChoiceForm(sent, initial=initial) if may_choose else None
    if form is not None and request.method == "POST" and form.is_valid():
        urgent_only = form.cleaned_data["what"] == "urgent"
        if attempt(form, lambda: choose_mail(actor, urgent_only=urgent_only)) is not None:
            messages.success(request, _("Votre choix est enregistré."))
            return redirect("my_mails")
    context = {
        "person": person,
        "form": form,
        "hours": table().hours,
        **_listed(request, mails_of_person(actor, person)),
    }
    return render(request, "web/mails/mine.html", context, status=422 if form is not None and form.errors else 200)


def _listed(request: ActorRequest, mails: QuerySet[Mail], file: Operation | None = None) -> dict[str, Any]:
    page: Page[Mail] = Paginator(mails.defer("body", "calendar"), LINES).get_page(request.GET.get("page"))
    rows = _rows(request.actor, list(page), file)
    return {"page": page, "rows": rows, "server": MailServer.objects.exclude(down_since=None).first()}


def _rows(actor: Actor, mails: list[Mail], file: Operation | None = None) -> list[Row]:
    server = MailServer.objects.filter(pk=1).first()
    now: datetime = clock.now()
    return [
        Row(one, states.label(one.mail), states.standing(one.mail, now, server), _address(one))
        for one in seen(actor, mails, _hidden(actor, mails), file)
    ]


def _address(one: Seen) -> str:
    """The page of a mail, when its text is to be read and an operation holds it."""
    if not one.may_read or not one.mail.file_id or one.mail.purpose == states.DIGEST:
        return ""
    return reverse("mail", args=[one.mail.file_id, one.mail.pk])


def _hidden(actor: Actor, mails: list[Mail]) -> set[int]:
    """The candidates among the readers, whose address and words are for their provider and their prescriber."""
    ids = {mail.person_id for mail in mails if mail.person_id}
    return _candidates(ids) - _reached(actor, ids) - {actor.person_id or 0}


def _candidates(ids: set[int]) -> set[int]:
    with scope(TASK):
        return set(Candidacy.objects.filter(person__in=ids).order_by().values_list("person_id", flat=True))


def _reached(actor: Actor, ids: set[int]) -> set[int]:
    if not (actor.in_provider or actor.in_prescriber):
        return set()
    mine = Candidacy.objects.visible_to(actor).filter(person__in=ids)
    return set(mine.order_by().values_list("person_id", flat=True))


def _person(actor: Actor, person_id: int) -> Person:
    """Somebody whose mails this actor may list: oneself, a member one may see, one's own candidate, or who was written
    to in an operation that one pilots or runs. Raises `Unknown`."""
    with scope(TASK):
        person = Person.objects.filter(pk=person_id).first()
    if person is None or not _may_list(actor, person):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return person


def _may_list(actor: Actor, person: Person) -> bool:
    if actor.person_id == person.pk:
        return True
    if actor.who in NOT_MEMBERS:
        return False
    if _candidates({person.pk}):
        return bool(_reached(actor, {person.pk}))
    if Person.objects.visible_to(actor).filter(pk=person.pk).exists():
        return True
    files = Mail.objects.filter(person_id=person.pk).exclude(file_id=None).order_by().values("file_id")
    written = Operation.objects.visible_to(actor).filter(pk__in=files)
    return any(pilots(actor, file) or (actor.who in LEAD and leads(actor, file)) for file in written)
