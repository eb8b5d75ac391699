"""Reads the preparation of an operation: meeting, team, plan, announcement, aims, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Meeting, Operation, Part, Partner, Presence
from defi.people.models import Organisation
from defi.schemes.rulebook import rulebook
from defi.steps.sourcing.models import AimsShared, Announcement, SourcingLine, TeamMember
from defi.steps.sourcing.queries import GroupCard, group_card, session_of
from defi.steps.sourcing.rules import PreparationFacts, preparation_advice, preparation_gaps


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation of the operation and its parts in it, in words."""

    organisation: Organisation
    parts: frozenset[str]
    words: str
    aims_on: date | None = None
    aims_how: str = ""

    @property
    def is_partner(self) -> bool:
        """Whether it is neither the Region nor the provider: somebody to whom the aims are presented."""
        return not self.parts & {"region", Part.PROVIDER}

    @property
    def quality(self) -> str:
        """As what it attends a meeting."""
        for part, quality in (
            (Part.PROVIDER, Presence.As.PROVIDER),
            (Part.HOLDER, Presence.As.PROVIDER),
            (Part.EMPLOYER, Presence.As.EMPLOYER),
            (Part.PRESCRIBER, Presence.As.PRESCRIBER),
            ("region", Presence.As.REGION),
        ):
            if part in self.parts:
                return quality
        return Presence.As.PARTNER


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    """A preparatory meeting: planned or held, and who came."""

    meeting: Meeting
    present: list[str]
    excused: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sourcing plan as it shows today."""

    line: SourcingLine
    late: bool


@dataclass(frozen=True, slots=True)
class Preparation:
    """Step 3 of an operation, with what is missing in sentences; done when nothing is."""

    operation: Operation
    meetings: list[HeldMeeting]
    team: list[TeamMember]
    committee: list[TeamMember]
    lines: list[Line]
    announcements: list[Announcement]
    participants: list[Participant]
    gaps: tuple[str, ...]
    advice: tuple[str, ...]
    due_on: date | None

    @property
    def done(self) -> bool:
        return not self.gaps

    @property
    def partners(self) -> list[Participant]:
        """Those to whom the aims of the convention are presented."""
        return [p for p in self.participants if p.is_partner]

    @property
    def to_inform(self) -> list[Participant]:
        """Those to whom they are not yet."""
        return [p for p in self.partners if p.aims_on is None]

    @property
    def bodies(self) -> list[tuple[str, list[TeamMember]]]:
        """The project team and the steering committee, each with its name."""
        return [
            (str(TeamMember.Body.TEAM.label).capitalize(), self.team),
            (str(TeamMember.Body.COMMITTEE.label).capitalize(), self.committee),
        ]

    @property
    def held_on(self) -> date | None:
        return next((m.meeting.held_on for m in self.meetings if m.meeting.held_on), None)

    @property
    def planned(self) -> Meeting | None:
        """The meeting fixed and not yet held."""
        return next((m.meeting for m in self.meetings if m.meeting.held_on is None), None)


def participants(actor: Actor, operation: Operation) -> list[Participant]:
    """The organisations that take part, the Region last, with when the aims were shared with each."""
    told: dict[int, AimsShared] = {}
    for shared in AimsShared.objects.visible_to(actor).filter(operation=operation).order_by("pk"):
        told.setdefault(shared.organisation_id, shared)
    parts: dict[int, list[Partner]] = {}
    rows = Partner.objects.visible_to(actor).filter(operation=operation, left_on=None)
    for partner in rows.select_related("organisation").order_by("organisation__search_key", "pk"):
        parts.setdefault(partner.organisation_id, []).append(partner)
    found = [
        Participant(
            organisation=partners[0].organisation,
            parts=frozenset(partner.part for partner in partners),
            words=", ".join(str(partner.get_part_display()) for partner in partners),
            aims_on=told[pk].shared_on if pk in told else None,
            aims_how=told[pk].how if pk in told else "",
        )
        for pk, partners in parts.items()
    ]
    region = operation.region
    return [*found, Participant(region, frozenset({"region"}), str(Presence.As.REGION.label))]


def preparation(actor: Actor, operation: Operation) -> Preparation:
    """Everything of step 3 that this actor may see."""
    people = participants(actor, operation)
    meetings = _meetings(actor, operation)
    members = list(
        TeamMember.objects.visible_to(actor).filter(operation=operation).select_related("organisation", "person")
    )
    team = [member for member in members if member.body == TeamMember.Body.TEAM]
    committee = [member for member in members if member.body == TeamMember.Body.COMMITTEE]
    lines = list(
        SourcingLine.objects.visible_to(actor).filter(operation=operation).select_related("owner", "operation")
    )
    announcements = list(
        Announcement.objects.visible_to(actor).filter(operation=operation).prefetch_related("employers")
    )
    facts = PreparationFacts(
        held_on=next((m.held_on for m, _presences in meetings if m.held_on), None),
        **_present_parts(actor, operation, meetings),
        team=len(team),
        committee=len(committee),
        lines=len(lines),
        announcements=len(announcements),
        firms_to_inform=sum(p.aims_on is None for p in people if p.is_partner),
    )
    today = clock.today()
    return Preparation(
        operation=operation,
        meetings=[_held(meeting, presences) for meeting, presences in meetings],
        team=team,
        committee=committee,
        lines=[Line(line, line.is_late(today)) for line in lines],
        announcements=announcements,
        participants=people,
        gaps=preparation_gaps(facts),
        advice=preparation_advice(facts),
        due_on=_due_on(actor, operation),
    )


def _meetings(actor: Actor, operation: Operation) -> list[tuple[Meeting, list[Presence]]]:
    rows = Meeting.objects.visible_to(actor).filter(operation=operation, kind=Meeting.Kind.PREPARATORY)
    meetings = list(rows.order_by("-held_on", "-pk"))
    presences: dict[int, list[Presence]] = {meeting.pk: [] for meeting in meetings}
    for presence in (
        Presence.objects.visible_to(actor).filter(meeting__in=meetings).select_related("organisation").order_by("pk")
    ):
        presences[presence.meeting_id].append(presence)
    return [(meeting, presences[meeting.pk]) for meeting in meetings]


def _present_parts(
    actor: Actor, operation: Operation, meetings: list[tuple[Meeting, list[Presence]]]
) -> dict[str, int]:
    """How many orienteurs and firms came, over all the preparatory meetings held; who left since came all the same."""
    parts: dict[int, set[str]] = {}
    for pk, part in (
        Partner.objects.visible_to(actor)
        .filter(operation=operation)
        .order_by("pk")
        .values_list("organisation_id", "part")
    ):
        parts.setdefault(pk, set()).add(part)
    came = {
        presence.organisation_id
        for meeting, presences in meetings
        if meeting.held_on
        for presence in presences
        if presence.state == Presence.State.PRESENT and presence.organisation_id
    }
    return {
        "orienteurs": sum(Part.PRESCRIBER in parts.get(pk, ()) for pk in came),
        "firms": sum(Part.EMPLOYER in parts.get(pk, ()) for pk in came),
    }


def _held(meeting: Meeting, presences: list[Presence]) -> HeldMeeting:
    names = [(p.state, p.organisation.name) for p in presences if p.organisation]
    return HeldMeeting(
        meeting,
        present=[name for state, name in names if state == Presence.State.PRESENT],
        excused=[name for state, name in names if state == Presence.State.EXCUSED],
    )


def _due_on(actor: Actor, operation: Operation) -> date | None:
    session = session_of(actor, operation)
    deadline = rulebook(operation.scheme, operation.rulebook_version).deadlines.get("preparatory_meeting")
    return deadline.on(session.starts_on, session.ends_on) if session and deadline else None


@dataclass(frozen=True, slots=True)
class Card:
    """Preparation and group as the operation page shows them; employers do not see the candidacies."""

    preparation: Preparation
    group: GroupCard | None


def card(actor: Actor, operation: Operation) -> Card:
    """Step 3 and the candidacies in one look."""
    sees = actor.in_region or actor.in_provider or actor.in_prescriber
    return Card(preparation(actor, operation), group_card(actor, operation) if sees else None)
