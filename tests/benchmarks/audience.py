"""Fill a brand with an audience: posts over a year, comments with a label each, as a model reads them.

The worst case: no two texts are equal, so no two comments share a label.
"""

import os
from datetime import UTC, datetime

from django.db import connection

from insights.models import Comment, FichaCliente, Label, Post, Run
from insights.models.numbers import NEXT_NUMBER
from insights.rules import TOPICS, RunState
from tenants.scope import owner_scope
from tests.benchmarks.call_rows import run

NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
MANY = 100_000
COMMENTS_A_POST = 33

POSTS = f"""
    INSERT INTO insights_post (id, ficha_id, url, platform, created_at, content, likes, comments_count,
           shares, views, source_row, missing_in_source, first_run_id)
    SELECT {NEXT_NUMBER}, %(ficha)s, 'https://instagram.com/p/' || n,
           (ARRAY['instagram', 'tiktok', 'facebook'])[1 + n %% 3],
           %(now)s - (n * 7919 %% 525600) * interval '1 minute', 'Receta ' || n, n * 31 %% 5000, 33, n %% 40,
           1000 + n * 97 %% 90000, n, false, %(run)s
      FROM generate_series(1::bigint, %(posts)s) AS n
"""
LABELS = f"""
    INSERT INTO insights_label (id, text_hash, engine, model, prompt_version, joy, trust, surprise,
           anticipation, fear, disgust, anger, sadness, sincerity, excitement, competence, sophistication,
           ruggedness, sentiment, score, subjectivity, topics, topic_sentiments, frame, need_text, need_topic,
           need_impact, authority)
    SELECT {NEXT_NUMBER}, md5(n::text), 'openai', 'gpt-5.4-nano', 'labels-1', n * 3 %% 10001, n * 5 %% 10001,
           n * 7 %% 10001, n * 11 %% 10001, n * 13 %% 10001, n * 17 %% 10001, n * 19 %% 10001,
           n * 23 %% 10001,
           n * 29 %% 10001, n * 31 %% 10001, NULL, n * 37 %% 10001, n * 41 %% 10001,
           (ARRAY['Positivo', 'Negativo', 'Neutral', 'Mixto', 'Positivo'])[1 + n %% 5],
           n * 43 %% 20001 - 10000,
           n * 47 %% 10001,
           CASE n %% 3 WHEN 0 THEN ARRAY[]::text[] WHEN 1 THEN ARRAY[t.a] ELSE ARRAY[t.a, t.b] END,
           CASE n %% 3 WHEN 0 THEN ARRAY[]::int[] WHEN 1 THEN ARRAY[n * 53 %% 20001 - 10000]
                ELSE ARRAY[n * 53 %% 20001 - 10000, n * 59 %% 20001 - 10000] END,
           (ARRAY[NULL, 'Positivo', 'Negativo', 'Aspiracional'])[1 + n * 7 %% 4],
           CASE WHEN n %% 10 = 0 THEN 'más' ELSE '' END, CASE WHEN n %% 10 = 0 THEN t.a ELSE '' END,
           CASE WHEN n %% 10 = 0 THEN n * 61 %% 10001 END, n * 67 %% 10001
      FROM generate_series(1::bigint, %(comments)s) AS n,
           LATERAL (SELECT (%(topics)s::text[])[1 + n * 3 %% 10] AS a,
                           (%(topics)s::text[])[1 + (n * 3 + 4) %% 10] AS b) t
"""
COMMENTS = f"""
    INSERT INTO insights_comment (id, ficha_id, platform, post_id, author, created_at, text, likes, identity,
           spot, text_hash, label_id, source_row, missing_in_source, first_run_id, comment_id,
           unlabelled_because)
    SELECT {NEXT_NUMBER}, %(ficha)s, p.platform, p.id, 'persona' || n * 71 %% 20011,
           least(p.created_at + (n * 73 %% 20160) * interval '1 minute', %(now)s),
           'El comentario ' || n || ' dice lo suyo, con unas cuantas palabras más', n %% 40,
           gen_random_uuid(),
           gen_random_uuid(), md5(n::text), l.id, n, false, %(run)s, '', ''
      FROM generate_series(1::bigint, %(comments)s) AS n
      JOIN insights_post p ON p.ficha_id = %(ficha)s AND p.source_row = 1 + n %% %(posts)s
      JOIN insights_label l ON l.text_hash = md5(n::text) AND l.prompt_version = 'labels-1'
"""


def wanted_comments() -> int:
    """Return how many comments the brand has."""
    return int(os.environ.get("MINGA_BENCH_COMMENTS", str(MANY)))


def fill(schema: str, comments: int) -> FichaCliente:
    """Return a brand of the open tenant with so many labelled comments."""
    ficha = FichaCliente.objects.create(
        brand_name="Panadería Aurora", timezone="America/Lima", last_checked_at=NOW
    )
    begun = Run.objects.create(ficha=ficha, state=RunState.COMPLETED, started_at=NOW, finished_at=NOW)
    sizes = {"comments": comments, "posts": max(comments // COMMENTS_A_POST, 1)}
    params = {"ficha": ficha.pk, "run": begun.pk, "now": NOW, "topics": list(TOPICS), **sizes}
    for statement in (POSTS, LABELS, COMMENTS):
        run(statement, **params)
    with owner_scope(), connection.cursor() as cursor:
        for model in (Post, Comment, Label):
            cursor.execute(f'VACUUM ANALYZE "{schema}".{model._meta.db_table}')
    return ficha
