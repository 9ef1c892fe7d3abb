"""How contacts are told: the same figures, charts and words on page, paper and workbook (Exports)."""
