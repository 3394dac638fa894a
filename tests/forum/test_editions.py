"""区政会議の運営状況: what an edition holds, who publishes it, and that it stays as it was."""

import io
import json
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from python_calamine import CalamineWorkbook

from councils.forum.edition_rules import digest
from councils.forum.models import Attendance, ForumEdition, Measure, Subcommittee, SubcommitteeSeat
from councils.forum.services.editions import changes_since, generate_edition, publish_edition
from wards import clock
from wards.desk.models import Notice

from .conftest import add_member, add_session
from .published import SECRET, answer, held, read, say

WINDOW = date(2025, 10, 1)
LIST = "/admin/ward_forum/forumedition/"


@pytest.fixture(autouse=True)
def now(at):
    """It is 25 November 2026; the window from October 2025 is over."""
    return at("2026-11-25 10:00")


@pytest.fixture
def reader(kita, client_at):
    """Somebody who reads the pages of 北区."""
    return client_at("kita")


@pytest.fixture
def year(session, members, officer):
    """A year with members, a session, an answered opinion and a measure; and what is not public."""
    held(session, actor=officer)
    Attendance.objects.create(
        session=session, kind="member", member=members[0], attending="on_site"
    )
    Attendance.objects.create(session=session, kind="member", member=members[1], attending="absent")
    opinion = say(session, officer)
    answer(opinion, officer)
    for done_on, text in ((date(2026, 8, 1), "街灯を替えた。"), (date(2026, 10, 1), SECRET)):
        Measure.objects.create(
            opinion=opinion,
            done_on=done_on,
            text=text,
            recorded_by=officer,
            recorded_at=clock.now(),
        )
    say(session, officer, title=SECRET)
    answer(say(session, officer, title=f"{SECRET}二"), officer, "approved")
    return session


def refused(call, *args, **more) -> str:
    """Return the sentences of a refusal."""
    with pytest.raises(ValidationError) as refusal:
        call(*args, **more)
    return "／".join(refusal.value.messages)


def test_an_edition_holds_members_sessions_answers_and_measures_of_the_window(
    year, term, members, officer
):
    group = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)
    SubcommitteeSeat.objects.create(
        subcommittee=group, member=members[0], valid_from=term.valid_from
    )
    add_member(term, "見本 後任", valid_from=date(2026, 10, 1))
    add_session(term, "2026-08-10 19:00", number=2)

    content = generate_edition(WINDOW, actor=officer).content

    assert [one["name"] for one in content["members"]] == [
        "見本 一郎", "見本 花子", "見本 次郎", "見本 公子"
    ]  # fmt: skip
    assert content["members"][0]["subcommittees"] == ["防災部会"]
    assert content["members"][0]["reason"] == "推薦を受けたため。"
    (session,) = content["sessions"]
    assert (session["day"], session["members"], session["members_there"]) == ("2026-07-10", 2, 1)
    assert [one["title"] for one in content["opinions"]] == ["街灯を明るくしてほしい"]
    assert [one["text"] for one in content["measures"]] == ["街灯を替えた。"]
    assert SECRET not in str(content)
    assert "@" not in str(content)


def test_a_measure_of_a_made_up_opinion_makes_the_edition_one_with_samples(year, officer, at):
    opinion = say(year, officer, received_on=date(2025, 9, 1), is_demo=True)
    answer(opinion, officer)
    assert not generate_edition(WINDOW, actor=officer).is_demo
    Measure.objects.create(
        opinion=opinion, done_on=date(2026, 8, 2), text="見本の実施。", recorded_by=officer,
        recorded_at=clock.now(),
    )  # fmt: skip

    assert generate_edition(WINDOW, actor=officer).is_demo


def test_a_draft_is_written_anew_in_its_place(year, officer):
    first = generate_edition(WINDOW, actor=officer)
    answer(say(year, officer, title="新しい意見"), officer)

    second = generate_edition(WINDOW, actor=officer)

    assert (first.pk, second.number) == (second.pk, 1)
    assert len(second.content["opinions"]) == 2
    assert second.sha256 == digest(second.content)


def test_the_same_rows_give_the_same_hash(year, officer):
    first = generate_edition(WINDOW, actor=officer)
    assert generate_edition(WINDOW, actor=officer).sha256 == first.sha256
    first.refresh_from_db()
    assert digest(first.content) == first.sha256
    assert changes_since(first) == []


@pytest.mark.parametrize(
    ("begins", "sentence"),
    [
        (date(2025, 10, 2), "10月1日にしてください"),
        (date(2025, 4, 1), "10月1日にしてください"),
        (date(2027, 10, 1), "まだ始まっていない"),
        (date(1999, 10, 1), "委員も会議も登録されていません"),
    ],
)
def test_a_window_that_is_none_is_refused(year, officer, begins, sentence):
    assert sentence in refused(generate_edition, begins, actor=officer)
    assert not ForumEdition.objects.exists()


def test_the_running_window_can_be_drafted_and_not_published(year, officer, manager, mayor):
    edition = generate_edition(date(2026, 10, 1), actor=officer)

    assert "期間が終わっていません" in refused(publish_edition, edition, actor=mayor)
    assert not Notice.objects.filter(url=edition.get_absolute_url()).exists()


@pytest.mark.parametrize(("day", "is_over"), [("2026-09-30", False), ("2026-10-01", True)])
def test_a_window_is_over_the_day_after_its_last(year, officer, mayor, at, day, is_over):
    edition = generate_edition(WINDOW, actor=officer)
    at(f"{day} 10:00")
    if is_over:
        assert publish_edition(edition, actor=mayor).published_at is not None
    else:
        assert "期間が終わっていません" in refused(publish_edition, edition, actor=mayor)


def test_another_person_publishes(year, officer, manager):
    edition = generate_edition(WINDOW, actor=manager)

    assert "別の人" in refused(publish_edition, edition, actor=manager)
    with pytest.raises(PermissionDenied):
        publish_edition(edition, actor=officer)


def test_those_who_publish_are_told_and_it_is_done_once_published(year, officer, manager, mayor):
    edition = generate_edition(WINDOW, actor=officer)
    told = Notice.objects.filter(url=edition.get_absolute_url(), done_at=None)
    assert {notice.person_id for notice in told} == {manager.pk, mayor.pk}

    publish_edition(edition, actor=mayor)

    assert not told.all().exists()


def test_what_changed_meanwhile_stops_the_publication_and_is_told(year, members, officer, manager):
    edition = generate_edition(WINDOW, actor=officer)
    members[0].reason = "推薦を受け、地域の事情に詳しいため。"
    members[0].save()
    answer(say(year, officer, title="新しい意見"), officer)

    told = refused(publish_edition, edition, actor=manager)

    assert "作り直してください" in told
    assert "委員を変更：見本 一郎（公益団体等の推薦）" in told
    assert "意見と対応に追加：R08-0004 新しい意見" in told
    generate_edition(WINDOW, actor=officer)
    assert publish_edition(edition, actor=manager).number == 1


def test_it_is_published_once(year, officer, manager, mayor):
    edition = generate_edition(WINDOW, actor=officer)
    publish_edition(edition, actor=manager)

    assert "すでに公表されています" in refused(publish_edition, edition, actor=mayor)


def test_what_was_made_anew_after_the_look_is_looked_at_again(year, members, officer, manager):
    looked_at = generate_edition(WINDOW, actor=officer)
    members[0].reason = "推薦を受け、地域の事情に詳しいため。"
    members[0].save()
    anew = generate_edition(WINDOW, actor=officer)

    for seen in (looked_at.sha256, "", "あ"):
        told = refused(publish_edition, looked_at, seen=seen, actor=manager)
        assert "画面を開いた後に作り直されています" in told
    assert publish_edition(looked_at, seen=anew.sha256, actor=manager).published_at is not None


def test_the_next_edition_tells_what_it_changes_and_is_not_made_for_nothing(year, officer, manager):
    first = publish_edition(generate_edition(WINDOW, actor=officer), actor=manager)
    assert "変わったところがありません" in refused(generate_edition, WINDOW, actor=officer)
    answer(say(year, officer, title="新しい意見"), officer)

    second = generate_edition(WINDOW, actor=officer)

    assert (second.pk != first.pk, second.number) == (True, 2)
    assert second.changes == "意見と対応に追加：R08-0004 新しい意見"


def test_nobody_without_the_right_makes_one(year, hire):
    with pytest.raises(PermissionDenied):
        generate_edition(WINDOW, actor=hire("kita", "viewer"))


# --- what everybody sees ---


def test_a_published_edition_stays_as_it_was(year, members, officer, manager, reader):
    edition = generate_edition(WINDOW, actor=officer)
    address = f"/forum/editions/{edition.pk}/"
    assert reader.get(address).status_code == 404
    assert address not in read(reader, "/forum/editions/")
    publish_edition(edition, actor=manager)
    before = read(reader, address)

    members[0].name = "改名 一郎"
    members[0].save()

    assert read(reader, address) == before
    assert "見本 一郎" in before
    assert edition.sha256 in before
    assert "令和8年11月25日に公表しました" in before
    assert address in read(reader, "/forum/editions/")


def test_machines_get_the_same_words_and_can_prove_them(year, officer, manager, reader):
    edition = publish_edition(generate_edition(WINDOW, actor=officer), actor=manager)
    address = f"/forum/editions/{edition.pk}/"

    data = json.loads(reader.get(f"{address}?format=json").content)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(b"".join(reader.get(f"{address}?format=xlsx").streaming_content))
    )

    assert digest(data["content"]) == data["sha256"] == edition.sha256
    assert book.sheet_names == ["委員", "会議", "意見と対応", "措置", "説明"]
    rows = book.get_sheet_by_name("委員").to_python()
    about = [row[0] for row in book.get_sheet_by_name("説明").to_python()]
    assert about == [
        "項目", "表題", "全国地方公共団体コード", "区名", "期間の初日", "期間の末日", "版", "公表日",
        "内容の照合値（SHA-256）", "見本",
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["氏名", "見本 一郎", "見本 花子", "見本 次郎", "見本 公子"]
    assert reader.get(f"{address}?format=exe").status_code == 404


# --- the desk ---


def seen_on(page: str) -> str:
    """Return the hash that the page sends with its button."""
    (found,) = re.findall(r'<input type="hidden" name="sha256" value="(\w+)"', page)
    return found


def test_the_desk_makes_looks_and_publishes(year, officer, manager, sign_in):
    desk, chief = sign_in(officer, "kita"), sign_in(manager, "kita")
    assert "まだ公表していません。1月末までに公表してください" in read(desk, LIST)
    made = desk.post(f"{LIST}add/", {"period_from": "2025-10-01"})
    edition = ForumEdition.objects.get()
    assert made.url == f"{LIST}{edition.pk}/change/"

    page = read(desk, made.url)
    assert "街灯を替えた。" in page
    assert "確認して公表する" not in page

    page = read(chief, made.url)
    assert "確認して公表する" in page
    looked_at = {"sha256": seen_on(page)}
    answer(say(year, officer, title="新しい意見"), officer)
    desk.post(f"{LIST}{edition.pk}/act/generate/")
    again = chief.post(f"{LIST}{edition.pk}/act/publish/", looked_at).content.decode()
    assert "もう一度内容を確かめてください" in again
    assert "新しい意見" in again
    # The page that refused shows the new content, and sends its hash.
    looked_at = {"sha256": seen_on(again)}
    done = chief.post(f"{LIST}{edition.pk}/act/publish/", looked_at, follow=True)
    assert "公表しました" in done.content.decode()
    assert f"/forum/editions/{edition.pk}/" in done.content.decode()
    assert "まだ公表していません" not in read(desk, LIST)


def test_the_desk_shows_what_changed_since_before_anybody_presses(year, officer, manager, sign_in):
    edition = generate_edition(WINDOW, actor=officer)
    answer(say(year, officer, title="新しい意見"), officer)

    page = read(sign_in(manager, "kita"), f"{LIST}{edition.pk}/change/")

    assert "作成した後に変わったこと（1件）" in page
    assert "意見と対応に追加：R08-0004 新しい意見" in page


@pytest.mark.parametrize("period", ["", "2025-10-02", "abc", "2" * 400, "2099-10-01"])
def test_a_window_that_is_not_offered_is_not_made(year, officer, sign_in, period):
    page = sign_in(officer, "kita").post(f"{LIST}add/", {"period_from": period})

    assert page.status_code == 200
    assert "選" in page.content.decode()
    assert not ForumEdition.objects.exists()


def test_late_publication_is_said_above_the_list(year, officer, sign_in, at):
    at("2027-02-01 10:00")

    assert "公表の目安（1月末）を過ぎています" in read(sign_in(officer, "kita"), LIST)


def test_the_list_is_a_file_and_costs_the_same(
    year, officer, manager, sign_in, django_assert_max_num_queries
):
    desk = sign_in(officer, "kita")
    generate_edition(WINDOW, actor=officer)
    for first in range(2005, 2025):
        ForumEdition.objects.create(
            period_from=date(first, 10, 1), period_to=date(first + 1, 9, 30), number=1,
            content={"members": []}, sha256="0" * 64, generated_at=clock.now(),
            generated_by=officer, published_at=clock.now(), published_by=manager,
        )  # fmt: skip
    with django_assert_max_num_queries(25):
        read(desk, LIST)
    assert desk.get(f"{LIST}export/csv/").status_code == 200
    assert desk.get(f"{LIST}?standing=draft").status_code == 200
    assert desk.get(f"{LIST}?standing=exe").status_code == 200
