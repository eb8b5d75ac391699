"""The pages of the import of a list: hand a file in, see what was understood, mend, settle, import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import tables
from defi.kernel.outbox import mail_leaves
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation, Session
from defi.people.models import Person
from defi.steps.sourcing import import_actions, queries
from defi.steps.sourcing.doors import must_be_able
from defi.steps.sourcing.import_actions import AlreadyRead
from defi.steps.sourcing.import_forms import LineForm, ListForm
from defi.steps.sourcing.import_models import CandidacyImport, CandidacyImportRow
from defi.steps.sourcing.import_rules import COLUMNS, EXAMPLE, KEPT_DAYS
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.reach import Reach, reach_of, reach_sentences

LINES_A_PAGE = 50
State = CandidacyImportRow.State
MODEL_LINE = {
    "last_name": EXAMPLE,
    "first_name": "Ada",
    "phone": "02 37 00 00 00",
    "email": "ada@exemple.fr",
    "birth_date": "05/03/2001",
    "on": "01/09/2027",
    "prescriber": "Mission locale du Dunois",
}


@require_http_methods(["GET", "POST"])
def imports(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Hand in a list of people; those handed in before."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "candidacy_import.load", operation)
    session = queries.session_of(request.actor, operation)
    if session is None:
        return render(request, "sourcing/no_session.html", {"operation": operation, "can_plan": False})
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _loaded(request, session, form))
        if made is not None:
            return redirect("sourcing:import", import_id=made.pk)
    before = CandidacyImport.objects.visible_to(request.actor).filter(session=session)
    context = {
        "operation": operation,
        "session": session,
        "form": form,
        "before": _before(before.annotate(lines=Count("rows"))[:10]),
        "is_prescriber": request.actor.in_prescriber,
        "columns": [column.label for column in COLUMNS],
        "kept_days": KEPT_DAYS,
    }
    return render(request, "sourcing/imports.html", context, status=422 if form.is_bound else 200)


def _before(lists: Iterable[CandidacyImport]) -> list[tuple[CandidacyImport, bool]]:
    """The lists read before, the latest first, and whether another of them bears the same name: then its hour tells
    them apart."""
    read = list(lists)
    names = Counter(one.name for one in read)
    return [(one, names[one.name] > 1) for one in read]


def _loaded(request: ActorRequest, session: Session, form: ListForm) -> CandidacyImport:
    content, name = form.content()
    try:
        return import_actions.load_people(request.actor, session.pk, content, name, form.titles())
    except AlreadyRead as again:
        messages.info(request, again.sentence)
        return again.source


@require_safe
def model_file(request: ActorRequest, operation_id: int, kind: str) -> HttpResponse:
    """A table with the right columns, to fill in."""
    must_be_able(request.actor, "candidacy_import.load", load(Operation, request.actor, operation_id))
    if kind not in tables.MEDIA_TYPES:
        raise Http404
    columns = [tables.Column(column.label, _cell(column.name)) for column in COLUMNS]
    return tables.download(kind, _("Modèle candidatures"), columns, [MODEL_LINE])


def _cell(name: str) -> Callable[[dict[str, str]], object]:
    return lambda line: line.get(name, "")


@require_safe
def source(request: ActorRequest, import_id: int) -> HttpResponse:
    """What was understood of a list: its lines by state, the button that imports."""
    shown = load(CandidacyImport, request.actor, import_id, "operation", "session")
    counts = dict(shown.rows.values_list("state").annotate(n=Count("pk")).order_by())
    wanted = request.GET.get("etat", "")
    rows = shown.rows.select_related("candidacy__person", "candidacy__prescriber")
    page = Paginator(rows.filter(state=wanted) if wanted in State.values else rows, LINES_A_PAGE)
    context = {
        "source": shown,
        "operation": shown.operation,
        "page": page.get_page(request.GET.get("page")),
        "counts": [(state, label, counts.get(state, 0)) for state, label in State.choices if counts.get(state)],
        "total": sum(counts.values()),
        "ready": counts.get(State.READY, 0),
        "wanted": wanted,
        "is_prescriber": request.actor.in_prescriber,
        "kept_days": KEPT_DAYS,
    }
    return render(request, "sourcing/import.html", context)


@require_POST
def run(request: ActorRequest, import_id: int) -> HttpResponse:
    """Import every line that is ready."""
    _source, people = import_actions.run_import(request.actor, import_id)
    count = len(people)
    said = ngettext("%(n)d personne est dans la liste.", "%(n)d personnes sont dans la liste.", count)
    messages.success(request, said % {"n": count})
    _say_who_is_told(request, people)
    return redirect("sourcing:import", import_id=import_id)


def _say_who_is_told(request: ActorRequest, people: list[Candidacy]) -> None:
    reach = reach_of(row.person for row in people)
    if reach.by_mail:
        leaving = ngettext(
            "Le message part %(when)s : %(n)d personne a une adresse.",
            "Les messages partent %(when)s : %(n)d personnes ont une adresse.",
            reach.by_mail,
        )
        messages.info(request, leaving % {"n": reach.by_mail, "when": mail_leaves() or _("maintenant")})
    for sentence in reach_sentences(Reach(0, reach.to_call), named=True):
        messages.warning(request, sentence)


@require_http_methods(["GET", "POST"])
def line(request: ActorRequest, row_id: int) -> HttpResponse:
    """A line: what it says, what is wrong, who it may be. « Corriger et importer » does both."""
    row = load(CandidacyImportRow, request.actor, row_id, "source__operation", "twin_row", "candidacy__person")
    form = LineForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        mended = attempt(form, lambda: import_actions.mend_line(request.actor, row.pk, form.cells(), version=version))
        if mended is not None and mended.state == State.FAULTY:
            form.show_faults(mended)
        elif mended is not None:
            return _after_mending(request, mended)
    status = 422 if form.errors else 200
    if request.method == "GET" and row.state == State.FAULTY:
        form = LineForm({**row.cells, "version": row.version}, row=row)
        form.full_clean()
        form.errors.clear()
        form.show_faults(row)
    context = {"row": row, "form": form, "operation": row.source.operation, "twin": _twin(request, row)}
    return render(request, "sourcing/import_line.html", context, status=status)


def _after_mending(request: ActorRequest, row: CandidacyImportRow) -> HttpResponse:
    if row.state == State.TWIN:
        return redirect("sourcing:import_line", row_id=row.pk)
    if row.state == State.READY and "keep" not in request.POST:
        _source, people = import_actions.run_import(request.actor, row.source_id, only=[row.pk])
        messages.success(request, _("La ligne est corrigée et importée."))
        _say_who_is_told(request, people)
    else:
        messages.success(request, _("La ligne est corrigée."))
    return redirect("sourcing:import", import_id=row.source_id)


def _twin(request: ActorRequest, row: CandidacyImportRow) -> dict[str, object] | None:
    """Who the line may be, as the actor already sees them."""
    if row.is_over:
        return None
    if row.twin_row:
        return {"line": row.twin_row.number, "name": row.twin_row.name, **row.twin_row.cells}
    if not row.twin_person_id:
        return None
    seen = Candidacy.objects.visible_to(request.actor).filter(person_id=row.twin_person_id)
    candidacy = seen.select_related("person", "session", "operation").order_by("-pk").first()
    if candidacy is None:
        return None
    who: Person = candidacy.person
    return {
        "candidacy": candidacy,
        "name": str(who),
        "phone": who.phone,
        "email": who.email,
        "birth_date": who.birth_date,
    }


@require_POST
def settle(request: ActorRequest, row_id: int) -> HttpResponse:
    """The same person, two people, or the line goes."""
    row = import_actions.settle_line(request.actor, row_id, request.POST.get("decision", ""))
    messages.success(request, _("C'est noté pour la ligne %(n)d.") % {"n": row.number})
    return redirect("sourcing:import", import_id=row.source_id)
