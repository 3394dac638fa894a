"""Bulk work: the list to Excel, edited, tried, shown, done in whole or not at all."""

import io

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from consultations.choices import CaseState
from consultations.models import Consultation, Entry, Reply
from consultations.services import handling
from consultations.services.bulk import READ_COLUMNS
from tests.consultations.conftest import WANTS_A_CALL
from wards.desk.models import Notice

BULK = "/admin/consultations/consultation/bulk/"
PREVIEW = f"{BULK}preview/"


@pytest.fixture
def two(submit, kita_officer):
    """Two cases in hand of an officer; the first wants a reply."""
    cases = [submit(**WANTS_A_CALL).consultation, submit(category="park").consultation]
    for case in cases:
        handling.assign_consultation(case, kita_officer, actor=kita_officer)
    return [Consultation.objects.get(pk=case.pk) for case in cases]


@pytest.fixture
def officer(kita_officer, sign_in):
    return sign_in(kita_officer, "kita")


def rows_of(content: bytes) -> list[list[str]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def book(rows: list[list]) -> SimpleUploadedFile:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("一括更新")
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                sheet.write_string(y, x, str(cell))
    return SimpleUploadedFile("一括更新.xlsx", made.getvalue())


def fresh(case):
    return Consultation.objects.get(pk=case.pk)


def edited(client, change) -> SimpleUploadedFile:
    rows = rows_of(client.get(f"{BULK}file/?state=open").content)
    header = rows[0]
    for row in rows[1:]:
        change(
            dict(zip(header, row, strict=True)),
            lambda name, text, r=row: r.__setitem__(header.index(name), text),
        )
    return book(rows)


def test_what_was_written_out_and_not_edited_changes_nothing(two, officer, enter):
    upload = edited(officer, lambda row, put: None)

    answer = officer.post(BULK, {"file": upload}, follow=True)

    assert "すべての行が今の案件と同じです。" in answer.content.decode()


def test_edited_cells_are_shown_first_and_then_done_by_the_services(
    two, kita_officer, kita_manager, officer, enter
):
    def change(row, put):
        if row["受付番号"] == two[0].number:
            put("回答案", "=1+1 のような文も文字です。\n直しました。")
            put("対応の種別", "対応済")
            put("状態", "回答案")
        else:
            put("状態", "供覧")
            put("理由", "関係者が読みました。")

    page = officer.post(BULK, {"file": edited(officer, change)}, follow=True)
    text = page.content.decode()
    assert "=1+1 のような文も文字です。" in text
    assert "関係者が読みました。" not in text
    enter("kita")
    assert {fresh(case).state for case in two} == {CaseState.IN_PROGRESS}
    assert not Reply.objects.exists()

    assert "街路灯" not in str(officer.session["consultations.bulk"])

    done = officer.post(PREVIEW, {"token": page.context["token"]}, follow=True)

    assert "2件の案件を更新しました。" in done.content.decode()
    enter("kita")
    assert [fresh(case).state for case in two] == [CaseState.DRAFTED, CaseState.FILED]
    assert Reply.objects.get().text.startswith("=1+1")
    assert Notice.objects.filter(person=kita_manager, kind="check").count() == 1
    assert two[1].entries.moves().first().text == "関係者が読みました。"


def test_a_second_click_on_the_confirmation_does_nothing_twice(two, officer, enter):
    page = officer.post(
        BULK,
        {
            "file": edited(
                officer, lambda row, put: put("状態", "対応困難") or put("理由", "予算なし")
            )
        },
        follow=True,
    )
    token = page.context["token"]
    officer.post(PREVIEW, {"token": token})
    officer.post(PREVIEW, {"token": token})

    enter("kita")
    assert Entry.objects.filter(move="mark_difficult").count() == 2


def test_every_bad_row_is_named_and_nothing_is_changed(two, officer, enter):
    header = list(READ_COLUMNS)
    rows = [
        header,
        [two[0].number, "供覧", "", "", "", "", "読みました"],
        [two[1].number, "回答済", "", "", "", "", ""],
        ["R08-KITA-000001-9", "", "", "", "", "", ""],
        ["R08-NISHI-000123-4", "", "", "", "", "", ""],
        [two[1].number, "", "", "", "", "", ""],
    ]

    answer = officer.post(BULK, {"file": book(rows)})

    text = answer.content.decode()
    assert "直す行が5行あります" in text
    assert "本人が回答を希望しています。" in text
    assert "「回答済」にはできません。" in text
    assert "3行目と同じ受付番号です。" in text
    enter("kita")
    assert {fresh(case).state for case in two} == {CaseState.IN_PROGRESS}


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("担当者", "誰 もいない", "という担当できる職員は、この区にいません。"),
        ("受け持つ課", "宇宙課", "という課はありません。"),
        ("対応の種別", "たぶん", "は使えません。"),
        ("状態", "対応困難", "理由を入力してください。"),
        ("状態", "回答案", "回答案が書かれていません。"),
    ],
)
def test_a_name_or_word_that_is_unknown_is_refused_in_its_column(
    column, value, sentence, two, kita_manager, officer
):
    upload = edited(officer, lambda row, put: put(column, value))

    answer = officer.post(BULK, {"file": upload})

    assert sentence in answer.content.decode()
    assert column in {problem.column for problem in answer.context["problems"]}


def test_two_people_of_one_name_are_told_apart_by_their_mail_address(
    submit, kita_officer, kita_manager, officer, enter
):
    case = submit().consultation
    by_name = officer.post(
        BULK, {"file": edited(officer, lambda row, put: put("担当者", "北野花子"))}
    )
    assert "は複数います。メールアドレスで書いてください。" in by_name.content.decode()
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))

    page = officer.post(BULK, {"file": upload}, follow=True)
    officer.post(PREVIEW, {"token": page.context["token"]})

    enter("kita")
    assert fresh(case).assignee == kita_manager


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ファイルが空です。"),
        (b"a\x00b", "NUL"),
        ("受付番号,状態\r\nA,B\r\n".encode(), "がありません。"),
        (b"PK\x03\x04broken", "読み取れません。"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(content, sentence, two, officer):
    answer = officer.post(BULK, {"file": SimpleUploadedFile("x.csv", content)})

    assert sentence in answer.content.decode()


def test_what_changed_since_the_preview_is_shown_again_and_not_done(
    two, kita_officer, kita_manager, officer, enter
):
    page = officer.post(
        BULK,
        {"file": edited(officer, lambda row, put: put("担当者", kita_manager.email))},
        follow=True,
    )
    enter("kita")
    handling.mark_difficult(two[0], actor=kita_officer, reason="予算なし")

    answer = officer.post(PREVIEW, {"token": page.context["token"]})

    assert answer.status_code == 200
    enter("kita")
    assert fresh(two[0]).assignee == kita_officer or "新しい差分" in answer.content.decode()
    assert fresh(two[1]).assignee == kita_officer


def test_a_mayor_may_not_change_cases_by_file(hire, sign_in):
    answer = sign_in(hire("kita", "ward_mayor"), "kita").get(BULK)

    assert answer.status_code == 403
    assert "ファイルから更新できません。" in answer.content.decode()
