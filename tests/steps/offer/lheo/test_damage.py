"""A damaged file is refused in a sentence or read: nothing else can come of it."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.kernel.refusals import Invalid
from defi.steps.offer.lheo.checking import Judge
from defi.steps.offer.lheo.reading import LheoFile
from steps.offer.lheo.samples import a_training, written

PIECES = st.sampled_from(
    [
        *(
            b"<",
            b">",
            b"&",
            b'"',
            b"/",
            b"\x00",
            b"\xff",
            b"\xc3",
            b"\r",
            b"<!--",
            b"-->",
            b"<![CDATA[",
            b"]]>",
            b"<?x ",
        ),
        *(
            b"?>",
            b"</formation>",
            b"<formation>",
            b"</offres>",
            b"<offres>",
            b"</lheo>",
            b' xmlns="x"',
            b' xmlns:x="y"',
        ),
        *(b"x:", b' id="a"', b"&#1;", b"&amp;", b"<!DOCTYPE x [", b"<extras/>"),
    ]
)


@cache
def sound() -> bytes:
    return written([a_training(f"F{n}", full=n == 1) for n in range(3)])


@settings(max_examples=200)
@given(st.data())
def test_any_damage_is_told_in_a_sentence_or_does_not_matter(data):
    content = bytearray(sound())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[place:place] = data.draw(PIECES)
        else:
            del content[place : place + data.draw(st.sampled_from([1, 3, 40, 800]))]
    try:
        file = LheoFile(BytesIO(bytes(content)), "offre.xml")
        judge = Judge(file.namespace)
        judged = [judge.judge(read) for read in file.trainings()]
    except Invalid:
        return
    assert all((one.row is None) == bool(one.faults) for one in judged)


def test_a_first_tag_whose_prefix_nobody_declares_is_told():
    with pytest.raises(Invalid, match="préfixe que rien ne déclare"):
        LheoFile(BytesIO(b"<?xml version='1.0'?>\n<x:lheo><offres/></x:lheo>"), "offre.xml")
