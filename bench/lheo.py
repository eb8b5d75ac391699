"""How long a file of offers takes to import, against reading it and doing nothing. Budget: 5 times, and 400 MB.

    python bench/lheo.py [TRAININGS]      (20,000 by default: about 200 MB, made anew each time, always the same)

Works in an empty, temporary clone of the migrated template, on the server of DATABASE_URL or on the embedded one. The
bare reading is `lxml.iterparse` over every element, each freed once read. Both are timed in this process, the bare
reading first. The memory is the most this process ever held; that of the server is not counted."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import django
from lxml import etree

TRAININGS = 20_000
BUDGET_RATIO, BUDGET_MB = 5, 400
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="http://lheo.gouv.fr/2.3">\n<offres>\n'
TAIL = "</offres>\n</lheo>\n"

WORDS = (
    *("accueil", "atelier", "bilan", "chantier", "compétence", "conduite", "contrôle", "cuisine", "demande", "dossier"),
    *("équipe", "gestes", "hygiène", "installation", "lecture", "livraison", "machine", "maintenance", "matière"),
    *("mesure", "montage", "normes", "organisation", "outil", "pièce", "plan", "poste", "pratique", "prévention"),
    *("qualité", "réglage", "repas", "réseau", "sécurité", "service", "soin", "soudure", "stage", "suivi", "véhicule"),
)
TOWNS = (
    ("28200", "Châteaudun", "28088"),
    ("28000", "Chartres", "28085"),
    ("45000", "Orléans", "45234"),
    ("41000", "Blois", "41018"),
    ("37000", "Tours", "37261"),
    ("36000", "Châteauroux", "36044"),
    ("18000", "Bourges", "18033"),
    ("45200", "Montargis", "45208"),
)
JOBS = ("K1304", "F1604", "H2913", "N1103", "G1602", "A1203", "I1304", "K1311", "D1507", "J1501")
SIRETS = ("73282932000074", "35600000000048", "44306184100047", "55208131766522")


def text(random: Random, length: int) -> str:
    """About so many characters of French words."""
    return " ".join(random.choices(WORDS, k=length // 8)).capitalize() + "."


def address(random: Random) -> str:
    postcode, town, insee = random.choice(TOWNS)
    return (
        f"<adresse>\n<denomination>Centre de formation</denomination>\n<ligne>{random.randint(1, 90)} rue des Écoles"
        f"</ligne>\n<codepostal>{postcode}</codepostal>\n<ville>{town}</ville>\n<departement>{postcode[:2]}</departement>\n"
        f"<code-INSEE-commune>{insee}</code-INSEE-commune>\n<region>24</region>\n<pays>FR</pays>\n<geolocalisation>\n"
        "<latitude>47.9</latitude>\n<longitude>1.9</longitude>\n</geolocalisation>\n</adresse>\n"
    )


def contact(random: Random) -> str:
    return (
        f"<coordonnees>\n<ligne>Accueil</ligne>\n{address(random)}"
        "<telfixe>\n<numtel>02 38 00 00 00</numtel>\n</telfixe>\n<courriel>accueil@example.org</courriel>\n<web>\n<urlweb>https://example.org/formations</urlweb>\n</web>\n"
        "</coordonnees>\n"
    )


def session(random: Random, number: str) -> str:
    month = random.randint(1, 6)
    return (
        f'<session numero="{number}">\n<periode>\n<debut>2026{month:02d}02</debut>\n<fin>2026{month + 5:02d}26</fin>\n'
        f"</periode>\n<adresse-inscription>\n{address(random)}</adresse-inscription>\n"
        "<modalites-inscription>Sur dossier et entretien</modalites-inscription>\n"
        "<etat-recrutement>1</etat-recrutement>\n</session>\n"
    )


def action(random: Random, number: str) -> str:
    sessions = "".join(session(random, f"{number}-{rank}") for rank in range(1, random.randint(1, 3) + 1))
    return (
        f'<action numero="{number}">\n<rythme-formation>Temps plein</rythme-formation>\n'
        "<code-public-vise>80056</code-public-vise>\n<code-public-vise>83056</code-public-vise>\n"
        f"<niveau-entree-obligatoire>0</niveau-entree-obligatoire>\n<modalites-alternance>{text(random, 120)}"
        "</modalites-alternance>\n<modalites-enseignement>0</modalites-enseignement>\n"
        f"<conditions-specifiques>{text(random, 240)}</conditions-specifiques>\n"
        "<prise-en-charge-frais-possible>1</prise-en-charge-frais-possible>\n"
        f"<lieu-de-formation>\n{contact(random)}</lieu-de-formation>\n"
        f"<modalites-entrees-sorties>0</modalites-entrees-sorties>\n{sessions}"
        "<restauration>Self</restauration>\n<acces-handicapes>Accès de plain-pied</acces-handicapes>\n"
        "<langue-formation>fr</langue-formation>\n<nombre-heures-centre>420</nombre-heures-centre>\n"
        "<nombre-heures-entreprise>140</nombre-heures-entreprise>\n<nombre-heures-total>560</nombre-heures-total>\n"
        "<organisme-financeur>\n<code-financeur>2</code-financeur>\n<nb-places-financees>12</nb-places-financees>\n"
        "</organisme-financeur>\n</action>\n"
    )


def training(random: Random, number: int) -> str:
    """One training, valid for LHÉO 2.3, of about ten thousand bytes."""
    actions = "".join(action(random, f"{number}-{rank}") for rank in range(1, random.randint(1, 2) + 1))
    jobs = "".join(f"<code-ROME>{code}</code-ROME>\n" for code in random.sample(JOBS, random.randint(1, 3)))
    return (
        f'<formation numero="{number}">\n<domaine-formation>\n<code-FORMACODE ref="V14">44028</code-FORMACODE>\n'
        f"<code-NSF>332</code-NSF>\n{jobs}</domaine-formation>\n"
        f"<intitule-formation>{text(random, 60)}</intitule-formation>\n"
        f"<objectif-formation>{text(random, 700)}</objectif-formation>\n"
        f"<resultats-attendus>{text(random, 500)}</resultats-attendus>\n"
        f"<contenu-formation>{text(random, 2200)}</contenu-formation>\n<certifiante>1</certifiante>\n"
        f"<contact-formation>\n{contact(random)}</contact-formation>\n"
        "<parcours-de-formation>2</parcours-de-formation>\n<code-niveau-entree>3</code-niveau-entree>\n"
        "<objectif-general-formation>6</objectif-general-formation>\n<certification>\n<code-RNCP>37715</code-RNCP>\n"
        "<code-CERTIFINFO>115231</code-CERTIFINFO>\n</certification>\n<code-niveau-sortie>3</code-niveau-sortie>\n"
        f"<url-formation>\n<urlweb>https://example.org/{number}</urlweb>\n</url-formation>\n{actions}"
        "<organisme-formation-responsable>\n<numero-activite>24450123445</numero-activite>\n<SIRET-organisme-formation>\n"
        f"<SIRET>{random.choice(SIRETS)}</SIRET>\n</SIRET-organisme-formation>\n<nom-organisme>Atelier du Loir"
        "</nom-organisme>\n<raison-sociale>Atelier du Loir</raison-sociale>\n"
        f"<coordonnees-organisme>\n{contact(random)}</coordonnees-organisme>\n"
        f"<contact-organisme>\n{contact(random)}</contact-organisme>\n</organisme-formation-responsable>\n</formation>\n"
    )


def catalogue(trainings: int) -> Iterator[str]:
    """The text of a file of so many trainings, piece by piece; always the same."""
    random = Random(2026)
    yield HEAD
    for number in range(1, trainings + 1):
        yield training(random, number)
    yield TAIL


def main(trainings: int) -> int:
    """Print the table; the answer is 1 when a budget is passed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    django.setup()
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    with TemporaryDirectory(prefix="defi-bench-") as folder:
        file = Path(folder) / "catalogue.xml"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(catalogue(trainings))
        url = open_database(Path(folder))
        with migrated_template(url) as template:
            name = f"{template}_bench"
            with temporary_clone(url, name, template) as clone, connected_to(clone):
                return measure(file)


def measure(file: Path) -> int:
    """Time the bare reading, the import, and the same file again."""
    print(f"{file.stat().st_size / 1_000_000:.0f} MB\n{'':<28}{'time':>10}{'times bare':>12}{'peak memory':>14}")
    bare = timed("bare lxml.iterparse", lambda: bare_reading(file))
    seconds = timed("import", lambda: load(file), bare)
    timed("the same file again", lambda: load(file), bare)
    return int(seconds > BUDGET_RATIO * bare or memory() > BUDGET_MB)


def timed(label: str, work, bare: float = 0) -> float:
    start = perf_counter()
    work()
    seconds = perf_counter() - start
    print(f"{label:<28}{seconds:>8.1f} s{seconds / (bare or seconds):>12.2f}{memory():>11} MB")
    return seconds


def bare_reading(file: Path) -> None:
    for _event, element in etree.iterparse(str(file)):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def load(file: Path) -> None:
    from defi.kernel.access import TASK
    from defi.people.actions import OrganisationFacts, register_organisation
    from defi.people.models import OrganisationKind
    from defi.steps.offer.lheo.importing import import_catalogue

    register_organisation(OrganisationFacts(OrganisationKind.REGION, "Région Centre-Val de Loire"))
    with file.open("rb") as stream:
        run = import_catalogue(TASK, stream, name=file.name)
    assert run.refused == run.faults == 0, f"{run.refused} trainings were refused"


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) == 2 else TRAININGS))
