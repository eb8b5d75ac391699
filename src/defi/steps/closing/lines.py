"""How the facts show each line of the certificate, in one sentence. Pure. Source: process.md (seeds 000 and 001)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel.documents.french import long_date
from defi.schemes.conformity import VERDICT_LABELS, Conformity, Verdict
from defi.schemes.months import add_months
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.evidence import Facts, Group, Shown
from defi.steps.pairing.rules import say

Text = str | LazyText


def conformity_sentence(conformity: Conformity, found_on: date | None) -> str:
    """« Constat du 3 novembre 2025 : 10 appairés sur 12 places, minimum 9 : minimum atteint, admission à décider. »"""
    counts = conformity.counts
    if found_on is None:
        return _("Prévision, avant le démarrage : %(sentence)s") % {"sentence": say(conformity, is_finding=False)}
    if conformity.minimum is None:
        sentence = say(conformity, is_finding=True)
        return _("Constat du %(on)s : %(sentence)s") % {"on": long_date(found_on), "sentence": sentence}
    head = _("Constat du %(on)s") % {"on": long_date(found_on)}
    tail = str(VERDICT_LABELS[conformity.verdict])
    if conformity.refused:
        tail = _("admission refusée par la Région")
    elif conformity.verdict == Verdict.NOT_DEFI and conformity.missing:
        tail = ngettext(
            "pas DEFI, il manque %(n)d personne appairée",
            "pas DEFI, il manque %(n)d personnes appairées",
            conformity.missing,
        ) % {"n": conformity.missing}
    elif conformity.apart_breaks:
        tail = _("pas DEFI, des places d'un autre financement ne visent pas un emploi durable")
    return _(
        "%(head)s : appairés %(paired)d, %(entered)s %(people)d, places %(seats)d, minimum %(minimum)s : %(tail)s."
    ) % {
        "head": head,
        "paired": counts.paired,
        "people": counts.people,
        "entered": _("entrés"),
        "seats": counts.seats,
        "minimum": conformity.minimum,
        "tail": tail,
    }


def _needs(book: Rulebook, f: Facts) -> Shown:
    missing = [
        text
        for known, text in (
            (f.needs > 0, _("aucune fiche d'intérêt d'entreprise")),
            (f.public_known, _("besoin du public non renseigné")),
            (f.diagnosis_known, _("diagnostic du territoire non renseigné")),
        )
        if not known
    ]
    if missing:
        return Shown(False, _("Manque : %(what)s.") % {"what": ", ".join(missing)})
    sheets = ngettext("%(n)d fiche d'intérêt", "%(n)d fiches d'intérêt", f.needs) % {"n": f.needs}
    return Shown(True, _("%(sheets)s, profil du public et diagnostic du territoire.") % {"sheets": sheets})


def _told(book: Rulebook, f: Facts) -> Shown:
    if f.told_on is None:
        return Shown(False, _("Aucun écrit daté à la Région sur les besoins et les adaptations."))
    return Shown(True, _("Région informée le %(on)s.") % {"on": long_date(f.told_on)})


def _co_design(book: Rulebook, f: Facts) -> Shown:
    if f.plan_approved_on and f.approved_by_region and f.approved_by_employers:
        firms = ngettext("%(n)d employeur", "%(n)d employeurs", f.approved_by_employers) % {
            "n": f.approved_by_employers
        }
        return Shown(
            True,
            _("Plan approuvé le %(on)s, par la Région et %(firms)s.")
            % {"on": long_date(f.plan_approved_on), "firms": firms},
        )
    region = _("oui") if f.approved_by_region else _("pas encore")
    return Shown(
        False,
        _("Plan non approuvé par tous. Région : %(region)s ; employeurs : %(firms)d.")
        % {"region": region, "firms": f.approved_by_employers},
    )


def _partners(book: Rulebook, f: Facts) -> Shown:
    if not f.aims_shared:
        return Shown(False, _("Aucune présentation des objectifs de la convention n'est notée."))
    return Shown(
        True,
        ngettext(
            "Objectifs présentés à %(n)d partenaire, depuis le %(on)s.",
            "Objectifs présentés à %(n)d partenaires, depuis le %(on)s.",
            f.aims_shared,
        )
        % {"n": f.aims_shared, "on": long_date(f.aims_shared_on) if f.aims_shared_on else "—"},
    )


def _conformity(book: Rulebook, f: Facts) -> Shown:
    if f.conformity is None:
        return Shown(False, _("La session n'est pas encore fixée."), later=True)
    found = f.found_on is not None and f.conformity.certifiable
    return Shown(found, conformity_sentence(f.conformity, f.found_on), later=f.found_on is None)


def _hires(book: Rulebook, f: Facts) -> Shown:
    if not f.hires_expected:
        return Shown(False, _("Personne n'est encore entré avec une promesse."), later=not f.session_over)
    followed = f.hires_signed + f.hires_explained
    return Shown(
        followed >= f.hires_expected,
        _("Contrats signés : %(signed)d sur %(expected)d ; absence expliquée : %(explained)d ; à suivre : %(open)d.")
        % {
            "expected": f.hires_expected,
            "signed": f.hires_signed,
            "explained": f.hires_explained,
            "open": max(0, f.hires_expected - followed),
        },
        later=not f.session_over,
    )


def _content(book: Rulebook, f: Facts) -> Shown:
    adapted = _("Modules adaptés ou ajoutés : %(n)d sur %(all)d") % {"n": f.modules_specific, "all": f.modules}
    rhythm = _("rythme défini") if f.rhythm_known else _("rythme de l'alternance non défini")
    return Shown(bool(f.modules_specific and f.rhythm_known), f"{adapted} ; {rhythm}.")


def _platform(book: Rulebook, f: Facts) -> Shown:
    if not f.modules_on_platform:
        return Shown(False, _("Aucun module sur le plateau technique d'une entreprise."))
    return Shown(
        True,
        ngettext(
            "%(n)d module sur le plateau technique d'une entreprise.",
            "%(n)d modules sur le plateau technique d'une entreprise.",
            f.modules_on_platform,
        )
        % {"n": f.modules_on_platform},
    )


def _carried_out(book: Rulebook, f: Facts) -> Shown:
    if f.started_on is None:
        return Shown(False, _("La session n'a pas démarré."), later=True)
    periods_fine = f.periods > 0 or f.hours_company == 0
    return Shown(
        bool(f.sheets_locked and periods_fine and f.reports),
        _("Demi-journées émargées : %(sheets)d ; périodes en entreprise : %(periods)d ; points envoyés : %(reports)d.")
        % {"sheets": f.sheets_locked, "periods": f.periods, "reports": f.reports},
        later=not f.session_over,
    )


def _evaluated(book: Rulebook, f: Facts) -> Shown:
    review = _("Bilan tenu le %(on)s") % {"on": long_date(f.review_held_on)} if f.review_held_on else _("Bilan à tenir")
    lessons = _("enseignements notés : %(n)d") % {"n": f.lessons}
    followed = _follow_up(book, f)
    return Shown(
        bool(f.review_held_on and f.lessons and followed.found),
        f"{review} ; {lessons}. {followed.facts}",
        later=not f.session_over or (bool(f.review_held_on and f.lessons) and followed.later),
    )


def _innovative(book: Rulebook, f: Facts) -> Shown:
    if not f.specific_told:
        return Shown(False, _("Ce qui diffère du programme habituel, et pour quelle entreprise, n'est pas écrit."))
    if not f.modules_specific:
        return Shown(False, _("Le plan dit ce qui diffère, mais aucun module n'est adapté ou ajouté."))
    return Shown(
        True,
        ngettext(
            "Différences avec le programme habituel écrites, %(n)d module adapté ou ajouté.",
            "Différences avec le programme habituel écrites, %(n)d modules adaptés ou ajoutés.",
            f.modules_specific,
        )
        % {"n": f.modules_specific},
    )


def _campaign(book: Rulebook, f: Facts) -> Shown:
    if not f.announcements_with_firms and not f.sourcing_done:
        return Shown(False, _("Aucune annonce avec les entreprises, aucun événement de recrutement tenu."))
    return Shown(
        True,
        _("Annonces avec les entreprises : %(announcements)d ; actions de recrutement tenues : %(events)d.")
        % {"announcements": f.announcements_with_firms, "events": f.sourcing_done},
    )


def _matrix(book: Rulebook, f: Facts) -> Shown:
    if not f.competences:
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


def _dialogue(book: Rulebook, f: Facts) -> Shown:
    if not f.employers:
        return Shown(False, _("Aucun employeur n'est encore engagé."), later=f.started_on is None)
    kept = min(f.employers_before, f.employers_during, f.employers_after) >= f.employers
    return Shown(
        kept,
        _("Employeurs avec un échange daté, sur %(all)d : avant %(before)d, pendant %(during)d, après %(after)d.")
        % {
            "all": f.employers,
            "before": f.employers_before,
            "during": f.employers_during,
            "after": f.employers_after,
        },
        later=not f.session_over and not (f.started_on and f.employers_before < f.employers),
    )


def _periods(book: Rulebook, f: Facts) -> Shown:
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
    if f.periods_outside:
        text += " " + ngettext(
            "%(n)d période dans une entreprise qui n'a pas signé la convention.",
            "%(n)d périodes dans des entreprises qui n'ont pas signé la convention.",
            f.periods_outside,
        ) % {"n": f.periods_outside}
    behind = f.periods_prepared < f.periods or f.periods_debriefed < f.periods_over
    done = min(f.periods_prepared, f.periods_visited, f.periods_debriefed) >= f.periods
    return Shown(done, text, later=not f.session_over and not behind)


def _at_review(book: Rulebook, f: Facts) -> Shown:
    if f.review_held_on is None:
        return Shown(False, _("Le bilan n'est pas encore tenu."), later=not f.session_over)
    return Shown(
        f.employers_at_review > 0,
        _("Employeurs ou tuteurs présents au bilan : %(n)d.") % {"n": f.employers_at_review},
    )


def _follow_up(book: Rulebook, f: Facts) -> Shown:
    waiting = [moment for moment in book.moments if moment.key not in f.reported_moments]
    if not waiting:
        return Shown(True, _("Situations transmises à la Région à chaque moment du suivi."))
    late = [
        moment
        for moment in waiting
        if f.last_exit_on and not f.still_in_training and add_months(f.last_exit_on, moment.months) < f.today
    ]
    words = ", ".join(moment.label for moment in (late or waiting))
    if late:
        return Shown(False, _("Suivi à transmettre à la Région : %(moments)s.") % {"moments": words})
    return Shown(False, _("Suivi à venir : %(moments)s.") % {"moments": words}, later=True)


def _committee(book: Rulebook, f: Facts) -> Shown:
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
    if f.committees:
        return Shown(False, _("Aucune présence de l'organisme notée au comité de pilotage."))
    return Shown(False, _("Aucun comité de pilotage n'est encore tenu."), later=not f.session_over)


def _convention(book: Rulebook, f: Facts) -> Shown:
    if f.convention_signed_on is None:
        return Shown(False, _("La convention n'est pas encore signée par tous."), later=not f.session_over)
    return Shown(True, _("Convention signée par tous le %(on)s.") % {"on": long_date(f.convention_signed_on)})


def _session_held(book: Rulebook, f: Facts) -> Shown:
    if f.ended_on is None:
        over = f.ends_on is not None and f.ends_on < f.today
        return Shown(False, _("La fin de la session n'est pas constatée."), later=not over)
    return Shown(True, _("Session tenue jusqu'au %(on)s.") % {"on": long_date(f.ended_on)})


def _review_held(book: Rulebook, f: Facts) -> Shown:
    if f.review_held_on is None:
        return Shown(False, _("Le bilan n'est pas encore tenu."), later=not f.session_over)
    return Shown(True, _("Bilan tenu le %(on)s.") % {"on": long_date(f.review_held_on)})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sources and the way the facts show it."""

    key: str
    group: Group
    label: Text
    source: Text
    show: Callable[[Rulebook, Facts], Shown]


_DEFI = gettext_lazy("fiche DEFI, « Une formation est considérée comme une opération DEFI si… »")
_ENGAGED = gettext_lazy("fiche DEFI, « Engagements »")
_VALUED = gettext_lazy("fiche DEFI, « Valorisation financière »")
_PROCESS = gettext_lazy("fiche process DEFI, étapes 8 et 9")

LINES: tuple[Line, ...] = (
    Line("needs", Group.TRAINING, gettext_lazy("Besoins des entreprises et du public analysés"), _DEFI, _needs),
    Line("region_told", Group.TRAINING, gettext_lazy("Région informée des besoins et des adaptations"), _DEFI, _told),
    Line(
        "co_design",
        Group.TRAINING,
        gettext_lazy("Ingénierie conçue avec la Région et les employeurs"),
        _DEFI,
        _co_design,
    ),
    Line(
        "partners_won",
        Group.TRAINING,
        gettext_lazy("Objectifs de la convention portés aux partenaires"),
        _DEFI,
        _partners,
    ),
    Line("conformity", Group.TRAINING, gettext_lazy("Un stagiaire pour une promesse d'emploi"), _DEFI, _conformity),
    Line("firms_hire", Group.TRAINING, gettext_lazy("Embauches suivies au terme de la formation"), _DEFI, _hires),
    Line("content", Group.TRAINING, gettext_lazy("Contenus, modalités et rythme mis à jour"), _DEFI, _content),
    Line(
        "platform", Group.TRAINING, gettext_lazy("Formation sur le plateau technique de l'entreprise"), _DEFI, _platform
    ),
    Line("carried_out", Group.TRAINING, gettext_lazy("Projet mené comme la convention le dit"), _DEFI, _carried_out),
    Line(
        "evaluated",
        Group.TRAINING,
        gettext_lazy("Formation et insertion évaluées, enseignements partagés"),
        _DEFI,
        _evaluated,
    ),
    Line("innovative", Group.TRAINING, gettext_lazy("Ingénierie innovante et spécifique"), _VALUED, _innovative),
    Line("campaign", Group.COMMITMENT, gettext_lazy("Recruter avec les entreprises"), _ENGAGED, _campaign),
    Line("matrix", Group.COMMITMENT, gettext_lazy("Adapter l'ingénierie aux compétences listées"), _ENGAGED, _matrix),
    Line(
        "dialogue",
        Group.COMMITMENT,
        gettext_lazy("Dialoguer avec chaque employeur, avant, pendant et après"),
        _ENGAGED,
        _dialogue,
    ),
    Line(
        "periods",
        Group.COMMITMENT,
        gettext_lazy("Préparer, accompagner et reprendre chaque période en entreprise"),
        _ENGAGED,
        _periods,
    ),
    Line(
        "at_review",
        Group.COMMITMENT,
        gettext_lazy("Associer employeurs et tuteurs aux évaluations et bilans"),
        _ENGAGED,
        _at_review,
    ),
    Line(
        "follow_up",
        Group.COMMITMENT,
        gettext_lazy("Suivre les personnes et en rendre compte à la Région"),
        _ENGAGED,
        _follow_up,
    ),
    Line("committee", Group.COMMITMENT, gettext_lazy("Participer au comité de pilotage"), _ENGAGED, _committee),
    Line("convention_signed", Group.COMMITMENT, gettext_lazy("Signer la convention"), _ENGAGED, _convention),
    Line("session_held", Group.BALANCE, gettext_lazy("Session menée à son terme"), _PROCESS, _session_held),
    Line("review_held", Group.BALANCE, gettext_lazy("Bilan tenu"), _PROCESS, _review_held),
)
