"""What a session holds as evidence: documents kept, files sent, lists as they stand, and what each lacks. By indicator.

Every query starts from the actor. No list tells a barrier, the words of an interview, or how anybody is reached."""

from __future__ import annotations

from collections import Counter

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.models import Document
from defi.operations.models import Meeting, Operation, Session
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.needs.models import Need, PublicProfile
from defi.steps.review.models import CertificationResult, EmploymentContract, ReviewPoint
from defi.steps.sourcing.models import Announcement, Candidacy, TeamMember
from defi.steps.training.models import (
    AttendanceSheet,
    Complaint,
    Completion,
    IndividualPath,
    Interview,
    Placement,
    ReportPart,
    Suspension,
)
from defi.steps.training.progress import Progress, progress
from defi.steps.training.queries import ledger_page
from defi.web.evidence_attendance import of_attendance
from defi.web.evidence_company import of_the_company
from defi.web.evidence_held import Dossier, Table, lack

# The documents that answer each indicator, by kind.
PAPERS: dict[int, tuple[str, ...]] = {
    2: ("follow-up-report",),
    4: ("interest-sheet", "collective-need"),
    5: ("plan",),
    6: ("plan", "calendar"),
    7: ("plan-grid",),
    9: ("calendar",),
    11: ("completion-certificate",),
    12: ("attendance-sheet", "presence-statement"),
    13: ("placement-agreement", "placement-agreement-sealed", "immersion-sheet"),
    17: ("plan",),
    18: ("contact-sheet",),
    28: ("convention", "convention-sealed", "amendment", "asked-and-taught"),
    30: ("periodic-report",),
}
FILES: dict[int, tuple[str, ...]] = {12: ("attendance", "attendance_paper"), 13: ("placement_paper",)}
# The opinion of a tutor is in it: for the training organisation and the person.
OWN = frozenset({"immersion-sheet"})
TRAINED = ("entered", "left", "completed")


def dossier(actor: Actor, operation: Operation) -> Dossier:
    """All of it, for one operation."""
    mine = {"operation": operation}
    session = Session.objects.visible_to(actor).filter(**mine).first()
    plan = TrainingPlan.objects.visible_to(actor).filter(**mine).first()
    placements = list(
        Placement.objects.visible_to(actor)
        .filter(**mine)
        .select_related("candidacy__person", "employer")
        .order_by("starts_on", "pk")
    )
    held = Dossier(
        certifying=bool(plan and (plan.certification_id or plan.certification_label)),
        in_company=bool(any(p.state != "cancelled" for p in placements) or (session and session.hours_company)),
        documents=_documents(actor, operation),
        files=_files(actor, operation),
    )
    people = list(
        Candidacy.objects.visible_to(actor)
        .filter(operation=operation, state__in=TRAINED)
        .select_related("person", "referent")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    facts = progress(operation, clock.today())
    _needs(held, actor, operation)
    _public(held, actor, operation, facts, people)
    _entry(held, actor, operation, people)
    _life(held, actor, operation, people)
    of_attendance(held, actor, operation, session)
    of_the_company(held, actor, operation, placements, facts)
    _team(held, actor, operation)
    _voices(held, actor, operation)
    _complaints(held, actor, operation)
    return held


def _documents(actor: Actor, operation: Operation) -> dict[int, list[Document]]:
    """The latest of each kind and object: a plan printed ten times is one proof."""
    needs = Need.objects.visible_to(actor).filter(collective__operation=operation).values("pk")
    rows = Document.objects.filter(Q(file_id=operation.pk) | Q(object_type="needs.need", object_id__in=needs))
    latest: dict[tuple[str, str, int | None], Document] = {}
    for row in rows.filter(cancelled_on=None).defer("content").order_by("pk"):
        if row.kind in OWN and not actor.in_provider:
            continue
        latest[row.kind, row.object_type, row.object_id] = row
    return {number: [row for row in latest.values() if row.kind in kinds] for number, kinds in PAPERS.items()}


def _files(actor: Actor, operation: Operation) -> dict[int, list[FileVersion]]:
    stored = StoredFile.objects.visible_to(actor).filter(dossier=operation.pk, removed_on=None)
    last = {
        version.stored_id: version
        for version in FileVersion.objects.visible_to(actor)
        .filter(stored__in=stored)
        .select_related("stored")
        .defer("content", "preview")
        .order_by("stored", "number")
    }
    return {
        number: [version for version in last.values() if version.stored.kind in kinds]
        for number, kinds in FILES.items()
    }


def _needs(held: Dossier, actor: Actor, operation: Operation) -> None:
    needs = Need.objects.visible_to(actor).filter(collective__operation=operation).exclude(state="withdrawn")
    held.tables[4].append(
        Table(
            _("Besoins des employeurs"),
            (_("Employeur"), _("Poste"), _("Nombre"), _("Reçu le")),
            [(n.employer, n.wording, n.posts, n.received_on) for n in needs.select_related("employer").order_by("pk")],
        )
    )
    profiles = PublicProfile.objects.visible_to(actor).filter(operation=operation, recorded_on__isnull=False)
    held.tables[4].append(
        Table(
            _("Besoin du public, dit par les prescripteurs"),
            (_("Prescripteur"), _("Dit le")),
            [(p.organisation, p.recorded_on) for p in profiles.select_related("organisation").order_by("pk")],
        )
    )


def _public(held: Dossier, actor: Actor, operation: Operation, facts: Progress, people: list[Candidacy]) -> None:
    said = Announcement.objects.visible_to(actor).filter(operation=operation).order_by("published_on", "pk")
    held.tables[1].append(
        Table(_("Annonces publiées"), (_("Support"), _("Publiée le")), [(a.channel, a.published_on) for a in said])
    )
    states = Counter(person.state for person in people)
    contracts = EmploymentContract.objects.visible_to(actor).filter(operation=operation).count()
    counted = [
        (_("Places financées par la Région"), facts.seats),
        (_("Entrés en formation"), len(people)),
        (_("Partis avant la fin"), states["left"]),
        (_("Arrivés au terme"), states["completed"]),
        (_("Contrats signés"), contracts),
    ]
    held.tables[2].append(Table(_("Résultats de la session"), (_("Mesure"), _("Nombre")), counted if people else []))
    results = list(CertificationResult.objects.visible_to(actor).filter(operation=operation))
    per_result = Counter(str(row.get_result_display()) for row in results)
    held.tables[3].append(
        Table(_("Certifications de la session"), (_("Résultat"), _("Nombre")), sorted(per_result.items()))
    )
    names = {person.pk: str(person.person) for person in people}
    held.tables[11].append(
        Table(
            _("Certifications par stagiaire"),
            (_("Stagiaire"), _("Résultat"), _("Blocs"), _("Date")),
            [(names.get(row.candidacy_id, ""), row.get_result_display(), row.blocks, row.on) for row in results],
        )
    )
    # No certificate attests a training of which no hour was done.
    done = {row.candidacy.pk for row in ledger_page(actor, operation).rows if row.candidacy and row.ledger.done}
    gone = {person.pk for person in people if person.left_on and person.pk in done}
    given = set(Completion.objects.visible_to(actor).filter(operation=operation).values_list("candidacy_id", flat=True))
    lack(
        held,
        11,
        len(gone - given),
        "%(n)d personne sortie n'a pas son certificat de réalisation.",
        "%(n)d personnes sorties n'ont pas leur certificat de réalisation.",
    )


def _entry(held: Dossier, actor: Actor, operation: Operation, people: list[Candidacy]) -> None:
    paths = {row.candidacy_id: row for row in IndividualPath.objects.visible_to(actor).filter(operation=operation)}
    held.tables[8].append(
        Table(
            _("Positionnements à l'entrée"),
            (_("Stagiaire"), _("Fait le"), _("Comment")),
            [
                (str(one.person), path.positioned_on, path.get_how_display())
                for one in people
                if (path := paths.get(one.pk))
            ],
        )
    )
    held.tables[10].append(
        Table(
            _("Parcours individuels"),
            (_("Stagiaire"), _("Référent"), _("Heures en centre"), _("Heures en entreprise"), _("Adapté"), _("Vu le")),
            [
                (
                    str(one.person),
                    one.referent,
                    path.hours_centre,
                    path.hours_company,
                    _("oui") if path.adapted else _("non"),
                    path.agreed_on,
                )
                for one in people
                if (path := paths.get(one.pk))
            ],
        )
    )
    alone = sum(one.pk not in paths for one in people)
    lack(held, 8, alone, "%(n)d stagiaire n'a pas de positionnement.", "%(n)d stagiaires n'ont pas de positionnement.")
    nobody = sum(one.referent_id is None for one in people)
    lack(held, 10, nobody, "%(n)d stagiaire n'a pas de référent.", "%(n)d stagiaires n'ont pas de référent.")


def _life(held: Dossier, actor: Actor, operation: Operation, people: list[Candidacy]) -> None:
    names = {person.pk: str(person.person) for person in people}
    talks = Interview.objects.visible_to(actor).filter(operation=operation).order_by("on", "pk")
    held.tables[12].append(
        Table(
            _("Entretiens"),
            (_("Stagiaire"), _("Date"), _("À propos de")),
            [(names[t.candidacy_id], t.on, t.get_about_display()) for t in talks if t.candidacy_id in names],
        )
    )
    away = Suspension.objects.visible_to(actor).filter(operation=operation)
    moved = [(names[s.candidacy_id], _("interruption"), s.from_on, s.ended_on) for s in away if s.candidacy_id in names]
    left = [(str(p.person), _("départ"), p.left_on, None) for p in people if p.state == "left"]
    held.tables[12].append(
        Table(_("Interruptions et départs"), (_("Stagiaire"), _("Fait"), _("Depuis le"), _("Jusqu'au")), moved + left)
    )
    waiting = AttendanceSheet.objects.visible_to(actor).filter(operation=operation, state="open", on__lt=clock.today())
    lack(
        held,
        12,
        waiting.count(),
        "%(n)d feuille d'émargement passée n'est pas verrouillée.",
        "%(n)d feuilles d'émargement passées ne sont pas verrouillées.",
    )


def _team(held: Dossier, actor: Actor, operation: Operation) -> None:
    modules = list(Module.objects.visible_to(actor).filter(operation=operation).order_by("order", "pk"))
    held.tables[17].append(
        Table(
            _("Lieux et moyens par module"),
            (_("Module"), _("Lieu"), _("Plateau d'entreprise"), _("Heures en centre"), _("Heures en entreprise")),
            [
                (m.title, m.place, _("oui") if m.on_platform else _("non"), m.hours_centre, m.hours_company)
                for m in modules
            ],
        )
    )
    members = TeamMember.objects.visible_to(actor).filter(operation=operation).select_related("organisation", "person")
    held.tables[18].append(
        Table(
            _("Équipe projet et comité de pilotage"),
            (_("Instance"), _("Organisation"), _("Personne")),
            [(m.get_body_display(), m.organisation, m.person) for m in members],
        )
    )
    held.tables[18].append(
        Table(
            _("Formateurs par module"),
            (_("Module"), _("Formateur")),
            [(m.title, m.trainer) for m in modules if m.trainer],
        )
    )


def _voices(held: Dossier, actor: Actor, operation: Operation) -> None:
    points = list(ReviewPoint.objects.visible_to(actor).filter(operation=operation))
    columns = (_("Nature"), _("Dit par"), _("Ce qui est dit"))
    held.tables[30].append(
        Table(
            _("Appréciations au bilan"),
            columns,
            [(p.get_kind_display(), p.get_voice_display(), p.text) for p in points],
        )
    )
    better = [p for p in points if p.kind != ReviewPoint.Kind.STRONG]
    held.tables[32].append(
        Table(
            _("Améliorations et enseignements"),
            columns,
            [(p.get_kind_display(), p.get_voice_display(), p.text) for p in better],
        )
    )
    meetings = Meeting.objects.visible_to(actor).filter(operation=operation).exclude(held_on=None)
    held.tables[30].append(
        Table(
            _("Réunions tenues"),
            (_("Réunion"), _("Tenue le")),
            [(m.get_kind_display(), m.held_on) for m in meetings.order_by("held_on", "pk")],
        )
    )
    parts = ReportPart.objects.visible_to(actor).filter(operation=operation).select_related("organisation", "report")
    held.tables[30].append(
        Table(
            _("Points réguliers envoyés"),
            (_("Envoyé le"), _("À"), _("Lu le")),
            [(p.report.sent_on, p.organisation, p.acknowledged_on) for p in parts.order_by("report__sent_on", "pk")],
        )
    )
    if not points:
        held.gaps[30].append(_("Rien du bilan n'est encore noté."))


def _complaints(held: Dossier, actor: Actor, operation: Operation) -> None:
    rows = list(Complaint.objects.visible_to(actor).filter(operation=operation).order_by("on", "pk"))
    held.tables[31].append(
        Table(
            _("Réclamations, difficultés et aléas"),
            (_("Date"), _("Nature"), _("De la part de"), _("Ce qui s'est passé"), _("Réponse"), _("Clos le")),
            [(c.on, c.get_kind_display(), c.get_by_display(), c.what, c.answer, c.closed_on) for c in rows],
        )
    )
    waiting = sum(row.closed_on is None for row in rows)
    lack(held, 31, waiting, "%(n)d réclamation attend une réponse.", "%(n)d réclamations attendent une réponse.")
