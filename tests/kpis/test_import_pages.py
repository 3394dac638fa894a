"""The pages on which an officer takes results out to a file and back in."""

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpis.admin.import_pages import SESSION_KEY
from kpis.choices import EntryState
from kpis.import_rows import HEADERS
from kpis.importing import write_plan
from kpis.models import Result
from kpis.services import open_fiscal_year
from wards.spreadsheets import read_lines

IMPORT = "/admin/kpis/result/import/"
PREVIEW = "/admin/kpis/result/import/preview/"
EXPORT = "/admin/kpis/result/export/"
LIST = "/admin/kpis/result/"


@pytest.fixture
def officer(sign_in, kita_officer, kita):
    """A signed-in 区職員 of 北区, with both years opened."""
    open_fiscal_year(2015)
    open_fiscal_year(2016)
    return sign_in(kita_officer, "kita")


def file_of(*rows: str, name="実績.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([",".join(HEADERS), *rows]).encode())


def upload(client, *rows: str):
    return client.post(IMPORT, {"file": file_of(*rows)})


def text_of(response) -> str:
    return response.content.decode()


def stored(enter, code="1-1-a") -> Result:
    enter("kita")
    return Result.objects.get(indicator__code=code, fiscal_year=2016)


def test_a_good_file_leads_to_its_differences_and_is_not_written_yet(officer, enter):
    response = upload(officer, "2016,kita,1-1-a,50.9,636,,,髙橋")

    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == PREVIEW
    page = text_of(officer.get(PREVIEW))
    assert "今の値 </span>未入力</del>" in page
    assert "取り込む値 </span>50.9</ins>" in page
    assert "取り込む値 </span>髙橋</ins>" in page
    assert stored(enter).actual is None


def test_confirming_writes_all_and_leaves_the_values_with_the_officer(officer, enter, kita_officer):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,", "2016,kita,1-2-a,該当なし,,,,対象外")
    token = officer.get(PREVIEW).context["token"]

    response = officer.post(PREVIEW, {"token": token}, follow=True)

    assert response.redirect_chain[-1][0] == LIST
    assert "変更 2件" in text_of(response)
    result = stored(enter)
    assert str(result.actual) == "50.90"
    assert (result.state, result.entered_by) == (EntryState.DRAFT, kita_officer)
    assert stored(enter, "1-2-a").not_applicable


def test_the_same_file_again_has_no_differences(officer):
    row = "2016,kita,1-1-a,50.9,636,,,"
    upload(officer, row)
    officer.post(PREVIEW, {"token": officer.get(PREVIEW).context["token"]})

    upload(officer, row)
    page = text_of(officer.get(PREVIEW))

    assert "変更なし" in page
    assert "すべて取り込む" not in page


def test_a_line_that_takes_a_value_away_is_pointed_out(officer, enter):
    enter("kita")
    Result.objects.filter(fiscal_year=2016, indicator__code="1-1-a").update(actual=40)

    upload(officer, "2016,kita,1-1-a,,,,,")

    assert "「未入力」にする行が1件あります" in text_of(officer.get(PREVIEW))


def test_every_bad_row_is_named_and_no_preview_waits(officer, enter):
    page = text_of(
        upload(
            officer,
            "2016,kita,1-1-a,50.9,636,,,",
            "2016,nishi,1-1-a,50.9,636,,,",
            "2016,kita,1-2-a,百,636,,,",
        )
    )

    assert "直す行が2行あります" in page
    assert "区コード「nishi」は西区のものです" in page
    assert "実績値「百」は数値として読み取れません" in page
    assert officer.get(PREVIEW)["Location"] == IMPORT
    assert stored(enter).actual is None


@pytest.mark.parametrize(
    ("upload_file", "word"),
    [
        (SimpleUploadedFile("空.csv", b""), "ファイルが空です"),
        (SimpleUploadedFile("写真.xlsx", b"\x89PNG"), "PDFや画像のファイルです"),
        (SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken"), "Excel のファイルとして"),
        (SimpleUploadedFile("x.csv", b"\xff\xff\xff,\x81"), "文字コードを読み取れません"),
        (SimpleUploadedFile("x.csv", "年度,区\n1,2".encode()), "見出し「区コード」"),
        (SimpleUploadedFile("x.csv", b"a" * (10 * 1024 * 1024 + 1)), "大きすぎます"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(officer, upload_file, word):
    upload_file.seek(0)
    response = officer.post(IMPORT, {"file": upload_file})

    assert response.status_code == HTTPStatus.OK
    assert word in text_of(response)


def test_no_file_at_all_is_refused_on_the_page(officer):
    assert "ファイルを選んでください。" in text_of(officer.post(IMPORT, {}))


def test_what_a_colleague_changed_meanwhile_is_shown_before_it_is_overwritten(officer, enter):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")
    token = officer.get(PREVIEW).context["token"]
    result = stored(enter)
    result.actual = 40
    result.save()

    page = text_of(officer.post(PREVIEW, {"token": token}))

    assert "ほかの人が実績を変更しました" in page
    assert "今の値 </span>40</del>" in page
    assert stored(enter).actual == 40
    officer.post(PREVIEW, {"token": officer.get(PREVIEW).context["token"]})
    assert str(stored(enter).actual) == "50.90"


def test_a_value_handed_in_meanwhile_refuses_the_whole_file(officer, enter):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,", "2016,kita,1-2-a,60,636,,,")
    token = officer.get(PREVIEW).context["token"]
    enter("kita")
    Result.objects.filter(indicator__code="1-2-a").update(state=EntryState.SUBMITTED)

    page = text_of(officer.post(PREVIEW, {"token": token}))

    assert "入力状態が「提出」の実績は変更できません" in page
    assert stored(enter).actual is None


@pytest.mark.parametrize("token", ["", "x", "あ"])
def test_a_confirmation_without_the_previews_token_writes_nothing(officer, enter, token):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")

    officer.post(PREVIEW, {"token": token})

    assert stored(enter).actual is None


def test_a_double_click_is_answered_twice_as_done(officer, enter):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")
    token = officer.get(PREVIEW).context["token"]
    waiting = officer.session[SESSION_KEY]

    officer.post(PREVIEW, {"token": token})
    one_after_the_other = officer.post(PREVIEW, {"token": token}, follow=True)
    # The second click that came at the same time had read the session before the first was done.
    session = officer.session
    session[SESSION_KEY] = waiting
    session.save()
    at_the_same_time = officer.post(PREVIEW, {"token": token}, follow=True)

    for response in (one_after_the_other, at_the_same_time):
        assert response.redirect_chain[-1][0] == LIST
        assert "取り込みました（新規 0件・変更 1件・変更なし 0件）" in text_of(response)
        assert "ほかの人" not in text_of(response)
    assert SESSION_KEY not in officer.session
    assert str(stored(enter).actual) == "50.90"


def test_a_look_at_the_import_page_leaves_the_waiting_preview(officer):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")

    officer.get(IMPORT)

    assert officer.get(PREVIEW).status_code == HTTPStatus.OK


def test_a_failure_in_the_middle_leaves_nothing_half_written(officer, enter, monkeypatch):
    def write_and_fail(plan, **options):
        write_plan(plan, **options)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("kpis.admin.import_pages.write_plan", write_and_fail)
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")
    token = officer.get(PREVIEW).context["token"]

    with pytest.raises(RuntimeError):
        officer.post(PREVIEW, {"token": token})

    assert stored(enter).actual is None


@pytest.mark.parametrize("role", ["viewer", "ward_mayor"])
def test_who_only_reads_may_export_but_not_import(hire, sign_in, kita, role):
    client = sign_in(hire("kita", role), "kita")

    assert client.get(IMPORT).status_code == HTTPStatus.FORBIDDEN
    assert client.get(PREVIEW).status_code == HTTPStatus.FORBIDDEN
    assert upload(client, "2016,kita,1-1-a,50.9,636,,,").status_code == HTTPStatus.FORBIDDEN
    assert client.get(EXPORT).status_code == HTTPStatus.OK
    listed = text_of(client.get(LIST))
    assert EXPORT in listed
    assert IMPORT not in listed


def test_an_office_clerk_exports_nothing(hire, sign_in, kita):
    client = sign_in(hire("kita", "office_clerk"), "kita")

    assert client.get(EXPORT).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("address", [IMPORT, PREVIEW, EXPORT])
def test_who_is_not_signed_in_gets_no_file(client_at, kita, address):
    response = client_at("kita").get(address)

    assert response.status_code == HTTPStatus.FOUND
    assert "/admin/login/" in response["Location"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_file_comes_back_as_unchanged(officer, kind):
    response = officer.get(f"{EXPORT}?format={kind}")

    assert f".{kind}" in response["Content-Disposition"]
    assert (
        officer.post(IMPORT, {"file": SimpleUploadedFile(f"x.{kind}", response.content)})[
            "Location"
        ]
        == PREVIEW
    )
    assert officer.get(PREVIEW).context["counts"].unchanged == 17


def test_a_download_holds_exactly_what_the_list_shows(officer):
    listed = officer.get(f"{LIST}?q=1-1-a")
    (link,) = [e["url"] for e in listed.context["export_urls"] if "format=csv" in e["url"]]

    lines = read_lines(officer.get(link).content)

    assert [line.cells[2] for line in lines[1:]] == ["1-1-a"]
    assert [result.indicator.code for result in listed.context["cl"].queryset] == ["1-1-a"]


@pytest.mark.parametrize("query", ["format=exe", "format=csv&fiscal_year__bad=1"])
def test_a_strange_download_address_is_no_server_error(officer, query):
    status = officer.get(f"{EXPORT}?{query}").status_code

    assert status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}


def test_every_bad_row_can_be_taken_away_however_many_there_are(officer):
    page = upload(officer, *[f"2016,kita,1-1-a,{number}e5,,,," for number in range(400)])

    assert "直す行をすべてCSVで受け取る" in text_of(page)
    listed = officer.get("/admin/kpis/result/import/problems/").content.decode("utf-8-sig")
    assert listed.splitlines()[0] == "行,列,理由"
    assert len({line.split(",")[0] for line in listed.splitlines()[1:]}) == 400


def test_the_pages_hold_no_english(officer):
    upload(officer, "2016,kita,1-1-a,50.9,636,,,")

    for page in (officer.get(PREVIEW), officer.get(IMPORT)):
        text = text_of(page)
        for word in ("Import", "Export", "Confirm", "Submit", "Choose", "This field"):
            assert word not in text
