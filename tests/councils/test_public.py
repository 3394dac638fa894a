"""What the public reads of councils: names, never addresses; contact and papers only where published."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from python_calamine import CalamineWorkbook

from councils.choices import Position
from councils.models import (
    ChangeLink,
    ChangeNotice,
    CommunityCouncil,
    CouncilDocument,
    CouncilOfficer,
    MemberOrganization,
)
from councils.public_files import COLUMNS
from councils.services import change_links, change_notices, documents, rosters
from wards.desk.models import Notice, OutgoingMail

from .conftest import pdf

HIDDEN = ("大阪市北区見本1-2-3", "会館の二階", "見本 内緒", "06-6313-0001", "council@example.jp")


@pytest.fixture
def council(certify_council, officer, at):
    """A certified council with something to hide: addresses, a name, telephone and mail."""
    at("2026-04-01 10:00")
    council = certify_council(since=date(2026, 3, 1))
    rosters.record(
        council,
        CouncilOfficer(
            council=council, name="見本 内緒", position=Position.AUDITOR, name_is_public=False,
            valid_from=date(2026, 3, 1), basis="総会",
        ),
        actor=officer,
    )  # fmt: skip
    rosters.record(
        council,
        MemberOrganization(
            council=council, name="=見本女性会", kind="other", valid_from=date(2026, 3, 1), basis="総会"
        ),
        actor=officer,
    )  # fmt: skip
    CommunityCouncil.objects.filter(pk=council.pk).update(
        office_place="会館の二階", phone="06-6313-0001", email="council@example.jp",
        website="https://council.example.jp/", fields_of_activity=["safety", "welfare"],
    )  # fmt: skip
    council.refresh_from_db()
    return council


@pytest.fixture
def reader(client_at, council):
    """Anybody's browser in 北区."""
    return client_at("kita")


def test_the_page_of_a_council_names_people_and_never_where_they_live(reader, council):
    page = reader.get(f"/councils/{council.pk}/").content.decode()
    for told in (
        council.name, "会長（代表者）", "見本 太郎", "=見本女性会", "防犯・防災、福祉",
        "令和8年4月1日（北区認定第1号）", "氏名を公表していない役員が1人", "https://council.example.jp/",
    ):  # fmt: skip
        assert told in page, told
    both = page + reader.get("/councils/").content.decode()
    assert [word for word in HIDDEN if word in both] == []


def test_what_the_ward_publishes_of_the_contact_is_there(reader, council):
    CommunityCouncil.objects.update(phone_is_public=True, email_is_public=True)
    page = reader.get(f"/councils/{council.pk}/").content.decode()
    assert "06-6313-0001" in page
    assert "council@example.jp" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_open_data_hold_what_the_page_shows_and_no_more(reader, council, kind):
    content = reader.get(f"/councils/?format={kind}").getvalue()
    if kind == "csv":
        header, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        header, row = book.get_sheet_by_index(0).to_python()
    assert header == list(COLUMNS)
    told = dict(zip(header, map(str, row), strict=True))
    assert told["code6"] == "271276"
    assert (told["area_code"], told["area"], told["name"]) == ("01", "見本東", council.name)
    assert told["representative"] == "見本 太郎"
    assert told["certified_on"][:10] == "2026-04-01"
    assert told["officer_count"].removesuffix(".0") == "2"
    assert told["organizations"].endswith("=見本女性会")
    assert (told["organizations"][0] == "'") == (kind == "csv")
    assert [word for word in HIDDEN if word in str(row)] == []


def test_the_directory_is_searched_and_says_where_there_is_none(reader, council):
    assert "1団体" in reader.get("/councils/?q=見本東&field=welfare").content.decode()
    none = reader.get("/councils/?field=health").content.decode()
    assert "この条件に合う地域活動協議会はありません。" in none
    odd = reader.get("/councils/?field=nothing&q=%F0%A0%AE%B7%22%3Cb%3E")
    assert odd.status_code == 200


def test_who_is_not_listed_or_no_longer_certified_is_not_there(reader, council, at):
    CommunityCouncil.objects.update(is_public=False)
    assert reader.get(f"/councils/{council.pk}/").status_code == 404
    assert "この一覧に団体がない地域" in reader.get("/councils/").content.decode()
    CommunityCouncil.objects.update(is_public=True)
    council.certifications.update(ended_on=date(2026, 5, 1), end_kind="revoked")
    at("2026-04-30 23:59")
    assert reader.get(f"/councils/{council.pk}/").status_code == 200
    at("2026-05-01 00:00")
    assert reader.get(f"/councils/{council.pk}/").status_code == 404
    assert reader.get("/councils/99999999999999999999/").status_code == 404


def test_only_published_papers_are_given(reader, council, officer):
    documents.add_documents(council, [pdf()], kind="plan", actor=officer)
    paper = CouncilDocument.objects.filter(kind="plan").get()
    url = f"/councils/{council.pk}/papers/{paper.pk}/"
    assert reader.get(url).status_code == 404
    CouncilDocument.objects.filter(pk=paper.pk).update(is_public=True)
    assert url in reader.get(f"/councils/{council.pk}/").content.decode()
    answer = reader.get(url)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    council.certifications.update(ended_on=date(2026, 4, 1), end_kind="revoked")
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize("more", [0, 12])
def test_the_directory_asks_a_fixed_number_of_questions(
    reader, council, officer, more, django_assert_max_num_queries
):
    for number in range(more):
        rosters.record(
            council,
            MemberOrganization(
                council=council, name=f"団体{number}", kind="other",
                valid_from=date(2026, 3, 1), basis="総会",
            ),
            actor=officer,
        )  # fmt: skip
    reader.get("/councils/")
    with django_assert_max_num_queries(8):
        reader.get("/councils/")


# --- the council says itself what has changed ---


@pytest.fixture
def link_of(council, officer):
    """Send the council a link and return the path that the mail tells."""

    def send() -> str:
        change_links.send_link(council, actor=officer)
        body = OutgoingMail.objects.latest("pk").body
        [line] = [one for one in body.splitlines() if "/councils/changes/" in one]
        return line[line.index("/councils/") :]

    return send


def test_a_council_says_what_has_changed_and_the_staff_accept_the_difference(
    reader, council, link_of, manager, at
):
    lead = council.officers.get(position=Position.REPRESENTATIVE)
    path = link_of()
    page = reader.get(path).content.decode()
    assert "大阪市北区見本1-2-3" not in page
    typed = {
        "phone": "０６−６３１３−０００２", "email": "council@example.jp",
        "site": "https://council.example.jp/",
        "leaves_1": str(lead.pk), "last_day_1": "令和8年4月30日",
        "name_1": "髙橋 𠮷子", "kana_1": "たかはし よしこ", "position_1": "representative",
        "first_day_1": "2026-05-01", "text": "会館の鍵の担当も替わります。",
    }  # fmt: skip
    check = reader.post(path, typed).content.decode()
    assert "まだ送信していません。" in check
    assert "06-6313-0002" in check
    assert not ChangeNotice.objects.exists()

    done = reader.post(path, {**typed, "confirm": "1"})
    assert "変更の申出を受け付けました" in done.content.decode()
    assert reader.post(path, {**typed, "confirm": "1"}).status_code == 404
    [notice] = ChangeNotice.objects.all()
    assert (notice.received_by, notice.note) == (None, "会館の鍵の担当も替わります。")
    council.refresh_from_db()
    assert council.phone == "06-6313-0001"
    told = Notice.objects.filter(url=notice.get_absolute_url())
    assert {one.person for one in told} == {manager}

    change_notices.accept_notice(notice, actor=manager)
    council.refresh_from_db()
    assert council.phone == "06-6313-0002"
    names = [one.name for one in rosters.officers_on(council, date(2026, 5, 1))]
    assert names[0] == "髙橋 𠮷子"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "変わることを、一つ以上入力してください。"),
        ({"phone": "電話"}, "電話番号は、数字とハイフンだけで入力してください。"),
        ({"leaves_1": "999"}, "選び直してください。"),
        ({"last_day_1": "令和8年2月30日"}, "という日はありません。"),
        ({"name_1": "髙橋 𠮷子"}, "就任の日を入力してください。"),
        ({"position_1": "総裁", "name_1": "甲", "first_day_1": "R8.5.1"}, "選び直してください。"),
        ({"text": "あ" * 1001}, "1,000文字以内で入力してください（現在1,001文字）。"),
        ({"site": "javascript:alert(1)"}, "ウェブサイトの住所を読み取れません。"),
    ],
)
def test_bad_changes_are_refused_with_what_was_typed(reader, link_of, typed, told):
    same = {"phone": "06-6313-0001", "email": "council@example.jp", "site": "https://council.example.jp/"}  # fmt: skip
    answer = reader.post(link_of(), {**same, **typed, "confirm": "1"})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not ChangeNotice.objects.exists()


def test_a_link_ends_after_a_fortnight_and_with_the_next_one(reader, council, link_of, at):
    first, second = link_of(), link_of()
    assert (reader.get(first).status_code, reader.get(second).status_code) == (404, 200)
    at("2026-04-15 23:59")
    assert reader.get(second).status_code == 200
    at("2026-04-16 00:00")
    over = reader.get(second)
    assert (over.status_code, "新しい案内を頼んでください" in over.content.decode()) == (404, True)
    assert reader.get("/councils/changes/nothing/").status_code == 404
    assert ChangeLink.objects.count() == 2


def test_no_link_without_an_address_and_none_for_a_dissolved_council(council, officer):
    CommunityCouncil.objects.update(email="", dissolved_on=date(2026, 4, 1), dissolution_reason="x")
    with pytest.raises(ValidationError) as refusal:
        change_links.send_link(council, actor=officer)
    assert refusal.value.messages == [
        "解散した協議会には送れません。",
        "協議会のメールアドレスが登録されていません。",
    ]
    assert not OutgoingMail.objects.exists()
