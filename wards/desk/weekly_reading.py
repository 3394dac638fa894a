"""先週だれが見たか: once a week, whoever answers for personal data is told who looked at it."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from wards.access import people_with_permission
from wards.desk.choices import AccessKind, NoticeKind
from wards.desk.models import AccessEvent
from wards.desk.services import notify
from wards.jobs import job
from wards.models import Job, User
from wards.wareki import wareki

WEEKLY_READING: Final = "weekly_reading"
# Whoever may see the log answers for it: 個人情報管理者 of a ward is its 区課長 or 区長.
ANSWERS_FOR_IT: Final = "ward_desk.view_accessevent"
LOG: Final = "/admin/ward_desk/accessevent/"
# So many people are named in the notice; the log names them all.
MOST_NAMED: Final = 3


@job(WEEKLY_READING, "先週の閲覧の知らせ")
def weekly_reading(row: Job) -> dict:
    """Tell who looked in the week before; on whatever day it runs first, and once a week."""
    return {"rows": tell_who_looked(row.day)}


def tell_who_looked(day: date) -> int:
    """Tell each person who answers for it how often personal data was read or taken last week.

    Weeks begin on Monday, in Osaka. Returns how many were told; nobody when nobody looked.
    """
    monday = day - timedelta(days=day.weekday())
    first, last = monday - timedelta(days=7), monday - timedelta(days=1)
    looks = AccessEvent.objects.filter(
        at__gte=_midnight(first), at__lt=_midnight(monday), user__isnull=False
    )
    by_person = list(
        looks.exclude(what=AccessKind.REFUSED)
        .order_by()
        .values("user")
        .annotate(
            cases=Count("about", distinct=True, filter=~Q(what=AccessKind.EXPORT)),
            looks=Count("pk", filter=~Q(what=AccessKind.EXPORT)),
            files=Count("pk", filter=Q(what=AccessKind.EXPORT)),
        )
        .order_by("-looks", "-files", "user")
    )
    refused = looks.filter(what=AccessKind.REFUSED).count()
    if not by_person and not refused:
        return 0
    told = people_with_permission(ANSWERS_FOR_IT)
    for person in told:
        notify(
            person,
            key=f"reading:{first}:{person.pk}",
            kind=NoticeKind.CHECK,
            text=_sentence(first, last, by_person, refused),
            url=LOG,
        )
    return len(told)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _sentence(first: date, last: date, by_person: list[dict], refused: int) -> str:
    named = by_person[:MOST_NAMED]
    names = User.objects.in_bulk([row["user"] for row in named])
    most = "、".join(
        f"{names[row['user']].name}（{row['cases']}件を{row['looks']}回）" for row in named
    )
    looks = sum(row["looks"] for row in by_person)
    files = sum(row["files"] for row in by_person)
    return (
        f"先週（{wareki(first)}から{wareki(last)}まで）、{len(by_person)}人が個人情報を{looks}回見て、"
        f"ファイルに{files}回書き出しました。許可されない操作は{refused}回です。"
        + (f"多い人：{most}。" if most else "")
        + "心当たりのないものがないか確かめてください。"
    )
