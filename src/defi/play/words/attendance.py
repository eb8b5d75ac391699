"""Words on half-days: signatures given on a device, papers that come back, absences, calls to who did not come."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils.translation import gettext as _
from PIL import Image

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Document
from defi.play.words.ink import as_pdf, scanned_page
from defi.play.words.training import State, moment_of, sheet_of
from defi.play.world import Args, PlayError, World, word
from defi.steps.training import actions
from defi.steps.training.hours import begins
from defi.steps.training.models import AttendanceSheet, PrintedSheet, SentSignature, SheetScan
from defi.steps.training.queries.papers import bears_trainer, on_page


@word("signature.sign_here")
def sign_in_turn(world: World, actor: Actor, args: Args) -> None:
    """On the trainer's device: `half`, `person` (or a list; by default all those still awaited); optional `absent`
    (who is left out), `on`, `at` (the hour)."""
    sheet = sheet_of(world, args)
    moment = moment_of(args, sheet)
    for rank, candidacy_id in enumerate(_still_awaited(world, sheet, args)):
        with clock.at(moment + timedelta(minutes=rank)):
            actions.sign_in_turn(actor, sheet.pk, candidacy_id, key=_key(sheet, candidacy_id, 0))


@word("signature.send")
def receive_signatures(world: World, actor: Actor, args: Args) -> None:
    """What a device without network kept: `half`, `person` (or a list; by default all those still awaited); optional
    `absent` (who is left out), `on` (the day of the half-day), `at` (when they signed, by the device), `times` (how
    often it is sent: 1), `device` (1; another number is another device, which signs again)."""
    sheet = sheet_of(world, args)
    given, first, device = [], moment_of(args, sheet), args.whole("device", 1)
    for rank, candidacy_id in enumerate(_still_awaited(world, sheet, args)):
        key = _key(sheet, candidacy_id, device)
        given.append(actions.Given(key, candidacy_id, first + timedelta(minutes=rank)))
    for _time in range(args.whole("times", 1)):
        actions.receive_signatures(actor, sheet.pk, given)


@word("signature.settle")
def settle_signature(world: World, actor: Actor, args: Args) -> None:
    """`half`, `person`, `accept` (true or false), `reason`: their last held signature. Optional `on`."""
    sheet, person = sheet_of(world, args), world.candidacy(args.text("person"))
    with scope(TASK):
        held = SentSignature.objects.filter(sheet=sheet, candidacy=person, settled_on=None).exclude(fault="")
        found = held.order_by("-pk").first()
    if found is None:
        raise PlayError(_("aucune signature de cette personne n'est à départager ce jour-là"))
    actions.settle_signature(actor, found.pk, accept=args.flag("accept"), reason=args.text("reason"))


@word("absence.note")
def note_absences(world: World, actor: Actor, args: Args) -> None:
    """`person`, `reason` (employer, convocation, certificate, transport, personal, no_news); optional `on` (today by
    default), `until` (the same day), `paper` (true: the paper that shows it is given)."""
    first = args.day("on", clock.today())
    paper = ("justificatif.pdf", as_pdf([Image.new("L", (300, 400), 255)])) if args.flag("paper") else None
    why = actions.Why(args.text("reason"), paper)
    candidacy_id = world.candidacy(args.text("person")).pk
    actions.note_absences(actor, candidacy_id, first, args.day("until", first), why)


@word("absentee.call")
def call_absentee(world: World, actor: Actor, args: Args) -> None:
    """Of each `person` (or a list) who did not come: `outcome` (comes, gives_up, no_answer); optional `on`."""
    for name in args.texts("person"):
        actions.call_absentee(actor, world.candidacy(name).pk, outcome=args.text("outcome"), on=args.optional_day("on"))


@word("paper.deposit")
def deposit_papers(world: World, actor: Actor, args: Args) -> None:
    """The last attendance paper that was printed comes back as one PDF of a copier. Optional `unreadable` (coffee over
    its codes), `turned` (degrees, 0 by default)."""
    with scope(TASK):
        row = PrintedSheet.objects.filter(operation=world.operation).order_by("-document").first()
    if row is None:
        raise PlayError(_("aucune feuille d'émargement n'a été imprimée"))
    document = Document.objects.get(pk=row.document_id)
    turned, hidden = args.whole("turned", 0), args.flag("unreadable")
    pages = [scanned_page(document, number, turned, hidden=hidden) for number in range(1, document.pages + 1)]
    actions.deposit_papers(actor, world.operation.pk, [("copieur.pdf", as_pdf(pages))])


@word("paper.place")
def place_paper(world: World, actor: Actor, args: Args) -> None:
    """The first page still to recognise is `page` (1 by default) of the last paper that was printed."""
    with scope(TASK):
        row = PrintedSheet.objects.filter(operation=world.operation).order_by("-document").first()
    if row is None:
        raise PlayError(_("aucune feuille d'émargement n'a été imprimée"))
    actions.place_paper(actor, _scan(world, "unread").pk, row.document_id, page=args.whole("page", 1))


@word("paper.read")
def read_paper(world: World, actor: Actor, args: Args) -> None:
    """Everybody signed on the first paper still to read, save those of the list `absent`; so did the trainer, unless
    `trainer` is false. The empty boxes mean absent. On the day itself it is read once its half-days have begun."""
    absent = {world.candidacy(name).pk for name in args.texts("absent", [])}
    scan = _scan(world, "placed")
    with scope(TASK):
        sheets = list(AttendanceSheet.objects.filter(papers__document=scan.document_id))
        lines = {sheet.pk: list(sheet.lines.select_related("candidacy__person")) for sheet in sheets}
        here = set(on_page(scan, [line for rows in lines.values() for line in rows]))
        present = {pk: here.intersection(line.candidacy_id for line in rows) - absent for pk, rows in lines.items()}
    trainer = set(present) if args.flag("trainer", default=True) and bears_trainer(scan) else set()
    today = [begins(sheet) for sheet in sheets if sheet.on == clock.today()]
    with clock.at(max([clock.now(), *today])):
        actions.read_paper(actor, scan.pk, actions.Ticked(present, trainer, empty_is_absent=True))


def _scan(world: World, state: str) -> SheetScan:
    with scope(TASK):
        found = SheetScan.objects.filter(operation=world.operation, state=state).order_by("pk").first()
    if found is None:
        raise PlayError(_("aucune page ne correspond"))
    return found


def _still_awaited(world: World, sheet: AttendanceSheet, args: Args) -> list[int]:
    absent = {world.candidacy(name).pk for name in args.texts("absent", [])}
    if args.has("person"):
        return [world.candidacy(name).pk for name in args.texts("person")]
    with scope(TASK):
        waiting = sheet.lines.filter(state=State.EXPECTED).exclude(candidacy__in=absent)
        return list(waiting.order_by("candidacy").values_list("candidacy_id", flat=True))


def _key(sheet: AttendanceSheet, candidacy_id: int, device: int) -> uuid.UUID:
    """The same device gives the same key: playing a step again sends the same signature."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{sheet.pk}/{candidacy_id}/{device}")
