"""Which stored fields speak about a person (S19): what an export hands out and an erasure takes away.

A field is personal when it names, reaches or describes a person, or may hold text that does. Keys and moments
of a row are harmless: they leave with the row. A new field belongs to one side before it is merged.
"""

PERSONAL = {
    "tenants.Tenant": "",
    "tenants.Domain": "",
    "tenants.User": "email name password last_login",
    "tenants.Membership": "",
    "tenants.ApiKey": "",
    "tenants.RefreshFamily": "",
    "tenants.RefreshToken": "",
    "tenants.Ticket": "",
    "tenants.Member": "name email",
    "jobs.Job": "params cursor result error",
    "jobs.Schedule": "params",
    "records.AuditEntry": "change",
    "records.IdempotencyKey": "body headers",
    "records.StoredFile": "name content",
    "records.SourceRecord": "source_id",
    "records.SourceMark": "",
    "personas.Persona": "",
    "personas.Keyword": "",
    "personas.RulesetRevision": "",
    "personas.JobTitle": "normalized",
    "personas.Contact": "first_name last_name job_title linkedin_url phone first_connected_on_linkedin",
    "personas.ContactEmail": "address",
    "personas.ContactCompany": "name key",
    "personas.ContactPersona": "persona locked_by",
    "personas.PersonaChange": "old new by",
    "personas.Reclassification": "params rules",
    "personas.TitleDecision": "",
    "personas.ListedChange": "old new",
    "personas.AppliedChunk": "",
    "personas.PersonaDay": "",
    "personas.MetricsRecord": "",
    "personas.LinkedInImport": "profile filename error",
    "personas.RejectedRow": "cells",
    "personas.ImportMapping": "profile",
}

HARMLESS = {
    "tenants.Tenant": (
        "schema_name id name slug status country timezone schema_version is_template has_samples created_at"
    ),
    "tenants.Domain": "id domain tenant is_primary",
    "tenants.User": "id language is_active is_staff created_at",
    "tenants.Membership": "id user tenant role version is_active ends_at created_at",
    "tenants.ApiKey": "id tenant name prefix digest role created_at used_at revoked_at",
    "tenants.RefreshFamily": "id membership created_at revoked_at revoked_because",
    "tenants.RefreshToken": "id family expires_at used_at",
    "tenants.Ticket": "job schema_name due_at state",
    "tenants.Member": "id role",
    "jobs.Job": (
        "id kind subject state due_at attempt lease_token lease_until heartbeat_at worker "
        "gave_way phase phases phase_label done total counters version created_at "
        "created_by started_at finished_at cancel_requested_at cancel_requested_by"
    ),
    "jobs.Schedule": "id kind subject crontab is_active changed_at",
    "records.AuditEntry": "id at actor verb object_type object_id job",
    "records.IdempotencyKey": "id principal method path key fingerprint status created_at",
    "records.StoredFile": "id content_type digest size created_at created_by expires_at",
    "records.SourceRecord": "system collection target fingerprint refusal imported_at",
    "records.SourceMark": "system collection upto marked_at",
    "personas.Persona": "id code name priority color description is_default",
    "personas.Keyword": "id persona text normalized match effect",
    "personas.RulesetRevision": "id number stamp changed_at",
    "personas.JobTitle": "id contacts_count persona keyword_text revision",
    "personas.Reclassification": "id job type dry_run revision preview undoes created_at",
    "personas.TitleDecision": "of title persona keyword keyword_text",
    "personas.ListedChange": ("of contact title old_keyword old_keyword_text keyword keyword_text outcome"),
    "personas.AppliedChunk": "id by list after upto at",
    "personas.PersonaDay": "id persona on gained lost",
    "personas.MetricsRecord": "id computed_at figures",
    "personas.Contact": "id title source created_at updated_at",
    "personas.ContactEmail": "id contact is_primary",
    "personas.ContactCompany": "id contact is_primary",
    "personas.ContactPersona": (
        "contact title keyword keyword_text locked assigned_manually locked_at reclassified_at "
        "reclassified_by_job"
    ),
    "personas.PersonaChange": "id contact keyword_text cause revision job at",
    "personas.LinkedInImport": (
        "id file digest file_type headings mapping total_rows state job result created_at "
        "created_by started_at finished_at"
    ),
    "personas.RejectedRow": "id of line reason contacts created_at",
    "personas.ImportMapping": "mapping changed_at",
}
