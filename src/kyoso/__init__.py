"""Kyoso: the open platform of a climate and environment cooperation programme."""
