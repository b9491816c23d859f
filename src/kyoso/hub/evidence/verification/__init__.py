"""Verification of facilities' reports: accredited verifiers, their findings, their statements (1-1-1)."""
