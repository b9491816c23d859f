"""Progress: reporting rounds, reports on what was done, their review, and what they add up to."""
