"""What can be done with rules, contacts and imports."""

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
from personas.actions.priorities import NoPriorities, PriorityDoubled, reorder_personas
from personas.actions.qualifying import Qualified, discard, qualify
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
    "BulkKeywords",
    "CacheStatus",
    "ContactExists",
    "DefaultNeeded",
    "DefaultPersona",
    "EmptyKeyword",
    "FileGone",
    "Flag",
    "KeywordExists",
    "KeywordTooLong",
    "KeywordUse",
    "Lint",
    "MappingUnusable",
    "NamelessContact",
    "NewContact",
    "NoPriorities",
    "NoRules",
    "NothingUsable",
    "PersonaExists",
    "PersonaHeld",
    "Preview",
    "PriorityDoubled",
    "ProfileBusy",
    "Qualified",
    "RefusedText",
    "Shadowed",
    "Suggestion",
    "TooManyKeywords",
    "UnreadableUpload",
    "UploadTooLarge",
    "WrittenKeyword",
    "WrongState",
    "assign_persona",
    "cache_status",
    "cancel_import",
    "change_contact",
    "change_persona",
    "change_title",
    "classify_job_title",
    "classify_job_title_simple",
    "classify_job_titles",
    "confirm_mapping",
    "create_contact",
    "delete_contact",
    "delete_keyword",
    "delete_persona",
    "discard",
    "explain",
    "forget_rejected_rows",
    "import_rows",
    "invalidate_classifier_cache",
    "lint",
    "load_ruleset",
    "lock_contact",
    "normalize_job_title",
    "preview",
    "qualify",
    "reorder_personas",
    "save_keyword",
    "save_keywords",
    "save_persona",
    "schedule_forgetting",
    "settle_import",
    "start_import",
    "upload_linkedin",
]
