from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from defi.people.identifiers import IdentifierError, check_nda, check_siret, looks_like_nir

SIRET = "13000285000019"
digits = st.text("0123456789", max_size=20)


def real_sirets() -> st.SearchStrategy[str]:
    """Fourteen digits with both keys right."""

    def keyed(parts: tuple[str, str]) -> str:
        siren = parts[0] + luhn.calc_check_digit(parts[0])
        return siren + parts[1] + luhn.calc_check_digit(siren + parts[1])

    siren = st.text("0123456789", min_size=8, max_size=8).filter(lambda text: text != "00000000")
    return (
        st.tuples(siren, st.text("0123456789", min_size=4, max_size=4))
        .map(keyed)
        .filter(lambda siret: not siret.endswith("00000"))
    )


def refusal(check, text: str) -> str:
    with pytest.raises(IdentifierError) as refused:
        check(text)
    return str(refused.value)


@pytest.mark.parametrize("typed", [SIRET, " 130 002 850 00019 ", "130\u00a0002\u202f850 00019", "130.002.850.00019"])
def test_it_accepts_a_siret_however_it_is_spaced(typed: str):
    assert check_siret(typed) == SIRET


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez le SIRET"),
        ("1300028500001", "13 au lieu de 14"),
        ("130002850", "est un SIREN"),
        ("130002850000191", "celui-ci en a 15"),
        ("13000285O00019", "que des chiffres"),
        ("١٣٠٠٠٢٨٥٠٠٠٠١٩", "que des chiffres"),
        ("7,90261E+13", "arrondi par un tableur"),
        ("81743928200010", "Le SIREN 817439282"),
        ("00000000000018", "Le SIREN 000000000"),
        ("13000285000018", "pas l'établissement 00018"),
        ("79026100000000", "se termine par des zéros, comme un numéro abîmé par un tableur"),
        ("00000000000000", "se termine par des zéros"),
    ],
)
def test_each_wrong_siret_gets_its_own_sentence(typed: str, sentence: str):
    assert sentence in refusal(check_siret, typed)


def test_la_poste_has_its_own_key():
    assert check_siret("356 000 000 00048") == "35600000000048"
    assert check_siret("35600000049837") == "35600000049837"
    assert "pas l'établissement" in refusal(check_siret, "35600000049838")


@given(real_sirets())
def test_every_siret_with_its_two_keys_is_accepted(siret: str):
    assert check_siret(f"{siret[:3]} {siret[3:9]} {siret[9:]}") == siret


@given(real_sirets(), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(siret: str, place: int, shift: int):
    wrong = siret[:place] + str((int(siret[place]) + shift) % 10) + siret[place + 1 :]
    if wrong.startswith("356000000"):
        return
    with pytest.raises(IdentifierError):
        check_siret(wrong)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_accepted_or_explained(typed: str):
    for check, length in ((check_siret, 14), (check_nda, 11)):
        try:
            assert len(check(typed)) == length
        except IdentifierError as refused:
            assert str(refused).endswith((".", ")"))  # noqa: PT017
    assert looks_like_nir(typed) in (True, False)


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("24 45 01234 45", "24450123445"),
        ("11754185275", "11754185275"),
        ("2445p001245", "2445P001245"),
        ("9420P105320", "9420P105320"),
        ("94202111120", "94202111120"),
        ("942A012342a", "942A012342A"),
        ("98970229897", "98970229897"),
        ("5335P001022", "5335P001022"),
    ],
)
def test_it_accepts_an_nda(typed: str, normalised: str):
    assert check_nda(typed) == normalised


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez le numéro de déclaration"),
        ("6970002697", "enlève parfois le zéro du début"),
        ("244501234451", "celui-ci en a 12"),
        ("24450123441", "il doit répéter le département de ses 3e et 4e signes, 45"),
        ("99450123445", "99, ne sont pas un code de région"),
        ("24000123400", "00, ne sont pas un département"),
        ("24960123496", "96, ne sont pas un département"),
        ("24X50123445", "s'écrit région, département"),
        ("2,44501E+10", "arrondi par un tableur"),
    ],
)
def test_each_wrong_nda_gets_its_own_sentence(typed: str, sentence: str):
    assert sentence in refusal(check_nda, typed)


@pytest.mark.parametrize(
    "text",
    [
        "1841276451089",
        "184127645108946",
        "1 84 12 76 451 089 46",
        "1.84.12.76.451.089.46",
        "son numéro : 2 84 05 2A 004 123, merci",
        "n°2840528085123",
        "295 109 912 611 193",
    ],
)
def test_it_sees_a_social_security_number(text: str):
    assert looks_like_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SIRET,
        "SIRET 184 127 645 10894",
        "18412764510894",
        "appelez le 02 38 12 34 56 ou le 06 12 34 56 78",
        "10 stagiaires, 420 h en centre et 140 h en entreprise",
        "du 3 novembre 2025 au 24 avril 2026",
        "1841376451089",
        "K1311 24450123445",
    ],
)
def test_it_takes_nothing_else_for_one(text: str):
    assert not looks_like_nir(text)


@given(real_sirets())
def test_a_siret_is_never_taken_for_a_social_security_number(siret: str):
    assert not looks_like_nir(siret)
    assert not looks_like_nir(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}")


@pytest.fixture(scope="module")
def organisations(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "organismes-formation" / "organismes_reseaux_cfa.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def refused(check, values: list[str]) -> list[str]:
    wrong = []
    for value in values:
        try:
            check(value)
        except IdentifierError:
            wrong.append(value)
    return wrong


def test_of_2416_real_sirets_only_the_two_damaged_ones_are_refused(organisations: list[dict[str, str]]):
    sirets = [row["siret"] for row in organisations]
    assert len(sirets) == 2416
    assert sorted(refused(check_siret, sirets)) == ["79026100000000", "81743928200010"]


def test_of_1687_real_ndas_only_those_without_their_first_zero_are_refused(organisations: list[dict[str, str]]):
    ndas = [row["nda"] for row in organisations if row["nda"]]
    wrong = refused(check_nda, ndas)
    assert len(ndas) == 1687
    assert len(wrong) == 11
    assert all(len(nda) == 10 for nda in wrong)


def test_no_real_siret_nor_nda_is_taken_for_a_social_security_number(organisations: list[dict[str, str]]):
    assert not [row["siret"] for row in organisations if looks_like_nir(row["siret"])]
    assert not [row["nda"] for row in organisations if looks_like_nir(row["nda"])]
