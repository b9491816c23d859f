"""Declared tables, their files and checks, and the relational engine they run on."""
