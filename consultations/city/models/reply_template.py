"""回答のひな形 that the city offers to all wards."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models

from consultations.reply_texts import faults_of_template


@pghistory.track()
class CityReplyTemplate(models.Model):
    """A text to begin an answer with; a ward may put its own in its place."""

    code = models.SlugField("略称", max_length=40, unique=True)
    title = models.CharField("題名", max_length=80)
    body = models.TextField(
        "本文",
        help_text="{受付番号}{受付日}{件名}{回答する課}{期限}{区役所名}は、案件の値に置き換わります。",
    )
    plain_body = models.TextField(
        "やさしい日本語の本文", blank=True, help_text="日本語が苦手な人への回答に使います。"
    )
    is_active = models.BooleanField("使用する", default=True)

    class Meta:
        verbose_name = "回答のひな形（全市）"
        verbose_name_plural = "回答のひな形（全市）"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a text that no case can fill in, whichever way it comes."""
        faults = {name: faults_of_template(getattr(self, name)) for name in ("body", "plain_body")}
        if found := {name: of_text for name, of_text in faults.items() if of_text}:
            raise ValidationError(found)
