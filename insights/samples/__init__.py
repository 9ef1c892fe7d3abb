"""Synthetic brands: workbooks of posts and comments over months, their truth beside. Files, never rows."""

from insights.samples.books import SEED, BookSample, Truth, make_books, write_books
from insights.samples.words import BRANDS, Brand

__all__ = ["BRANDS", "SEED", "BookSample", "Brand", "Truth", "make_books", "write_books"]
