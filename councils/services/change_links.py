"""変更の申出: a council says itself what has changed, by a link in a mail; staff accept the difference."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.urls import reverse

from councils.choices import EntryKind
from councils.models import AreaStaff, ChangeLink, ChangeNotice, CommunityCouncil
from councils.services.change_notices import MOST_LINES
from councils.services.steps import locked, note
from wards import clock
from wards.access import may, people_with_permission
from wards.addresses import absolute_address
from wards.desk.choices import NoticeKind
from wards.desk.services import notify, post_mail
from wards.storing import store
from wards.text import faults_of_text
from wards.typed import optional_text, refuse
from wards.wareki import wareki

LIVES: Final = timedelta(days=14)
NOTHING_CHANGES: Final = "変わることを、一つ以上入力してください。"
SUBJECT: Final = "変更の申出のご案内（{council}）"
BODY: Final = """{council} 御中

{office}です。役員や連絡先に変更があったときは、次のページから申し出てください。

{address}

・このページは{last_day}まで、一度だけ使えます。
・申し出た内容は、区役所の職員が確かめてから登録します。
・このメールに心当たりがないときは、何もせずに区役所に知らせてください。
"""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def send_link(council: CommunityCouncil, *, actor) -> ChangeLink:
    """Mail a council the address by which it says what has changed; older addresses end."""
    may(actor, "councils.add_changenotice")
    council = locked(council)
    reasons = []
    if council.dissolved_on is not None:
        reasons.append("解散した協議会には送れません。")
    if not council.email:
        reasons.append("協議会のメールアドレスが登録されていません。")
    refuse(reasons)
    today = clock.today()
    council.change_links.filter(used_at=None, last_day__gte=today).update(
        last_day=today - timedelta(days=1)
    )
    token = secrets.token_urlsafe(32)
    link = ChangeLink(
        council=council,
        token_digest=_digest(token),
        sent_to=council.email,
        sent_by=actor,
        sent_at=clock.now(),
        last_day=today + LIVES,
    )
    store(link)
    path = reverse("councils:change", args=[token])
    post_mail(
        key=f"council-change-link:{link.token_digest[:32]}",
        to=council.email,
        subject=SUBJECT.format(council=council),
        body=BODY.format(
            council=council,
            office=connection.tenant.office_name,
            address=absolute_address(connection.tenant, path),
            last_day=wareki(link.last_day),
        ),
        about=council.name,
    )
    note(council, EntryKind.CHANGE, "変更の申出の案内をメールで送りました。", actor=actor)
    return link


def usable_link(token: str) -> ChangeLink | None:
    """Return the link of a token as long as it may be used."""
    links = ChangeLink.objects.filter(
        token_digest=_digest(token),
        used_at=None,
        last_day__gte=clock.today(),
        council__dissolved_on=None,
    )
    return links.select_related("council__area").first()


@transaction.atomic
def propose_changes(
    link: ChangeLink, lines: Sequence[dict[str, Any]], *, text: str
) -> ChangeNotice | None:
    """Put what a council says before the staff; None when the link was used meanwhile.

    Nothing changes until somebody of the ward office has accepted the difference.
    """
    link = (
        ChangeLink.objects.select_for_update(of=("self",)).select_related("council").get(pk=link.pk)
    )
    is_over = link.last_day < clock.today() or link.council.dissolved_on is not None
    if link.used_at is not None or is_over:
        return None
    reasons = [] if lines or text.strip() else [NOTHING_CHANGES]
    if len(lines) > MOST_LINES:
        reasons.append(f"一度に申し出られる変更は{MOST_LINES}件までです。")
    for line in lines:
        for value in line.values():
            if isinstance(value, str):
                reasons += faults_of_text(value, longest=200)
    refuse(reasons)
    council = link.council
    notice = ChangeNotice(
        council=council,
        received_on=clock.today(),
        changes=list(lines),
        note=optional_text(text),
        # Whoever sent the link could have used it: they do not accept what came by it.
        writers=[link.sent_by_id],
    )
    store(notice)
    link.used_at = clock.now()
    link.notice = notice
    store(link, "used_at", "notice")
    note(council, EntryKind.CHANGE, "協議会から変更の申出が届きました。", actor=None)
    _tell(notice, council)
    return notice


def _tell(notice: ChangeNotice, council: CommunityCouncil) -> None:
    managers = people_with_permission("councils.accept_changenotice")
    here = {person.pk for person in people_with_permission("councils.change_changenotice")}
    posts = AreaStaff.objects.in_force(clock.today()).filter(area=council.area)
    staff = [post.person for post in posts.select_related("person") if post.person_id in here]
    for person in {person.pk: person for person in [*staff, *managers]}.values():
        notify(
            person,
            key=f"council-change:{notice.pk}:{person.pk}",
            kind=NoticeKind.CHECK,
            text=f"{council}から変更の申出が届きました。差分を確かめてください。",
            url=notice.get_absolute_url(),
        )
