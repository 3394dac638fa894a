"""`import_kpi_results FILE`: many wards and the city at once, all or nothing."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kpis.catalog.models import CityResult
from kpis.choices import EntryState
from kpis.import_rows import HEADERS
from kpis.models import Result
from osaka_kusei.citywide import importing

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "kpi_results.csv"


@pytest.fixture
def import_file(city, tmp_path):
    """Run the command on rows: `import_file("2016,kita,…")`; return what it printed."""

    def run(*rows: str, name="実績.csv", encoding="utf-8", **options) -> str:
        path = tmp_path / name
        path.write_bytes("\r\n".join([",".join(HEADERS), *rows]).encode(encoding))
        out = io.StringIO()
        call_command("import_kpi_results", str(path), stdout=out, **options)
        return out.getvalue()

    return run


def stored(enter, slug: str) -> list[tuple]:
    enter(slug)
    rows = Result.objects.order_by("fiscal_year", "indicator__number")
    found = list(rows.values_list("fiscal_year", "indicator__code", "actual", "state"))
    enter("osaka")
    return found


def test_what_a_screen_would_ask_before_handing_in_is_named_line_by_line(import_file):
    printed = import_file(
        "2016,kita,1-1-a,50.9,,,all_done,",
        "2016,nishi,1-1-a,52.4,586,,partly_done,",
        "2016,minato,1-1-a,52.4,586,,partly_done,研修が予定の回数に届かなかった。",
    )

    named = [line for line in printed.splitlines() if "行目：" in line]
    assert [line.partition("：")[0] for line in named] == ["2行目", "3行目"]
    assert "回答者数が入力されていません" in named[0]
    assert "一部だけを実施した理由" in named[1]


def test_one_file_fills_several_wards_and_the_city(import_file, enter):
    printed = import_file(
        "2016,kita,1-1-a,50.9,636,,all_done,",
        "2016,271063,1-1-a,52.4,586,,,",
        "2016,271004,1-3-a,1,,,,",
    )

    assert printed.splitlines()[:3] == [
        "区の実績：新規 2件・変更 0件・変更なし 0件",
        "全市の実績：新規 1件・変更 0件・変更なし 0件",
        "合計：新規 3件・変更 0件・変更なし 0件",
    ]
    assert "recompute_progress" in printed
    assert stored(enter, "kita") == [(2016, "1-1-a", Decimal("50.9"), EntryState.SUBMITTED)]
    assert len(stored(enter, "nishi")) == 1
    assert CityResult.objects.get().state == EntryState.SUBMITTED
    assert connection.schema_name == "public"


def test_a_file_taken_in_twice_changes_nothing(import_file):
    rows = ("2016,kita,1-1-a,50.9,636,,,", "2016,osaka,1-3-a,1,,,,")
    import_file(*rows)

    assert "合計：新規 0件・変更 0件・変更なし 2件" in import_file(*rows)


def test_a_dry_run_writes_nothing(import_file, enter):
    printed = import_file("2016,kita,1-1-a,50.9,636,,,", dry_run=True)

    assert "新規 1件" in printed
    assert "書き込んでいません" in printed
    assert stored(enter, "kita") == []


def test_one_bad_row_keeps_every_ward_untouched_and_every_bad_row_is_named(import_file, enter):
    with pytest.raises(CommandError) as refused:
        import_file(
            "2016,kita,1-1-a,50.9,636,,,",
            "2016,nishi,1-1-a,abc,586,,,",
            "2016,nowhere,1-1-a,52.4,586,,,",
            "2016,osaka,1-1-a,52.4,586,,,",
            "2016,osaka,1-3-a,1,,,all_done,",
            "2016,fukushima,1-1-a,101,586,,,",
        )

    lines = str(refused.value).splitlines()
    assert lines[0] == "取り込みませんでした。直す行が5行あります。"
    assert [line.split("：")[0] for line in lines[1:]] == [
        "3行目「実績値」",
        "4行目「区コード」",
        "5行目「区コード」",
        "6行目「取組状況」",
        "7行目「実績値」",
    ]
    assert refused.value.returncode == 1
    assert stored(enter, "kita") == stored(enter, "nishi") == []
    assert not CityResult.objects.exists()


def test_a_failure_in_the_last_ward_undoes_the_first(import_file, enter, monkeypatch):
    write = importing.write_plan

    def write_until_nishi(plan, **options):
        if connection.schema_name == "nishi":
            raise RuntimeError("the disk is full")
        return write(plan, **options)

    monkeypatch.setattr(importing, "write_plan", write_until_nishi)

    with pytest.raises(RuntimeError):
        import_file("2016,kita,1-1-a,50.9,636,,,", "2016,nishi,1-1-a,52.4,586,,,")

    assert stored(enter, "kita") == stored(enter, "nishi") == []


def test_a_final_value_refuses_the_operator_too(import_file, enter):
    import_file("2016,kita,1-1-a,50.9,636,,,")
    enter("kita")
    Result.objects.update(state=EntryState.FINAL)

    with pytest.raises(CommandError, match="2行目「入力状態」：確定した実績は変更できません"):
        import_file("2016,kita,1-1-a,51,636,,,")
    assert "変更なし 1件" in import_file("2016,kita,1-1-a,50.9,636,,,")


def test_a_sent_back_value_is_handed_in_again_with_its_new_value(import_file, enter):
    import_file("2016,kita,1-1-a,50.9,636,,,")
    enter("kita")
    Result.objects.update(state=EntryState.SENT_BACK, state_reason="確かめてください。")

    import_file("2016,kita,1-1-a,51,636,,,")

    enter("kita")
    result = Result.objects.get()
    assert (result.state, result.state_reason) == (EntryState.SUBMITTED, "")


def test_history_names_the_command(import_file, enter):
    import_file("2016,kita,1-1-a,50.9,636,,,")

    enter("kita")
    assert Result.objects.get().events.get().pgh_context["command"] == "import_kpi_results"


def test_the_demo_file_fills_24_wards(city, enter):
    out = io.StringIO()

    call_command("import_kpi_results", str(DEMO), stdout=out)

    assert "区の実績：新規 816件" in out.getvalue()
    assert "全市の実績：新規 2件" in out.getvalue()
    assert len(stored(enter, "nishinari")) == 34


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"PK\x03\x04" + b"\x00" * 50, "読み取れません"),
        ("年度,区\n2016,kita".encode(), "見出し"),
    ],
)
def test_a_file_that_is_no_table_ends_in_one_sentence(city, tmp_path, content, word):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=word):
        call_command("import_kpi_results", str(path))


def test_a_missing_file_ends_in_one_sentence(city, tmp_path):
    with pytest.raises(CommandError, match="がありません"):
        call_command("import_kpi_results", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="読めません"):
        call_command("import_kpi_results", str(tmp_path))
