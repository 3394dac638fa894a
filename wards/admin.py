"""Staff screens of people: 本庁's operators keep them, a ward's heads see their own."""

import pghistory
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from wards import (
    clock,
    office_admin,  # noqa: F401  registers the screens of 事業所 and 局
)
from wards.admin_base import FieldsInWords, WardModelAdmin
from wards.badges import badge
from wards.models import Membership, User
from wards.models.user import FACTOR_REMOVED, PASSWORD_RESET
from wards.passwords import new_password
from wards.people_filters import DayFilter, RoleFilter, WardFilter
from wards.people_forms import MembershipForm, UserForm, office
from wards.services import appoint
from wards.sites import city_site, ward_site
from wards.wareki import wareki


class MembershipInline(FieldsInWords, admin.TabularInline):
    """A person's roles, past and present."""

    model = Membership
    form = MembershipForm
    fields = ("ward", "role", "office", "bureau", "valid_from", "valid_to")
    extra = 1
    can_delete = False
    verbose_name = verbose_name_plural = "所属と役割"

    def get_formset(self, request, obj=None, **kwargs):
        """Tell the form who is signed in."""
        kwargs["form"] = type("MembershipForm", (self.form,), {"actor": request.user})
        return super().get_formset(request, obj, **kwargs)

    def has_add_permission(self, request, obj=None) -> bool:
        """Nobody appoints themselves."""
        return super().has_add_permission(request, obj) and obj != request.user

    def has_change_permission(self, request, obj=None) -> bool:
        """Nobody prolongs their own role."""
        return super().has_change_permission(request, obj) and obj != request.user


class UserAdmin(WardModelAdmin):
    """People: registered, moved, deactivated; never deleted, and never given a chosen password."""

    form = UserForm
    list_title = "職員一覧"
    empty_sentence = "条件に合う職員はいません。"
    list_display = ("name", "email", "roles_today", "second_factor", "active")
    list_filter = (("is_active", admin.BooleanFieldListFilter), WardFilter, RoleFilter)
    search_fields = ("name", "kana", "email")
    search_help_text = "氏名・ふりがな・メールアドレスで検索します。"
    ordering = ("kana", "name")
    fieldsets = ((None, {"fields": ("name", "kana", "email", "is_active", "second_factor_state")}),)
    readonly_fields = ("second_factor_state",)
    inlines = (MembershipInline,)

    def get_queryset(self, request):
        """Fetch today's roles and whether there is a second factor along with the list."""
        current = Membership.objects.in_force(clock.today()).select_related("ward")
        device = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return (
            super()
            .get_queryset(request)
            .annotate(has_device=Exists(device))
            .prefetch_related(Prefetch("memberships", current, to_attr="current_memberships"))
        )

    @admin.display(description="今日の所属と役割")
    def roles_today(self, user) -> str:
        """Name office and role, or that there is none."""
        return "、".join(
            f"{office(m.ward)} {m.get_role_display()}" for m in user.current_memberships
        )

    @admin.display(description="認証アプリ", ordering="has_device")
    def second_factor(self, user) -> str:
        """Say whether the login asks for six digits."""
        return "登録あり" if user.has_device else ""

    @admin.display(description="状態", ordering="is_active")
    def active(self, user) -> str:
        """Show whether the person may log in."""
        return badge("有効", "good", "●") if user.is_active else badge("無効", "plain", "×")

    @admin.display(description="認証アプリ")
    def second_factor_state(self, user) -> str:
        """Say the same on the person's own page."""
        return (
            "登録あり（ログインのとき6桁の確認コードを求めます）"
            if getattr(user, "has_device", False)
            else "登録なし"
        )

    def get_fieldsets(self, request, obj=None):
        """A new person is active and has no second factor yet."""
        if obj is None:
            return ((None, {"fields": ("name", "kana", "email")}),)
        return super().get_fieldsets(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Tell the form who is signed in."""
        kwargs["form"] = type("UserForm", (self.form,), {"actor": request.user})
        return super().get_form(request, obj, change=change, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Tell the second of two clicks that the person was registered by the first."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            self.message_user(
                request,
                "同じメールアドレスの職員が、いま登録されました。一覧で確かめてください。",
                messages.ERROR,
            )
            return HttpResponseRedirect(reverse("admin:wards_user_changelist"))

    def save_model(self, request, obj, form, change):
        """Give a new person a password; shut out a deactivated one at once and for good."""
        if not change:
            request.new_password = new_password()
            obj.set_password(request.new_password)
        elif "is_active" in form.changed_data and not obj.is_active:
            # A changed hash ends the logins at every host, and none comes back to life later.
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            self.message_user(
                request,
                "有効に戻しました。ログインするには、パスワードの再設定が必要です。"
                if obj.is_active
                else "無効にしました。開いている画面も、次の操作から使えません。",
            )

    def save_formset(self, request, form, formset, change):
        """Appoint by the service that every way in uses."""
        for membership in formset.save(commit=False):
            if membership.pk:
                membership.save()
            else:
                appoint(
                    membership.user,
                    membership.ward,
                    membership.role,
                    valid_from=membership.valid_from,
                    valid_to=membership.valid_to,
                    office=membership.office,
                    bureau=membership.bureau,
                )
        formset.save_m2m()

    def response_add(self, request, obj, post_url_continue=None):
        """Show the first password, once."""
        return self._password_page(request, obj, request.new_password, "職員を登録しました")

    def get_urls(self):
        """Add the two things an operator does for a person beside editing."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/reset-password/",
                wrap(self.reset_password),
                name="wards_user_reset_password",
            ),
            path(
                "<int:pk>/remove-second-factor/",
                wrap(self.remove_second_factor),
                name="wards_user_remove_second_factor",
            ),
            *super().get_urls(),
        ]

    def reset_password(self, request, pk: int):
        """Ask, then set a random password and show it once; every login of the person ends."""
        user = self._person(request, pk)
        if user == request.user:
            raise PermissionDenied(
                "自分のパスワードは、画面上部の「パスワードの変更」で変えてください。"
            )
        if not user.is_active:
            raise PermissionDenied("無効な職員です。先に有効に戻してください。")
        if request.method != "POST":
            return self._question(
                request,
                user,
                "パスワードの再設定",
                "新しいパスワードを作り、次の画面に一度だけ表示します。"
                "この職員が開いている画面は、すべてログアウトになります。",
                "パスワードを再設定する",
            )
        password = new_password()
        user.set_password(password)
        user.save(update_fields=["password"])
        pghistory.create_event(user, label=PASSWORD_RESET)
        return self._password_page(request, user, password, "パスワードを再設定しました")

    def remove_second_factor(self, request, pk: int):
        """Ask, then forget the person's authenticator: a lost phone must not lock anybody out."""
        user = self._person(request, pk)
        if user == request.user:
            raise PermissionDenied("自分の認証アプリは、ほかの運用管理者が解除します。")
        if request.method != "POST":
            return self._question(
                request,
                user,
                "認証アプリの解除",
                "解除すると、この職員はメールアドレスとパスワードだけでログインできるようになります。"
                "本人からの申し出であることを確かめてください。",
                "認証アプリを解除する",
            )
        removed, _ = TOTPDevice.objects.filter(user=user).delete()
        if removed:
            pghistory.create_event(user, label=FACTOR_REMOVED)
        self.message_user(
            request,
            "認証アプリを解除しました。" if removed else "認証アプリは登録されていません。",
        )
        return HttpResponseRedirect(reverse("admin:wards_user_change", args=[user.pk]))

    def _person(self, request, pk: int) -> User:
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = User.objects.filter(pk=pk).first()
        if user is None:
            raise Http404
        return user

    def _page(self, request, template: str, user: User, **context) -> TemplateResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "person": user}
        return TemplateResponse(request, template, context)

    def _question(self, request, user, title, sentence, button) -> TemplateResponse:
        return self._page(
            request,
            "admin/wards/user/question.html",
            user,
            title=title,
            sentence=sentence,
            button=button,
        )

    def _password_page(self, request, user, password, title) -> TemplateResponse:
        return self._page(
            request, "admin/wards/user/password.html", user, title=title, password=password
        )


class MembershipAdmin(WardModelAdmin):
    """Who works where: today, or on any day that is asked for."""

    form = MembershipForm
    list_title = "所属と役割の一覧"
    empty_sentence = "条件に合う所属はありません。"
    list_display = ("person", "place", "role_name", "begins", "ends")
    list_display_links = ("person",)
    list_filter = (DayFilter, WardFilter, RoleFilter)
    list_select_related = ("user", "ward")
    search_fields = ("user__name", "user__kana", "user__email")
    search_help_text = "氏名・ふりがな・メールアドレスで検索します。"
    ordering = ("ward__order", "role", "user__kana", "valid_from")
    fields = ("user", "ward", "role", "office", "bureau", "valid_from", "valid_to")

    @admin.display(description="職員", ordering="user__kana")
    def person(self, membership) -> str:
        """Name the person."""
        name = str(membership.user)
        return name if membership.user.is_active else f"{name}（無効）"

    @admin.display(description="所属", ordering="ward__order")
    def place(self, membership) -> str:
        """Name the office."""
        return office(membership.ward)

    @admin.display(description="役割", ordering="role")
    def role_name(self, membership) -> str:
        """Name the role."""
        return membership.get_role_display()

    @admin.display(description="開始日", ordering="valid_from")
    def begins(self, membership) -> str:
        """Write the first day."""
        return wareki(membership.valid_from)

    @admin.display(description="終了日", ordering="valid_to")
    def ends(self, membership) -> str:
        """Write the last day; an open end is said in words."""
        return wareki(membership.valid_to) if membership.valid_to else "期限なし"

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Tell the form who is signed in."""
        kwargs["form"] = type("MembershipForm", (self.form,), {"actor": request.user})
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer people who are still with us."""
        if db_field.name == "user" and not request.resolver_match.kwargs.get("object_id"):
            kwargs["queryset"] = User.objects.filter(is_active=True).order_by("kana", "name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OwnMembershipAdmin(MembershipAdmin):
    """The people of this ward, for its heads; 本庁's operators change them."""

    list_title = "この区の職員と役割"
    list_display = ("person", "role_name", "begins", "ends")
    list_display_links = None
    list_filter = (DayFilter, RoleFilter)

    def has_add_permission(self, request) -> bool:
        """Appointments are registered at 本庁."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """A ward reads."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        """The history of memberships is read at 本庁."""
        raise Http404


city_site.register(User, UserAdmin)
city_site.register(Membership, MembershipAdmin)
ward_site.register(Membership, OwnMembershipAdmin)
