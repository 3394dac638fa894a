"""課 and who works there."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from consultations.models import (
    SectionPost,
)
from wards import clock
from wards.admin_base import FieldsInWords, WardModelAdmin
from wards.badges import badge
from wards.models import Membership, User


class SectionPostInline(FieldsInWords, admin.TabularInline):
    """課の職員 with their dates; nobody is deleted, a post ends."""

    model = SectionPost
    extra = 1
    fields = ("person", "post", "valid_from", "valid_to")

    def has_delete_permission(self, request, obj=None) -> bool:
        """Posts end by date."""
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer the people who work in this ward, and those who already stand there."""
        if db_field.name == "person":
            here = Membership.objects.in_force(clock.today()).filter(ward=request.ward)
            kwargs["queryset"] = User.objects.filter(
                Q(pk__in=here.values("user_id")) | Q(pk__in=SectionPost.objects.values("person_id"))
            ).order_by("kana", "name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SectionAdmin(WardModelAdmin):
    """課 and who works there."""

    is_in_menu = False
    list_title = "課一覧"
    list_display = ("name", "phone", "role_column", "people_column", "is_active")
    fields = ("code", "name", "phone", "is_front_desk", "is_mayors_office", "order", "is_active")
    inlines = (SectionPostInline,)

    def get_queryset(self, request):
        """Count who works there today."""
        posts = (
            SectionPost.objects.in_force(clock.today())
            .filter(section=OuterRef("pk"))
            .order_by()
            .values("section")
            .annotate(count=Count("person", distinct=True))
        )
        return (
            super()
            .get_queryset(request)
            .annotate(people=Coalesce(Subquery(posts.values("count")), 0))
        )

    @admin.display(description="役目")
    def role_column(self, section):
        """総合窓口, 区長室, or neither."""
        if section.is_front_desk:
            return badge("総合窓口", "info", "●")
        return badge("区長室", "info", "■") if section.is_mayors_office else "—"

    @admin.display(description="今日の職員", ordering="people")
    def people_column(self, section):
        """How many work there today; nobody is a gap."""
        return f"{section.people}人" if section.people else badge("0人", "bad", "！")
