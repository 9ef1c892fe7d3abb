"""A run that is killed goes on where it was: nothing lost, nothing twice (J6, N12, S11)."""

from functools import partial

import pytest

from insights.actions import start_analysis
from insights.models import Comment, CounterSnapshot, Insight, Label, Run
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.scope import tenant_scope
from tests.insights.reading import a_comment, a_ficha, a_post
from tests.lives import fall_silent, killed
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

POSTS, COMMENTS = 3, 1_200


# While it stores the comments, and after it has committed the first five hundred labels.
@pytest.mark.parametrize("deaths", [("before_commit:5", "after_commit:9")])
def test_it_goes_on_where_it_was_killed(acme, workers: Workers, deaths):
    """J6, N12: killed while storing and while labelling, it ends like one that nobody disturbed."""
    with tenant_scope(acme.schema_name):
        urls = [f"https://x.pe/{number}" for number in range(POSTS)]
        comments = [a_comment(f"me encanta el {n}", urls[n % POSTS]) for n in range(COMMENTS)]
        ficha = a_ficha([a_post(url) for url in urls], comments)
        run = start_analysis(ficha=ficha.pk)
        job = Job.objects.get()
    labelled = []
    for death in deaths:
        killed(partial(work_once, platform=False), death=death)
        fall_silent(job, acme.schema_name)
        with tenant_scope(acme.schema_name):
            labelled.append(Comment.objects.filter(label__isnull=False).count())
    workers.start()

    def is_over() -> bool:
        with tenant_scope(acme.schema_name):
            return not Run.objects.get(pk=run.pk).is_live

    workers.until(is_over)
    with tenant_scope(acme.schema_name):
        run.refresh_from_db()
        assert (run.state, run.error) == ("completed", "")
        assert (run.posts_new, run.comments_new, run.labelled) == (POSTS, COMMENTS, COMMENTS)
        assert labelled[0] == 0 < labelled[1] < COMMENTS
        assert Comment.objects.filter(label__isnull=False).count() == Label.objects.count() == COMMENTS
        assert CounterSnapshot.objects.count() == POSTS
        assert Insight.objects.get().total_comments_analyzed == COMMENTS
