"""The shape of what people type on the ground floor's pages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.urls import Resolver404, resolve
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenants import queries
from tenants.display.formats import reader
from tenants.intake import one_line
from tenants.intake.figures import read_figure, read_whole
from tenants.models import User
from tenants.rules import Role, may_give
from tenants.scope.routes import RouteScope, scope_of_view

PASSWORD_LENGTH = 512  # longer ones would only buy hashing time

CODE_HELP = _("Six digits of the authenticator app, or a recovery code.")


def rules_in_words() -> str:
    """Say in one paragraph what a password must be."""
    return " ".join(password_validators_help_texts())


def code_field(**how: Any) -> forms.CharField:
    """Return a field for six digits of an app, which phones fill in by themselves."""
    digits = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(max_length=20, widget=forms.TextInput(attrs=digits), **how)


def password_field(autocomplete: str, *, autofocus: bool = False, **how: Any) -> forms.CharField:
    """Return a field for a password: nothing is cut off it, and `autocomplete` tells managers which it is."""
    attrs = {"autocomplete": autocomplete} | ({"autofocus": True} if autofocus else {})
    widget = forms.PasswordInput(attrs=attrs)
    return forms.CharField(max_length=PASSWORD_LENGTH, strip=False, widget=widget, **how)


class _AsWritten(forms.IntegerField):
    """What fields of numbers have in common: any spelling of W7 is read, and one's own is shown."""

    widget = UnfoldAdminTextInputWidget

    def read(self, text: str) -> Decimal | int | None:
        """Return the number that one line of text means, None for what is none. Raises ValidationError."""
        return read_figure(text)

    def to_python(self, value: Any) -> Any:
        """Return the number. Raises ValidationError."""
        if not isinstance(value, str):
            return super().to_python(value)
        line = one_line(value)
        number = self.read(line) if line else None
        if line and number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(number)

    def prepare_value(self, value: Any) -> Any:
        """Write what the field begins with as its reader does; what was typed stays as it was typed."""
        return reader().typed(value) if isinstance(value, int | float | Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a phone for its keys of numbers."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | {"inputmode": "decimal", "autocomplete": "off"}


class FigureField(_AsWritten, forms.DecimalField):
    """Money, or another exact number, as people write it: 1.234,56 and 1,234.56 alike (W7, C6)."""


class MeasureField(_AsWritten, forms.FloatField):
    """The same for a share, a score or a rate, which is a float."""


class WholeField(_AsWritten):
    """The same for a count, a limit or days: 1.000 is a thousand, which Django's own field takes for one."""

    def read(self, text: str) -> int | None:
        """Return the number that one line of text means, None for what is none."""
        return read_whole(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask a phone for its keys of digits."""
        return super().widget_attrs(widget) | {"inputmode": "numeric"}


class LoginForm(forms.Form):
    """An e-mail address and a password; whether they fit is the action's to say."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = password_field("current-password", label=_("Password"))


class ColumnsForm(forms.Form):
    """Which heading of a file stands for which column; `labels` names the columns in their order."""

    def __init__(
        self,
        *args: Any,
        labels: Mapping[str, Any],
        headings: Sequence[str],
        mapping: Mapping[str, str],
        **keyword: Any,
    ) -> None:
        super().__init__(*args, **keyword)
        known = ((heading, heading) for heading in dict.fromkeys(headings) if heading)
        choices = [("", _("Not in the file")), *known]
        for column, label in labels.items():
            self.fields[str(column)] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=mapping.get(column, ""),
                widget=UnfoldAdminSelectWidget(choices=choices),
            )


class SavedFilterForm(forms.Form):
    """A name for a page of this site with its filters."""

    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """Take an address below this host that some page of the tenant answers; nothing else can be kept."""
        said: str = self.cleaned_data["address"]
        parts = urlsplit(said)
        if not said.startswith("/") or said.startswith("//") or parts.netloc or parts.fragment:
            raise forms.ValidationError(_("This is no page that can be kept."))
        try:
            found = resolve(parts.path)
        except Resolver404 as error:
            raise forms.ValidationError(_("This is no page that can be kept.")) from error
        if scope_of_view(found.func) is not RouteScope.TENANT or said.startswith("/api/"):
            raise forms.ValidationError(_("This is no page that can be kept."))
        return said


class GivingForm(forms.Form):
    """Offers, as `role`, no role that can do more than the giver's."""

    def __init__(self, *args: Any, giver: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = cast(forms.ChoiceField, self.fields["role"])
        offered = cast(list[tuple[str, Any]], role.choices)
        role.choices = [(value, words) for value, words in offered if may_give(giver, value)]


class MemberForm(GivingForm):
    """Who is to belong to the organisation, and as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(Role.VIEWER, _("Viewer")), (Role.ADMIN, _("Administrator"))]
    )


class FirstPasswordForm(forms.Form):
    """A new password that passes the product's rules (S8)."""

    new = password_field("new-password", label=_("New password"), help_text=lazy(rules_in_words, str)())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        """Refuse a password that the validators find weak for this very person."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new


class PasswordForm(FirstPasswordForm):
    """The present password before the new one."""

    current = password_field("current-password", autofocus=True, label=_("Present password"))
    field_order = ("current", "new")


class CodeForm(forms.Form):
    """A code of the app or a recovery code, or a passkey's answer; whether it fits is the action's to say."""

    code = code_field(label=_("Code"), required=False, help_text=CODE_HELP)
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)


class AppForm(forms.Form):
    """The first code of a new app."""

    code = code_field(label=_("Code that the app shows"))


class PasskeyForm(forms.Form):
    """A new passkey's name and the browser's answer."""

    name = forms.CharField(label=_("Name"), max_length=40)
    passkey = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """The proof that is asked for again, named like no field of the form that waits behind it."""

    confirm_password = password_field("current-password", autofocus=True, label=_("Password"), required=False)
    confirm_code = code_field(label=_("Code"), required=False, help_text=CODE_HELP)
    confirm_passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by_factor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for unasked in ("confirm_password",) if by_factor else ("confirm_code", "confirm_passkey"):
            del self.fields[unasked]


class KeyForm(GivingForm):
    """A program's key: what it is called, what it may do, and in which parts."""

    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(Role.VIEWER, _("Reads")), (Role.ADMIN, _("Reads and changes"))]
    )
    areas = forms.MultipleChoiceField(
        label=_("Parts"),
        choices=queries.areas,
        required=False,
        help_text=_("None for all of them."),
        widget=forms.CheckboxSelectMultiple,
    )


class RemovalForm(forms.Form):
    """The name of an organisation that is deleted, typed again."""

    typed = forms.CharField(label=_("Type its name"), max_length=120)


class PersonForm(forms.Form):
    """Whom an administrator asks for, by exact keys; any one of them is enough (S19)."""

    document = forms.CharField(label=_("Document"), max_length=64, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("With its country's code, or as dialled here."),
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    handle = forms.CharField(
        label=_("Name on a network, or address of a profile"), max_length=300, required=False
    )
