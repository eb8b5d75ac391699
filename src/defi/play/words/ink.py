"""Words on the signatures in ink: pages that come back, who signed on them; and on the files of the operation."""

from __future__ import annotations

import io

import pypdfium2
from django.utils.translation import gettext as _
from PIL import Image

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.files.models import StoredFile
from defi.kernel.models import Document
from defi.operations import files
from defi.play.world import Args, PlayError, World, word
from defi.steps.convention.ink import actions
from defi.steps.convention.ink_models import ScannedPage
from defi.steps.convention.models import LIVING, ON_THE_LIST, Convention, Signatory

DPI = 110


@word("scan.deposit")
def deposit(world: World, actor: Actor, args: Args) -> None:
    """The printed pages come back as one PDF of a copier. Optional `pages` (all by default; a list of texts like
    `["4", "1"]`), `unreadable` (those whose code is hidden), `turned` (degrees, 0 by default), `edition` (the text in
    force by default)."""
    text = _text(world, args.optional_whole("edition"))
    numbers = [int(page) for page in args.texts("pages", [])] or list(range(1, text.pages + 1))
    hidden = {int(page) for page in args.texts("unreadable", [])}
    turned = args.whole("turned", 0)
    pages = [scanned_page(text, number, turned, hidden=number in hidden) for number in numbers]
    actions.deposit_scans(actor, world.operation.pk, [("copieur.pdf", as_pdf(pages))])


@word("scan.place")
def place(world: World, actor: Actor, args: Args) -> None:
    """`page`: which one the first page still to recognise is."""
    actions.place_scan(actor, _scan(world, "to_place").pk, page=args.whole("page"))


@word("scan.reject")
def reject(world: World, actor: Actor, args: Args) -> None:
    """The first page still to recognise is not a page of this convention. No argument."""
    actions.reject_scan(actor, _scan(world, "to_place").pk)


@word("scan.correct")
def correct(world: World, actor: Actor, args: Args) -> None:
    """`page` is page `to` after all, for a `reason`."""
    scan = _scan(world, "placed", args.whole("page"))
    actions.correct_scan(actor, scan.pk, page=args.whole("to"), reason=args.text("reason"))


@word("scan.sign")
def sign(world: World, actor: Actor, args: Args) -> None:
    """Optional `organisations` that signed in ink (all those still to sign, by default), `page` (the last that came, by
    default), `on` (today by default)."""
    with scope(TASK):
        rows = Signatory.objects.filter(ON_THE_LIST, operation=world.operation).order_by("pk")
        if args.has("organisations"):
            rows = rows.filter(organisation__in=[world.organisation(name) for name in args.texts("organisations")])
        else:
            rows = rows.filter(state__in=["to_sign", "refused"])
        signatories = list(rows.values_list("pk", flat=True))
    scan = _scan(world, "placed", args.optional_whole("page"), last=True)
    actions.sign_on_page(actor, scan.pk, signatories, on=args.optional_day("on"))


@word("scan.withdraw")
def withdraw(world: World, actor: Actor, args: Args) -> None:
    """The last scan of `page` is taken off, for a `reason`; the signatures read on it only fall."""
    scan = _scan(world, "placed", args.whole("page"))
    actions.withdraw_scan(actor, scan.pk, reason=args.text("reason"))


@word("file.deposit")
def deposit_file(world: World, actor: Actor, args: Args) -> None:
    """A piece of a `kind` (other, attendance, payment_proof) called `name`, whose content is the text `content`."""
    content = args.text("content").encode()
    stored = files.deposit(actor, world.operation.pk, args.text("kind"), args.text("name"), content)
    world.remember("file", args.text("name"), stored)


@word("file.replace")
def replace_file(world: World, actor: Actor, args: Args) -> None:
    """A new version of the piece called `name`, whose content is the text `content`."""
    stored = world.recall("file", args.text("name"), StoredFile)
    files.replace(actor, stored.pk, args.text("name"), args.text("content").encode())


@word("file.remove")
def remove_file(world: World, actor: Actor, args: Args) -> None:
    """The piece called `name` leaves, for a `reason`."""
    stored = world.recall("file", args.text("name"), StoredFile)
    files.remove(actor, stored.pk, reason=args.text("reason"))


def _text(world: World, edition: int | None) -> Document:
    with scope(TASK):
        convention = Convention.objects.filter(LIVING, operation=world.operation).first()
    documents = Document.objects.filter(kind="convention", object_type="convention.convention")
    texts = list(documents.filter(object_id=convention.pk if convention else 0).order_by("pk"))
    number = edition if edition is not None else len(texts)
    if not 1 <= number <= len(texts):
        raise PlayError(_("la convention n'a pas d'édition %(n)d") % {"n": number})
    return texts[number - 1]


def _scan(world: World, state: str, page: int | None = None, *, last: bool = False) -> ScannedPage:
    """The last scan of a page; without a page the first one waiting, or (`last`) the one of the last page."""
    with scope(TASK):
        rows = ScannedPage.objects.filter(operation=world.operation, state=state)
        rows = rows if page is None else rows.filter(page=page)
        found = rows.order_by("-page", "-pk").first() if last or page is not None else rows.order_by("pk").first()
    if found is None:
        raise PlayError(_("aucune page ne correspond"))
    return found


def scanned_page(text: Document, number: int, turned: int, *, hidden: bool) -> Image.Image:
    """A page as a copier gives it back, turned by these degrees; `hidden`: nothing of its code is left."""
    pdf = pypdfium2.PdfDocument(bytes(text.content))
    try:
        drawn: Image.Image = pdf[number - 1].render(scale=DPI / 72).to_pil()
        picture = drawn.convert("L")
    except IndexError as fault:
        raise PlayError(_("ce papier n'a pas de page %(n)d") % {"n": number}) from fault
    finally:
        pdf.close()
    if hidden:
        picture.paste(128, (0, picture.height * 4 // 5, picture.width, picture.height))
    return picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def as_pdf(pages: list[Image.Image]) -> bytes:
    """These pages in one file."""
    kept = io.BytesIO()
    pages[0].save(kept, "PDF", save_all=True, append_images=pages[1:], resolution=DPI)
    return kept.getvalue()
