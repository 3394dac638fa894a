"""The pure rules of councils, at their boundaries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from councils.area_rules import reasons_not_to_reorganise
from councils.changes import (
    contact_changes,
    difference,
    in_order_of_effect,
    officer_ends,
    officer_starts,
)
from councils.choices import DocumentKind, FilingState
from councils.confirmation_rules import (
    is_lapse_candidate,
    months_later,
    next_due_on,
    reminder_due,
)
from councils.eligibility import (
    REQUIRED_DOCUMENTS,
    Judged,
    reasons_not_to_certify,
    reasons_not_to_judge,
)
from councils.filing_rules import completeness_of, due_day, filing_state
from councils.posts import Post, posts_by_person, warning_of
from councils.roster_rules import Body, reasons_not_to_end, reasons_not_to_record
from councils.support_rules import (
    most_by_rate,
    operating_aid_years,
    reasons_against_sums,
    reasons_not_to_support,
    to_return,
)

MET = [Judged("A", "立ち上げ", "met"), Judged("B(a)", "全住民が対象", "met")]
FINE = {
    "documents": set(REQUIRED_DOCUMENTS),
    "open_corrections": 0,
    "has_representative": True,
    "area_exists": True,
    "certified_in_area": "",
}


def test_nothing_stands_against_a_complete_application():
    assert reasons_not_to_certify(MET, **FINE) == []


def test_every_unmet_reason_is_told_at_once():
    reasons = reasons_not_to_certify(
        [Judged("A", "立ち上げ", "unmet"), Judged("B(a)", "全住民が対象")],
        documents={DocumentKind.APPLICATION, DocumentKind.BYLAWS},
        open_corrections=2,
        has_representative=False,
        area_exists=False,
        certified_in_area="梅田協議会",
    )

    assert reasons == [
        "「構成団体名簿」が提出されていません。",
        "「役員名簿」が提出されていません。",
        "補正依頼が2件残っています。",
        "認定要件B(a)「全住民が対象」の審査が済んでいません。",
        "認定要件A「立ち上げ」を満たしていません。",
        "認定する日の代表者（会長）が登録されていません。",
        "認定する日に、この校区等地域はありません。",
        "この校区等地域には、すでに認定された「梅田協議会」があります。",
    ]


def test_without_a_set_of_requirements_nobody_is_certified():
    assert reasons_not_to_certify([], **FINE) == [
        "申請の日に適用される認定要件が登録されていません。"
    ]


@pytest.mark.parametrize(
    ("met", "article", "has_document", "reason", "refused"),
    [
        ("met", "第5条", False, "", ""),
        ("met", "", True, "", ""),
        ("met", " ", False, "", "根拠"),
        ("unmet", "", False, "規約にない。", ""),
        ("unmet", "第5条", True, " ", "理由"),
        ("maybe", "第5条", True, "理由", "選んで"),
        ("", "", False, "", "選んで"),
        ("met", "第5条", False, "あ" * 1001, "1,000字"),
    ],
)
def test_a_finding_needs_evidence_or_a_reason(met, article, has_document, reason, refused):
    reasons = reasons_not_to_judge(met, article=article, has_document=has_document, reason=reason)

    assert (refused in "".join(reasons)) if refused else reasons == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-04-01", 12, "2027-04-01"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_year_later_is_the_same_day_or_the_months_last(day, months, later):
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("days_before", "level"),
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (0, 30), (-1, 0)],
)
def test_who_confirms_is_told_90_60_and_30_days_before(days_before, level):
    due_on = date(2026, 10, 1)
    day = due_on - timedelta(days=days_before)

    assert reminder_due(due_on, day) == level
    assert is_lapse_candidate(due_on, day) is (days_before < 0)


@pytest.mark.parametrize(
    ("formed_in", "counts", "years"),
    [(2024, True, [2024, 2025, 2026]), (2024, False, [2025, 2026, 2027])],
)
def test_three_fiscal_years_count_as_the_setting_says(formed_in, counts, years):
    assert list(operating_aid_years(formed_in, years=3, counts_formation_year=counts)) == years


@pytest.mark.parametrize(
    ("kind", "year", "state", "refused"),
    [
        ("operating", 2026, "certified", ""),
        ("operating", 2027, "certified", "令和6年度から令和8年度まで"),
        ("operating", 2023, "certified", "令和5年度は対象になりません"),
        ("operating", 2026, "preparatory", "「準備的な組織」の組織は、運営助成の対象"),
        ("area_grant", 2026, "preparatory", ""),
        ("area_grant", 2026, "applying", ""),
        ("area_grant", 2026, "revoked", "対象になりません"),
        ("project", 2011, "certified", "平成24年度からの制度"),
        ("project", 2012, "correcting", ""),
        ("subsidy", 2026, "dissolved", "対象になりません"),
    ],
)
def test_who_gets_what_support_in_which_year(kind, year, state, refused):
    reasons = reasons_not_to_support(
        kind, fiscal_year=year, state=state, aid_years=range(2024, 2027)
    )

    assert (refused in "".join(reasons)) if refused else reasons == []


@pytest.mark.parametrize(
    ("eligible", "percent", "most"),
    [(1_000_000, "50", 500_000), (999_999, "50", 499_999), (500_001, "25", 125_000)],
)
def test_a_rate_cuts_off_fractions_of_a_yen(eligible, percent, most):
    assert most_by_rate(eligible, Decimal(percent)) == most
    fine = {
        "eligible_yen": eligible,
        "percent": Decimal(percent),
        "paid_yen": None,
        "settled_yen": None,
    }
    assert reasons_against_sums(decided_yen=most, **fine) == []
    assert "超えています" in reasons_against_sums(decided_yen=most + 1, **fine)[0]


def test_what_was_paid_beyond_the_settled_sum_goes_back():
    assert to_return(500_000, 420_000) == 80_000
    assert to_return(400_000, 420_000) == 0


@pytest.mark.parametrize(
    ("month", "day", "after", "due"),
    [
        (4, 30, False, "2026-04-30"),
        (3, 31, False, "2027-03-31"),
        (5, 31, True, "2027-05-31"),
        (2, 31, False, "2027-02-28"),
    ],
)
def test_a_due_day_lies_in_the_fiscal_year_or_after_it(month, day, after, due):
    assert due_day(2026, month=month, day=day, after_the_year=after) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "facts", "state"),
    [
        ("2026-04-30", {}, FilingState.DUE),
        ("2026-05-01", {}, FilingState.LATE),
        ("2026-05-01", {"extended_until": date(2026, 5, 15)}, FilingState.EXTENDED),
        ("2026-05-15", {"extended_until": date(2026, 5, 15)}, FilingState.EXTENDED),
        ("2026-05-16", {"extended_until": date(2026, 5, 15)}, FilingState.LATE),
        ("2026-05-20", {"submitted_on": date(2026, 5, 20)}, FilingState.SUBMITTED),
        ("2026-05-19", {"submitted_on": date(2026, 5, 20)}, FilingState.LATE),
        ("2026-06-01", {"submitted_on": date(2026, 5, 20), "accepted_on": date(2026, 6, 1)}, FilingState.ACCEPTED),
        ("2027-01-01", {"is_required": False}, FilingState.NOT_REQUIRED),
    ],
)  # fmt: skip
def test_a_filing_stands_as_its_dates_tell(day, facts, state):
    known = {"extended_until": None, "submitted_on": None, "accepted_on": None, "is_required": True}

    assert (
        filing_state(date.fromisoformat(day), due_on=date(2026, 4, 30), **{**known, **facts})
        == state
    )


def test_completeness_leaves_out_what_is_not_required():
    states = ["accepted", "accepted", "late", "not_required"]

    assert str(completeness_of(states)) == "2／3（66.7％）"
    assert str(completeness_of(["not_required"])) == "提出不要"


def test_many_posts_of_one_person_are_warned_of_however_the_name_is_written():
    posts = posts_by_person(
        [
            Post("髙橋　花子", "甲", "会長"),
            Post("高橋花子", "乙", "監査"),
            Post("別人", "甲", "会計"),
        ]
    )

    held = posts["高橋花子"]
    assert len(held) == 2
    assert warning_of(held, warned_from=3) == ""
    assert "2つの役" in warning_of(held, warned_from=2)


@pytest.mark.parametrize(
    ("body", "basis", "refused"),
    [
        (Body(), "", ""),
        (Body(is_certified=True), "令和8年4月1日の変更届", ""),
        (Body(is_certified=True), " ", "根拠"),
        (Body(is_certified=True), "", "根拠"),
        (Body(is_dissolved=True), "総会", "解散"),
    ],
)
def test_a_certified_council_changes_on_a_stated_ground(body, basis, refused):
    reasons = reasons_not_to_record(body, basis=basis, valid_from=date(2026, 4, 1))

    assert (refused in "".join(reasons)) if refused else reasons == []


def test_a_term_does_not_end_before_it_begins():
    known = {"basis": "", "valid_from": date(2026, 4, 1)}

    assert reasons_not_to_end(Body(), last_day=date(2026, 4, 1), **known) == []
    assert reasons_not_to_end(Body(), last_day=date(2026, 3, 31), **known) == [
        "末日は初日以後の日にしてください。"
    ]


@pytest.mark.parametrize(
    ("kind", "former", "successors", "refused"),
    [
        ("rename", 1, 1, ""),
        ("rename", 1, 2, "一つずつ"),
        ("merge", 2, 1, ""),
        ("merge", 1, 1, "二つ以上"),
        ("split", 1, 2, ""),
        ("split", 2, 2, "前の地域を一つ"),
        ("other", 1, 1, "どれか"),
    ],
)
def test_areas_are_renamed_merged_or_split(kind, former, successors, refused):
    reasons = reasons_not_to_reorganise(
        kind,
        former=[("甲", date(2011, 4, 1), None)] * former,
        successors=successors,
        changed_on=date(2026, 4, 1),
        today=date(2026, 4, 1),
    )

    assert (refused in "".join(reasons)) if refused else reasons == []


def test_an_area_with_a_certified_council_is_not_merged():
    reasons = reasons_not_to_reorganise(
        "merge",
        former=[("甲", date(2011, 4, 1), None), ("乙", date(2026, 4, 1), date(2026, 4, 30))],
        successors=1,
        changed_on=date(2026, 4, 1),
        today=date(2026, 5, 1),
        certifications=[("甲協議会", date(2020, 4, 1), None)],
    )

    assert len(reasons) == 3
    assert "「甲協議会」が認定されています" in reasons[-1]


@pytest.mark.parametrize(
    ("certified_on", "ended_on", "refused"),
    [
        (date(2026, 3, 31), None, False),
        (date(2026, 4, 1), None, True),
        (date(2020, 4, 1), date(2026, 4, 1), False),
        (date(2020, 4, 1), date(2026, 4, 2), True),
    ],
)
def test_a_change_of_area_does_not_reach_behind_a_certification(certified_on, ended_on, refused):
    reasons = reasons_not_to_reorganise(
        "rename",
        former=[("甲", date(2011, 4, 1), None)],
        successors=1,
        changed_on=date(2026, 4, 1),
        today=date(2026, 6, 1),
        certifications=[("甲協議会", certified_on, ended_on)],
    )

    assert bool(reasons) == refused


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_an_area_changes_when_the_day_has_come(days, refused):
    reasons = reasons_not_to_reorganise(
        "rename",
        former=[("甲", date(2011, 4, 1), None)],
        successors=1,
        changed_on=date(2026, 4, 1) + timedelta(days=days),
        today=date(2026, 4, 1),
    )

    assert bool(reasons) == refused


def test_who_leaves_goes_before_who_comes():
    lines = [
        officer_starts("新 一郎", "representative", date(2026, 4, 1)),
        officer_ends(7, "旧 二郎", date(2026, 3, 31)),
    ]

    assert [line["what"] for line in in_order_of_effect(lines)] == [
        "officer_ends",
        "officer_starts",
    ]
    told = [difference(line) for line in lines]
    assert told[0].what == "役員の就任（会長（代表者））"
    assert told[0].after == "新 一郎（令和8年4月1日から）"
    assert told[1].after == "令和8年3月31日まで"


def test_a_changed_address_is_private():
    assert difference(contact_changes("office_place", "甲1-1", "乙2-2")).is_private
    assert not difference(contact_changes("phone", "", "06-0000-0000")).is_private


@pytest.mark.parametrize(
    ("confirmed_on", "months", "following"),
    [
        # 90 days before 1 April 2027 are 1 January: from there on the calendar stays.
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2027, 1, 1), 12, date(2028, 4, 1)),
        (date(2027, 4, 1), 12, date(2028, 4, 1)),
        (date(2028, 3, 31), 12, date(2028, 4, 1)),
        # So late that the next one would be over: a new interval begins.
        (date(2028, 4, 1), 12, date(2029, 4, 1)),
        (date(2027, 1, 31), 1, date(2027, 5, 1)),
    ],
)
def test_the_next_confirmation_keeps_the_calendar_unless_the_look_was_early(
    confirmed_on, months, following
):
    assert next_due_on(date(2027, 4, 1), confirmed_on, months) == following


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_months_later_is_never_too_early(day, months):
    later = months_later(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
