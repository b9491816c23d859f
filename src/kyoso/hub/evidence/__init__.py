"""Methods at work: the catalogue, the workbench, and runs with where their numbers come from."""
