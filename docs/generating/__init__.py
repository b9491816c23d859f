"""The pages that are made from declarations, reference data, contracts and commands."""
