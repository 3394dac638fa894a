"""The pages beside the case: inbox from other wards, publication, figures, disposal, settings."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from consultations.choices import CaseState, PublicationState
from consultations.city.models import CityReplyTemplate, Referral
from consultations.models import (
    CategoryForm,
    Consultation,
    Publication,
    ReplyTemplate,
    RoutingRule,
    Section,
    SectionPost,
)
from consultations.services import after_answer, handling, handovers, publishing, replies
from tests.consultations.conftest import WANTS_A_CALL
from wards import clock
from wards.desk.models import AccessEvent
from wards.models import Ward

CASES = "/admin/consultations/consultation/"
PUBLIC = {
    "title": "街路灯について",
    "summary": "消えている。",
    "city_view": "直しました。",
    "response_kind": "done",
}


def fresh(case):
    return Consultation.objects.get(pk=case.pk)


@pytest.fixture
def manager(kita_manager, sign_in):
    return sign_in(kita_manager, "kita")


@pytest.fixture
def officer(kita_officer, sign_in):
    return sign_in(kita_officer, "kita")


@pytest.fixture
def referral(case, kita_officer, enter):
    """A case of 北区 on its way to 西区."""
    handovers.hand_over(
        case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区の道路です。"
    )
    enter("nishi")
    return Referral.objects.get()


@pytest.fixture
def answered(case, kita_officer, kita_manager):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。", response_kind="done")
    replies.submit_draft(case, actor=kita_officer)
    replies.answer_consultation(case, actor=kita_manager)
    return fresh(case)


# --- the inbox ---


def test_a_referral_is_taken_over_with_its_first_day_and_only_once(
    case, referral, nishi_officer, sign_in, enter
):
    client = sign_in(nishi_officer, "nishi")
    page = client.get(f"{CASES}referrals/").content.decode()
    assert "西区の道路です。" in page
    assert "大阪 花子" not in page

    first = client.post(f"{CASES}referrals/{referral.pk}/", {"accept": "yes", "category": "road"})
    client.post(f"{CASES}referrals/{referral.pk}/", {"accept": "yes", "category": "road"})

    enter("nishi")
    taken = Consultation.objects.get()
    assert first.url == taken.get_absolute_url()
    assert (taken.origin_number, taken.due_on) == (case.number, case.due_on)


def test_a_referral_is_given_back_with_a_reason_only(referral, nishi_officer, sign_in, enter):
    client = sign_in(nishi_officer, "nishi")
    address = f"{CASES}referrals/{referral.pk}/"
    assert "返す理由を入力してください。" in client.post(address, {"reason": ""}).content.decode()
    assert (
        "この区での分野を選んでください。"
        in client.post(address, {"accept": "yes"}).content.decode()
    )

    client.post(address, {"reason": "府の道路です。"})

    enter("nishi")
    referral.refresh_from_db()
    assert (referral.state, referral.answer) == (Referral.State.RETURNED, "府の道路です。")


def test_reading_the_inbox_is_noted_for_each_case_whose_text_it_shows(
    case, referral, nishi_officer, sign_in, enter
):
    sign_in(nishi_officer, "nishi").get(f"{CASES}referrals/")

    enter("nishi")
    event = AccessEvent.objects.get()
    assert (event.about, event.detail) == (case.number, {"page": "他の区からの引継ぎ"})
    assert event.user == nishi_officer


@pytest.mark.parametrize(("state", "noted"), [("proposed", 1), ("published", 0)])
def test_reading_texts_that_are_not_public_yet_is_noted(
    answered, kita_officer, kita_manager, officer, enter, state, noted
):
    publishing.propose_publication(answered, actor=kita_officer, **PUBLIC)
    if state == "published":
        publishing.confirm_publication(answered, actor=kita_manager)
        publishing.publish_batch(actor=kita_manager)

    officer.get(f"{CASES}publications/?state={state}")

    enter("kita")
    assert AccessEvent.objects.filter(about=answered.number).count() == noted


def test_a_third_ward_sees_no_referral(referral, kita_manager, sign_in):
    client = sign_in(kita_manager, "kita")

    assert "届いている引継ぎはありません。" in client.get(f"{CASES}referrals/").content.decode()
    answer = client.post(f"{CASES}referrals/{referral.pk}/", {"reason": "x"})
    assert answer.status_code == 404


# --- publication ---


def test_the_monthly_batch_publishes_what_was_confirmed(
    answered, kita_officer, kita_manager, manager, enter
):
    publishing.propose_publication(answered, actor=kita_officer, **PUBLIC)
    publishing.confirm_publication(answered, actor=kita_manager)
    assert "1件を公表する" in manager.get(f"{CASES}publications/").content.decode()

    manager.post(f"{CASES}publications/")

    enter("kita")
    publication = Publication.objects.get()
    assert (publication.state, publication.published_on) == (
        PublicationState.PUBLISHED,
        clock.today(),
    )
    listed = manager.get(f"{CASES}publications/?state=published").content.decode()
    assert "消えている。" in listed
    rows = list(
        csv.DictReader(
            io.StringIO(
                manager.post(
                    f"{CASES}publications/csv/?state=published", {"purpose": "公表の控えのため"}
                )
                .getvalue()
                .decode("utf-8-sig")
            )
        )
    )
    assert [row["市の考え方"] for row in rows] == ["直しました。"]


def test_what_is_withheld_is_listed_with_its_numbered_reason(answered, kita_manager, manager):
    publishing.withhold_publication(answered, actor=kita_manager, reason="6")

    page = manager.get(f"{CASES}publications/?state=withheld").content.decode()

    assert "6 趣旨が不明なもの、または専ら個人的なもの" in page


def test_an_officer_sees_the_batch_and_may_not_publish(
    answered, kita_officer, kita_manager, officer, enter
):
    publishing.propose_publication(answered, actor=kita_officer, **PUBLIC)
    publishing.confirm_publication(answered, actor=kita_manager)
    assert "公表は区課長か区長が行います。" in officer.get(f"{CASES}publications/").content.decode()

    assert officer.post(f"{CASES}publications/").status_code == 403

    enter("kita")
    assert Publication.objects.get().state == PublicationState.CONFIRMED


# --- figures ---


def test_the_figures_count_days_shares_and_handovers(
    submit, works_office, kita_officer, kita_manager, manager, at, enter
):
    at("2026-11-25 10:00")
    cases = [submit(days_ago=n, **WANTS_A_CALL).consultation for n in (2, 4, 20)]
    submit(category="park", days_ago=30)
    handovers.hand_over(cases[0], works_office, actor=kita_officer, reason="修理")
    handovers.return_handover(cases[0].handovers.get(), actor=kita_officer, reason="私道です。")
    handovers.hand_over(cases[1], works_office, actor=kita_officer, reason="修理")
    handovers.withdraw_handover(cases[1].handovers.get(), actor=kita_officer, reason="誤り")
    for case in cases:
        handling.assign_consultation(case, kita_officer, actor=kita_officer)
        replies.save_draft(case, actor=kita_officer, text="直しました。")
        replies.submit_draft(case, actor=kita_officer)
        replies.answer_consultation(case, actor=kita_manager)
    after_answer.record_satisfaction(
        fresh(cases[0]), reached=True, understood=True, handled_properly=False
    )
    after_answer.open_follow_up(fresh(cases[0]), "まだ消えています。", submission_key="again")

    answer = manager.get(f"{CASES}figures/?fiscal_year=2026")

    all_of_it = answer.context["all"]
    assert (all_of_it.received, all_of_it.ended, all_of_it.in_time) == (5, 3, 2)
    assert (all_of_it.mean_days, all_of_it.median_days) == (Decimal("8.7"), 4)
    assert (all_of_it.handed_over, all_of_it.handovers, all_of_it.reopened) == (1, 1, 1)
    assert (all_of_it.overdue, all_of_it.in_time_rate) == (1, 50)
    names = dict(answer.context["by_category"])
    assert [cells[0] for cells in names.values()] == [4, 1]
    assert [name for name, _ in answer.context["by_month"]] == ["2026年10月", "2026年11月"]
    assert ("適切に対応された", 0, "0.0％") in answer.context["said_rows"]
    file = manager.get(f"{CASES}figures/csv/?fiscal_year=2026").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {(row["月"], row["受付"]) for row in rows} == {("2026-11", "4"), ("2026-10", "1")}


def test_what_was_disposed_of_stays_in_the_figures(manager, certify):
    certify()

    found = manager.get(f"{CASES}figures/?fiscal_year=2020").context["all"]

    assert (found.received, found.in_time, found.median_days, found.handovers) == (1, 1, 10, 2)


@pytest.mark.parametrize("year", ["2012", "x", "99999", "0000", "9999"])
def test_a_year_without_cases_or_that_is_none_gives_a_page(year, manager):
    answer = manager.get(f"{CASES}figures/?fiscal_year={year}")

    assert "この年度に受け付けた案件はありません。" in answer.content.decode()


# --- keeping ---


def test_the_preview_tells_what_goes_and_what_is_held(answered, kita_manager, manager, enter):
    day = date(answered.closed_on.year + 20, 4, 1)
    page = manager.get(f"{CASES}disposal/?day={day}")
    assert [(row.consultation.number, row.reasons) for row in page.context["rows"]] == [
        (answered.number, [])
    ]
    handling.hold_consultation(answered, actor=kita_manager, reason="訴訟のため")

    held = manager.get(f"{CASES}disposal/?day={day}").content.decode()

    assert "保存の指定があります（訴訟のため）。" in held
    enter("kita")
    assert Consultation.objects.filter(pk=answered.pk).exists()
    assert "日付として読み取れない" in manager.get(f"{CASES}disposal/?day=x").content.decode()


# --- settings ---


def test_the_settings_warn_of_categories_that_reach_nobody(manager, officer, hire):
    page = manager.get(f"{CASES}settings/").content.decode()

    assert "だれにも届かない分野が" in page
    assert "廃棄の予定" in page
    assert "廃棄の予定" not in officer.get(f"{CASES}settings/").content.decode()


def test_the_check_is_red_until_somebody_works_there(kita_officer, manager, enter):
    address = "/admin/consultations/routingrule/check/"
    assert "今日働いている職員がいません。" in manager.get(address).content.decode()
    SectionPost.objects.create(
        section=Section.objects.front_desk(),
        person=kita_officer,
        post="staff",
        valid_from=date(2020, 4, 1),
    )

    page = manager.get(address).content.decode()

    assert "届かない</span>" not in page
    assert "すべての地域で、届き先に職員がいます。" in page
    assert f"<td>{Section.objects.front_desk()}</td>" in page
    assert "<td>—</td>" not in page


def test_the_tester_names_rule_place_and_reason(section, category, manager):
    rule = RoutingRule.objects.create(
        category=category("road"), areas="梅田", section=section, valid_from=date(2026, 4, 1)
    )
    address = "/admin/consultations/routingrule/tester/?category=road&day=2026-11-25&place="

    hit = manager.get(f"{address}梅田1丁目").content.decode()
    assert "地域課" in hit
    assert f"振分ルール{rule.pk}：" in hit
    assert "場所に「梅田」を含む" in hit
    miss = manager.get(f"{address}中津").content.decode()
    assert "総合窓口が受け持ちます。" in miss
    before = manager.get(f"{address}梅田1丁目".replace("2026-11-25", "2026-03-31")).content.decode()
    assert "総合窓口が受け持ちます。" in before
    assert (
        "分野を選び直してください。" in manager.get(address.replace("road", "zzz")).content.decode()
    )


def test_rules_are_found_by_category_section_and_time_and_leave_as_a_file(
    section, category, officer
):
    today = clock.today()
    for number, (code, first, last) in enumerate(
        (
            ("road", today - timedelta(days=9), None),
            ("road", today - timedelta(days=9), today),
            ("park", today - timedelta(days=9), today - timedelta(days=1)),
            ("park", today + timedelta(days=1), None),
        )
    ):
        RoutingRule.objects.create(
            category=category(code), section=section, valid_from=first, valid_to=last,
            source=f"決定{number}",
        )  # fmt: skip

    def found(query: str) -> list[str]:
        answer = officer.get(f"/admin/consultations/routingrule/export/csv/?{query}")
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        page = officer.get(f"/admin/consultations/routingrule/?{query}")
        assert page.context["cl"].result_count == len(rows)
        return sorted(row["根拠"] for row in rows if row["根拠"].startswith("決定"))

    assert found("in_force=now") == ["決定0", "決定1"]
    assert found("in_force=past") == ["決定2"]
    assert found("in_force=future") == ["決定3"]
    assert found("in_force=once") == []
    assert found(f"category={category('park').pk}&section={section.pk}") == ["決定2", "決定3"]


def test_a_rule_that_sent_a_case_is_ended_and_not_rewritten(
    section, category, submit, manager, enter
):
    rule = RoutingRule.objects.create(
        category=category("road"), section=section, valid_from=clock.today() - timedelta(days=30)
    )
    assert submit().consultation.rule == rule
    page = manager.get(f"/admin/consultations/routingrule/{rule.pk}/change/").content.decode()
    assert "1件の案件を振り分けました。" in page
    front = Section.objects.front_desk().pk
    refused = manager.post(
        f"/admin/consultations/routingrule/{rule.pk}/change/",
        {"section": front, "valid_from": "2026-04-01", "areas": "", "source": ""},
    )
    assert refused.status_code == 403

    manager.post(
        f"/admin/consultations/routingrule/{rule.pk}/end/", {"last_day": str(clock.today())}
    )

    enter("kita")
    rule.refresh_from_db()
    assert (rule.section, rule.valid_to) == (section, clock.today())
    too_early = manager.post(
        f"/admin/consultations/routingrule/{rule.pk}/end/",
        {"last_day": str(clock.today() - timedelta(days=20))},
        follow=True,
    )
    assert "さかのぼって終えられません。" in too_early.content.decode()


def question(n: int, **more) -> dict:
    row = {"code": "", "label": "", "kind": "text", "options": "", **more}
    return {f"{name}_{n}": value for name, value in row.items()}


def test_new_questions_are_a_new_version_and_old_cases_keep_theirs(
    case, category, kita_manager, manager, enter
):
    road = category("road")
    address = f"/admin/consultations/category/{road.pk}/questions/"
    old = case.form
    typed = {
        "rows": "3",
        "valid_from": str(clock.today()),
        **question(
            0, code="danger", label="けがや事故のおそれがありますか", kind="yes_no", required="yes"
        ),
        **question(1, code="lamp", label="灯具の番号", kind="choice", options="一番\n二番"),
        **question(2),
    }

    manager.post(address, typed)

    enter("kita")
    newest = CategoryForm.objects.in_force(road, clock.today())
    assert newest.version == old.version + 1
    assert newest.questions[0]["labels"]["en"].startswith("Is there a danger")
    assert newest.questions[1]["options"] == ["一番", "二番"]
    assert fresh(case).form == old
    again = manager.post(address, typed).content.decode()
    assert "前の版と同じ質問です。" in again


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"code": "Ｘ", "label": "何"}, "略称は、ほかと違う英小文字にしてください。"),
        (
            {"code": "a", "label": "何", "kind": "choice", "options": "一つ"},
            "選択肢を二つ以上入力してください。",
        ),
        ({"code": "a", "label": "何", "kind": "mind"}, "質問の種類が正しくありません。"),
        ({"code": "a", "label": ""}, "質問の文を入力してください。"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_and_kept_on_the_page(
    row, sentence, category, manager, enter
):
    park = category("park")
    before = CategoryForm.objects.filter(category=park).count()

    answer = manager.post(
        f"/admin/consultations/category/{park.pk}/questions/",
        {"rows": "1", "valid_from": str(clock.today()), **question(0, **row)},
    )

    assert sentence in answer.content.decode()
    enter("kita")
    assert CategoryForm.objects.filter(category=park).count() == before


def test_a_category_is_named_in_each_language_without_typing_json(category, manager, enter):
    road = category("road")
    address = f"/admin/consultations/category/{road.pk}/change/"
    page = manager.get(address)
    values = {
        name: field.value() if field.value() is not None else ""
        for name, field in ((f.html_name, f) for f in page.context["adminform"].form)
    }
    values = {name: value for name, value in values.items() if value is not False}
    values |= {"names_en": "Roads & lamps", "names_vi": "", "descriptions_en": "Holes, lamps"}

    manager.post(address, values)

    enter("kita")
    road.refresh_from_db()
    assert road.names["en"] == "Roads & lamps"
    assert "vi" not in road.names
    assert road.description_in("en") == "Holes, lamps"
    assert road.code == "road"


def test_a_section_gets_its_people_with_dates(section, kita_officer, nishi_officer, manager, enter):
    address = f"/admin/consultations/section/{section.pk}/change/"
    page = manager.get(address).content.decode()
    assert f'value="{nishi_officer.pk}"' not in page

    manager.post(
        address,
        {
            "code": "community",
            "name": "地域課",
            "order": "100",
            "is_active": "on",
            "posts-TOTAL_FORMS": "1",
            "posts-INITIAL_FORMS": "0",
            "posts-0-section": section.pk,
            "posts-0-person": kita_officer.pk,
            "posts-0-post": "chief",
            "posts-0-valid_from": "2026-04-01",
        },
    )

    enter("kita")
    assert [(p.person, p.post) for p in section.posts.all()] == [(kita_officer, "chief")]


def test_a_wards_template_stands_beside_the_citys_with_what_differs(officer, enter):
    enter("osaka")
    CityReplyTemplate.objects.create(code="thanks", title="お礼", body="ありがとうございます。")
    enter("kita")
    listed = officer.get("/admin/consultations/replytemplate/").content.decode()
    assert "この区の文にする" in listed
    begun = officer.get("/admin/consultations/replytemplate/add/?city=thanks").content.decode()
    assert "ありがとうございます。" in begun
    typed = {"code": "thanks", "title": "お礼", "plain_body": "", "is_active": "on"}
    refused = officer.post(
        "/admin/consultations/replytemplate/add/", {**typed, "body": "{氏名}様"}
    ).content.decode()
    assert "{氏名}は、案件の値に置き換えられません。" in refused

    officer.post(
        "/admin/consultations/replytemplate/add/",
        {**typed, "body": "ご連絡ありがとうございます。"},
    )

    enter("kita")
    own = ReplyTemplate.objects.get()
    page = officer.get(f"/admin/consultations/replytemplate/{own.pk}/change/").content.decode()
    assert "<ins>ご連絡</ins>" in page


def test_an_officer_reads_the_rules_and_may_not_change_them(section, officer, enter):
    rule = RoutingRule.objects.create(section=section, valid_from=date(2026, 4, 1))
    address = f"/admin/consultations/routingrule/{rule.pk}/"
    assert "地域課" in officer.get(f"{address}change/").content.decode()

    assert officer.post(f"{address}end/", {"last_day": str(clock.today())}).status_code == 403
    assert officer.get("/admin/consultations/routingrule/add/").status_code == 403

    enter("kita")
    rule.refresh_from_db()
    assert rule.valid_to is None


def test_ended_cases_show_who_was_asked_and_said_what(answered, officer):
    assert answered.state == CaseState.ANSWERED
    after_answer.record_satisfaction(
        answered, reached=True, understood=False, handled_properly=True
    )

    page = officer.get(answered.get_absolute_url()).content.decode()

    assert "適切に対応されたか" in page
