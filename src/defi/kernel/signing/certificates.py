"""Who seals: the certificate of the installation, made at set-up, or the Region's own, from a PKCS#12 file.

The key of the installation is a row of the database, encrypted with a key derived from `DEFI_SECRET_KEY`: machines
that share the database share the seal, and a backup carries it. RSA always: an elliptic curve would raise the file to
PDF 2.0, which PDF/A-3 and PDF/UA-1 are not (decision 0013)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import connection, transaction

from defi.kernel import clock
from defi.kernel.signing.models import SealCertificate

KEY_BITS = 3072
LIFE = timedelta(days=3653)
RENEWED_BEFORE = timedelta(days=30)
"""A certificate of the installation about to end is replaced; the Region's own is the Region's to replace."""

log = logging.getLogger(__name__)


class NoSeal(Exception):  # noqa: N818  (said to the engineer, like a refusal)
    """Nothing can be sealed: the message is a French sentence for whoever runs the installation."""


@dataclass(frozen=True)
class Sealer:
    """A certificate with its loaded key; `others` are those between it and an authority."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    others: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, in hexadecimal."""
        return fingerprint_of(self.certificate)

    @property
    def name(self) -> str:
        """Who seals, in words."""
        return name_of(self.certificate)


def current() -> Sealer:
    """Who seals now: the Region's file when one is named, else the certificate of the installation, made if needed.

    Raises `NoSeal` when the file named cannot be used."""
    if settings.SEAL_FILE:
        sealer = _from_file(settings.SEAL_FILE, settings.SEAL_PASSWORD)
        _remember(sealer.certificate)
        return sealer
    for row in SealCertificate.objects.exclude(key=b"").order_by("-pk")[:1]:
        known = _from_row(row)
        if known is not None and known.certificate.not_valid_after_utc - RENEWED_BEFORE > clock.now():
            return known
    return create()


def create(key: rsa.RSAPrivateKey | None = None, *, replacing: str | None = None) -> Sealer:
    """A new certificate of the installation, self-signed, for ten years; from then on it seals.

    Two machines that start together make one: the second takes the first one's, unless it is the one `replacing`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('defi seal'))")
        now = clock.now()
        newest = SealCertificate.objects.exclude(key=b"").order_by("-pk").first()
        if key is None and newest is not None and newest.fingerprint != replacing:
            known = _from_row(newest)
            if known is not None and known.certificate.not_valid_after_utc - RENEWED_BEFORE > now:
                return known
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        certificate = _self_signed(key, now)
        _remember(certificate, _closed(key))
    return Sealer(certificate, key)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, in hexadecimal."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def name_of(certificate: x509.Certificate) -> str:
    """Its common name, else all that it says of its holder."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def known_certificate(fingerprint: str) -> x509.Certificate | None:
    """The certificate of this fingerprint, if it seals or has sealed here."""
    row = SealCertificate.objects.filter(fingerprint=fingerprint).first()
    return x509.load_der_x509_certificate(bytes(row.content)) if row else None


def _remember(certificate: x509.Certificate, key: bytes = b"") -> None:
    content = certificate.public_bytes(serialization.Encoding.DER)
    SealCertificate.objects.get_or_create(
        fingerprint=hashlib.sha256(content).hexdigest(), defaults={"content": content, "key": key}
    )


def _self_signed(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sceau DEFI ({host})"[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


@cache
def _lock(secret: str) -> bytes:
    """What closes the key in the database. The secret is long and drawn by chance: no slow derivation is needed."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"defi seal").derive(secret.encode()).hex().encode()


def _closed(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_lock(settings.SECRET_KEY)),
    )


def _from_row(row: SealCertificate) -> Sealer | None:
    sealer = _opened(bytes(row.content), bytes(row.key), settings.SECRET_KEY)
    if sealer is None:
        log.warning("The key of the seal %s was closed with another secret: a new one is made.", row.fingerprint[:16])
    return sealer


@lru_cache(maxsize=4)
def _opened(content: bytes, key: bytes, secret: str) -> Sealer | None:
    """Kept loaded: opening a key takes longer than sealing with it."""
    try:
        loaded = serialization.load_der_private_key(key, _lock(secret))
    except ValueError:
        return None
    return Sealer(x509.load_der_x509_certificate(content), loaded) if isinstance(loaded, rsa.RSAPrivateKey) else None


@lru_cache(maxsize=2)
def _from_file(path: str, password: str) -> Sealer:
    try:
        content = Path(path).read_bytes()
    except OSError as problem:
        raise NoSeal(f"Le certificat {path} (DEFI_SEAL) ne se lit pas : {problem.strerror}.") from problem
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except ValueError as problem:
        raise NoSeal(
            f"Le fichier {path} (DEFI_SEAL) n'est pas un PKCS#12 que DEFI_SEAL_PASSWORD ouvre : "
            "vérifiez l'un et l'autre."
        ) from problem
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey):
        raise NoSeal(f"Le fichier {path} (DEFI_SEAL) ne contient pas un certificat avec sa clé RSA : demandez-en un.")
    if certificate.not_valid_after_utc < clock.now():
        raise NoSeal(f"Le certificat {path} (DEFI_SEAL) a expiré : remplacez-le, ou retirez DEFI_SEAL.")
    return Sealer(certificate, key, tuple(others))
