"""How long the official files take to load, and how long a search takes then. Budget: the ROME in 60 s and 500 MB.

    python bench/reference.py ROME GEO      (a folder or an archive each)

The export of France compétences is generated, as large as the real one: 30,000 certifications, 110,000 blocks.

Works in an empty, temporary clone of the migrated template, on the server of DATABASE_URL or on the embedded one. The
memory is the most this process ever held; that of the server is not counted."""

from __future__ import annotations

import csv
import os
import random
import resource
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import django

BUDGET_SECONDS, BUDGET_MB, BUDGET_SEARCH_MS = 60, 500, 20
JOBS = ["soudeuse", "assistante de vie", "aide a domicile", "conductrice d'engins", "agent", "so", "chef de zzz"]
CERTIFICATIONS = ["rncp 12345", "123", "cap cuisine", "gestionnaire de la maintenance", "te", "zzz logistique"]
SHEETS = 30_000
WORDS = "agent technicien chargé maintenance logistique cuisine bâtiment gestion commerce électricité hygiène vente"
COMMUNES = ["st amand", "chateaudun", "28200", "saint"]


def main(rome: str, geo: str) -> int:
    """Print the table; the answer is 1 when a budget is passed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    django.setup()
    from defi.kernel.database import connected_to, migrated_template, open_database, temporary_clone

    with TemporaryDirectory(prefix="defi-bench-") as folder:
        url = open_database(Path(folder))
        with migrated_template(url) as template:
            name = f"{template}_bench"
            with temporary_clone(url, name, template) as clone, connected_to(clone):
                return measure(rome, geo)


def measure(rome: str, geo: str) -> int:
    print(f"{'load':<36}{'time':>10}{'rows read':>12}{'written':>10}{'peak memory':>14}")
    seconds = timed_load("ROME, on an empty database", rome)
    timed_load("ROME, the same again", rome)
    timed_load("communes and basins", geo)
    timed_load("communes and basins, again", geo)
    with TemporaryDirectory(prefix="defi-rncp-") as folder:
        write_export(Path(folder))
        exported = timed_load("RNCP and RS, on an empty database", folder)
        timed_load("RNCP and RS, the same again", folder)
    print()
    print(f"{'search':<32}{'median':>10}{'most':>12}")
    from defi.reference.search import search_certifications, search_communes, search_jobs

    worst = max(timed_search(search_jobs, text) for text in JOBS)
    for text in COMMUNES:
        timed_search(search_communes, text)
    worst = max(worst, *(timed_search(search_certifications, text) for text in CERTIFICATIONS))
    return int(max(seconds, exported) > BUDGET_SECONDS or memory() > BUDGET_MB or worst > BUDGET_SEARCH_MS)


def write_export(folder: Path) -> None:
    """An export of the size and with the columns of the real one, the same at each run."""
    chance = random.Random(35506)
    numbers = [f"RNCP{n}" if n % 5 else f"RS{n}" for n in range(1, SHEETS + 1)]
    for kind, (header, rows) in {
        "Standard": (
            "Id_Fiche;Numero_Fiche;Intitule;Abrege_Libelle;Nomenclature_Europe_Niveau;Date_Decision;"
            "Date_Fin_Enregistrement;Type_Enregistrement;Actif",
            ([str(n), number, *_sheet(chance)] for n, number in enumerate(numbers)),
        ),
        "Blocs_De_Compétences": (
            "Numero_Fiche;Bloc_Competences_Code;Bloc_Competences_Libelle",
            (
                [number, f"{number}BC{n:02d}", _title(chance, 30)]
                for number in numbers
                for n in range(1, chance.choice((0, 3, 4, 5, 6)) + 1)
            ),
        ),
        "Rome": (
            "Numero_Fiche;Codes_Rome_Code;Codes_Rome_Libelle",
            ([number, code, "Conduite d''engins"] for number in numbers for code in ("G1602", "K1302", "N1101")),
        ),
        "Certificateurs": (
            "Numero_Fiche;Siret_Certificateur;Nom_Certificateur",
            ([number, f"\t{chance.randrange(10**13, 10**14)}", "ORGANISME D'ESSAI"] for number in numbers),
        ),
        "Ancienne_Nouvelle_Certification": (
            "Numero_Fiche;Ancienne_Certification;Nouvelle_Certification",
            ([old, "", new] for old, new in zip(numbers[:9000], numbers[9000:18000], strict=True)),
        ),
    }.items():
        path = folder / f"export_fiches_CSV_{kind}_2026_01_05.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writerow(header.split(";"))
            writer.writerows(rows)


def _sheet(chance: random.Random) -> Iterator[str]:
    ends = chance.randrange(2015, 2031)
    yield from (
        _title(chance, 6),
        chance.choice(("", "CAP", "TP", "BTS")),
        f"NIV{chance.randrange(3, 8)}",
        "01/02/2020",
    )
    yield from (f"31/08/{ends}", "Enregistrement sur demande", "ACTIVE" if ends > 2025 else "INACTIVE")


def _title(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(WORDS.split(), k=length)).capitalize()


def timed_load(label: str, place: str) -> float:
    from defi.reference.load import load

    start = perf_counter()
    report = load([place])
    seconds = perf_counter() - start
    read = sum(done.read for done in report.sources)
    print(f"{label:<36}{seconds:>8.1f} s{read:>12}{report.written:>10}{memory():>11} MB")
    return seconds


def timed_search(search, text: str) -> float:
    search(text)
    times = []
    for _round in range(30):
        start = perf_counter()
        search(text)
        times.append(1000 * (perf_counter() - start))
    median = statistics.median(times)
    print(f"{search.__name__ + ' ' + text:<32}{median:>7.1f} ms{max(times):>9.1f} ms")
    return median


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
