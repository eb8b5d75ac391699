"""The public pages that verify a document: by its number and code, or by the file itself. No account, no personal data.

A file is read in memory, answered, and forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.codes import typed_page_code
from defi.kernel.documents import readable
from defi.kernel.documents.french import long_date
from defi.kernel.limits import TooOften, count
from defi.kernel.models import Document
from defi.kernel.numbers import clean_code
from defi.kernel.pages import ActorRequest, attempt
from defi.kernel.signing.keeping import SEALED, sealed_of
from defi.kernel.signing.verification import LARGEST, Answer, Cause, Examined, examine
from defi.steering.withdrawn import taken_back
from defi.steps.closing.verifying import verification

NO_CODE = gettext_lazy("Aucun document ne porte ce code. Relisez-le sur le document, lettre par lettre.")
MEGABYTE = 1024 * 1024
AROUND_A_FILE = 64 * 1024
"""What a form adds to the length of its file."""


class CodeForm(forms.Form):
    """The number and the code printed on a document; the code is enough."""

    number = forms.CharField(
        label=gettext_lazy("Numéro du document"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("En haut de chaque page, par exemple CONV-2026-0042."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code du document"),
        max_length=40,
        help_text=gettext_lazy(
            "Dix lettres et chiffres, en bas de chaque page, à côté du carré à flasher. Le code d'une page à signer, "
            "plus long, convient aussi."
        ),
    )


class DroppedForm(forms.Form):
    """The file that somebody received."""

    file = forms.FileField(
        label=gettext_lazy("Le fichier reçu (PDF)"),
        help_text=gettext_lazy(
            "Déposez-le ici ou choisissez-le : 20 Mo au plus. Il est lu, puis oublié : rien n'est gardé."
        ),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": gettext_lazy("Choisissez d'abord le fichier à vérifier."),
            "empty": gettext_lazy("Ce fichier est vide : reprenez-le là où vous l'avez reçu."),
        },
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered: a title, one sentence, what to do."""

    pill: str
    word: str
    sentence: str
    advice: str


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: ActorRequest) -> HttpResponse:
    """Type a number and a code, or drop a file in.

    Without a token against forgery: nothing is changed, and the length is looked at before the file is read."""
    if request.method == "POST":
        return _of_file(request)
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        code = attempt(form, lambda: _checked_code(request, form))
        if code:
            page = typed_page_code(form.cleaned_data["code"])
            response = redirect(reverse("verify", args=[code]) + (f"?page={page.page}" if page else ""))
            response.status_code = 303
            return response
    return _page(request, form, DroppedForm(), 422 if form.is_bound else 200)


def _checked_code(request: ActorRequest, form: CodeForm) -> str:
    count(request, "verify_code")
    page = typed_page_code(form.cleaned_data["code"])
    code = page.code if page else clean_code(form.cleaned_data["code"])
    number = form.cleaned_data["number"].strip().upper()
    found = verification(code)
    if found is None:
        form.add_error("code", str(NO_CODE))
    elif number and number != found.number:
        # Which number the code is for is not said: it is asked of who holds the document.
        form.add_error(
            "number", _("Ce numéro et ce code ne vont pas ensemble : relisez les deux sur la même page du document.")
        )
    return "" if form.errors else code


def _of_file(request: ActorRequest) -> HttpResponse:
    try:
        count(request, "verify_file")
    except TooOften as refusal:
        form = DroppedForm({})
        form.errors["file"] = form.error_class([refusal.sentence])
        return _page(request, CodeForm(), form, refusal.status)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST + AROUND_A_FILE:
        return _answered(request, Examined(Answer.UNREADABLE, Cause.LARGE), status=413)
    form = DroppedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, CodeForm(), form, 422)
    return _answered(request, examine(form.cleaned_data["file"].read()), name=form.cleaned_data["file"].name)


def _answered(request: ActorRequest, found: Examined, *, name: str = "", status: int = 200) -> HttpResponse:
    """What is said of the file, with the form to try another one."""
    document = found.document
    kept = found.answer in {Answer.SEALED, Answer.KEPT}
    context = {
        "said": said_of(found),
        "name": name,
        "document": document,
        "code": document.code if document and kept else "",
        "sealed_by": found.sealed_by,
        "sealed": sealed_of(document) if document and found.answer is Answer.KEPT else None,
        "form": DroppedForm(),
    }
    return render(request, "web/examined.html", context, status=status)


def _page(request: ActorRequest, code_form: CodeForm, file_form: DroppedForm, status: int) -> HttpResponse:
    return render(request, "web/verification.html", {"form": code_form, "file_form": file_form}, status=status)


@require_safe
def verify(request: ActorRequest, code: str) -> HttpResponse:
    """What anyone holding the code may check."""
    form = CodeForm({"code": code})
    form.is_valid()
    try:
        count(request, "verify_code")
    except TooOften as refusal:
        form.add_error("code", refusal.sentence)
        return _page(request, form, DroppedForm(), refusal.status)
    page = typed_page_code(code)
    if page is not None:
        return redirect(reverse("verify", args=[page.code]) + f"?page={page.page}")
    found = verification(code)
    if found is None:
        form.add_error("code", str(NO_CODE))
        return _page(request, form, DroppedForm(), 404)
    document = Document.objects.defer("content").filter(code=found.code).first()
    sealed = sealed_of(document) if document else None
    context = {
        "found": found,
        "fingerprint": readable(found.sha256),
        "is_sealed": found.kind.endswith(SEALED),
        "sealed": sealed,
        "sealed_fingerprint": readable(sealed.sha256) if sealed else "",
        "taken_back": taken_back(document),
        "page": _page_asked(request, document),
        "pages": document.pages if document else 0,
    }
    return render(request, "web/verified.html", context)


def _page_asked(request: ActorRequest, document: Document | None) -> int:
    """The page whose own code was typed; 0 when it was the code of the document."""
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
    return page if document is not None and page <= document.pages else 0


def said_of(found: Examined) -> Said:
    """The answer in one sentence, and what to do then."""
    number = found.document.number if found.document else ""
    day = long_date(found.document.made_at.date()) if found.document else ""
    if found.document and found.document.cancelled_on and found.answer in {Answer.SEALED, Answer.KEPT}:
        return Said(
            "late",
            _("annulé"),
            _("Ce fichier est le document %(number)s du %(day)s, inchangé ; mais il a été annulé le %(cancelled)s.")
            % {"number": number, "day": day, "cancelled": long_date(found.document.cancelled_on)},
            _("Il n'a plus d'effet : demandez à qui vous l'a envoyé s'il a été remplacé."),
        )
    told = taken_back(found.document) if found.answer is Answer.KEPT else None
    if told is not None:
        return Said(
            "late",
            _("retiré"),
            _("Ce fichier est le document %(number)s du %(day)s, inchangé ; mais il n'a plus cours.")
            % {"number": number, "day": day},
            told.sentence,
        )
    if found.document and found.document.replaced_on and found.answer is Answer.KEPT:
        return Said(
            "late",
            _("remplacé"),
            _(
                "Ce fichier est le document %(number)s du %(day)s, inchangé ; mais une autre édition l'a remplacé le "
                "%(on)s."
            )
            % {"number": number, "day": day, "on": long_date(found.document.replaced_on)},
            _("Ce n'est plus le texte en vigueur : demandez l'édition en cours à qui vous l'a envoyé."),
        )
    if found.answer is Answer.SEALED:
        return Said(
            "ok",
            _("authentique"),
            _("Ce fichier est le document %(number)s, scellé le %(day)s : le sceau est intact, rien n'a changé depuis.")
            % {"number": number, "day": day},
            _("Vous pouvez vous y fier et le garder tel quel : l'imprimer ou le réenregistrer enlève le sceau."),
        )
    if found.answer is Answer.KEPT:
        return Said(
            "ok",
            _("authentique"),
            _("Ce fichier est le document %(number)s, tel qu'il a été établi le %(day)s.")
            % {"number": number, "day": day},
            _("Il ne porte pas de sceau : qui l'a signé ne se lit pas dans ce fichier."),
        )
    return Said(*_UNFIT[found.cause or Cause.STRANGE](number))


def _altered(number: str, what: str) -> str:
    if not number:
        return _("Ce fichier a été modifié : %(what)s.") % {"what": what}
    return _("Ce fichier se présente comme le document %(number)s, mais il a été modifié : %(what)s.") % {
        "number": number,
        "what": what,
    }


def _broken(number: str) -> tuple[str, str, str, str]:
    return "late", _("modifié"), _altered(number, _("le sceau est rompu, un contenu a changé après lui")), _ask_again()


def _added(number: str) -> tuple[str, str, str, str]:
    what = _("quelque chose a été ajouté à la fin, une signature, une annotation ou une page")
    return "late", _("modifié"), _altered(number, what), _ask_again()


def _cut(number: str) -> tuple[str, str, str, str]:
    if number:
        return "late", _("modifié"), _altered(number, _("il est incomplet, sa fin manque")), _download_again()
    return "due", _("illisible"), _("Ce fichier est incomplet ou abîmé : sa fin manque."), _download_again()


def _different(number: str) -> tuple[str, str, str, str]:
    what = _("son contenu n'est pas celui qui a été établi, ou un logiciel l'a réenregistré")
    return "late", _("modifié"), _altered(number, what), _ask_again()


def _unregistered(number: str) -> tuple[str, str, str, str]:
    return (
        "due",
        _("inconnu"),
        _("Ce fichier porte un sceau intact de la Région, mais aucun document du registre ne lui correspond."),
        _("Ne vous y fiez pas encore : montrez-le à la Région, qui dira d'où il vient."),
    )


def _strange(number: str) -> tuple[str, str, str, str]:
    return (
        "due",
        _("inconnu"),
        _("Ce fichier n'est pas un document établi ici."),
        _(
            "Imprimé en PDF ou numérisé, un document n'est plus le même fichier : tapez le numéro et le code qu'il "
            "porte, ou demandez l'original à qui vous l'a envoyé."
        ),
    )


def _locked(number: str) -> tuple[str, str, str, str]:
    return (
        "due",
        _("illisible"),
        _("Ce fichier est protégé par un mot de passe : il ne peut pas être lu, et nos documents ne le sont jamais."),
        _("Demandez l'original, sans mot de passe, ou tapez le numéro et le code que le document porte."),
    )


def _not_pdf(number: str) -> tuple[str, str, str, str]:
    return (
        "due",
        _("illisible"),
        _("Ce fichier n'est pas un PDF, et aucun document du registre ne lui correspond."),
        _("D'une photo ou d'un scan, tapez le numéro et le code, ou flashez le carré avec un téléphone."),
    )


def _large(number: str) -> tuple[str, str, str, str]:
    return (
        "due",
        _("illisible"),
        _("Ce fichier pèse plus de %(most)d Mo : aucun document établi ici n'est si lourd.")
        % {"most": LARGEST // MEGABYTE},
        _("Vérifiez que c'est le bon fichier, ou tapez le numéro et le code que le document porte."),
    )


def _empty(number: str) -> tuple[str, str, str, str]:
    return "due", _("illisible"), _("Ce fichier est vide."), _download_again()


def _ask_again() -> str:
    return _(
        "Ne vous y fiez pas : demandez l'original à qui vous l'a envoyé, ou tapez le numéro et le code qu'il porte "
        "pour savoir ce qui a été établi."
    )


def _download_again() -> str:
    return _("Téléchargez-le de nouveau là où vous l'avez reçu, puis réessayez.")


_UNFIT = {
    Cause.BROKEN: _broken,
    Cause.ADDED: _added,
    Cause.CUT: _cut,
    Cause.DIFFERENT: _different,
    Cause.UNREGISTERED: _unregistered,
    Cause.STRANGE: _strange,
    Cause.LOCKED: _locked,
    Cause.NOT_PDF: _not_pdf,
    Cause.LARGE: _large,
    Cause.EMPTY: _empty,
}
