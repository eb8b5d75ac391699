"""The whole file of an operation as one archive: documents, files, journal, checks, with their fingerprints.

Source: law.md 4.7 (public records: export with a manifest). Each takes away what they may read, and nothing more."""

from __future__ import annotations

from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http import FileResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.journey.telling import tell
from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.kernel.bundle import Bundle
from defi.kernel.documents.french import long_date
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.models import Document, JournalEntry
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.access import leads
from defi.operations.models import Operation
from defi.schemes.rulebook import rulebook
from defi.steps.closing.actions import take_archive
from defi.steps.closing.checks import checks
from defi.steps.closing.facts import gather
from defi.steps.closing.models import CheckRun
from defi.steps.closing.packing import CHECKED, STANDS, content_of, run_rows, stand_rows
from defi.web.archive_data import put_data
from defi.web.files import may_read

IN_MEMORY = 16 * 1024 * 1024
"""Past this many bytes the archive is written to a temporary file."""
TOLD = ("Jour", "Heure", "Qui", "Organisation", "Acte", "Motif")


@require_safe
def operation_archive(request: ActorRequest, operation_id: int) -> FileResponse:
    """The archive of an operation, for the Region and the provider that runs it."""
    operation = load(Operation, request.actor, operation_id, "provider")
    if not may_take(request.actor, operation):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    take_archive(request.actor, operation.pk)
    # Closed by the response once it is sent.
    held: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    write_archive(request.actor, operation, held)
    held.seek(0)
    name = f"dossier-{slugify(operation.title)[:60]}-{clock.today().isoformat()}.zip"
    return FileResponse(held, as_attachment=True, filename=name, content_type="application/zip")


def may_take(actor: Actor, operation: Operation) -> bool:
    """The Region, save the Cabinet, which only invites; and whoever runs the operation."""
    return (actor.in_region and actor.who is not Who.CABINET) or leads(actor, operation)


def write_archive(actor: Actor, operation: Operation, held: IO[bytes]) -> None:
    """Write the archive of an operation this actor may see: what they may read of it, as it was kept."""
    bundle = Bundle(clock.today(), held)
    for document in Document.objects.filter(file_id=operation.pk).defer("content").order_by("pk"):
        if _readable(actor, document):
            day = document.made_at.astimezone(clock.PARIS).date()
            name = f"documents/{document.number}.pdf"
            bundle.put(name, content_of(document), _named(document), day)
    _put_files(bundle, actor, operation)
    put_data(bundle, actor, operation)
    # Who took the file away says nothing of the operation: the same file gives the same archive.
    entries = JournalEntry.objects.filter(file_id=operation.pk).exclude(verb="operation.take_archive").order_by("id")
    told = [(*_moment(line.at), line.who, line.house, line.sentence, line.reason) for line in tell(entries, actor)]
    bundle.put_table("journal.csv", TOLD, told, _("Le journal de l'opération"))
    book = rulebook(operation.scheme, operation.rulebook_version)
    stands = stand_rows(checks(book, gather(operation)))
    bundle.put_table("lignes.csv", STANDS, stands, _("Ce qui fait d'une formation un DEFI, ce jour"))
    runs = CheckRun.objects.visible_to(actor).filter(operation=operation).order_by("pk")
    bundle.put_table("controles.csv", CHECKED, run_rows(runs), _("Contrôles de l'attestation et de la prime"))
    bundle.put("LISEZ-MOI.txt", _words(operation).encode(), _("Ce que contient ce dossier"))
    bundle.close()


def _put_files(bundle: Bundle, actor: Actor, operation: Operation) -> None:
    kept = StoredFile.objects.visible_to(actor).filter(dossier=operation.pk, removed_on=None)
    versions = FileVersion.objects.filter(stored__in=kept, content__isnull=False).select_related("stored")
    for version in versions.defer("content", "preview").order_by("pk"):
        stem, _dot, ending = version.name.rpartition(".")
        name = f"pieces/{version.pk}-{slugify(stem)[:60]}.{slugify(ending)[:8]}"
        content = FileVersion.objects.values_list("content", flat=True).get(pk=version.pk)
        day = version.sent_at.astimezone(clock.PARIS).date()
        bundle.put(name, bytes(content or b""), f"{version.stored.kind_label} : {version.name}", day)


def _readable(actor: Actor, document: Document) -> bool:
    try:
        return may_read(actor, document)
    except Unknown:
        return False


def _named(document: Document) -> str:
    if document.cancelled_on is None:
        return document.title
    return _("%(title)s (sans effet depuis le %(day)s)") % {
        "title": document.title,
        "day": long_date(document.cancelled_on),
    }


def _moment(at: datetime) -> tuple[str, str]:
    local = at.astimezone(clock.PARIS)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"


def _words(operation: Operation) -> str:
    state = (
        _("Opération close le %(day)s.") % {"day": long_date(operation.closed_on)}
        if operation.closed_on
        else _("Opération en cours : ce dossier est un état du jour.")
    )
    lines = [
        _("Dossier de l'opération « %(title)s »") % {"title": operation.title},
        _("Établi le %(day)s") % {"day": long_date(clock.today())},
        state,
        _("« documents » : ce que le système a établi, tel qu'il a été gardé ; « pieces » : les fichiers déposés."),
        _("« bilan » : ce qui a été dit, décidé et répondu ; « presence » : émargements et périodes en entreprise."),
        _("« prime » : demandes, montants, paiements et leurs corrections."),
        _("« issue » : certifications, contrats signés ou pourquoi non ; « suivi » : situations à chaque moment."),
        _("« manifeste.csv » donne l'empreinte SHA-256 de chaque fichier : s'il a changé, elle diffère."),
        _("Ce dossier porte des noms : il s'archive ou se remet à qui contrôle, il ne se publie pas."),
    ]
    return "\r\n".join(lines) + "\r\n"
