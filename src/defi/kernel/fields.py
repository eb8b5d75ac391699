"""Fields of forms that take what people type, the way they type it in French."""

from __future__ import annotations

from typing import Any

from django import forms

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")


class FrenchDecimalField(forms.DecimalField):
    """A number typed as one writes it in French: « 1 234,50 », « 1234.5 », « 1 234,50 € ».

    Raises `ValidationError` on anything else, and out of the bounds given as to any `DecimalField`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The decimal, or None for nothing."""
        if isinstance(value, str):
            value = value.translate(_SPACES).removesuffix("€").removesuffix("%")
        return super().to_python(value)
