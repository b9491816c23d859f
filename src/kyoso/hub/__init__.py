"""The Django site: where people meet the programme, its methods and its results."""
