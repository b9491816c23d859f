"""Pollution: the programme's second pillar, one room for each of its sections."""
