"""An officer enters a case for somebody: at the counter, by telephone, fax or letter."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from consultations.choices import IntakeChannel, RecordType
from consultations.models import Attachment, Consultation, Contact
from wards import attachments
from wards.desk.choices import AccessKind
from wards.desk.models import AccessEvent

ADD = "/admin/consultations/consultation/add/"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def typed(**more) -> dict:
    return {
        "category": "road",
        "submission_key": "k" * 32,
        "intake_channel": "phone",
        "received_day": "2026-11-20",
        "received_time": "09:30",
        "record_type": "citizen_voice",
        "requester_kind": "citizen",
        "place": "梅田1丁目",
        "body": "𠮷野家の前の歩道が浮いています。",
        "question_danger": "yes",
        "wants_reply": "no",
        **more,
    }


@pytest.fixture
def counter(kita_officer, sign_in, at):
    """An officer's browser on 25 November 2026 at ten."""
    at("2026-11-25 10:00")
    return sign_in(kita_officer, "kita")


def test_the_category_comes_first_and_brings_its_questions(counter):
    first = counter.get(ADD).content.decode()
    assert "分野を選んでください。" in first
    assert "職員だけ" in first

    second = counter.get(f"{ADD}?category=road").content.decode()

    assert "けがや事故のおそれがありますか" in second
    assert re.search(r'name="submission_key" value="[A-Za-z0-9]{32}"', second)


def test_each_field_of_the_contact_says_when_it_is_needed(counter):
    page = re.sub(r"\s*<[^>]+>\s*", "", counter.get(f"{ADD}?category=road").content.decode())

    for words in (
        "氏名※希望する人は必須", "回答の方法※希望する人は必須", "メールアドレス※メールのとき必須",
        "電話番号※電話のとき必須", "住所※郵便のとき必須", "ふりがな※任意",
        "けがや事故のおそれがありますか※必須",
    ):  # fmt: skip
        assert words in page


def test_a_call_becomes_a_case_with_its_own_first_day(counter, kita_officer, enter):
    answer = counter.post(
        ADD,
        typed(
            wants_reply="yes", name="大阪 花子", reply_by="phone", phone="０６ー６２０８ー００００"
        ),
        follow=True,
    )

    enter("kita")
    case = Consultation.objects.get()
    assert (case.intake_channel, str(case.received_on), str(case.due_on)) == (
        IntakeChannel.PHONE,
        "2026-11-20",
        "2026-12-04",
    )
    assert case.body == "𠮷野家の前の歩道が浮いています。"
    assert case.answers == {"danger": "yes"}
    assert case.contact.phone == "06-6208-0000"
    assert case.entries.first().author == kita_officer
    page = answer.content.decode()
    assert f"受付番号は {case.number}" in page
    assert "合言葉" not in page


def test_a_double_click_makes_one_case(counter, enter):
    first = counter.post(ADD, typed())
    second = counter.post(ADD, typed())

    assert first.url == second.url
    enter("kita")
    assert Consultation.objects.count() == 1


def test_a_recorded_request_reminds_of_reading_it_back(counter, enter):
    answer = counter.post(
        ADD,
        typed(
            category="recorded-request",
            record_type="recorded_request",
            requester_kind="organization",
        ),
        follow=True,
    )

    enter("kita")
    case = Consultation.objects.get()
    assert (case.record_type, case.requester_kind) == (RecordType.RECORDED_REQUEST, "organization")
    assert "本人に読み聞かせて確認してください。" in answer.content.decode()


def test_without_a_wish_for_a_reply_no_contact_is_kept(counter, enter):
    counter.post(ADD, typed(name="大阪 花子", phone="06-6208-0000"))

    enter("kita")
    assert Consultation.objects.count() == 1
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"received_day": "2026-11-26"}, "受付日時が、今より後になっています。"),
        ({"received_time": "10:01", "received_day": "2026-11-25"}, "今より後になっています。"),
        ({"received_day": "1900-01-01"}, "回答期限のルールがありません。"),
        ({"received_day": "きのう"}, "受付日"),
        ({"intake_channel": "web"}, "受付経路"),
        ({"intake_channel": ""}, "受付経路"),
        ({"record_type": "gossip"}, "記録の種類"),
        ({"body": ""}, "内容を入力してください。"),
        ({"body": "あ" * 8_001}, "8,000文字以内で入力してください"),
        ({"body": "あ\u202eい"}, "目に見えない制御文字"),
        ({"subject": "一行\u2028二行"}, "1行で入力してください。"),
        ({"wants_reply": ""}, "回答を希望するかどうかを選んでください。"),
        (
            {"wants_reply": "yes", "reply_by": "email", "name": "花子"},
            "メールアドレスを入力してください。",
        ),
        (
            {"wants_reply": "yes", "reply_by": "phone", "name": "花子", "phone": "12"},
            "電話番号を読み取れません。",
        ),
        ({"question_danger": "perhaps"}, "「はい」か「いいえ」を選んでください。"),
        ({"question_danger": ""}, "答えてください。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(more, sentence, counter, enter):
    answer = counter.post(ADD, typed(**more))

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    enter("kita")
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("code", ["nothing", "道路", "x" * 5_000, "'; DROP TABLE"])
def test_an_unknown_category_leads_back_to_the_choice(code, counter, enter):
    answer = counter.post(ADD, typed(category=code))

    assert "分野を選び直してください。" in answer.content.decode()
    enter("kita")
    assert not Consultation.objects.exists()


def picture(name="fax.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")


def test_the_original_is_kept_and_leaves_only_as_a_download_that_is_noted(
    counter, kita_officer, enter
):
    counter.post(ADD, typed(intake_channel="fax", files=[picture()]))
    enter("kita")
    file = Attachment.objects.get()
    assert (file.is_original, file.display_name) == (True, "fax.png")
    url = f"/admin/consultations/consultation/{file.consultation_id}/files/{file.pk}/"
    assert url in counter.get(file.consultation.get_absolute_url()).content.decode()

    answer = counter.get(url)

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    enter("kita")
    event = AccessEvent.objects.get(what=AccessKind.ATTACHMENT)
    assert (event.user, event.about) == (kita_officer, file.consultation.number)


def test_a_file_of_another_case_does_not_exist_here(counter, enter):
    counter.post(ADD, typed(files=[picture()]))
    counter.post(ADD, typed(submission_key="z" * 32))
    enter("kita")
    file = Attachment.objects.get()
    other = Consultation.objects.exclude(pk=file.consultation_id).get()

    answer = counter.get(f"/admin/consultations/consultation/{other.pk}/files/{file.pk}/")

    assert answer.status_code == 404


def test_a_file_that_is_none_is_refused_by_name_and_no_file_stays(counter, enter, tmp_path):
    bad = SimpleUploadedFile("fax.png", b"<script>alert(1)</script>", "image/png")

    answer = counter.post(ADD, typed(files=[bad]))

    assert "「fax.png」の形式は受け付けられません。" in answer.content.decode()
    enter("kita")
    assert not Consultation.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_a_second_sending_leaves_no_file_behind(counter, enter, tmp_path):
    counter.post(ADD, typed(files=[picture()]))
    counter.post(ADD, typed(files=[picture()]))

    enter("kita")
    assert Attachment.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert attachments.open_stored(Attachment.objects.get().stored_name)


def test_a_mayor_cannot_enter_a_case(hire, sign_in):
    answer = sign_in(hire("kita", "ward_mayor"), "kita").get(ADD)

    assert answer.status_code == 403
    assert "案件を受け付けられません。" in answer.content.decode()
