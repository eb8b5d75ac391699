"""The questions that the Region must be able to answer at any moment, and the figures that answer each.

Source: process.md, « What the Region must be able to answer at any moment »."""

from __future__ import annotations

from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as lazy

from defi.steering.figures import Family, Figure, Text

FOLLOWED: Final = lazy("fiche DEFI, « en sortie de formation, à 3 mois et 6 mois »")
CONFORMITY: Final = lazy("fiche process DEFI, étape 5")
APART: Final = lazy("décision : les places d'un autre financement sont comptées à part")
RESULTS: Final = lazy("fiche process DEFI, étape 8")
CLAIMS: Final = lazy("fiche process DEFI, étape 9")


def _moment(key: str, when: Text, title: Text) -> Family:
    """The figures of one moment of the follow-up."""

    def of(name: str, label: Text, which: Text, whole: str = "reached") -> Figure:
        told = lazy("Parmi les personnes jointes {when} : {which}.")
        if whole == "due":
            told = lazy("Parmi les personnes dont la date est venue {when} : {which}.")
        words = format_lazy(told, when=when, which=which)
        alone = format_lazy("{label} {when}", label=label, when=when)
        return Figure(
            f"{key}_{name}", label, words, f"{key}_{name}", f"{key}_{whole}", FOLLOWED, people=True, alone=alone
        )

    return Family(
        key,
        title,
        (
            of("working", lazy("En emploi"), lazy("celles qui travaillent, salariées ou à leur compte")),
            of("lasting", lazy("En emploi durable"), lazy("celles qui ont un CDI, ou un contrat de plus de 6 mois")),
            of(
                "promised",
                lazy("Chez l'employeur de la promesse"),
                lazy("celles qui travaillent pour l'entreprise qui avait promis l'emploi"),
            ),
            of(
                "unreached",
                lazy("Situation inconnue"),
                lazy("celles qui n'ont pas été jointes, ou dont la situation n'est pas notée"),
                "due",
            ),
        ),
    )


FAMILIES: Final[tuple[Family, ...]] = (
    Family(
        "operations",
        lazy("Opérations"),
        (
            Figure(
                "operations",
                lazy("Opérations"),
                lazy(
                    "Les projets DEFI ouverts dont la session commence dans la période, abandons compris. "
                    "Sans date de session, le jour d'ouverture compte."
                ),
                "operations",
                target="operations",
            ),
            Figure("running", lazy("En cours"), lazy("Ni closes ni abandonnées."), "running", "operations"),
            Figure(
                "closed",
                lazy("Closes"),
                lazy("Toutes les pièces sont réunies et le dossier est clos."),
                "closed",
                "operations",
            ),
            Figure(
                "abandoned",
                lazy("Abandonnées"),
                lazy("Arrêtées avant leur terme, avec un motif."),
                "abandoned",
                "operations",
            ),
            Figure(
                "is_defi",
                lazy("Sessions conformes"),
                lazy(
                    "Parmi les sessions commencées, celles où assez de stagiaires avaient une promesse "
                    "d'emploi : toutes les places, ou au moins le minimum avec l'accord de la Région."
                ),
                "is_defi",
                "started",
                CONFORMITY,
            ),
            Figure(
                "signed",
                lazy("Conventions signées"),
                lazy("Les opérations dont tous les partenaires ont signé la convention."),
                "signed",
                "operations",
                lazy("fiche process DEFI, étape 7"),
            ),
        ),
    ),
    Family(
        "promises",
        lazy("Employeurs et promesses d'emploi"),
        (
            Figure(
                "employers",
                lazy("Entreprises engagées"),
                lazy("Les entreprises qui ont promis au moins un emploi ; chacune compte une fois."),
                "employers",
                target="employers",
            ),
            Figure(
                "promised",
                lazy("Emplois promis"),
                lazy("Les postes que des entreprises se sont engagées à pourvoir, retirés depuis ou non."),
                "promised",
            ),
            Figure(
                "withdrawn",
                lazy("Promesses retirées"),
                lazy("Les postes promis que l'entreprise a retirés depuis."),
                "withdrawn",
                "promised",
            ),
        ),
    ),
    Family(
        "people",
        lazy("Places et stagiaires"),
        (
            Figure(
                "seats",
                lazy("Places"),
                lazy("Les places financées par la Région, hors opérations abandonnées."),
                "seats",
                target="seats",
            ),
            Figure(
                "filled",
                lazy("Places remplies"),
                lazy(
                    "Les personnes entrées sur une place financée par la Région, pour les places qu'elle finance dans "
                    "les sessions commencées, hors opérations abandonnées."
                ),
                "filled_seats",
                "started_seats",
                people=True,
            ),
            Figure(
                "entered",
                lazy("Entrées en formation"),
                lazy("Les personnes entrées en formation, quel que soit le financement de leur place."),
                "entered",
                people=True,
            ),
            Figure(
                "other_funding",
                lazy("Entrées sur un autre financement"),
                lazy("Parmi les personnes entrées, celles dont la Région ne finance pas la place."),
                "other_funding",
                "entered",
                APART,
                people=True,
            ),
            Figure(
                "paired",
                lazy("Entrées avec une promesse d'emploi"),
                lazy(
                    "Parmi les personnes présentes au démarrage sur une place financée par la Région, celles à qui une "
                    "entreprise promettait un emploi ce jour-là."
                ),
                "paired",
                "found",
                CONFORMITY,
                people=True,
            ),
            Figure(
                "lost",
                lazy("Perdues avant le démarrage"),
                lazy(
                    "Parmi les personnes qui avaient confirmé leur venue, celles qui ont renoncé, n'ont pas été "
                    "retenues ou ne sont pas venues."
                ),
                "lost",
                "confirmed",
                people=True,
            ),
            Figure(
                "left_early",
                lazy("Parties avant la fin"),
                lazy("Parmi les personnes entrées, celles qui ont quitté la formation avant son terme."),
                "left_early",
                "entered",
                people=True,
            ),
            Figure(
                "completed",
                lazy("Arrivées au terme"),
                lazy("Parmi les personnes entrées, celles qui ont suivi la formation jusqu'au bout."),
                "completed",
                "entered",
                people=True,
            ),
        ),
    ),
    Family(
        "certification",
        lazy("Certification"),
        (
            Figure(
                "certified",
                lazy("Certification obtenue"),
                lazy("Parmi les personnes entrées, celles qui ont obtenu toute la certification."),
                "certified",
                "entered",
                RESULTS,
                people=True,
            ),
            Figure(
                "blocks",
                lazy("Une partie obtenue"),
                lazy("Parmi les personnes entrées, celles qui ont obtenu un ou plusieurs blocs."),
                "blocks",
                "entered",
                RESULTS,
                people=True,
            ),
            Figure(
                "not_certified",
                lazy("Non obtenue ou non présentée"),
                lazy("Parmi les personnes entrées, celles qui ont échoué ou ne se sont pas présentées."),
                "not_certified",
                "entered",
                RESULTS,
                people=True,
            ),
            Figure(
                "results_unknown",
                lazy("Résultat inconnu"),
                lazy("Parmi les personnes sorties de formation, celles dont le résultat n'est pas noté."),
                "results_unknown",
                "out",
                people=True,
            ),
        ),
    ),
    Family(
        "hiring",
        lazy("Contrats signés à l'issue"),
        (
            Figure(
                "hired",
                lazy("Embauchées"),
                lazy("Parmi les personnes sorties, celles qui ont signé un contrat de travail."),
                "hired",
                "out",
                RESULTS,
                people=True,
            ),
            Figure(
                "hired_promised",
                lazy("Embauchées par l'entreprise de la promesse"),
                lazy(
                    "Parmi les personnes sorties, celles que l'entreprise de la promesse a embauchées, sous le contrat "
                    "promis ou un autre : si la promesse est tenue se lit au bilan et au suivi de chaque opération."
                ),
                "hired_promised",
                "out",
                RESULTS,
                people=True,
            ),
            Figure(
                "not_hired",
                lazy("Non embauchées, avec une raison notée"),
                lazy("Parmi les personnes sorties, celles pour qui la raison est connue et notée."),
                "not_hired",
                "out",
                people=True,
            ),
            Figure(
                "hiring_unknown",
                lazy("Issue inconnue"),
                lazy("Parmi les personnes sorties, celles pour qui ni contrat ni raison n'est noté."),
                "hiring_unknown",
                "out",
                people=True,
            ),
        ),
    ),
    _moment("exit", lazy("à la sortie"), lazy("Situation à la sortie")),
    _moment("m3", lazy("à 3 mois"), lazy("Situation 3 mois après la sortie")),
    _moment("m6", lazy("à 6 mois"), lazy("Situation 6 mois après la sortie")),
    Family(
        "bonus",
        lazy("Prime DEFI"),
        (
            Figure(
                "claimed",
                lazy("Primes demandées"),
                lazy("Les demandes envoyées à la Région."),
                "claimed",
                source=CLAIMS,
            ),
            Figure(
                "granted",
                lazy("Accordées"),
                lazy("Acceptées par la Région, payées ou à payer."),
                "granted",
                "claimed",
                CLAIMS,
            ),
            Figure(
                "refused",
                lazy("Refusées"),
                lazy("Refusées par la Région ; la liste dit pourquoi."),
                "refused",
                "claimed",
                CLAIMS,
            ),
            Figure(
                "waiting",
                lazy("En attente"),
                lazy("À l'étude, ou renvoyées pour correction."),
                "waiting",
                "claimed",
                CLAIMS,
            ),
            Figure(
                "paid_euros",
                lazy("Montant payé"),
                lazy("La somme des primes payées."),
                "paid_euros",
                source=CLAIMS,
                euros=True,
            ),
        ),
    ),
    Family(
        "cost",
        lazy("Coût"),
        (
            Figure(
                "cost",
                lazy("Coût des places"),
                lazy("Le coût par place écrit dans le plan de formation, fois le nombre de places."),
                "cost",
                euros=True,
                known="costed_seats",
            ),
            Figure(
                "cost_per_place",
                lazy("Coût moyen d'une place"),
                lazy("Le coût des places, partagé entre elles. Sans coût écrit au plan, une opération n'y compte pas."),
                "cost",
                "costed_seats",
                euros=True,
            ),
        ),
    ),
)

FIGURES: Final = {figure.key: figure for family in FAMILIES for figure in family.figures}
