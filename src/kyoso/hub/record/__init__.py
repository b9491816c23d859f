"""The record: every act in one log chained by hash, and the one way in which a record changes."""
