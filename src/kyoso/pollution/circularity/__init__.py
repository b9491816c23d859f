"""Circularity: e-waste and what it holds, for activities 2-2-1 to 2-2-5."""
