"""The pure rules of sessions: states, quorum, days, next steps, speakers in the minutes."""

import time
from datetime import date

import pytest

from councils.forum.choices import MinutesState, SessionState
from councils.forum.minutes_text import blocks_of, changed_lines, faults_of_marks
from councils.forum.session_next_steps import SessionStanding, session_next_steps
from councils.forum.session_rules import (
    Attended,
    MinutesStep,
    has_quorum,
    minutes_due_on,
    minutes_step,
    notice_due_on,
    papers_due_on,
    quorum,
    session_state,
)


@pytest.mark.parametrize(
    ("members", "percent", "needed"),
    [(15, 50, 8), (16, 50, 8), (4, 50, 2), (1, 50, 1), (0, 50, 1), (3, 67, 3), (10, 100, 10)],
)
def test_half_of_fifteen_is_eight_and_nobody_is_no_quorum(members, percent, needed):
    assert quorum(members, percent) == needed
    assert has_quorum(needed, members, percent)
    assert not has_quorum(needed - 1, members, percent)


def test_the_sentence_says_whether_the_quorum_is_met():
    assert Attended(4, 2, 50).words.endswith("定足数（2人）を満たしています。")
    assert Attended(4, 1, 50).words.endswith("定足数（2人）を満たしていません。")


@pytest.mark.parametrize(
    ("announced", "ended", "published", "cancelled", "state"),
    [
        (False, False, False, False, SessionState.PREPARING),
        (True, False, False, False, SessionState.ANNOUNCED),
        (True, True, False, False, SessionState.MINUTES),
        (True, True, True, False, SessionState.DONE),
        (True, False, False, True, SessionState.CANCELLED),
    ],
)
def test_a_state_follows_from_dates(announced, ended, published, cancelled, state):
    found = session_state(
        announced=announced, ended=ended, minutes_published=published, cancelled=cancelled
    )

    assert found == state


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (date(2026, 7, 12), MinutesStep.NONE),
        (date(2026, 7, 13), MinutesStep.WRITERS),
        (date(2026, 7, 16), MinutesStep.WRITERS),
        (date(2026, 7, 17), MinutesStep.WRITERS_AGAIN),
        (date(2026, 8, 9), MinutesStep.WRITERS_AGAIN),
        (date(2026, 8, 10), MinutesStep.HEAD),
    ],
)
def test_writers_are_told_after_three_and_seven_days_and_the_head_past_the_target(day, step):
    assert minutes_step(date(2026, 7, 10), day, 30) == step


def test_days_around_a_session_are_counted_back_and_on():
    assert papers_due_on(date(2026, 7, 10), 7) == date(2026, 7, 3)
    assert notice_due_on(date(2026, 7, 10), 14) == date(2026, 6, 26)
    assert minutes_due_on(date(2026, 7, 10), 30) == date(2026, 8, 9)


# --- next steps ---


def standing(**more) -> SessionStanding:
    return SessionStanding(
        **{
            "state": SessionState.PREPARING,
            "today": date(2026, 6, 1),
            "starts_on": date(2026, 7, 10),
            "notice_due_on": date(2026, 6, 26),
            "papers_due_on": date(2026, 7, 3),
            "papers_sent": False,
            "has_agenda": True,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"has_agenda": False}, "議題を登録"),
        ({}, "令和8年6月26日までに、区課長が開催を公表"),
        ({"today": date(2026, 6, 27)}, "過ぎています。早急に"),
        ({"today": date(2026, 7, 4)}, "資料を送る日（令和8年7月3日）を過ぎて"),
        ({"state": SessionState.ANNOUNCED, "papers_sent": True}, "会議を待っています"),
        (
            {"state": SessionState.ANNOUNCED, "today": date(2026, 7, 10)},
            "開会・閉会の時刻を記録",
        ),
        ({"state": SessionState.CANCELLED}, "することはありません"),
        ({"state": SessionState.DONE}, "意見の台帳"),
        ({"state": SessionState.MINUTES}, "会議録を書いて"),
        (
            {"state": SessionState.MINUTES, "minutes_are_empty": False, "minutes_due_on": date(2026, 5, 1)},
            "目標（令和8年5月1日）を過ぎて",
        ),
        (
            {"state": SessionState.MINUTES, "minutes_state": MinutesState.CONFIRMED},
            "区課長が公表してください",
        ),
    ],
)  # fmt: skip
def test_the_next_step_is_told_in_words(more, words):
    assert words in " ".join(session_next_steps(standing(**more)))


# --- speakers ---


def test_a_text_is_split_by_its_speakers_and_nothing_is_lost():
    body = (
        "開会\n（議長）　始めます。\n続けて。\n（拍手）\n○委員：公園について。\n\n(市側) 調べます。"
    )

    assert [(one.speaker, one.text) for one in blocks_of(body)] == [
        ("", "開会"),
        ("議長", "始めます。\n続けて。\n（拍手）"),
        ("委員", "公園について。"),
        ("市側", "調べます。"),
    ]
    assert faults_of_marks(body) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("○委員 質問です。", "1行目：「○」の後は"),
        ("（議長）始めます。\n（委員 質問です。", "2行目：発言した人の（ ）が閉じていません。"),
        ("（議長）\n（委員）はい。", "1行目：「議長」の発言がありません。"),
        (f"○{'あ' * 31}：はい。", "1行目：発言した人は、30文字以内"),
    ],
)
def test_a_mark_that_cannot_be_read_is_pointed_out(body, fault):
    assert str(faults_of_marks(body)[0]).startswith(fault)


@pytest.mark.parametrize("body", ["", "\n\n", "（）", "○", "（", "：", "（拍手）"])
def test_any_text_can_be_split(body):
    assert "".join(one.text for one in blocks_of(body)).strip() == body.strip()
    faults_of_marks(body)


@pytest.mark.parametrize(
    "body", ["○" + " " * 200_000, "（" * 200_000, "○委員：\n" * 40_000, "：" * 200_000]
)
def test_an_odd_text_of_full_length_is_read_in_no_time(body):
    began = time.monotonic()

    blocks_of(body)
    faults_of_marks(body)

    assert time.monotonic() - began < 2


def test_only_the_lines_that_differ_are_told_with_their_place():
    assert changed_lines("一\n二\n三", "一\n弐\n三\n四") == [(2, "二", "弐"), (4, "", "四")]
    assert changed_lines("同じ", "同じ") == []


def test_texts_with_nothing_in_common_are_told_as_one_difference():
    old, new = "\n".join(map(str, range(3_000))), "\n".join(f"x{n}" for n in range(3_000))

    assert len(changed_lines(old, new)) == 1
