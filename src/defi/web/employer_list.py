"""« Employeurs »: who they are, who follows them, and since when nobody spoke with them. Exported as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from defi.kernel import clock, tables
from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import NotAllowed
from defi.kernel.tables import Column
from defi.kernel.transitions import VERBS
from defi.people.employers import reach
from defi.people.employers.models import Contact, Decision, EmployerSheet, Talk
from defi.people.employers.rules import months_before
from defi.people.models import Membership, Organisation
from defi.people.names import search_key
from defi.reference.models import Basin
from defi.steps.training.employers import last_seen
from defi.web.employer_forms import EmployerFilters

PER_PAGE = 40
DECIDERS = (Decision.HIRE, Decision.SIGN)


@dataclass(frozen=True, slots=True)
class Line:
    """An employer in the list. `last` is the day of the last exchange that this actor may know of."""

    firm: Organisation
    naf: str
    adviser: Membership | None
    contacts: int
    has_decider: bool
    last: date | None

    @property
    def place(self) -> str:
        return self.firm.commune.name if self.firm.commune else ""

    @property
    def detail(self) -> str:
        """Where it is and what it does, in one line; a basin often bears the name of its commune."""
        basin = self.basin.name if self.basin and self.basin.name != self.place else ""
        return " · ".join(part for part in (self.place, basin, self.naf) if part)

    @property
    def basin(self) -> Basin | None:
        return self.firm.commune.basin if self.firm.commune else None


COLUMNS: tuple[Column[Line], ...] = (
    Column(gettext_lazy("Employeur"), lambda line: line.firm.name),
    Column(gettext_lazy("SIRET"), lambda line: line.firm.siret),
    Column(gettext_lazy("Code NAF"), lambda line: line.naf),
    Column(gettext_lazy("Adresse"), lambda line: line.firm.address),
    Column(gettext_lazy("Commune"), lambda line: line.place),
    Column(gettext_lazy("Bassin"), lambda line: line.basin),
    Column(gettext_lazy("Téléphone"), lambda line: line.firm.phone),
    Column(gettext_lazy("Courriel"), lambda line: line.firm.email),
    Column(gettext_lazy("Conseiller"), lambda line: line.adviser.person if line.adviser else None),
    Column(gettext_lazy("Contacts"), lambda line: line.contacts),
    Column(gettext_lazy("Un contact décide"), lambda line: line.has_decider),
    Column(gettext_lazy("Dernier échange"), lambda line: line.last),
)


@require_safe
def employer_list(request: ActorRequest) -> HttpResponse:
    """The employers whose record this actor reads."""
    actor = request.actor
    if not (actor.in_region or actor.in_provider or actor.in_prescriber):
        raise NotAllowed(_("La liste des employeurs est tenue par la Région et ses partenaires."))
    read = reach.read_by(actor)
    form = EmployerFilters(request.GET or None, _basins(read), _advisers(read))
    rows = _filtered(_told(actor, read), form) if form.is_bound and form.is_valid() else _told(actor, read)
    if kind := tables.asked(request):
        return tables.download(kind, _("Employeurs"), COLUMNS, [_line(row) for row in rows])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [_line(row) for row in page],
        "active": form.is_bound,
        "can_note": VERBS["talk.note"].allows(actor),
        "can_register": VERBS["employer.register"].allows(actor),
        "can_merge": VERBS["employer.merge"].allows(actor),
    }
    return render(request, "web/employers/list.html", context)


def _basins(read: QuerySet[Organisation]) -> QuerySet[Basin]:
    return Basin.objects.filter(pk__in=read.values("commune__basin"))


def _advisers(read: QuerySet[Organisation]) -> list[tuple[int, str]]:
    members = EmployerSheet._base_manager.filter(organisation__in=read.values("pk")).values("adviser")
    rows = Membership._base_manager.filter(pk__in=members).select_related("person").order_by("person__last_name", "pk")
    return [(member.pk, str(member.person)) for member in rows]


def _told(actor: Actor, read: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With what a line says: three counts and three days, whatever the number of rows."""
    talks = Talk.objects.visible_to(actor).filter(organisation_id=OuterRef("pk"))
    contacts = Contact.objects.visible_to(actor).filter(organisation_id=OuterRef("pk"), left_on=None).order_by()
    said, visited = last_seen(actor)
    return (
        read.annotate(
            last=Greatest(
                Subquery(talks.order_by().values("organisation_id").annotate(last=Max("on")).values("last")),
                said,
                visited,
            ),
            contact_count=Coalesce(Subquery(contacts.values("organisation_id").annotate(n=Count("pk")).values("n")), 0),
            has_decider=Exists(contacts.filter(decides__overlap=list(DECIDERS))),
        )
        .select_related("commune__basin", "sheet__adviser__person", "sheet__adviser__organisation")
        .order_by("search_key", "pk")
    )


def _filtered(rows: QuerySet[Organisation], form: EmployerFilters) -> QuerySet[Organisation]:
    wanted = form.cleaned_data
    if wanted["q"].strip():
        rows = rows.filter(_named(wanted["q"]))
    if wanted["basin"]:
        rows = rows.filter(commune__basin=wanted["basin"])
    if wanted["naf"].strip():
        rows = rows.filter(sheet__naf__startswith=_dotted(wanted["naf"]))
    if wanted["silent"]:
        limit = months_before(clock.today(), wanted["silent"])
        rows = rows.filter(Q(("last", None)) | Q(("last__lt", limit))).order_by(
            F("last").asc(nulls_first=True), "search_key", "pk"
        )
    if wanted["adviser"] == "none":
        rows = rows.filter(sheet__adviser=None)
    elif wanted["adviser"]:
        rows = rows.filter(sheet__adviser=int(wanted["adviser"]))
    return rows


def _named(typed: str) -> Q:
    """By name without accents, also the name of a record merged into it; or by the beginning of a SIRET."""
    digits = "".join(typed.split())
    named = Q(siret__startswith=digits) if digits.isdigit() else Q()
    for word in search_key(typed).split() if not digits.isdigit() else ():
        named &= Q(search_key__contains=word)
    return named | Q(Exists(Organisation.objects.filter(named, merged_into=OuterRef("pk"))))


def _dotted(typed: str) -> str:
    """`8810` → `88.10`: the beginning of a code, as it is kept."""
    code = typed.strip().upper().replace(".", "").replace(" ", "")
    return f"{code[:2]}.{code[2:]}" if len(code) > 2 else code


def _line(row: Any) -> Line:
    sheet: EmployerSheet | None = getattr(row, "sheet", None)
    return Line(
        firm=row,
        naf=sheet.naf if sheet else "",
        adviser=sheet.adviser if sheet else None,
        contacts=row.contact_count,
        has_decider=row.has_decider,
        last=row.last,
    )
