"""What is written down of what people look at."""

from django.db.models import TextChoices


class AccessKind(TextChoices):
    """What a person did that is written down."""

    PERSONAL_DATA = "personal_data", "個人情報の閲覧"
    ATTACHMENT = "attachment", "添付の取得"
    EXPORT = "export", "ファイルの書き出し"
    REFUSED = "refused", "許可されない操作"
