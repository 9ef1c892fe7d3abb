"""A scenario from a file or a table: known keys, values of their kind, or BadScenario naming the key."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from campaigns.simulator.scenario import Change, Delays, Fault, NumberPlan, People, Rate, Scenario

PACKAGED = Path(__file__).parent / "scenarios"
Kind = TypeVar("Kind")
Reader = Callable[[object, str], Any]
Source = Scenario | Mapping[str, Any] | str | Path


class BadScenario(ValueError):
    """The scenario cannot be played; the message names the key."""


def read_scenario(source: Source) -> Scenario:
    """Return a scenario from a packaged name, a TOML or JSON file, or a table. Raises BadScenario."""
    if isinstance(source, Scenario):
        return source
    if isinstance(source, Mapping):
        return _scenario(source)
    path = Path(source) if Path(source).suffix else PACKAGED / f"{source}.toml"
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise BadScenario(f"{source}: {error.strerror}; there are {', '.join(packaged())}") from error
    except ValueError as error:
        raise BadScenario(f"{source}: {error}") from error
    return _scenario(table)


def packaged() -> list[str]:
    """Return the names of the scenarios that come along."""
    return sorted(path.stem for path in PACKAGED.glob("*.toml"))


def read_change(table: object) -> Change:
    """Return one change of the conditions. Raises BadScenario."""
    return _filled(Change, table, "change")


def _scenario(table: object) -> Scenario:
    scenario = _filled(Scenario, table, "scenario")
    checks = {
        "time_scale": scenario.time_scale > 0,
        "when_full": scenario.when_full in ("refuse", "end"),
        "connected": sum(scenario.connected.values()) > 0,
        "not_connected": sum(scenario.not_connected.values()) > 0,
    }
    wrong = [name for name, passed in checks.items() if not passed]
    if wrong:
        raise BadScenario(f"{', '.join(wrong)}: out of range")
    return scenario


def _filled(kind: type[Kind], table: object, where: str) -> Kind:
    known = {each.name: each.type for each in fields(kind)}  # type: ignore[arg-type]  # only dataclasses come
    values = {}
    for key, value in _table(table, where).items():
        if key not in known:
            raise BadScenario(f"{where}.{key}: unknown; known are {', '.join(known)}")
        values[key] = _READERS[known[key]](value, f"{where}.{key}")
    return kind(**values)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadScenario(f"{where}: not a table")
    return value


def _items(value: object, where: str) -> list[object]:
    if not isinstance(value, list | tuple):
        raise BadScenario(f"{where}: not a list")
    return list(value)


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**12:
        raise BadScenario(f"{where}: not a number from 0 on")
    return float(value)


def _whole(value: object, where: str) -> int:
    number = _number(value, where)
    if number != int(number):
        raise BadScenario(f"{where}: not a whole number")
    return int(number)


def _rate(value: object, where: str) -> Rate:
    number = _number(value, where)
    if number > 1:
        raise BadScenario(f"{where}: not a rate from 0 to 1")
    return Rate(number)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise BadScenario(f"{where}: not a text")
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadScenario(f"{where}: neither true nor false")
    return value


def _range(value: object, where: str) -> tuple[float, float]:
    ends = [_number(each, where) for each in _items(value, where)]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise BadScenario(f"{where}: not [lowest, highest]")
    return ends[0], ends[1]


def _fault(value: object, where: str) -> Fault:
    try:
        return Fault(_text(value, where))
    except ValueError as error:
        raise BadScenario(f"{where}: {value} is unknown; known are {', '.join(Fault)}") from error


def _each(read: Reader, value: object, where: str) -> tuple[Any, ...]:
    return tuple(read(item, f"{where}[{place}]") for place, item in enumerate(_items(value, where)))


def _by_key(read_key: Reader, read: Reader, value: object, where: str) -> dict[Any, Any]:
    table = _table(value, where)
    return {read_key(key, where): read(item, f"{where}.{key}") for key, item in table.items()}


_READERS: Mapping[object, Reader] = {
    str: _text,
    float: _number,
    int: _whole,
    Rate: _rate,
    float | None: _number,
    int | None: _whole,
    bool | None: _flag,
    tuple[float, float]: _range,
    tuple[str, ...]: partial(_each, _text),
    tuple[Fault, ...]: partial(_each, _fault),
    tuple[Change, ...]: partial(_each, partial(_filled, Change)),
    Mapping[Fault, Rate]: partial(_by_key, _fault, _rate),
    Mapping[str, float]: partial(_by_key, _text, _number),
    Mapping[str, NumberPlan]: partial(_by_key, _text, partial(_filled, NumberPlan)),
    People: partial(_filled, People),
    Delays: partial(_filled, Delays),
}
