"""What leaves the house: charts, documents, workbooks, results as files."""
