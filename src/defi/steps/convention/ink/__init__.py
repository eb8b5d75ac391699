"""Signatures in ink: the signed pages come back scanned or photographed, and find their convention and place alone."""
