"""The staff pages of 社会的ビジネス: a register filled, shown, counted and taken as a file."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.services import open_fiscal_year
from socialbiz.models import CommissionedProject, Operator, Venture
from wards import workbooks

BASE = "/admin/socialbiz/"
COUNTS = f"{BASE}venture/counts/"


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser in 北区."""
    return sign_in(officer, "kita")


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_register_is_filled_from_the_operator_to_the_project(desk, kita):
    assert "「CB/SB事業を登録する」から登録してください。" in text_of(desk.get(f"{BASE}venture/"))
    typed = {"name": "見本カフェ合同会社", "kind": "company", "url": "https://example.jp/"}
    assert "名称を入力してください。" in text_of(
        desk.post(f"{BASE}operator/add/", {**typed, "name": ""})
    )
    assert desk.post(f"{BASE}operator/add/", typed).status_code == 302
    operator = Operator.objects.get()
    typed = {
        "title": "空き店舗のカフェ", "operator": operator.pk, "kind": "community", "field": "welfare",
        "started_on": "平成28年5月1日", "ward_part": "created", "summary": "立ち寄れる場所です。",
    }  # fmt: skip
    refused = text_of(desk.post(f"{BASE}venture/add/", {**typed, "started_on": "H29.4.1"}))
    assert "開始した日は、今日以前の日にしてください。" in refused
    assert "立ち寄れる場所です。" in refused
    assert desk.post(f"{BASE}venture/add/", typed).status_code == 302
    venture = Venture.objects.get()
    typed = {
        "title": "見守り訪問の業務", "operator": operator.pk, "venture": venture.pk,
        "field": "welfare", "section": "保健福祉課", "contract_form": "commission",
        "started_on": "H28.6.1", "yen": "1,200,000", "why": "近い。", "sharing": "区が負う。",
    }  # fmt: skip
    assert desk.post(f"{BASE}commissionedproject/add/", typed).status_code == 302

    project = CommissionedProject.objects.get()
    assert (project.yen, project.started_on) == (1_200_000, date(2016, 6, 1))
    page = text_of(desk.get(project.get_absolute_url()))
    assert "1,200,000円" in page
    assert "平成28年6月1日（平成28年度に数えます）" in page
    assert project.title in text_of(desk.get(venture.get_absolute_url()))
    carried = text_of(desk.get(operator.get_absolute_url()))
    assert venture.title in carried
    assert project.title in carried


def test_something_is_shown_ended_and_begun_again_on_its_page(desk, begin):
    venture = begin()
    act = f"{BASE}venture/{venture.pk}/act/"
    assert "内容を確かめて、公表してください。" in text_of(desk.get(venture.get_absolute_url()))

    desk.post(f"{act}show/")
    venture.refresh_from_db()
    assert venture.is_public
    refused = text_of(desk.post(f"{act}end/", {"ended_on": "H28.4.30", "reason": "閉店"}))
    assert "終了した日は、開始した日以後の日にしてください。" in refused
    desk.post(f"{act}end/", {"ended_on": "H29.3.31", "reason": "閉店"})
    ended = text_of(desk.get(venture.get_absolute_url()))
    assert "平成29年3月31日（閉店）" in ended
    assert f"{act}change/" not in ended
    desk.post(f"{act}take_end_back/")
    assert f"{act}change/" in text_of(desk.get(venture.get_absolute_url()))
    desk.post(f"{act}hide/")
    venture.refresh_from_db()
    assert not venture.is_public


def test_the_counts_stand_beside_the_results_and_are_entered(desk, begin, hand_over):
    open_fiscal_year(2016)
    begin()
    hand_over()
    page = text_of(desk.get(COUNTS))
    assert "平成28年度の件数を実績に入れる" in page
    assert "平成28年度は、CB/SBが1件、社会的ビジネスが1件です。" in page

    done = text_of(desk.post(COUNTS, {"fiscal_year": "2016"}, follow=True))

    assert "平成28年度：2件の実績を書き換えました。" in done
    assert "件数を実績に入れる" not in done
    assert done.count("（件数と同じ）") == 2
    for nonsense in ("", "2030", "9" * 30, "来年"):
        assert desk.post(COUNTS, {"fiscal_year": nonsense}).status_code == 404


def test_a_file_holds_what_the_list_shows(desk, begin, hand_over):
    begin()
    begin(kind="social", title="子ども食堂", field="children", started_on=date(2015, 4, 1))
    hand_over(yen=300_000)

    found = desk.get(f"{BASE}venture/export/xlsx/?kind=social")
    rows = list(workbooks.read_rows(b"".join(found.streaming_content)))
    projects = desk.get(f"{BASE}commissionedproject/export/csv/")

    assert rows[0][:3] == ["名称", "種類", "分野"]
    assert [row[0] for row in rows[1:]] == ["子ども食堂"]
    assert "300000" in b"".join(projects.streaming_content).decode("utf-8-sig")


def test_lists_cost_the_same_for_any_number_of_rows(desk, begin, hand_over):
    def cost() -> list[int]:
        counted = []
        for model in ("operator", "venture", "commissionedproject"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                text_of(desk.get(f"{BASE}{model}/"))
            counted.append(len(queries))
        return counted

    begin()
    hand_over()
    cost()
    one = cost()
    for number in range(5):
        begin(title=f"CB {number}")
        hand_over(title=f"業務 {number}")

    assert cost() == one
