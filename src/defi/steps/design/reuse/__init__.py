"""A plan begun from what was done before: the plan of a past operation, or the library of a provider's modules."""
