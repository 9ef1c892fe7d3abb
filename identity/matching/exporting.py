"""Our levels and weights as the settings of Splink, so that another engine can score the same pairs (I7b).

`splink_settings` is plain JSON and imports nothing: it can be carried to wherever Splink runs. Its SQL calls
two functions by name, `typed_alike` and `names_alike`; `DUCKDB_FUNCTIONS` defines them in DuckDB.
"""

from collections.abc import Iterator
from typing import Any

from identity.matching.comparing import (
    CLOSE,
    EQUAL_NAME,
    IDENTIFIERS,
    LEVELS,
    NEAR,
    SHORTEST_KEY,
    TYPED,
    Field,
)
from identity.matching.names import SHORTEST_TYPO, TYPO
from identity.matching.weighing import Model
from identity.rules import DIFFERENT, SIMILAR

# The column of the files that holds a field; "l" is the account's side, "r" the lead's.
COLUMNS: dict[str, str] = {field: "on_day" if field is Field.HIRED else str(field) for field in Field}
# Words that have a partner on the other side are counted on both, the fewer pair up: other than the largest
# one-to-one pairing only where three words crowd around two, which names do not.
DUCKDB_FUNCTIONS = (
    """CREATE OR REPLACE MACRO typed_alike(one, other, shortest) AS
    least(length(one), length(other)) >= shortest AND damerau_levenshtein(one, other) = 1""",
    f"""CREATE OR REPLACE MACRO typo_partners(ones, others) AS
    len(list_filter(ones, lambda word: NOT list_contains(others, word) AND len(list_filter(
        others, lambda other: NOT list_contains(ones, other) AND typed_alike(word, other, {SHORTEST_TYPO})
    )) > 0))""",
    f"""CREATE OR REPLACE MACRO alike_of(equal, typos, one, other) AS round((
        (equal + {TYPO} * typos) / (one + other - equal - typos)
        + (equal + {TYPO} * typos) / greatest(one, other)
    ) / 2, 4)""",
    """CREATE OR REPLACE MACRO names_alike(ones, others) AS alike_of(
        len(list_intersect(ones, others)),
        least(typo_partners(ones, others), typo_partners(others, ones)),
        len(ones), len(others)
    )""",
)


def splink_settings(model: Model) -> dict[str, Any]:
    """Return the model as settings of Splink 5, for files with the columns of `COLUMNS`.

    The prior is even, so that a pair's match weight is the sum of our bits; term frequencies of the fields
    with slack must be given as lookups. Pairs are led to by exact identifiers.
    """
    return {
        "link_type": "link_only",
        "probability_two_random_records_match": 0.5,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{field} = r.{field}", "sql_dialect": "duckdb"} for field in IDENTIFIERS
        ],
        "comparisons": [_comparison(model, field) for field in Field],
        "additional_columns_to_retain": ["person"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
    }


def _comparison(model: Model, field: Field) -> dict[str, Any]:
    """Return a field's levels, the best one first as Splink wants them, ours from the lowest up."""
    named = zip(("differs", *LEVELS[field]), ("ELSE", *_conditions(field)), strict=True)
    levels = [
        {
            "sql_condition": condition,
            "label_for_charts": label,
            "m_probability": model.same[field][at],
            "u_probability": model.chance[field][at],
        }
        for at, (label, condition) in enumerate(named)
    ]
    if field in model.slack:
        levels[-1] |= {"tf_adjustment_column": COLUMNS[field], "tf_adjustment_weight": 1.0}
    column = COLUMNS[field]
    missing = {
        "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL",
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    return {"output_column_name": column, "comparison_levels": [missing, *reversed(levels)]}


def _conditions(field: Field) -> Iterator[str]:
    """Yield the SQL of each level above "differs", the best one last."""
    column = COLUMNS[field]
    if field is Field.NAME:
        for limit in (DIFFERENT, SIMILAR, EQUAL_NAME):
            yield f"names_alike(name_l, name_r) >= {limit}"
    elif field is Field.HIRED:
        for first, last in (NEAR, CLOSE):
            yield f"date_diff('day', {column}_r, {column}_l) BETWEEN {first} AND {last}"
    else:
        if field in TYPED:
            yield f"typed_alike({column}_l, {column}_r, {SHORTEST_KEY})"
        yield f"{column}_l = {column}_r"
