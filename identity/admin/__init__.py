"""The door for staff: inbox of cases, persons, disputes, files, queue, runs, settings, and what was seen."""

from identity.admin import (
    backlog,
    disputes,
    empties,
    imports,
    inbox,
    links,
    people,
    person_acts,
    runs,
    settings_page,
    sightings,
)

__all__ = [
    "backlog",
    "disputes",
    "empties",
    "imports",
    "inbox",
    "links",
    "people",
    "person_acts",
    "runs",
    "settings_page",
    "sightings",
]
