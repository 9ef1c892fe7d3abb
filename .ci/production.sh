#!/bin/sh
# Run a command with the settings of a production machine; keys are made up for this one run.
key() { od -An -N48 -tx1 /dev/urandom | tr -d ' \n'; }

unset MINGA_DEMO MINGA_DEBUG MINGA_CHECKING
MINGA_SECRET_KEY=$(key) MINGA_JWT_KEY=$(key) MINGA_DB_KEY=$(key)
export MINGA_SECRET_KEY MINGA_JWT_KEY MINGA_DB_KEY
export MINGA_ALLOWED_HOSTS=minga.example MINGA_TRUSTED_ORIGINS=https://minga.example MINGA_BEHIND_PROXY=1
export DATABASE_URL=postgres://minga@127.0.0.1/minga BROKER_URL=redis://127.0.0.1/0 CACHE_URL=redis://127.0.0.1/1
exec "$@"
