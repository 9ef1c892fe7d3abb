"""The statements of a read: each takes a chunk as arrays, compares it with what is there, writes the news.

What says nothing new is not even locked. One run at a time works on a brand (N15), so nothing changes in
between.
"""

from insights.models.numbers import NEXT_OF_MANY

_POST_VALUES = "platform, created_at, content, likes, comments_count, shares, views"
_SEEN = "likes, comments_count, shares, views, content"


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns.split(", "))


# Answers how many posts are new, and of how many the counters or the text changed.
POSTS = f"""
    WITH v AS (
        SELECT * FROM unnest(
            %(url)s::text[], %(platform)s::text[], %(created_at)s::timestamptz[], %(content)s::text[],
            %(likes)s::bigint[], %(comments_count)s::bigint[], %(shares)s::bigint[], %(views)s::bigint[],
            %(row)s::integer[]) AS v(url, {_POST_VALUES}, source_row)
    ), news AS (
        SELECT v.*, t.id AS old,
               t.id IS NULL OR ({_of("t", _SEEN)}) IS DISTINCT FROM ({_of("v", _SEEN)}) AS is_seen,
               CASE WHEN t.content <> v.content THEN v.content END AS other_content
          FROM v LEFT JOIN insights_post t ON t.ficha_id = %(ficha)s AND t.url = v.url
         WHERE t.id IS NULL OR t.missing_in_source
            OR ({_of("t", _POST_VALUES)}, t.source_row)
               IS DISTINCT FROM ({_of("v", _POST_VALUES)}, v.source_row)
    ), numbered AS MATERIALIZED (
        SELECT coalesce(old, {NEXT_OF_MANY}) AS id, news.* FROM news
    ), made AS (
        INSERT INTO insights_post
               (id, ficha_id, url, {_POST_VALUES}, source_row, missing_in_source, first_run_id)
        SELECT id, %(ficha)s, url, {_POST_VALUES}, source_row, false, %(run)s FROM numbered WHERE old IS NULL
    ), changed AS (
        UPDATE insights_post t
           SET ({_POST_VALUES}, source_row, missing_in_source) =
               ({_of("n", _POST_VALUES)}, n.source_row, false)
          FROM numbered n WHERE t.id = n.old
    ), snapshots AS (
        INSERT INTO insights_countersnapshot
               (id, post_id, run_id, likes, comments_count, shares, views, content)
        SELECT {NEXT_OF_MANY}, id, %(run)s, likes, comments_count, shares, views, other_content
          FROM numbered WHERE is_seen
        ON CONFLICT (post_id, run_id) DO NOTHING
    )
    SELECT count(*) FILTER (WHERE old IS NULL), count(*) FILTER (WHERE old IS NOT NULL AND is_seen)
      FROM numbered
"""  # noqa: S608 - names of columns and a constant

_COMMENT_VALUES = "comment_id, author, created_at, text, likes, spot, text_hash, source_row"

# Answers how many comments are new and how many were edited; an edited one keeps its old text and label as a
# version and has to be labelled again, once.
COMMENTS = f"""
    WITH v AS (
        SELECT * FROM unnest(
            %(url)s::text[], %(comment_id)s::text[], %(author)s::text[], %(created_at)s::timestamptz[],
            %(text)s::text[], %(likes)s::bigint[], %(spot)s::uuid[], %(text_hash)s::text[],
            %(row)s::integer[], %(identity)s::uuid[]) AS v(url, {_COMMENT_VALUES}, identity)
    ), news AS MATERIALIZED (
        SELECT v.*, p.id AS post_id, p.platform, t.id AS old, t.text AS old_text, t.label_id AS old_label,
               t.text_hash <> v.text_hash AS is_edited
          FROM v JOIN insights_post p ON p.ficha_id = %(ficha)s AND p.url = v.url
          LEFT JOIN insights_comment t ON t.ficha_id = %(ficha)s AND t.identity = v.identity
         WHERE t.id IS NULL OR t.missing_in_source
            OR (t.post_id, t.platform, {_of("t", _COMMENT_VALUES)})
               IS DISTINCT FROM (p.id, p.platform, {_of("v", _COMMENT_VALUES)})
    ), versions AS (
        INSERT INTO insights_commentversion (id, comment_id, text, label_id, run_id)
        SELECT {NEXT_OF_MANY}, old, old_text, old_label, %(run)s FROM news WHERE is_edited
        ON CONFLICT (comment_id, run_id) DO NOTHING
    ), changed AS (
        UPDATE insights_comment t
           SET (post_id, platform, {_COMMENT_VALUES}, missing_in_source) =
               (n.post_id, n.platform, {_of("n", _COMMENT_VALUES)}, false),
               label_id = CASE WHEN NOT n.is_edited THEN t.label_id END,
               unlabelled_because = CASE WHEN n.is_edited THEN '' ELSE t.unlabelled_because END
          FROM news n WHERE t.id = n.old
    ), made AS (
        INSERT INTO insights_comment
               (id, ficha_id, post_id, platform, {_COMMENT_VALUES}, identity, unlabelled_because,
                missing_in_source, first_run_id)
        SELECT {NEXT_OF_MANY}, %(ficha)s, post_id, platform, {_COMMENT_VALUES}, identity, '', false, %(run)s
          FROM news WHERE old IS NULL
    )
    SELECT count(*) FILTER (WHERE old IS NULL), count(*) FILTER (WHERE is_edited) FROM news
"""  # noqa: S608 - names of columns and a constant

MOVE = """
    UPDATE insights_comment t SET identity = v.identity
      FROM unnest(%(ids)s::bigint[], %(identities)s::uuid[]) AS v(id, identity) WHERE t.id = v.id
"""
