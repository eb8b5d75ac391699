"""Forms of the offer room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from defi.kernel.access import Actor
from defi.people.actions import OrganisationFacts
from defi.people.identifiers import IdentifierError, check_siret
from defi.people.models import Organisation, OrganisationKind
from defi.people.queries import region as the_region
from defi.reference.models import Basin, Job
from defi.steps.needs.forms import NO_JOB, job_choices
from defi.steps.offer.coverage import CATEGORIES, LEVELS
from defi.steps.offer.lot_lines import read_certifications
from defi.steps.offer.lots import Precision, with_parts
from defi.steps.offer.models import Lot, Proposal, Route, Tender
from defi.steps.offer.proposals import ProposalFacts
from defi.steps.offer.states import PROPOSAL

ROUTE_CHOICES = [
    (Route.COVERED, lazy("Un marché existant couvre le besoin\nL'opération est confiée à son titulaire.")),
    (Route.ADAPTED, lazy("Un marché existant, adapté\nLe titulaire adapte son programme aux besoins.")),
    (Route.MODULES, lazy("Un marché existant, avec des modules ajoutés\nLe titulaire ajoute ce qui manque.")),
    (Route.TENDER, lazy("Une consultation\nSeulement si aucun marché ne couvre le besoin.")),
    (Route.OTHER_SCHEME, lazy("Un autre dispositif répond mieux\nChaque employeur reçoit le motif.")),
    (Route.POSTPONED, lazy("Reportée\nChaque employeur reçoit le motif.")),
    (Route.NO_ANSWER, lazy("Pas de réponse : budget, volume\nChaque employeur reçoit le motif.")),
]


class ProposalForm(forms.Form):
    """The session that would become a DEFI."""

    title = forms.CharField(label=lazy("Intitulé de la session"), max_length=160)
    lot = forms.ModelChoiceField(
        Lot._base_manager.none(),
        label=lazy("Sur quel lot ?"),
        required=False,
        empty_label=lazy("aucun lot enregistré"),
        help_text=lazy("Un lot dont vous êtes titulaire vous donne l'exclusivité."),
    )
    wording = forms.CharField(
        label=lazy("Métier visé"),
        help_text=lazy("Avec vos mots, ou le code ROME"),
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
    basin = forms.ModelChoiceField(Basin.objects.all(), label=lazy("Bassin d'emploi"), empty_label=lazy("Choisir"))
    starts_on = forms.DateField(label=lazy("Début prévu"))
    ends_on = forms.DateField(label=lazy("Fin prévue"))
    seats = forms.IntegerField(label=lazy("Places financées par la Région"), min_value=1, max_value=40)
    hours_centre = forms.IntegerField(label=lazy("Heures en centre"), min_value=0, max_value=5000)
    hours_company = forms.IntegerField(label=lazy("Heures en entreprise"), min_value=0, max_value=5000)
    adaptations = forms.CharField(
        label=lazy("Besoins repérés et adaptations à prévoir"),
        help_text=lazy("Ce que les employeurs demandent, et ce que vous changeriez au programme habituel."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = list(Lot.objects.visible_to(actor).values_list("pk", flat=True))
        self.fields["lot"].queryset = Lot._base_manager.filter(pk__in=lots)  # type: ignore[attr-defined]
        known = self.data if self.is_bound else self.initial
        choices = job_choices(str(known.get("wording", "")), str(known.get("job", "")))
        field = self.fields["job"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for choice in choices if choice[0] != NO_JOB]
        field.required = True
        field.error_messages["required"] = _("Choisissez un métier dans la liste, ou cherchez avec d'autres mots.")
        if not field.choices:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The dates in their order, said with the other faults."""
        values = super().clean() or self.cleaned_data
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", _("La fin de la session vient après son début."))
        return values

    def clean_job(self) -> Job:
        """A proposal names its job: the market is of that job."""
        job = Job.objects.filter(code_rome=self.cleaned_data["job"], removed=False).first()
        if job is None:
            raise forms.ValidationError(_("Choisissez un métier dans la liste, ou cherchez avec d'autres mots."))
        return job

    def facts(self) -> ProposalFacts:
        """The proposal, once valid."""
        values = self.cleaned_data
        names = ("title", "job", "basin", "starts_on", "ends_on", "seats", "hours_centre", "hours_company")
        return ProposalFacts(**{name: values[name] for name in names}, adaptations=values["adaptations"])

    @staticmethod
    def of(proposal: Proposal) -> dict[str, Any]:
        """What a known proposal says, to be changed."""
        names = ("title", "basin", "starts_on", "ends_on", "seats", "hours_centre", "hours_company", "adaptations")
        said = {name: getattr(proposal, name) for name in names}
        return said | {
            "lot": proposal.lot_id,
            "wording": proposal.job.label,
            "job": proposal.job.code_rome,
            "version": proposal.version,
        }


class ProposalFilters(forms.Form):
    """The filters of the list of proposals, all optional."""

    state = forms.ChoiceField(label=lazy("État"), choices=[("", lazy("toutes")), *PROPOSAL.choices], required=False)
    basin = forms.ModelChoiceField(Basin.objects.none(), label=lazy("Bassin"), required=False, empty_label=lazy("tous"))
    provider = forms.ModelChoiceField(
        Organisation.objects.none(), label=lazy("Organisme"), required=False, empty_label=lazy("tous")
    )

    def __init__(self, data: object, actor: Actor) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        seen = Proposal.objects.visible_to(actor).order_by()
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=seen.values("basin"))  # type: ignore[attr-defined]
        providers = Organisation.objects.filter(pk__in=seen.values("provider"))
        if actor.in_region:
            self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
        else:
            del self.fields["provider"]


class EmployerRow(forms.Form):
    """An employer already engaged."""

    name = forms.CharField(label=lazy("Entreprise"), max_length=160)
    siret = forms.CharField(
        label=lazy("SIRET"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_siret(self) -> str:
        """The fourteen digits, or what is wrong with them."""
        typed: str = self.cleaned_data["siret"]
        try:
            return check_siret(typed) if typed else ""
        except IdentifierError as fault:
            raise forms.ValidationError(fault.sentence) from fault


Employers = forms.formset_factory(EmployerRow, extra=4, max_num=40)
"""The employers of a proposal: a few empty rows more than are known."""


def employer_facts(rows: forms.BaseFormSet[EmployerRow]) -> list[OrganisationFacts]:
    """The rows that were filled."""
    region = the_region()
    filled = [form.cleaned_data for form in rows.forms if form.cleaned_data.get("name")]
    return [
        OrganisationFacts(OrganisationKind.EMPLOYER, row["name"], siret=row["siret"], region=region) for row in filled
    ]


class LotField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A lot with its holders: the Region chooses among the lots of several."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {', '.join(str(holder) for holder in obj.holders) or _('titulaire à noter')}"


class PrecisionForm(forms.Form):
    """What is sought besides the job and the basin; kept in the address while the officer looks at the evidence."""

    needed_on = forms.DateField(label=lazy("Pour le"), required=False)
    level = forms.TypedChoiceField(
        label=lazy("Niveau"),
        choices=[("", lazy("indifférent")), *LEVELS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    category = forms.ChoiceField(
        label=lazy("Catégorie"), choices=[("", lazy("indifférente")), *CATEGORIES.items()], required=False
    )
    certification = forms.CharField(
        label=lazy("Certification"), help_text=lazy("Son numéro : RNCP35506"), max_length=14, required=False
    )
    seats = forms.IntegerField(label=lazy("Places"), min_value=1, max_value=500, required=False)

    def clean_certification(self) -> str:
        """The number, as the lots write it."""
        typed: str = self.cleaned_data["certification"]
        found = read_certifications(typed)
        if typed and not found:
            raise forms.ValidationError(_("Un numéro de certification s'écrit RNCP ou RS suivi de chiffres."))
        return found[0] if found else ""

    def precision(self) -> Precision:
        """What was said, once valid."""
        names = ("needed_on", "level", "category", "certification", "seats")
        return Precision(**{name: self.cleaned_data[name] for name in names})


class RouteForm(PrecisionForm):
    """How the Region answers, and why; what was sought travels with it, hidden."""

    route = forms.ChoiceField(label=lazy("Réponse"), choices=ROUTE_CHOICES, widget=forms.RadioSelect)
    lot = LotField(
        Lot._base_manager.none(),
        label=lazy("Lot"),
        required=False,
        empty_label=lazy("Choisir"),
        help_text=lazy("Les lots qui couvrent le besoin, ou qui peuvent y répondre une fois adaptés."),
    )
    holder = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=lazy("Qui forme ?"),
        required=False,
        empty_label=lazy("le titulaire du lot"),
        help_text=lazy("À choisir quand le lot a plusieurs titulaires."),
    )
    tender_kind = forms.ChoiceField(
        label=lazy("Forme de la consultation"), choices=[("", lazy("Choisir")), *Tender.Kind.choices], required=False
    )
    reason = forms.CharField(
        label=lazy("Motif"),
        help_text=lazy("Il est conservé ; sans formation, il part tel quel à chaque employeur."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lots: Sequence[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PrecisionForm.base_fields:
            self.fields[name].widget = self.fields[name].hidden_widget()
        field, holder = self.fields["lot"], self.fields["holder"]
        assert isinstance(field, forms.ModelChoiceField)
        assert isinstance(holder, forms.ModelChoiceField)
        field.queryset = with_parts(Lot._base_manager.filter(pk__in=[lot.pk for lot in lots]))
        shared = {firm.pk for lot in lots if len(lot.holders) > 1 for firm in lot.holders}
        if shared:
            holder.queryset = Organisation.objects.filter(pk__in=shared)
        else:
            del self.fields["holder"]

    def holder_id(self) -> int | None:
        """Who was chosen among several holders."""
        chosen = self.cleaned_data.get("holder")
        return chosen.pk if chosen else None


class LaunchForm(forms.Form):
    """A tender leaves."""

    launched_on = forms.DateField(label=lazy("Lancée le"))
    deadline_on = forms.DateField(label=lazy("Date limite des offres"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeadlineForm(forms.Form):
    """The last day for bids, put right."""

    deadline_on = forms.DateField(label=lazy("Date limite des offres"))
    reason = forms.CharField(label=lazy("Pourquoi"), widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AwardForm(forms.Form):
    """A tender is awarded."""

    holder = forms.ModelChoiceField(
        Organisation.objects.filter(kind=OrganisationKind.PROVIDER), label=lazy("Attribuée à")
    )
    awarded_on = forms.DateField(label=lazy("Attribuée le"))
    version = forms.IntegerField(widget=forms.HiddenInput)
