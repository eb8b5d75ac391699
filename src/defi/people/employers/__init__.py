"""The record of an employer: its contacts, what was said with it, its duplicates. One record per site (SIRET)."""
