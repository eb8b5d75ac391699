"""Papers that came back: those to recognise, those to read, those kept with their sheets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.steps.training.models import Attendance, AttendanceSheet, PrintedSheet, SheetScan


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One page that came back, with the days of its paper."""

    scan: SheetScan
    days: str


@dataclass(frozen=True, slots=True)
class Papers:
    """The pages of an operation, what is asked of a person first."""

    unread: list[PaperRow] = field(default_factory=list)
    to_read: list[PaperRow] = field(default_factory=list)
    read: list[PaperRow] = field(default_factory=list)
    awaited: list[tuple[Document, str]] = field(default_factory=list)


def papers(actor: Actor, operation: Operation) -> Papers:
    """What came back and what is still out, in four queries."""
    days = printed_days(actor, operation)
    rows = SheetScan.objects.visible_to(actor).filter(operation=operation).exclude(state="rejected")
    found: dict[str, list[PaperRow]] = defaultdict(list)
    back: set[int] = set()
    for scan in rows.select_related("stored", "document").defer("document__content").order_by("-pk"):
        found[scan.state].append(PaperRow(scan, days.get(scan.document_id or 0, "")))
        back.add(scan.document_id or 0)
    out = Document.objects.filter(pk__in=set(days) - back).defer("content").order_by("-pk")
    awaited = [(document, days[document.pk]) for document in out]
    return Papers(found["unread"], found["placed"], found["read"], awaited)


def papers_printed(actor: Actor, operation: Operation) -> list[Document]:
    """The papers printed for this operation, the last first."""
    printed = PrintedSheet.objects.visible_to(actor).filter(operation=operation).values("document")
    return list(Document.objects.filter(pk__in=printed).defer("content").order_by("-pk"))


def printed_days(actor: Actor, operation: Operation) -> dict[int, str]:
    """Of each paper printed for this operation (document id): from which day to which."""
    days: dict[int, list[str]] = defaultdict(list)
    printed = PrintedSheet.objects.visible_to(actor).filter(operation=operation).order_by("sheet__on")
    for document_id, on in printed.values_list("document_id", "sheet__on"):
        days[document_id].append(f"{on:%d/%m/%Y}")
    return {pk: one[0] if one[0] == one[-1] else f"{one[0]} – {one[-1]}" for pk, one in days.items()}


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the paper: the state of its line (nothing: not on that sheet); `open` when it may still be ticked."""

    column: str
    name: str = ""
    state: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One page, and what may be ticked on it: a column per half-day, a row per trainee."""

    scan: SheetScan
    version: FileVersion | None
    sheets: list[AttendanceSheet]
    rows: list[tuple[int, str, list[Box]]]


def paper_page(actor: Actor, scan: SheetScan) -> PaperPage:
    """One page that came back, in four queries."""
    printed = PrintedSheet.objects.visible_to(actor).filter(document=scan.document_id or 0).values("sheet")
    sheets = list(AttendanceSheet.objects.visible_to(actor).filter(pk__in=printed).order_by("on", "starts_at"))
    lines = Attendance.objects.visible_to(actor).filter(sheet__in=sheets).select_related("candidacy__person")
    boxes: dict[int, dict[int, Box]] = defaultdict(dict)
    names: dict[int, str] = {}
    by_id = {sheet.pk: sheet for sheet in sheets}
    for line in lines:
        sheet = by_id[line.sheet_id]
        free = sheet.state == "open" and sheet.on <= clock.today() and line.way in {"", "paper"}
        names[line.candidacy_id] = f"{line.candidacy.person.last_name} {line.candidacy.person.first_name}".strip()
        name = f"s{sheet.pk}_{line.candidacy_id}"
        boxes[line.candidacy_id][sheet.pk] = Box(_column(sheet), name, line.state, free)
    rows = [
        (pk, name, [boxes[pk].get(sheet.pk, Box(_column(sheet))) for sheet in sheets])
        for pk, name in sorted(names.items(), key=lambda one: (one[1], one[0]))
    ]
    version = FileVersion.objects.filter(stored=scan.stored_id).defer("content").order_by("-number").first()
    return PaperPage(scan, version, sheets, rows)


def _column(sheet: AttendanceSheet) -> str:
    return f"{sheet.on:%d/%m}, {sheet.get_half_display()}"


def scans_of(actor: Actor, sheet: AttendanceSheet) -> list[SheetScan]:
    """The signed papers that are kept with this sheet."""
    printed = PrintedSheet.objects.visible_to(actor).filter(sheet=sheet).values("document")
    rows = SheetScan.objects.visible_to(actor).filter(document__in=printed, state__in=["placed", "read"])
    return list(rows.select_related("stored").order_by("pk"))
