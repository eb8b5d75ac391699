"""The ways of signing a convention, behind the three methods of `kernel.signing.providers`.

A reference is the id of the signatory: what each way reads is its one row, and the journal for the instant."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from defi.kernel.access import Who
from defi.kernel.files.models import FileVersion
from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry, Link
from defi.kernel.signing.proof import Evidence
from defi.kernel.signing.providers import Asked, Reading, SignatureProvider, SignedFile, State
from defi.steps.convention import mails
from defi.steps.convention.ink_models import InkMark
from defi.steps.convention.models import Signatory, SigningCode


def way_of(signatory: Signatory) -> SignatureProvider:
    """The way by which this signatory signed; by click as long as nothing is signed."""
    return WAYS.get(signatory.state, WAYS["signed_click"])


class _Own:
    """What the product's own ways share: the state is that of the row, and what is signed is the text."""

    name = ""

    def ask(self, asked: Asked) -> str:
        """The mail that asks leaves with the convention (`issuing.ask`), and paper is handed over: nothing is
        left to do."""
        return ""

    def read(self, reference: str) -> Reading:
        row = _row(reference)
        if row.state == "refused":
            return Reading(State.REFUSED)
        if row.signed_on is None:
            return Reading(State.AWAITED)
        entry = _entry(row)
        return Reading(
            State.SIGNED,
            self.way(entry),
            row.signed_on,
            entry.at if entry else None,
            row.signed_fingerprint,
            self.evidence(row, entry),
        )

    def fetch(self, reference: str) -> SignedFile | None:
        return None

    def way(self, entry: JournalEntry | None) -> str:
        raise NotImplementedError

    def evidence(self, row: Signatory, entry: JournalEntry | None) -> tuple[Evidence, ...]:
        return ()


class ByClick(_Own):
    """From a personal link, or with an account."""

    name = "clic"

    def way(self, entry: JournalEntry | None) -> str:
        return "click" if entry is None or entry.actor_who == Who.LINK else "account"

    def evidence(self, row: Signatory, entry: JournalEntry | None) -> tuple[Evidence, ...]:
        # A code is short: its fingerprint is keyed, so that nobody finds the code again from the proof.
        typed = SigningCode.objects.filter(signatory=row, fingerprint=row.signed_fingerprint).exclude(used_at=None)
        code = tuple(Evidence("code", one.secret) for one in typed.order_by("-pk")[:1])
        return (*self._link(row, entry), *code) if entry else ()

    def _link(self, row: Signatory, entry: JournalEntry) -> tuple[Evidence, ...]:
        if entry.actor_who != Who.LINK:
            return ()
        living = Q(revoked_at=None) | Q(revoked_at__gt=entry.at)
        used = Link.objects.filter(
            living,
            object_type=type_of(row),
            object_id=row.pk,
            verb=mails.SIGN,
            person_id=entry.actor_person_id,
            created_at__lte=entry.at,
        )
        # The secret is in the mail of its owner; only its fingerprint is known here.
        return tuple(Evidence("link", link.secret_hash) for link in used.order_by("pk"))


class InInk(_Own):
    """On the printed text; the day is the one written, the instant the one at which it was noted."""

    name = "encre"

    def way(self, entry: JournalEntry | None) -> str:
        return "ink"

    def evidence(self, row: Signatory, entry: JournalEntry | None) -> tuple[Evidence, ...]:
        # The pages on which this signature was read, as they are kept; one noted from the paper itself has none.
        marks = InkMark.objects.filter(signatory=row, taken_back_on=None, scan__state="placed")
        of_this = marks.filter(scan__document__sha256=row.signed_fingerprint).values("scan__stored")
        versions = FileVersion.objects.filter(stored__in=of_this).order_by("stored_id", "number")
        last = dict(versions.values_list("stored_id", "sha256"))
        return tuple(Evidence("scan", sha256) for sha256 in last.values())


class Outside(_Own):
    """On another platform: the signed file is kept as it was received."""

    name = "autre plateforme"

    def way(self, entry: JournalEntry | None) -> str:
        return "outside"

    def evidence(self, row: Signatory, entry: JournalEntry | None) -> tuple[Evidence, ...]:
        return (Evidence("file", row.outside_file.sha256),) if row.outside_file else ()

    def fetch(self, reference: str) -> SignedFile | None:
        held = _row(reference).outside_file
        return SignedFile(held.number, bytes(held.content), held.media_type) if held else None


WAYS: Mapping[str, SignatureProvider] = {
    "signed_click": ByClick(),
    "signed_ink": InInk(),
    "signed_outside": Outside(),
}
"""The way of each state in which a signatory has signed."""

_VERBS = ("signatory.sign", "signatory.record_ink", "signatory.record_outside")


def _row(reference: str) -> Signatory:
    return Signatory.objects.select_related("outside_file").defer("outside_file__content").get(pk=int(reference))


def _entry(row: Signatory) -> JournalEntry | None:
    """The last time that this signatory signed."""
    entries = JournalEntry.objects.filter(object_type=type_of(row), object_id=row.pk, verb__in=_VERBS)
    return entries.order_by("-id").first()
