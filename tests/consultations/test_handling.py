"""A case from desk to desk: steps, drafts, answers, handovers, withdrawals."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from consultations.choices import (
    CaseState,
    EntryKind,
    HandoverState,
    IntakeChannel,
    PublicationState,
)
from consultations.city.models import CityReplyTemplate, DeadlineRule, Referral, ReferralFile
from consultations.models import (
    Consultation,
    Contact,
    DisposalCertificate,
    Entry,
    ReplyTemplate,
    Section,
)
from consultations.services import (
    after_answer,
    handling,
    handovers,
    keeping,
    likeness,
    publishing,
    referral_news,
    referrals,
    reminders,
    replies,
    reply_templates,
)
from consultations.services.case_files import kept
from consultations.services.intake import find_by_passphrase, passphrase_of
from tests.consultations.conftest import WANTS_A_CALL, WANTS_A_MAIL
from wards import attachments
from wards.desk.models import Notice, OutgoingMail
from wards.models import Bureau, Membership, Office, Ward

PUBLIC = {
    "title": "街路灯について",
    "summary": "消えている。",
    "city_view": "直しました。",
    "response_kind": "done",
}


@pytest.fixture
def answered(case, kita_officer, kita_manager):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。", response_kind="done")
    replies.submit_draft(case, actor=kita_officer)
    replies.answer_consultation(case, actor=kita_manager)
    case.refresh_from_db()
    return case


def fresh(case):
    return Consultation.objects.get(pk=case.pk)


def test_a_case_walks_from_reception_to_answer_and_each_step_is_told(
    case, section, post, kita_officer, kita_manager
):
    post(section, kita_officer)
    handling.route_consultation(case, section, actor=kita_manager)
    assert fresh(case).state == CaseState.ROUTED
    handling.assign_consultation(case, kita_officer, actor=kita_manager)
    assert Notice.objects.filter(person=kita_officer, kind="assigned", done_at=None).count() == 1
    replies.save_draft(case, actor=kita_officer, text="調べました。", response_kind="explained")
    replies.save_draft(case, actor=kita_officer, text="直しました。", response_kind="done")
    replies.submit_draft(case, actor=kita_officer)
    assert Notice.objects.filter(person=kita_manager, kind="check").count() == 1
    reply = replies.answer_consultation(case, actor=kita_manager)

    case = fresh(case)
    assert case.state == CaseState.ANSWERED
    assert (case.answered_on, case.closed_on) == (date.today(), date.today()) or case.answered_on
    assert (reply.approved_by, reply.text, reply.delivered_by) == (kita_manager, "直しました。", "")
    assert [e.move for e in case.entries.filter(kind=EntryKind.MOVE)] == [
        "route",
        "assign",
        "draft",
        "answer",
    ]
    # Everything about the case is done but the call that is still owed.
    (still,) = Notice.objects.filter(done_at=None)
    assert (still.kind, still.person) == ("call", kita_officer)


def test_an_officer_may_not_decide_their_own_draft(case, kita_officer):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。")
    replies.submit_draft(case, actor=kita_officer)

    with pytest.raises(PermissionDenied, match="役割"):
        replies.answer_consultation(case, actor=kita_officer)
    assert fresh(case).state == CaseState.DRAFTED


def test_nothing_moves_past_its_step(case, kita_officer, kita_manager):
    with pytest.raises(ValidationError, match="受付"):
        replies.answer_consultation(case, actor=kita_manager)
    with pytest.raises(ValidationError, match="回答案を書けません"):
        replies.save_draft(case, actor=kita_officer, text="はい")
    with pytest.raises(ValidationError, match="回答を希望"):
        handling.file_consultation(case, actor=kita_officer, reason="読みました")
    assert fresh(case).state == CaseState.RECEIVED
    assert not case.entries.filter(kind=EntryKind.MOVE).exists()


def test_a_viewer_or_clerk_cannot_be_put_in_charge(case, kita_officer, hire):
    with pytest.raises(ValidationError, match="担当できません"):
        handling.assign_consultation(case, hire("kita", "viewer"), actor=kita_officer)
    with pytest.raises(ValidationError, match="担当できません"):
        handling.assign_consultation(case, hire("nishi", "officer"), actor=kita_officer)


def test_a_draft_comes_back_with_its_reason(case, kita_officer, kita_manager):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="はい")
    replies.submit_draft(case, actor=kita_officer)
    with pytest.raises(ValidationError, match="理由を入力"):
        replies.return_draft(case, actor=kita_manager, reason="")
    replies.return_draft(case, actor=kita_manager, reason="日付を書いてください")

    assert fresh(case).state == CaseState.IN_PROGRESS
    assert Notice.objects.filter(person=kita_officer, kind="returned").exists()


@pytest.mark.parametrize(("agreed", "in_mail"), [("yes", True), ("", False)])
def test_the_answer_stands_in_a_mail_only_where_the_citizen_agreed(
    submit, kita_officer, kita_manager, agreed, in_mail
):
    case = submit(key="m", answer_in_mail=agreed, **WANTS_A_MAIL).consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="あなたの件は解決しました。")
    replies.submit_draft(case, actor=kita_officer)
    replies.answer_consultation(case, actor=kita_manager)

    mail = OutgoingMail.objects.get(key__startswith="reply:")
    assert ("あなたの件は解決しました。" in mail.body) is in_mail
    assert Notice.objects.filter(kind="call", done_at=None).exists() is not in_mail


def test_an_interim_reply_goes_out_and_the_due_day_stays(submit, kita_officer):
    case = submit(key="m", **WANTS_A_MAIL).consultation
    replies.send_interim_reply(case, actor=kita_officer, text="調べています。")
    after = fresh(case)

    assert (after.due_on, after.state) == (case.due_on, CaseState.RECEIVED)
    assert after.interim_on is not None
    assert "途中の経過" in OutgoingMail.objects.get(key__startswith="reply:").subject


def test_what_is_pressed_twice_reaches_the_citizen_and_the_thread_once(submit, kita_officer):
    case = submit(**WANTS_A_CALL).consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    words = "調査に時間がかかっています。\r\n来週お答えします。"

    replies.send_interim_reply(case, actor=kita_officer, text=words)
    with pytest.raises(ValidationError, match="同じ文の中間回答を、すでに送っています。"):
        replies.send_interim_reply(case, actor=kita_officer, text=words)
    notes = [handling.add_note(case, text, actor=kita_officer) for text in ("電話", "電話", "再訪")]

    assert case.replies.count() == 1
    assert notes[0] == notes[1] != notes[2]
    assert handling.add_note(case, "電話", actor=kita_officer) != notes[0]


def test_a_recorded_request_is_read_back_before_it_ends(submit, kita_officer):
    case = submit(
        category="recorded-request", actor=kita_officer, channel=IntakeChannel.PHONE
    ).consultation
    with pytest.raises(ValidationError, match="読み聞かせ"):
        handling.file_consultation(case, actor=kita_officer, reason="口頭で済みました")
    handling.confirm_read_back(case, actor=kita_officer)
    handling.file_consultation(case, actor=kita_officer, reason="口頭で済みました")

    assert fresh(case).state == CaseState.FILED
    with pytest.raises(ValidationError, match="済んでいるか"):
        handling.confirm_read_back(fresh(case), actor=kita_officer)


def test_a_template_with_places_left_to_write_goes_to_nobody(case, kita_officer, kita_manager):
    unfinished, text = "【調べたこと】\n\nお尋ねください。", "【調べたこと】\n見ました。"
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    draft = replies.save_draft(case, actor=kita_officer, text=unfinished)

    with pytest.raises(ValidationError, match="【調べたこと】が書かれていません"):
        replies.submit_draft(case, actor=kita_officer)
    with pytest.raises(ValidationError, match="【調べたこと】が書かれていません"):
        replies.send_interim_reply(case, actor=kita_officer, text=unfinished)
    assert fresh(case).state == CaseState.IN_PROGRESS
    assert fresh(case).replies.count() == 1

    replies.save_draft(case, actor=kita_officer, text=text, hand_in=True)
    # What was handed in before the rule stood is not sent by it either.
    type(draft).objects.filter(pk=draft.pk).update(text=unfinished)
    with pytest.raises(ValidationError, match="【調べたこと】が書かれていません"):
        replies.answer_consultation(case, actor=kita_manager)
    assert not OutgoingMail.objects.filter(subject__contains="回答").exists()
    type(draft).objects.filter(pk=draft.pk).update(text=text)
    assert replies.answer_consultation(case, actor=kita_manager).sent_at


def test_a_change_is_withdrawn_with_its_reason_and_both_stay(answered, kita_manager):
    latest = answered.entries.moves().first()
    with pytest.raises(ValidationError, match="取り消す理由"):
        handling.withdraw_move(latest, actor=kita_manager, reason="")
    earlier = answered.entries.moves().last()
    with pytest.raises(ValidationError, match="いちばん新しい"):
        handling.withdraw_move(earlier, actor=kita_manager, reason="誤り")
    handling.withdraw_move(latest, actor=kita_manager, reason="宛先の誤り")

    case = fresh(answered)
    assert (case.state, case.answered_on, case.closed_on) == (CaseState.DRAFTED, None, None)
    latest.refresh_from_db()
    assert (latest.withdrawn_by, latest.withdrawn_reason) == (kita_manager, "宛先の誤り")
    with pytest.raises(ValidationError, match=r"いちばん新しい|すでに"):
        handling.withdraw_move(latest, actor=kita_manager, reason="もう一度")


def test_a_withdrawn_answer_can_be_mended_and_sent_again(answered, kita_officer, kita_manager):
    handling.withdraw_move(answered.entries.moves().first(), actor=kita_manager, reason="誤字")
    assert not handling.facts_of(fresh(answered)).is_answered
    replies.return_draft(fresh(answered), actor=kita_manager, reason="誤字を直してください")
    replies.save_draft(fresh(answered), actor=kita_officer, text="替えました。")
    replies.submit_draft(fresh(answered), actor=kita_officer)
    again = replies.answer_consultation(fresh(answered), actor=kita_manager)

    sent = list(answered.replies.sent())
    assert [reply.text for reply in sent] == ["直しました。", "替えました。"]
    assert (sent[0].withdrawn_at is not None, again.withdrawn_at) == (True, None)
    assert fresh(answered).answered_on is not None


def test_withdrawing_a_step_brings_back_who_had_the_case(
    case, section, post, kita_officer, kita_manager, hire
):
    colleague = hire("kita", "officer")
    handling.route_consultation(case, section, actor=kita_manager)
    handling.assign_consultation(case, kita_officer, actor=kita_manager)
    handling.assign_consultation(case, colleague, actor=kita_manager)
    handling.withdraw_move(case.entries.moves().first(), actor=kita_manager, reason="人違い")
    assert fresh(case).assignee == kita_officer
    handling.withdraw_move(case.entries.moves().first(), actor=kita_manager, reason="早すぎた")
    assert (fresh(case).assignee, fresh(case).state) == (None, CaseState.ROUTED)
    handling.withdraw_move(case.entries.moves().first(), actor=kita_manager, reason="課の誤り")
    assert (fresh(case).section.is_front_desk, fresh(case).state) == (True, CaseState.RECEIVED)


def test_a_case_that_comes_back_to_a_section_is_told_again(
    case, section, post, kita_officer, kita_manager
):
    post(section, kita_officer)
    handling.route_consultation(case, section, actor=kita_manager)
    Notice.objects.update(done_at=case.received_at)
    handling.route_consultation(case, Section.objects.front_desk(), actor=kita_manager)
    handling.route_consultation(case, section, actor=kita_manager)
    assert Notice.objects.filter(person=kita_officer, done_at=None).count() == 1


def test_an_ended_case_that_is_opened_again_is_late_again(
    answered, section, post, hire, kita_manager
):
    chief = hire("kita", "officer")
    post(answered.section, chief, "chief")
    Consultation.objects.filter(pk=answered.pk).update(state=CaseState.IN_PROGRESS)
    reminders.remind_of_due_days(answered.due_on)
    Consultation.objects.filter(pk=answered.pk).update(state=CaseState.ANSWERED)
    Notice.objects.update(done_at=answered.received_at)
    handling.withdraw_move(answered.entries.moves().first(), actor=kita_manager, reason="誤字")
    assert Notice.objects.filter(person=chief, kind="escalated", done_at=None).count() == 1


def test_a_withdrawn_answer_of_a_bundle_opens_every_case_of_it(submit, kita_officer, kita_manager):
    lead, other = (submit(key=key, **WANTS_A_CALL).consultation for key in "ab")
    replies.bundle(lead, [other], actor=kita_officer)
    handling.assign_consultation(lead, kita_officer, actor=kita_officer)
    with pytest.raises(ValidationError, match="束から外して"):
        handling.transfer_consultation(fresh(lead), actor=kita_officer, reason="府の道路です")
    replies.save_draft(lead, actor=kita_officer, text="直しました。")
    replies.submit_draft(lead, actor=kita_officer)
    replies.answer_consultation(lead, actor=kita_manager)
    handling.withdraw_move(lead.entries.moves().first(), actor=kita_manager, reason="誤字")
    assert (fresh(other).state, fresh(other).answered_on) == (CaseState.RECEIVED, None)
    replies.answer_consultation(fresh(lead), actor=kita_manager)
    assert fresh(other).state == CaseState.ANSWERED
    assert other.replies.sent().count() == 2


def test_a_bundled_case_with_an_open_handover_holds_the_common_answer_back(
    submit, section, kita_officer, kita_manager
):
    lead, other = (submit(key=key).consultation for key in "ab")
    replies.bundle(lead, [other], actor=kita_officer)
    handovers.hand_over(other, section, actor=kita_officer, reason="地域の件")
    handling.assign_consultation(lead, kita_officer, actor=kita_officer)
    replies.save_draft(lead, actor=kita_officer, text="直しました。")
    replies.submit_draft(lead, actor=kita_officer)
    with pytest.raises(ValidationError, match=f"束ねた{other.number}：返事を待っている"):
        replies.answer_consultation(lead, actor=kita_manager)
    assert fresh(lead).state == CaseState.DRAFTED


def test_a_ward_without_a_front_desk_still_takes_a_case(submit, section):
    Section.objects.filter(is_front_desk=True).update(is_front_desk=False, is_active=False)
    taken = submit(key="k").consultation
    assert taken.section == section
    assert "総合窓口が登録されていない" in taken.rule_words


def test_bundled_cases_are_answered_together_each_citizen_on_their_own(
    submit, kita_officer, kita_manager
):
    lead = submit(key="a", **WANTS_A_CALL).consultation
    other = submit(key="b", **WANTS_A_MAIL).consultation
    replies.bundle(lead, [other], actor=kita_officer)
    handling.assign_consultation(lead, kita_officer, actor=kita_officer)
    replies.save_draft(lead, actor=kita_officer, text="直しました。")
    replies.submit_draft(lead, actor=kita_officer)
    replies.answer_consultation(lead, actor=kita_manager)

    other = fresh(other)
    assert other.state == CaseState.ANSWERED
    assert other.replies.get().text == "直しました。"
    assert OutgoingMail.objects.filter(about=other.number, key__startswith="reply:").count() == 1


def test_a_bundle_has_one_lead_and_can_be_left(submit, kita_officer):
    one, two, three = (submit(key=key).consultation for key in "abc")
    replies.bundle(one, [two], actor=kita_officer)
    with pytest.raises(ValidationError, match="すでにほかの案件に"):
        replies.bundle(fresh(two), [three], actor=kita_officer)
    with pytest.raises(ValidationError, match="束ねられています"):
        replies.bundle(three, [one], actor=kita_officer)
    replies.unbundle(fresh(two), actor=kita_officer)
    assert fresh(two).bundle_lead is None


def test_likely_twins_are_suggested(submit):
    case = submit(key="a").consultation
    twin = submit(key="b", body="街路灯が消えて夜道が暗い。").consultation
    submit(key="c", body="側溝にごみが詰まって水があふれています。", place="中津")

    assert [found.pk for found, _ in likeness.similar_cases(case)] == [twin.pk]


def test_a_wards_own_template_stands_in_place_of_the_citys(case, city, kita, kita_officer):
    def by_code(code):
        return {template.code: template for template in reply_templates.templates()}[code]

    CityReplyTemplate.objects.create(
        code="thanks", title="お礼", body="市：{受付番号}", plain_body="やさしい"
    )
    connection.set_tenant(kita)
    template = by_code("thanks")
    assert reply_templates.text_from_template(template, case) == f"市：{case.number}"
    ReplyTemplate.objects.create(code="thanks", title="お礼", body="{区役所名}：{回答する課}")
    template = by_code("thanks")
    assert (template.is_wards_own, template.city_body) == (True, "市：{受付番号}")
    assert reply_templates.text_from_template(template, case) == "北区役所：総合窓口"


# --- handovers -----------------------------------------------------------------------------------


@pytest.fixture
def works(city, kita):
    office = Office.objects.create(code="works-x", name="北の工営所", kind="works")
    office.wards.add(kita)
    connection.set_tenant(kita)
    return office


@pytest.fixture
def clerk(hire, works, city, kita):
    person = hire("kita", "office_clerk")
    connection.set_schema_to_public()
    Membership.objects.filter(user=person).update(office=works)
    connection.set_tenant(kita)
    return person


def test_a_clerk_sees_only_what_was_handed_to_the_office(
    case, submit, works, clerk, kita_officer, hire
):
    other = submit(key="other").consultation
    handover = handovers.hand_over(case, works, actor=kita_officer, reason="道路の補修")

    assert list(Consultation.objects.visible_to(clerk)) == [case]
    assert list(Consultation.objects.visible_to(hire("kita", "office_clerk"))) == []
    assert set(Consultation.objects.visible_to(kita_officer)) == {case, other}
    assert list(Consultation.objects.visible_to(hire("kita", "viewer"))) == []
    handovers.return_handover(handover, actor=clerk, reason="私道です")
    assert list(Consultation.objects.visible_to(clerk)) == []


def test_an_office_accepts_and_reports_and_the_clock_goes_on(case, works, clerk, kita_officer):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    handover = handovers.hand_over(case, works, actor=kita_officer, reason="道路の補修")
    assert Notice.objects.filter(person=clerk, kind="handed_over").exists()
    with pytest.raises(ValidationError, match="返事を、すでに待って"):
        handovers.hand_over(case, works, actor=kita_officer, reason="もう一度")
    handovers.accept_handover(handover, actor=clerk)
    assert fresh(case).office == works
    handovers.report_on_handover(handover, actor=clerk, text="電球を替えました。")

    handover.refresh_from_db()
    assert (handover.state, handover.answer) == (HandoverState.ANSWERED, "電球を替えました。")
    assert fresh(case).due_on == case.due_on
    assert Notice.objects.filter(person=kita_officer, text__contains="報告").exists()
    with pytest.raises(PermissionDenied, match="終わって"):
        handovers.return_handover(handover, actor=clerk, reason="やはり返す")


def test_a_clerk_of_another_office_may_not_respond(case, works, clerk, kita_officer, hire):
    handover = handovers.hand_over(case, works, actor=kita_officer, reason="道路")
    with pytest.raises(PermissionDenied, match="ほかの事業所"):
        handovers.accept_handover(handover, actor=hire("kita", "office_clerk"))


def test_a_section_that_accepts_has_the_case(case, section, kita_officer):
    handover = handovers.hand_over(case, section, actor=kita_officer, reason="地域の件")
    handovers.accept_handover(handover, actor=kita_officer)
    assert fresh(case).section == section


def test_an_office_of_other_wards_cannot_get_a_case(case, city, kita, kita_officer):
    other = Office.objects.create(code="far", name="南の工営所", kind="works")
    connection.set_tenant(kita)
    with pytest.raises(ValidationError, match="担当していない"):
        handovers.hand_over(case, other, actor=kita_officer, reason="道路")


@pytest.fixture
def bureau(city, kita):
    row = Bureau.objects.create(code="construction-x", name="見本建設局")
    connection.set_tenant(kita)
    return row


def test_a_bureau_answers_at_headquarters_and_the_ward_has_it(
    case, bureau, kita_officer, hire, enter
):
    handover = handovers.hand_over(case, bureau, actor=kita_officer, reason="市道です")
    assert Referral.objects.get().contact is None
    answerer, stranger = hire("osaka", "bureau_officer"), hire("osaka", "bureau_officer")
    enter("osaka")
    Membership.objects.filter(user=answerer).update(bureau=bureau)
    referral = Referral.objects.get()
    assert referral.body == case.body
    with pytest.raises(PermissionDenied, match="ほかの局"):
        referrals.answer_referral(referral, actor=stranger, text="うちではない")
    referrals.accept_referral_as_bureau(referral, actor=answerer)
    enter("kita")
    assert referral_news.collect_referrals() == 1
    handover.refresh_from_db()
    assert handover.state == HandoverState.ACCEPTED
    enter("osaka")
    referrals.answer_referral(referral, actor=answerer, text="来月舗装します。")
    enter("kita")

    assert referral_news.collect_referrals() == 1
    assert referral_news.collect_referrals() == 0
    handover.refresh_from_db()
    assert (handover.state, handover.answer) == (HandoverState.ANSWERED, "来月舗装します。")
    assert "来月舗装します。" in case.entries.last().text
    assert fresh(case).is_open


def test_another_ward_takes_a_case_over_with_its_first_day_and_due_day(
    submit, kita_officer, nishi_officer, enter, settings, tmp_path, client_at
):
    settings.MEDIA_ROOT = tmp_path
    page = attachments.CleanFile("application/pdf", ".pdf", b"%PDF-1.4 plan", "0" * 64, "図面.pdf")
    with kept([page]) as files:
        case = submit(key="k", days_ago=5, files=files, **WANTS_A_CALL).consultation
    nishi = Ward.objects.get(slug="nishi")
    handovers.hand_over(case, nishi, actor=kita_officer, reason="西区の道路です")
    enter("nishi")
    referral = Referral.objects.get()
    taken = referrals.accept_referral_as_ward(
        referral,
        Consultation._meta.get_field("category").related_model.objects.get(code="road"),
        actor=nishi_officer,
    )
    assert (taken.received_on, taken.due_on) == (case.received_on, case.due_on)
    assert (taken.origin_number, taken.body) == (case.number, case.body)
    assert taken.contact.phone == "06-6208-0000"
    carried = taken.attachments.get()
    with attachments.open_stored(carried.stored_name) as file:
        assert (file.read(), carried.display_name) == (page.content, "図面.pdf")
    assert not ReferralFile.objects.exists()
    referral.refresh_from_db()
    assert (referral.contact, referral.body) == (None, "")
    enter("kita")
    referral_news.collect_referrals()
    assert (fresh(case).state, fresh(case).closed_on is not None) == (CaseState.TRANSFERRED, True)
    assert taken.number in case.entries.last().text
    assert fresh(case).moved_to_number == taken.number
    with pytest.raises(ValidationError, match="引継ぎ先の区"):
        after_answer.open_follow_up(fresh(case), "まだです", submission_key="f")
    page = (
        client_at("kita")
        .post(
            "/consultations/track/",
            {"number": case.number, "passphrase": passphrase_of(case.submission_token)},
        )
        .content.decode()
    )
    assert taken.number in page
    assert "//nishi.localhost/consultations/track/" in page
    enter("nishi")
    assert find_by_passphrase(taken.number, passphrase_of(case.submission_token)) == taken


def test_a_third_ward_sees_nothing_of_a_referral(case, kita_officer, enter):
    handovers.hand_over(case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区です")
    enter("naniwa")
    assert not Referral.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.consultation_city_referralevent")
        assert cursor.fetchone() == (0,)


def test_the_city_sees_that_an_office_waits_and_no_word_of_it(case, kita_officer, city):
    connection.set_tenant(Ward.objects.get(slug="kita"))
    handovers.hand_over(case, Ward.objects.get(slug="nishi"), actor=kita_officer, reason="西区です")
    with connection.city_reading():
        connection.set_tenant(city)
        assert Referral.objects.values_list("state", flat=True).get() == "sent"
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Referral.objects.values_list("body", flat=True).get()


def test_a_handover_is_withdrawn_and_what_was_in_transit_is_emptied(case, kita_officer):
    nishi = Ward.objects.get(slug="nishi")
    handover = handovers.hand_over(case, nishi, actor=kita_officer, reason="西区です")
    handovers.withdraw_handover(handover, actor=kita_officer, reason="北区でした")
    referral = Referral.objects.get()
    assert (referral.state, referral.contact, referral.body) == ("withdrawn", None, "")
    handover.refresh_from_db()
    assert handover.state == HandoverState.WITHDRAWN


# --- the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (-4, set()),
        (-3, {"staff"}),
        (0, {"staff", "chief"}),
        (2, {"chief"}),
        (3, {"chief", "head"}),
        (7, {"chief", "head", "mayor"}),
    ],
)
def test_a_late_case_is_told_up_the_ladder_once(
    submit, section, post, hire, at, late, told, kita_manager
):
    at("2026-11-25 10:00")
    people = {name: hire("kita", "officer") for name in ("staff", "chief", "head", "mayor")}
    for name in ("staff", "chief", "head"):
        post(section, people[name], name)
    office = Section.objects.create(code="mayor", name="区長室", is_mayors_office=True)
    post(office, people["mayor"], "staff")
    case = submit(key="k").consultation
    Consultation.objects.filter(pk=case.pk).update(section=section, assignee=people["staff"])
    Notice.objects.all().delete()
    day = case.due_on + timedelta(days=late)
    reminders.remind_of_due_days(day)
    reminders.remind_of_due_days(day)

    names = {person.pk: name for name, person in people.items()}
    notices = list(Notice.objects.values_list("person", flat=True))
    assert {names[pk] for pk in notices} == told
    assert len(notices) == len(told)


def test_a_case_keeps_the_rule_of_its_first_day(submit, city, kita, at):
    at("2026-11-25 10:00")
    DeadlineRule.objects.create(
        name="新しい規則", days=10, remind_before=2, chief_after=0, head_after=2, mayor_after=4,
        valid_from=date(2026, 12, 1), source="試験",
    )  # fmt: skip
    connection.set_tenant(kita)
    assert submit(key="a").consultation.due_on == date(2026, 12, 9)
    at("2026-12-01 00:00")
    assert submit(key="b").consultation.due_on == date(2026, 12, 11)


# --- after the answer ----------------------------------------------------------------------------


def test_the_three_questions_are_asked_once_and_after_the_answer(case, answered):
    given = {"reached": True, "understood": True, "handled_properly": False}
    after_answer.record_satisfaction(answered, **given)
    with pytest.raises(ValidationError, match="すでに答えて"):
        after_answer.record_satisfaction(answered, **given)
    figures = after_answer.satisfaction_figures(answered.answered_on, answered.answered_on)
    assert (figures.asked, figures.answered, figures.understood, figures.handled_properly) == (
        1,
        1,
        1,
        0,
    )


def test_a_case_that_was_not_solved_is_followed_by_another(answered, kita_officer):
    first = after_answer.open_follow_up(answered, "まだ消えています。", submission_key="f")
    again = after_answer.open_follow_up(answered, "まだ消えています。", submission_key="f")
    assert again.consultation.pk == first.consultation.pk
    follow = first.consultation
    assert (follow.previous, follow.contact.phone) == (answered, "06-6208-0000")
    assert fresh(answered).state == CaseState.ANSWERED
    assert Notice.objects.filter(person=kita_officer, text__contains="解決していない").exists()
    with pytest.raises(ValidationError, match="続きを、すでに"):
        after_answer.open_follow_up(answered, "まだです", submission_key="g")


# --- publication ---------------------------------------------------------------------------------


def test_two_people_publish_and_the_batch_gives_the_day(answered, kita_officer, kita_manager, at):
    publishing.propose_publication(answered, actor=kita_officer, **PUBLIC)
    with pytest.raises(PermissionDenied):
        publishing.confirm_publication(answered, actor=kita_officer)
    publishing.confirm_publication(answered, actor=kita_manager)
    assert fresh(answered).state == CaseState.PUBLICATION_DECIDED
    at("2026-12-10 09:00")
    assert publishing.publish_batch(actor=kita_manager) == 1
    assert publishing.publish_batch(actor=kita_manager) == 0
    publication = fresh(answered).publication
    assert (publication.state, publication.published_on) == (
        PublicationState.PUBLISHED,
        date(2026, 12, 10),
    )


def test_a_manager_does_not_confirm_what_they_wrote(answered, kita_manager):
    publishing.propose_publication(answered, actor=kita_manager, **PUBLIC)
    with pytest.raises(ValidationError, match="別の人"):
        publishing.confirm_publication(answered, actor=kita_manager)


def test_who_wrote_a_text_does_not_confirm_it_by_way_of_withholding(answered, kita_manager):
    publishing.propose_publication(answered, actor=kita_manager, **PUBLIC)
    publishing.withhold_publication(answered, actor=kita_manager, reason="6")
    publishing.take_down(fresh(answered), actor=kita_manager, reason="公表できる")
    with pytest.raises(ValidationError, match="別の人"):
        publishing.confirm_publication(fresh(answered), actor=kita_manager)


def test_withholding_asks_for_a_numbered_reason_and_can_be_taken_back(answered, kita_manager):
    with pytest.raises(ValidationError, match="非公表の理由"):
        publishing.withhold_publication(answered, actor=kita_manager, reason="99")
    publishing.withhold_publication(answered, actor=kita_manager, reason="6")
    assert fresh(answered).state == CaseState.PUBLICATION_DECIDED
    publishing.take_down(fresh(answered), actor=kita_manager, reason="公表できると分かりました")
    assert fresh(answered).state == CaseState.ANSWERED
    assert fresh(answered).publication.state == PublicationState.PROPOSED


def test_a_published_case_is_taken_down_before_its_decision_is_withdrawn(
    answered, kita_officer, kita_manager
):
    publishing.propose_publication(answered, actor=kita_officer, **PUBLIC)
    publishing.confirm_publication(answered, actor=kita_manager)
    publishing.publish_batch(actor=kita_manager)
    with pytest.raises(ValidationError, match="取り下げ"):
        handling.withdraw_move(answered.entries.moves().first(), actor=kita_manager, reason="誤り")


# --- keeping -------------------------------------------------------------------------------------


def test_a_hold_keeps_a_case_and_disposal_leaves_a_certificate(
    submit, kita_officer, kita_manager, at
):
    at("2022-05-01 10:00")
    case = submit(key="k", **{**WANTS_A_CALL, "wants_reply": "no"}).consultation
    handling.file_consultation(case, actor=kita_officer, reason="読みました")
    handling.hold_consultation(case, actor=kita_manager, reason="情報公開の請求中")
    as_of = date(2026, 4, 1)
    (due,) = keeping.due_for_disposal(as_of)
    assert "情報公開の請求中" in due.reasons[0]
    with pytest.raises(ValueError, match="保存の指定"):
        keeping.dispose(case, as_of=as_of)
    assert list(keeping.due_for_disposal(date(2026, 3, 31))) == []
    assert not DisposalCertificate.objects.exists()


def test_a_case_whose_follow_up_is_open_is_listed_and_not_disposed_of(
    submit, kita_officer, at, django_assert_max_num_queries
):
    at("2022-05-01 10:00")
    for key in ("a", "b", "c"):
        case = submit(key=key).consultation
        handling.file_consultation(case, actor=kita_officer, reason="読みました")
    follow_up = submit(key="d").consultation
    Consultation.objects.filter(pk=follow_up.pk).update(previous=case)
    as_of = date(2026, 4, 1)

    with django_assert_max_num_queries(2):
        due = list(keeping.due_for_disposal(as_of))

    assert [found.reasons for found in due] == [[], [], ["続きの案件が終わっていません。"]]
    assert {found.due_on for found in due} == {as_of}
    with pytest.raises(ValueError, match="続きの案件"):
        keeping.dispose(case, as_of=as_of)


def test_a_wards_role_cannot_delete_the_history_of_a_case(submit, kita_officer):
    case = submit(key="k").consultation
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consultations_consultationevent WHERE id = %s", [case.pk])


def test_what_was_written_stays_as_it_was_written(submit):
    body = "髙橋𠮷田葛󠄀城①㈱👩‍👩‍👧\t=1+1 <script>"
    case = submit(key="k", body=body, place="神戸橋").consultation
    assert (fresh(case).body, fresh(case).place) == (body, "神戸橋")
    assert Entry.objects.filter(consultation=case).exists()
    assert not Contact.objects.exists()
