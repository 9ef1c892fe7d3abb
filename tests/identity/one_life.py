"""`python -m tests.identity.one_life SCHEMA JOB BATCH`: a worker that takes up one job, with small batches.

`CRASH_AT` kills it in the midst. The settings come from the environment of the test that starts it.
"""

import sys
from uuid import UUID

import django


def main(schema: str, job: str, batch: str) -> None:
    """Work on the job until it ends or this process is killed."""
    django.setup()
    from identity.actions.draining import recovering
    from tenants.jobs.queries import DueTicket
    from tenants.jobs.runner.work import work_on

    recovering.BATCH = int(batch)
    work_on(DueTicket(UUID(job), schema))


if __name__ == "__main__":
    main(*sys.argv[1:])
