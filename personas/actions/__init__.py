"""What can be done with rules, contacts and imports."""

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
from personas.actions.deciding import assign_persona, change_title, lock_contact
from personas.actions.import_ends import forget_rejected_rows, schedule_forgetting, settle_import
from personas.actions.import_rows import import_rows
from personas.actions.linkedin import (
    MappingUnusable,
    WrongState,
    cancel_import,
    confirm_mapping,
    start_import,
)
from personas.actions.linting import KeywordUse, Lint, lint
from personas.actions.rulesets import (
    DefaultPersona,
    EmptyKeyword,
    KeywordExists,
    PersonaExists,
    PersonaHeld,
    WrittenKeyword,
    delete_keyword,
    delete_persona,
    save_keyword,
    save_persona,
)
from personas.actions.seeds import load_ruleset
from personas.actions.uploads import (
    LARGEST_UPLOAD,
    BadProfile,
    FileGone,
    Preview,
    ProfileBusy,
    UnreadableUpload,
    UploadTooLarge,
    preview,
    upload_linkedin,
)
from personas.classifier import explain
from personas.classifier.lint import Broad, Flag, Shadowed, Suggestion

__all__ = [
    "LARGEST_UPLOAD",
    "BadProfile",
    "Broad",
    "CacheStatus",
    "DefaultPersona",
    "EmptyKeyword",
    "FileGone",
    "Flag",
    "KeywordExists",
    "KeywordUse",
    "Lint",
    "MappingUnusable",
    "NoRules",
    "PersonaExists",
    "PersonaHeld",
    "Preview",
    "ProfileBusy",
    "Shadowed",
    "Suggestion",
    "UnreadableUpload",
    "UploadTooLarge",
    "WrittenKeyword",
    "WrongState",
    "assign_persona",
    "cache_status",
    "cancel_import",
    "change_title",
    "classify_job_title",
    "classify_job_title_simple",
    "classify_job_titles",
    "confirm_mapping",
    "delete_keyword",
    "delete_persona",
    "explain",
    "forget_rejected_rows",
    "import_rows",
    "invalidate_classifier_cache",
    "lint",
    "load_ruleset",
    "lock_contact",
    "normalize_job_title",
    "preview",
    "save_keyword",
    "save_persona",
    "schedule_forgetting",
    "settle_import",
    "start_import",
    "upload_linkedin",
]
