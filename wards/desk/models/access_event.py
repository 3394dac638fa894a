"""閲覧の記録 of a ward: who looked at what."""

from django.db import models

from wards.models import AccessRecord, WardRow


class AccessEvent(WardRow, AccessRecord):
    """閲覧の記録 of a ward; what is looked at on the host of 本庁 stands in wards.CityAccessEvent."""

    class Meta(AccessRecord.Meta):
        verbose_name = "閲覧の記録"
        verbose_name_plural = "閲覧の記録"
        permissions = [("export_accessevent", "閲覧の記録をファイルに書き出せる")]
        indexes = [
            models.Index(fields=["at"], name="access_by_time"),
            models.Index(fields=["user", "at"], name="access_by_person"),
        ]
