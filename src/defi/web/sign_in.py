"""How one signs in: a code sent by mail, through the outbox; no open sign-up, no password to lose."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from defi.kernel import limits
from defi.kernel.outbox import Recipient, post
from defi.people.models import Account


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations only; their mail leaves by our outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The code to somebody who has an account; to somebody who has none, a mail that says so."""
        person_id = Account.objects.filter(email=email.lower()).values_list("person_id", flat=True).first()
        known = template_prefix.endswith("login_code") and person_id is not None
        template = "web/mail/login_code.txt" if known else "web/mail/unknown_account.txt"
        subject, _newline, body = render_to_string(template, context).partition("\n")
        post(Recipient(email, person_id=person_id), subject, body, purpose=template.removesuffix(".txt"))


@require_safe
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """There is no open sign-up: who opens an access to whom."""
    return render(request, "web/no_sign_up.html")


class AskCode(RequestLoginCodeView):  # type: ignore[misc]
    """Ask for a code: whatever the address, known or not, so often and no more."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _counted(self, request, "sign_in_ask", request.POST.get("email", "")) or super().post(request)


class TypeCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """Type the code: allauth counts the tries of one code, here are counted those of one mailbox and of one network."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = self._process.state.get("email") or ""
        return _counted(self, request, "sign_in_code", key) or super().post(request, *args, **kwargs)


def _counted(view: Any, request: HttpRequest, name: str, key: str) -> HttpResponse | None:
    """The same page with what was typed when it was tried too often; None when it may go on."""
    try:
        limits.count(request, name, key)
    except limits.TooOften as refusal:
        form = view.get_form()
        form.errors.clear()
        form.add_error(None, refusal.sentence)
        answer: HttpResponse = view.render_to_response(view.get_context_data(form=form), status=refusal.status)
        return answer
    return None


urlpatterns = [
    path("", AskCode.as_view(), name="account_login"),
    path("code/", AskCode.as_view(), name="account_request_login_code"),
    path("code/confirmer/", TypeCode.as_view(), name="account_confirm_login_code"),
    path("sans-compte/", no_sign_up, name="account_signup"),
    path("sortir/", LogoutView.as_view(), name="account_logout"),
]
