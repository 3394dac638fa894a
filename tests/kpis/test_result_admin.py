"""The ward's staff screens, asked over HTTP as the people of a ward office."""

import re
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from kpis.catalog.models import Indicator
from kpis.choices import EntryState
from kpis.jobs import RECOMPUTE
from kpis.models import Result
from kpis.services import enter_result, move_result, open_fiscal_year
from wards import clock
from wards.history import last_change_number
from wards.models import Job

LIST, GRID = "/admin/kpis/result/", "/admin/kpis/result/grid/?fiscal_year=2016"
RECOMPUTE_URL = "/admin/kpis/result/recompute/"


@pytest.fixture
def year_2016(kita):
    """北区's seventeen results of 2016, all empty."""
    open_fiscal_year(2016)
    return {result.indicator.code: result for result in Result.objects.with_indicator()}


@pytest.fixture
def result(year_2016):
    """The empty result of 1(1)㋐."""
    return year_2016["1-1-a"]


@pytest.fixture
def officer(kita_officer, sign_in):
    """A browser in which 北区's officer is signed in."""
    return sign_in(kita_officer, "kita")


@pytest.fixture
def manager(kita_manager, sign_in):
    """A browser in which 北区's 区課長 is signed in."""
    return sign_in(kita_manager, "kita")


@pytest.fixture
def person(hire, sign_in):
    """Sign a person of a role in at 北区: `person("viewer")`."""
    return lambda role: sign_in(hire("kita", role), "kita")


def page_of(result) -> str:
    return f"/admin/kpis/result/{result.pk}/change/"


def typed(result, **values) -> dict:
    """What the entry form sends."""
    fields = {
        "actual": "",
        "respondents": "",
        "implementation": "all_done",
        "reference_note": "",
        "note": "",
    }
    return {**fields, "version": last_change_number(result), **values}


def submitted(result, actor, actual="47.6"):
    enter_result(
        result,
        actor=actor,
        actual=Decimal(actual),
        respondents=555,
        implementation="all_done",
    )
    return move_result(result, "submit", actor=actor, permissions={"kpis.submit_result"})


def text_of(response) -> str:
    return response.content.decode()


def messages_after(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- who may what ---


@pytest.mark.parametrize(
    ("role", "listed", "page", "grid", "entering", "recomputing"),
    [
        ("viewer", 200, 200, 200, 403, 403),
        ("officer", 200, 200, 200, 302, 403),
        ("manager", 200, 200, 200, 302, 302),
        ("ward_mayor", 200, 200, 200, 403, 403),
        ("office_clerk", 200, 200, 200, 403, 403),
        ("judge", 403, 403, 403, 403, 403),
    ],
)
def test_each_role_finds_exactly_the_screens_it_may_use(
    person, result, role, listed, page, grid, entering, recomputing
):
    browser = person(role)

    assert browser.get(LIST).status_code == listed
    assert browser.get(page_of(result)).status_code == page
    assert browser.get(GRID).status_code == grid
    assert browser.post(page_of(result), typed(result, actual="40")).status_code == entering
    assert browser.post(RECOMPUTE_URL).status_code == recomputing


@pytest.mark.parametrize("role", ["viewer", "officer", "manager", "ward_mayor", "judge"])
def test_everyone_who_works_here_has_a_start_page(person, year_2016, role):
    response = person(role).get("/admin/")

    assert response.status_code == HTTPStatus.OK
    assert "わたしの仕事" in text_of(response)


def test_a_forbidden_action_tells_its_reason_in_words(person, result):
    response = person("viewer").post(page_of(result), typed(result, actual="40"))

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "あなたの役割では、実績を入力できません。" in text_of(response)
    assert "北区役所" in text_of(response)


def test_a_member_of_the_city_office_does_not_get_into_a_ward(city_officer, client_at, year_2016):
    browser = client_at("kita")

    answer = browser.post(
        "/admin/login/", {"username": city_officer.email, "password": "kita-no-hanako-2026"}
    )

    assert "この区に所属していること" in text_of(answer)
    assert "/admin/login/" in browser.get(LIST).headers["Location"]


def test_a_number_that_this_ward_does_not_have_is_not_found(officer, result):
    for address in ("change/", "history/", ""):
        response = officer.get(f"/admin/kpis/result/99999999/{address}", follow=True)

        assert response.status_code == HTTPStatus.NOT_FOUND


def test_results_are_neither_added_nor_deleted_by_hand(manager, result):
    assert manager.get("/admin/kpis/result/add/").status_code == HTTPStatus.NOT_FOUND
    assert manager.post(f"/admin/kpis/result/{result.pk}/delete/").status_code == 403
    assert "削除" not in text_of(manager.get(page_of(result)))


# --- the list ---


def test_the_list_is_titled_as_offices_title_lists(officer, year_2016):
    page = text_of(officer.get(LIST))

    assert "<h1>指標の実績一覧</h1>" in page
    assert "変更する" not in page
    assert "平成28年度" in page


def test_the_list_tells_missing_not_applicable_and_zero_apart(officer, year_2016, kita_officer):
    enter_result(year_2016["1-3-b"], actor=kita_officer, actual=Decimal(0))
    enter_result(year_2016["1-4-b"], actor=kita_officer, actual=Decimal("58.2"))
    from kpis.entry_rules import NOT_APPLICABLE

    enter_result(year_2016["1-3-a"], actor=kita_officer, actual=NOT_APPLICABLE)

    values = {
        row.indicator.code: officer.get(LIST).context["cl"].model_admin.value_column(row)
        for row in officer.get(LIST).context["cl"].result_list
    }

    assert values["1-3-b"] == "実績0"
    assert values["1-4-b"] == "58.2％"
    assert values["1-3-a"] == "該当なし"
    assert values["2-3-b"] == "未入力"


def test_sent_back_results_stand_first(officer, manager, year_2016, kita_officer, kita_manager):
    last = year_2016["2-3-b"]
    submitted(last, kita_officer)
    move_result(
        last,
        "send_back",
        actor=kita_manager,
        permissions={"kpis.send_back_result"},
        reason="回答者数を確かめてください。",
    )

    listed = officer.get(LIST).context["cl"].result_list

    assert listed[0].pk == last.pk


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("fiscal_year=2016", 17),
        ("fiscal_year=2015", 0),
        ("fiscal_year=all", 17),
        ("fiscal_year=平成", 0),
        ("fiscal_year=2016&missing=no", 1),
        ("fiscal_year=2016&state=submitted", 1),
        ("fiscal_year=2016&pillar=2", 9),
        ("fiscal_year=2016&status=none", 17),
        ("fiscal_year=2016&reference=yes", 0),
        ("fiscal_year=2016&q=覆面調査", 1),
    ],
)
def test_the_list_can_be_filtered(officer, result, kita_officer, query, count):
    submitted(result, kita_officer)

    assert officer.get(f"{LIST}?{query}").context["cl"].result_count == count


def test_the_list_asks_a_fixed_number_of_questions(
    officer, year_2016, django_assert_max_num_queries
):
    open_fiscal_year(2015)
    open_fiscal_year(2017)
    officer.get(LIST)

    with django_assert_max_num_queries(11):
        officer.get(f"{LIST}?fiscal_year=all")


def test_totals_count_what_is_listed(officer, year_2016, kita_officer):
    submitted(year_2016["1-1-a"], kita_officer)

    assert officer.get(LIST).context["totals"]["missing"] == 16


# --- one result ---


def test_an_officer_enters_a_value_in_full_width_digits(officer, result):
    response = officer.post(page_of(result), typed(result, actual="４７．６", respondents="５５５"))

    assert response.status_code == HTTPStatus.FOUND
    result.refresh_from_db()
    assert (result.actual, result.respondents) == (Decimal("47.6"), 555)


def test_not_applicable_is_typed_as_a_word(officer, result):
    officer.post(page_of(result), typed(result, actual="該当なし", note="調査なし"))

    result.refresh_from_db()
    assert result.not_applicable
    assert result.actual is None


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        ("101", "割合は100％を超えることができません（入力値：101％）。"),
        ("-1", "実績値に負の値は入力できません。"),
        ("NaN", "実績値「NaN」は数値ではありません。"),
        ("約50", "実績値「約50」は数値として読み取れません。"),
    ],
)
def test_a_refused_value_is_explained_and_kept_in_the_field(officer, result, actual, sentence):
    response = officer.post(page_of(result), typed(result, actual=actual))

    assert response.status_code == HTTPStatus.OK
    assert sentence in text_of(response)
    assert f'value="{actual}"' in text_of(response)
    result.refresh_from_db()
    assert result.actual is None


def test_a_question_does_not_stop_the_officer(officer, result):
    response = officer.post(
        page_of(result), typed(result, actual="47.6", implementation="partly_done"), follow=True
    )

    assert "保存しました。" in messages_after(response)
    assert "理由を、備考に記入してください。" in text_of(response)
    assert "400名未満の場合は参考数値となるため" in text_of(response)


def test_saving_without_a_change_writes_no_history(officer, result):
    before = last_change_number(result)

    response = officer.post(page_of(result), typed(result, implementation=""), follow=True)

    assert "変更はありませんでした。" in messages_after(response)
    assert last_change_number(result) == before


def test_a_submitted_value_is_shown_but_not_typed_over(officer, result, kita_officer):
    submitted(result, kita_officer)

    page = text_of(officer.get(page_of(result)))
    response = officer.post(page_of(result), typed(result, actual="50"))

    assert "編集不可" in page
    assert 'name="actual"' not in page
    assert "入力状態が「提出」の実績は変更できません。" in text_of(response)
    result.refresh_from_db()
    assert result.actual == Decimal("47.6")


def test_the_second_of_two_officers_is_told_what_changed_meanwhile(officer, result, person):
    seen = last_change_number(result)
    colleague = person("officer")
    colleague.post(page_of(result), typed(result, actual="40"))

    mine = typed(result, actual="45", version=seen)
    response = officer.post(page_of(result), mine)

    assert "ほかの人がこの実績を変更しました" in text_of(response)
    assert "「（空欄）」→「40」" in text_of(response)
    result.refresh_from_db()
    assert result.actual == Decimal(40)

    shown_now = response.context["form"].data["version"]
    officer.post(page_of(result), {**mine, "version": shown_now})

    result.refresh_from_db()
    assert result.actual == Decimal(45)


def test_the_nightly_judgement_is_no_change_by_another_person(officer, manager, result):
    seen = last_change_number(result)
    officer.post(page_of(result), typed(result, actual="40"))
    seen = last_change_number(result)
    manager.post(RECOMPUTE_URL)

    officer.post(page_of(result), typed(result, actual="41", version=seen))

    result.refresh_from_db()
    assert result.actual == Decimal(41)


def test_a_manager_confirms_only_what_the_page_had_shown(manager, officer, result, kita_officer):
    submitted(result, kita_officer)
    seen = last_change_number(result)
    manager.post(page_of(result), {"move": "send_back", "reason": "確かめて", "version": seen})
    officer.post(page_of(result), typed(result, actual="48", respondents="555", move="submit"))

    response = manager.post(
        page_of(result), {"move": "confirm_by_ward", "version": seen}, follow=True
    )

    assert "ほかの人が変更しました" in messages_after(response)
    result.refresh_from_db()
    assert result.state == EntryState.SUBMITTED


def test_a_result_goes_from_the_desk_to_the_confirmation_and_its_history_tells_it(
    officer, manager, result
):
    page = page_of(result)
    refused = officer.post(page, typed(result, move="submit"), follow=True)
    assert "未入力の実績は提出できません。" in messages_after(refused)

    officer.post(page, typed(result, actual="47.6", respondents="555", move="submit"))
    result.refresh_from_db()
    assert result.state == EntryState.SUBMITTED

    refused = manager.post(page, {"move": "send_back", "reason": " "}, follow=True)
    assert "理由を入力してください。" in messages_after(refused)
    manager.post(page, {"move": "send_back", "reason": "回答者数を確かめてください。"})
    start = text_of(officer.get("/admin/"))
    assert "差し戻されています" in start
    assert "回答者数を確かめてください。" in start

    officer.post(page, typed(result, actual="47.6", respondents="556", move="submit"))
    manager.post(page, {"move": "confirm_by_ward"})
    result.refresh_from_db()
    assert result.state == EntryState.WARD_CONFIRMED
    assert result.respondents == 556

    for address in (page, f"/admin/kpis/result/{result.pk}/history/"):
        history = text_of(officer.get(address))
        assert "北野 花子" in history
        assert "<del>555</del> → <ins>556</ins>" in history
        assert "<del>提出</del> → <ins>差戻し</ins>" in history
        assert "回答者数を確かめてください。" in history


@pytest.mark.parametrize(
    ("role", "move"),
    [
        ("officer", "confirm_by_ward"),
        ("officer", "send_back"),
        ("ward_mayor", "submit"),
        ("manager", "confirm_by_city"),
        ("manager", "finalize"),
        ("viewer", "submit"),
    ],
)
def test_a_step_that_is_not_the_persons_is_forbidden(person, result, kita_officer, role, move):
    submitted(result, kita_officer)

    response = person(role).post(page_of(result), {"move": move, "reason": "理由"})

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "ことはできません。" in text_of(response)
    result.refresh_from_db()
    assert result.state == EntryState.SUBMITTED


def test_a_ward_mayor_confirms(person, result, kita_officer):
    submitted(result, kita_officer)

    person("ward_mayor").post(page_of(result), {"move": "confirm_by_ward"})

    result.refresh_from_db()
    assert result.state == EntryState.WARD_CONFIRMED


def test_an_unknown_step_is_not_found(officer, result):
    response = officer.post(page_of(result), {"move": "burn"})

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_one_result_asks_a_fixed_number_of_questions(
    officer, result, kita_officer, django_assert_max_num_queries
):
    submitted(result, kita_officer)

    with django_assert_max_num_queries(14):
        officer.get(page_of(result))


def test_a_reason_that_cannot_be_stored_is_refused_in_words(manager, result, kita_officer):
    submitted(result, kita_officer)
    reason = "あ" * 301

    response = manager.post(page_of(result), {"move": "send_back", "reason": reason}, follow=True)

    assert "理由は300字以内の文章で入力してください。" in messages_after(response)
    result.refresh_from_db()
    assert result.state == EntryState.SUBMITTED


@pytest.mark.parametrize("field", ["actual", "respondents", "note", "implementation", "version"])
def test_nonsense_in_a_field_is_no_server_error(officer, result, field):
    for nonsense in ("9" * 40, "9" * 5_000, "選択肢にない値", "1e400"):
        response = officer.post(page_of(result), typed(result, **{field: nonsense}))

        assert response.status_code in {HTTPStatus.OK, HTTPStatus.FOUND}


@pytest.mark.parametrize(
    "query",
    ["state=x", "p=x", "o=99", "missing=x", "pillar=99", "unknown=1", "status=x"],
)
def test_nonsense_in_the_address_of_the_list_is_no_server_error(officer, year_2016, query):
    assert officer.get(f"{LIST}?{query}", follow=True).status_code == HTTPStatus.OK


def test_a_changed_value_waits_for_its_judgement(officer, manager, result):
    officer.post(page_of(result), typed(result, actual="47.6", respondents="555"))
    manager.post(RECOMPUTE_URL)
    assert "95.2％" in text_of(officer.get(page_of(result)))

    officer.post(page_of(result), typed(result, actual="48", respondents="555"))

    page = text_of(officer.get(page_of(result)))
    assert "95.2％" not in page.split("変更の履歴")[0]
    assert "算定待ち" in page
    assert "算定待ち" in text_of(officer.get(LIST))


@pytest.mark.parametrize(
    "change",
    [{"actual": "該当なし"}, {"respondents": "380"}, {"reference_note": "設問が異なるため"}],
)
def test_a_changed_input_leaves_the_counts_until_it_is_judged(officer, manager, result, change):
    typed_first = {"actual": "47.6", "respondents": "555"}
    officer.post(page_of(result), typed(result, **typed_first))
    manager.post(RECOMPUTE_URL)

    officer.post(page_of(result), typed(result, **(typed_first | change)))

    result.refresh_from_db()
    assert (result.status, result.counted, result.progress_rate, result.rule) == (
        "",
        False,
        None,
        None,
    )
    assert result.computed_at is None
    assert result.awaits_judgement is ("actual" not in change)


def test_a_comment_does_not_touch_the_judgement(officer, manager, result):
    officer.post(page_of(result), typed(result, actual="47.6", respondents="555"))
    manager.post(RECOMPUTE_URL)

    officer.post(
        page_of(result), typed(result, actual="47.6", respondents="555", note="確かめた。")
    )

    result.refresh_from_db()
    assert result.counted


# --- bulk actions ---


def test_every_fault_is_named_at_once_and_its_field_once(officer, result):
    page = text_of(officer.post(page_of(result), typed(result, actual="八十", respondents="－５")))

    assert "<title>エラー：" in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert "実績値「八十」は数値として読み取れません" in page
    assert "回答者数に負の値は入力できません" in page
    assert "実績値：実績値" not in page
    assert "回答者数：回答者数" not in page


def test_the_grid_names_every_fault_and_its_field_once(officer, year_2016):
    typed_in = {"1-1-a-actual": "八十", "1-1-a-respondents": "－５", "1-2-a-note": "\x01"}
    page = text_of(officer.post(GRID, grid_of(officer, **typed_in)))

    assert "1(1)㋐ 実績値「八十」は数値として読み取れません" in page
    assert "1(1)㋐ 回答者数に負の値は入力できません" in page
    assert "1(2)㋐ 備考：目に見えない制御文字など" in page
    assert "実績値：実績値" not in page


def test_a_text_that_the_files_would_refuse_is_refused_on_screen(officer, result):
    response = officer.post(
        page_of(result), typed(result, note="a\x01b", reference_note="\u202e逆さ")
    )

    assert text_of(response).count("目に見えない制御文字などが含まれています") >= 2
    result.refresh_from_db()
    assert (result.note, result.reference_note) == ("", "")


@pytest.mark.parametrize("number", ["abc", "9" * 30, "\x00"])
def test_a_bulk_action_on_no_row_is_a_bad_request(officer, year_2016, number):
    response = officer.post(
        LIST, {"action": "submit_selected", "index": "0", "_selected_action": number}
    )

    assert response.status_code == HTTPStatus.BAD_REQUEST


def bulk(action: str, *results, **more) -> dict:
    return {"action": action, "index": "0", "_selected_action": [r.pk for r in results], **more}


def test_a_bulk_action_moves_what_it_can_and_tells_why_the_rest_stayed(
    officer, year_2016, kita_officer
):
    good, empty = year_2016["1-1-a"], year_2016["1-2-a"]
    enter_result(
        good,
        actor=kita_officer,
        actual=Decimal(40),
        respondents=412,
        implementation="all_done",
    )

    response = officer.post(LIST, bulk("submit_selected", good, empty), follow=True)

    assert "1件の実績について「提出する」を行いました。" in messages_after(response)
    assert "未入力の実績は提出できません。" in messages_after(response)
    good.refresh_from_db()
    empty.refresh_from_db()
    assert (good.state, empty.state) == (EntryState.SUBMITTED, EntryState.DRAFT)


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("submitted", ["confirm_selected", "send_back_selected"]),
        ("draft", ["submit_selected"]),
        ("ward_confirmed", ["send_back_selected"]),
    ],
)
def test_the_bulk_menu_offers_what_can_be_done_with_the_states_shown(
    manager, year_2016, state, offered
):
    Result.objects.update(state=state)

    page = text_of(manager.get(LIST, {"state": state}))

    assert re.findall(r'<option value="(\w+_selected)"', page) == offered


def test_sending_back_in_bulk_asks_for_one_reason(manager, year_2016, kita_officer):
    chosen = [year_2016["1-1-a"], year_2016["1-2-a"]]
    for result in chosen:
        submitted(result, kita_officer)

    asked = manager.post(LIST, bulk("send_back_selected", *chosen))
    assert "差し戻す理由" in text_of(asked)
    refused = manager.post(
        LIST,
        {
            "action": "send_back_selected",
            "apply": "1",
            "reason": "",
            "_selected_action": [chosen[0].pk],
        },
    )
    assert "＊理由を入力してください。" in text_of(refused)
    manager.post(
        LIST,
        {
            "action": "send_back_selected",
            "apply": "1",
            "reason": "年度を確かめてください。",
            "_selected_action": [r.pk for r in chosen],
        },
    )

    assert set(
        Result.objects.filter(pk__in=[r.pk for r in chosen]).values_list("state", "state_reason")
    ) == {(EntryState.SENT_BACK, "年度を確かめてください。")}


def test_a_bulk_action_is_not_offered_to_those_who_may_not(officer, year_2016, kita_officer):
    result = year_2016["1-1-a"]
    submitted(result, kita_officer)

    offered = {
        name for name, _ in officer.get(LIST).context["action_form"].fields["action"].choices
    }
    officer.post(LIST, bulk("confirm_selected", result))

    assert offered == {"", "submit_selected"}
    result.refresh_from_db()
    assert result.state == EntryState.SUBMITTED


# --- the year's grid ---


def grid_of(client, **changes) -> dict:
    """What the grid would send back unchanged, and what is typed over it."""
    data = {}
    for row in client.get(GRID).context["rows"]:
        if row.form:
            for field in row.form:
                data[field.html_name] = field.value() if field.value() is not None else ""
    return data | changes


def test_the_grid_stores_every_row_that_was_typed(officer, year_2016):
    response = officer.post(
        GRID, grid_of(officer, **{"1-1-a-actual": "47.6", "1-3-b-actual": "２"}), follow=True
    )

    assert "2件を保存しました。" in messages_after(response)
    assert Result.objects.get(indicator__code="1-3-b").actual == 2


def test_one_bad_row_of_the_grid_stores_none(officer, year_2016):
    response = officer.post(
        GRID, grid_of(officer, **{"1-1-a-actual": "47.6", "2-3-a-2-actual": "5.1"})
    )

    assert "5.00点満点の点数です。" in text_of(response) or "5点満点の点数です。" in text_of(
        response
    )
    assert "どの行も保存していません" in text_of(response)
    assert not Result.objects.exclude(actual=None).exists()


def test_the_grid_does_not_overwrite_what_a_colleague_typed_in_another_row(
    officer, person, year_2016
):
    mine = grid_of(officer, **{"1-1-a-actual": "47.6"})
    colleague = person("officer")
    colleague.post(GRID, grid_of(colleague, **{"1-2-a-actual": "70"}))

    officer.post(GRID, mine)

    assert Result.objects.get(indicator__code="1-1-a").actual == Decimal("47.6")
    assert Result.objects.get(indicator__code="1-2-a").actual == 70


def test_the_grid_names_a_row_that_both_typed(officer, person, year_2016):
    mine = grid_of(officer, **{"1-1-a-actual": "47.6"})
    colleague = person("officer")
    colleague.post(GRID, grid_of(colleague, **{"1-1-a-actual": "45"}))

    response = officer.post(GRID, mine)

    assert "画面を開いたあとに、北野 花子が変更しました" in text_of(response)
    assert Result.objects.get(indicator__code="1-1-a").actual == 45


def test_a_row_submitted_meanwhile_stays_as_it_is(officer, year_2016, kita_officer):
    mine = grid_of(officer, **{"1-1-a-actual": "10", "1-2-a-actual": "70"})
    submitted(year_2016["1-1-a"], kita_officer)

    response = officer.post(GRID, mine)

    assert "状態が変わったため、入力できません" in messages_after(response)
    assert Result.objects.get(indicator__code="1-1-a").actual == Decimal("47.6")
    assert Result.objects.get(indicator__code="1-2-a").actual is None


def test_the_whole_year_is_submitted_at_once(officer, year_2016):
    response = officer.post(
        GRID,
        grid_of(
            officer,
            action="submit",
            **{
                "1-1-a-actual": "47.6",
                "1-1-a-respondents": "555",
                "1-1-a-implementation": "all_done",
                "1-2-a-actual": "70",
                "1-3-a-implementation": "all_done",
            },
        ),
        follow=True,
    )

    assert "2件を提出しました。" in messages_after(response)
    assert "回答者数を入力してから提出してください" in messages_after(response)
    assert "未入力の14件は提出していません。" in messages_after(response)


def test_an_officer_opens_a_year(officer, kita):
    assert "まだ始まっていません" in text_of(officer.get(GRID))

    officer.post(GRID, {"action": "open"})

    assert Result.objects.for_fiscal_year(2016).count() == Indicator.objects.count()


@pytest.mark.parametrize("year", ["2014", "2018", "abc"])
def test_a_year_without_policy_is_not_found(officer, kita, year):
    response = officer.get(f"/admin/kpis/result/grid/?fiscal_year={year}")

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_viewer_reads_the_grid_without_fields(person, year_2016):
    page = text_of(person("viewer").get(GRID))

    assert "見ることだけができます" in page
    assert 'name="1-1-a-actual"' not in page


def test_the_grid_asks_a_fixed_number_of_questions(
    officer, year_2016, django_assert_max_num_queries
):
    officer.get(GRID)

    with django_assert_max_num_queries(10):
        officer.get(GRID)


# --- the start page and the stamp ---


def test_the_start_page_counts_what_waits_for_an_officer(officer, year_2016, kita_officer):
    enter_result(year_2016["1-1-a"], actor=kita_officer, actual=Decimal(40))
    submitted(year_2016["1-2-a"], kita_officer)

    steps = {step.text: step.count for step in panel_of(officer)["steps"]}

    assert steps == {
        "平成28年度の実績が未入力です。": 15,
        "平成28年度の実績が入力済みで、提出を待っています。": 1,
    }


def test_each_step_leads_to_as_many_rows_as_it_names(manager, year_2016, kita_officer):
    enter_result(year_2016["1-1-a"], actor=kita_officer, actual=Decimal(40))
    submitted(year_2016["1-2-a"], kita_officer)

    for step in panel_of(manager)["steps"]:
        assert manager.get(step.url).context["cl"].result_count == step.count


def test_the_start_page_asks_a_fixed_number_of_questions(
    manager, year_2016, django_assert_max_num_queries
):
    manager.get("/admin/")

    # Results, notices, cases, councils and 区政会議: each panel asks a fixed number, however much waits.
    with django_assert_max_num_queries(27):
        manager.get("/admin/")


def panel_of(client) -> dict:
    panels = client.get("/admin/").context["panels"]
    return next(p["context"] for p in panels if p["template"] == "admin/kpis/my_work.html")


def test_a_manager_recomputes_now(manager, result, kita_officer):
    submitted(result, kita_officer)

    response = manager.post(RECOMPUTE_URL, follow=True)

    assert "17件を算定し、1件の判定が変わりました。" in messages_after(response)
    result.refresh_from_db()
    assert result.progress_rate == Decimal("95.2")
    assert panel_of(manager)["stamp"].warning == ""
    assert "進捗率の算定（北野 花子の依頼）" in text_of(manager.get(page_of(result)))


def test_an_old_stamp_is_a_warning(manager, year_2016):
    manager.post(RECOMPUTE_URL)
    Job.objects.update(last_done_at=clock.now() - timedelta(hours=27))

    assert "26時間を超えています" in panel_of(manager)["stamp"].warning


def test_a_failed_recompute_is_told_and_does_not_break_the_page(manager, year_2016, monkeypatch):
    from wards import jobs

    def fail(row):
        raise RuntimeError("broken")

    monkeypatch.setitem(jobs._works, RECOMPUTE, ("進捗率の算定", fail))

    response = manager.post(RECOMPUTE_URL, follow=True)

    assert response.status_code == HTTPStatus.OK
    assert "算定できませんでした" in messages_after(response)
    assert "直近の算定が失敗しました" in panel_of(manager)["stamp"].warning


# --- signing in and out ---


def test_the_login_page_asks_in_japanese_and_for_the_second_factor(client_at, kita):
    page = text_of(client_at("kita").get("/admin/login/"))

    assert "北区役所 職員ログイン" in page
    assert "メールアドレス" in page
    assert "確認コード" in page


def test_a_wrong_password_is_answered_in_words(client_at, kita_officer, kita):
    response = client_at("kita").post(
        "/admin/login/", {"username": kita_officer.email, "password": "wrong"}
    )

    assert "ログインできません。" in text_of(response)


def test_the_password_page_is_japanese_and_leaving_is_a_post(officer):
    assert "パスワードの変更" in text_of(officer.get(reverse("admin:password_change")))
    assert officer.get("/admin/logout/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert officer.post("/admin/logout/").status_code == HTTPStatus.OK
