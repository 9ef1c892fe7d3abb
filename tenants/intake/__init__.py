"""What may come in? One strict JSON parser, one text validator, one form of ids, for every door (S13)."""

from tenants.intake.days import day_of_ours
from tenants.intake.faults import Fault
from tenants.intake.ids import NUMBER, UUID, is_number, is_uuid
from tenants.intake.strict_json import BadJSON, TooDeep, read_json
from tenants.intake.text import UNFIT_WORDS, faults_in, one_line, shown_name, text_fault

__all__ = [
    "NUMBER",
    "UNFIT_WORDS",
    "UUID",
    "BadJSON",
    "Fault",
    "TooDeep",
    "day_of_ours",
    "faults_in",
    "is_number",
    "is_uuid",
    "one_line",
    "read_json",
    "shown_name",
    "text_fault",
]
