"""Pages of insights: everybody of the tenant looks, nothing here changes anything (N10, S2)."""

from insights.views.comments import comments
from insights.views.dashboard import dashboard
from insights.views.files import comments_file, report
from insights.views.tasks import tasks

__all__ = ["comments", "comments_file", "dashboard", "report", "tasks"]
