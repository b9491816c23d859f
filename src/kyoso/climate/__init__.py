"""Pillar 1, climate change: transparency, mitigation, crediting, adaptation, stocktake."""
