"""Choosing a certification and its blocks in a form: found as one types, by number or by words.

    class PlanForm(CertificationFields):
        hours = forms.IntegerField(…)

    form = PlanForm(request.POST or None, initial=chosen(plan.certification, blocks), job=plan.job)

and in its page, inside the form: {% include "reference/_certification.html" %}. Works without script: what was typed
comes back with the list to choose from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel import clock
from defi.kernel.documents.french import long_date
from defi.reference.models import Certification, CertificationBlock, Job
from defi.reference.queries import (
    blocks_of,
    certification_fault,
    certification_numbered,
    certifications_of_job,
    job_by_code,
)
from defi.reference.search import search_certifications

NO_CERTIFICATION = "none"
SHOWN = 6
LIST, BLOCKS = "#certification-liste", "#certification-blocs"


def standing(certification: Certification) -> str:
    """In a few words: level, and until when it is in force or since when it is not."""
    today = clock.today()
    said = [certification.number]
    if certification.level:
        said.append(_("niveau %(level)s") % {"level": certification.level})
    if certification.in_force(today):
        if certification.ends_on:
            said.append(_("active jusqu'au %(day)s") % {"day": long_date(certification.ends_on)})
    elif certification.ends_on and certification.ends_on < today:
        said.append(_("n'est plus active depuis le %(day)s") % {"day": long_date(certification.ends_on)})
    else:
        said.append(_("n'est plus active"))
    return " · ".join(said)


def certification_choices(typed: str, chosen: str = "", job: Job | None = None) -> list[tuple[str, str]]:
    """The certifications that these words or this number may mean, at most six, those in force first; when nothing is
    typed, those that lead to the job. The one already chosen stays in the list."""
    if typed.strip():
        rows = search_certifications(typed, limit=SHOWN)
    else:
        rows = list(certifications_of_job(job)[:SHOWN]) if job else []
    if chosen and chosen != NO_CERTIFICATION and chosen not in {row.number for row in rows}:
        kept = certification_numbered(chosen)
        rows += [kept] if kept else []
    choices = [(row.number, f"{row.name}\n{standing(row)}") for row in rows]
    if choices:
        choices.append((NO_CERTIFICATION, _("Aucune de celles-ci")))
    return choices


def chosen(certification: Certification | None, blocks: Iterable[CertificationBlock] = ()) -> dict[str, Any]:
    """The initial values of `CertificationFields` for what is already kept."""
    if certification is None:
        return {}
    number = certification.number
    return {"sought": number, "certification": number, "blocks": [block.code for block in blocks]}


class CertificationFields(forms.Form):
    """A certification and those of its blocks that are aimed at: all of them when none is ticked.

    Once valid, `cleaned_data` holds `certification` (`Certification | None`) and `blocks` (a list). That it is no
    longer in force is said on the page (`fault`), not refused here: the plan knows on which day it matters."""

    sought = forms.CharField(
        label=lazy("Certification visée"),
        help_text=lazy("Son numéro (RNCP ou RS) ou des mots de son intitulé"),
        max_length=200,
        required=False,
    )
    certification = forms.ChoiceField(label=lazy("Laquelle est-ce ?"), widget=forms.RadioSelect, required=False)
    blocks = forms.MultipleChoiceField(
        label=lazy("Blocs de compétences visés"),
        help_text=lazy("Aucun coché : la certification entière"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, job: Job | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fault = ""
        self._job = job
        asked = f"?{urlencode({'job': job.code_rome})}" if job else ""
        self.fields["sought"].widget.attrs.update(
            {
                "autocomplete": "off",
                "hx-get": reverse("reference:certifications") + asked,
                "hx-trigger": "input changed delay:400ms",
                "hx-target": LIST,
                "hx-include": LIST,
                "hx-sync": "this:replace",
            }
        )
        typed, number = self._said("sought"), self._said("certification")
        if self.is_bound and (number == NO_CERTIFICATION or self._emptied(typed, number)):
            # The blocks ticked went with the certification that is taken away.
            number = number if number == NO_CERTIFICATION else ""
            sent = QueryDict(mutable=True)
            sent.update(self.data)
            sent.pop(self.add_prefix("blocks"), None)
            sent[self.add_prefix("certification")] = number
            self.data = sent
        self.offer(typed, number, job)

    def _emptied(self, typed: str, number: str) -> bool:
        """Whether the words that said the certification kept until now were deleted: it is taken away."""
        kept = self.get_initial_for_field(self.fields["certification"], "certification")
        shown = self.get_initial_for_field(self.fields["sought"], "sought")
        sent = self.add_prefix("sought") in self.data
        return bool(sent and shown and not typed.strip() and number and number == kept)

    def _said(self, name: str) -> str:
        value = (
            self.data.get(self.add_prefix(name))
            if self.is_bound
            else self.get_initial_for_field(self.fields[name], name)
        )
        return str(value or "")

    def offer_again(self) -> None:
        """Once what was sent has been changed by hand: what there is to choose from then."""
        self.offer(self._said("sought"), self._said("certification"), self._job)

    @property
    def is_searching(self) -> bool:
        """Whether words were typed that several certifications answer, and none is chosen yet: nothing is wrong, the
        list is to be shown."""
        field = self.fields["certification"]
        assert isinstance(field, forms.ChoiceField)
        return bool(
            self.is_bound and self._said("sought").strip() and not self._said("certification") and field.choices
        )

    def found(self) -> dict[str, Any]:
        """The initial values of the page that shows what answers a search: all that was sent; a number typed whole is
        chosen already."""
        exact = certification_numbered("".join(self._said("sought").split()))
        return {name: self._said(name) for name in self.fields} | {
            "certification": exact.number if exact else "",
            "blocks": [],
        }

    def offer(self, typed: str, number: str, job: Job | None = None) -> None:
        """What there is to choose from: certifications, then the blocks of the one chosen."""
        choices = certification_choices(typed, number, job)
        field, blocks = self.fields["certification"], self.fields["blocks"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(blocks, forms.MultipleChoiceField)
        field.choices = choices
        field.widget = forms.RadioSelect(choices=choices) if choices else forms.HiddenInput()
        field.error_messages["invalid_choice"] = _("Choisissez la certification dans la liste.")
        field.initial = number
        sheet = certification_numbered(number) if number and number != NO_CERTIFICATION else None
        self.offer_blocks(sheet)

    def offer_blocks(self, sheet: Certification | None) -> None:
        """The blocks of this certification to choose from, and what is wrong with it today."""
        field = self.fields["blocks"]
        assert isinstance(field, forms.MultipleChoiceField)
        rows = blocks_of(sheet) if sheet else ()
        field.widget = forms.CheckboxSelectMultiple() if rows else forms.MultipleHiddenInput()
        field.choices = [(block.code, f"{block.label}\n{block.code}") for block in rows]
        field.error_messages["invalid_choice"] = _("Ce bloc n'est pas de la certification choisie : cochez de nouveau.")
        self.fault = certification_fault(sheet, clock.today()) if sheet else ""

    def clean_certification(self) -> Certification | None:
        """Raises when something was typed, there was a choice, and nothing was chosen."""
        number = str(self.cleaned_data["certification"])
        if number == NO_CERTIFICATION:
            return None
        if number:
            return certification_numbered(number)
        if self.cleaned_data.get("sought", "").strip():
            field = self.fields["certification"]
            assert isinstance(field, forms.ChoiceField)
            if field.choices:
                raise forms.ValidationError(_("Choisissez la certification dans la liste, ou « Aucune de celles-ci »."))
            self.add_error(
                "sought",
                _("Aucune certification ne répond à ces mots : vérifiez le numéro, ou essayez d'autres mots."),
            )
        return None

    def clean_blocks(self) -> list[CertificationBlock]:
        """The blocks ticked, in the order of their codes."""
        codes = self.cleaned_data["blocks"]
        return list(CertificationBlock.objects.filter(code__in=codes).order_by("rank", "code")) if codes else []


def form_of_an_address(typed: str, number: str, job_code: str) -> CertificationFields:
    """The fields as they stand while one types or chooses, before anything is sent."""
    job = job_by_code(job_code) if job_code else None
    form = CertificationFields(initial={"sought": typed, "certification": number}, job=job)
    form.fields["certification"].initial = number
    return form
