"""People who work with the portal."""

import unicodedata

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import _user_get_permissions, _user_has_module_perms, _user_has_perm
from django.db import models
from django.db.models.functions import Lower

ADDRESS_TAKEN = "このメールアドレスの職員は、すでに登録されています。"
NOT_DELETED = "職員は削除できません。無効にしてください。"
# What an operator did for a person that changes no visible field, told in the person's history.
PASSWORD_RESET, FACTOR_REMOVED = "password_reset", "factor_removed"


def normalized_email(email: str) -> str:
    """Return the address as it is compared: half-width and lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()


class UserQuerySet(models.QuerySet):
    """People in bulk."""

    def delete(self):
        """Refuse as for one person: what they did in wards would lose its name."""
        raise models.ProtectedError(NOT_DELETED, set(self))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Find people by e-mail, whatever the case."""

    def get_by_natural_key(self, email):
        """Return the user of an address."""
        return self.get(email=normalized_email(email))

    def create_user(self, email: str, name: str, password: str | None = None, **fields):
        """Create a person; without password nobody can log in as them."""
        user = self.model(email=normalized_email(email), name=name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


# Neither the hash nor the time of the last login is history: one is secret, the other is noise.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    pghistory.ManualEvent(PASSWORD_RESET),
    pghistory.ManualEvent(FACTOR_REMOVED),
    exclude=["password", "last_login"],
)
class User(AbstractBaseUser):
    """A member of staff, known by e-mail; what they may do stands in their memberships.

    There is no superuser and no staff flag: a right exists only through a membership in the
    schema being served. People are deactivated, never deleted.
    """

    email = models.EmailField(
        "メールアドレス", unique=True, error_messages={"unique": ADDRESS_TAKEN}
    )
    name = models.CharField("氏名", max_length=60, help_text="姓名の順に入力してください。")
    kana = models.CharField("ふりがな", max_length=80, blank=True)
    is_active = models.BooleanField(
        "有効",
        default=True,
        help_text="退職などで使わなくなった人は、削除せずに無効にしてください。",
    )
    is_demo = models.BooleanField("見本の職員", default=False, editable=False)
    created_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "職員"
        verbose_name_plural = "職員"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                violation_error_message=ADDRESS_TAKEN,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args, **kwargs):
        """Refuse: what a person did in a ward would lose its name (DESIGN §4, traps)."""
        raise models.ProtectedError(NOT_DELETED, {self})

    def get_full_name(self) -> str:
        """Return the name in the order of 姓名."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name; a family name cannot be cut off safely."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Say whether Django's admin may be asked at all; `wards.sites` then asks for more."""
        return self.is_active

    def has_perm(self, perm: str, obj=None) -> bool:
        """Say whether a membership in the schema served, today, carries the permission."""
        return self.is_active and _user_has_perm(self, perm, obj)

    def has_perms(self, perms, obj=None) -> bool:
        """Say whether every one of the permissions is held."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether any permission of the app is held."""
        return self.is_active and _user_has_module_perms(self, app_label)

    def get_all_permissions(self, obj=None) -> set[str]:
        """Return every permission held in the schema served."""
        return _user_get_permissions(self, obj, "all")
