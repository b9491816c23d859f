"""Facilities: who operates them, what they plan to measure, what they report (activity 1-1-1)."""
