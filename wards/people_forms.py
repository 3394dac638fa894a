"""Forms for people and their roles: refusals stand at the field they are about."""

from datetime import date

from django import forms

from wards.models import Membership, User, Ward
from wards.models.user import normalized_email
from wards.services import reasons_against_membership
from wards.wareki import day_from_wareki, wareki

DAY_ATTRIBUTES = {"size": 16, "placeholder": "令和8年4月1日", "autocomplete": "off"}


def office(ward: Ward) -> str:
    """Name a ward, or 本庁, as the place where somebody works."""
    return "本庁" if ward.is_headquarters else ward.name


class AddressField(forms.EmailField):
    """An e-mail address, kept in the way that logins compare it: half-width, lower case."""

    def to_python(self, value):
        """Normalize before the address is checked."""
        return normalized_email(super().to_python(value) or "")


class DayField(forms.DateField):
    """A day, typed and shown in 和暦; the Western calendar is understood as well."""

    def to_python(self, value):
        """Read the day, or say in a sentence why it is none."""
        if not value or isinstance(value, date):
            return value or None
        try:
            return day_from_wareki(value)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def prepare_value(self, value):
        """Write a stored day in 和暦; leave what was typed."""
        return wareki(value) if isinstance(value, date) else value


class UserForm(forms.ModelForm):
    """A person's address and name; the password is made by the portal, never typed here."""

    # Set by the admin for the person who is signed in.
    actor: User | None = None

    class Meta:
        model = User
        fields = ("name", "kana", "email", "is_active")
        field_classes = {"email": AddressField}

    def clean_is_active(self) -> bool:
        """Refuse to shut oneself out."""
        is_active = self.cleaned_data["is_active"]
        if not is_active and self.actor is not None and self.instance.pk == self.actor.pk:
            raise forms.ValidationError("自分自身を無効にすることはできません。")
        return is_active


class MembershipForm(forms.ModelForm):
    """A role in an office for a time; once it is stored, only its end may be moved."""

    actor: User | None = None

    class Meta:
        model = Membership
        fields = ("user", "ward", "role", "office", "bureau", "valid_from", "valid_to")
        field_classes = {"valid_from": DayField, "valid_to": DayField}
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in ("valid_from", "valid_to")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # As a row of a person's page the fields have a column's heading, and no label.
            # The admin wraps the field of a related model.
            getattr(field.widget, "widget", field.widget).attrs["aria-label"] = field.label
        if "ward" in self.fields:
            self.fields["ward"].label_from_instance = office
        if self.instance.pk:
            # What somebody was on a day must stay true: a wrong row ends, and a right one begins.
            for name in ("user", "ward", "role", "valid_from"):
                if name in self.fields:
                    self.fields[name].disabled = True

    def clean(self):
        """Ask the rules on roles and places, and on a role that runs already."""
        cleaned = super().clean()
        user = cleaned.get("user") or getattr(self.instance, "user", None)
        if self.actor is not None and user == self.actor:
            raise forms.ValidationError("自分自身の所属は、ほかの運用管理者が変更します。")
        needed = ("ward", "role", "valid_from")
        if all(cleaned.get(name) for name in needed):
            for field, reason in reasons_against_membership(
                user=user,
                ward=cleaned["ward"],
                role=cleaned["role"],
                valid_from=cleaned["valid_from"],
                valid_to=cleaned.get("valid_to"),
                itself=self.instance.pk,
            ):
                self.add_error(field, reason)
        return cleaned
