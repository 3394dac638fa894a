"""The shipped results, judged by the rules alone, give 表1 and 表2 of FY2016 as printed."""

import csv
import json
import runpy
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.catalog.choices import Counting, Direction
from kpis.choices import implementation_from_text
from kpis.entry_rules import (
    NOT_APPLICABLE,
    parse_actual,
    parse_count,
    parse_fiscal_year,
    reasons_to_ask,
    reasons_to_refuse,
)
from kpis.presentation import Scale
from kpis.progress import NOT_ON_TRACK, ON_TRACK, judge
from osaka_kusei.citywide.footnotes import footnotes, missing_wards
from osaka_kusei.citywide.report_rows import IndicatorFacts, ResultRow, Table2Row
from osaka_kusei.citywide.reports import table1, table2

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REPORT = json.loads((FIXTURES / "seed_tables.json").read_text("utf-8"))["report_h28"]
WARDS = sorted(
    json.loads((FIXTURES / "wards.json").read_text("utf-8"))["wards"],
    key=lambda ward: ward["order"],
)
THRESHOLDS = {
    rule["fy"]: Decimal(str(rule["on_track_min_percent"]))
    for rule in REPORT["evaluation_rules"]["thresholds"]
    if rule["on_track_min_percent"] is not None
}
UNDER_400 = REPORT["excluded_wards"]["under_400"]
SURVEYED = REPORT["evaluation_rules"]["min_respondents_applies_to"]
SAMPLE_NOTE = "公表集計に一致するように作成した見本値"
UNITS = {"%": "percent", "点": "point", "件": "case", "milestone": "milestone"}


def _facts(line: dict) -> IndicatorFacts:
    counting = Counting.EVERY_WARD
    if line["code"] in REPORT["evaluation_rules"]["city_level_single_count"]:
        counting = Counting.ONCE_FOR_CITY
    elif line["code"] in REPORT["evaluation_rules"]["not_evaluated"]:
        counting = Counting.IN_BRACKETS
    scale_max = line.get("scale_max")
    return IndicatorFacts(
        code=line["code"],
        number=line["no"],
        printed_code=line["ja_code"],
        pillar=line["pillar"],
        section=line["section"],
        item_title=line["item_title"],
        short_title=line["item_title"],
        text=line["indicator"],
        target=Decimal(str(line["target_value"])),
        unit=UNITS[line["unit"]],
        direction=Direction.AT_LEAST,
        deadline_fiscal_year=line["deadline_fy"],
        respondent_base=line.get("respondent_base", ""),
        minimum_respondents=line.get("min_respondents"),
        counting=counting,
        cumulative_from=line.get("cumulative_from_fy"),
        scale_max=None if scale_max is None else Decimal(scale_max),
    )


INDICATORS = {line["code"]: _facts(line) for line in REPORT["indicators"]}


def _read_file() -> list[dict[str, str]]:
    with (FIXTURES / "demo" / "kpi_results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = _read_file()


def _rows() -> dict[int, list[ResultRow]]:
    """Read and judge the file as the import and the nightly run do, without a database."""
    wards = {ward["code6"]: ward for ward in WARDS}
    wards["271004"] = {"slug": "osaka", "name": "大阪市", "order": 0}
    values: dict[tuple[str, str], dict[int, Decimal | None]] = defaultdict(dict)
    for line in LINES:
        actual = parse_actual(line["実績値"])
        values[line["区コード"], line["指標コード"]][parse_fiscal_year(line["年度"])] = (
            None if actual is NOT_APPLICABLE else actual
        )
    rows: dict[int, list[ResultRow]] = defaultdict(list)
    for line in LINES:
        year, ward = parse_fiscal_year(line["年度"]), wards[line["区コード"]]
        facts = INDICATORS[line["指標コード"]]
        yearly = values[line["区コード"], facts.code]
        respondents = parse_count(line["回答者数"])
        not_applicable = parse_actual(line["実績値"]) is NOT_APPLICABLE
        judgement = judge(
            yearly=yearly,
            fiscal_year=year,
            target=facts.target,
            threshold=THRESHOLDS[year],
            cumulative_from=facts.cumulative_from,
            in_brackets=facts.counting == Counting.IN_BRACKETS,
            respondents=respondents,
            minimum_respondents=facts.minimum_respondents,
            given_reason=line["参考理由"],
            not_applicable=not_applicable,
        )
        rows[year].append(
            ResultRow(
                fiscal_year=year,
                code6=line["区コード"],
                slug=ward["slug"],
                ward=ward["name"],
                order=ward["order"],
                indicator_code=facts.code,
                actual=yearly[year],
                not_applicable=not_applicable,
                respondents=respondents,
                target=facts.target,
                judged_value=judgement.judged_value,
                progress_rate=judgement.progress_rate,
                status=judgement.status,
                achieved=judgement.achieved,
                counted=judgement.counted,
                reference_reason=judgement.reference_reason,
                implementation=implementation_from_text(line["取組状況"]) or "",
                computed_at=None,
                rule="",
            )
        )
    return rows


ROWS = _rows()
TABLE1 = table1(INDICATORS.values(), ROWS[2016])
TABLE2 = table2(INDICATORS.values(), ROWS[2016], ROWS[2015])
PRINTED1 = {line["code"]: line for line in REPORT["table1"]["rows"]}
PRINTED2 = {line["code"]: line for line in REPORT["table2"]["rows"]}
LINE2 = {line.indicator_code: line for line in TABLE2.rows}


def cell(ward: str, code: str, year: int = 2016) -> ResultRow:
    return next(row for row in ROWS[year] if (row.ward, row.indicator_code) == (ward, code))


def wards_where(code: str, holds, year: int = 2016) -> list[str]:
    return [
        row.ward
        for row in ROWS[year]
        if row.indicator_code == code and not row.is_city and holds(row)
    ]


def this_year(line: Table2Row) -> dict:
    return {
        "on_track": line.on_track,
        "of_which_achieved": line.achieved,
        "not_on_track": line.not_on_track,
    }


def last_year(line: Table2Row) -> dict:
    return {
        "on_track": line.prev_on_track,
        "of_which_achieved": line.prev_achieved,
        "not_on_track": line.prev_not_on_track,
    }


def difference(line: Table2Row) -> dict:
    return {
        "on_track": line.diff_on_track,
        "of_which_achieved": line.diff_achieved,
        "not_on_track": line.diff_not_on_track,
    }


def reference(line: Table2Row) -> dict:
    return {
        "count": line.ref_count,
        "on_track": line.ref_on_track,
        "of_which_achieved": line.ref_achieved,
        "not_on_track": line.ref_not_on_track,
    }


@pytest.mark.parametrize("code", INDICATORS)
def test_a_line_of_table_1_is_as_printed(code):
    line = next(line for line in TABLE1.rows if line.indicator_code == code)

    for column in REPORT["table1"]["columns"]:
        assert getattr(line, column) == PRINTED1[code][column], column


def test_the_last_line_of_table_1_is_as_printed():
    for column, printed in REPORT["table1"]["total"].items():
        assert getattr(TABLE1.total, column) == printed, column
    assert TABLE1.unstated == ()


@pytest.mark.parametrize("code", INDICATORS)
def test_this_year_in_table_2_is_as_printed(code):
    assert LINE2[code].counted == PRINTED2[code]["counted"]
    assert this_year(LINE2[code]) == PRINTED2[code]["h28"]


@pytest.mark.parametrize("code", INDICATORS)
def test_the_reference_line_of_table_2_is_as_printed(code):
    printed = PRINTED2[code]["h28_reference"]
    if printed is None and code not in TABLE2.in_brackets:
        printed = {"count": PRINTED2[code]["counted"]} | PRINTED2[code]["h28"]

    if printed is None:
        assert LINE2[code].ref_count is None
        assert LINE2[code].ref_achieved == LINE2[code].achieved
    else:
        assert reference(LINE2[code]) == printed
    assert (code in TABLE2.has_reference) is (PRINTED2[code]["h28_reference"] is not None)


# Which of the two lines 1(2)㋑ and 1(4)㋐ carries which triple of FY2015 is not certain from the
# printed page: only their sum is.
UNCERTAIN = ("1-2-b", "1-4-a")


@pytest.mark.parametrize("code", [code for code in INDICATORS if code not in UNCERTAIN])
def test_last_year_and_the_difference_are_as_printed(code):
    assert last_year(LINE2[code]) == PRINTED2[code]["h27"]
    assert difference(LINE2[code]) == PRINTED2[code]["diff"]


@pytest.mark.parametrize("column", ["on_track", "of_which_achieved", "not_on_track"])
def test_the_two_lines_of_uncertain_order_add_up_to_the_printed_sum(column):
    assert sum(last_year(LINE2[code])[column] for code in UNCERTAIN) == sum(
        PRINTED2[code]["h27"][column] for code in UNCERTAIN
    )
    assert sum(difference(LINE2[code])[column] for code in UNCERTAIN) == sum(
        PRINTED2[code]["diff"][column] for code in UNCERTAIN
    )


def test_the_last_line_of_table_2_is_as_printed():
    printed = REPORT["table2"]["total"]

    assert TABLE2.total.counted == printed["counted"] == 316
    assert this_year(TABLE2.total) == printed["h28"]
    assert reference(TABLE2.total) == printed["h28_reference"]
    assert last_year(TABLE2.total) == printed["h27"]
    assert difference(TABLE2.total) == printed["diff"]


def test_five_wards_are_below_400_answers_in_fy2016_and_none_in_fy2015():
    for code in SURVEYED:
        assert wards_where(code, lambda row: row.respondents < 400) == UNDER_400
        assert wards_where(code, lambda row: row.is_reference_only) == UNDER_400
        assert wards_where(code, lambda row: row.respondents < 400, 2015) == []


def test_higashiyodogawa_alone_is_a_reference_for_its_way_of_measuring():
    assert wards_where("1-4-b", lambda row: row.is_reference_only) == ["東淀川区"]
    row = cell("東淀川区", "1-4-b")
    assert "構成団体" in row.reference_reason
    assert row.achieved is True
    assert cell("東淀川区", "1-4-b", 2015).achieved is True


def test_nothing_else_is_a_reference():
    found = {
        (row.indicator_code, row.ward)
        for rows in ROWS.values()
        for row in rows
        if row.is_reference_only
    }

    assert found == {(code, ward) for code in SURVEYED for ward in UNDER_400} | {
        ("1-4-b", "東淀川区")
    }


def test_chuo_is_the_only_counted_ward_behind_in_connection_at_64_point_6():
    row = cell("中央区", "1-1-a")

    assert (row.actual, row.progress_rate) == (Decimal("32.3"), Decimal("64.6"))
    assert wards_where("1-1-a", lambda row: row.status == NOT_ON_TRACK) == ["中央区"]


def test_hirano_is_among_the_eight_counted_wards_that_reached_connection():
    achieved = wards_where("1-1-a", lambda row: row.counted and row.achieved)

    assert len(achieved) == 8
    assert "平野区" in achieved


def test_the_five_excluded_wards_are_on_track_in_connection_and_two_reached_it():
    rows = [cell(ward, "1-1-a") for ward in UNDER_400]

    assert [row.status for row in rows] == [ON_TRACK] * 5
    assert sum(row.achieved is True for row in rows) == 2
    before = [cell(ward, "1-1-a", 2015) for ward in UNDER_400]
    assert sum(row.achieved is True for row in before) == 4
    assert len(wards_where("1-1-a", lambda row: row.achieved, 2015)) == 17


def test_self_governing_areas_reached_the_target_in_all_wards_and_both_years():
    for year in (2015, 2016):
        assert len(wards_where("1-2-a", lambda row: row.achieved, year)) == 24


def test_taisho_is_the_one_reference_value_on_track_in_networks():
    assert wards_where("1-2-b", lambda row: row.status == ON_TRACK) == ["大正区"]
    assert cell("大正区", "1-2-b").counted is False


@pytest.mark.parametrize(("code", "ward", "number"), [("1-2-b", "旭区", 7), ("1-4-a", "住吉区", 9)])
def test_some_wards_rose_and_are_still_behind(code, ward, number):
    rose = wards_where(
        code,
        lambda row: row.actual > cell(row.ward, code, 2015).actual and row.status == NOT_ON_TRACK,
    )

    assert len(rose) == number
    assert ward in rose


@pytest.mark.parametrize(
    ("code", "ward", "new", "both"),
    [("1-3-b", "淀川区", (4, 8), (7, 13)), ("1-3-c", "西成区", (6, 11), (8, 16))],
)
def test_new_businesses_are_as_many_as_the_report_says(code, ward, new, both):
    this, last = (
        {row.ward: row.actual for row in ROWS[year] if row.indicator_code == code}
        for year in (2016, 2015)
    )

    def wards_and_cases(values: dict[str, Decimal]) -> tuple[int, Decimal]:
        return sum(value > 0 for value in values.values()), sum(values.values())

    assert wards_and_cases(this) == new
    assert wards_and_cases(last) == (4, 5)
    assert wards_and_cases({name: this[name] + last[name] for name in this}) == both
    assert this[ward] > 0
    assert len(wards_where(code, lambda row: row.achieved)) == both[0]


def test_the_city_built_its_scheme_in_fy2015():
    for year in (2015, 2016):
        row = cell("大阪市", "1-3-a", year)
        assert (row.status, row.achieved, row.counted) == (ON_TRACK, True, True)


def test_fukushima_alone_is_on_track_in_opinions_and_kita_is_not():
    assert wards_where("2-1-a-1", lambda row: row.status == ON_TRACK) == ["福島区"]
    assert cell("北区", "2-1-a-1").status == NOT_ON_TRACK


@pytest.mark.parametrize(
    ("code", "ward", "number"),
    [("2-2-a", "阿倍野区", 1), ("2-3-a-1", "西区", 9), ("2-3-a-2", "住之江区", 11)],
)
def test_the_wards_named_for_their_service_reached_the_target(code, ward, number):
    achieved = wards_where(code, lambda row: row.achieved)

    assert len(achieved) == number
    assert ward in achieved


def test_every_ward_has_an_entry_for_every_indicator_in_both_years():
    assert len(LINES) == 2 * (24 * 17 + 1)
    assert len({(line["年度"], line["区コード"], line["指標コード"]) for line in LINES}) == len(
        LINES
    )
    for year in (2015, 2016):
        assert missing_wards(INDICATORS.values(), ROWS[year]) == {}
        assert {row.ward for row in ROWS[year]} == {ward["name"] for ward in WARDS} | {"大阪市"}


def test_the_shipped_file_is_what_its_script_makes(tmp_path):
    script = runpy.run_path(str(FIXTURES / "demo" / "make_results.py"))
    script["write"](tmp_path / "made.csv")

    shipped = (FIXTURES / "demo" / "kpi_results.csv").read_bytes()
    assert (tmp_path / "made.csv").read_bytes() == shipped


def test_every_invented_value_is_labelled_as_a_sample():
    unlabelled = {
        (line["年度"], line["区コード"], line["指標コード"])
        for line in LINES
        if not line["備考"].startswith(SAMPLE_NOTE)
    }

    assert unlabelled == {
        ("2016", "271284", "1-1-a"),
        ("2015", "271004", "1-3-a"),
        ("2016", "271004", "1-3-a"),
    }
    chuo = next(
        line
        for line in LINES
        if (line["年度"], line["区コード"], line["指標コード"]) == ("2016", "271284", "1-1-a")
    )
    assert "64.6％" in chuo["備考"]


def test_every_partial_implementation_has_its_reason():
    for line in LINES:
        partly = implementation_from_text(line["取組状況"]) == "partly_done"
        assert ("予定より少なかった" in line["備考"]) is partly


def test_no_shipped_value_would_be_refused_or_questioned():
    for rows in ROWS.values():
        for row in rows:
            facts = INDICATORS[row.indicator_code]
            before = {
                (other.slug, other.indicator_code): other.actual
                for other in ROWS.get(row.fiscal_year - 1, [])
            }
            assert (
                reasons_to_refuse(
                    row.actual,
                    unit=facts.unit,
                    scale_max=facts.scale_max,
                    respondents=row.respondents,
                )
                == []
            )
            assert (
                reasons_to_ask(
                    row.actual,
                    unit=facts.unit,
                    previous_actual=before.get((row.slug, row.indicator_code)),
                    respondents=row.respondents,
                    minimum_respondents=facts.minimum_respondents,
                )
                == []
            )


def test_the_notes_name_the_wards_that_the_report_names():
    notes = footnotes(
        INDICATORS.values(),
        ROWS[2016],
        fiscal_year=2016,
        scale=Scale(THRESHOLDS[2016]),
        previous_rows=ROWS[2015],
        previous_scale=Scale(THRESHOLDS[2015]),
    )

    assert [note.mark for note in notes] == ["※1", "※2", "※3", "※4", "※5"]
    few, wrong, _ = notes[0].points
    assert "福島区、西区、大正区、天王寺区、住之江区の5区" in few
    assert "の4項目" in few
    assert "集計対象は19件" in few
    assert "東淀川区" in wrong
    assert "集計対象は23件" in wrong
    assert notes[3].points == (
        "概ね順調：進捗率が66.7％以上",
        "必ずしも順調ではない：進捗率が66.7％未満",
    )
    assert notes[4].points == (
        "概ね順調：進捗率が33.4％以上",
        "必ずしも順調ではない：進捗率が33.4％未満",
    )
