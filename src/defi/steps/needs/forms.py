"""Forms of the needs room. The phone form asks for five things at most, in two pages that work without script."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import Actor
from defi.people.identifiers import IdentifierError, check_siret
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Commune, Competence, Job, JobCompetence
from defi.reference.search import search_communes, search_jobs
from defi.reference.words import plain
from defi.steps.needs.actions import Asked, ContactFacts, NeedFacts
from defi.steps.needs.models import CollectiveNeed, Contract, Need, NeedCompetence
from defi.steps.needs.rules import lines_of
from defi.steps.needs.states import NEED

NO_JOB = "none"
JOBS_SHOWN = 5
CORE_SHOWN = 10
OFFERS = [
    ("platform", lazy("prêter un plateau technique")),
    ("placement", lazy("accueillir en stage")),
    ("visit", lazy("ouvrir une visite")),
    ("tutor", lazy("désigner un tuteur")),
]


def job_choices(wording: str, chosen: str = "") -> list[tuple[str, str]]:
    """The jobs that these words may mean, each with what was recognised; the one already chosen stays in the list."""
    found = search_jobs(wording, limit=JOBS_SHOWN)
    choices = []
    for row in found:
        details = [row.job.label] if plain(row.title) != plain(row.job.label) else []
        details.append(row.job.code_rome)
        said = ", ".join(details)
        if row.recognised:
            said += _(" · reconnu dans : %(words)s") % {"words": ", ".join(row.recognised)}
        choices.append((row.job.code_rome, f"{row.title}\n{said}"))
    if chosen and chosen != NO_JOB and chosen not in dict(choices):
        job = Job.objects.filter(code_rome=chosen, removed=False).first()
        choices += [(job.code_rome, f"{job.label}\n{job.code_rome}")] if job else []
    if choices:
        choices.append((NO_JOB, _("Aucun de ces métiers\nLe référent de la Région le choisira avec vous.")))
    return choices


class LookingForForm(forms.Form):
    """First page: who is looked for, how many, by whom. An employer signed in is not asked who it is."""

    wording = forms.CharField(
        label=lazy("Qui cherchez-vous ?"),
        help_text=lazy("Avec vos mots : « soudeur TIG inox, lecture de plan »"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("needs:jobs"),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#metiers",
                "hx-include": "[name=job]:checked",
                "hx-sync": "this:replace",
            }
        ),
    )
    job = forms.ChoiceField(label=lazy("Quel métier est-ce ?"), widget=forms.RadioSelect, required=False)
    posts = forms.IntegerField(
        label=lazy("Combien de postes ?"), min_value=1, max_value=500, widget=forms.NumberInput(attrs={"min": 1})
    )
    siret = forms.CharField(
        label=lazy("SIRET de votre établissement"),
        help_text=lazy("14 chiffres, sur vos factures ou vos fiches de paie"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    submission_key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, knows_employer: bool = False, for_somebody: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = secrets.token_urlsafe(24)
        typed = self.data if self.is_bound else {}
        self.offer_jobs(str(typed.get("wording", "")), str(typed.get("job", "")))
        if knows_employer:
            del self.fields["siret"]
        elif for_somebody:
            self.fields["siret"].required = False
            self.fields["siret"].label = _("SIRET de l'établissement")

    def offer_jobs(self, wording: str, chosen: str = "") -> None:
        """The jobs to choose from. Choosing is required as soon as there is a choice."""
        job = self.fields["job"]
        assert isinstance(job, forms.ChoiceField)
        job.choices = job_choices(wording, chosen)
        job.required = bool(job.choices)
        job.widget = forms.RadioSelect(choices=job.choices) if job.choices else forms.HiddenInput()
        job.error_messages["required"] = _("Choisissez le métier le plus proche, ou « Aucun de ces métiers ».")
        job.initial = chosen

    def clean_siret(self) -> str:
        """The fourteen digits, or what is wrong with them, beside the field and before the second page."""
        typed: str = self.cleaned_data["siret"]
        try:
            return check_siret(typed) if typed else ""
        except IdentifierError as fault:
            raise forms.ValidationError(fault.sentence) from fault

    def clean_job(self) -> Job | None:
        """The chosen job; None when nothing was found or nothing fits."""
        code = self.cleaned_data["job"]
        return None if code in {"", NO_JOB} else Job.objects.filter(code_rome=code, removed=False).first()


class DetailsForm(forms.Form):
    """Second page: where, how to answer, and whatever the employer wants to add."""

    place = forms.CharField(
        label=lazy("Où se trouve le poste ?"),
        help_text=lazy("Commune ou code postal"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    commune = forms.ChoiceField(label=lazy("Laquelle ?"), widget=forms.RadioSelect, required=False)
    reach = forms.CharField(
        label=lazy("Comment vous répondre ?"),
        help_text=lazy("Votre adresse électronique, ou un téléphone"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
    email = forms.EmailField(label=lazy("Adresse électronique de l'entreprise"), required=False)
    phone = forms.CharField(
        label=lazy("Téléphone de l'entreprise"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    employer_name = forms.CharField(label=lazy("Nom de l'entreprise"), required=False, max_length=160)
    contact_name = forms.CharField(
        label=lazy("Personne à joindre"), help_text=lazy("Prénom et nom"), required=False, max_length=160
    )
    contract = forms.ChoiceField(
        label=lazy("Contrat envisagé"), choices=[("", lazy("pas encore décidé")), *Contract.choices], required=False
    )
    months = forms.IntegerField(label=lazy("Durée en mois"), required=False, help_text=lazy("Rien pour un CDI"))
    weekly_hours = forms.DecimalField(label=lazy("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    wanted_from = forms.DateField(label=lazy("À partir du"), required=False)
    core = forms.MultipleChoiceField(
        label=lazy("Ce que la personne devra savoir faire"), required=False, widget=forms.CheckboxSelectMultiple
    )
    technical = forms.CharField(
        label=lazy("D'autres savoir-faire"),
        help_text=lazy("Un par ligne"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    behavioural = forms.CharField(
        label=lazy("Ce que vous attendez de la personne"),
        help_text=lazy("Un par ligne : ponctualité, écoute…"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    transversal = forms.CharField(
        label=lazy("Bases utiles partout"),
        help_text=lazy("Un par ligne : lire une consigne, conduire…"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    offers = forms.MultipleChoiceField(
        label=lazy("Pendant la formation, vous pourriez"),
        choices=OFFERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label=lazy("Autre chose à dire ?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    essential = ("place", "commune", "reach", "email", "phone")
    names = ("employer_name", "contact_name")
    more = ("contract", "months", "weekly_hours", "wanted_from", "core", "technical", "behavioural", "transversal")
    last = ("offers", "comment")

    def __init__(
        self,
        *args: Any,
        job: Job | None = None,
        must_reach: bool = True,
        must_name: bool = False,
        knows_employer: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer_communes()
        self._offer_core(job)
        self.fields["employer_name"].required = must_name
        if knows_employer:
            del self.fields["employer_name"]
        for name in ("email", "phone") if must_reach else ("reach",):
            del self.fields[name]

    def _offer_communes(self) -> None:
        typed = str(self.data.get("place", "")) if self.is_bound else ""
        found = search_communes(typed, limit=8)
        exact = [row for row in found if plain(row.name) == plain(typed)]
        self.found = exact if len(exact) == 1 else found
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (row.commune.code, f"{row.name}\n{', '.join(row.commune.postcodes[:2])} · {_basin(row.commune)}")
            for row in self.found
        ]
        field.required = len(self.found) > 1
        field.error_messages["required"] = _("Plusieurs communes répondent : choisissez la bonne.")
        if not field.required:
            field.widget = forms.HiddenInput()

    def _offer_core(self, job: Job | None) -> None:
        core = JobCompetence.objects.filter(job=job, core=True, removed=False) if job else JobCompetence.objects.none()
        rows = core.select_related("competence").order_by("competence__sort_key")[:CORE_SHOWN]
        field = self.fields["core"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(row.competence_id), row.competence.label) for row in rows]
        if not field.choices:
            del self.fields["core"]

    def clean_reach(self) -> str:
        """A mail address or a phone number."""
        typed: str = self.cleaned_data["reach"].strip()
        if "@" in typed:
            validate_email(typed)
        elif not 9 <= sum(character.isdigit() for character in typed) <= 15:
            raise forms.ValidationError(
                _("Ce n'est ni une adresse électronique ni un téléphone : sans cela, personne ne peut vous répondre.")
            )
        return typed

    def clean_place(self) -> str:
        """A place that is found; which one, when several answer, is the next question."""
        if not self.found:
            raise forms.ValidationError(_("Aucune commune ne répond à ce nom : vérifiez-le, ou donnez le code postal."))
        return str(self.cleaned_data["place"])

    def clean_commune(self) -> Commune | None:
        """The commune: the only one found, or the chosen one."""
        known = {row.commune.code: row.commune for row in self.found}
        return next(iter(known.values())) if len(known) == 1 else known.get(self.cleaned_data["commune"])

    def contact(self) -> ContactFacts:
        """Whom to answer."""
        values = self.cleaned_data
        reach: str = values.get("reach", "")
        email, phone = (reach, "") if "@" in reach else ("", reach)
        return ContactFacts(values["contact_name"], values.get("email", email), values.get("phone", phone))

    def facts(self, first: dict[str, Any]) -> NeedFacts:
        """The need, from both pages."""
        values = self.cleaned_data
        offers = set(values["offers"])
        return NeedFacts(
            wording=first["wording"],
            posts=first["posts"],
            job=first["job"],
            commune=values["commune"],
            contract=values["contract"],
            months=values["months"],
            weekly_hours=values["weekly_hours"],
            wanted_from=values["wanted_from"],
            offers_platform="platform" in offers,
            offers_placement="placement" in offers,
            offers_visit="visit" in offers,
            offers_tutor="tutor" in offers,
            comment=values["comment"],
            competences=self._asked(),
        )

    def _asked(self) -> tuple[Asked, ...]:
        chosen = Competence.objects.in_bulk([int(pk) for pk in self.cleaned_data.get("core", [])])
        asked = [Asked(row.label, competence=row) for row in chosen.values()]
        for nature in NeedCompetence.Nature:
            asked += [Asked(label, nature.value) for label in lines_of(self.cleaned_data[nature.value])]
        return tuple(asked)


def _basin(commune: Commune) -> str:
    return _("bassin de %(basin)s") % {"basin": commune.basin} if commune.basin else _("hors de la région")


class ConfirmForm(forms.Form):
    """What the employer left for later."""

    employer_name = forms.CharField(label=lazy("Nom de l'entreprise"), max_length=160)
    contact_name = forms.CharField(
        label=lazy("Personne à joindre"), help_text=lazy("Prénom et nom"), required=False, max_length=160
    )

    def __init__(self, *args: Any, asks_employer: bool, asks_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_employer:
            del self.fields["employer_name"]
        if not asks_contact:
            del self.fields["contact_name"]


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
    job = forms.ModelChoiceField(Job.objects.none(), label=lazy("Métier"), required=False)
    basin = forms.ModelChoiceField(Basin.objects.none(), label=lazy("Bassin"), required=False)

    def __init__(self, *args: Any, needs: Sequence[Need], open_to: Sequence[CollectiveNeed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jobs, basins = [n.job_id for n in needs if n.job_id], [n.basin_id for n in needs]
        self.fields["collective"].queryset = CollectiveNeed._base_manager.filter(pk__in=[c.pk for c in open_to])  # type: ignore[attr-defined]
        self.fields["collective"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=jobs)  # type: ignore[attr-defined]
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=basins)  # type: ignore[attr-defined]
        if not open_to:
            del self.fields["collective"]
        first = needs[0] if needs else None
        if first:
            self.fields["job"].initial = next(iter(jobs), None)
            self.fields["basin"].initial = first.basin_id
            self.fields["title"].widget.attrs["placeholder"] = f"{first.wanted}, {first.basin}"


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


class ProfileForm(forms.Form):
    """The need of the public, in counts and never names."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=lazy("D'après"))
    could_enter = forms.IntegerField(label=lazy("Combien de personnes pourraient entrer ?"), min_value=1)
    below_level_3 = forms.IntegerField(label=lazy("dont sans diplôme"), min_value=0, required=False)
    french_to_learn = forms.IntegerField(label=lazy("dont français à consolider"), min_value=0, required=False)
    without_vehicle = forms.IntegerField(label=lazy("dont sans moyen de transport"), min_value=0, required=False)
    adaptations = forms.CharField(
        label=lazy("Adaptations à prévoir"),
        help_text=lazy("Horaires, transport, garde d'enfants, remise à niveau… Aucun nom de personne."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prescribers = Organisation.objects.filter(kind=OrganisationKind.PRESCRIBER)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = prescribers.filter(pk=actor.organisation_id or 0) if actor.in_prescriber else prescribers
        if actor.in_prescriber:
            field.initial = actor.organisation_id
