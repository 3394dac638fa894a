"""市民局 reads 24 wards and asks them to move results; the wards' own rules decide."""

from http import HTTPStatus

import pytest

from kpis.catalog.models import CityResult
from kpis.choices import EntryState
from kpis.models import Result
from kpis.reviewing import REVIEW
from kpis.services import open_fiscal_year
from kpis.tasks import RECOMPUTE
from osaka_kusei.citywide.review_requests import recent_requests
from osaka_kusei.citywide.reviewing import entry_matrix, entry_rows
from osaka_kusei.citywide.run_log import nightly_runs
from wards import clock
from wards.history import changes_of
from wards.jobs import ask_for, do_job
from wards.models import CityAccessEvent, Job, Ward

REVIEW_KITA = "/admin/review/kita/?fiscal_year=2017"


@pytest.fixture
def results_of_kita(enter):
    """北区's year: two confirmed by the ward, one handed in, one draft, the rest empty."""
    enter("kita")
    open_fiscal_year(2017)
    states = [EntryState.WARD_CONFIRMED] * 2 + [EntryState.SUBMITTED, EntryState.DRAFT]
    for result, state in zip(Result.objects.for_fiscal_year(2017), states, strict=False):
        Result.objects.filter(pk=result.pk).update(actual=40, state=state)
    enter("osaka")


@pytest.fixture
def desk(city_officer, sign_in, results_of_kita):
    """The browser of a member of 市民局."""
    return sign_in(city_officer, "osaka")


def test_the_start_page_leads_to_the_figures_of_cases_and_the_rules_of_the_city(desk):
    page = desk.get("/admin/").content.decode()

    assert "24区の相談・要望" in page
    assert "受付 <strong>0件</strong>" in page
    assert 'href="/consultations/"' in page
    assert 'href="/admin/consultation_city/deadlinerule/"' in page


def wish(move: str, **more) -> dict:
    return {"fiscal_year": 2017, "move": move, "scope": "all", "token": "one-view", **more}


def do_the_job(enter) -> Job:
    """Let a worker of 北区 do what was asked for."""
    ward = enter("kita")
    number = Job.objects.get(ward=ward, name=REVIEW, state=Job.State.WAITING).pk
    row = do_job(number)
    row.refresh_from_db()
    return row


def states_in_kita(enter) -> list[str]:
    enter("kita")
    return list(Result.objects.for_fiscal_year(2017).values_list("state", flat=True)[:4])


def test_a_request_moves_only_what_stands_where_the_move_begins(desk, enter):
    response = desk.post(REVIEW_KITA, wish("confirm_by_city"), follow=True)
    assert "処理中です。" in response.content.decode()

    row = do_the_job(enter)

    assert row.result == {"rows": 2, "changed": 2, "refused": []}
    assert states_in_kita(enter) == ["city_confirmed", "city_confirmed", "submitted", "draft"]
    page = desk.get(response.redirect_chain[-1][0]).content.decode()
    assert "北区「市として確認する」：<strong>完了</strong>" in page
    assert "2件を動かしました。" in page


def test_each_refusal_is_told_with_its_reason(desk, enter):
    response = desk.post(
        REVIEW_KITA, wish("confirm_by_city", scope="chosen", indicator=["1-1-a", "1-2-b"])
    )

    row = do_the_job(enter)

    assert row.result["changed"] == 1
    page = desk.get(response["Location"]).content.decode()
    assert "入力状態が「提出」のため、「市として確認する」ことはできません。" in page


def test_sending_back_needs_a_reason_which_the_ward_reads(desk, enter):
    response = desk.post(REVIEW_KITA, wish("send_back_by_city"), follow=True)
    assert "「区に差し戻す」には、理由を入力してください。" in response.content.decode()
    assert not Job.objects.filter(name=REVIEW).exists()

    desk.post(REVIEW_KITA, wish("send_back_by_city", reason="回答者数を確かめてください。"))
    do_the_job(enter)

    assert states_in_kita(enter) == ["sent_back", "sent_back", "sent_back", "draft"]
    assert Result.objects.for_fiscal_year(2017).first().state_reason == (
        "回答者数を確かめてください。"
    )


def test_the_wards_history_names_who_of_the_city_moved_a_value(desk, enter, city_officer):
    desk.post(REVIEW_KITA, wish("confirm_by_city"))
    do_the_job(enter)

    latest = changes_of(Result.objects.for_fiscal_year(2017).first())[0]

    assert latest.who == f"市民局の確認（市民局 {city_officer.name}の依頼）"


def test_a_final_value_is_reopened_with_a_reason(desk, enter):
    enter("kita")
    Result.objects.filter(state=EntryState.WARD_CONFIRMED).update(state=EntryState.FINAL)
    enter("osaka")

    desk.post(REVIEW_KITA, wish("reopen", reason="区から訂正の申し出がありました。"))
    do_the_job(enter)

    assert states_in_kita(enter)[:2] == ["sent_back", "sent_back"]


def test_a_second_click_asks_once_and_another_wish_asks_again(desk):
    for _ in range(2):
        desk.post(REVIEW_KITA, wish("confirm_by_city"))
    assert Job.objects.filter(name=REVIEW).count() == 1

    desk.post(REVIEW_KITA, wish("finalize"))
    assert Job.objects.filter(name=REVIEW).count() == 2


def test_the_latest_request_to_a_ward_stands_first_with_its_reason(desk):
    desk.post(REVIEW_KITA, wish("confirm_by_city"))
    desk.post(REVIEW_KITA, wish("send_back_by_city", reason="内訳を書いてください。"))

    latest, first = recent_requests("kita")

    assert (latest.label, latest.reason) == ("区に差し戻す", "内訳を書いてください。")
    assert first.label == "市として確認する"


def test_several_wards_are_asked_at_once(desk):
    desk.post("/admin/review/", wish("confirm_by_city", ward=["kita", "nishi"]))

    slugs = Job.objects.filter(name=REVIEW).values_list("ward__slug", flat=True)
    assert set(slugs) == {"kita", "nishi"}


def test_no_ward_no_move_and_no_such_indicator_are_refused(desk):
    def answer(address, data) -> str:
        return desk.post(address, data, follow=True).content.decode()

    assert "区を選んでください。" in answer("/admin/review/", wish("confirm_by_city"))
    assert "行う操作を選んでください。" in answer(REVIEW_KITA, wish("submit"))
    assert "成果指標を選ぶか" in answer(REVIEW_KITA, wish("finalize", scope="chosen"))
    assert "この年度にない成果指標" in answer(
        REVIEW_KITA, wish("finalize", scope="chosen", indicator="9-9-z")
    )
    assert not Job.objects.filter(name=REVIEW).exists()


def test_a_ward_that_does_not_exist_is_refused_instead_of_left_out(desk):
    asked = wish("finalize", ward=["kita", "zz"])

    page = desk.post("/admin/review/", asked, follow=True).content.decode()

    assert "選ばれた区のうち、ないものがあります。" in page
    assert not Job.objects.filter(name=REVIEW).exists()


def test_the_same_wish_for_another_year_is_another_wish(desk):
    for year in (2016, 2017):
        desk.post(REVIEW_KITA, wish("finalize", fiscal_year=year))

    years = {job.arguments["fiscal_year"] for job in Job.objects.filter(name=REVIEW)}
    assert years == {2016, 2017}


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ("all", "対象は「すべての成果指標」です。"),
        (None, "対象を選んでください。"),
        ("everything", "対象を選んでください。"),
    ],
)
def test_ticked_indicators_never_move_the_whole_ward(desk, enter, scope, sentence):
    asked = wish("finalize", indicator=["1-1-a"], scope=scope)
    asked = {name: value for name, value in asked.items() if value is not None}

    page = desk.post(REVIEW_KITA, asked, follow=True).content.decode()

    assert sentence in page
    assert not Job.objects.filter(name=REVIEW).exists()


def test_a_move_of_a_ward_cannot_be_smuggled_into_a_job(desk, enter, city_officer):
    kita = Ward.objects.get(slug="kita")
    row = ask_for(
        kita,
        REVIEW,
        day=clock.today(),
        arguments={"move": "submit", "fiscal_year": 2017},
        actor=city_officer,
    )
    enter("kita")

    with pytest.raises(ValueError, match="no move of the city"):
        do_job(row.pk)

    assert states_in_kita(enter)[3] == "draft"


def test_a_viewer_of_the_city_reads_and_moves_nothing(hire, sign_in, results_of_kita):
    reader = sign_in(hire("osaka", "city_viewer"), "osaka")

    assert "行うこと" not in reader.get(REVIEW_KITA).content.decode()
    assert reader.post(REVIEW_KITA, wish("confirm_by_city")).status_code == HTTPStatus.FORBIDDEN
    assert not Job.objects.filter(name=REVIEW).exists()


def test_the_matrix_has_24_lines_in_official_order_and_counts_what_is_handed_in(
    results_of_kita, city
):
    lines = entry_matrix(2017)

    assert [line.ward for line in lines[:3]] == ["北区", "都島区", "福島区"]
    assert len(lines) == 24
    assert lines[0].handed_in == 3
    assert [cell.mark.word for cell in lines[0].cells[:5]] == [
        "区確認", "区確認", "提出", "入力中", "未入力",
    ]  # fmt: skip
    assert {cell.mark.word for cell in lines[1].cells} == {"年度が開かれていません"}


def test_a_draft_shows_the_city_nothing_but_that_it_is_one(results_of_kita, city):
    rows = entry_rows("kita", 2017)

    assert rows[0].value == "40.0％"
    assert (rows[3].value, rows[3].mark.word) == ("提出前", "入力中")


def test_a_year_outside_the_policy_or_an_unknown_ward_is_not_found(desk):
    assert desk.get("/admin/review/?fiscal_year=2031").status_code == HTTPStatus.NOT_FOUND
    assert desk.get("/admin/review/?fiscal_year=ことし").status_code == HTTPStatus.NOT_FOUND
    assert desk.get("/admin/review/sakai/").status_code == HTTPStatus.NOT_FOUND
    assert desk.get("/admin/review/osaka/").status_code == HTTPStatus.NOT_FOUND


def test_the_review_page_links_each_ward_to_its_own_host(desk):
    page = desk.get("/admin/review/?fiscal_year=2017").content.decode()

    assert "//kita.localhost/kpis/?fiscal_year=2017" in page


# --- The run log --------------------------------------------------------------------------------


@pytest.fixture
def operators_desk(hire, sign_in, city):
    return sign_in(hire("osaka", "operator"), "osaka")


def job_of(slug: str, state: str, **more) -> Job:
    row = ask_for(Ward.objects.get(slug=slug), RECOMPUTE, day=clock.today())
    Job.objects.filter(pk=row.pk).update(state=state, attempt=1, **more)
    return row


def test_the_run_log_has_25_rows_with_failures_first(city):
    job_of("kita", Job.State.DONE, result={"rows": 34, "changed": 2}, seconds=0.4)
    job_of("nishi", Job.State.FAILED, error="DataError: 桁あふれ")
    job_of("chuo", Job.State.RUNNING)

    runs = nightly_runs(clock.today())

    assert runs[0].reason == "処理の途中でエラーが起きました。"
    assert runs[0].detail == "DataError: 桁あふれ"
    assert len(runs) == 25
    assert [(run.ward, run.word) for run in runs[:2]] == [("西区", "失敗"), ("中央区", "実行中")]
    assert runs[-1].ward == "北区"
    assert (runs[-1].rows, runs[-1].changed) == (34, 2)


def test_an_operator_runs_a_failed_ward_again(operators_desk):
    row = job_of("nishi", Job.State.FAILED, error="DataError: 桁あふれ")
    assert "DataError: 桁あふれ" in operators_desk.get("/admin/runs/").content.decode()

    operators_desk.post("/admin/runs/again/", {"ward": "nishi"})

    row.refresh_from_db()
    assert (row.state, row.error) == (Job.State.WAITING, "")


def test_a_ward_without_a_row_can_be_run_and_an_unknown_one_cannot(operators_desk):
    operators_desk.post("/admin/runs/again/", {"ward": "chuo"})

    assert Job.objects.filter(ward__slug="chuo", name=RECOMPUTE).exists()
    response = operators_desk.post("/admin/runs/again/", {"ward": "sakai"})
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_member_of_the_city_reads_the_log_and_starts_nothing(desk):
    job_of("nishi", Job.State.FAILED, error="OperationalError: server closed the connection")
    page = desk.get("/admin/runs/").content.decode()
    assert "データベースとの接続が切れました。" in page
    assert "もう一度" not in page
    assert "OperationalError" not in page
    response = desk.post("/admin/runs/again/", {"ward": "nishi"})
    assert response.status_code == HTTPStatus.FORBIDDEN


def test_an_empty_day_says_so_and_an_old_one_is_not_found(operators_desk):
    assert "まだ登録されていません" in operators_desk.get("/admin/runs/").content.decode()
    assert operators_desk.get("/admin/runs/?day=2020-01-01").status_code == HTTPStatus.NOT_FOUND
    assert operators_desk.get("/admin/runs/?day=きのう").status_code == HTTPStatus.NOT_FOUND


# --- Files and the city's own result ------------------------------------------------------------


@pytest.mark.parametrize("report", ["table1", "table2", "results"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_report_is_given_as_a_file_and_noted(desk, report, kind, city_officer):
    response = desk.get(f"/admin/downloads/{report}/{kind}/?fiscal_year=2016")

    assert response.status_code == HTTPStatus.OK
    assert "attachment" in response["Content-Disposition"]
    assert b"".join(response.streaming_content)
    event = CityAccessEvent.objects.get()
    assert (event.user, event.what, event.detail["format"]) == (city_officer, "export", kind)
    assert event.about.endswith("（平成28年度）")
    assert event.detail["rows"] > 0


def test_an_unknown_file_is_not_found(desk):
    assert desk.get("/admin/downloads/table3/csv/").status_code == HTTPStatus.NOT_FOUND
    assert desk.get("/admin/downloads/table1/pdf/").status_code == HTTPStatus.NOT_FOUND


CITY_ENTRY = "/admin/kpi_catalog/cityresult/entry/2017/1-3-a/"


def test_the_citys_own_result_goes_from_entry_to_final_and_back(desk):
    desk.post(CITY_ENTRY, {"actual": "１", "note": ""})
    result = CityResult.objects.get(fiscal_year=2017)
    assert (result.actual, result.state) == (1, EntryState.DRAFT)

    for step, state in (
        ("submit", EntryState.SUBMITTED),
        ("finalize", EntryState.FINAL),
    ):
        desk.post(CITY_ENTRY, {"step": step})
        result.refresh_from_db()
        assert result.state == state
    page = desk.post(CITY_ENTRY, {"actual": "0"}, follow=True).content.decode()
    assert "編集不可" in page
    result.refresh_from_db()
    assert result.actual == 1

    desk.post(CITY_ENTRY, {"step": "reopen"})
    result.refresh_from_db()
    assert result.state == EntryState.FINAL
    desk.post(CITY_ENTRY, {"step": "reopen", "reason": "訂正のため"})
    result.refresh_from_db()
    assert (result.state, result.state_reason) == (EntryState.SENT_BACK, "訂正のため")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2", "立ち上げた場合は1、立ち上げていない場合は0を入力してください"),
        ("NaN", "数値ではありません。"),
        ("済", "数値として読み取れません。"),
    ],
)
def test_the_citys_own_result_obeys_the_same_rules_of_entry(desk, typed, sentence):
    page = desk.post(CITY_ENTRY, {"actual": typed}).content.decode()

    assert sentence in page
    assert not CityResult.objects.exists()


def test_a_save_does_not_undo_what_others_did_to_the_citys_own_result_meanwhile(desk):
    opened = desk.get(CITY_ENTRY).context["form"]["version"].value()
    desk.post(CITY_ENTRY, {"actual": "1", "version": opened})

    late = desk.post(CITY_ENTRY, {"actual": "0", "version": opened})
    page = desk.post(CITY_ENTRY, {"step": "submit", "version": opened}, follow=True)

    assert "ほかの人が変更しました" in late.content.decode()
    assert "ほかの人が変更しました" in page.content.decode()
    result = CityResult.objects.get()
    assert (result.actual, result.state) == (1, EntryState.DRAFT)
    again = late.context["form"]["version"].value()
    desk.post(CITY_ENTRY, {"actual": "0", "version": again})
    result.refresh_from_db()
    assert result.actual == 0


def test_an_indicator_of_the_wards_has_no_result_of_the_city(desk):
    address = "/admin/kpi_catalog/cityresult/entry/2017/1-1-a/"
    assert desk.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_start_page_tells_the_city_what_waits(desk):
    page = desk.get("/admin/").content.decode()

    assert "平成29年度の実績が、市としての確認を待っています（北区）。" in page
    assert "平成29年度の全市の実績が未入力です。" in page
    assert "まだ何も提出していない区　<strong>23区</strong>" in page
