"""The 情報共有カルテ through its real addresses: each button does what its service does."""

import html
import re

import pytest
from django.core.exceptions import ValidationError

from consultations.choices import CaseState, EntryKind, HandoverState, PublicationState
from consultations.city.models import CityReplyTemplate
from consultations.models import Consultation, Publication, Reply
from consultations.services import handling, handovers, publishing, replies
from tests.consultations.conftest import WANTS_A_CALL, WANTS_A_MAIL
from wards.desk.choices import AccessKind
from wards.desk.models import AccessEvent, OutgoingMail

MOVED, FORBIDDEN, NOT_FOUND = 302, 403, 404


@pytest.fixture
def desk(sign_in):
    """Return a person's hand at a case: `desk(officer)(case, "note", text="…")`."""

    def sit(person, slug="kita"):
        client = sign_in(person, slug)

        def act(case, code, **typed):
            """Send a form of the page, with the hidden field that the page gave it."""
            address = f"/admin/consultations/consultation/{case.pk}/act/{code}/"
            form = act.page(case).partition(f'action="{address}"')[2].partition("</form>")[0]
            stamp = re.search(r'name="stamp" value="([^"]*)"', form)
            hidden = {"stamp": html.unescape(stamp[1])} if stamp else {}
            return client.post(address, {**hidden, **typed})

        act.page = lambda case: client.get(case.get_absolute_url()).content.decode()
        act.client = client
        return act

    return sit


@pytest.fixture
def assigned(case, kita_officer):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    return fresh(case)


@pytest.fixture
def drafted(assigned, kita_officer):
    replies.save_draft(assigned, actor=kita_officer, text="直しました。", response_kind="done")
    replies.submit_draft(assigned, actor=kita_officer)
    return fresh(assigned)


@pytest.fixture
def answered(drafted, kita_manager):
    replies.answer_consultation(drafted, actor=kita_manager)
    return fresh(drafted)


def fresh(case):
    return Consultation.objects.get(pk=case.pk)


def test_the_page_says_the_next_step_and_why_the_day(case, kita_officer, desk):
    page = desk(kita_officer).page(case)

    assert "受け持つ課が決まっていません。" in page
    assert "なぜこの日か" in page
    assert "土日・祝日も数えます。" in page
    assert "けがや事故のおそれがありますか" in page
    assert "街路灯が消えていて、夜道が暗いです。" in page


def test_every_reading_of_a_case_is_noted(case, kita_officer, desk, enter):
    """Who, which record, when (SECURITY C58): the page, once more, its history."""
    act = desk(kita_officer)
    act.page(case)
    act.page(case)
    act.client.get(f"/admin/consultations/consultation/{case.pk}/history/")
    act.client.get("/admin/consultations/consultation/99999999/change/")

    enter("kita")
    events = AccessEvent.objects.filter(about=case.number)
    assert [(event.user, event.what) for event in events] == [
        (kita_officer, AccessKind.PERSONAL_DATA)
    ] * 3
    assert AccessEvent.objects.count() == 3


def test_a_refused_step_shows_the_case_and_is_a_reading_too(case, kita_officer, desk, enter):
    act = desk(kita_officer)
    shown = act.client.post(
        f"/admin/consultations/consultation/{case.pk}/act/file/", {"reason": ""}
    )

    assert "街路灯が消えていて" in shown.content.decode()
    enter("kita")
    assert AccessEvent.objects.get().about == case.number


def test_the_contact_is_hidden_until_it_is_asked_for_and_that_is_noted(
    case, kita_officer, desk, enter
):
    act = desk(kita_officer)
    assert "大阪 花子" not in act.page(case)

    shown = act.client.post(f"/admin/consultations/consultation/{case.pk}/contact/")

    assert "大阪 花子" in shown.content.decode()
    assert "06-6208-0000" in shown.content.decode()
    enter("kita")
    event = AccessEvent.objects.get(detail__page="連絡先")
    assert (event.user, event.about) == (kita_officer, case.number)


def test_an_office_clerk_works_on_the_case_and_never_sees_who_asked(
    case,
    works_office,
    clerk,
    kita_officer,
    desk,
    enter,
):
    handover = handovers.hand_over(case, works_office, actor=kita_officer, reason="修理")
    act = desk(clerk)
    assert "引き受ける" in act.page(case)
    refused = act.client.post(f"/admin/consultations/consultation/{case.pk}/contact/")
    assert refused.status_code == FORBIDDEN
    assert "連絡先を見られません" in refused.content.decode()
    assert "大阪 花子" not in refused.content.decode()

    act(case, "accept", handover=handover.pk)
    enter("kita")
    handover.refresh_from_db()
    assert (handover.state, fresh(case).office) == (HandoverState.ACCEPTED, works_office)
    act(case, "report", handover=handover.pk, text="灯具を交換しました。")
    enter("kita")
    handover.refresh_from_db()
    assert (handover.state, handover.answer) == (HandoverState.ANSWERED, "灯具を交換しました。")
    assert "灯具を交換しました。" in desk(kita_officer).page(case)


def test_a_clerk_who_gives_a_case_back_does_not_see_it_any_more(
    case,
    works_office,
    clerk,
    kita_officer,
    desk,
    enter,
):
    handover = handovers.hand_over(case, works_office, actor=kita_officer, reason="修理")
    act = desk(clerk)

    answer = act(case, "return", handover=handover.pk, text="市道ではありません。")

    assert answer.url == "/admin/consultations/consultation/"
    assert act.client.get(case.get_absolute_url()).status_code == NOT_FOUND
    enter("kita")
    handover.refresh_from_db()
    assert (handover.state, handover.answer) == (HandoverState.RETURNED, "市道ではありません。")


def test_a_case_of_kita_does_not_exist_at_nishi(case, nishi_officer, desk, enter):
    act = desk(nishi_officer, "nishi")

    assert act.client.get(case.get_absolute_url()).status_code == NOT_FOUND
    assert act(case, "note", text="見えますか").status_code == NOT_FOUND
    enter("kita")
    assert not case.entries.filter(kind=EntryKind.NOTE).exists()


def test_a_mayor_reads_everything_and_is_refused_the_officers_work(case, hire, desk, enter):
    act = desk(hire("kita", "ward_mayor"))
    assert case.number in act.page(case)
    assert "担当者にする" not in act.page(case)

    refused = act(case, "mark_difficult", reason="予算がありません。")

    enter("kita")
    assert fresh(case).state == CaseState.RECEIVED
    assert "はできません" in refused.content.decode() or refused.status_code == FORBIDDEN


def test_an_officer_routes_and_assigns(case, section, kita_officer, desk, enter):
    act = desk(kita_officer)
    act(case, "route", section=section.pk, reason="道路の件です。")
    enter("kita")
    assert (fresh(case).section, fresh(case).state) == (section, CaseState.ROUTED)
    act(case, "assign", person=kita_officer.pk)
    enter("kita")
    assert (fresh(case).assignee, fresh(case).state) == (kita_officer, CaseState.IN_PROGRESS)
    assert "道路の件です。" in act.page(case)


@pytest.mark.parametrize("typed", [{}, {"section": "x"}, {"section": "9" * 30}, {"section": "-1"}])
def test_a_section_that_is_none_is_refused_in_words(typed, case, kita_officer, desk, enter):
    answer = desk(kita_officer)(case, "route", **typed)

    assert "受け持つ課を選んでください。" in answer.content.decode()
    enter("kita")
    assert fresh(case).state == CaseState.RECEIVED


def test_a_refusal_keeps_what_was_typed_and_changes_nothing(case, kita_officer, desk, enter):
    answer = desk(kita_officer)(case, "hand_over", receiver="", reason="この工事は局のものです。")

    page = answer.content.decode()
    assert "引継ぎ先を選んでください。" in page
    assert "この工事は局のものです。" in page
    assert "まだ何も変えていません。" in page
    enter("kita")
    assert not case.handovers.exists()


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("file", CaseState.FILED),
        ("mark_difficult", CaseState.DIFFICULT),
        ("transfer", CaseState.TRANSFERRED),
    ],
)
def test_a_case_ends_or_halts_only_with_a_reason(code, state, submit, kita_officer, desk, enter):
    case = submit().consultation
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    act = desk(kita_officer)
    assert "理由を入力してください。" in act(case, code, reason=" ").content.decode()
    enter("kita")
    assert fresh(case).state == CaseState.IN_PROGRESS

    assert act(case, code, reason="府の道路です。").status_code == MOVED

    enter("kita")
    assert fresh(case).state == state
    assert "府の道路です。" in act.page(case)


def test_a_move_that_is_not_possible_shows_its_reason_instead_of_a_button(
    assigned, kita_officer, desk
):
    page = desk(kita_officer).page(assigned)

    assert "本人が回答を希望しています。供覧では終えられません。" in page
    assert "/act/file/" not in page
    assert "/act/mark_difficult/" in page


def test_a_note_and_a_read_back_stand_in_the_thread(submit, kita_officer, desk, enter):
    case = submit(category="recorded-request", actor=kita_officer, channel="counter").consultation
    act = desk(kita_officer)
    assert "本人に読み聞かせて確認した" in act.page(case)

    act(case, "note", text="窓口に来られました。<script>alert(1)</script>")
    act(case, "read_back")

    enter("kita")
    assert fresh(case).read_back_on is not None
    page = act.page(case)
    assert "窓口に来られました。&lt;script&gt;" in page
    assert "<script>alert(1)" not in page


def test_a_template_is_filled_in_below_what_was_written(assigned, kita_officer, desk, enter):
    enter("osaka")
    CityReplyTemplate.objects.create(
        code="thanks", title="お礼", body="{受付番号}についてお答えします。"
    )
    enter("kita")

    answer = desk(kita_officer)(
        assigned, "draft", fill="yes", text="書きかけです。", template_code="thanks"
    )

    page = answer.content.decode()
    assert f"書きかけです。\n\n{assigned.number}についてお答えします。" in page
    assert "まだ保存していません。" in page
    enter("kita")
    assert not Reply.objects.exists()


def test_an_officer_drafts_and_the_manager_returns_and_then_answers(
    assigned, kita_officer, kita_manager, desk, enter
):
    officer, manager = desk(kita_officer), desk(kita_manager)
    officer(assigned, "draft", text="調べました。", response_kind="explained", submit="yes")
    enter("kita")
    assert fresh(assigned).state == CaseState.DRAFTED
    manager(assigned, "return_draft", reason="いつ直るかを書いてください。")
    enter("kita")
    assert fresh(assigned).state == CaseState.IN_PROGRESS
    assert "いつ直るかを書いてください。" in officer.page(assigned)
    officer(assigned, "draft", text="明日直します。", response_kind="planned", submit="yes")
    manager(assigned, "answer")

    enter("kita")
    reply = Reply.objects.get(consultation=assigned)
    assert (reply.text, reply.approved_by, fresh(assigned).state) == (
        "明日直します。",
        kita_manager,
        CaseState.ANSWERED,
    )


def test_an_officer_does_not_see_the_managers_button_and_is_refused(
    drafted, kita_officer, desk, enter
):
    act = desk(kita_officer)
    assert "決裁して回答する</button>" not in act.page(drafted)

    refused = act(drafted, "answer")

    assert refused.status_code == FORBIDDEN
    assert "あなたの役割では" in refused.content.decode()
    enter("kita")
    assert fresh(drafted).state == CaseState.DRAFTED


def test_nobody_writes_over_a_draft_that_another_saved_meanwhile(
    assigned, kita_officer, kita_manager, desk, enter
):
    desk(kita_manager)(assigned, "draft", text="課長の文です。", response_kind="done")

    answer = desk(kita_officer)(
        assigned, "draft", text="職員の文です。", response_kind="done", stamp=""
    )

    page = answer.content.decode()
    assert "北野 花子が回答案を変えました。下の二つの文を見比べ" in page
    assert "職員の文です。" in page
    assert "課長の文です。" in page
    enter("kita")
    assert Reply.objects.get().text == "課長の文です。"

    desk(kita_officer)(assigned, "draft", text="二人の文です。", response_kind="done")
    enter("kita")
    assert Reply.objects.get().text == "二人の文です。"


def test_what_is_decided_is_the_text_that_was_read(
    drafted, kita_officer, kita_manager, desk, enter
):
    """The head reads one text; meanwhile it is returned, rewritten and handed in again."""
    read = replies.draft_stamp(drafted.replies.open_draft())
    replies.return_draft(drafted, actor=kita_manager, reason="日付を書いてください。")
    replies.save_draft(
        drafted, actor=kita_officer, text="別の文です。", response_kind="done", hand_in=True
    )

    refused = desk(kita_manager)(drafted, "answer", stamp=read)

    assert "いまの文を読んでから決裁してください。" in refused.content.decode()
    assert "別の文です。" in refused.content.decode()
    enter("kita")
    assert fresh(drafted).state == CaseState.DRAFTED
    assert not OutgoingMail.objects.exists()
    desk(kita_manager)(drafted, "answer")
    enter("kita")
    assert fresh(drafted).state == CaseState.ANSWERED


def test_what_is_confirmed_for_publication_is_the_text_that_was_read(
    answered, kita_officer, kita_manager, desk, enter
):
    words = {
        "title": "街路灯",
        "summary": "要旨一。",
        "city_view": "考え方。",
        "response_kind": "done",
    }
    officer = desk(kita_officer)
    officer(answered, "propose", **words)
    enter("kita")
    read = Publication.objects.get().proposed_at.isoformat()
    officer(answered, "propose", **words | {"summary": "要旨二。"})

    refused = desk(kita_manager)(answered, "confirm", stamp=read)
    assert "いまの文を読んでから確認してください。" in refused.content.decode()
    over = officer(answered, "propose", **words | {"summary": "要旨三。"}, stamp=read)
    assert "下の二つの文を見比べ" in over.content.decode()
    assert "要旨二。" in over.content.decode()

    enter("kita")
    publication = Publication.objects.get()
    assert (publication.state, publication.summary) == ("proposed", "要旨二。")


def test_a_draft_that_cannot_be_handed_in_is_not_saved_either(assigned, kita_officer, enter):
    handling.withdraw_move(
        assigned.entries.moves().first(), actor=kita_officer, reason="担当を間違えました。"
    )

    with pytest.raises(ValidationError):
        replies.save_draft(fresh(assigned), actor=kita_officer, text="文です。", hand_in=True)

    assert not Reply.objects.exists()


def test_an_interim_reply_goes_out_and_the_day_stays(assigned, kita_officer, desk, enter):
    desk(kita_officer)(assigned, "interim", text="部品を取り寄せています。")

    enter("kita")
    case = fresh(assigned)
    assert case.interim_on is not None
    assert case.due_on == assigned.due_on
    assert case.state == CaseState.IN_PROGRESS


def test_the_latest_change_is_taken_back_with_a_reason_and_both_stay(
    assigned, kita_officer, desk, enter
):
    act = desk(kita_officer)
    entry = assigned.entries.moves().first()
    assert (
        "取り消す理由を入力してください。"
        in act(assigned, "withdraw", entry=entry.pk).content.decode()
    )

    act(assigned, "withdraw", entry=entry.pk, reason="担当を間違えました。")

    enter("kita")
    case = fresh(assigned)
    assert (case.state, case.assignee) == (CaseState.RECEIVED, None)
    page = act.page(case)
    assert "担当を間違えました。" in page
    assert "withdrawn" in page


def test_similar_cases_are_offered_bound_and_freed(
    assigned, submit, kita_officer, kita_manager, desk, enter
):
    other = submit(body="街路灯が消えていて、夜道が暗いです。", **WANTS_A_CALL).consultation
    act = desk(kita_officer)
    assert other.number in act.page(assigned)
    act(assigned, "bundle", others=[other.pk])
    enter("kita")
    assert fresh(other).bundle_lead == assigned

    act(assigned, "unbundle", other=other.pk)
    enter("kita")
    assert fresh(other).bundle_lead is None


def test_a_bundle_is_answered_to_each(assigned, submit, kita_officer, kita_manager, desk, enter):
    other = submit(body="街路灯が消えていて、夜道が暗いです。", **WANTS_A_CALL).consultation
    replies.bundle(assigned, [other], actor=kita_officer)
    replies.save_draft(assigned, actor=kita_officer, text="直しました。")
    replies.submit_draft(assigned, actor=kita_officer)

    manager = desk(kita_manager)
    manager(assigned, "answer")

    assert "束ねた1件にも回答しました。" in manager.page(assigned)
    enter("kita")
    assert fresh(other).state == CaseState.ANSWERED


def test_the_highlighter_marks_the_citizen_before_anything_is_stored(
    answered, kita_officer, desk, enter
):
    answer = desk(kita_officer)(
        answered,
        "propose",
        check="yes",
        title="街路灯について",
        summary="大阪さんから電話06-6208-0000で連絡がありました。",
        city_view="直しました。",
        response_kind="done",
    )

    page = answer.content.decode()
    assert "<mark>大阪<span" in page
    assert "本人の連絡先" in page
    assert "2か所" in page
    enter("kita")
    assert not Publication.objects.exists()


def test_a_second_person_confirms_what_one_proposed(
    answered, kita_officer, kita_manager, desk, enter
):
    typed = {
        "title": "街路灯について",
        "summary": "街路灯が消えている。",
        "city_view": "直しました。",
        "response_kind": "done",
    }
    desk(kita_manager)(answered, "propose", **typed)
    assert "公表案を作った人とは別の人が確認してください。" in desk(kita_manager).page(answered)
    refused = desk(kita_manager)(answered, "confirm")
    assert "別の人が確認してください。" in refused.content.decode()
    desk(kita_officer)(answered, "propose", **typed)
    desk(kita_manager)(answered, "confirm")

    enter("kita")
    publication = Publication.objects.get()
    assert (publication.state, publication.confirmed_by) == (
        PublicationState.CONFIRMED,
        kita_manager,
    )
    assert fresh(answered).state == CaseState.PUBLICATION_DECIDED


def test_not_publishing_needs_a_numbered_reason_and_can_be_taken_back(
    answered, kita_manager, desk, enter
):
    act = desk(kita_manager)
    assert "非公表の理由を選んでください。" in act(answered, "withhold").content.decode()
    act(answered, "withhold", withhold_reason="6")
    enter("kita")
    assert Publication.objects.get().withhold_reason == "6"
    assert "専ら個人的なもの" in act.page(answered)

    act(answered, "take_down", reason="公表できる内容でした。")

    enter("kita")
    assert Publication.objects.get().state == PublicationState.PROPOSED
    assert fresh(answered).state == CaseState.ANSWERED


def test_the_decision_to_publish_is_not_withdrawn_as_a_mere_step(
    answered, kita_manager, desk, enter
):
    publishing.withhold_publication(answered, actor=kita_manager, reason="6")
    entry = answered.entries.moves().first()

    answer = desk(kita_manager)(answered, "withdraw", entry=entry.pk, reason="誤り")

    assert "「判定を取り下げる」で取り消してください。" in answer.content.decode()
    enter("kita")
    assert fresh(answered).state == CaseState.PUBLICATION_DECIDED


def test_a_manager_holds_and_releases_a_case(answered, kita_officer, kita_manager, desk, enter):
    act = desk(kita_manager)
    assert desk(kita_officer)(answered, "hold", reason="訴訟").status_code == FORBIDDEN
    act(answered, "hold", reason="訴訟のため")
    enter("kita")
    assert fresh(answered).legal_hold == "訴訟のため"
    act(answered, "release")
    enter("kita")
    assert fresh(answered).legal_hold == ""


@pytest.mark.parametrize("code", ["note", "report", "draft", "interim", "hand_over"])
@pytest.mark.parametrize("text", ["あ" * 100_000, "\u202eabc", "か" + "\u3099" * 10_000])
def test_bad_text_is_refused_in_words_and_stored_nowhere(
    code,
    text,
    assigned,
    works_office,
    kita_officer,
    desk,
    enter,
):
    handover = handovers.hand_over(assigned, works_office, actor=kita_officer, reason="修理")
    before = assigned.entries.count()

    answer = desk(kita_officer)(
        assigned,
        code,
        text=text,
        reason=text,
        handover=handover.pk,
        receiver=f"section:{assigned.section_id}",
    )

    assert answer.status_code == 200
    assert answer.context["refusals"]
    enter("kita")
    assert assigned.entries.count() == before
    assert not OutgoingMail.objects.filter(subject__contains="中間回答").exists()


def test_an_unknown_button_and_a_foreign_handover_do_not_exist(
    assigned,
    submit,
    works_office,
    kita_officer,
    desk,
):
    other = submit().consultation
    handover = handovers.hand_over(other, works_office, actor=kita_officer, reason="修理")
    act = desk(kita_officer)

    assert act(assigned, "dispose").status_code == NOT_FOUND
    assert act(assigned, "accept", handover=handover.pk).status_code == NOT_FOUND
    assert act(assigned, "withdraw", entry=other.entries.first().pk).status_code == NOT_FOUND
    assert act(assigned, "unbundle", other=other.pk).status_code == NOT_FOUND


def test_the_history_tells_steps_and_no_secret(assigned, kita_officer, desk):
    page = (
        desk(kita_officer)
        .client.get(f"{assigned.get_absolute_url()[:-7]}history/")
        .content.decode()
    )

    assert "担当者" in page
    assert assigned.passphrase_hash[:20] not in page
    assert "合言葉" not in page


def test_a_case_with_much_to_tell_asks_no_more_than_a_short_one(
    assigned, submit, works_office, kita_officer, desk, django_assert_max_num_queries
):
    handovers.hand_over(assigned, works_office, actor=kita_officer, reason="修理")
    for n in range(10):
        handling.add_note(assigned, f"メモ{n}", actor=kita_officer)
        submit(body="街路灯が消えていて、夜道が暗いです。")
    act = desk(kita_officer)
    act.page(assigned)

    with django_assert_max_num_queries(32):
        page = act.page(assigned)
    assert "メモ9" in page


def test_the_page_tells_whether_the_mail_arrived(submit, kita_officer, kita_manager, desk, enter):
    case = submit(**WANTS_A_MAIL).consultation
    act = desk(kita_officer)
    assert "送信待ち" in act.page(case)
    enter("kita")
    OutgoingMail.objects.filter(about=case.number).update(state="parked")

    assert "送れませんでした" in act.page(case)
