"""What a country has promised, how far it is, and the report that says so (activities 1-1-2, 1-1-3)."""
