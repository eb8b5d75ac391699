"""The public pages that verify a document: a code in, facts out, no personal data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel.documents.fingerprint import readable
from defi.kernel.numbers import clean_code
from defi.kernel.pages import ActorRequest
from defi.steps.closing import queries
from defi.steps.closing.forms import CodeForm
from defi.steps.review.form_pages import see


@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Type a code, read the page of its document."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        code = clean_code(form.cleaned_data["code"])
        if queries.verification(code) is not None:
            return see(reverse("closing:verify", args=[code]))
        form.add_error("code", _("Aucun document ne porte ce code. Relisez-le sur le document, lettre par lettre."))
    return render(request, "closing/search.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def verify(request: ActorRequest, code: str) -> HttpResponse:
    """What anyone holding the code may check."""
    found = queries.verification(code)
    if found is None:
        form = CodeForm({"code": code})
        form.is_valid()
        form.add_error("code", _("Aucun document ne porte ce code. Relisez-le sur le document, lettre par lettre."))
        return render(request, "closing/search.html", {"form": form}, status=404)
    context = {"found": found, "fingerprint": readable(found.sha256)}
    return render(request, "closing/verify.html", context)
