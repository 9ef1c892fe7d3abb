"""Backup and restore (S18): a folder of parcels, one for each table, and a manifest that names them.

Rows go by COPY, tables by our own migrations: docs/adr/0015 says why.
"""
