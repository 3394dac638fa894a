"""閲覧の記録: written once, read by those who answer for it, changed by nobody."""

import csv
import io
import json
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import RequestFactory

from wards.desk.choices import AccessKind
from wards.desk.models import AccessEvent
from wards.desk.services import note_access, post_mail


@pytest.fixture
def look(kita, kita_officer):
    """One look of the officer at a case."""
    return note_access(kita_officer, what=AccessKind.PERSONAL_DATA, about="北-000123", page="相談")


def test_a_look_is_written_down_with_person_time_and_case(look, kita_officer):
    event = AccessEvent.objects.get()

    assert (event.user, event.what, event.about) == (kita_officer, "personal_data", "北-000123")
    assert event.detail == {"page": "相談"}
    assert (event.address, event.at is not None) == ("", True)


def test_a_request_brings_person_and_address_along(kita, kita_officer):
    request = RequestFactory().get("/admin/", REMOTE_ADDR="192.0.2.7")
    request.user = kita_officer

    event = note_access(request, what=AccessKind.EXPORT, rows=3, columns=["受付番号"], sha256="00")

    assert (event.user, event.address) == (kita_officer, "192.0.2.7")
    assert event.detail == {"rows": 3, "columns": ["受付番号"], "sha256": "00"}


def test_an_unknown_deed_is_refused(kita, kita_officer):
    with pytest.raises(ValueError, match="gossip"):
        note_access(kita_officer, what="gossip")
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ward_desk_accessevent SET about = 'x'",
        "DELETE FROM ward_desk_accessevent",
        "TRUNCATE ward_desk_accessevent",
        "ALTER TABLE ward_desk_accessevent ADD COLUMN x int",
    ],
)
def test_the_wards_own_role_cannot_change_what_is_written(look, statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AccessEvent.objects.get().about == "北-000123"


def test_neither_can_the_model(look):
    look.about = "x"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        look.save()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AccessEvent.objects.all().delete()

    assert AccessEvent.objects.get().about == "北-000123"


def test_a_look_in_kita_stands_in_kitas_log_only(look, enter):
    enter("nishi")

    assert not AccessEvent.objects.exists()


# --- what writes itself down ---


@pytest.fixture
def mail(kita):
    """A mail that waits."""
    return post_mail(
        key="1",
        to="taro@example.jp",
        subject="受付のお知らせ",
        body="本文の全文",
        about="北-000123",
    )


def test_opening_a_mail_is_a_look_at_personal_data(mail, sign_in, kita_officer, enter):
    client = sign_in(kita_officer, "kita")

    listed = client.get("/admin/ward_desk/outgoingmail/").content.decode()
    enter("kita")
    assert not AccessEvent.objects.exists()
    opened = client.get(f"/admin/ward_desk/outgoingmail/{mail.pk}/change/").content.decode()

    assert "本文の全文" not in listed
    assert "taro@example.jp" not in listed
    assert "本文の全文" in opened
    assert "taro@example.jp" in opened
    enter("kita")
    event = AccessEvent.objects.get()
    assert (event.what, event.about, event.user) == ("personal_data", "北-000123", kita_officer)


def test_a_refused_page_is_written_down_with_its_path(kita, sign_in, hire, enter):
    viewer = hire("kita", "viewer")

    answer = sign_in(viewer, "kita").get("/admin/ward_desk/outgoingmail/")

    assert answer.status_code == 403
    enter("kita")
    event = AccessEvent.objects.get()
    assert (event.what, event.user) == ("refused", viewer)
    assert event.about == "/admin/ward_desk/outgoingmail/"
    assert "閲覧者" in event.detail["reason"]


def test_a_stranger_at_the_door_fills_no_log(kita, client_at, enter):
    client_at("kita").get("/admin/ward_desk/outgoingmail/")

    enter("kita")
    assert not AccessEvent.objects.exists()


def test_a_file_of_mails_holds_what_the_list_shows_and_is_noted_with_its_digest(
    mail, sign_in, kita_manager, enter
):
    post_mail(key="2", to="b@example.jp", subject="=cmd|' /C calc'!A0", body="x", about="北-000124")
    client = sign_in(kita_manager, "kita")

    answer = client.get("/admin/ward_desk/outgoingmail/export/csv/?state=waiting&q=000124")

    content = answer.getvalue()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["作成日時", "関係する案件", "件名", "状態"]
    assert [row[1:5] for row in rows[1:]] == [["北-000124", "'=cmd|' /C calc'!A0", "送信待ち", "0"]]
    assert b"example.jp" not in content
    assert "attachment" in answer["Content-Disposition"]
    enter("kita")
    event = AccessEvent.objects.get(what="export")
    assert event.detail["rows"] == 1
    assert event.detail["filters"] == {"state": ["waiting"], "q": ["000124"]}
    assert event.detail["sha256"] == sha256(content).hexdigest()


def test_the_log_is_filtered_by_person_deed_and_day_and_taken_as_a_book(
    look, sign_in, kita_manager, kita_officer, hire, enter, at
):
    other = hire("kita", "officer")
    enter("kita")
    note_access(other, what=AccessKind.ATTACHMENT, about="北-000999")
    client = sign_in(kita_manager, "kita")

    def shown(query: str) -> tuple[bool, bool]:
        page = client.get(f"/admin/ward_desk/accessevent/{query}").content.decode()
        return "北-000123" in page, "北-000999" in page

    assert shown("") == (True, True)
    assert shown(f"?person={other.pk}") == (False, True)
    assert shown("?person=99999999") == (False, False)
    assert shown("?what=personal_data") == (True, False)
    assert shown("?what=gossip") == (False, False)
    assert shown("?day=today") == shown("?day=7days") == shown("?day=30days") == (True, True)
    assert shown("?day=yesterday") == shown("?day=2001-01-01") == (False, False)
    assert shown("?day=someday") == (False, False)
    assert shown("?q=000999") == (False, True)
    address = "/admin/ward_desk/accessevent/export/xlsx/?what=attachment"
    assert "利用目的" in client.get(address).content.decode()
    enter("kita")
    assert not AccessEvent.objects.filter(what="export").exists()
    book = client.post(address, {"purpose": "四半期の点検のため"})
    assert book.getvalue().startswith(b"PK")
    assert client.get("/admin/ward_desk/accessevent/export/pdf/").status_code == 404
    enter("kita")
    event = AccessEvent.objects.get(what="export")
    assert (event.detail["rows"], event.detail["purpose"]) == (1, "四半期の点検のため")


def test_days_of_the_log_begin_at_midnight_in_osaka(kita, kita_officer, sign_in, at, kita_manager):
    at(2026, 11, 25, 0, 0, 1)
    note_access(kita_officer, what=AccessKind.EXPORT, about="just after")
    at(2026, 11, 24, 23, 59, 59)
    note_access(kita_officer, what=AccessKind.EXPORT, about="just before")
    client = sign_in(kita_manager, "kita")

    page = client.get("/admin/ward_desk/accessevent/?day=令和8年11月25日").content.decode()

    assert "just after" in page
    assert "just before" not in page


def test_the_detail_of_a_look_reads_without_a_program(look, sign_in, kita_manager):
    client = sign_in(kita_manager, "kita")

    page = client.get(f"/admin/ward_desk/accessevent/{look.pk}/change/").content.decode()

    assert "画面：相談" in page
    assert json.dumps(look.detail) not in page
    assert 'name="_save"' not in page


def test_a_file_that_was_taken_tells_its_columns_and_digest_in_the_log(mail, sign_in, kita_manager):
    client = sign_in(kita_manager, "kita")
    taken = client.get("/admin/ward_desk/outgoingmail/export/xlsx/")

    page = client.get("/admin/ward_desk/accessevent/?what=export").content.decode()

    assert "件数：1、" in page
    assert "列：作成日時・関係する案件・件名" in page
    assert f"ファイルの要約値：{sha256(taken.getvalue()).hexdigest()}" in page


def test_more_rows_than_a_file_may_hold_are_refused_with_the_number(
    mail, sign_in, kita_manager, monkeypatch
):
    monkeypatch.setattr("wards.desk.noted_files.MOST_ROWS", 0)

    answer = sign_in(kita_manager, "kita").get("/admin/ward_desk/outgoingmail/export/csv/")

    assert answer.status_code == 403
    assert "1件あります。0件までに絞り込んで" in answer.content.decode()


def test_who_may_read_a_list_but_not_take_it_is_offered_no_file(
    mail, sign_in, kita_manager, monkeypatch
):
    client = sign_in(kita_manager, "kita")
    assert "CSVに書き出す" in client.get("/admin/ward_desk/outgoingmail/").content.decode()
    monkeypatch.setattr(
        "wards.desk.admin.mail.OutgoingMailAdmin.export_permission", "ward_desk.nobody"
    )

    page = client.get("/admin/ward_desk/outgoingmail/").content.decode()

    assert "CSVに書き出す" not in page
    refused = client.get("/admin/ward_desk/outgoingmail/export/csv/")
    assert refused.status_code == 403
    assert b"example.jp" not in refused.content


@pytest.mark.parametrize(
    "path",
    ["ward_desk/accessevent/export/csv/", "ward_desk/outgoingmail/export/xlsx/",
     "consultations/consultation/export/xlsx/", "kpis/result/export/"],
)  # fmt: skip
def test_a_file_with_a_filter_that_the_list_does_not_know_is_not_found(
    path, kita_manager, sign_in, kita
):
    client = sign_in(kita_manager, "kita")

    assert client.get(f"/admin/{path}?no_such_field=1").status_code == 404
    # Where the list stood and how it was sorted is no filter.
    assert client.get(f"/admin/{path}?p=99&all=&e=1&o=x").status_code == 200
