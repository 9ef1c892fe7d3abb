"""What staff write to tasks."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

LONGEST = 5_000


class NoteForm(forms.Form):
    """A note to a task."""

    text = forms.CharField(
        label=_("Note"), max_length=LONGEST, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
