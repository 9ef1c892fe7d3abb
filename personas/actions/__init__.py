"""What can be done with rules, contacts and imports."""

from personas.actions.backfilling import backfill, backfill_run
from personas.actions.bulk_keywords import (
    BulkKeywords,
    NothingUsable,
    RefusedText,
    TooManyKeywords,
    save_keywords,
)
from personas.actions.classifying import (
    CacheStatus,
    NoRules,
    cache_status,
    classify_job_title,
    classify_job_title_simple,
    classify_job_titles,
    invalidate_classifier_cache,
    normalize_job_title,
)
from personas.actions.contacts import (
    ContactExists,
    NamelessContact,
    NewContact,
    change_contact,
    create_contact,
    delete_contact,
)
from personas.actions.deciding import assign_persona, change_title, lock_contact
from personas.actions.import_ends import forget_rejected_rows, schedule_forgetting, settle_import
from personas.actions.import_rows import import_rows
from personas.actions.keywords import (
    EmptyKeyword,
    KeywordExists,
    KeywordTooLong,
    WrittenKeyword,
    change_keyword,
    delete_keyword,
    save_keyword,
)
from personas.actions.linkedin import (
    MappingUnusable,
    WrongState,
    cancel_import,
    confirm_mapping,
    start_import,
)
from personas.actions.linting import KeywordUse, Lint, lint
from personas.actions.maintenance import FoundIndex, ensure_indexes
from personas.actions.metrics import compute_metrics, coverage_of, figures_of, schedule_upkeep
from personas.actions.priorities import NoPriorities, PriorityDoubled, reorder_personas
from personas.actions.qualifying import Qualified, discard, qualify
from personas.actions.reclassifying import (
    BadSelection,
    Estimate,
    NotUndoable,
    PreviewUnusable,
    RulesChanged,
    cancel_reclassification,
    estimate,
    forget_previews,
    reclassify,
    run_reclassification,
    schedule_forgetting_previews,
    undo_reclassification,
)
from personas.actions.recounting import recount
from personas.actions.rejecting import REJECTED
from personas.actions.rulesets import (
    DefaultNeeded,
    DefaultPersona,
    PersonaExists,
    PersonaHeld,
    change_persona,
    delete_persona,
    save_persona,
)
from personas.actions.seeds import load_ruleset
from personas.actions.uploads import (
    LARGEST_UPLOAD,
    BadProfile,
    Preview,
    ProfileBusy,
    preview,
    upload_linkedin,
)
from personas.classifier import explain
from personas.classifier.lint import Broad, Flag, Shadowed, Suggestion

__all__ = [
    "LARGEST_UPLOAD",
    "REJECTED",
    "BadProfile",
    "BadSelection",
    "Broad",
    "BulkKeywords",
    "CacheStatus",
    "ContactExists",
    "DefaultNeeded",
    "DefaultPersona",
    "EmptyKeyword",
    "Estimate",
    "Flag",
    "FoundIndex",
    "KeywordExists",
    "KeywordTooLong",
    "KeywordUse",
    "Lint",
    "MappingUnusable",
    "NamelessContact",
    "NewContact",
    "NoPriorities",
    "NoRules",
    "NotUndoable",
    "NothingUsable",
    "PersonaExists",
    "PersonaHeld",
    "Preview",
    "PreviewUnusable",
    "PriorityDoubled",
    "ProfileBusy",
    "Qualified",
    "RefusedText",
    "RulesChanged",
    "Shadowed",
    "Suggestion",
    "TooManyKeywords",
    "WrittenKeyword",
    "WrongState",
    "assign_persona",
    "backfill",
    "backfill_run",
    "cache_status",
    "cancel_import",
    "cancel_reclassification",
    "change_contact",
    "change_keyword",
    "change_persona",
    "change_title",
    "classify_job_title",
    "classify_job_title_simple",
    "classify_job_titles",
    "compute_metrics",
    "confirm_mapping",
    "coverage_of",
    "create_contact",
    "delete_contact",
    "delete_keyword",
    "delete_persona",
    "discard",
    "ensure_indexes",
    "estimate",
    "explain",
    "figures_of",
    "forget_previews",
    "forget_rejected_rows",
    "import_rows",
    "invalidate_classifier_cache",
    "lint",
    "load_ruleset",
    "lock_contact",
    "normalize_job_title",
    "preview",
    "qualify",
    "reclassify",
    "recount",
    "reorder_personas",
    "run_reclassification",
    "save_keyword",
    "save_keywords",
    "save_persona",
    "schedule_forgetting",
    "schedule_forgetting_previews",
    "schedule_upkeep",
    "settle_import",
    "start_import",
    "undo_reclassification",
    "upload_linkedin",
]
