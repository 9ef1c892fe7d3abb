"""Pages of list-calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.simulator.filters import BadFilter, check, matches

LISTED = 50
MOST_LISTED = 1000
KEY = "after-"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list request wants. Raises BadFilter when read from what list-calls would not take."""

    criteria: Fields
    limit: int
    skip: int
    after: int | None
    newest_first: bool
    with_total: bool

    @classmethod
    def read(cls, body: object) -> "Asked":
        """Return the request that a body makes."""
        if not isinstance(body, Mapping):
            raise BadFilter("body")
        asked = body.get("filter_criteria")
        criteria = {} if asked is None else asked
        check(criteria)
        order = body.get("sort_order", "descending")
        if order not in ("ascending", "descending"):
            raise BadFilter("sort_order")
        return cls(
            criteria=criteria,
            limit=_whole(body.get("limit", LISTED), "limit", lowest=1, highest=MOST_LISTED),
            skip=_whole(body.get("skip", 0), "skip", lowest=0, highest=10**9),
            after=_cursor(body.get("pagination_key")),
            newest_first=order == "descending",
            with_total=body.get("include_total") is True,
        )


def page(calls: Sequence[tuple[int, Fields]], asked: Asked) -> dict[str, Any]:
    """Return a page of (serial, call object) pairs that come in the order in which they were made."""
    found = [(serial, call) for serial, call in calls if matches(call, asked.criteria)]
    total = len(found)
    if asked.newest_first:
        found.reverse()
    if asked.after is not None:
        found = [pair for pair in found if _comes_after(pair[0], asked.after, asked.newest_first)]
    found = found[asked.skip :]
    shown = found[: asked.limit]
    answer: dict[str, Any] = {
        "items": [{name: value for name, value in call.items() if name != "transcript"} for _, call in shown],
        "has_more": len(found) > len(shown),
    }
    if answer["has_more"]:
        answer["pagination_key"] = f"{KEY}{shown[-1][0]}"
    return answer | ({"total": total} if asked.with_total else {})


def _comes_after(serial: int, last: int, newest_first: bool) -> bool:
    return serial < last if newest_first else serial > last


def _whole(value: object, name: str, *, lowest: int, highest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise BadFilter(name)
    return value


def _cursor(value: object) -> int | None:
    if value is None:
        return None
    digits = value.removeprefix(KEY) if isinstance(value, str) else ""
    if not digits.isascii() or not digits.isdigit():
        raise BadFilter("pagination_key")
    return int(digits)
