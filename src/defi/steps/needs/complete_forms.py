"""Everything a fiche d'intérêt may add once it is sent and confirmed: all of it optional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.fields import FrenchDecimalField
from defi.reference.models import Competence, Job
from defi.reference.queries import competences_of
from defi.steps.needs.actions import Asked, NeedFacts
from defi.steps.needs.models import Contract, Expectation, Need, NeedCompetence
from defi.steps.needs.rules import lines_of, ranking_fault

SHOWN = 10
BEHAVIOURAL = "Savoir-être"
OFFERS = [
    ("platform", lazy("prêter un plateau technique")),
    ("placement", lazy("accueillir en stage")),
    ("visit", lazy("ouvrir une visite")),
    ("tutor", lazy("désigner un tuteur")),
]
RANKS = (
    lazy("Le plus important pour vous"),
    lazy("En deuxième"),
    lazy("En troisième"),
    lazy("En quatrième"),
    lazy("En cinquième"),
)


def nature_of(competence: Competence) -> str:
    """How the ROME sorts it: its « savoir-être professionnels » are what one expects of the person."""
    behavioural = competence.category.startswith(BEHAVIOURAL)
    return NeedCompetence.Nature.BEHAVIOURAL if behavioural else NeedCompetence.Nature.TECHNICAL


@dataclass(frozen=True, slots=True)
class Proposed:
    """A competence of the job to keep or strike; the heart of the job is ticked until something is said."""

    competence: Competence
    core: bool


def proposed_for(job: Job | None, kept: Iterable[int] = ()) -> dict[str, list[Proposed]]:
    """The competences of a job to keep or strike, by nature: the heart of the job first, never more than can be read,
    and those already kept whatever their place."""
    shown: dict[str, list[Proposed]] = {NeedCompetence.Nature.TECHNICAL: [], NeedCompetence.Nature.BEHAVIOURAL: []}
    chosen = set(kept)
    rows = competences_of(job).filter(competence__kind=Competence.Kind.COMPETENCE) if job else []
    for row in sorted(rows, key=lambda row: (row.competence_id not in chosen, not row.core)):
        of_nature = shown[nature_of(row.competence)]
        if len(of_nature) < SHOWN or row.competence_id in chosen:
            of_nature.append(Proposed(row.competence, row.core))
    return shown


class CompleteForm(forms.Form):
    """The second screen: contract, competences, what the firm offers and hopes for."""

    contract = forms.ChoiceField(
        label=lazy("Contrat envisagé"), choices=[("", lazy("pas encore décidé")), *Contract.choices], required=False
    )
    months = forms.IntegerField(label=lazy("Durée en mois"), required=False, help_text=lazy("Rien pour un CDI"))
    weekly_hours = FrenchDecimalField(label=lazy("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    wanted_from = forms.DateField(label=lazy("À partir du"), required=False)
    core_technical = forms.MultipleChoiceField(
        label=lazy("Ce que la personne devra savoir faire"),
        help_text=lazy("Décochez ce qui ne vous concerne pas"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    technical = forms.CharField(
        label=lazy("D'autres savoir-faire"),
        help_text=lazy("Un par ligne"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    core_behavioural = forms.MultipleChoiceField(
        label=lazy("Ce que vous attendez de la personne"),
        help_text=lazy("Cochez ce qui compte pour vous"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    behavioural = forms.CharField(
        label=lazy("D'autres attentes"),
        help_text=lazy("Une par ligne : ponctualité, écoute…"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    transversal = forms.CharField(
        label=lazy("Bases utiles partout"),
        help_text=lazy("Une par ligne : lire une consigne, compter…"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    requirements_asked = forms.CharField(
        label=lazy("Ce que vous demandez d'habitude"),
        help_text=lazy("Diplôme, expérience, permis… comme dans vos annonces"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    requirements_needed = forms.CharField(
        label=lazy("Ce qui est vraiment nécessaire pour commencer"),
        help_text=lazy("Le reste peut s'apprendre pendant la formation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    offers = forms.MultipleChoiceField(
        label=lazy("Pendant la formation, vous pourriez"),
        choices=OFFERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    contact_name = forms.CharField(
        label=lazy("Personne à joindre"), help_text=lazy("Prénom et nom"), required=False, max_length=160
    )
    comment = forms.CharField(
        label=lazy("Autre chose à dire ?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, need: Need) -> None:
        self.need = need
        self.rows = list(need.competences.select_related("competence"))
        self.shown = proposed_for(need.job, [row.competence_id for row in self.rows if row.competence_id])
        super().__init__(data, initial=self._initial())
        for nature, proposed in self.shown.items():
            name = f"core_{nature}"
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(str(row.competence.pk), row.competence.label) for row in proposed]
            if not proposed:
                del self.fields[name]
        for rank, label in enumerate(RANKS):
            self.fields[f"expectation_{rank}"] = forms.ChoiceField(
                label=label,
                choices=[("", _("sans avis")), *Expectation.choices],
                required=False,
                initial=need.expectations[rank] if rank < len(need.expectations) else "",
            )
        if need.contact_id is not None:
            del self.fields["contact_name"]

    @property
    def ranks(self) -> list[Any]:
        """The five places to give, in order."""
        return [self[f"expectation_{rank}"] for rank in range(len(RANKS))]

    def _initial(self) -> dict[str, Any]:
        need = self.need
        known = {row.competence_id for row in self.rows if row.competence_id}
        names = ("contract", "months", "weekly_hours", "wanted_from", "requirements_asked", "requirements_needed")
        initial: dict[str, Any] = {name: getattr(need, name) for name in (*names, "comment", "version")}
        initial["offers"] = [code for code, _label in OFFERS if getattr(need, f"offers_{code}")]
        for nature, proposed in self.shown.items():
            ticked = [row.competence.pk for row in proposed if row.competence.pk in known or (row.core and not known)]
            initial[f"core_{nature}"] = [str(pk) for pk in ticked]
        shown = {row.competence.pk for proposed in self.shown.values() for row in proposed}
        for nature in NeedCompetence.Nature:
            words = [row.label for row in self.rows if row.nature == nature and row.competence_id not in shown]
            initial[nature.value] = "\n".join(words)
        return initial

    def clean(self) -> dict[str, Any]:
        """Each expectation has one place."""
        values = super().clean() or self.cleaned_data
        ranks = self._ranked(values)
        if fault := ranking_fault(ranks):
            twice = next(rank for rank, code in enumerate(ranks) if code and code in ranks[:rank])
            self.add_error(f"expectation_{twice}", fault)
        return values

    def _ranked(self, values: dict[str, Any]) -> list[str]:
        return [values.get(f"expectation_{rank}", "") for rank in range(len(RANKS))]

    def facts(self) -> NeedFacts:
        """The need with what was added; its five answers as they were."""
        values, need = self.cleaned_data, self.need
        offers = set(values["offers"])
        return NeedFacts(
            wording=need.wording,
            posts=need.posts,
            job=need.job,
            basin=need.basin,
            commune=need.commune,
            contract=values["contract"],
            months=values["months"],
            weekly_hours=values["weekly_hours"],
            wanted_from=values["wanted_from"],
            offers_platform="platform" in offers,
            offers_placement="placement" in offers,
            offers_visit="visit" in offers,
            offers_tutor="tutor" in offers,
            requirements_asked=values["requirements_asked"],
            requirements_needed=values["requirements_needed"],
            expectations=tuple(code for code in self._ranked(values) if code),
            comment=values["comment"],
            competences=self._asked(),
        )

    def _asked(self) -> tuple[Asked, ...]:
        ticked = {pk for nature in self.shown for pk in self.cleaned_data.get(f"core_{nature}", [])}
        asked = [
            Asked(row.competence.label, nature, row.competence)
            for nature, proposed in self.shown.items()
            for row in proposed
            if str(row.competence.pk) in ticked
        ]
        for nature in NeedCompetence.Nature:
            asked += [Asked(label, nature.value) for label in lines_of(self.cleaned_data[nature.value])]
        return tuple(asked)
