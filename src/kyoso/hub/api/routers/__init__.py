"""One file per resource: what is read of it, what is done to it."""
