"""Programmes, their editions and activities, and how each member stands to an activity."""
