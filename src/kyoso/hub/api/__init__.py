"""The desk for programs: the same services and the same rules as the pages, as JSON."""
