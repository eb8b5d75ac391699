"""The code by text message, through a gateway: any service that takes a number and a text in JSON (docs/running.md)."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.journal import Action
from defi.kernel.refusals import WrongState
from defi.steps.convention.channels import Holder

PATIENCE = 5
"""Seconds the gateway is waited for: somebody stands in front of the page."""
MOBILE = ("+336", "+337")
HERE = frozenset({"127.0.0.1", "::1", "localhost"})

log = logging.getLogger(__name__)


def mobile(phone: str) -> str:
    """The number as gateways take it (`+33612345678`), nothing when it is not a French mobile one.

    >>> mobile("06 12 34 56 78")
    '+33612345678'
    """
    digits = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    if digits.startswith("0") and not digits.startswith("00"):
        digits = f"+33{digits[1:]}"
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return digits if digits.startswith(MOBILE) and len(digits) == len("+33612345678") else ""


def is_closed_way(url: str) -> bool:
    """Whether a code may be sent there: encrypted, or without leaving this machine (a relay beside Defi).

    >>> [is_closed_way(url) for url in ("https://sms.example/", "http://127.0.0.1:8080/", "http://sms.example/", "")]
    [True, True, False, False]
    """
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


class SmsChannel:
    """A text message to the telephone known of who signs."""

    name = "sms"
    label = gettext_lazy("par SMS")

    def reach(self, holder: Holder) -> str:
        number = mobile(holder.phone)
        return f"•• •• •• •• {number[-2:]}" if number and is_closed_way(settings.SMS_URL) else ""

    def send(self, act: Action, holder: Holder, code: str) -> None:
        said = {"code": code, "name": holder.delegate}
        if holder.delegate:
            text = _("Code pour déléguer votre signature DEFI à %(name)s : %(code)s. Ne le donnez à personne.") % said
        else:
            text = _("Code pour signer la convention DEFI : %(code)s. Ne le donnez à personne.") % said
        body = json.dumps({"to": mobile(holder.phone), "text": text}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
        asked = Request(settings.SMS_URL, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with urlopen(asked, timeout=PATIENCE):  # noqa: S310
                return
        except OSError as problem:
            log.warning("The SMS gateway did not take a code: %s", problem)
            raise WrongState(_("Le SMS n'est pas parti : choisissez le courriel, ou réessayez plus tard.")) from problem
