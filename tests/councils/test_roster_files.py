"""Files of areas, councils and rosters: all lines or none, every bad one named, nothing altered."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from councils.choices import Position, RosterKind
from councils.models import (
    CommunityCouncil,
    CouncilOfficer,
    MemberOrganization,
    RosterFile,
    SchoolDistrictArea,
)
from councils.roster_columns import HEADINGS
from councils.services import roster_files
from wards.desk.models import AccessEvent

OFFICERS = ",".join(HEADINGS[RosterKind.OFFICERS])
ORGANIZATIONS = ",".join(HEADINGS[RosterKind.ORGANIZATIONS])
COUNCILS = ",".join(HEADINGS[RosterKind.COUNCILS])
AREAS = ",".join(HEADINGS[RosterKind.AREAS])


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser in 北区."""
    return sign_in(officer, "kita")


def send(client, kind: str, *lines: str):
    """Send a CSV to the page of a kind and return the answer."""
    file = SimpleUploadedFile("名簿.csv", "\r\n".join(lines).encode(), "text/csv")
    return client.post(f"/admin/councils/communitycouncil/files/{kind}/", {"file": file})


def take_in(client, answer) -> None:
    """Agree to the differences."""
    assert answer.status_code == 302, problems_of(answer)
    assert client.get(answer.url).status_code == 200
    assert client.post(answer.url).status_code == 302


def problems_of(answer) -> list[tuple[int, str, str]]:
    """Return every bad row of a refused file, and what was wrong with the file itself."""
    form = answer.context["form"]
    errors = [(0, "file", str(error)) for error in form.errors.get("file", [])]
    return errors + [(p.line, p.column, p.reason) for p in answer.context["problems"]]


def test_a_roster_comes_in_goes_out_and_comes_in_again_without_a_change(desk, register):
    council = register()
    line = f"{council},副会長,,葛󠄀城 𠮷子,かつらぎ よしこ,大阪市北区１−２,いいえ,令和2年4月1日,,総会の議決"
    answer = send(desk, "officers", OFFICERS, line)
    preview = desk.get(answer.url).content.decode()
    assert CouncilOfficer.objects.count() == 1
    assert "まだ何も取り込んでいません" in preview
    assert "葛󠄀城 𠮷子" in preview
    take_in(desk, answer)

    stored = CouncilOfficer.objects.get(position=Position.VICE)
    assert stored.name == "葛󠄀城 𠮷子"
    assert stored.address == "大阪市北区１−２"
    assert (stored.valid_from, stored.name_is_public) == (date(2020, 4, 1), False)
    assert RosterFile.objects.count() == 0

    out = desk.post(
        "/admin/councils/communitycouncil/files/officers/out/", {"purpose": "名簿の点検のため"}
    )
    content = b"".join(out.streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == list(HEADINGS[RosterKind.OFFICERS])
    assert "葛󠄀城 𠮷子" in {row[3] for row in rows}
    file = SimpleUploadedFile("名簿.xlsx", content)
    again = desk.post("/admin/councils/communitycouncil/files/officers/", {"file": file})
    assert "すべての行が今の登録と同じです" in desk.get(again.url).content.decode()


def test_a_file_with_addresses_is_given_for_a_purpose_and_noted(desk, register):
    register()
    url = "/admin/councils/communitycouncil/files/officers/out/"
    assert "利用目的" in desk.get(url).content.decode()
    b"".join(desk.post(url, {"purpose": "名簿の点検のため"}).streaming_content)
    [event] = AccessEvent.objects.filter(what="export")
    assert (event.about, event.detail["purpose"]) == ("協議会の役員", "名簿の点検のため")


def test_every_bad_row_is_named_and_nothing_is_taken_in(desk, register):
    council = register()
    good = f"{council},副会長,,見本 次郎,,,はい,2021-04-01,,総会"
    answer = send(
        desk, "officers", OFFICERS, good,
        f"{council},会長（代表者）,,見本 三郎,,,はい,2021-04-01,,総会",
        f"{council},監査,,見本 四郎,,,はい,2021-04-01,2021-03-31,総会",
        f"{council},総裁,,見本 五郎,,,はい,2021-04-01,,総会",
        f"{council},会計,,見本 六郎,,,はい,令和3年2月30日,,総会",
        "どこかの協議会,会計,,見本 七郎,,,はい,2021-04-01,,総会",
        f"{council},会計,,,,,はい,2021-04-01,,総会",
        f"{council},会計,,見本 八郎,,,多分,2021-04-01,,総会",
        good,
    )  # fmt: skip
    assert CouncilOfficer.objects.count() == 1
    found = problems_of(answer)
    assert [(line, column) for line, column, _ in found] == [
        (3, "氏名"), (4, "氏名"), (5, "役職"), (6, "初日"), (7, "協議会"), (8, "氏名"),
        (9, "氏名を公表する"), (10, "協議会"),
    ]  # fmt: skip
    reasons = [reason for _, _, reason in found]
    # The very sentences that the form gives.
    assert reasons[0].startswith("同じ日に代表者（会長）が二人になります。")
    assert reasons[1] == "末日は初日以後の日にしてください。"
    assert "「総裁」は使えません。" in reasons[2]
    assert reasons[7] == "2行目と同じものです。"


def test_a_representative_is_followed_by_another_in_one_file(desk, register):
    council = register()
    answer = send(
        desk, "officers", OFFICERS,
        f"{council},会長（代表者）,,見本 花子,,,はい,2026-04-01,,総会",
        f"{council},会長（代表者）,,見本 太郎,,大阪市北区見本1-2-3,はい,2020-04-01,2026-03-31,総会",
    )  # fmt: skip
    take_in(desk, answer)
    posts = CouncilOfficer.objects.order_by("valid_from").values_list("name", "valid_to")
    assert list(posts) == [("見本 太郎", date(2026, 3, 31)), ("見本 花子", None)]


def test_a_certified_council_asks_for_the_ground(desk, certify_council):
    council = certify_council()
    line = f"{council},見本女性会,その他の団体,いいえ,2026-04-01,,"
    answer = send(desk, "organizations", ORGANIZATIONS, line)
    assert problems_of(answer) == [
        (2, "団体名", "認定された協議会です。変更届の日付など、根拠を入力してください。")
    ]
    take_in(desk, send(desk, "organizations", ORGANIZATIONS, f"{line}4月の変更届"))
    assert MemberOrganization.objects.get().basis == "4月の変更届"
    changed = f"{council},見本女性会,ＮＰＯ（特定非営利活動法人など）,はい,2026-04-01,,5月の変更届"
    take_in(desk, send(desk, "organizations", ORGANIZATIONS, changed))
    body = MemberOrganization.objects.get()
    assert (body.kind, body.is_founder, body.basis) == ("npo", True, "5月の変更届")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((OFFICERS, OFFICERS, "甲,乙"), "2行目にも見出しがあります。"),
        (("令和8年度 役員名簿", OFFICERS), "見出し「令和8年度 役員名簿」は使えません。"),
        ((OFFICERS.replace("住所", "氏名"),), "見出し「住所」がありません。"),
        ((OFFICERS,), "見出しの行だけで、値の行がありません。"),
        ((OFFICERS, *["甲,会計,,乙,,,,2020-04-01,,"] * 5_000), "5,000行あります。"),
        ((OFFICERS, "甲,会計,,乙,,,,2020-04-01,,,余分"), "見出しのない列の値"),
    ],
)
def test_a_file_of_another_shape_is_refused_as_a_whole(desk, register, lines, told):
    register()
    [(line, column, reason)] = problems_of(send(desk, "officers", *lines))
    assert (line, column) == (0, "file")
    assert told in reason


def test_areas_and_councils_come_in_and_what_only_a_notice_changes_is_refused(
    sign_in, manager, certify_council
):
    council = certify_council()
    client = sign_in(manager, "kita")
    take_in(
        client,
        send(client, "areas", AREAS, "01,見本東,みほんひがし,見本小学校,梅田、曽根崎,2011-04-01",
             "02,見本西,みほんにし,,,平成23年4月1日"),
    )  # fmt: skip
    described = SchoolDistrictArea.objects.get(code="01")
    assert (described.schools, described.town_names) == ("見本小学校", ("梅田", "曽根崎"))
    renamed = send(client, "areas", AREAS, "02,見本新西,,,,2011-04-01")
    assert "名称の変更・統合・分割" in problems_of(renamed)[0][2]

    new = "02,見本西地域活動協議会,,2026-04-01,防犯・防災、福祉,会館,06-6313-0001,,,はい,いいえ,はい,はい"
    take_in(client, send(client, "councils", COUNCILS, new))
    made = CommunityCouncil.objects.get(area__code="02")
    assert (made.fields_of_activity, made.phone_is_public) == (["safety", "welfare"], True)
    phone = f"01,{council},,2020-04-01,,,06-6313-0009,,,,,,"
    [(_, column, reason)] = problems_of(send(client, "councils", COUNCILS, phone))
    assert (column, reason) == ("名称", "認定された協議会の電話は、変更届で受け付けてください。")


def test_an_officer_may_not_bring_new_areas(desk, kita):
    [(_, column, reason)] = problems_of(send(desk, "areas", AREAS, "09,見本,,,,2011-04-01"))
    assert (column, reason) == ("校区コード", "あなたの役割では、この手続きはできません。")


def test_what_changed_since_the_preview_is_shown_anew(desk, register, officer):
    council = register()
    answer = send(
        desk, "officers", OFFICERS, f"{council},副会長,,見本 次郎,じろう,,はい,2021-04-01,,総会"
    )
    roster_files.rosters.record(
        council,
        CouncilOfficer(council=council, name="見本 次郎", position="vice", valid_from=date(2021, 4, 1)),
        actor=officer,
    )  # fmt: skip
    again = desk.post(answer.url, follow=True).content.decode()
    assert "差分を表示したあとに、名簿が変わりました。" in again
    assert CouncilOfficer.objects.get(name="見本 次郎").kana == ""
    take_in(desk, answer)
    assert CouncilOfficer.objects.get(name="見本 次郎").kana == "じろう"


def test_a_file_is_its_persons_own_and_a_double_click_takes_it_in_once(
    desk, register, sign_in, manager
):
    council = register()
    answer = send(desk, "officers", OFFICERS, f"{council},監査,,見本 次郎,,,はい,2021-04-01,,総会")
    other = sign_in(manager, "kita").post(answer.url)
    assert (other.status_code, CouncilOfficer.objects.count()) == (302, 1)
    desk.post(answer.url)
    told = desk.post(answer.url, follow=True).content.decode()
    assert "すでに取り込んだか" in told
    assert CouncilOfficer.objects.count() == 2


def test_an_excel_with_dates_is_read(desk, register):
    council = register()
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS[RosterKind.OFFICERS])
    sheet.write_row(1, 0, [str(council), "会計", "", "見本 次郎", "", "", "はい"])
    sheet.write_datetime(1, 7, date(2021, 4, 1), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_string(1, 9, "総会")
    book.close()
    file = SimpleUploadedFile("名簿.xlsx", content.getvalue())
    take_in(desk, desk.post("/admin/councils/communitycouncil/files/officers/", {"file": file}))
    assert CouncilOfficer.objects.get(name="見本 次郎").valid_from == date(2021, 4, 1)
