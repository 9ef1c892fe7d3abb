"""What is said to people: variables, texts filled in, rules of what to say; knows no database."""

from campaigns.scripting.lint_rules import Confidence, Severity
from campaigns.scripting.linting import Finding, lint
from campaigns.scripting.reading import ReadScript, missing_for, read_script, tidy_text
from campaigns.scripting.refusals import BadScript, UndeclaredVariables
from campaigns.scripting.rendering import (
    MissingValues,
    Piece,
    Rendered,
    built_in_values,
    call_variables,
    faults_of_values,
    render,
    render_script,
)
from campaigns.scripting.templates import TEMPLATES, Template
from campaigns.scripting.values import VariableType
from campaigns.scripting.variables import (
    BUILT_INS,
    BuiltIn,
    Variable,
    check_defaults,
    read_declarations,
    write_declarations,
)

__all__ = [
    "BUILT_INS",
    "TEMPLATES",
    "BadScript",
    "BuiltIn",
    "Confidence",
    "Finding",
    "MissingValues",
    "Piece",
    "ReadScript",
    "Rendered",
    "Severity",
    "Template",
    "UndeclaredVariables",
    "Variable",
    "VariableType",
    "built_in_values",
    "call_variables",
    "check_defaults",
    "faults_of_values",
    "lint",
    "missing_for",
    "read_declarations",
    "read_script",
    "render",
    "render_script",
    "tidy_text",
    "write_declarations",
]
