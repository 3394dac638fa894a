"""公表: what the public reads of a case, decided by two people."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations.choices import PublicationState, ResponseKind, WithholdReason
from wards.models import WardRow
from wards.text import search_key


class PublicationQuerySet(models.QuerySet):
    """Questions about publications."""

    def published(self):
        """Keep what the public may read, the newest first."""
        return self.filter(state=PublicationState.PUBLISHED).order_by("-published_on", "-pk")

    def containing(self, words):
        """Keep what holds every word, however its letters are written (full width, kana, 旧字体)."""
        found = self
        for word in words:
            found = found.filter(search_key__contains=search_key(word))
        return found

    def published_in(self, year, month=None):
        """Keep what was published in a calendar year, or in one of its months."""
        found = self.filter(published_on__year=year)
        return found if month is None else found.filter(published_on__month=month)

    def withheld(self):
        """Keep what was decided not to be published, by a numbered reason."""
        return self.filter(state=PublicationState.WITHHELD)


@pghistory.track(exclude=["search_key"])
class Publication(WardRow):
    """公表用要旨 and 市の考え方 of one case; what the citizen wrote never leaves the case."""

    consultation = models.OneToOneField(
        "consultations.Consultation",
        models.CASCADE,
        related_name="publication",
        verbose_name="案件",
    )
    title = models.CharField("件名", max_length=100, blank=True)
    summary = models.TextField(
        "要旨", blank=True, help_text="名前・電話・住所など、個人が分かることを書かないでください。"
    )
    city_view = models.TextField(
        "市の考え方", blank=True, help_text="回答しなかった案件では空欄のままにします。"
    )
    response_kind = models.CharField("対応の種別", max_length=20, choices=ResponseKind, blank=True)
    state = models.CharField(
        "状態", max_length=12, choices=PublicationState, default=PublicationState.PROPOSED
    )
    withhold_reason = models.CharField(
        "非公表の理由", max_length=2, choices=WithholdReason, blank=True
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="作成者"
    )
    proposed_at = models.DateTimeField("作成日時")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="確認者",
    )
    confirmed_at = models.DateTimeField("確認日時", null=True, blank=True)
    published_on = models.DateField("公表日", null=True, blank=True)
    search_key = models.TextField("検索用", blank=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "公表"
        verbose_name_plural = "公表"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | Q(state="withheld")
                | ~Q(confirmed_by=F("proposed_by")),
                name="a_second_person_confirms",
                violation_error_message="公表案を作った人とは別の人が確認してください。",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="somebody_decides_on_publication",
                violation_error_message="公表の判定には、確認した人と日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withheld")) | Q(proposed_by__isnull=False),
                name="somebody_proposes_what_is_published",
                violation_error_message="公表には、公表案を作った人が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="withheld") | ~Q(withhold_reason=""),
                name="withholding_gives_its_reason",
                violation_error_message="非公表の理由を選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False),
                name="what_is_published_has_its_day",
                violation_error_message="公表日を入力してください。",
            ),
        ]
        indexes = [models.Index(fields=["state", "published_on"], name="publication_by_day")]

    def __str__(self) -> str:
        return self.title or str(self.consultation)

    def save(self, *args, **kwargs):
        """Keep what is searched in step with what is read."""
        self.search_key = search_key(f"{self.title} {self.summary} {self.city_view}")
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*names, "search_key"}
        super().save(*args, **kwargs)

    @property
    def is_decided(self) -> bool:
        """Say whether it is settled: to be published, published or withheld."""
        return self.state != PublicationState.PROPOSED
