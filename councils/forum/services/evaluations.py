"""委員評価シート: opened for a session, entered per member, published as counts without names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from councils.forum.choices import Rating
from councils.forum.models import EvaluationItem, EvaluationSheet, ForumMember, MemberEvaluation
from councils.forum.services.opinions import day_of
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_line, one_of, optional_text, refuse
from wards.wareki import wareki

MAY_ADD: Final = "ward_forum.add_evaluationsheet"
MAY_CHANGE: Final = "ward_forum.change_evaluationsheet"
MAY_PUBLISH: Final = "ward_forum.publish_evaluationsheet"
MOST_ITEMS: Final = 30
LONGEST_COMMENT: Final = 1_000
HEADINGS: Final = ("番号", "項目", "種類", "内容", "人数")


@dataclass(frozen=True, slots=True)
class ItemOverview:
    """What the members say about one item: counts in the order of the ratings, comments by text."""

    number: int
    title: str
    counts: tuple[tuple[str, int], ...]
    comments: tuple[str, ...]

    @property
    def answers(self) -> int:
        """Return how many members judged it."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Overview:
    """委員評価一覧 of a sheet; nothing in it tells which member said what."""

    title: str
    members: int
    items: tuple[ItemOverview, ...]


@transaction.atomic
def open_sheet(
    session, *, title: str, due_on: date, items: Sequence[str], actor
) -> EvaluationSheet:
    """Open a sheet for a session with its items in their order."""
    may(actor, MAY_ADD)
    if session.cancelled_at is not None:
        refuse(["中止した会議の委員評価シートは作れません。"])
    if due_on < day_of(session):
        refuse([f"提出の期限は、会議の日（{wareki(day_of(session))}）以後にしてください。"])
    if due_on.year > day_of(session).year + 2:
        refuse(["提出の期限が先すぎます。日付を確かめてください。"])
    titles = [
        need_line(one, "項目を入力してください。", longest=200) for one in items if one.strip()
    ]
    if not 1 <= len(titles) <= MOST_ITEMS:
        refuse([f"項目は、1行に一つずつ、{MOST_ITEMS}個まで入力してください。"])
    if len(set(titles)) < len(titles):
        refuse(["同じ項目が二つあります。"])
    sheet = EvaluationSheet(
        session=session,
        title=need_line(title, "件名を入力してください。", longest=100),
        due_on=due_on,
    )
    store(sheet)
    for number, one in enumerate(titles, start=1):
        store(EvaluationItem(sheet=sheet, number=number, title=one))
    return sheet


def members_of(sheet: EvaluationSheet):
    """Return who may hand the sheet in: the members in office on the session's day."""
    return ForumMember.objects.in_force(day_of(sheet.session)).order_by("kana", "pk")


def _locked_open(sheet: EvaluationSheet) -> EvaluationSheet:
    row = (
        EvaluationSheet.objects.select_for_update(of=("self",))
        .select_related("session")
        .get(pk=sheet.pk)
    )
    if row.published_at is not None:
        refuse(["この委員評価シートは、すでに公表されています。"])
    return row


@transaction.atomic
def enter_evaluation(
    sheet: EvaluationSheet,
    member: ForumMember,
    answers: Mapping[EvaluationItem, tuple[str, str]],
    *,
    actor,
) -> None:
    """Enter what a member handed in: rating and comment by item; entered again, it is put right.

    An item left out stays as it was. Late paper is taken until the sheet is published.
    """
    may(actor, MAY_CHANGE)
    row = _locked_open(sheet)
    day = day_of(row.session)
    if not members_of(row).filter(pk=member.pk).exists():
        refuse([f"{member}は、会議の日（{wareki(day)}）の委員ではありません。"])
    if not answers:
        refuse(["評価を一つ以上選んでください。"])
    known = {
        one.item_id: one for one in MemberEvaluation.objects.filter(item__sheet=row, member=member)
    }
    for item, (rating, comment) in answers.items():
        if item.sheet_id != row.pk:
            refuse(["この委員評価シートの項目を選んでください。"])
        one = known.get(item.pk) or MemberEvaluation(item=item, member=member)
        one.rating = one_of(Rating, rating, f"「{item}」の評価を選んでください。")
        one.comment = optional_text(comment, longest=LONGEST_COMMENT)
        store(one)


def reasons_not_to_publish(sheet: EvaluationSheet) -> list[str]:
    """List why the overview cannot be published now: while members may hand in, all have to have."""
    came = MemberEvaluation.objects.filter(item__sheet=sheet)
    if not came.exists():
        return ["まだ、どの委員の評価も入力されていません。"]
    missing = members_of(sheet).exclude(pk__in=came.values("member")).count()
    if missing and clock.today() <= sheet.due_on:
        return [
            f"提出の期限（{wareki(sheet.due_on)}）まで、あと{missing}人の委員が提出できます。"
            "全員の評価を入力するか、期限が過ぎてから公表してください。"
        ]
    return []


@transaction.atomic
def publish_sheet(sheet: EvaluationSheet, *, actor) -> None:
    """Publish the overview; after that nothing is entered any more."""
    may(actor, MAY_PUBLISH)
    row = _locked_open(sheet)
    refuse(reasons_not_to_publish(row))
    row.published_at, row.published_by = clock.now(), actor
    store(row, "published_at", "published_by")


def overview(sheet: EvaluationSheet) -> Overview:
    """Return the 委員評価一覧: per item the counts, and the comments in the order of their text.

    Members keep their place in no list, so that nobody is known by it.
    """
    items = list(sheet.items.prefetch_related("evaluations"))
    shown = []
    for item in items:
        rows = item.evaluations.all()
        shown.append(
            ItemOverview(
                number=item.number,
                title=item.title,
                counts=tuple(
                    (str(rating.label), sum(one.rating == rating for one in rows))
                    for rating in Rating
                ),
                comments=tuple(sorted(one.comment for one in rows if one.comment)),
            )
        )
    members = {one.member_id for item in items for one in item.evaluations.all()}
    return Overview(title=sheet.title, members=len(members), items=tuple(shown))


def rows_of(seen: Overview) -> Iterator[tuple[int | str | None, ...]]:
    """Return the overview as rows under `HEADINGS`: one datum per cell, a comment per row."""
    for item in seen.items:
        for label, count in item.counts:
            yield item.number, item.title, "評価", label, count
        for comment in item.comments:
            yield item.number, item.title, "意見", comment, None
