"""The living document: changes proposed to an edition, discussed, adopted together as the next."""
