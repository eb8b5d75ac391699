"""The eight commitments of the provider, and what a balance asks: how the facts show each line. Pure.

Source: process.md, « What makes a training a DEFI » and step 9 (seeds 000 and 001); the times: decision."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.schemes.months import add_months
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.evidence import Facts, Lack, Shown
from defi.steps.closing.lines_training import lack_of


def campaign(book: Rulebook, f: Facts) -> Shown:
    if f.announcements_with_firms or f.sourcing_done:
        return Shown(
            True,
            _("Annonces avec les entreprises : %(announcements)d ; actions de recrutement tenues : %(events)d.")
            % {"announcements": f.announcements_with_firms, "events": f.sourcing_done},
        )
    if f.campaign_late:
        return Shown(
            False,
            _("Annonces et actions de recrutement notées seulement après le démarrage : %(n)d.")
            % {"n": f.campaign_late},
            lack=Lack.LATE,
        )
    if f.announcements_aside:
        return Shown(
            False,
            ngettext(
                "%(n)d annonce, mais aucune entreprise engagée ne s'y associe.",
                "%(n)d annonces, mais aucune entreprise engagée ne s'y associe.",
                f.announcements_aside,
            )
            % {"n": f.announcements_aside},
            lack=Lack.ASIDE,
        )
    return Shown(False, _("Aucune annonce avec les entreprises, aucun événement de recrutement tenu."))


def matrix(book: Rulebook, f: Facts) -> Shown:
    if not f.competences:
        if f.competences_aside:
            return Shown(
                False,
                _("Les compétences listées (%(n)d) ne sont demandées par aucune entreprise engagée.")
                % {"n": f.competences_aside},
                lack=Lack.ASIDE,
            )
        return Shown(False, _("Aucune compétence demandée par les entreprises n'est listée."))
    answered = f.competences_taught + f.competences_explained
    return Shown(
        answered >= f.competences,
        _("Compétences enseignées : %(taught)d sur %(all)d ; écart expliqué : %(explained)d ; sans réponse : %(open)d.")
        % {
            "all": f.competences,
            "taught": f.competences_taught,
            "explained": f.competences_explained,
            "open": max(0, f.competences - answered),
        },
    )


def dialogue(book: Rulebook, f: Facts) -> Shown:
    if not f.employers:
        return Shown(False, _("Aucun employeur n'est encore engagé."), later=f.started_on is None)
    kept = min(f.employers_before, f.employers_during, f.employers_after) >= f.employers
    said = _("Employeurs avec un échange daté, sur %(all)d : avant %(before)d, pendant %(during)d, après %(after)d.")
    said %= {
        "all": f.employers,
        "before": f.employers_before,
        "during": f.employers_during,
        "after": f.employers_after,
    }
    if f.exchanges_aside and not kept:
        said += " " + _("Échanges avec des entreprises qui ne sont pas signataires : %(n)d.") % {"n": f.exchanges_aside}
    # An exchange that was owed before the first day does not come back.
    late = f.started_on is not None and f.employers_before < f.employers <= max(f.employers_during, f.employers_after)
    return Shown(
        kept,
        said,
        later=not f.session_over and not (f.started_on and f.employers_before < f.employers),
        lack=lack_of(late=late, aside=f.exchanges_aside),
    )


def periods(book: Rulebook, f: Facts) -> Shown:
    if not f.periods:
        if f.session_over and not f.hours_company:
            return Shown(True, _("La formation ne prévoit pas de période en entreprise."))
        return Shown(False, _("Aucune période en entreprise n'a commencé."), later=not f.session_over)
    text = _(
        "Périodes : %(n)d ; préparées : %(prepared)d ; accompagnées : %(visited)d ; débriefées : %(debriefed)d."
    ) % {
        "n": f.periods,
        "prepared": f.periods_prepared,
        "visited": f.periods_visited,
        "debriefed": f.periods_debriefed,
    }
    if f.periods_late:
        text += " " + ngettext(
            "%(n)d période préparée après son début, ou accompagnée après sa fin.",
            "%(n)d périodes préparées après leur début, ou accompagnées après leur fin.",
            f.periods_late,
        ) % {"n": f.periods_late}
    if f.periods_outside:
        text += " " + ngettext(
            "%(n)d période dans une entreprise qui n'a pas signé la convention.",
            "%(n)d périodes dans des entreprises qui n'ont pas signé la convention.",
            f.periods_outside,
        ) % {"n": f.periods_outside}
    behind = f.periods_prepared < f.periods or f.periods_debriefed < f.periods_over
    done = min(f.periods_prepared, f.periods_visited, f.periods_debriefed) >= f.periods
    return Shown(done, text, later=not f.session_over and not behind, lack=lack_of(late=f.periods_late))


def at_review(book: Rulebook, f: Facts) -> Shown:
    if f.review_held_on is None:
        return Shown(False, _("Le bilan n'est pas encore tenu."), later=not f.session_over)
    said = _("Employeurs ou tuteurs présents au bilan : %(n)d.") % {"n": f.employers_at_review}
    if f.review_aside and not f.employers_at_review:
        said += " " + _("Entreprises présentes qui n'ont ni promis ni signé : %(n)d.") % {"n": f.review_aside}
    return Shown(f.employers_at_review > 0, said, lack=lack_of(aside=f.review_aside))


def follow_up(book: Rulebook, f: Facts) -> Shown:
    out_of_time = [moment.label for moment in book.moments if moment.key in f.late_moments]
    said = _("Transmis trop tard : %(moments)s.") % {"moments": ", ".join(out_of_time)} if out_of_time else ""
    waiting = [m for m in book.moments if m.key not in f.reported_moments | f.late_moments]
    if not waiting and not out_of_time:
        return Shown(True, _("Situations transmises à la Région à chaque moment du suivi."))
    owed = [
        moment
        for moment in waiting
        if f.last_exit_on and not f.still_in_training and add_months(f.last_exit_on, moment.months) < f.today
    ]
    if waiting:
        words = ", ".join(moment.label for moment in (owed or waiting))
        told = _("Suivi à transmettre à la Région : %(moments)s.") if owed else _("Suivi à venir : %(moments)s.")
        said = f"{told % {'moments': words}} {said}".strip()
    return Shown(False, said, later=not owed and not out_of_time, lack=lack_of(late=bool(out_of_time) and not owed))


def committee(book: Rulebook, f: Facts) -> Shown:
    if f.committees_attended:
        return Shown(
            True,
            ngettext(
                "Présent à %(n)d comité de pilotage sur %(all)d.",
                "Présent à %(n)d comités de pilotage sur %(all)d.",
                f.committees_attended,
            )
            % {"n": f.committees_attended, "all": f.committees},
        )
    if f.committees_late:
        return Shown(False, _("Le seul comité de pilotage s'est tenu après la fin de la formation."), lack=Lack.LATE)
    if f.committees:
        return Shown(
            False,
            _("Aucune présence de l'organisme n'est notée : le comité de pilotage s'est tenu sans lui."),
            lack=Lack.ASIDE,
        )
    return Shown(False, _("Aucun comité de pilotage n'est encore tenu."), later=not f.session_over)


def convention(book: Rulebook, f: Facts) -> Shown:
    if f.convention_signed_on is None:
        said = _("La convention n'est pas encore signée par tous.")
        if f.signatures_due:
            said += " " + _("Signatures : %(n)d sur %(all)d.") % {"n": f.signatures, "all": f.signatures_due}
        return Shown(False, said, later=not f.session_over, lack=lack_of(aside=f.signatures))
    day = long_date(f.convention_signed_on)
    if f.start and f.end:
        due = book.deadlines["signature"].on(f.start, f.end)
        if f.convention_signed_on > due:
            said = _("Convention signée par tous le %(on)s : c'était à faire le %(due)s au plus tard.")
            return Shown(False, said % {"on": day, "due": long_date(due)}, lack=Lack.LATE)
    if f.amendments_waiting:
        said = _("Convention signée par tous le %(on)s, mais un avenant attend d'être signé par ceux qu'il touche.")
        return Shown(False, said % {"on": day})
    return Shown(True, _("Convention signée par tous le %(on)s.") % {"on": day})


def session_held(book: Rulebook, f: Facts) -> Shown:
    if f.ended_on is None:
        over = f.ends_on is not None and f.ends_on < f.today
        return Shown(False, _("La fin de la session n'est pas constatée."), later=not over)
    return Shown(True, _("Session tenue jusqu'au %(on)s.") % {"on": long_date(f.ended_on)})


def review_held(book: Rulebook, f: Facts) -> Shown:
    if f.review_held_on is None:
        return Shown(False, _("Le bilan n'est pas encore tenu."), later=not f.session_over)
    return Shown(True, _("Bilan tenu le %(on)s.") % {"on": long_date(f.review_held_on)})
