"""« Modèles de documents »: the texts of the Region, written, tried, put in force, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.text import Vocabulary
from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.refusals import Unknown
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation
from defi.schemes.models import DocumentText
from defi.schemes.states import TEXT
from defi.schemes.text_actions import adopt_text, drop_text, try_text, withdraw_text, write_text
from defi.schemes.text_queries import body, versions
from defi.schemes.text_rules import Standing, in_force, standing
from defi.steps.convention.text_kinds import KINDS, TextKind, facts_of, operations_to_try
from defi.web.text_forms import AdoptForm, OperationForm, TextForm, WithdrawForm
from defi.web.text_preview import Preview, differences, groups, preview


@dataclass(frozen=True, slots=True)
class Row:
    """A version as the list shows it; `version` is None for the text that comes with the product."""

    number: int
    standing: Standing
    version: DocumentText | None = None
    verbs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of document with its versions, the last first, and the one that holds today."""

    kind: TextKind
    rows: tuple[Row, ...]

    @property
    def holding(self) -> Row:
        return next(row for row in self.rows if row.standing.key == "in_force")

    @property
    def waiting(self) -> list[Row]:
        """Drafts, and versions whose day is to come."""
        return [row for row in self.rows if row.standing.key in {"draft", "coming"}]


@require_safe
def shelves(request: ActorRequest) -> HttpResponse:
    """Each document whose words are the Region's."""
    _must_write(request.actor)
    found = versions(request.actor, KINDS)
    context = {"shelves": [_shelf(request.actor, kind, found[key]) for key, kind in KINDS.items()]}
    return render(request, "web/texts/list.html", context)


@require_safe
def shelf(request: ActorRequest, kind: str) -> HttpResponse:
    """The versions of one document, and two of them compared when they are asked for."""
    _must_write(request.actor)
    one = _kind(kind)
    shown = _shelf(request.actor, one, versions(request.actor, [kind])[kind])
    before, after = (_of_number(shown, request.GET.get(name, "")) for name in ("avant", "apres"))
    context: dict[str, Any] = {"shelf": shown, "before": before, "after": after}
    if before and after:
        context["changes"] = differences(
            one, body(one.template, before.version), body(one.template, after.version), one.example
        )
    return render(request, "web/texts/shelf.html", context)


@require_http_methods(["GET", "POST"])
def write(request: ActorRequest, kind: str) -> HttpResponse:
    """A new version, from the one in force or from an older one."""
    _must_write(request.actor)
    one = _kind(kind)
    shown = _shelf(request.actor, one, versions(request.actor, [kind])[kind])
    start = _of_number(shown, request.GET.get("depuis", "")) or shown.holding
    return _editor(request, one, initial={"body": body(one.template, start.version)}, start=start)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, text_id: int) -> HttpResponse:
    """A draft again."""
    _must_write(request.actor)
    draft = load(DocumentText, request.actor, text_id)
    if draft.state != "draft":
        messages.warning(request, _("Cette version ne se modifie plus : écrivez-en une autre à partir d'elle."))
        return redirect("text_shelf", kind=draft.kind)
    initial = {"body": draft.body, "note": draft.note, "version": draft.version}
    return _editor(request, _kind(draft.kind), initial=initial, draft=draft)


def _editor(
    request: ActorRequest,
    kind: TextKind,
    *,
    initial: dict[str, Any],
    draft: DocumentText | None = None,
    start: Row | None = None,
) -> HttpResponse:
    form = TextForm(request.POST or None, initial=initial, operations=operations_to_try(request.actor))
    saves = request.POST.get("do") == "save"
    if saves and form.is_valid():
        values = form.cleaned_data
        kept = attempt(
            form,
            lambda: write_text(
                request.actor,
                kind.kind,
                _words(kind),
                values["body"],
                note=values["note"],
                draft_id=draft.pk if draft else None,
                version=values["version"],
            ),
        )
        if kept is not None:
            messages.success(request, _("Le brouillon est enregistré. Essayez-le maintenant sur une opération."))
            return redirect("text_edit", text_id=kept.pk)
    shown = str(form["body"].value() or "")
    context = {
        "kind": kind,
        "form": form,
        "draft": draft,
        "start": start,
        "saved": saves,
        **_shown(kind, shown, form),
    }
    return render(request, "web/texts/editor.html", context, status=422 if saves and form.errors else 200)


@require_POST
def live(request: ActorRequest, kind: str) -> HttpResponse:
    """The preview beside the text, while it is typed."""
    _must_write(request.actor)
    one = _kind(kind)
    form = TextForm(request.POST, operations=operations_to_try(request.actor))
    return render(request, "web/texts/_preview.html", {"live": True, **_shown(one, request.POST.get("body", ""), form)})


def _shown(kind: TextKind, source: str, form: OperationForm) -> dict[str, Any]:
    facts = facts_of(kind, form.chosen())
    return {"preview": preview(kind, source, facts), "groups": groups(kind, facts)}


@require_http_methods(["GET", "POST"])
def trial(request: ActorRequest, text_id: int) -> HttpResponse:
    """A draft as the document of an operation: what changes in words, and the pages before and after."""
    _must_write(request.actor)
    draft = load(DocumentText, request.actor, text_id)
    kind = _kind(draft.kind)
    shown = _shelf(request.actor, kind, versions(request.actor, [draft.kind])[draft.kind])
    operations = operations_to_try(request.actor)
    sent = request.POST or request.GET or None
    form = OperationForm(sent, initial={"operation": operations[0].pk if operations else ""}, operations=operations)
    chosen = form.chosen()
    facts = facts_of(kind, chosen)
    now_in_force = body(kind.template, shown.holding.version)
    after = preview(kind, draft.body, facts, dots=60)
    if request.method == "POST":
        refusal = _unread(after, chosen, operations) or refusal_of(
            lambda: try_text(
                request.actor, draft.pk, _words(kind), chosen.pk if chosen else None, version=_version(request)
            )
        )
        if not refusal:
            messages.success(request, _("L'essai est noté : cette version peut être mise en vigueur."))
            return redirect("text_shelf", kind=draft.kind)
        messages.warning(request, refusal)
    context = {
        "kind": kind,
        "draft": draft,
        "form": form,
        "holding": shown.holding,
        "operation": chosen,
        "changes": differences(kind, now_in_force, draft.body, facts),
        "before": preview(kind, now_in_force, facts, dots=60),
        "after": after,
    }
    return render(request, "web/texts/trial.html", context)


def _unread(after: Preview, chosen: Operation | None, operations: list[Operation]) -> str:
    """Why what was looked at is no trial; nothing when it is one."""
    if after.faults:
        return _("Ce texte ne donne pas le document de cette opération : corrigez-le d'abord.")
    if operations and chosen is None:
        return _(
            "Choisissez une opération : un texte s'essaie sur une vraie, l'exemple ne sert que s'il n'y en a aucune."
        )
    return ""


def _version(request: ActorRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else None


@require_http_methods(["GET", "POST"])
def adopt(request: ActorRequest, text_id: int) -> HttpResponse:
    """Put a draft in force from a date."""
    draft = _to_decide(request.actor, text_id, "text.adopt")
    form = AdoptForm(request.POST or None, initial={"from_on": clock.today(), "version": draft.version})
    words = _words(_kind(draft.kind))
    return _decide(
        request,
        draft,
        form,
        lambda v: adopt_text(request.actor, draft.pk, words, v["from_on"], version=v["version"]),
        title=_("Mettre en vigueur la version %(n)d") % {"n": draft.number},
        label=_("Mettre en vigueur"),
        kind="primary",
        said=_("La version est mise en vigueur à sa date."),
        told=[
            _("Les documents déjà faits et signés ne changent pas : leur texte est gardé tel quel."),
            _("Les conventions en préparation gardent le leur ; la nouvelle version leur est proposée."),
        ],
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, text_id: int) -> HttpResponse:
    """A version that does not apply yet is a draft again."""
    draft = _to_decide(request.actor, text_id, "text.withdraw")
    form = WithdrawForm(request.POST or None, initial={"version": draft.version})
    return _decide(
        request,
        draft,
        form,
        lambda v: withdraw_text(request.actor, draft.pk, reason=v["reason"], version=v["version"]),
        title=_("Retirer la version %(n)d") % {"n": draft.number},
        label=_("Retirer"),
        kind="danger",
        said=_("La version est de nouveau un brouillon."),
        told=[_("La version en vigueur continue de s'appliquer.")],
    )


@require_POST
def drop(request: ActorRequest, text_id: int) -> HttpResponse:
    """Give up a draft."""
    draft = load(DocumentText, request.actor, text_id)
    refusal = refusal_of(lambda: drop_text(request.actor, draft.pk, version=_version(request)))
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, _("Le brouillon est abandonné."))
    return redirect("text_shelf", kind=draft.kind)


def _decide(
    request: ActorRequest,
    draft: DocumentText,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    label: str,
    kind: str,
    said: str,
    told: list[str],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: act(form.cleaned_data)) is not None:
        messages.success(request, said)
        return redirect("text_shelf", kind=draft.kind)
    context = {
        "title": title,
        "consequences": told,
        "form": form,
        "action_label": label,
        "kind": kind,
        "back_url": reverse("text_shelf", args=[draft.kind]),
        "back_label": _kind(draft.kind).template.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _must_write(actor: Actor) -> None:
    VERBS["text.write"].check(actor)


def _to_decide(actor: Actor, text_id: int, verb: str) -> DocumentText:
    VERBS[verb].check(actor, reason="?")
    return load(DocumentText, actor, text_id)


def _kind(kind: str) -> TextKind:
    found = KINDS.get(kind)
    if found is None:
        raise Unknown(_("Ce document n'a pas de modèle à modifier."))
    return found


def _words(kind: TextKind) -> Vocabulary:
    assert kind.template.words is not None
    return kind.template.words


def _of_number(shown: Shelf, number: str) -> Row | None:
    return next((row for row in shown.rows if str(row.number) == number), None)


def _shelf(actor: Actor, kind: TextKind, found: list[DocumentText]) -> Shelf:
    today = clock.today()
    holding = in_force(found, today)
    rows = [
        Row(
            one.number,
            standing(one, holding, today),
            one,
            frozenset(step.name for step in TEXT.open_to(actor, one.state))
            - _not_now(one, standing(one, holding, today)),
        )
        for one in found
    ]
    shipped = Standing("replaced", "plain", _("remplacée")) if holding else Standing("in_force", "ok", _("en vigueur"))
    return Shelf(kind, (*rows, Row(1, shipped)))


def _not_now(one: DocumentText, stands: Standing) -> set[str]:
    """What the table offers and the dates do not."""
    later = set() if one.tried_on else {"text.adopt"}
    return later if stands.key in {"draft", "coming"} else {*later, "text.withdraw"}


urlpatterns = [
    path("", shelves, name="texts"),
    path("textes/<int:text_id>/", edit, name="text_edit"),
    path("textes/<int:text_id>/essai/", trial, name="text_trial"),
    path("textes/<int:text_id>/en-vigueur/", adopt, name="text_adopt"),
    path("textes/<int:text_id>/retirer/", withdraw, name="text_withdraw"),
    path("textes/<int:text_id>/abandonner/", drop, name="text_drop"),
    path("<slug:kind>/", shelf, name="text_shelf"),
    path("<slug:kind>/ecrire/", write, name="text_write"),
    path("<slug:kind>/apercu/", live, name="text_live"),
]
