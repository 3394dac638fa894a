"""区政会議の取扱い: dated rows; what has begun is followed by another, never rewritten."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery

from councils.forum.admin.places import ForumList
from councils.forum.models import ForumPractice
from wards import clock
from wards.badges import badge
from wards.desk.pages.dated_settings import DatedSettings
from wards.list_columns import day_column
from wards.sites import ward_site


class ForumPracticeAdmin(ForumList, DatedSettings):
    """What the 区要綱 leaves to the ward."""

    list_title = "区政会議の取扱い一覧"
    empty_sentence = "取扱いは登録されていません。"
    list_filter = ()
    names = (
        "valid_from", "seats_bodies", "seats_experts", "seats_public", "quorum_percent",
        "observers", "desk_minutes", "notice_days", "papers_days", "minutes_days", "answer_days",
        "sessions_a_year", "contact", "source",
    )  # fmt: skip
    list_display = (
        "first_day",
        "state_column",
        "seats_column",
        "quorum_column",
        "observers",
        "minutes_days",
        "answer_days",
        "sessions_a_year",
        "source",
    )
    export_columns = (
        ("適用の初日", "valid_from"),
        ("公益団体等の定数", "seats_bodies"),
        ("事業者・有識者等の定数", "seats_experts"),
        ("公募の定数", "seats_public"),
        ("定足数（委員の％）", "quorum_percent"),
        ("傍聴の定員", "observers"),
        ("傍聴の受付を始める時刻（分前）", "desk_minutes"),
        ("開催の公表（日前）", "notice_days"),
        ("資料の送付（日前）", "papers_days"),
        ("会議録の公表の目標（日以内）", "minutes_days"),
        ("意見に回答する期間（日以内）", "answer_days"),
        ("1年度に開く回数", "sessions_a_year"),
        ("問合せ先", "contact"),
        ("根拠", "source"),
    )

    def get_queryset(self, request):
        """Tell of each row when the next one begins."""
        later = ForumPractice.objects.filter(valid_from__gt=OuterRef("valid_from"))
        first = later.order_by("valid_from").values("valid_from")[:1]
        return super().get_queryset(request).annotate(followed_on=Subquery(first))

    @admin.display(description="適用の初日", ordering="valid_from")
    def first_day(self, row):
        """Since when."""
        return day_column(row.valid_from)

    @admin.display(description="状態")
    def state_column(self, row):
        """Whether it holds today."""
        if row.valid_from > clock.today():
            return badge("これから", "info", "…")
        is_followed = row.followed_on is not None and row.followed_on <= clock.today()
        return badge("終了", "plain", "■") if is_followed else badge("適用中", "good", "●")

    @admin.display(description="定数")
    def seats_column(self, row):
        """How many seats, altogether and by category."""
        seats = (row.seats_bodies, row.seats_experts, row.seats_public)
        return f"{sum(seats)}人（団体等{seats[0]}、有識者等{seats[1]}、公募{seats[2]}）"

    @admin.display(description="定足数", ordering="quorum_percent")
    def quorum_column(self, row):
        """How many have to attend."""
        return f"委員の{row.quorum_percent}％以上"


ward_site.register(ForumPractice, ForumPracticeAdmin)
