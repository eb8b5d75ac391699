"""Forms of the bilan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.fields import FrenchDecimalField
from defi.operations.actions import Attendee
from defi.operations.models import Operation, Part, Partner, Presence
from defi.steps.needs.models import Contract
from defi.steps.review.models import CertificationResult, NoHire, ReviewPoint
from defi.steps.review.rules import ANSWERED, ContractFacts, Expected

OTHER = 0
WHY = {"required": _("Indiquez le motif de la correction : il est conservé au journal.")}
STATES = Presence.State.choices
EXPECTED = [choice for choice in STATES if choice[0] in ANSWERED]
"""Who is expected is present or excused: nothing else is offered, since nothing else is taken."""
UNSAID = ("", _("non concerné"))
TO_NOTE = ("", _("à noter"))
WHO_CAME = {"required": _("Notez présent ou excusé."), "invalid_choice": _("Notez présent ou excusé.")}
EVERYBODY = "everybody"


class HoldForm(forms.Form):
    """Who was at the bilan: each trainee and promising employer, the trainers, then whoever else took part."""

    held_on = forms.DateField(label=_("Date du bilan"))
    minutes = forms.CharField(
        label=_("Compte rendu"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Les points forts et les axes d'amélioration se notent ensuite, un par un."),
    )

    def __init__(self, *args: Any, expected: Expected, operation: Operation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operation = operation
        self.fields["held_on"].initial = clock.today()
        self.people: dict[str, tuple[Presence.As, int, bool]] = {}
        for person_id, name in expected.trainees.items():
            self._expect(f"trainee_{person_id}", name, Presence.As.TRAINEE, person_id, person=True)
        if operation.provider_id:
            self._expect("team", str(_("Formateurs")), Presence.As.TRAINER, operation.provider_id)
        for firm_id, name in expected.employers.items():
            self._expect(f"employer_{firm_id}", name, Presence.As.EMPLOYER, firm_id)
        self._expect_others(expected)

    def _expect(self, field: str, label: str, quality: Presence.As, pk: int, *, person: bool = False) -> None:
        self.people[field] = (quality, pk, person)
        self.fields[field] = forms.ChoiceField(label=label, choices=[TO_NOTE, *EXPECTED], error_messages=WHO_CAME)

    def _expect_others(self, expected: Expected) -> None:
        """The Region, prescribers, partners and employers without a promise: only if they took part."""
        others = (
            Partner._base_manager.filter(operation=self.operation, left_on=None)
            .exclude(part__in=[Part.PROVIDER, Part.HOLDER])
            .exclude(organisation__in=expected.employers)
            .select_related("organisation")
            .order_by("part", "organisation__name")
        )
        rows = [(Presence.As.REGION, self.operation.region_id, str(_("Région")))]
        rows += [(Presence.As(row.part), row.organisation_id, row.organisation.name) for row in others]
        for quality, pk, name in rows:
            field = f"other_{quality}_{pk}"
            self.people[field] = (quality, pk, False)
            self.fields[field] = forms.ChoiceField(label=name, choices=[UNSAID, *STATES], required=False)

    def everybody_present(self) -> dict[str, str]:
        """What was typed, with each expected person still to note said present: to be read, then recorded."""
        typed = {name: str(self.data.get(name, "")) for name in self.fields}
        expected = [name for name in self.people if not name.startswith("other_")]
        return typed | {name: typed[name] or Presence.State.PRESENT.value for name in expected}

    def group(self, *qualities: str) -> list[forms.BoundField]:
        return [self[name] for name, (quality, _pk, _person) in self.people.items() if quality in qualities]

    @property
    def trainees(self) -> list[forms.BoundField]:
        return self.group(Presence.As.TRAINEE)

    @property
    def trainers(self) -> list[forms.BoundField]:
        return self.group(Presence.As.TRAINER)

    @property
    def employers(self) -> list[forms.BoundField]:
        return self.group(Presence.As.EMPLOYER)

    @property
    def others(self) -> list[forms.BoundField]:
        return self.group(Presence.As.REGION, Presence.As.PRESCRIBER, Presence.As.PARTNER)

    def attendees(self) -> list[Attendee]:
        """What was chosen, as the action takes it."""
        return [
            Attendee(
                quality,
                organisation_id=None if is_person else pk,
                person_id=pk if is_person else None,
                state=Presence.State(self.cleaned_data[name]),
            )
            for name, (quality, pk, is_person) in self.people.items()
            if self.cleaned_data.get(name)
        ]


class ConveneForm(forms.Form):
    """When and where the bilan is held, and what it will speak of."""

    planned_on = forms.DateField(label=_("Date du bilan"))
    planned_at = forms.TimeField(
        label=_("Heure"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Sans heure, l'invitation occupe la journée."),
    )
    place = forms.CharField(label=_("Lieu"), max_length=160)
    agenda = forms.CharField(label=_("Ordre du jour"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class PointForm(forms.Form):
    """What was said."""

    kind = forms.ChoiceField(label=_("C'est"), choices=ReviewPoint.Kind.choices)
    voice = forms.ChoiceField(label=_("Dit par"), choices=ReviewPoint.Voice.choices, initial="all")
    text = forms.CharField(label=_("Ce qui s'est dit"), widget=forms.Textarea(attrs={"rows": 3}))


class CertificationForm(forms.Form):
    """What a trainee obtained."""

    result = forms.ChoiceField(
        label=_("Résultat"), choices=CertificationResult.Result.choices, widget=forms.RadioSelect
    )
    blocks = forms.CharField(
        label=_("Blocs obtenus"),
        max_length=200,
        required=False,
        help_text=_("Seulement si des blocs sont obtenus sans la certification entière."),
    )
    on = forms.DateField(label=_("Date du résultat"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ContractForm(forms.Form):
    """A signed contract. The employer is chosen among those of the operation, or written."""

    employer = forms.TypedChoiceField(label=_("Employeur"), coerce=int)
    employer_name = forms.CharField(
        label=_("Autre employeur"),
        max_length=160,
        required=False,
        help_text=_("Si l'employeur n'est pas dans la liste."),
    )
    contract = forms.ChoiceField(label=_("Contrat"), choices=Contract.choices)
    starts_on = forms.DateField(label=_("Début du contrat"))
    ends_on = forms.DateField(label=_("Fin du contrat"), required=False, help_text=_("Vide pour un CDI."))
    weekly_hours = FrenchDecimalField(label=_("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    evidence = forms.CharField(
        label=_("Preuve"),
        max_length=120,
        required=False,
        help_text=_("Par exemple : copie du contrat, DPAE, attestation de l'employeur."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, employers: dict[int, str], own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*employers.items()] if own else [*employers.items(), (OTHER, _("un autre employeur"))]
        if own:
            del self.fields["employer_name"]

    def facts(self) -> ContractFacts:
        """What was typed, as the action takes it."""
        values = self.cleaned_data
        return ContractFacts(
            contract=values["contract"],
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            weekly_hours=values["weekly_hours"],
            employer_id=values["employer"] or None,
            employer_name=values.get("employer_name", ""),
            evidence=values["evidence"],
        )


class CorrectContractForm(ContractForm):
    """The same, with the reason of the correction."""

    reason = forms.CharField(label=_("Motif de la correction"), max_length=300, error_messages=WHY)


class NoHireForm(forms.Form):
    """Why a promise did not end in a contract."""

    why = forms.ChoiceField(label=_("Pourquoi"), choices=NoHire.Why.choices, widget=forms.RadioSelect)
