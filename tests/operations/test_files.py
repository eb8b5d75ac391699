"""The file space of an operation: who sends, who reads, versions, what is refused, what leaves."""

from __future__ import annotations

import io
import socket
import threading

import pytest
from django.test import Client
from PIL import Image

from defi.kernel.access import PROVIDER, REGION, TASK, Actor, Who, scope
from defi.kernel.files import antivirus, keeping
from defi.kernel.files.kinds import KINDS, FileKind, declare, readable_by
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations import files
from defi.operations.models import Operation
from defi.people.models import Account
from factories import (
    a_basin,
    a_coordinator,
    a_person,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db
NOTE = b"Une note."


@pytest.fixture
def operation() -> Operation:
    return an_operation()


def note(operation: Operation, name: str = "note.txt", content: bytes = NOTE) -> StoredFile:
    return files.deposit(a_coordinator(operation), operation.pk, "other", name, content, label="Compte rendu")


def test_a_piece_is_kept_with_its_fingerprint_and_told_by_the_journal(operation: Operation) -> None:
    stored = note(operation)
    with scope(TASK):
        version = FileVersion.objects.get(stored=stored)
    assert (version.number, version.name, version.media_type, version.size) == (1, "note.txt", "text/plain", 9)
    assert bytes(version.content or b"") == NOTE
    entries = JournalEntry.objects.filter(verb="file.deposit")
    assert {entry.file_id for entry in entries} == {operation.pk}
    assert "note" not in str([entry.after for entry in entries])


def test_a_better_copy_is_a_new_version_and_the_former_stays(operation: Operation) -> None:
    stored = note(operation)
    lead = a_coordinator(operation)
    with pytest.raises(Stale):
        files.replace(lead, stored.pk, "note.txt", b"Mieux.", version=stored.version + 1)
    files.replace(lead, stored.pk, "note.txt", b"Mieux.", version=stored.version)
    with scope(TASK):
        versions = FileVersion.objects.filter(stored=stored)
        assert [(row.number, bytes(row.content or b"")) for row in versions] == [(1, NOTE), (2, b"Mieux.")]


def test_a_piece_that_leaves_keeps_its_fingerprint_only(operation: Operation) -> None:
    stored = note(operation)
    lead = a_coordinator(operation)
    with pytest.raises(Invalid, match="motif"):
        files.remove(lead, stored.pk, reason=" ")
    files.remove(lead, stored.pk, reason="déposée par erreur")
    with scope(TASK):
        version = FileVersion.objects.get(stored=stored)
    assert version.content is None
    assert len(version.sha256) == 64
    with pytest.raises(WrongState, match="déjà retirée"):
        files.remove(lead, stored.pk, reason="encore")
    with pytest.raises(WrongState, match="déjà retirée"):
        files.replace(lead, stored.pk, "note.txt", b"Autre.")
    # The same bytes may come back.
    note(operation)


def picture(kind: str = "PNG") -> bytes:
    kept = io.BytesIO()
    Image.new("L", (20, 20), 200).save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.txt", b"", "est vide"),
        ("page.html", b"<script>", "genre de fichier"),
        ("faux.pdf", b"MZ....", "n'en est pas un"),
        ("gros.txt", b"x" * (5 * 1024 * 1024 + 1), "plus de 5 Mo"),
        ("coupé.pdf", b"%PDF-1.7 ....", "abîmé ou incomplet"),
    ],
)
def test_a_piece_is_judged_by_its_bytes(operation: Operation, name: str, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        note(operation, name, content)
    assert set(caught.value.fields) == {"file"}
    with scope(TASK):
        assert not StoredFile.objects.exists()


def test_the_same_piece_twice_is_said(operation: Operation) -> None:
    note(operation)
    with pytest.raises(Invalid, match="déjà dans le dossier"):
        note(operation, "autre-nom.txt")


def test_a_kind_takes_its_own_formats_only(operation: Operation) -> None:
    lead = a_coordinator(operation)
    with pytest.raises(Invalid, match="genre de fichier"):
        files.deposit(lead, operation.pk, "attendance", "liste.csv", b"a;b")
    with pytest.raises(NotAllowed, match="page de leur étape"):
        files.deposit(lead, operation.pk, "signed_pages", "page.png", picture())
    with pytest.raises(Invalid, match="genre de pièce"):
        files.deposit(lead, operation.pk, "unknown", "page.png", picture())


def member(who: Who, operation: Operation) -> Actor:
    """Somebody in this role who takes part in the operation."""
    if who in REGION:
        return Actor(who, 1, a_region().pk, a_region().pk)
    house = operation.provider if who in PROVIDER else an_employer()
    assert house is not None
    return Actor(who, 1, house.pk)


def test_who_sends_and_who_reads_each_kind(operation: Operation) -> None:
    with scope(TASK):
        for kind in KINDS:
            StoredFile.objects.create(kind=kind, dossier=operation.pk, added_on="2025-10-06")
    for who in set(Who) - {Who.TASK}:
        one = member(who, operation)
        with scope(one):
            seen = set(StoredFile.objects.visible_to(one).values_list("kind", flat=True))
            sent = {name for name, kind in KINDS.items() if files.may_send(one, kind, operation)}
        assert seen == {name for name, kind in KINDS.items() if who in kind.reads}, who
        assert sent == {name for name, kind in KINDS.items() if who in kind.sends and kind.by_hand}, who


def test_firms_prescribers_and_the_public_read_no_file_of_any_kind() -> None:
    inside = PROVIDER | REGION
    assert {who for kind in KINDS.values() for who in kind.reads} <= inside
    assert list(readable_by(Actor(Who.SIGNATORY))) == []


def test_another_provider_reads_and_sends_nothing(operation: Operation) -> None:
    stored = note(operation)
    stranger = a_coordinator(an_operation(a_provider("Autre OF")))
    with pytest.raises(Unknown):
        files.remove(stranger, stored.pk, reason="x")
    with pytest.raises(Unknown):
        files.deposit(stranger, operation.pk, "other", "note.txt", NOTE)


def test_an_officer_of_another_territory_sends_nothing(operation: Operation) -> None:
    with pytest.raises(NotAllowed, match="territoire"):
        files.deposit(an_officer(basins=[a_basin("Blois")]), operation.pk, "other", "note.txt", NOTE)


def test_the_proof_of_payment_comes_after_the_closing_and_from_the_paying_office(operation: Operation) -> None:
    with scope(TASK):
        Operation.objects.filter(pk=operation.pk).update(state="closed", closed_on="2025-10-06")
    office = member(Who.PAYING_OFFICE, operation)
    files.deposit(office, operation.pk, "payment_proof", "virement.png", picture())
    with pytest.raises(NotAllowed, match="déposée par"):
        files.deposit(a_coordinator(operation), operation.pk, "payment_proof", "virement.png", picture("JPEG"))
    with pytest.raises(WrongState, match="close"):
        note(operation)


def test_a_kind_is_declared_once_and_read_by_who_sends_it() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(FileKind("other", "x", frozenset(), frozenset(), files.dossiers))
    with pytest.raises(ValueError, match="reads it"):
        declare(FileKind("new", "x", frozenset(), frozenset({Who.OFFICER}), files.dossiers))


# The hook of an antivirus


@pytest.mark.parametrize(
    ("command", "said"),
    [("false", "a trouvé un virus"), ("sh -c 'exit 2'", "ne répond pas"), ("/nowhere/at-all", "ne répond pas")],
)
def test_an_antivirus_that_finds_or_fails_refuses_the_piece(settings: object, command: str, said: str) -> None:
    settings.ANTIVIRUS = f"command:{command}"  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match=said):
        antivirus.search("note.txt", NOTE)


def test_an_antivirus_that_finds_nothing_lets_the_piece_pass(settings: object) -> None:
    settings.ANTIVIRUS = "command:cat"  # type: ignore[attr-defined]
    assert keeping.inspected(KINDS["other"], "note.txt", NOTE).size == 9


@pytest.mark.parametrize(("answer", "clean"), [(b"stream: OK\0", True), (b"stream: Eicar FOUND\0", False)])
def test_a_daemon_is_given_the_bytes_and_believed(settings: object, answer: bytes, clean: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[bytes] = []

        def serve() -> None:
            line, _address = server.accept()
            with line:
                while not b"".join(heard).endswith(b"\0\0\0\0"):
                    heard.append(line.recv(4096))
                line.sendall(answer)

        daemon = threading.Thread(target=serve)
        daemon.start()
        settings.ANTIVIRUS = f"clamd://127.0.0.1:{server.getsockname()[1]}"  # type: ignore[attr-defined]
        if clean:
            antivirus.search("note.txt", NOTE)
        else:
            with pytest.raises(Invalid, match="virus"):
                antivirus.search("note.txt", NOTE)
        daemon.join(5)
    assert b"".join(heard) == b"zINSTREAM\0\0\0\0\x09" + NOTE + b"\0\0\0\0"


# The pages


def browser(operation: Operation, who: Who = Who.COORDINATOR) -> Client:
    house = a_region() if who in REGION else operation.provider
    assert house is not None
    person = a_person("Sam", email=f"sam-{who}@example.org")
    actor(who, house, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def test_a_piece_is_sent_read_replaced_and_taken_off_by_clicks(operation: Operation) -> None:
    lead = browser(operation)
    space = f"/operations/{operation.pk}/fichiers/"
    assert "Rien n'est encore déposé" in lead.get(space).content.decode().replace("&#x27;", "'")
    sent = {"kind": "other", "label": "Compte rendu", "file": io.BytesIO(NOTE)}
    sent["file"].name = "note.txt"  # type: ignore[attr-defined]
    assert lead.post(f"{space}deposer/", sent).status_code == 302
    with scope(TASK):
        version = FileVersion.objects.select_related("stored").get()
    page = lead.get(space).content.decode()
    assert "Compte rendu" in page
    assert "pas d&#x27;antivirus" in page or "pas d'antivirus" in page
    answer = lead.get(f"/fichiers/{version.pk}/")
    assert answer.content == NOTE
    assert answer["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    better = io.BytesIO(b"Mieux.")
    better.name = "note.txt"
    form = {"file": better, "version": version.stored.version}
    assert lead.post(f"/pieces/{version.stored_id}/remplacer/", form).status_code == 302
    with scope(TASK):
        now = StoredFile.objects.get()
    assert "version 1" in lead.get(space).content.decode()
    assert lead.post(f"/pieces/{now.pk}/retirer/", {"reason": "erreur", "version": now.version}).status_code == 302
    assert lead.get(f"/fichiers/{version.pk}/").status_code == 404


def test_a_refused_piece_is_said_beside_its_field_and_what_was_typed_stays(operation: Operation) -> None:
    lead = browser(operation)
    wrong = io.BytesIO(b"")
    wrong.name = "vide.txt"
    answer = lead.post(
        f"/operations/{operation.pk}/fichiers/deposer/", {"kind": "other", "label": "Compte rendu", "file": wrong}
    )
    assert answer.status_code == 422
    assert "Ce fichier est vide" in answer.content.decode()
    assert 'value="Compte rendu"' in answer.content.decode()


def test_who_only_reads_sees_no_button_and_is_refused(operation: Operation) -> None:
    stored = note(operation)
    steering = browser(operation, Who.STEERING)
    page = steering.get(f"/operations/{operation.pk}/fichiers/").content.decode()
    assert "Compte rendu" in page
    assert "Déposer" not in page
    assert steering.get(f"/operations/{operation.pk}/fichiers/deposer/").status_code == 403
    assert steering.get(f"/pieces/{stored.pk}/retirer/").status_code == 403


def test_the_page_costs_the_same_whatever_the_number_of_pieces(
    operation: Operation, django_assert_max_num_queries: object
) -> None:
    lead = browser(operation)
    for number in range(6):
        note(operation, content=f"Note {number}".encode())
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert lead.get(f"/operations/{operation.pk}/fichiers/").status_code == 200
