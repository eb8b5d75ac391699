"""The fingerprint of a document: what the database keeps, and what a reader compares, to know that no byte changed."""

from __future__ import annotations

import hashlib
import hmac


def fingerprint(content: bytes) -> str:
    """The SHA-256 of the bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def matches(content: bytes, expected: str) -> bool:
    """Whether `content` is the document whose fingerprint is `expected` (spaces and case forgotten)."""
    return hmac.compare_digest(fingerprint(content), "".join(expected.split()).lower())


def readable(value: str) -> str:
    """A fingerprint in groups of eight digits, so that two people can compare it line by line."""
    return " ".join(value[start : start + 8] for start in range(0, len(value), 8))
