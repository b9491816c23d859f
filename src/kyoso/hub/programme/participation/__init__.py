"""How members stand to activities: their answers, in pages and in a workbook."""
