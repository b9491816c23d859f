"""Projects: what is done under activities, by whom, where, with whose money, to what result."""
