"""The staff login."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django_otp.plugins.otp_totp.models import TOTPDevice

from wards.text import LONGEST_EMAIL


class StaffLoginForm(AdminAuthenticationForm):
    """E-mail, password, and the six digits of the authenticator for accounts that have one."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": (
            "ログインできません。メールアドレス・パスワード・確認コードと、"
            "この区に所属していることを確かめて、もう一度入力してください。"
        ),
        "invalid_code": "確認コードを確かめて、もう一度入力してください。",
    }

    otp_token = forms.CharField(
        label="確認コード",
        required=False,
        max_length=6,
        help_text="認証アプリを登録している人だけ、6桁の数字を入力してください。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "メールアドレス"
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        # Django sets the length for the browser only.
        self.fields["username"].validators.append(MaxLengthValidator(LONGEST_EMAIL))

    def clean(self):
        """Check the second factor after the password, with django-otp's throttle."""
        cleaned = super().clean()
        user = self.get_user()
        if user is None:
            return cleaned
        device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
        if device is None:
            return cleaned
        allowed, _ = device.verify_is_allowed()
        if not allowed or not device.verify_token(cleaned.get("otp_token") or ""):
            raise ValidationError(self.error_messages["invalid_code"], code="invalid_code")
        user.otp_device = device
        return cleaned


class StaffPasswordChangeForm(AdminPasswordChangeForm):
    """A person's own new password.

    Stock Django would write every column of the person; a ward's database role may write this one
    and the time of the last login, and nothing else about its people.
    """

    def set_password_and_save(self, user, password_field_name="password1", commit=True):  # noqa: S107
        """Store the hash alone."""
        user.set_password(self.cleaned_data[password_field_name])
        if commit:
            user.save(update_fields=["password"])
        return user
