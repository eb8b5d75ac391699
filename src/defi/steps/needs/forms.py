"""Forms of the needs room, but for the fiche d'intérêt itself (sheet_forms)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import Actor
from defi.reference import reading
from defi.reference.models import Basin, Job
from defi.reference.search import search_jobs
from defi.reference.words import plain
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.proposing import most_wanted
from defi.steps.needs.states import NEED

NO_JOB = "none"
JOBS_SHOWN = 5


def jobs_meant(wording: str) -> list[tuple[Job, str, tuple[str, ...]]]:
    """The jobs that these words may mean, at most five: each with the title nearest to them and the words that led
    there. A code of the ROME and a word still unfinished are found too, by their beginning."""
    read = reading.read(wording, limit=JOBS_SHOWN)
    if read:
        return [(row.job, row.title, row.because) for row in read]
    return [(row.job, row.title, row.recognised) for row in search_jobs(wording, limit=JOBS_SHOWN)]


def job_choices(wording: str, chosen: str = "") -> list[tuple[str, str]]:
    """The jobs that these words may mean, each with what was recognised; the one already chosen stays in the list."""
    choices = []
    for job, title, because in jobs_meant(wording):
        details = [job.label] if plain(title) != plain(job.label) else []
        details.append(job.code_rome)
        said = ", ".join(details)
        if because:
            said += _(" · reconnu dans : %(words)s") % {"words": ", ".join(because)}
        choices.append((job.code_rome, f"{title}\n{said}"))
    if chosen.isalnum() and chosen != NO_JOB and chosen not in dict(choices):
        kept = Job.objects.filter(code_rome=chosen, removed=False).first()
        choices += [(kept.code_rome, f"{kept.label}\n{kept.code_rome}")] if kept else []
    if choices:
        choices.append((NO_JOB, _("Aucun de ces métiers\nLe référent de la Région le choisira avec vous.")))
    return choices


class NeedFilters(forms.Form):
    """The filters of the list, all optional and kept in the address."""

    basin = forms.ChoiceField(label=lazy("Bassin"), required=False)
    job = forms.ModelChoiceField(Job.objects.none(), label=lazy("Métier"), required=False, empty_label=lazy("tous"))
    state = forms.ChoiceField(label=lazy("État"), required=False)

    def __init__(self, data: object, actor: Actor) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        seen = Need.objects.visible_to(actor)
        first = _("mes bassins") if actor.basins else _("tous")
        basins = [(str(b.pk), b.name) for b in Basin.objects.filter(pk__in=seen.values("basin"))]
        self.fields["basin"].choices = [  # type: ignore[attr-defined]
            ("", first),
            *([("all", _("tous"))] if actor.basins else []),
            *basins,
        ]
        self.fields["job"].queryset = Job.objects.filter(pk__in=seen.values("job"))  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("à traiter")), ("all", _("tous")), *NEED.choices]  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """Under what the needs are grouped: a new collective need, or one that exists."""

    collective = forms.ModelChoiceField(
        CollectiveNeed._base_manager.none(),
        label=lazy("Ajouter à un besoin collectif"),
        required=False,
        empty_label=lazy("non, en créer un nouveau"),
    )
    title = forms.CharField(label=lazy("Intitulé"), max_length=160, required=False)
    job = forms.ModelChoiceField(
        Job.objects.none(), label=lazy("Métier"), required=False, empty_label=lazy("à choisir")
    )
    basin = forms.ModelChoiceField(
        Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("à choisir")
    )

    def __init__(self, *args: Any, needs: Sequence[Need], open_to: Sequence[CollectiveNeed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jobs, basins = [n.job_id for n in needs if n.job_id], [n.basin_id for n in needs]
        self.fields["collective"].queryset = CollectiveNeed._base_manager.filter(pk__in=[c.pk for c in open_to])  # type: ignore[attr-defined]
        self.fields["collective"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=jobs)  # type: ignore[attr-defined]
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=basins)  # type: ignore[attr-defined]
        if not open_to:
            del self.fields["collective"]
        job = most_wanted((need.job_id, need.posts) for need in needs)
        basin = most_wanted((need.basin_id, need.posts) for need in needs)
        self.fields["job"].initial, self.fields["basin"].initial = job, basin
        named = next((need.wanted for need in needs if need.job_id == job), "")
        place = next((need.basin for need in needs if need.basin_id == basin), "")
        self.fields["title"].widget.attrs["placeholder"] = f"{named}, {place}"


class ClassifyForm(forms.Form):
    """The job that the employer's words mean, found as one types."""

    wording = forms.CharField(label=lazy("Chercher un métier"), max_length=200)
    job = forms.ChoiceField(label=lazy("Métier"), widget=forms.RadioSelect, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, wording: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wording"].initial = wording
        typed = str(self.data.get("wording", "")) if self.is_bound else wording
        self.fields["job"].choices = [c for c in job_choices(typed) if c[0] != NO_JOB]  # type: ignore[attr-defined]

    def clean_job(self) -> Job:
        """Raises when nothing was chosen, which is also how another search is asked."""
        job = Job.objects.filter(code_rome=self.cleaned_data["job"], removed=False).first()
        if job is None:
            raise forms.ValidationError(_("Choisissez un métier dans la liste, ou cherchez avec d'autres mots."))
        return job


class ReasonForm(forms.Form):
    """Words that reach whoever is concerned."""

    reason = forms.CharField(label=lazy("Motif"), widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DiagnosisForm(forms.Form):
    """What the territory says of the job."""

    diagnosis = forms.CharField(label=lazy("Diagnostic du territoire"), widget=forms.Textarea(attrs={"rows": 6}))
    diagnosis_source = forms.CharField(
        label=lazy("Source"), max_length=200, help_text=lazy("Étude, fichier ou réunion d'où il vient")
    )
    diagnosis_on = forms.DateField(label=lazy("Établi le"))
    version = forms.IntegerField(widget=forms.HiddenInput)
