"""Make a person and their membership, for the first operator and for scripts."""

import base64
import binascii
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from wards import clock
from wards.models import Role, User, Ward
from wards.models.user import normalized_email
from wards.passwords import new_password
from wards.services import appoint


class Command(BaseCommand):
    """Idempotent: an existing person gets the membership, and a new password only on request."""

    help = "Create a person with a role in a ward (slug `osaka`: 本庁)."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--ward", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", help="氏名 (default: the address before the @)")
        parser.add_argument("--totp-secret", metavar="BASE32", help="second factor")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    @transaction.atomic
    def handle(self, *args, email, ward, role, name, totp_secret, password_stdin, **options):
        try:
            office = Ward.objects.get(slug=ward)
        except Ward.DoesNotExist as problem:
            raise CommandError(f"区「{ward}」はありません。") from problem
        address = normalized_email(email)
        user = User.objects.filter(email=address).first()
        is_new = user is None
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        try:
            if user is None:
                user = User(email=address, name=name or address.split("@")[0])
            elif name:
                user.name = name
            if password is not None:
                validate_password(password, user)
            shown = None
            if is_new and password is None:
                shown = password = new_password()
            if password is not None:
                user.set_password(password)
            user.full_clean(exclude=["password"])
            user.save()
            appoint(user, office, role, valid_from=clock.today())
        except ValidationError as problem:
            raise CommandError("\n".join(problem.messages)) from problem
        if totp_secret:
            self._set_second_factor(user, totp_secret)
        self.stdout.write(f"{user.email}：{office} {Role(role).label}")
        self.stdout.write(f"職員 新規 {int(is_new)}件・既存 {int(not is_new)}件")
        if shown:
            self.stdout.write(f"パスワード：{shown}")

    def _set_second_factor(self, user: User, secret: str) -> None:
        try:
            padded = secret.replace(" ", "").upper()
            raw = base64.b32decode(padded + "=" * (-len(padded) % 8))
        except (binascii.Error, ValueError) as problem:
            raise CommandError("--totp-secret は Base32 で指定してください。") from problem
        if len(raw) < 10:
            raise CommandError("--totp-secret は16文字以上の Base32 で指定してください。")
        TOTPDevice.objects.update_or_create(
            user=user, name="authenticator", defaults={"key": raw.hex(), "confirmed": True}
        )
