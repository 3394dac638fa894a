"""From the desk to 確定: who may move a value where, and what every refusal says."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kpis import entry_states
from kpis.catalog.models import Indicator
from kpis.choices import EntryState
from kpis.entry_rules import NOT_APPLICABLE
from kpis.models import Result
from kpis.services import enter_result, move_result, recompute_results
from wards.roles import all_roles

OFFICER = all_roles()["officer"].permissions
MANAGER = all_roles()["manager"].permissions
CITY = all_roles()["city_officer"].permissions


@pytest.fixture
def result(kita):
    """An empty result of 1(1)㋐ in 北区."""
    return Result.objects.create(
        fiscal_year=2017,
        indicator=Indicator.objects.get(code="1-1-a"),
        implementation="all_done",
    )


def move(result, code, permissions, reason="", actor=None):
    """Move and return the new state."""
    return move_result(result, code, actor=actor, permissions=permissions, reason=reason).state


def test_a_value_walks_from_the_desk_to_final_and_back(result, kita_officer, kita_manager):
    enter_result(result, actor=kita_officer, actual=Decimal("41.5"), respondents=421)

    assert move(result, "submit", OFFICER, actor=kita_officer) == "submitted"
    assert move(result, "send_back", MANAGER, "回答者数を確かめてください。") == "sent_back"
    enter_result(result, actor=kita_officer, respondents=412)
    assert move(result, "submit", OFFICER) == "submitted"
    assert move(result, "confirm_by_ward", MANAGER, actor=kita_manager) == "ward_confirmed"
    assert move(result, "confirm_by_city", CITY) == "city_confirmed"
    assert move(result, "finalize", CITY) == "final"
    with pytest.raises(ValidationError, match="確定した実績は変更できません"):
        enter_result(result, actor=kita_officer, actual=Decimal(42))
    assert move(result, "reopen", CITY, "公表後に集計の誤りが見つかったため") == "sent_back"
    result.refresh_from_db()
    # What lies on the desk again has been confirmed by nobody; the history still knows who it was.
    assert (result.actual, result.respondents, result.confirmed_by) == (Decimal("41.5"), 412, None)
    assert result.events.filter(state="final", confirmed_by=kita_manager).exists()
    states = result.events.order_by("pgh_id").values_list("state", flat=True)
    assert list(dict.fromkeys(states)) == [
        "draft", "submitted", "sent_back", "ward_confirmed", "city_confirmed", "final",
    ]  # fmt: skip


@pytest.mark.parametrize("state", EntryState.values)
@pytest.mark.parametrize("code", entry_states.MOVES)
def test_a_move_is_offered_exactly_where_it_is_not_refused(state, code):
    move = entry_states.MOVES[code]
    offered = move in entry_states.moves_from(state, {move.permission})
    refused = entry_states.reasons_not_to_move(code, state=state, has_entry=True, reason="理由")

    assert offered is not bool(refused)


@pytest.mark.parametrize("code", ["send_back", "send_back_by_city", "reopen"])
@pytest.mark.parametrize("reason", ["", "  ", "　"])
def test_a_step_back_asks_for_a_reason(code, reason):
    state = next(iter(entry_states.MOVES[code].from_states))

    assert entry_states.reasons_not_to_move(code, state=state, has_entry=True, reason=reason) == [
        "理由を入力してください。"
    ]


def test_an_empty_value_is_not_handed_in(result):
    with pytest.raises(ValidationError, match="未入力の実績は提出できません"):
        move(result, "submit", OFFICER)


@pytest.mark.parametrize("actual", [Decimal(0), NOT_APPLICABLE])
def test_zero_and_not_applicable_are_entries(result, kita_officer, actual):
    enter_result(result, actor=kita_officer, actual=actual, respondents=412, note="対象なし。")

    assert result.value_label in {"実績0", "該当なし"}
    assert move(result, "submit", OFFICER) == "submitted"


def test_a_value_of_a_survey_is_handed_in_only_with_its_respondents(result, kita_officer):
    enter_result(result, actor=kita_officer, actual=Decimal("41.5"))

    with pytest.raises(ValidationError, match="回答者数を入力してから提出してください"):
        move(result, "submit", OFFICER)
    enter_result(result, actor=kita_officer, respondents=399)
    assert move(result, "submit", OFFICER) == "submitted"


def test_what_is_not_applicable_is_handed_in_without_respondents(result, kita_officer):
    enter_result(result, actor=kita_officer, actual=NOT_APPLICABLE, note="対象なし。")

    assert move(result, "submit", OFFICER) == "submitted"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"actual": NOT_APPLICABLE}, "「該当なし」とする理由を備考に"),
        (
            {"actual": Decimal(40), "implementation": "partly_done"},
            "一部だけを実施した理由を備考に",
        ),
        ({"actual": Decimal(40), "implementation": "not_done"}, "実施しなかった理由を備考に"),
    ],
)
def test_what_needs_a_reason_is_handed_in_only_with_one(result, kita_officer, values, sentence):
    enter_result(result, actor=kita_officer, respondents=412, note=" \n", **values)

    with pytest.raises(ValidationError, match=sentence):
        move(result, "submit", OFFICER)
    enter_result(result, actor=kita_officer, note="研修の回数が予定に届かなかった。")
    assert move(result, "submit", OFFICER) == "submitted"


def test_a_value_is_handed_in_only_with_what_was_done_about_it(result, kita_officer):
    enter_result(result, actor=kita_officer, actual=Decimal(40), respondents=412, implementation="")

    with pytest.raises(ValidationError, match="取組状況が選ばれていないため、提出できません"):
        move(result, "submit", OFFICER)
    enter_result(result, actor=kita_officer, implementation="separate_action")
    assert move(result, "submit", OFFICER) == "submitted"


def test_an_action_alone_is_no_value(result, kita_officer):
    enter_result(result, actor=kita_officer, implementation="all_done")

    with pytest.raises(ValidationError, match="未入力の実績は提出できません"):
        move(result, "submit", OFFICER)


def test_for_what_the_city_counts_once_the_action_is_all_that_is_asked(kita, kita_officer):
    result = Result.objects.create(
        fiscal_year=2017, indicator=Indicator.objects.get(code="1-3-a"), implementation="all_done"
    )

    assert move(result, "submit", OFFICER) == "submitted"


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("あ" * 300, ""),
        ("一行目\n\t二行目", ""),
        ("あ" * 301, "300字以内"),
        ("\0", "目に見えない制御文字"),
        ("\u202e逆さ", "目に見えない制御文字"),
    ],
)
def test_a_reason_that_cannot_be_stored_is_refused_in_words(result, reason, refusal):
    Result.objects.update(state="submitted")
    if not refusal:
        assert move(result, "send_back", MANAGER, reason) == "sent_back"
    else:
        with pytest.raises(ValidationError, match=refusal):
            move(result, "send_back", MANAGER, reason)


def test_every_unmet_reason_is_said_at_once():
    reasons = entry_states.reasons_not_to_move("reopen", state="draft", has_entry=False, reason="")

    assert len(reasons) == 2


@pytest.mark.parametrize(
    ("code", "permissions"),
    [("submit", CITY), ("confirm_by_ward", OFFICER), ("finalize", MANAGER), ("reopen", MANAGER)],
)
def test_a_role_makes_its_own_moves_only(result, code, permissions):
    with pytest.raises(ValidationError, match="あなたの役割では"):
        move(result, code, permissions, "理由")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"actual": Decimal("100.1")}, "100％を超える"),
        ({"actual": Decimal("-1")}, "負の値"),
        ({"actual": Decimal("NaN")}, "数値で入力"),
        ({"respondents": -1}, "負の値"),
        ({"note": "a\x01b"}, "目に見えない制御文字"),
        ({"reference_note": "\uffff"}, "目に見えない制御文字"),
    ],
)
def test_a_value_against_the_rules_is_refused_in_the_officers_words(
    result, kita_officer, values, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        enter_result(result, actor=kita_officer, **values)


def test_a_ward_enters_no_value_for_what_is_counted_once_for_the_city(kita, kita_officer):
    result = Result(fiscal_year=2017, indicator=Indicator.objects.get(code="1-3-a"))

    with pytest.raises(ValidationError, match="全市で1件"):
        enter_result(result, actor=kita_officer, actual=Decimal(1))
    assert enter_result(result, actor=kita_officer, implementation="all_done")


def test_entering_the_same_value_again_changes_nothing(result, kita_officer):
    assert enter_result(result, actor=kita_officer, actual=Decimal("41.5"))
    assert not enter_result(result, actor=kita_officer, actual=Decimal("41.50"))


@pytest.mark.parametrize("state", EntryState.values)
def test_every_state_says_what_comes_next(state):
    assert entry_states.next_step(state).endswith("。")


def test_a_later_sum_waits_whenever_an_earlier_year_comes_in_or_goes_back(kita, kita_officer):
    cases = Indicator.objects.get(code="1-3-b")
    made = {
        year: Result.objects.create(
            fiscal_year=year, indicator=cases, actual=2, implementation="all_done"
        )
        for year in (2015, 2016)
    }
    move(made[2016], "submit", OFFICER)

    def sum_after_the_night():
        recompute_results()
        made[2016].refresh_from_db()
        return made[2016].judged_value

    def later_waits():
        made[2016].refresh_from_db()
        return made[2016].awaits_judgement

    assert sum_after_the_night() == 2
    enter_result(made[2015], actor=kita_officer, actual=Decimal(3))
    assert not later_waits()
    move(made[2015], "submit", OFFICER)
    assert later_waits()
    assert sum_after_the_night() == 5
    move(made[2015], "send_back", MANAGER, "件数を確かめてください。")
    assert later_waits()
    assert sum_after_the_night() == 2
