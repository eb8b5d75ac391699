"""Signing: who signs by which way, the proof of it, and the seal that says nothing changed since.

sealed = seal(pdf, proof, number=…, code=…, verify_url=…, now=clock.now())   # bytes, certificate, pages
found = examine(content)                                                     # authentic, altered, unknown

`providers` holds the ways of signing, all behind the same three methods. Knows nothing of training."""
