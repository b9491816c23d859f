"""The declared tables of this room, one module for each subject."""
