"""Bulk work: the list to Excel, edited, tried, shown, done in whole or not at all."""

import io
from datetime import timedelta

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.admin.former_values import HEADINGS
from consultations.admin.former_values import rows_of as former_rows
from consultations.choices import CaseState
from consultations.models import BulkUpdate, Consultation, Entry, Reply
from consultations.services import bulk_updates, handling
from consultations.services.bulk import READ_COLUMNS, Change, Row
from tests.consultations.conftest import WANTS_A_CALL
from wards import clock
from wards.desk.models import AccessEvent, Notice
from wards.jobs import do_job
from wards.models import Job

BULK = "/admin/consultations/consultation/bulk/"


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


def agree(client, page):
    """Press the button below the differences."""
    return client.post(page.request["PATH_INFO"], follow=True)


def fresh(case):
    return Consultation.objects.get(pk=case.pk)


def edited(client, change) -> SimpleUploadedFile:
    rows = rows_of(
        client.post(f"{BULK}file/?state=open", {"purpose": "担当の割り振りのため"}).getvalue()
    )
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


def test_a_refused_file_leaves_the_page_beside_the_same_cases(two, officer):
    upload = edited(officer, lambda row, put: put("状態", "回答済"))

    answer = officer.post(f"{BULK}?mine=me&state=open", {"file": upload})

    page = answer.content.decode()
    assert "直す行が2行あります" in page
    assert f'action="{BULK}?mine=me&amp;state=open"' in page
    assert f'href="{BULK}file/?mine=me&amp;state=open"' in page


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
    # The reason that the thread will keep is read before it is agreed to.
    assert "関係者が読みました。" in text
    enter("kita")
    assert {fresh(case).state for case in two} == {CaseState.IN_PROGRESS}
    assert not Reply.objects.exists()

    # Nothing of it waits in the session, and no citizen's text is kept in between.
    assert "bulk" not in str(list(officer.session.items()))
    assert "街路灯" not in str(BulkUpdate.objects.get().lines)

    done = agree(officer, page)

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
    agree(officer, page)
    agree(officer, page)

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
    agree(officer, page)

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

    answer = agree(officer, page)

    assert "新しい差分を確かめてください。" in answer.content.decode()
    enter("kita")
    assert {fresh(case).assignee for case in two} == {kita_officer}

    again = agree(officer, answer)

    assert "2件の案件を更新しました。" in again.content.decode()
    enter("kita")
    assert {fresh(case).assignee for case in two} == {kita_manager}


def test_a_mayor_may_not_change_cases_by_file(hire, sign_in):
    answer = sign_in(hire("kita", "ward_mayor"), "kita").get(BULK)

    assert answer.status_code == 403
    assert "ファイルから更新できません。" in answer.content.decode()


# --- a long file goes to a worker -----------------------------------------------------------------


@pytest.fixture
def by_worker(monkeypatch, django_capture_on_commit_callbacks, enter):
    """Leave even two lines to a worker; call it to do what waits, as a worker does."""
    monkeypatch.setattr(bulk_updates, "AT_ONCE", 1)

    def work() -> list[str]:
        enter("kita")
        waiting = list(Job.objects.filter(state=Job.State.WAITING).order_by("pk"))
        for row in waiting:
            do_job(row.pk)
        return [row.name for row in waiting]

    return work


def test_a_long_file_is_tried_and_done_by_a_worker(two, kita_manager, officer, enter, by_worker):
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))

    page = officer.post(BULK, {"file": upload}, follow=True)
    assert "2件を検査しています。まだ何も更新していません。" in page.content.decode()
    assert by_worker() == ["check_bulk_update"]
    job = Job.objects.get(name="check_bulk_update")
    # The job's row stands in the public schema: it names the file's number and nothing in it.
    assert job.arguments == {"update": str(BulkUpdate.objects.get().pk)}

    shown = officer.get(page.request["PATH_INFO"])
    assert "2件を更新する" in shown.content.decode()
    waiting = agree(officer, shown)
    assert "2件を更新しています。" in waiting.content.decode()
    agree(officer, shown)
    enter("kita")
    assert fresh(two[0]).assignee != kita_manager

    assert by_worker() == ["apply_bulk_update"]

    assert {fresh(case).assignee for case in two} == {kita_manager}
    done = officer.get(page.request["PATH_INFO"]).content.decode()
    assert "2件の案件を更新しました。" in done


def test_what_changed_before_the_worker_came_is_shown_anew_and_done_when_agreed_again(
    two, kita_officer, kita_manager, officer, enter, by_worker
):
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))
    page = officer.post(BULK, {"file": upload}, follow=True)
    by_worker()
    agree(officer, page)
    enter("kita")
    handling.assign_consultation(two[0], kita_manager, actor=kita_officer)

    by_worker()

    shown = officer.get(page.request["PATH_INFO"])
    assert "新しい差分を確かめてください。" in shown.content.decode()
    assert "1件を更新する" in shown.content.decode()
    agree(officer, shown)
    assert by_worker() == ["apply_bulk_update"]
    assert fresh(two[1]).assignee == kita_manager


def test_bad_rows_that_a_worker_finds_are_named_on_the_files_page(two, officer, by_worker):
    upload = edited(officer, lambda row, put: put("担当者", "誰もいない"))
    page = officer.post(BULK, {"file": upload}, follow=True)
    by_worker()

    text = officer.get(page.request["PATH_INFO"]).content.decode()

    assert "直す行が2行あります" in text
    assert agree(officer, page).status_code == 200


def test_a_file_that_the_workers_gave_up_says_so(two, kita_manager, officer, enter, by_worker):
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))
    page = officer.post(BULK, {"file": upload}, follow=True)
    enter("kita")
    Job.objects.update(state=Job.State.FAILED)

    text = officer.get(page.request["PATH_INFO"]).content.decode()

    assert "処理できませんでした" in text
    assert "行を分けて" in text


def test_a_file_is_its_persons_alone(two, kita_manager, officer, sign_in, enter, hire):
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))
    page = officer.post(BULK, {"file": upload}, follow=True)
    address = page.request["PATH_INFO"]
    other = sign_in(kita_manager, "kita")

    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
    nishi = sign_in(hire("nishi", "officer"), "nishi")
    assert nishi.get(address).status_code == 404
    enter("kita")
    assert {fresh(case).assignee for case in two} != {kita_manager}


def test_a_file_of_last_week_is_forgotten(two, kita_manager, officer, enter):
    upload = edited(officer, lambda row, put: put("担当者", kita_manager.email))
    page = officer.post(BULK, {"file": upload}, follow=True)
    enter("kita")
    assert bulk_updates.forget_old() == 0
    BulkUpdate.objects.update(made_at=clock.now() - timedelta(days=8))
    assert bulk_updates.forget_old() == 1

    assert officer.get(page.request["PATH_INFO"]).status_code == 404


# --- the former values ----------------------------------------------------------------------------


def test_the_former_values_are_taken_away_and_taken_in_again(
    two, kita_officer, kita_manager, officer, enter
):
    def change(row, put):
        put("担当者", kita_manager.email)
        if row["受付番号"] == two[0].number:
            put("回答案", "直しました。")

    page = officer.post(BULK, {"file": edited(officer, change)}, follow=True)
    former = f"{page.request['PATH_INFO']}former/"
    assert officer.get(former).status_code == 404
    done = agree(officer, page)
    assert former in done.content.decode()

    taken = officer.get(former).getvalue()

    rows = rows_of(taken)
    line = dict(zip(rows[0], next(row for row in rows if row[0] == two[0].number), strict=True))
    # Both people of the test bear one name: there the address tells them apart.
    assert (line["担当者"], line["回答案"]) == (kita_officer.email, "")
    assert (line["更新前の回答案"], line["更新後の回答案"]) == ("", "直しました。")
    assert line["更新後の担当者"] == kita_manager.email
    enter("kita")
    event = AccessEvent.objects.filter(what="export").latest("pk")
    assert (event.detail["rows"], event.detail["purpose"]) == (2, "一括更新の前の値の控え")

    back = officer.post(BULK, {"file": book(rows)}, follow=True)
    agree(officer, back)

    enter("kita")
    assert {fresh(case).assignee for case in two} == {kita_officer}
    # What was empty cannot be emptied by a file: the draft stands, and the record says so.
    assert Reply.objects.get().text == "直しました。"


def test_a_state_that_only_the_cases_page_leads_to_stands_in_the_record_alone():
    rows = [
        Row(2, "R08-KITA-000001-4", "件名", (Change("状態", "対応中", "供覧"),)),
        Row(3, "R08-KITA-000002-2", "件名", (Change("状態", "対応困難", "供覧"),)),
        Row(4, "R08-KITA-000003-0", "件名", (Change("回答案", "あ" * 5_001, "い"),)),
    ]

    lines = [dict(zip(HEADINGS, row, strict=True)) for row in former_rows(rows)]

    assert [line["状態"] for line in lines] == ["", "対応困難", ""]
    assert [line["更新前の状態"] for line in lines] == ["対応中", "対応困難", ""]
    assert (lines[2]["回答案"], len(lines[2]["更新前の回答案"])) == ("", 5_000)
    assert {line["理由"] for line in lines} == {"一括更新の取消し"}


def test_the_file_to_edit_asks_for_all_drafts_at_once(
    two, submit, officer, django_assert_num_queries
):
    address, purpose = f"{BULK}file/?state=open", {"purpose": "担当の割り振りのため"}
    officer.post(address, purpose)
    with CaptureQueriesContext(connection) as few:
        officer.post(address, purpose)
    for _ in range(6):
        submit(category="park")

    with django_assert_num_queries(len(few)):
        officer.post(address, purpose)
