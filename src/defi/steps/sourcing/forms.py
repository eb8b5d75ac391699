"""Forms of the recruiting room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.operations.models import Presence
from defi.people.models import Membership, Organisation, OrganisationKind
from defi.schemes.rulebook import EventKind
from defi.steps.needs.models import Contract
from defi.steps.sourcing.models import Candidacy, TeamMember
from defi.steps.sourcing.preparing import Participant
from defi.steps.sourcing.queries import Filters
from defi.steps.sourcing.states import CANDIDACY

NOTHING = ("", "—")
NEW = "new"


def _organisations(field: forms.Field, ids: list[int]) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Organisation.objects.filter(pk__in=ids)


class PersonForm(forms.Form):
    """What is needed to reach somebody, and no more."""

    first_name = forms.CharField(label=_("Prénom"), max_length=80)
    last_name = forms.CharField(label=_("Nom"), max_length=80)
    phone = forms.CharField(label=_("Téléphone"), max_length=20, required=False)
    email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        help_text=_("Sans adresse, la personne est prévenue par téléphone ou sur papier."),
    )
    birth_date = forms.DateField(
        label=_("Date de naissance"),
        required=False,
        help_text=_("Sert seulement à ne pas confondre deux personnes du même nom."),
    )


class CorrectPersonForm(PersonForm):
    """The same, mended."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class OrientForm(PersonForm):
    """A person oriented to the session, by its prescriber."""

    on = forms.DateField(label=_("Orientée le"), required=False, help_text=_("Aujourd'hui si vous laissez vide."))

    def ask_who(self, known: list[tuple[int, str]]) -> bool:
        """Somebody alike is followed already (ids of people, and how they are known): whether it was said who it is.
        The question is added to what was typed, of which nothing is lost."""
        self.fields["known"] = forms.ChoiceField(
            label=_("Est-ce une personne que vous suivez déjà ?"),
            choices=[*known, (NEW, _("non, c'est une autre personne"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Dites si c'est la même personne : rien n'est réuni sans vous.")},
        )
        self.full_clean()
        return self.is_valid()

    def same_as(self) -> int | None:
        """The person it was said to be; nobody known."""
        said = self.cleaned_data.get("known", NEW)
        return None if said == NEW else int(said)


class FundingForm(forms.Form):
    """Who pays the seat; the aim is asked of other fundings only."""

    funding = forms.ChoiceField(label=_("Financement de la place"), choices=Candidacy.Funding.choices)
    aim_contract = forms.ChoiceField(
        label=_("Contrat visé"),
        required=False,
        choices=[NOTHING, *Contract.choices],
        help_text=_("Seulement si la place n'est pas financée par la Région."),
    )
    aim_months = forms.IntegerField(label=_("Durée visée, en mois"), required=False)


class CorrectFundingForm(FundingForm):
    """The same, changed later."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AddForm(OrientForm, FundingForm):
    """A person noted by the provider: who came alone, or was sent by a prescriber."""

    prescriber = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Orientée par"),
        required=False,
        empty_label=_("personne : candidature spontanée"),
    )
    field_order = ("first_name", "last_name", "phone", "email", "birth_date", "prescriber", "on", "funding")

    def __init__(self, *args: Any, prescribers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _organisations(self.fields["prescriber"], prescribers)
        self.fields["funding"].initial = Candidacy.Funding.REGION


class StepForm(forms.Form):
    """A step taken, with its date."""

    on = forms.DateField(label=_("Date"), required=False, help_text=_("Aujourd'hui si vous laissez vide."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class SeveralForm(forms.Form):
    """A step taken by several people, with its date."""

    on = forms.DateField(label=_("Date"), required=False, help_text=_("Aujourd'hui si vous laissez vide."))


class CompleteForm(StepForm):
    """The last day of somebody who followed the training to its end; a reason when that is before the session's end."""

    on = forms.DateField(label=_("Dernier jour de formation"))
    reason = forms.CharField(
        label=_("Pourquoi avant la fin de la session"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Par exemple un parcours plus court, prévu avec la personne. Un départ se note autrement."),
    )
    field_order = ("on", "reason")


class EndForm(StepForm):
    """Why a candidacy, or a training, ends: a closed list, and words if wished."""

    code = forms.ChoiceField(label=_("Motif"))
    reason = forms.CharField(
        label=_("Précision"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Des faits liés au métier ou à la formation ; rien sur la santé ni la famille."),
    )
    field_order = ("code", "on", "reason")

    def __init__(self, *args: Any, codes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NOTHING, *[(code, Candidacy.Refusal(code).label) for code in codes]]


class ReferentForm(forms.Form):
    """Who of the provider follows the trainee."""

    referent = forms.TypedChoiceField(label=_("Référent de parcours"), coerce=int, empty_value=None, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["referent"]
        assert isinstance(field, forms.ChoiceField)
        people = {member.person_id: str(member.person) for member in members}
        field.choices = [("", _("personne pour l'instant")), *people.items()]


class FilterForm(forms.Form):
    """The filters of the list; they live in the address."""

    name = forms.CharField(label=_("Nom"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("État"), required=False, choices=[("", _("tous")), *CANDIDACY.choices])
    funding = forms.ChoiceField(
        label=_("Financement"), required=False, choices=[("", _("tous")), *Candidacy.Funding.choices]
    )
    prescriber = forms.TypedChoiceField(label=_("Orienteur"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, prescribers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["prescriber"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("tous")), *[(house.pk, house.name) for house in prescribers]]
        if len(prescribers) < 2:
            del self.fields["prescriber"]

    def filters(self) -> Filters:
        """What the list is narrowed to; what makes no sense narrows nothing."""
        if not self.is_valid():
            return Filters()
        values = self.cleaned_data
        return Filters(values["state"], values.get("prescriber"), values["funding"], values["name"])


class MeetingForm(forms.Form):
    """The preparatory meeting as it was held: one choice per organisation."""

    held_on = forms.DateField(label=_("Tenue le"))
    minutes = forms.CharField(label=_("Ce qui a été décidé"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, participants: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for participant in participants:
            self.fields[f"of_{participant.organisation.pk}"] = forms.ChoiceField(
                label=f"{participant.organisation} ({participant.words})",
                required=False,
                choices=[("", _("pas convié")), *Presence.State.choices],
            )
        self.participants = participants
        self.order_fields(["held_on", *[f"of_{p.organisation.pk}" for p in participants], "minutes"])

    def attendance(self) -> list[tuple[Participant, str]]:
        """The organisations convened, and whether each came."""
        return [
            (participant, said)
            for participant in self.participants
            if (said := self.cleaned_data[f"of_{participant.organisation.pk}"])
        ]


class PlanMeetingForm(forms.Form):
    """When the meeting will be held."""

    planned_on = forms.DateField(label=_("Date prévue"))
    place = forms.CharField(label=_("Lieu"), max_length=160, required=False)


class ParticipantForm(forms.Form):
    """A form on organisations of the operation."""

    organisation_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, participants: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.organisation_fields:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            choices = [(p.organisation.pk, f"{p.organisation} ({p.words})") for p in participants]
            field.choices = choices if isinstance(field, forms.MultipleChoiceField) else [NOTHING, *choices]


class TeamForm(ParticipantForm):
    """An organisation named to the team, to the committee, or to both."""

    organisation_fields = ("organisation",)
    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    bodies = forms.MultipleChoiceField(
        label=_("Nommée"),
        choices=TeamMember.Body.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[TeamMember.Body.TEAM, TeamMember.Body.COMMITTEE],
    )


class LineForm(ParticipantForm):
    """An action of the sourcing plan."""

    organisation_fields = ("owner",)
    kind = forms.ChoiceField(label=_("Action"))
    planned_on = forms.DateField(label=_("Date"))
    owner = forms.TypedChoiceField(label=_("Responsable"), coerce=int)
    place = forms.CharField(label=_("Lieu"), max_length=160, required=False)
    aim = forms.CharField(label=_("But"), max_length=200, required=False)

    def __init__(self, *args: Any, kinds: Iterable[EventKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NOTHING, *[(kind.key, kind.label) for kind in kinds]]


class DoneForm(forms.Form):
    """An action that took place."""

    on = forms.DateField(label=_("Faite le"))
    came = forms.IntegerField(label=_("Personnes venues"), required=False, min_value=0)
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnnounceForm(forms.Form):
    """Where the recruiting was made public, with the agreement of which firms."""

    channel = forms.CharField(label=_("Support"), max_length=120, help_text=_("Site, affiche, presse, réseau social…"))
    published_on = forms.DateField(label=_("Parue le"))
    employers = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Entreprises qui ont donné leur accord"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, employers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=employers, kind=OrganisationKind.EMPLOYER)


class AimsForm(ParticipantForm):
    """The aims of the convention, sent or presented."""

    organisation_fields = ("organisations",)
    organisations = forms.TypedMultipleChoiceField(
        label=_("Partenaires"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    shared_on = forms.DateField(label=_("Le"))
    how = forms.CharField(label=_("Comment"), max_length=120, help_text=_("En réunion, par courriel, par téléphone…"))
