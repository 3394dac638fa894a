"""A file of results inside one ward: what it changes, what it leaves, what it may not."""

import time
from datetime import date

import pytest

from kpis.catalog.models import Indicator
from kpis.choices import EntryState, Implementation
from kpis.formats import ResultCSV, ResultXLSX
from kpis.import_rows import HEADERS, RowReader
from kpis.importing import Counts, ImportRefused, plan_import, write_plan
from kpis.models import Result
from kpis.resources import ResultResource
from kpis.services import open_fiscal_year, recompute_results
from wards import clock
from wards.spreadsheets import Line, read_lines
from wards.worksheets import FileError

NAMES = "髙橋・𠮷田・葛󠄀城・神"


def lines_of(*rows: str) -> list[Line]:
    content = "\r\n".join([",".join(HEADERS), *rows]).encode()
    return read_lines(content)


def plan_of(*rows: str, own=None):
    reader = RowReader(own=own)
    plan = plan_import(reader.read(lines_of(*rows)))
    problems = [*reader.problems, *plan.problems]
    if problems:
        raise ImportRefused(problems)
    return plan


def take_in(*rows: str, own=None, actor=None, hands_in=False) -> Counts:
    return write_plan(plan_of(*rows, own=own), actor=actor, hands_in=hands_in)


def refusals(*rows: str, own=None) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        plan_of(*rows, own=own)
    return [str(problem) for problem in refused.value.problems]


def result_of(code: str, fiscal_year: int = 2016) -> Result:
    return Result.objects.get(indicator__code=code, fiscal_year=fiscal_year)


def test_a_new_line_becomes_a_result_on_the_officers_desk(kita, kita_officer):
    counts = take_in(
        f"2016,kita,1-1-a,50.9,636,,記載した取組をすべて実施,{NAMES}", actor=kita_officer
    )

    result = result_of("1-1-a")
    assert counts == Counts(new=1)
    assert (str(result.actual), result.respondents, result.note) == ("50.90", 636, NAMES)
    assert result.implementation == Implementation.ALL_DONE
    assert (result.state, result.entered_by) == (EntryState.DRAFT, kita_officer)


def test_a_file_opens_no_year_that_has_not_begun(kita, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2016, 3, 31))

    assert refusals("2016,kita,1-1-a,50.9,,,,") == [
        "2行目「年度」：平成28年度は、まだ始まっていません。"
    ]


def test_a_changed_cell_waits_for_its_judgement_and_a_remark_does_not(kita):
    take_in("2016,kita,1-3-b,1,,,,", "2016,kita,1-1-a,50.9,636,,,")
    recompute_results()

    take_in("2016,kita,1-3-b,4,,,,", "2016,kita,1-1-a,50.9,636,,,備考だけ変えた")

    assert result_of("1-3-b").awaits_judgement
    assert result_of("1-1-a").counted


def test_a_later_sum_waits_when_an_earlier_year_is_handed_in(kita):
    take_in("2016,kita,1-3-b,2,,,,", hands_in=True)
    recompute_results()

    take_in("2015,kita,1-3-b,4,,,,", hands_in=True)

    assert result_of("1-3-b", 2016).awaits_judgement
    recompute_results()
    assert result_of("1-3-b", 2016).judged_value == 6


def test_a_wards_own_upload_changes_no_sum_before_it_is_handed_in(kita):
    take_in("2016,kita,1-3-b,2,,,,")
    recompute_results()

    take_in("2015,kita,1-3-b,4,,,,")

    assert not result_of("1-3-b", 2016).awaits_judgement
    recompute_results()
    assert result_of("1-3-b", 2016).judged_value == 2


def test_the_same_file_again_changes_nothing(kita):
    row = "2016,kita,1-1-a,50.9,636,一部の回答のため,一部実施,雨天のため中止"
    take_in(row)
    events = result_of("1-1-a").events.count()

    assert take_in(row) == Counts(unchanged=1)
    assert result_of("1-1-a").events.count() == events


def test_the_triggers_write_the_history_of_an_import(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,")
    take_in("2016,kita,1-1-a,51.0,636,,,")

    assert [event.pgh_label for event in result_of("1-1-a").events.order_by("pgh_id")] == [
        "insert",
        "update",
    ]


def test_an_empty_cell_empties_the_value_and_other_results_stay(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,", "2016,kita,1-2-a,60,636,,,")

    assert take_in("2016,kita,1-1-a,,,,,") == Counts(changed=1)

    emptied, kept = result_of("1-1-a"), result_of("1-2-a")
    assert (emptied.actual, emptied.respondents, emptied.has_entry) == (None, None, False)
    assert kept.actual == 60


@pytest.mark.parametrize(
    ("written", "actual", "not_applicable"),
    [("", None, False), ("0", 0, False), ("該当なし", None, True), ("５０．９", "50.90", False)],
)
def test_empty_zero_and_not_applicable_are_three_things(kita, written, actual, not_applicable):
    take_in(f"2016,kita,1-1-a,{written},,,,")

    result = result_of("1-1-a")
    assert str(result.actual) == str(actual) or result.actual == actual
    assert result.not_applicable is not_applicable


@pytest.mark.parametrize("year", ["2016", "平成28年度", "H28", "Ｈ２８"])
@pytest.mark.parametrize("code", ["1-1-a", "１－１－ａ", "1-1-A", " 1-1-a "])
def test_years_and_codes_are_read_as_people_write_them(kita, year, code):
    assert plan_of(f"{year},271276,{code},50,,,,").counts == Counts(new=1)


def test_an_indicator_is_found_by_its_printed_code(kita):
    indicator = Indicator.objects.get(code="1-1-a")

    assert plan_of(f"2016,kita,{indicator.printed_code},50,,,,").rows[0].row.indicator == indicator


def test_the_columns_may_stand_in_any_order_and_width(kita):
    content = "備考, 取組状況 ,参考理由,回答者数,実績値,指標コード,区コード,年度\n注,,,7,1,1-3-b,kita,2016"

    row = RowReader().read(read_lines(content.encode()))[0]

    assert (row.values["note"], row.values["respondents"], row.fiscal_year) == ("注", 7, 2016)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("年度,区コード,指標コード,実績値,回答者数,参考理由,取組状況", ["見出し「備考」がありません"]),
        ("年度,区,指標コード,実績値,回答者数,参考理由,取組状況,備考", ["「区コード」がありません", "「区」は使えません"]),
        (",".join([*HEADERS, "実績値"]), ["「実績値」が二つ"]),
        ("2016,kita,1-1-a,50.9,636,,,", ["がありません", "「2016」「kita」"]),
    ],
)  # fmt: skip
def test_a_wrong_header_is_named(kita, header, words):
    with pytest.raises(FileError) as refused:
        RowReader().read(read_lines(f"{header}\n2016,kita,1-1-a,50,,,,".encode()))

    assert all(word in str(refused.value) for word in words), refused.value


def test_a_file_with_headers_only_is_refused(kita):
    with pytest.raises(FileError, match="見出しの行だけ"):
        RowReader().read(lines_of())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2016,999999,1-1-a,50,,,,", "2行目「区コード」：区コード「999999」はありません"),
        ("2016,,1-1-a,50,,,,", "2行目「区コード」：区コードを入力"),
        ("2016,kita,9-9-z,50,,,,", "2行目「指標コード」：指標コード「9-9-z」はありません"),
        ("2016,kita,,50,,,,", "2行目「指標コード」：指標コードを入力"),
        ("昨年,kita,1-1-a,50,,,,", "2行目「年度」：「昨年」は年度として読み取れません"),
        ("2020,kita,1-1-a,50,,,,", "2行目「年度」：令和2年度は、この指標の対象年度（H27〜H29）"),
        ("2016,kita,1-1-a,五十,,,,", "2行目「実績値」：実績値「五十」は数値として"),
        ("2016,kita,1-1-a,NaN,,,,", "2行目「実績値」：実績値「NaN」は数値では"),
        ("2016,kita,1-1-a,1e2,,,,", "2行目「実績値」：実績値「1e2」は指数表記"),
        ("2016,kita,1-1-a,-1,,,,", "2行目「実績値」：実績値に負の値"),
        ("2016,kita,1-1-a,100.1,,,,", "2行目「実績値」：割合は100％を"),
        ("2016,kita,1-1-a,50.123,,,,", "2行目「実績値」：実績値「50.123」は、小数第2位まで"),
        ("2016,kita,1-1-a,50,-3,,,", "2行目「回答者数」：回答者数に負の値"),
        ("2016,kita,1-1-a,50,3.5,,,", "2行目「回答者数」：回答者数「3.5」は、整数"),
        ("2016,kita,1-1-a,50,,,だいたい実施,", "2行目「取組状況」：「だいたい実施」は選択肢"),
        (f"2016,kita,1-1-a,50,,{'あ' * 301},,", "2行目「参考理由」：301文字あります"),
        (f"2016,kita,1-1-a,50,,,,{'あ' * 2001}", "2行目「備考」：2,001文字あります"),
        ("2016,kita,1-3-a,1,,,,", "2行目「実績値」：この指標の実績は全市で1件です"),
        ("2016,kita,1-1-a,50,,,,,余り", "2行目：見出しのない列に値"),
    ],
)
def test_a_bad_row_is_named_with_line_column_and_reason(kita, row, words):
    (sentence,) = refusals(row)

    assert words in sentence
    assert sentence.endswith("。")


def test_a_score_above_its_full_mark_is_refused(kita):
    score = Indicator.objects.filter(scale_max__isnull=False).first()

    assert "5点を超える" in refusals(f"2016,kita,{score.code},5.1,,,,")[0]


def test_every_bad_row_is_named_and_nothing_is_written(kita):
    sentences = refusals("2016,kita,1-1-a,50,,,,", "2016,kita,1-2-a,x,y,,z,", "2016,kita,9,50,,,,")

    assert [sentence.split("：")[0] for sentence in sentences] == [
        "3行目「実績値」",
        "3行目「回答者数」",
        "3行目「取組状況」",
        "4行目「指標コード」",
    ]
    assert not Result.objects.exists()


def test_rows_that_speak_of_the_same_result_are_both_named(kita):
    sentences = refusals(
        "2016,kita,1-1-a,50,,,,", "2016,kita,1-2-a,50,,,,", "H28,271276,１-1-a,50,,,,"
    )

    assert sentences == [
        "2行目：4行目と、年度・区・指標が同じです。一行だけにしてください。",
        "4行目：2行目と、年度・区・指標が同じです。一行だけにしてください。",
    ]


def test_one_row_ten_thousand_times_is_refused_quickly(kita):
    started = time.monotonic()

    sentences = refusals(*["2016,kita,1-1-a,50,,,,"] * 10_000)

    assert sentences[0].startswith("2行目：3行目・4行目・5行目・6行目・7行目ほか9,994行と")
    assert len(sentences) == 10_000
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (EntryState.FINAL, "確定した実績は変更できません"),
        (EntryState.SUBMITTED, "入力状態が「提出」"),
        (EntryState.WARD_CONFIRMED, "入力状態が「区確認」"),
        (EntryState.CITY_CONFIRMED, "入力状態が「市確認」"),
    ],
)
def test_a_handed_in_value_refuses_a_change_but_not_its_own_value(kita, state, word):
    take_in("2016,kita,1-1-a,50.9,636,,,")
    Result.objects.update(state=state)

    assert word in refusals("2016,kita,1-1-a,50.8,636,,,")[0]
    assert take_in("2016,kita,1-1-a,50.90,636,,,") == Counts(unchanged=1)
    assert result_of("1-1-a").state == state


def test_a_ward_states_only_its_implementation_of_a_city_indicator(kita):
    assert take_in("2016,kita,1-3-a,,,,別途取組,") == Counts(new=1)
    assert result_of("1-3-a").implementation == Implementation.SEPARATE_ACTION


def test_a_ward_takes_in_no_other_wards_rows(kita):
    foreign, city = refusals("2016,nishi,1-1-a,50,,,,", "2016,osaka,1-3-a,1,,,,", own=kita)

    assert "区コード「nishi」は西区のものです" in foreign
    assert "ここでは北区（271276）" in foreign
    assert "大阪市のものです" in city


def test_an_officers_import_leaves_a_sent_back_value_sent_back(kita, kita_officer):
    take_in("2016,kita,1-1-a,50.9,636,,,")
    Result.objects.update(state=EntryState.SENT_BACK, state_reason="回答者数が違います。")

    take_in("2016,kita,1-1-a,50.9,637,,,", actor=kita_officer)

    result = result_of("1-1-a")
    assert (result.state, result.state_reason) == (EntryState.SENT_BACK, "回答者数が違います。")


def test_an_operators_import_hands_in_what_has_an_entry(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,", "2016,kita,1-2-a,,,,,", hands_in=True)

    assert result_of("1-1-a").state == EntryState.SUBMITTED
    assert result_of("1-1-a").state_changed_at is not None
    assert result_of("1-2-a").state == EntryState.DRAFT


def test_the_preview_asks_about_a_partly_done_row_without_reason(kita):
    (planned,) = plan_of("2016,kita,1-1-a,50.9,636,,一部実施,").rows

    assert any("一部だけを実施した理由" in question for question in planned.questions)


def test_the_plan_shows_each_cell_before_and_after(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,")

    (planned,) = plan_of("2016,kita,1-1-a,,636,少数のため,,").rows

    assert [(c.column, c.before, c.after) for c in planned.changes] == [
        ("実績値", "50.9", ""),
        ("参考理由", "", "少数のため"),
    ]


def test_the_fingerprint_tells_what_a_person_has_seen(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,")
    seen = plan_of("2016,kita,1-1-a,51,636,,,").fingerprint
    assert plan_of("2016,kita,1-1-a,51,636,,,").fingerprint == seen

    take_in("2016,kita,1-1-a,50.5,636,,,")

    assert plan_of("2016,kita,1-1-a,51,636,,,").fingerprint != seen


ODD_TEXTS = [
    NAMES,
    "=SUM(A1:A9)",
    "'=引用",
    "+81-6-6208",
    "@区役所",
    "-",
    "一行目\n二行目",
    '"引用"、カンマ,あり',
    "_x0041_ と ①㈱㋐",
    "",
]


@pytest.mark.parametrize("chosen", [ResultCSV, ResultXLSX])
def test_an_exported_file_comes_back_as_unchanged(kita, chosen):
    open_fiscal_year(2016)
    results = list(Result.objects.order_by("indicator__number"))
    for number, (result, text) in enumerate(zip(results, ODD_TEXTS, strict=False)):
        result.note = text
        result.reference_note = text
        result.implementation = Implementation.values[number % 5]
        result.respondents = 399 + number
        result.actual = ["0", "1", "50.9", "12.34", "1234567.89", None][number % 6]
        result.save()
    Result.objects.filter(indicator__code="2-1-a").update(actual=None, not_applicable=True)

    content = chosen().export_data(
        ResultResource().export(Result.objects.order_by("indicator__number"))
    )
    reader = RowReader(own=kita)
    plan = plan_import(reader.read(read_lines(content)))

    assert reader.problems == []
    assert plan.counts == Counts(unchanged=17)
    assert next(line.cells for line in read_lines(content)) == HEADERS
    # What is read back and written out again is the same file, byte by byte where it can be.
    if chosen is ResultCSV:
        again = ResultCSV().export_data(
            ResultResource().export([planned.result for planned in plan.rows])
        )
        assert again == content
        assert content.startswith(b"\xef\xbb\xbf")


def test_no_text_of_an_exported_csv_runs_as_a_formula(kita):
    take_in("2016,kita,1-1-a,50.9,636,,,")
    Result.objects.update(note="=HYPERLINK(1)")

    content = ResultCSV().export_data(ResultResource().export(Result.objects.all())).decode()

    assert "'=HYPERLINK(1)" in content
