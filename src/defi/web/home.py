"""Who comes in, and how: the public page, the card of a trainee, acting for another organisation, one-click roles."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import TASK, WHO_LABELS, Who, scope
from defi.kernel.limits import count
from defi.kernel.pages import ActorRequest, attempt
from defi.people.actions import open_card
from defi.people.models import Account, Membership, OrganisationKind, Person
from defi.people.queries import memberships_of
from defi.steps.sourcing.models import Candidacy
from defi.web.identity import MEMBERSHIP_KEY, TRAINEE_KEY

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """The public page; who is signed in goes to what they have to do."""
    if request.actor.who is not Who.PUBLIC:
        return redirect("todo")
    return render(request, "web/home.html")


@require_POST
def act_as(request: ActorRequest) -> HttpResponse:
    """Act for another of one's organisations."""
    if not isinstance(request.user, Account):
        raise Http404
    wanted = request.POST.get("membership", "")
    for membership in memberships_of(request.user.person_id):
        if str(membership.pk) == wanted:
            request.session[MEMBERSHIP_KEY] = membership.pk
            return redirect("todo")
    raise Http404


class CardForm(forms.Form):
    """What is printed on a personal card."""

    number = forms.CharField(label=gettext_lazy("Numéro de la carte"), max_length=20)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=30)


@require_http_methods(["GET", "POST"])
def card(request: ActorRequest) -> HttpResponse:
    """Sign in with a personal card: the QR code fills the number, the person types the code."""
    form = CardForm(request.POST or None, initial={"number": request.GET.get("n", "")})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        person = attempt(form, lambda: _opened(request, values["number"], values["code"]))
        if person is not None:
            logout(request)
            request.session[TRAINEE_KEY] = person.pk
            return redirect("training:my_space")
    return render(request, "web/card.html", {"form": form}, status=422 if form.is_bound else 200)


def _opened(request: ActorRequest, number: str, code: str) -> Person:
    """The person of a card. Raises what `open_card` raises, and `TooOften`: a code may be guessed."""
    count(request, "card", number)
    return open_card(number, code)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody of the demonstration one may become."""

    key: str
    name: str
    role: str
    house: str


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one kind of organisation."""

    title: str
    choices: list[Choice]


@require_http_methods(["GET", "POST"])
def demonstration(request: ActorRequest) -> HttpResponse:
    """Sign in as each role with one click; exists in a demonstration only."""
    if not settings.DEMONSTRATION:
        raise Http404
    if request.method == "POST":
        return _become(request, request.POST.get("who", ""))
    return render(request, "web/demonstration.html", {"groups": _groups()})


def _become(request: ActorRequest, key: str) -> HttpResponseRedirect:
    kind, _colon, pk = key.partition(":")
    with scope(TASK):
        if kind == "trainee" and pk.isdigit():
            person = Person.objects.filter(pk=pk).first()
            if person is None:
                raise Http404
            logout(request)
            request.session[TRAINEE_KEY] = person.pk
            return redirect("training:my_space")
        membership = Membership.objects.filter(pk=pk if pk.isdigit() else 0).select_related("person").first()
        account = Account.objects.filter(person_id=membership.person_id).first() if membership else None
    if membership is None or account is None:
        raise Http404
    logout(request)
    login(request, account, backend=BACKEND)
    request.session[MEMBERSHIP_KEY] = membership.pk
    return redirect("todo")


def _groups() -> list[Group]:
    with scope(TASK):
        members = list(
            Membership.objects.filter(until=None, person__account__isnull=False)
            .select_related("person", "organisation")
            .order_by("organisation__name", "pk")
        )
        trainees = list(
            Candidacy.objects.filter(state="entered")
            .select_related("person", "operation")
            .order_by("-entered_on", "pk")[:6]
        )
    groups = [
        Group(
            str(kind.label).capitalize(),
            [
                Choice(f"member:{m.pk}", str(m.person), str(WHO_LABELS[Who(m.role)]), str(m.organisation))
                for m in members
                if m.organisation.kind == kind
            ],
        )
        for kind in OrganisationKind
    ]
    groups.append(
        Group(
            _("Stagiaires"),
            [Choice(f"trainee:{c.person_id}", str(c.person), _("stagiaire"), c.operation.title) for c in trainees],
        )
    )
    return [group for group in groups if group.choices]
