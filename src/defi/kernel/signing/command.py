"""`defi seal`: who seals, since when, until when; a new certificate, or the present one for the readers of PDF."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from defi.kernel.documents import readable
from defi.kernel.documents.french import long_date
from defi.kernel.signing.certificates import Sealer, create, current, name_of
from defi.kernel.signing.models import SealCertificate


def command(*, renew: bool = False, export: Path | None = None) -> int:
    """Print the certificate that seals, then the former ones; the exit code. Raises `NoSeal`."""
    if renew and settings.SEAL_FILE:
        print("Le certificat vient de DEFI_SEAL : remplacez ce fichier, puis redémarrez.")
        return 2
    sealer = create(replacing=current().fingerprint) if renew else current()
    print("Scelle les documents signés :")
    _print(sealer.certificate, sealer.fingerprint)
    print(f"  origine : {settings.SEAL_FILE or 'créé ici, clé chiffrée dans la base'}")
    print(f"  horodatage : {settings.TIMESTAMP_URL or 'aucun (DEFI_TIMESTAMP)'}")
    former = SealCertificate.objects.exclude(fingerprint=sealer.fingerprint)
    if former:
        print("Ont scellé avant, et se vérifient toujours :")
    for row in former:
        _print(x509.load_der_x509_certificate(bytes(row.content)), row.fingerprint)
    if export is not None:
        _export(sealer, export)
    return 0


def _print(certificate: x509.Certificate, fingerprint: str) -> None:
    print(f"  {name_of(certificate)}")
    begins, ends = certificate.not_valid_before_utc.date(), certificate.not_valid_after_utc.date()
    print(f"  du {long_date(begins)} au {long_date(ends)}")
    print(f"  empreinte SHA-256 : {readable(fingerprint)}")


def _export(sealer: Sealer, place: Path) -> None:
    place.write_bytes(sealer.certificate.public_bytes(serialization.Encoding.PEM))
    print(f"Certificat écrit dans {place} : à faire connaître aux lecteurs de PDF de la Région.")
