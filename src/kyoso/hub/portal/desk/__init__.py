"""My desk: what waits for a person, what is late, what changed; by page, letter and calendar."""
