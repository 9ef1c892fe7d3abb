"""Databases of a test run: one template with two tenants, a copy a process, all gone at the end (F7)."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent

ROLES_HERE = """
    SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
      JOIN pg_database b ON b.oid = d.dbid
     WHERE d.refclassid = 'pg_authid'::regclass AND b.datname LIKE %s AND NOT r.rolsuper
       AND r.rolname <> current_user
"""


def template_name() -> str:
    """Name this run's template database."""
    return f"minga_test_{os.environ['MINGA_TEST_RUN']}"


def own_name() -> str:
    """Name this process's database."""
    return f"{template_name()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def url_of(name: str) -> str:
    """Return the owner's URL of a database on the run's server."""
    return urlunsplit(urlsplit(os.environ["MINGA_TEST_OWNER_URL"])._replace(path=f"/{name}"))


def point_at(name: str) -> None:
    """Let this process and its children speak to that database; settings too, once they are loaded."""
    os.environ["DATABASE_URL"] = url_of(name)
    if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        sys.modules["django.conf"].settings.DATABASES["default"]["NAME"] = name


def ensure_template() -> None:
    """Build the template once a run; other processes wait for it."""
    with _once(template_name()) as first:
        if first:
            _execute("CREATE DATABASE {}", template_name())
            subprocess.run(
                [sys.executable, "-m", "tests.template"],
                cwd=ROOT,
                check=True,
                env=os.environ | {"DATABASE_URL": url_of(template_name()), "MINGA_LOGIN": "owner"},
            )
            _let_owner_act()


@cache
def cast_roles() -> frozenset[str]:
    """Return the roles that the template knows, which the owner may act in rehearsals."""
    with _server() as server:
        return frozenset(_roles(server, template_name()))


def copy_template(name: str) -> None:
    """Make a database like the template. Who may connect is not copied and granted again."""
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template_name())
    _execute("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", name)
    with _server() as server:
        for role in _roles(server, template_name()):
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            server.execute(grant.format(sql.Identifier(name), sql.Identifier(role)))


def drop(name: str) -> None:
    """Drop one database whoever is still connected, and the roles that only it knew."""
    with _server() as server:
        shared = _roles(server, template_name())
        mine = _roles(server, name) - shared
        _drop(server, name)
        for role in mine:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def drop_all() -> None:
    """Drop every database and role of this run: roles are cluster-wide and would stay for ever."""
    with _server() as server:
        roles = _roles(server, f"{template_name()}%")
        names = server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{template_name()}%"]
        )
        for (name,) in names.fetchall():
            _drop(server, name)
        for role in roles:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def _let_owner_act() -> None:
    # Granted by each test in its own transaction, a role would be locked until that test's end, and the other
    # processes' tests would wait for it: roles are cluster-wide.
    with _server() as server:
        for role in _roles(server, template_name()):
            server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))


def _roles(server: "psycopg.Connection[tuple[str, ...]]", databases: str) -> set[str]:
    """Return the roles that databases of that name (or LIKE pattern) give rights to."""
    return {role for (role,) in server.execute(ROLES_HERE, [databases]).fetchall()}


def _drop(server: "psycopg.Connection[tuple[str, ...]]", name: str) -> None:
    # Ending somebody's session asks for membership in their role.
    connected = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND usename <> current_user"
    for (role,) in server.execute(connected, [name]).fetchall():
        server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _ in range(100):
        # Only a superuser ends autovacuum, which looks at what was just written; it ends by itself.
        with suppress(psycopg.errors.InsufficientPrivilege):
            server.execute(statement)
            return
        time.sleep(0.1)
    server.execute(statement)


def _server() -> "psycopg.Connection[tuple[str, ...]]":
    return psycopg.connect(os.environ["MINGA_TEST_OWNER_URL"], autocommit=True)


def _execute(statement: str, *names: str) -> None:
    with _server() as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _once(name: str) -> Iterator[bool]:
    """Hold a file lock; yield whether this process is the first to come here."""
    lock = Path(tempfile.gettempdir()) / f"{name}.{os.getuid()}.lock"
    with lock.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _server() as server:
            exists = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        yield exists is None
    lock.unlink(missing_ok=True)
