"""The dated rows of a ward's settings for its councils."""

from django.contrib import admin

from councils.admin.places import CouncilList
from wards.desk.pages.dated_settings import DatedSettings


class CouncilSettings(CouncilList, DatedSettings):
    """A list of dated rows for councils."""

    export_permission = "councils.configure_councils"


class FilingRuleAdmin(CouncilSettings):
    """提出書類のルール."""

    list_title = "提出書類のルール"
    in_words = {"after_the_year": "after_column"}
    names = ("kind", "due_month", "due_day", "after_the_year", "valid_from", "valid_to", "source")
    list_display = ("kind", "due_column", "first_day", "last_day", "source")
    export_columns = (
        ("書類", lambda rule: rule.get_kind_display()),
        ("期限の月", "due_month"),
        ("期限の日", "due_day"),
        ("翌年度に出す", lambda rule: "はい" if rule.after_the_year else "いいえ"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("根拠", "source"),
    )

    @admin.display(description="出す年度")
    def after_column(self, rule):
        """Whether it is handed in when the year is over."""
        return "翌年度" if rule.after_the_year else "その年度"

    @admin.display(description="期限")
    def due_column(self, rule):
        """When it is due."""
        year = "翌年度の" if rule.after_the_year else ""
        return f"{year}{rule.due_month}月{rule.due_day}日"


class SupportRateAdmin(CouncilSettings):
    """補助率."""

    list_title = "補助率"
    in_words = {"percent": "percent_column"}
    empty_sentence = "補助率は登録されていません。登録するまで、交付決定額を率で確かめません。"
    names = ("kind", "purpose", "percent", "valid_from", "valid_to", "source")
    list_display = ("purpose", "kind", "percent_column", "first_day", "last_day", "source")
    export_columns = (
        ("種類", lambda rate: rate.get_kind_display()),
        ("使い道", "purpose"),
        ("補助率（％）", lambda rate: f"{rate.percent.normalize():f}"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("根拠", "source"),
    )

    @admin.display(description="補助率", ordering="percent")
    def percent_column(self, rate):
        """How much."""
        return f"{rate.percent.normalize():f}％"


class CouncilPracticeAdmin(CouncilSettings):
    """区の取扱い."""

    list_title = "区の取扱い"
    in_words = {"counts_formation_year": "formation_column"}
    list_filter = ()
    names = (
        "valid_from", "label", "aid_years", "counts_formation_year", "confirmation_months",
        "statement_days", "posts_warned_from", "source",
    )  # fmt: skip
    list_display = (
        "label",
        "first_day",
        "aid_years",
        "formation_column",
        "confirmation_months",
        "statement_days",
        "source",
    )
    export_columns = (
        ("適用の初日", "valid_from"),
        ("呼び名", "label"),
        ("運営助成の年数", "aid_years"),
        ("形成した年度を数える", lambda row: "はい" if row.counts_formation_year else "いいえ"),
        ("要件確認の間隔（月）", "confirmation_months"),
        ("弁明の期間（日）", "statement_days"),
        ("注意する役の数", "posts_warned_from"),
        ("根拠", "source"),
    )

    @admin.display(description="形成した年度", ordering="counts_formation_year")
    def formation_column(self, row):
        """Whether the fiscal year of formation is the first one of the aid."""
        return "数える" if row.counts_formation_year else "数えない"
