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


urlpatterns = [
    path("", RequestLoginCodeView.as_view(), name="account_login"),
    path("code/", RequestLoginCodeView.as_view(), name="account_request_login_code"),
    path("code/confirmer/", ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"),
    path("sans-compte/", no_sign_up, name="account_signup"),
    path("sortir/", LogoutView.as_view(), name="account_logout"),
]
