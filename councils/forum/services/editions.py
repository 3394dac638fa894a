"""区政会議の運営状況: generated as a draft, looked at by another person, and frozen when published."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from councils.forum.edition_content import PARTS, content_of, holds_samples, is_empty
from councils.forum.edition_rules import differences, digest, window_of
from councils.forum.models import ForumEdition
from wards import clock
from wards.access import may, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.storing import store
from wards.typed import refuse
from wards.wareki import wareki

MAY_GENERATE = "ward_forum.add_forumedition"
MAY_PUBLISH = "ward_forum.publish_forumedition"
MOST_TOLD = 5


def period_in_words(begins: date, ends: date) -> str:
    """Write a window as the page does."""
    return f"{wareki(begins)}から{wareki(ends)}まで"


def last_published(begins: date) -> ForumEdition | None:
    """Return the latest published edition of a window."""
    editions = ForumEdition.objects.filter(period_from=begins).exclude(published_at=None)
    return editions.order_by("-number").first()


@transaction.atomic
def generate_edition(period_from: date, *, actor) -> ForumEdition:
    """Write the edition of a window from what is registered now; an unpublished one is written anew."""
    may(actor, MAY_GENERATE)
    begins, ends = window_of(period_from)
    now = clock.now()
    if begins != period_from:
        refuse(["期間の初日は、10月1日にしてください。"])
    if begins > timezone.localdate(now):
        refuse(["まだ始まっていない期間の運営状況は作れません。"])
    draft = (
        ForumEdition.objects.select_for_update(of=("self",))
        .filter(period_from=begins, published_at=None)
        .first()
    )
    before = last_published(begins)
    content = content_of(begins, ends)
    if is_empty(content):
        refuse([f"{period_in_words(begins, ends)}の委員も会議も登録されていません。"])
    value = digest(content)
    if before is not None and before.sha256 == value:
        refuse(
            [f"公表した第{before.number}版から変わったところがありません。新しい版は要りません。"]
        )
    edition = draft or ForumEdition(
        period_from=begins, period_to=ends, number=before.number + 1 if before else 1
    )
    edition.content = content
    edition.sha256 = value
    edition.changes = "\n".join(differences(before.content, content, PARTS)) if before else ""
    edition.generated_at = now
    edition.generated_by = actor
    edition.is_demo = holds_samples(begins, ends)
    store(edition)
    if ends < timezone.localdate(now):
        _ask_to_look(edition, actor)
    return edition


def _ask_to_look(edition: ForumEdition, actor) -> None:
    period = period_in_words(edition.period_from, edition.period_to)
    for person in people_with_permission(MAY_PUBLISH):
        if person.pk == actor.pk:
            continue
        notify(
            person,
            key=f"forum-edition:{edition.pk}:{edition.sha256[:16]}:{person.pk}",
            kind=NoticeKind.CHECK,
            text=f"区政会議の運営状況（{period}）を確認し、公表してください。",
            url=edition.get_absolute_url(),
        )


def changes_since(edition: ForumEdition) -> list[str]:
    """List how what an unpublished edition was generated from has changed since; empty: it has not."""
    now = content_of(edition.period_from, edition.period_to)
    if digest(now) == edition.sha256:
        return []
    return differences(edition.content, now, PARTS) or ["区の名前など、共通の内容を変更"]


def reasons_not_to_publish(edition: ForumEdition, actor, day: date) -> list[str]:
    """List why somebody cannot publish an edition on a day; all but what changed since."""
    if edition.published_at is not None:
        return ["この版は、すでに公表されています。"]
    reasons = []
    if edition.period_to >= day:
        reasons.append(
            f"期間が終わっていません。{wareki(edition.period_to)}が過ぎてから公表してください。"
        )
    if edition.generated_by_id == actor.pk:
        reasons.append("作成した人とは別の人が確認し、公表してください。")
    return reasons


@transaction.atomic
def publish_edition(edition: ForumEdition, *, seen: str | None = None, actor) -> ForumEdition:
    """Publish an edition as it was generated; refuse when what it tells has changed meanwhile.

    `seen` is the hash of the content that the person looked at: what was generated anew since is
    looked at again. Only a caller that shows no page leaves it None.
    """
    may(actor, MAY_PUBLISH)
    edition = ForumEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    now = clock.now()
    refuse(reasons_not_to_publish(edition, actor, timezone.localdate(now)))
    if seen is not None and seen != edition.sha256:
        refuse(["画面を開いた後に作り直されています。もう一度内容を確かめてください。"])
    if changed := changes_since(edition):
        told = changed[:MOST_TOLD]
        if len(changed) > MOST_TOLD:
            told.append(f"ほか{len(changed) - MOST_TOLD}件")
        refuse(["作成した後に、登録の内容が変わっています。作り直してください。", *told])
    edition.published_at = now
    edition.published_by = actor
    store(edition, "published_at", "published_by")
    mark_all_done_for(edition.get_absolute_url(), actor=actor)
    return edition
