"""Papers that came back: those to recognise, those to read, those kept with their sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.steps.training.bearing import pages_bearing
from defi.steps.training.hours import begins
from defi.steps.training.models import Attendance, AttendanceSheet, HalfDay, PrintedSheet, SheetScan


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
    """Of each paper printed for this operation (document id): its half-day and module, or from which day to which."""
    found: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    printed = PrintedSheet.objects.visible_to(actor).filter(operation=operation)
    rows = printed.order_by("sheet__on", "sheet__starts_at")
    said = ("document_id", "sheet__on", "sheet__half", "sheet__module_label")
    for document_id, on, half, module in rows.values_list(*said):
        found[document_id].append((on, half, module))
    return {pk: _days_words(half_days) for pk, half_days in found.items()}


def _days_words(half_days: list[tuple[date, str, str]]) -> str:
    (first, half, module), last = half_days[0], half_days[-1][0]
    if len(half_days) == 1:
        said = {"day": f"{first:%d/%m/%Y}", "half": HalfDay(half).label, "module": module}
        return _("%(day)s, %(half)s : %(module)s") % said
    days = f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    return _("%(days)s, %(n)d demi-journées") % {"days": days, "n": len(half_days)}


def on_page(scan: SheetScan, lines: Iterable[Attendance]) -> dict[int, bool]:
    """Who may be on this page (candidacy id): those it bears, True, and those no page of its paper bears, False: they
    joined the sheet since, or are written otherwise. Those of its other pages are left out.

    `lines` come with their person."""
    people = {line.candidacy_id: line.candidacy.person for line in lines}
    if scan.document is None or scan.page is None:
        return dict.fromkeys(people, False)
    named = {pk: (one.last_name, one.first_name) for pk, one in people.items()}
    rows = sorted(named, key=lambda pk: (*named[pk], pk))
    bears = pages_bearing(bytes(scan.document.content), [(pk, " ".join(named[pk])) for pk in rows])
    return {pk: pk in bears for pk in rows if bears.get(pk, scan.page) == scan.page}


def bears_trainer(scan: SheetScan) -> bool:
    """Whether the trainer's boxes are on this page: the last of its paper, or one that nobody knows the number of."""
    return scan.document is None or scan.page is None or scan.page == scan.document.pages


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the paper: the state of its line (nothing: not on that sheet); `open` when it may still be ticked."""

    column: str
    name: str = ""
    state: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One page, and what may be ticked on it: a column per half-day, a row per trainee that it bears.

    `trainer_boxes`: ids of the sheets whose trainer may have signed here, on the last page, and is not noted yet;
    `unborne`: ids of those whom no page of the paper bears; an empty box says nothing of them."""

    scan: SheetScan
    version: FileVersion | None
    sheets: list[AttendanceSheet]
    rows: list[tuple[int, str, list[Box]]]
    unborne: frozenset[int] = frozenset()
    trainer_boxes: frozenset[int] = frozenset()

    @property
    def may_be_read(self) -> bool:
        """Whether a page still to read can be: its half-days have begun, even when all of them were noted otherwise."""
        return self.scan.state == "placed" and all(begins(sheet) <= clock.now() for sheet in self.sheets)

    @property
    def bears_trainer(self) -> bool:
        """Whether the trainer's boxes are on it."""
        return bears_trainer(self.scan)

    @property
    def is_open(self) -> bool:
        """Whether anything on this page may still be ticked."""
        return bool(self.trainer_boxes) or any(box.open for _pk, _name, boxes in self.rows for box in boxes)


def paper_page(actor: Actor, scan: SheetScan) -> PaperPage:
    """One page that came back, in four queries."""
    printed = PrintedSheet.objects.visible_to(actor).filter(document=scan.document_id or 0).values("sheet")
    sheets = list(AttendanceSheet.objects.visible_to(actor).filter(pk__in=printed).order_by("on", "starts_at"))
    lines = list(Attendance.objects.visible_to(actor).filter(sheet__in=sheets).select_related("candidacy__person"))
    here = on_page(scan, lines)
    boxes: dict[int, dict[int, Box]] = defaultdict(dict)
    names: dict[int, str] = {}
    by_id = {sheet.pk: sheet for sheet in sheets}
    for line in (line for line in lines if line.candidacy_id in here):
        sheet = by_id[line.sheet_id]
        free = _is_open(sheet) and line.way in {"", "paper"}
        names[line.candidacy_id] = f"{line.candidacy.person.last_name} {line.candidacy.person.first_name}".strip()
        name = f"s{sheet.pk}_{line.candidacy_id}"
        boxes[line.candidacy_id][sheet.pk] = Box(_column(sheet), name, line.state, free)
    rows = [
        (pk, name, [boxes[pk].get(sheet.pk, Box(_column(sheet))) for sheet in sheets])
        for pk, name in sorted(names.items(), key=lambda one: (one[1], one[0]))
    ]
    version = FileVersion.objects.filter(stored=scan.stored_id).defer("content").order_by("-number").first()
    unborne = frozenset(pk for pk, borne in here.items() if not borne)
    trainer = (sheet for sheet in sheets if bears_trainer(scan) and _is_open(sheet) and not sheet.trainer_way)
    return PaperPage(scan, version, sheets, rows, unborne, frozenset(sheet.pk for sheet in trainer))


def _is_open(sheet: AttendanceSheet) -> bool:
    return sheet.state == "open" and begins(sheet) <= clock.now()


def _column(sheet: AttendanceSheet) -> str:
    return f"{sheet.on:%d/%m}, {sheet.get_half_display()}"


def scans_of(actor: Actor, sheet: AttendanceSheet) -> list[SheetScan]:
    """The signed papers that are kept with this sheet."""
    printed = PrintedSheet.objects.visible_to(actor).filter(sheet=sheet).values("document")
    rows = SheetScan.objects.visible_to(actor).filter(document__in=printed, state__in=["placed", "read"])
    return list(rows.select_related("stored").order_by("pk"))
