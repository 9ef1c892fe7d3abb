"""What staff type about who carries the calls."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.actions import BadProvider, ProviderFacts
from campaigns.actions.provider_facts import checked_provider, own_key_name, variable_of
from campaigns.models import CallerNumber, Provider
from campaigns.providers.calling import E164

FACTS = ("name", "key_name", "agent_id", "max_concurrent_calls", "calls_per_second")


class ProviderForm(forms.ModelForm):
    """A provider as a tenant's staff see it: what it is called, by which key and agent it is spoken to."""

    tenant = ""  # whose keys may be named; the admin says

    class Meta:
        model = Provider
        fields = FACTS

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        own = own_key_name(self.tenant)
        self.fields["key_name"].help_text = _(
            "Keys stay in the environment. Empty: %(common)s. “%(own)s”: %(named)s. Write no key here."
        ) % {"common": variable_of(""), "own": own, "named": variable_of(own)}
        self.fields["agent_id"].help_text = _("The provider's agent that speaks where a script names none.")

    def clean(self) -> dict[str, Any]:
        """Refuse what the action would refuse, beside the field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                checked_provider(self.facts(), tenant=self.tenant)
            except BadProvider as refusal:
                self.add_error(str(refusal.extra["field"]), str(refusal))
        return given

    def facts(self) -> ProviderFacts:
        """Return all that the form says."""
        found: Any = {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}
        facts: ProviderFacts = found
        return facts


class NewProviderForm(ProviderForm):
    """A provider to be added, with its kind, which stays."""

    class Meta:
        model = Provider
        fields = ("kind", *FACTS)


class CallerNumberForm(forms.ModelForm):
    """A number that calls go out from."""

    number = forms.RegexField(
        label=_("Number"),
        regex=rf"^{E164.pattern}\Z",
        help_text=_("As +56912345678; the provider must know it as yours."),
        error_messages={"invalid": _("Write the number as +56912345678.")},
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = CallerNumber
        fields = ("provider", "number")
