"""How a look at a brand is told: one set of charts, words and tables for page, PDF and workbook (Screens)."""
