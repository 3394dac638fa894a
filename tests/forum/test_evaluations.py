"""委員評価シート: entered per member, published as counts and comments without names."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from councils.forum.models import EvaluationSheet, MemberEvaluation
from councils.forum.services import evaluations

from .conftest import add_member, add_session

REFUSED = pytest.raises(ValidationError)


def messages(raised) -> str:
    return " ".join(raised.value.messages)


@pytest.fixture(autouse=True)
def summer(at):
    """It is the week after the session of 10 July 2026."""
    at("2026-07-15 10:00")


@pytest.fixture
def sheet(session, members, officer):
    """A sheet with two items."""
    return evaluations.open_sheet(
        session,
        title="第1回の評価",
        due_on=date(2026, 7, 31),
        items=["防災の取組", "会議の進め方"],
        actor=officer,
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"items": []}, "30個まで"),
        ({"items": [" "]}, "30個まで"),
        ({"items": [f"項目{number}" for number in range(31)]}, "30個まで"),
        ({"items": ["同じ", "同じ"]}, "二つ"),
        ({"items": ["a\x00"]}, "制御文字"),
        ({"due_on": date(2026, 7, 9)}, "以後"),
        ({"due_on": date.max}, "先すぎます"),
        ({"title": ""}, "件名"),
    ],
)
def test_a_sheet_is_opened_in_sound_words(session, officer, values, told):
    with REFUSED as raised:
        evaluations.open_sheet(
            session,
            **{
                "title": "評価",
                "due_on": date(2026, 7, 31),
                "items": ["防災"],
                "actor": officer,
                **values,
            },
        )

    assert told in messages(raised)
    assert not EvaluationSheet.objects.exists()


def test_the_overview_counts_and_hides_who_said_what(sheet, members, officer, manager):
    first, second = sheet.items.all()
    said = ["ん", "あ", "", "か"]
    for member, comment, rating in zip(
        members, said, ["valid", "valid", "lacking", "unknown"], strict=True
    ):
        evaluations.enter_evaluation(sheet, member, {first: (rating, comment)}, actor=officer)
    evaluations.enter_evaluation(sheet, members[0], {second: ("mostly", "")}, actor=officer)

    seen = evaluations.overview(sheet)

    assert seen.members == 4
    assert [count for _, count in seen.items[0].counts] == [2, 0, 1, 1]
    assert seen.items[0].comments == ("あ", "か", "ん")
    assert seen.items[1].answers == 1
    rows = list(evaluations.rows_of(seen))
    assert (1, "防災の取組", "評価", "適切である", 2) in rows
    assert (1, "防災の取組", "意見", "あ", None) in rows
    assert not any(member.name in str(rows) for member in members)


def test_entered_again_it_is_put_right(sheet, members, officer):
    first, second = sheet.items.all()
    one = members[0]
    evaluations.enter_evaluation(
        sheet, one, {first: ("valid", ""), second: ("valid", "")}, actor=officer
    )

    evaluations.enter_evaluation(sheet, one, {first: ("lacking", "足りない")}, actor=officer)

    assert set(MemberEvaluation.objects.values_list("rating", flat=True)) == {"valid", "lacking"}


def test_only_members_of_the_day_hand_in(sheet, term, officer):
    [first, _] = sheet.items.all()
    late = add_member(term, "見本 遅子", valid_from=date(2026, 7, 11))
    gone = add_member(term, "見本 去男", valid_to=date(2026, 7, 9))
    last_day = add_member(term, "見本 末男", valid_to=date(2026, 7, 10))

    for member in (late, gone):
        with REFUSED as raised:
            evaluations.enter_evaluation(sheet, member, {first: ("valid", "")}, actor=officer)
        assert "委員ではありません" in messages(raised)
    evaluations.enter_evaluation(sheet, last_day, {first: ("valid", "")}, actor=officer)


def test_what_is_entered_fits_the_sheet(sheet, members, officer, term):
    first, _ = sheet.items.all()
    other = evaluations.open_sheet(
        add_session(term, "2026-06-10 19:00", number=3),
        title="別",
        due_on=date(2026, 7, 31),
        items=["別の項目"],
        actor=officer,
    )
    for answers, told in (
        ({}, "一つ以上"),
        ({first: ("great", "")}, "評価を選んで"),
        ({first: ("valid", "\x00")}, "制御文字"),
        ({other.items.get(): ("valid", "")}, "項目を選んで"),
    ):
        with REFUSED as raised:
            evaluations.enter_evaluation(sheet, members[0], answers, actor=officer)
        assert told in messages(raised)


def test_a_sheet_waits_for_its_due_day_or_for_all_members(sheet, members, officer, manager, at):
    first, _ = sheet.items.all()
    for member in members[:-1]:
        evaluations.enter_evaluation(sheet, member, {first: ("valid", "")}, actor=officer)
    at("2026-07-31 23:59")
    with REFUSED as raised:
        evaluations.publish_sheet(sheet, actor=manager)
    assert "あと1人の委員が提出できます" in messages(raised)
    at("2026-08-01 00:00")
    assert evaluations.reasons_not_to_publish(sheet) == []
    at("2026-07-15 10:00")
    evaluations.enter_evaluation(sheet, members[-1], {first: ("valid", "")}, actor=officer)

    evaluations.publish_sheet(sheet, actor=manager)

    sheet.refresh_from_db()
    assert sheet.published_at is not None


def test_a_sheet_is_published_once_and_then_closed(sheet, members, officer, manager, at):
    at("2026-08-01 10:00")
    first, _ = sheet.items.all()
    with REFUSED as raised:
        evaluations.publish_sheet(sheet, actor=manager)
    assert "入力されていません" in messages(raised)
    evaluations.enter_evaluation(sheet, members[0], {first: ("valid", "")}, actor=officer)
    with pytest.raises(PermissionDenied):
        evaluations.publish_sheet(sheet, actor=officer)

    evaluations.publish_sheet(sheet, actor=manager)

    for step in (
        lambda: evaluations.publish_sheet(sheet, actor=manager),
        lambda: evaluations.enter_evaluation(
            sheet, members[1], {first: ("valid", "")}, actor=officer
        ),
    ):
        with REFUSED as raised:
            step()
        assert "すでに公表" in messages(raised)


def test_the_overview_costs_a_fixed_number_of_questions(
    sheet, members, officer, django_assert_num_queries
):
    items = list(sheet.items.all())
    for member in members:
        evaluations.enter_evaluation(
            sheet, member, dict.fromkeys(items, ("valid", "よい")), actor=officer
        )

    with django_assert_num_queries(2):
        evaluations.overview(sheet)
