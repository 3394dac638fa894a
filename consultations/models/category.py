"""分野: what a citizen chooses first, and what is asked, said or refused for it."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from consultations.choices import RecordType
from consultations.questions import faults_of_questions
from wards.models import WardRow


class CategoryQuerySet(models.QuerySet):
    """Questions about categories."""

    def live(self, day):
        """Keep the categories in use on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def for_citizens(self, day):
        """Keep what a citizen may choose: live, and not for staff alone."""
        return self.live(day).filter(is_staff_only=False)


def _check_translations(value) -> None:
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in value.items()
    ):
        raise ValidationError("言語の略号と文の組で入力してください。")


@pghistory.track()
class Category(WardRow):
    """分野 of 相談・要望; its name, notice and stopping answer may stand in several languages."""

    code = models.SlugField(
        "略称", max_length=40, unique=True, help_text="Open311のservice_codeになります。"
    )
    name = models.CharField("分野", max_length=60)
    description = models.CharField("説明", max_length=200, blank=True)
    names = models.JSONField(
        "他の言語での分野", default=dict, blank=True, validators=[_check_translations]
    )
    descriptions = models.JSONField(
        "他の言語での説明", default=dict, blank=True, validators=[_check_translations]
    )
    order = models.PositiveSmallIntegerField("並び順", default=100)
    notice = models.TextField("お知らせ", blank=True, help_text="この分野を選んだ人に示します。")
    notices = models.JSONField(
        "他の言語でのお知らせ", default=dict, blank=True, validators=[_check_translations]
    )
    stop_answer = models.TextField(
        "受付を止める案内",
        blank=True,
        help_text="入力すると、この分野では受け付けず、この案内だけを示します。",
    )
    stop_answers = models.JSONField(
        "他の言語での案内", default=dict, blank=True, validators=[_check_translations]
    )
    default_record_type = models.CharField(
        "記録の種類", max_length=20, choices=RecordType, default=RecordType.CITIZEN_VOICE
    )
    is_staff_only = models.BooleanField(
        "職員だけが使う", default=False, help_text="市民の画面には出しません。"
    )
    is_publishable = models.BooleanField(
        "公表の対象", default=True, help_text="外すと、回答の公表とOpen311の対象にしません。"
    )
    retention = models.ForeignKey(
        "consultation_city.RetentionClass",
        models.PROTECT,
        related_name="+",
        verbose_name="保存期間",
    )
    valid_from = models.DateField("使用の初日")
    valid_to = models.DateField("使用の末日", null=True, blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "分野"
        verbose_name_plural = "分野"
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="category_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def tongues(self, language: str) -> dict[str, str]:
        """Return `ja` for each text that a page in this language shows in Japanese, for `lang`."""
        if language == "ja":
            return {}
        texts = {"name": self.names, "notice": self.notices, "stop_answer": self.stop_answers}
        return {what: "ja" for what, known in texts.items() if not known.get(language)}

    def name_in(self, language: str) -> str:
        """Return the name in a language; in Japanese where there is no translation."""
        return self.names.get(language) or self.name

    def description_in(self, language: str) -> str:
        """Return the description in a language; none where there is no translation."""
        return self.description if language == "ja" else self.descriptions.get(language, "")

    def notice_in(self, language: str) -> str:
        """Return the notice in a language; in Japanese where there is no translation."""
        return self.notices.get(language) or self.notice

    def stop_answer_in(self, language: str) -> str:
        """Return the stopping answer in a language; in Japanese where there is no translation."""
        return self.stop_answers.get(language) or self.stop_answer


class CategoryFormQuerySet(models.QuerySet):
    """Questions about the forms of categories."""

    def in_force(self, category, day):
        """Return the newest form of a category that has begun by the day, or None."""
        return self.filter(category=category, valid_from__lte=day).order_by("-version").first()


def _check_questions(value) -> None:
    if faults := faults_of_questions(value):
        raise ValidationError(faults)


@pghistory.track()
class CategoryForm(WardRow):
    """The own questions of a category in one version; a case keeps the version it was asked in."""

    category = models.ForeignKey(
        Category, models.PROTECT, related_name="forms", verbose_name="分野"
    )
    version = models.PositiveSmallIntegerField("版")
    valid_from = models.DateField("適用の初日")
    questions = models.JSONField("質問", default=list, validators=[_check_questions])

    objects = CategoryFormQuerySet.as_manager()

    class Meta:
        verbose_name = "分野ごとの質問"
        verbose_name_plural = "分野ごとの質問"
        ordering = ["category", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "version"],
                name="one_form_per_category_and_version",
                violation_error_message="この分野のこの版は、すでにあります。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} 第{self.version}版"
