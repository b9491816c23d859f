"""Transparency of greenhouse gases from facility to report (activities 1-1-1, 1-1-2, 1-1-3)."""
