"""Defi: runs the French regional scheme DEFI, from an employer's need to the job kept."""

__version__ = "0.1.0"
