"""The staff pages of councils: what each person finds on them, and what they cost."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.services.intake import Circumstances, check_submission, receive_consultation
from councils.changes import (
    contact_changes,
    difference,
    officer_ends,
    officer_starts,
    organization_joins,
)
from councils.models import (
    CommunityCouncil,
    CouncilOrgan,
    CouncilPractice,
    Filing,
    FilingRule,
    OrganSeat,
    SchoolDistrictArea,
    SupportRate,
)
from councils.services import (
    certifications,
    change_links,
    change_notices,
    documents,
    filings,
    rosters,
)
from wards import clock
from wards.desk.models import AccessEvent

from .conftest import pdf
from .test_certification import REFUSED, messages

COUNCILS = "/admin/councils/communitycouncil/"


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser in 北区."""
    return sign_in(officer, "kita")


@pytest.fixture
def chief(sign_in, manager):
    """The manager's browser in 北区."""
    return sign_in(manager, "kita")


def case_at(place: str, key: str):
    """Take a case in as the public form does."""
    checked = check_submission(
        {
            "category": "park",
            "place": place,
            "body": "公園のベンチが壊れています。",
            "wants_reply": "no",
        }
    )
    return receive_consultation(checked, Circumstances(submission_key=key)).consultation


# --- 地域カルテ ---


def test_the_card_of_an_area_shows_the_cases_of_its_towns(desk, area):
    area.towns = "梅田、曽根崎"
    area.save()
    here, also = case_at("梅田1丁目の公園", "a"), case_at("曽根崎の集積所", "b")
    elsewhere = case_at("中崎西3丁目", "c")

    page = desk.get(f"/admin/councils/schooldistrictarea/{area.pk}/change/").content.decode()

    assert "終わっていないもの 2件" in page
    assert here.number in page
    assert also.number in page
    assert elsewhere.number not in page
    found = desk.get(f"/admin/consultations/consultation/?area={area.pk}").content.decode()
    assert here.number in found
    assert elsewhere.number not in found


def test_an_area_without_towns_says_so_and_a_wrong_area_finds_nothing(desk, area):
    case = case_at("梅田1丁目の公園", "a")

    SchoolDistrictArea.objects.create(
        code="02", name="見本西", towns="中津", valid_from=date(2011, 4, 1)
    )

    page = desk.get(f"/admin/councils/schooldistrictarea/{area.pk}/change/").content.decode()

    assert "町名が登録されていません" in page
    for wrong in ("999", "x", str(area.pk)):
        found = desk.get(f"/admin/consultations/consultation/?area={wrong}").content.decode()
        assert case.number not in found


# --- the page of a council ---


def test_the_page_leads_to_where_the_next_step_is_done(sign_in, mayor, apply, judge_all):
    application = apply()

    page = sign_in(mayor, "kita").get(f"{COUNCILS}{application.council.pk}/change/")

    assert {"label": "認定申請のページへ", "url": application.get_absolute_url()} in page.context[
        "elsewhere"
    ]
    assert "手続きは、いまありません" not in page.content.decode()


def test_what_is_near_or_late_is_led_to(desk, certify_council, officer, at):
    at("2025-11-25 10:00")
    council = certify_council()
    look = council.certifications.get().confirmations.get()
    filings.open_this_years_filings(clock.today())
    at("2026-08-26 10:00")
    assert "要件確認のページへ" not in labels_of(desk, council)

    at("2026-08-27 10:00")

    assert look.due_on - clock.today() == timedelta(days=90)
    assert labels_of(desk, council) == ["要件確認のページへ", "提出書類のページへ"]


def labels_of(desk, council) -> list[str]:
    """Return where the page of a council leads for its next steps."""
    page = desk.get(f"{COUNCILS}{council.pk}/change/")
    return [place["label"] for place in page.context["elsewhere"]]


def test_the_list_bears_the_wards_own_name_for_councils(desk, register):
    register()
    CouncilPractice.objects.create(
        valid_from=clock.today(), label="地域まちづくり実行委員会", source="見本"
    )

    assert "<h1>地域まちづくり実行委員会一覧</h1>" in desk.get(COUNCILS).content.decode()


@pytest.mark.parametrize(
    ("address", "most"),
    [(COUNCILS, 45), ("/admin/councils/schooldistrictarea/", 45), ("/admin/councils/filing/", 45)],
)
def test_a_list_asks_a_fixed_number_of_questions(desk, certify_council, address, most):
    def questions() -> int:
        desk.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    certify_council()
    filings.open_this_years_filings(clock.today())
    one = questions()
    for number in range(2, 6):
        place = SchoolDistrictArea.objects.create(
            code=f"{number:02}", name=f"見本{number}", valid_from=date(2011, 4, 1)
        )
        certify_council(name=f"見本{number}地域活動協議会", place=place)
    filings.open_this_years_filings(clock.today())

    assert questions() == one <= most


def test_the_page_of_a_council_asks_a_fixed_number_of_questions(desk, register, officer):
    council = register()

    def questions() -> int:
        desk.get(f"{COUNCILS}{council.pk}/change/")
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"{COUNCILS}{council.pk}/change/")
        return len(asked)

    few = questions()
    for number in range(12):
        rosters.record(
            council,
            type(council.officers.get(position="representative"))(
                council=council,
                name=f"見本 {number}",
                position="other",
                valid_from=date(2021, 4, 1),
            ),
            actor=officer,
        )

    assert questions() == few


@pytest.mark.parametrize("day", ["令和8年13月1日", "9999999999", "'", "令和元年5月1日"])
def test_any_day_asked_for_is_answered(desk, register, day):
    council = register()

    assert desk.get(f"{COUNCILS}{council.pk}/change/", {"day": day}).status_code == 200


# --- 変更届: who wrote is not who accepts ---


def test_whoever_wrote_into_a_notice_that_came_by_mail_does_not_accept_it(
    certify_council, officer, manager, hire
):
    council = certify_council()
    council.email = "council@example.jp"
    council.save()
    link = change_links.send_link(council, actor=officer)
    first = organization_joins("見本サークル", "other", clock.today())
    notice = change_links.propose_changes(link, [first], text="")
    added = organization_joins("課長の会", "other", clock.today())
    change_notices.add_line(notice, added, actor=manager)

    with REFUSED as raised:
        change_notices.accept_notice(notice, actor=manager)

    assert messages(raised) == "受け付けた人や内容を書いた人とは別の人が確認してください。"
    change_notices.remove_line(notice, 1, actor=manager)
    with REFUSED:
        change_notices.accept_notice(notice, actor=manager)
    change_notices.accept_notice(notice, actor=hire("kita", "manager"))
    assert council.organizations.filter(name="見本サークル").exists()


# --- 設定 ---


def test_what_has_begun_is_ended_and_not_rewritten(chief, kita):
    rate = SupportRate.objects.create(
        kind="subsidy", purpose="活動費", percent=50, valid_from=date(2013, 4, 1), source="要綱"
    )
    address = f"/admin/councils/supportrate/{rate.pk}/change/"

    assert "末日のほかは書き換えられません" in chief.get(address).content.decode()
    chief.post(
        address,
        {
            "purpose": "別のもの",
            "percent": "90",
            "valid_from": "平成25年4月1日",
            "valid_to": "令和9年3月31日",
            "source": "x",
        },
    )

    rate.refresh_from_db()
    assert (rate.purpose, rate.percent, rate.source) == ("活動費", 50, "要綱")
    assert rate.valid_to == date(2027, 3, 31)


def test_a_practice_that_has_begun_is_followed_by_another(chief, kita):
    first = CouncilPractice.objects.get()
    address = f"/admin/councils/councilpractice/{first.pk}/change/"

    assert "新しい適用の初日で登録してください" in chief.get(address).content.decode()
    assert chief.post(address, {"label": "別の名"}).status_code == 403
    chief.post(
        "/admin/councils/councilpractice/add/",
        {
            "valid_from": "令和9年4月1日", "label": "まちづくり協議会", "aid_years": "3",
            "counts_formation_year": "on", "confirmation_months": "12", "statement_days": "14",
            "posts_warned_from": "3", "source": "要綱",
        },
    )  # fmt: skip

    assert CouncilPractice.objects.label_on(date(2027, 3, 31)) == "地域活動協議会"
    assert CouncilPractice.objects.label_on(date(2027, 4, 1)) == "まちづくり協議会"


def test_a_row_of_tomorrow_may_still_be_mended(chief, kita):
    FilingRule.objects.filter(kind="plan").update(valid_to=clock.today())
    rule = FilingRule.objects.create(
        kind="plan",
        due_month=5,
        due_day=1,
        valid_from=clock.today() + timedelta(days=1),
        source="x",
    )
    chief.post(
        f"/admin/councils/filingrule/{rule.pk}/change/",
        {
            "kind": "plan",
            "due_month": "6",
            "due_day": "30",
            "valid_from": f"{rule.valid_from}",
            "valid_to": "",
            "source": "要領",
        },
    )

    rule.refresh_from_db()
    assert (rule.due_month, rule.due_day, rule.source) == (6, 30, "要領")


# --- 公開 ---


def test_a_citizen_finds_the_council_by_the_town(client_at, certify_council, area):
    area.towns = "梅田、曽根崎"
    area.save()
    council: CommunityCouncil = certify_council()

    found = client_at("kita").get("/councils/", {"q": "曽根崎"}).content.decode()

    assert council.name in found
    assert council.name not in client_at("kita").get("/councils/", {"q": "中津"}).content.decode()


# --- what somebody else did meanwhile ---


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("correct", {"reason": "直してください。", "due_on": "令和9年1月1日"}),
        ("revoke", {"reason": "理由", "statement_due_on": "令和9年1月1日"}),
        ("statement", {"statement": "弁明", "received_on": "令和8年1月1日"}),
        ("decide_revocation", {"decision": "revoke", "reason": "理由"}),
    ],
)
def test_a_step_whose_subject_has_gone_is_refused_in_words(sign_in, register, hire, step, typed):
    council = register()
    role = "ward_mayor" if step == "decide_revocation" else "manager"

    page = sign_in(hire("kita", role), "kita").post(f"{COUNCILS}{council.pk}/act/{step}/", typed)

    assert page.status_code == 200
    assert "画面を確かめてください。" in page.content.decode()


def test_a_paper_that_is_refused_leaves_the_filing_owed(desk, certify_council, at):
    at("2026-04-10 10:00")
    council = certify_council()
    filings.open_this_years_filings(clock.today())
    filing = council.filings.get(kind="plan")
    broken = SimpleUploadedFile("計画.pdf", b"no pdf at all", "application/pdf")

    page = desk.post(
        f"/admin/councils/filing/{filing.pk}/act/submit/",
        {"submitted_on": "令和8年4月10日", "files": broken, "note": ""},
    )

    assert "計画.pdf" in page.content.decode()
    filing.refresh_from_db()
    assert filing.submitted_on is None


def test_an_officer_with_a_term_leaves_early_by_every_way(
    desk, register, officer, certify_council, manager, at
):
    at("2026-04-10 10:00")
    council = certify_council()
    lead = council.officers.get()
    rosters.end(council, lead, last_day=date(2028, 3, 31), basis="総会", actor=officer)
    notice = change_notices.receive_notice(council, received_on=clock.today(), actor=officer)
    line = officer_ends(lead.pk, str(lead), date(2026, 4, 30))
    change_notices.add_line(notice, line, actor=officer)

    change_notices.accept_notice(notice, actor=manager)

    lead.refresh_from_db()
    assert lead.valid_to == date(2026, 4, 30)
    page = desk.post(
        f"{COUNCILS}{council.pk}/act/end_officer/",
        {"row": lead.pk, "last_day": "令和8年4月20日", "basis": "総会"},
        follow=True,
    )
    lead.refresh_from_db()
    assert lead.valid_to == date(2026, 4, 20), page.content.decode()


def test_a_seat_is_given_up_and_posts_go_with_organ_and_council(desk, register, officer, manager):
    council = register()
    organ = rosters.record(
        council,
        CouncilOrgan(council=council, kind="working_group", name="福祉部会", valid_from=date(2020, 4, 1)),
        actor=officer,
    )  # fmt: skip
    seat = rosters.record(
        council,
        OrganSeat(organ=organ, name="見本 太郎", valid_from=date(2020, 4, 1)),
        actor=officer,
    )
    today = clock.today()
    [key] = {council.officers.get().person_key}
    assert len(rosters.posts_on(today)[key]) == 2

    desk.post(
        f"{COUNCILS}{council.pk}/act/end_seat/",
        {"row": seat.pk, "last_day": f"{today - timedelta(days=1)}"},
    )

    assert len(rosters.posts_on(today)[key]) == 1
    certifications.dissolve_council(council, dissolved_on=today, reason="解散", actor=manager)
    assert rosters.posts_on(today) == {}


def test_a_name_that_is_not_public_stays_so_and_can_be_made_so(
    desk, certify_council, officer, manager, client_at
):
    council = certify_council()
    notice = change_notices.receive_notice(council, received_on=clock.today(), actor=officer)
    line = officer_starts("見本 花子", "vice", clock.today(), kana="みほん", name_is_public=False)
    assert difference(line).after.endswith("氏名は公表しない）")
    change_notices.add_line(notice, line, actor=officer)
    change_notices.accept_notice(notice, actor=manager)
    reader = client_at("kita")
    address = f"/councils/{council.pk}/"
    assert "見本 花子" not in reader.get(address).content.decode()

    row = council.officers.get(name="見本 花子")
    desk.post(f"{COUNCILS}{council.pk}/act/show_name/", {"row": row.pk, "is_public": "yes"})

    assert "見本 花子" in reader.get(address).content.decode()


def test_a_notice_keeps_the_rules_of_a_roster(certify_council, officer, manager):
    council = certify_council()
    notice = change_notices.receive_notice(council, received_on=clock.today(), actor=officer)
    with REFUSED as raised:
        change_notices.add_line(notice, contact_changes("phone", "", "0" * 31), actor=officer)
    assert "30文字以内" in messages(raised)
    old = organization_joins("見本サークル", "other", date(1, 1, 1))
    change_notices.add_line(notice, old, actor=officer)

    with REFUSED as raised:
        change_notices.accept_notice(notice, actor=manager)

    assert "古すぎる日付" in messages(raised)
    certifications.dissolve_council(
        council, dissolved_on=clock.today(), reason="解散", actor=manager
    )
    notice.council.refresh_from_db()
    with REFUSED as raised:
        change_notices.accept_notice(notice, actor=manager)
    assert "解散した協議会" in messages(raised)


def test_who_sees_addresses_in_differences_is_noted(desk, register, kita):
    council = register()
    rows = f"協議会,役職,役職の呼び名,氏名,ふりがな,住所,氏名を公表する,初日,末日,根拠\n{council},会長（代表者）,,見本 太郎,,,,2020-04-01,,"
    answer = desk.post(
        "/admin/councils/communitycouncil/files/officers/",
        {"file": SimpleUploadedFile("名簿.csv", rows.encode())},
    )

    assert "大阪市北区見本1-2-3" in desk.get(answer.url).content.decode()

    assert AccessEvent.objects.filter(detail__page="役員の差分").exists()


def test_papers_due_before_certification_or_after_its_end_are_not_late(
    certify_council, officer, manager, at
):
    at("2026-02-10 10:00")
    council = certify_council()
    filings.open_this_years_filings(clock.today())
    assert set(council.filings.values_list("kind", flat=True)) == {"accounts", "minutes"}
    at("2026-07-01 10:00")
    filings.open_this_years_filings(clock.today())
    late = Filing.objects.with_state(clock.today()).filter(state_on_day="late")
    assert late.count() == 6

    certifications.dissolve_council(
        council, dissolved_on=clock.today(), reason="解散", actor=manager
    )

    assert late.count() == 0
    assert set(council.filings.values_list("not_required_reason", flat=True)) == {
        "認定が終わったため。"
    }


@pytest.mark.parametrize("kind", ["application", "officers", "change", "statement"])
def test_papers_with_addresses_are_never_public(register, officer, manager, kind):
    council = register()
    [paper] = documents.add_documents(council, [pdf()], kind=kind, actor=officer)

    with REFUSED as raised:
        documents.publish_document(paper, public=True, actor=manager)

    assert "公表できません" in messages(raised)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"phone": "なし"}, "電話"),
        ({"kana": "み\u202eほん"}, "制御文字"),
        ({"kana": "み\nほん"}, "改行"),
    ],
)
def test_the_desk_meets_the_rules_of_every_other_way_in(register, officer, values, told):
    council = register()

    with REFUSED as raised:
        rosters.change_particulars(council, values, actor=officer)

    assert told in messages(raised)
    rosters.change_particulars(council, {"phone": "０６ー６３１３ー０００１"}, actor=officer)
    council.refresh_from_db()
    assert council.phone == "06-6313-0001"
