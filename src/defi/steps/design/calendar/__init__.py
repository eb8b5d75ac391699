"""The calendar of the plan: a rhythm, laid out into half-days, checked against the hours of the plan."""
