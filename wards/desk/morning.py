"""朝のまとめメール: one mail a day to each person whose desk has something on it."""

from datetime import date
from typing import Final

from django.db.models import Max

from wards.addresses import absolute_address
from wards.desk.models import Notice, OutgoingMail
from wards.desk.services import post_mail
from wards.jobs import job
from wards.models import Job, Membership, User, Ward
from wards.wareki import wareki

MORNING_MAIL: Final = "morning_mail"
DUE_WITHIN_DAYS: Final = 3
MOST_LINES: Final = 20


@job(MORNING_MAIL, "朝のまとめメール")
def morning_mail(row: Job) -> dict:
    """Post the day's mail to everybody who works in the ward that day; done twice, it posts none."""
    people = User.objects.filter(
        pk__in=Membership.objects.in_force(row.day).filter(ward_id=row.ward_id).values("user_id"),
        is_active=True,
    )
    posted = sum(post_morning_mail(person, row.ward, row.day) for person in people.order_by("pk"))
    return {"rows": posted}


def post_morning_mail(person: User, ward: Ward, day: date) -> bool:
    """Post the person's mail of the day; return whether there was anything to tell.

    Told is what is overdue, what is due within three days, and what is new since the last morning's
    mail; each notice once, under the most pressing of the three.
    """
    key = f"morning:{person.pk}:{day}"
    if OutgoingMail.objects.filter(key=key).exists():
        return False
    waiting = Notice.objects.open_for(person)
    overdue = list(waiting.overdue(day))
    soon = list(waiting.due_within(DUE_WITHIN_DAYS, of=day))
    told = {notice.pk for notice in (*overdue, *soon)}
    last = OutgoingMail.objects.filter(key__startswith=f"morning:{person.pk}:").aggregate(
        at=Max("created_at")
    )["at"]
    fresh = waiting if last is None else waiting.filter(created_at__gt=last)
    new = [notice for notice in fresh if notice.pk not in told]
    groups = {"期限切れ": overdue, f"{DUE_WITHIN_DAYS}日以内に期限": soon, "新着": new}
    groups = {title: notices for title, notices in groups.items() if notices}
    if not groups:
        return False
    post_mail(
        key=key,
        to=person.email,
        subject=_subject(ward, groups),
        body=_body(person, ward, day, groups),
        about="朝のまとめ",
    )
    return True


def _subject(ward: Ward, groups: dict[str, list[Notice]]) -> str:
    counts = "、".join(f"{title} {len(notices)}件" for title, notices in groups.items())
    return f"【{ward.office_name}】今日の仕事：{counts}"


def _body(person: User, ward: Ward, day: date, groups: dict[str, list[Notice]]) -> str:
    lines = [f"{person.name} 様", "", f"{wareki(day)}の「わたしの仕事」をお知らせします。", ""]
    for title, notices in groups.items():
        lines.append(f"■ {title}（{len(notices)}件）")
        for notice in notices[:MOST_LINES]:
            due = f"［期限：{wareki(notice.due_on)}］" if notice.due_on else ""
            lines += [f"・{notice.text}{due}", f"　{absolute_address(ward, notice.url)}"]
        if (more := len(notices) - MOST_LINES) > 0:
            lines.append(f"・ほか{more}件")
        lines.append("")
    lines += [
        "すべての仕事は、次の画面で確かめられます。",
        absolute_address(ward, "/admin/"),
        "",
        f"このメールは、{ward.office_name}の区政ポータルが自動で送っています。返信はできません。",
    ]
    return "\n".join(lines)
