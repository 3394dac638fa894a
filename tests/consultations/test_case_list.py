"""The list of cases: order, filters, search, files, and who sees what."""

import csv
import io
from datetime import date

import pytest

from consultations.models import Consultation, Section
from consultations.services import handling, handovers, replies
from tests.consultations.conftest import WANTS_A_CALL
from wards.desk.choices import AccessKind
from wards.desk.models import AccessEvent

LIST = "/admin/consultations/consultation/"


def numbers_in(answer) -> list[str]:
    return [case.number for case in answer.context["cl"].result_list]


def test_late_cases_stand_first_and_ended_ones_last(submit, kita_officer, sign_in):
    ended = submit(days_ago=30).consultation
    fresh = submit(days_ago=1).consultation
    late = submit(days_ago=20).consultation
    handling.file_consultation(ended, actor=kita_officer, reason="読みました。")

    answer = sign_in(kita_officer, "kita").get(LIST)

    assert numbers_in(answer) == [late.number, fresh.number, ended.number]
    page = answer.content.decode()
    assert "6日超過" in page
    assert "あと13日" in page
    assert "開庁日はあと" in page
    assert answer.context["totals"] == {
        "total": 3,
        "open": 2,
        "overdue": 1,
        "today": 0,
        "unassigned": 2,
    }


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("state=open", {"road", "park"}),
        ("state=closed", {"waste"}),
        ("state=filed", {"waste"}),
        ("state=nonsense", set()),
        ("due=overdue", {"park"}),
        ("due=later", {"road"}),
        ("due=nonsense", set()),
        ("mine=me", {"road"}),
        ("mine=none", {"park", "waste"}),
        ("mine=section", {"road"}),
        ("mine=section_none", set()),
        ("reply=yes", {"road"}),
        ("reply=no", {"park", "waste"}),
        ("bundle=single", {"road", "park", "waste"}),
        ("bundle=lead", set()),
        ("publication=none", {"waste"}),
        ("intake_channel=phone", set()),
        ("intake_channel=web", {"road", "park", "waste"}),
        ("record_type=citizen_voice", {"road", "park", "waste"}),
        ("received=30days", {"road", "park", "waste"}),
        ("received=today", {"road"}),
        ("received=2000-01-01", set()),
        ("received=9999-12-31", set()),
        ("received=0001-01-01", set()),
        ("received=this_year", {"road", "park", "waste"}),
        ("received=last_year", set()),
        ("office=99999999999999999999", set()),
        ("office=waiting", set()),
        ("category=999999", set()),
        ("section=x", set()),
        ("q=工事", set()),
        ("q=ﾌﾞﾗﾝｺ", {"park"}),
        ("q=大阪 花子", set()),
        ("q=0662080000", set()),
    ],
)
def test_each_filter_keeps_what_it_says(
    query, kept, submit, section, post, kita_officer, kita_manager, sign_in, at
):
    at("2026-11-25 10:00")
    post(section, kita_officer)
    road = submit(**WANTS_A_CALL).consultation
    submit(category="park", days_ago=20, body="ブランコが壊れています。")
    waste = submit(category="waste", days_ago=3).consultation
    handling.route_consultation(road, section, actor=kita_manager)
    handling.assign_consultation(road, kita_officer, actor=kita_officer)
    handling.file_consultation(waste, actor=kita_officer, reason="読みました。")

    answer = sign_in(kita_officer, "kita").get(f"{LIST}?{query}")

    assert answer.status_code == 200
    assert {case.category.code for case in answer.context["cl"].result_list} == kept


def test_a_number_as_people_type_it_is_found(case, kita_officer, sign_in):
    typed = case.number.lower()

    assert numbers_in(sign_in(kita_officer, "kita").get(f"{LIST}?q={typed}")) == [case.number]


def test_an_office_clerk_sees_only_what_was_handed_to_the_office(
    case, submit, works_office, clerk, kita_officer, sign_in
):
    submit()
    handovers.hand_over(case, works_office, actor=kita_officer, reason="修理をお願いします。")

    client = sign_in(clerk, "kita")

    assert numbers_in(client.get(LIST)) == [case.number]
    assert numbers_in(client.get(f"{LIST}?office=mine")) == [case.number]
    assert "野田工営所" in client.get(LIST).content.decode()


def test_a_viewer_is_refused_with_the_reason(case, hire, sign_in):
    answer = sign_in(hire("kita", "viewer"), "kita").get(LIST)

    assert answer.status_code == 403
    assert "閲覧者" in answer.content.decode()
    assert case.number not in answer.content.decode()


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    submit, kita_officer, sign_in, django_assert_max_num_queries
):
    for n in range(12):
        submit(days_ago=n)
    client = sign_in(kita_officer, "kita")
    client.get(LIST)

    with django_assert_max_num_queries(13):
        answer = client.get(LIST)
    assert len(numbers_in(answer)) == 12


def test_the_file_holds_the_filtered_list_no_contact_and_no_formula(
    submit, kita_officer, sign_in, enter
):
    submit(body="=1+1\n＝cmd|' /C calc'!A0", place="@梅田", **WANTS_A_CALL)
    submit(category="park")

    answer = sign_in(kita_officer, "kita").get(f"{LIST}export/csv/?category=&q=cmd")

    text = answer.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["場所"] == "'@梅田"
    assert row["内容"].startswith("'=1+1")
    assert "大阪 花子" not in text
    assert "06-6208-0000" not in text
    enter("kita")
    event = AccessEvent.objects.get(what=AccessKind.EXPORT)
    assert (event.user, event.detail["rows"], event.detail["filters"]["q"]) == (
        kita_officer,
        1,
        ["cmd"],
    )


def test_a_manager_sees_what_waits_for_a_decision_on_the_start_page(
    case, kita_officer, kita_manager, sign_in
):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。")
    replies.submit_draft(case, actor=kita_officer)

    page = sign_in(kita_manager, "kita").get("/admin/").content.decode()

    assert "回答案が、あなたの決裁を待っています。" in page
    assert f"{LIST}?state=drafted" in page


def test_an_officers_late_cases_lead_the_start_page(case, kita_officer, sign_in):
    Consultation.objects.filter(pk=case.pk).update(
        due_on=date(2026, 1, 1), received_on=date(2025, 12, 1)
    )
    handling.assign_consultation(case, kita_officer, actor=kita_officer)

    page = sign_in(kita_officer, "kita").get("/admin/").content.decode()

    assert "あなたの担当で、回答期限を過ぎています。" in page
    assert case.get_absolute_url() in page


def test_a_clerks_start_page_leads_to_what_was_handed_over(
    case, works_office, clerk, kita_officer, sign_in
):
    handovers.hand_over(case, works_office, actor=kita_officer, reason="お願いします。")

    page = sign_in(clerk, "kita").get("/admin/").content.decode()

    assert "あなたの事業所に引き継がれ、返事を待っています。" in page
    assert f"{LIST}?office=mine" in page


def test_another_wards_cases_are_not_in_the_list(case, nishi_officer, sign_in, enter):
    enter("nishi")
    assert Section.objects.front_desk() is not None

    answer = sign_in(nishi_officer, "nishi").get(LIST)

    assert numbers_in(answer) == []
