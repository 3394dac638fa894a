"""Forms for people and their roles: refusals stand at the field they are about."""

from django import forms
from django.db.models import Q

from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.models import Bureau, Membership, Office, User, Ward
from wards.models.user import normalized_email
from wards.services import reasons_against_membership, reasons_against_place


def office(ward: Ward) -> str:
    """Name a ward, or 本庁, as the place where somebody works."""
    return "本庁" if ward.is_headquarters else ward.name


class AddressField(forms.EmailField):
    """An e-mail address, kept in the way that logins compare it: half-width, lower case."""

    def to_python(self, value):
        """Normalize before the address is checked."""
        return normalized_email(super().to_python(value) or "")


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
        for name, model in (("office", Office), ("bureau", Bureau)):
            if name in self.fields:
                # One that was closed since stays on the rows that have it.
                kept = Q(is_active=True) | Q(pk=getattr(self.instance, f"{name}_id"))
                self.fields[name].queryset = model.objects.filter(kept)
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
            ward, role = cleaned["ward"], cleaned["role"]
            reasons = reasons_against_membership(
                user=user,
                ward=ward,
                role=role,
                valid_from=cleaned["valid_from"],
                valid_to=cleaned.get("valid_to"),
                itself=self.instance.pk,
            ) + reasons_against_place(
                ward=ward,
                role=role,
                office=cleaned.get("office"),
                bureau=cleaned.get("bureau"),
            )
            for field, reason in reasons:
                self.add_error(field, reason)
        return cleaned
