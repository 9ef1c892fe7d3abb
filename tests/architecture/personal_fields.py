"""Which stored fields speak about a person (S19): what an export hands out and an erasure takes away.

A field is personal when it names, reaches or describes a person, or may hold text that does. Keys and moments
of a row are harmless: they leave with the row. A new field belongs to one side before it is merged.
"""

PERSONAL = {
    "tenants.Tenant": "",
    "tenants.Domain": "",
    "tenants.User": "email name password last_login",
    "tenants.Membership": "",
    "tenants.SavedFilter": "name address",
    "tenants.ApiKey": "",
    "tenants.RefreshFamily": "program",
    "tenants.Session": "session_data",
    "tenants.LogIn": "agent address",
    "tenants.RefreshToken": "",
    "tenants.Ticket": "",
    "tenants.JobRequest": "params",
    "tenants.PlatformAct": "change",
    "tenants.PlatformAlert": "subject figures",
    "tenants.Member": "name email",
    "jobs.Job": "params cursor result error",
    "jobs.Schedule": "params",
    "records.AuditEntry": "change",
    "records.IdempotencyKey": "body headers",
    "records.StoredFile": "name content",
    "records.SourceRecord": "source_id",
    "records.PersonRequest": "keys",
    "records.Retention": "",
    "records.SourceMark": "",
    "records.WebhookEndpoint": "url",
    "records.WebhookDelivery": "body",
    "records.WebhookTry": "",
    "records.Alert": "subject figures",
    "records.AlertRefusal": "",
    "identity.Lead": (
        "park first_name middle_name last_name phone document licence email plate car_brand "
        "car_model car_colour phone_key document_key licence_key email_key plate_key car_key "
        "name_key external_id source_pk happened_at lead_date city status"
    ),
    "identity.ScoutRegistration": (
        "park first_name middle_name last_name phone document licence email plate car_brand "
        "car_model car_colour phone_key document_key licence_key email_key plate_key car_key "
        "name_key external_id source_pk happened_at lead_date scout"
    ),
    "identity.Driver": (
        "park first_name middle_name last_name phone document licence email plate car_brand "
        "car_model car_colour phone_key document_key licence_key email_key plate_key car_key "
        "name_key driver_id hired_on"
    ),
    "identity.TripDay": "driver_id day trips",
    "identity.Person": "name",
    "identity.Identifier": "value",
    "identity.PersonChange": "moved note",
    "identity.MergeProposal": "source_pk",
    "identity.Link": "source_pk",
    "identity.Origin": "source_pk",
    "identity.OriginChange": "source_pk",
    "identity.Case": "shown error note",
    "identity.Attempt": "",
    "identity.Verdict": "note replaced",
    "identity.QueueItem": "source_pk",
    "identity.BacklogEvent": "source_pk",
    "identity.Claim": "source_pk",
    "identity.FleetImport": "filename error",
    "identity.RefusedRow": "cells",
    "identity.MatchingModel": "",
    "identity.IdentitySettings": "",
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
    "campaigns.Provider": "",
    "campaigns.CallerNumber": "number",
    "campaigns.ProviderEvent": "body error",
    "campaigns.CallAlert": "subject told",
    "campaigns.Account": "name contact",
    "campaigns.AccountDay": "",
    "campaigns.LedgerRow": "note",
    "campaigns.Script": "",
    "campaigns.ScriptVersion": "text",
    "campaigns.Campaign": "name description cancellation_reason",
    "campaigns.Tally": "",
    "campaigns.Arm": "",
    "campaigns.Entry": (
        "person_key document name phones zones variables fecha_limite fecha_maxima is_reached "
        "outcome promise_on promise_amount"
    ),
    "campaigns.Debt": (
        "creditor amount instalments first_due_on last_due_on days_overdue fecha_limite "
        "fecha_maxima references"
    ),
    "campaigns.CallAttempt": "person_key to_number outcome is_goal_met duration_ms",
    "campaigns.CallRecord": "transcript recording_url summary sentiment analysis raw",
    "campaigns.ClientFile": "filename error",
    "campaigns.RowReport": "told cells",
    "campaigns.StagedPerson": "cells",
    "campaigns.StagedRow": "key refused_key said",
    "campaigns.StagedWord": "word",
    "campaigns.ColumnMapping": "",
    "campaigns.CampaignSettings": "",
    "campaigns.BadNumber": "number",
    "campaigns.Suppression": "value reason",
    "campaigns.SuppressionList": "name",
    "insights.FichaCliente": "",
    "insights.FichaViewer": "",
    "insights.Label": "need_text",
    "insights.Run": "error",
    "insights.RowReport": "value",
    "insights.Post": "url content",
    "insights.CounterSnapshot": "content",
    "insights.Comment": "comment_id author text text_hash label unlabelled_because identity spot",
    "insights.CommentVersion": "text label",
    "insights.Insight": (
        "q1_result q2_result q3_result q4_result q5_result q6_result q7_result q8_result q9_result q10_result"
    ),
    "insights.Task": "title title_key description actions evidence",
    "insights.TaskNote": "text",
}

HARMLESS = {
    "tenants.Tenant": (
        "schema_name id name slug status country timezone schema_version is_template has_samples created_at "
        "demands_second_factor"
    ),
    "tenants.Domain": "id domain tenant is_primary",
    "tenants.User": "id language is_active is_staff created_at",
    "tenants.Membership": "id user tenant role version is_active ends_at created_at",
    "tenants.SavedFilter": "id membership created_at",
    "tenants.ApiKey": "id tenant name prefix digest role areas created_at used_at revoked_at",
    "tenants.Session": "session_key expire_date user seen_at",
    "tenants.LogIn": "id at user proof is_program",
    "tenants.RefreshFamily": "id membership created_at revoked_at revoked_because",
    "tenants.RefreshToken": "id family expires_at used_at",
    "tenants.Ticket": "job schema_name due_at state",
    "tenants.PlatformAlert": "id code opened_at seen_at closed_at told_at",
    "tenants.PlatformAct": "id at actor verb object_type object_id tenant person job request",
    "tenants.JobRequest": "job schema_name kind by created_at",
    "tenants.Member": "id role language may_enter",
    "jobs.Job": (
        "id kind subject state due_at attempt lease_token lease_until heartbeat_at worker "
        "gave_way phase phases phase_label done total counters version created_at "
        "created_by started_at finished_at cancel_requested_at cancel_requested_by"
    ),
    "jobs.Schedule": "id kind subject crontab timezone is_active changed_at",
    "records.AuditEntry": "id at actor verb object_type object_id job",
    "records.IdempotencyKey": "id principal method path key fingerprint status created_at",
    "records.StoredFile": "id content_type digest size created_at created_by expires_at",
    "records.SourceRecord": "system collection target fingerprint refusal imported_at",
    "records.PersonRequest": ("id kind digests never_call job counts left created_at created_by ended_at"),
    "records.Retention": "kind days changed_at changed_by",
    "records.SourceMark": "system collection upto marked_at",
    "records.WebhookEndpoint": (
        "id events seed old_seed old_seed_ends_at stopped failures failing_since rests_until "
        "created_at created_by"
    ),
    "records.WebhookDelivery": "id endpoint type state tries due_at created_at ended_at",
    "records.WebhookTry": "id delivery at status fault took_ms",
    "records.Alert": "id code opened_at seen_at closed_at told_at",
    "records.AlertRefusal": "person refused_at",
    "identity.Lead": "created_at updated_at inputs id",
    "identity.ScoutRegistration": "created_at updated_at inputs id",
    "identity.Driver": "created_at updated_at id",
    "identity.TripDay": "",
    "identity.Person": "key confidence merged_into created_at created_by",
    "identity.Identifier": "id person kind is_sole created_at created_by",
    "identity.PersonChange": "id verb kept other created_at created_by undone_at undone_by",
    "identity.MergeProposal": "id one other created_at closed_at closed_by is_accepted",
    "identity.Link": (
        "tried levels weights candidates gap posterior ruleset id source person rule score "
        "confidence is_corroborated via job linked_at linked_by"
    ),
    "identity.Origin": "person kind status reason decided_by changed_at changed_by",
    "identity.OriginChange": "id person kind status reason decided_by replaced_at replaced_by",
    "identity.Case": (
        "tried levels weights candidates gap posterior ruleset lead state outcome reason inputs "
        "attempts tried_at woken_at errors retry_at opened_at closed_at closed_by"
    ),
    "identity.Attempt": "id lead via outcome reason tried posterior ruleset job tried_at",
    "identity.Verdict": "id lead kind person driver created_at created_by",
    "identity.QueueItem": "status attempts reason tried_at retry_at asked_at queued_at closed_at job",
    "identity.BacklogEvent": "id kind happened_at job",
    "identity.Claim": "id person milestone state amount currency created_at changed_at job",
    "identity.FleetImport": (
        "id kind file headings mapping total_rows state job result created_at created_by finished_at"
    ),
    "identity.RefusedRow": "id of line reason created_at",
    "identity.MatchingModel": "id version parameters is_active missed fitted_at",
    "identity.IdentitySettings": (
        "id mode similar clear_gap different currency milestones changed_at changed_by"
    ),
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
    "campaigns.Provider": (
        "id name kind base_url key_name endpoint agent_id max_concurrent_calls concurrency_told "
        "calls_per_second next_call_at turn stopped_at stopped_because rests_until backoffs breaker "
        "breaker_cause breaker_until breaker_opened created_at"
    ),
    "campaigns.CallerNumber": "id provider rests_until rests_because last_used_at",
    "campaigns.ProviderEvent": "id provider call_id event received_at applied_at tries try_at",
    "campaigns.CallAlert": "id kind raised_at cleared_at cleared_by",
    "campaigns.Account": (
        "id code status billing_type price_per_minute price_setup price_failed currency balance "
        "max_concurrent_calls daily_call_limit daily_spend_cap country timezone provider "
        "call_settings extra_holidays worked_holidays created_at"
    ),
    "campaigns.AccountDay": "id account on calls charged reserved",
    "campaigns.LedgerRow": "id account kind amount unit attempt created_at created_by",
    "campaigns.Script": "id name country use_case created_at created_by archived_at",
    "campaigns.ScriptVersion": (
        "id script number variables agent_id agent_version state created_at created_by approved_at "
        "approved_by"
    ),
    "campaigns.Campaign": (
        "id code account use_case processing_type state priority call_settings frame starts_at "
        "ends_at spend_cap zones has_samples created_at created_by started_at paused_at "
        "completed_at"
    ),
    "campaigns.Tally": (
        "campaign entries queued claimed dialing in_call unconfirmed succeeded retry_wait exhausted "
        "failed suppressed on_hold needs_review cancelled dialled reached promised calls charged "
        "reserved talk_ms turn version"
    ),
    "campaigns.Arm": "id campaign version weight",
    "campaigns.Entry": (
        "id campaign next_phone row state next_action reason earliest_at attempts faults arm "
        "charged talk_ms created_at moved_at finished_at"
    ),
    "campaigns.Debt": "id entry currency",
    "campaigns.CallAttempt": (
        "id entry campaign account provider script_version number from_number state on lease_until "
        "max_call_seconds reserved call_id ask_at claimed_at sent_at accepted_at started_at "
        "ended_at closed_at disconnection_reason is_counted is_contact charge provider_cost_micros"
    ),
    "campaigns.CallRecord": "attempt received_at",
    "campaigns.ClientFile": (
        "id account campaign file processing_type mapping params fingerprint report job created_at "
        "created_by finished_at"
    ),
    "campaigns.RowReport": "id of line status code created_at",
    "campaigns.StagedPerson": "of contact",
    "campaigns.StagedRow": "of first line",
    "campaigns.StagedWord": "of",
    "campaigns.ColumnMapping": "id account processing_type mapping changed_at",
    "campaigns.CampaignSettings": "id records_kept_days many_failures_percent changed_at changed_by",
    "campaigns.BadNumber": "attempt reason found_at",
    "campaigns.Suppression": (
        "id kind account source attempt in_list said_again_at created_at created_by lifted_at lifted_by"
    ),
    "campaigns.SuppressionList": (
        "id account country source file total created already refused digest ended created_at "
        "created_by applied_at applied_by undone_at undone_by lifted stayed"
    ),
    "insights.FichaCliente": (
        "id brand_name industry country timezone language archetype tone_of_voice target_audience "
        "business_goal content_pillars competitors target_profile platforms source_kind "
        "spreadsheet_id workbook posts_tab comments_tab schedule is_enabled model budget_usd "
        "budget_tokens minimum_sample last_analysis_timestamp last_checked_at answer_hash read_zone "
        "other_zones stamp stale_told_at has_samples created_at created_by"
    ),
    "insights.FichaViewer": "id ficha member created_at created_by",
    "insights.Label": (
        "id text_hash engine model prompt_version joy trust surprise anticipation fear disgust anger "
        "sadness sincerity excitement competence sophistication ruggedness sentiment score subjectivity "
        "topics topic_sentiments frame need_topic need_impact authority corrects created_at created_by"
    ),
    "insights.Run": (
        "id ficha state trigger is_forced job created_at created_by started_at finished_at "
        "answer_hash same_as posts_read posts_accepted comments_read comments_accepted rows_blank "
        "rows_repeated rows_rejected posts_new posts_changed comments_new comments_edited "
        "rows_vanished labelled reused given_up pending asked_twice agreed engine model "
        "prompt_version calls calls_failed tokens_in tokens_cached tokens_out cost_usd modules "
        "seconds warnings error_code"
    ),
    "insights.RowReport": "id run tab row code column",
    "insights.Post": (
        "likes comments_count shares views id ficha platform created_at source_row missing_in_source "
        "first_seen_at first_run"
    ),
    "insights.CounterSnapshot": "likes comments_count shares views id post run taken_at",
    "insights.Comment": (
        "id ficha platform post created_at likes source_row missing_in_source first_seen_at first_run"
    ),
    "insights.CommentVersion": "id comment run replaced_at",
    "insights.Insight": (
        "id ficha run analysis_timestamp analysis_status total_posts_analyzed total_comments_analyzed "
        "engine model q9_key created_at created_by"
    ),
    "insights.Task": (
        "id ficha insight area urgency priority week state withdrawn_at created_at changed_at changed_by"
    ),
    "insights.TaskNote": "id task created_at created_by",
}
