"""The files of an operation: what was sent by each room, of each kind, and what the product printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.files import antivirus
from defi.kernel.files.download import attachment
from defi.kernel.files.kinds import KINDS, FileKind, readable_by
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.models import Document
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Unknown
from defi.operations import files
from defi.operations.models import Operation
from defi.people.models import Person
from defi.steps.sourcing.doors import must_be_inside
from defi.web.files import REGION_ONLY


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version, and who sent it."""

    version: FileVersion
    sender: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its versions, the latest first."""

    stored: StoredFile
    versions: tuple[ShownVersion, ...]
    acts: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one kind."""

    kind: FileKind
    files: tuple[ShownFile, ...]
    sends: bool


class DepositForm(forms.Form):
    """A piece to send: its kind, the file, what to call it."""

    kind = forms.ChoiceField(label=gettext_lazy("Genre de pièce"))
    file = forms.FileField(label=gettext_lazy("Fichier"), max_length=255, allow_empty_file=True)
    label = forms.CharField(
        label=gettext_lazy("Ce que c'est"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Quelques mots, si le nom du fichier ne le dit pas. Sans nom de personne."),
    )

    def __init__(self, *args: Any, kinds: Iterable[FileKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.name, kind.label) for kind in kinds]


class ReplaceForm(forms.Form):
    """A better copy."""

    file = forms.FileField(label=gettext_lazy("Nouvelle version"), max_length=255, allow_empty_file=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RemoveForm(forms.Form):
    """Why a piece leaves."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def space(request: ActorRequest, operation_id: int) -> HttpResponse:
    """All the files of an operation that this actor reads, by kind."""
    operation = _operation(request, operation_id)
    shelves = _shelves(request.actor, operation)
    context = {
        "operation": operation,
        "shelves": shelves,
        "sends": any(shelf.sends for shelf in shelves),
        "documents": _documents(request.actor, operation),
        "has_antivirus": antivirus.is_configured(),
    }
    return render(request, "web/files.html", context)


@require_http_methods(["GET", "POST"])
def deposit(request: ActorRequest, operation_id: int) -> HttpResponse:
    """A piece joins the file of the operation."""
    operation = _operation(request, operation_id)
    kinds = [kind for kind in readable_by(request.actor) if files.may_send(request.actor, kind, operation)]
    if not kinds:
        raise NotAllowed(_("Vous lisez ces pièces ; vous n'en déposez pas."))
    form = DepositForm(request.POST or None, request.FILES or None, kinds=kinds, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        sent = v["file"]
        done = attempt(
            form,
            lambda: files.deposit(request.actor, operation.pk, v["kind"], sent.name, sent.read(), label=v["label"]),
        )
        if done is not None:
            messages.success(request, _("La pièce est dans le dossier."))
            return redirect("files", operation_id=operation.pk)
    return _form(request, operation.pk, form, _("Déposer une pièce"))


@require_http_methods(["GET", "POST"])
def replace(request: ActorRequest, stored_id: int) -> HttpResponse:
    """A new version of a piece."""
    stored, operation = _own(request, stored_id)
    form = ReplaceForm(request.POST or None, request.FILES or None, initial={"version": stored.version})
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        sent = v["file"]
        done = attempt(
            form, lambda: files.replace(request.actor, stored.pk, sent.name, sent.read(), version=v["version"])
        )
        if done is not None:
            messages.success(request, _("La nouvelle version est dans le dossier ; la précédente reste lisible."))
            return redirect("files", operation_id=operation.pk)
    return _form(request, operation.pk, form, _("Remplacer une pièce"))


@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, stored_id: int) -> HttpResponse:
    """A piece leaves the file of the operation, with a reason."""
    stored, operation = _own(request, stored_id)
    form = RemoveForm(request.POST or None, initial={"version": stored.version})
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        done = attempt(form, lambda: files.remove(request.actor, stored.pk, reason=v["reason"], version=v["version"]))
        if done is not None:
            messages.success(request, _("La pièce est retirée."))
            return redirect("files", operation_id=operation.pk)
    consequences = [
        _("Le fichier est effacé, avec ses versions ; leur empreinte et votre motif restent dans le journal."),
    ]
    return _form(request, operation.pk, form, _("Retirer une pièce"), consequences)


@require_safe
def download(request: ActorRequest, version_id: int) -> HttpResponse:
    """The bytes of a version, to be saved."""
    version = load(FileVersion, request.actor, version_id, "stored")
    if version.content is None or version.stored.removed_on:
        raise Unknown(_("Ce fichier a été retiré."))
    return attachment(version)


def _operation(request: ActorRequest, operation_id: int) -> Operation:
    must_be_inside(request.actor)
    operation = load(Operation, request.actor, operation_id)
    if not files.dossiers(request.actor).filter(pk=operation.pk).exists():
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return operation


def _own(request: ActorRequest, stored_id: int) -> tuple[StoredFile, Operation]:
    """A piece this actor may act on, with its operation."""
    stored = load(StoredFile, request.actor, stored_id)
    operation = load(Operation, request.actor, stored.dossier)
    if stored.removed_on:
        raise Unknown(_("Cette pièce a été retirée."))
    if not files.may_send(request.actor, KINDS[stored.kind], operation):
        raise NotAllowed(_("Vous lisez cette pièce ; vous ne la changez pas."))
    return stored, operation


def _shelves(actor: Actor, operation: Operation) -> list[Shelf]:
    stored = list(StoredFile.objects.visible_to(actor).filter(dossier=operation.pk, removed_on=None))
    rows = FileVersion.objects.filter(stored__in=stored).defer("content", "preview").order_by("stored", "-number")
    versions: dict[int, list[FileVersion]] = {}
    for row in rows:
        versions.setdefault(row.stored_id, []).append(row)
    names = _names({row.sent_by_id for found in versions.values() for row in found if row.sent_by_id})
    shelves = []
    for kind in readable_by(actor):
        sends = files.may_send(actor, kind, operation)
        shown = [
            ShownFile(
                one,
                tuple(ShownVersion(row, names.get(row.sent_by_id or 0, "")) for row in versions.get(one.pk, [])),
                sends,
            )
            for one in stored
            if one.kind == kind.name
        ]
        shelves.append(Shelf(kind, tuple(shown), sends))
    return shelves


def _names(ids: set[int]) -> dict[int, str]:
    with scope(TASK):
        return {person.pk: str(person) for person in Person.objects.filter(pk__in=ids)}


def _documents(actor: Actor, operation: Operation) -> list[Document]:
    """What the product printed for this operation, the latest first."""
    rows = Document.objects.filter(file_id=operation.pk).exclude(object_type="needs.need").defer("content")
    if not actor.in_region:
        rows = rows.exclude(kind__in=REGION_ONLY)
    return list(rows.order_by("-pk")[:200])


def _form(
    request: ActorRequest, operation_id: int, form: forms.Form, title: str, consequences: list[str] | None = None
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "back_url": reverse("files", args=[operation_id]),
        "back_label": _("Fichiers"),
        "action_label": title,
        "consequences": consequences,
    }
    template = "confirm.html" if consequences else "web/file_form.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
