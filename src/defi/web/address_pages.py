"""Addresses that do not receive: the list of those one may mend, and the page where a member's is changed."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.access import LEAD, TASK, Actor, Who, scope
from defi.kernel.models import FailingAddress, Mail
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Unknown
from defi.operations.mails import failing
from defi.operations.models import Partner
from defi.people.addresses import change_address, may_change, retry_address
from defi.people.models import Membership, Organisation, Person
from defi.steps.convention.locks import runs
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class Line:
    """A failing address: whose it is, since when, how many mails it did not receive, where it is mended."""

    failing: FailingAddress
    whose: str
    undelivered: int
    url: str
    button: str
    history_url: str


class AddressForm(forms.Form):
    """The address at which somebody receives."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        help_text=gettext_lazy("C'est aussi par elle que la personne entre : un code y est envoyé."),
    )


@require_safe
def addresses(request: ActorRequest) -> HttpResponse:
    """The addresses that fail and that one may mend."""
    rows = list(failing(request.actor)[:100])
    return render(request, "web/mails/failing.html", {"lines": _lines(request.actor, rows)})


@require_POST
def retry(request: ActorRequest, address_id: int) -> HttpResponse:
    """Believe an address again."""
    row = failing(request.actor).filter(pk=address_id).first()
    if row is None:
        raise Unknown(_("Cette adresse n'est plus en échec, ou elle n'est pas à vous de la corriger."))
    retry_address(request.actor, row.pk)
    messages.success(request, _("L'adresse est essayée de nouveau au prochain courriel."))
    return redirect("failing")


@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Change the address of a member."""
    membership = load(Membership, request.actor, membership_id, "person", "organisation")
    person = membership.person
    if not may_change(request.actor, person):
        raise NotAllowed(_("L'adresse de cette personne se change par qui répond de tous ses accès."))
    form = AddressForm(request.POST or None, initial={"email": person.email, "version": person.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        changed = attempt(form, lambda: change_address(request.actor, person.pk, values["email"], values["version"]))
        if changed is not None:
            messages.success(request, _("L'adresse de %(name)s est changée.") % {"name": person})
            return redirect("team_of", organisation_id=membership.organisation_id)
    context = {
        "membership": membership,
        "form": form,
        "failing": FailingAddress.objects.filter(address=person.email).first(),
        "back_url": reverse("team_of", args=[membership.organisation_id]),
    }
    return render(request, "web/mails/address.html", context, status=422 if form.is_bound else 200)


def _lines(actor: Actor, rows: list[FailingAddress]) -> list[Line]:
    """Nine queries at most, whatever their number, and one more per member to mend."""
    addresses = [row.address for row in rows]
    lost = dict(
        Mail.objects.filter(failed_at__isnull=False, address__in=addresses)
        .exclude(purpose="digest")
        .values_list("address")
        .annotate(n=Count("pk"))
        .order_by()
    )
    with scope(TASK):
        people = {p.email: p for p in Person.objects.filter(email__in=addresses, merged_into=None).order_by("-pk")}
    ids = [person.pk for person in people.values()]
    ways = _ways(actor, people)
    houses = {h.email: h for h in Organisation.objects.filter(email__in=addresses, merged_into=None)}
    partners = {
        p.contact_id: p
        for p in Partner.objects.visible_to(actor).filter(contact__in=ids, left_on=None).select_related("organisation")
    }
    return [_line(actor, row, people, houses, partners, ways, lost.get(row.address, 0)) for row in rows]


def _ways(actor: Actor, people: dict[str, Person]) -> dict[int, str]:
    """Where the address of each person is mended: a candidate's on their file, a signatory's where the signing is
    followed, a member's on the page of the team."""
    ids = [person.pk for person in people.values()]
    ways = _of_signatories(actor, ids)
    if actor.who in LEAD:
        rows = Candidacy.objects.visible_to(actor).filter(person__in=ids).order_by("pk")
        ways |= {c.person_id: reverse("sourcing:correct", args=[c.pk]) for c in rows}
    members = Membership.objects.visible_to(actor).filter(person__in=ids, until=None).select_related("person")
    for member in members.order_by("pk"):
        if member.person_id not in ways and may_change(actor, member.person):
            ways[member.person_id] = reverse("team_address", args=[member.pk])
    return ways


def _of_signatories(actor: Actor, ids: list[int]) -> dict[int, str]:
    """By person without any access: one who is to sign is named again, one who has signed stays who they are."""
    if actor.who not in {Who.OFFICER, *LEAD}:
        return {}
    with scope(TASK):
        members = set(Membership.objects.filter(person__in=ids, until=None).values_list("person_id", flat=True))
    rows = Signatory.objects.visible_to(actor).filter(person__in=ids, operation__state="running")
    ways: dict[int, str] = {}
    for signatory in rows.exclude(state="removed").select_related("operation").order_by("pk"):
        if signatory.person_id in members or not runs(actor, signatory.operation):
            continue
        page = "convention:mend_address" if signatory.state in SIGNED else "convention:describe"
        ways[signatory.person_id or 0] = reverse(page, args=[signatory.pk])
    return ways


def _line(
    actor: Actor,
    row: FailingAddress,
    people: dict[str, Person],
    houses: dict[str, Organisation],
    partners: dict[int | None, Partner],
    ways: dict[int, str],
    lost: int,
) -> Line:
    person, house = people.get(row.address), houses.get(row.address)
    url = ways.get(person.pk, "") if person else ""
    partner = partners.get(person.pk) if person else None
    if not url and partner:
        url = reverse("partner_contact", args=[partner.pk])
    if not url and house and actor.who in {Who.OFFICER, Who.STEERING, *LEAD} and house.kind == "employer":
        url = reverse("employers:describe", args=[house.pk])
    history = reverse("mails_of_person", args=[person.pk]) if person else ""
    return Line(row, str(person or house or ""), lost, url, _("Corriger l'adresse"), history)
