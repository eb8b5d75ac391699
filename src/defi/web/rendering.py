"""How Django's forms are drawn here: every room declares plain fields, the look is given in one place."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import get_format

DATE_TEMPLATE = "django/forms/widgets/date.html"
NUMBER_TEMPLATE = "django/forms/widgets/number.html"


class Renderer(TemplatesSetting):
    """Fields with help, error and aria attributes; dates with the picker of the browser."""

    form_template_name = "defi/forms/form.html"
    field_template_name = "defi/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name == DATE_TEMPLATE:
            context["widget"] = {**context["widget"], **_native_date(context["widget"]["value"])}
        elif template_name == NUMBER_TEMPLATE:
            context["widget"] = {**context["widget"], "type": _number_type(context["widget"]["value"])}
        return str(super().render(template_name, context, request))


def _native_date(value: str | None) -> dict[str, str | None]:
    """A picker only shows ISO dates. What was typed and is not a date is kept, in a text field, to be mended."""
    if not value:
        return {"type": "date", "value": value}
    formats: Iterable[str] = get_format("DATE_INPUT_FORMATS")
    for pattern in formats:
        with suppress(ValueError):
            return {"type": "date", "value": f"{datetime.strptime(value, pattern):%Y-%m-%d}"}  # noqa: DTZ007
    return {"type": "text", "value": value}


def _number_type(value: str | None) -> str:
    """A number field empties what it cannot read: a word typed by mistake is kept in a text field."""
    if value in (None, ""):
        return "number"
    try:
        float(str(value))
    except ValueError:
        return "text"
    return "number"
