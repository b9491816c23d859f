"""People who sign in, and who is looking at a page."""
