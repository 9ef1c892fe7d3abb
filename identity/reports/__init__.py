"""How leads and their money are told: the same on page, paper and workbook (Exports)."""
