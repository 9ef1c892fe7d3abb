"""Make and drop a database with an owner of its own in the PostgreSQL on 127.0.0.1:5432.

`create` prints the owner's DATABASE_URL, or nothing when no log-in may make roles; `drop URL` removes both.
MINGA_CI_POSTGRES names another superuser connection than the usual ones with trusted local log-in.
"""

import os
import secrets
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

USUAL = [f"postgres://{name}@127.0.0.1:5432/postgres" for name in ("postgres", "root")]


def superuser() -> psycopg.Connection | None:
    """Return a connection that may make roles, or None."""
    for url in [os.environ["MINGA_CI_POSTGRES"]] if "MINGA_CI_POSTGRES" in os.environ else USUAL:
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=3)
        except psycopg.OperationalError as error:
            sys.stderr.write(f"{url.partition('@')[0].rpartition(':')[0]}…: {error}\n")
    return None


def create(connection: psycopg.Connection) -> str:
    """Make a role that owns one new database and may make more, as the product's owner may."""
    name, password = f"minga_ci_{secrets.token_hex(4)}", secrets.token_hex(12)
    owner = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(owner, sql.Literal(password))
    )
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(owner, owner))
    return f"postgres://{name}:{password}@127.0.0.1:{connection.info.port}/{name}"


def drop(connection: psycopg.Connection, url: str) -> None:
    """Drop the role with every database it owns; fail when the tests left some of their own."""
    name = urlsplit(url).username or ""
    owned = connection.execute(
        "SELECT datname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE rolname = %s", [name]
    ).fetchall()
    for (database,) in owned:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
    connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
    left = sorted(database for (database,) in owned if database != name)
    if left:
        sys.exit(f"The tests left databases behind: {', '.join(left)}")


def main(words: list[str]) -> None:
    connection = superuser()
    if connection is None:
        return
    with connection:
        if words[0] == "create":
            sys.stdout.write(create(connection))
        else:
            drop(connection, words[1])


if __name__ == "__main__":
    main(sys.argv[1:])
