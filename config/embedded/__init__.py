"""Our own launcher for PostgreSQL and Valkey: what the demo and the tests stand on (F3, F4, F5)."""


class EmbeddedError(Exception):
    """One line that says what is wrong with an embedded server, and the cure."""
