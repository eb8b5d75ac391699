"""One RSA key for all the tests that seal: making one takes longer than the tests."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from defi.kernel.documents import Rendered
from defi.kernel.signing import certificates
from defi.kernel.signing.certificates import Sealer
from defi.kernel.signing.proof import Edition, Evidence, Given, Proof
from defi.kernel.signing.seal import Sealed, seal

NOW = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
NUMBER, CODE = "CONV-2026-0042-S", "ABCDE23456"
URL = f"https://defi.example.fr/verifier/{CODE}/"


@cache
def the_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def a_certificate() -> tuple[bytes, bytes]:
    """The certificate and its closed key, as the database holds them: made once, put back in each test."""
    made = certificates.create(the_key())
    row = certificates.SealCertificate.objects.get(fingerprint=made.fingerprint)
    return bytes(row.content), bytes(row.key)


def an_installation() -> Sealer:
    """An installation with its certificate."""
    content, key = a_certificate()
    print_ = hashlib.sha256(content).hexdigest()
    certificates.SealCertificate.objects.get_or_create(fingerprint=print_, defaults={"content": content, "key": key})
    return certificates.current()


def a_proof(text: Rendered) -> Proof:
    """One who clicked, one who signed in ink, after one correction."""
    return Proof(
        title="Convention DEFI",
        number="CONV-2026-0042",
        editions=(
            Edition("CONV-2026-0041", NOW, 4, "ab" * 32, in_force=False),
            Edition("CONV-2026-0042", NOW, text.pages, text.sha256, in_force=True),
        ),
        signatures=(
            Given("Jeanne Martin", "organisme", "Atelier du Loir", "click", date(2026, 3, 1), text.sha256, NOW),
            Given(
                "Paul Tilleul",
                "employeur",
                "Les Tilleuls",
                "ink",
                date(2026, 2, 27),
                text.sha256,
                NOW,
                (Evidence("scan", "cd" * 32),),
            ),
        ),
    )


def sealed(text: Rendered) -> Sealed:
    """The sealed document of `text`, by the installation of the test."""
    an_installation()
    return seal(text.pdf, a_proof(text), pages=text.pages, number=NUMBER, code=CODE, verify_url=URL, now=NOW)


def pdfsig(content: bytes, folder: Path) -> str:
    """What Debian's checker says of the signatures of a file; the test is skipped where it is not installed."""
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is missing: apt install poppler-utils to have the seal checked by another program.")
    place = folder / "sealed.pdf"
    place.write_bytes(content)
    ran = subprocess.run(["pdfsig", "-nocert", str(place)], capture_output=True, text=True, check=False, timeout=60)
    return ran.stdout
