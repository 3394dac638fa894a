"""What is said beside values that are 見本値 or not yet 確定."""

import pytest

from kpis.notices import AS_PUBLISHED, MADE_UP, PUBLISHED, Standing, notices, sample_of

NOTE = "公表集計に一致するように作成した見本値"


def words(*shown: Standing, **more) -> list[tuple[str, str]]:
    told = notices(shown, published_years={2016}, **more)
    return [(notice.label, notice.text) for notice in told]


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("", ""),
        ("一部を翌年度に延ばした", ""),
        ("公表値", PUBLISHED),
        (NOTE, AS_PUBLISHED),
        (f"{NOTE}（対象が異なる）", AS_PUBLISHED),
        ("公表された進捗率64.6％から算出した値（回答者数は見本値）", AS_PUBLISHED),
        ("動きを確かめるための見本値", MADE_UP),
        ("見本値", MADE_UP),
    ],
)
def test_the_note_tells_whence_a_value_comes(note, kind):
    assert sample_of(note) == kind


def test_final_values_of_officers_need_no_notice():
    assert words(Standing(2017, True, ""), Standing(2016, True, PUBLISHED)) == []


def test_a_value_that_is_not_final_makes_the_page_preliminary():
    assert words(Standing(2017, True, ""), Standing(2017, False, "")) == [
        ("速報", "平成29年度は、確定前の値を含みます。")
    ]


def test_each_kind_of_sample_is_told_with_its_years():
    shown = [Standing(2017, True, MADE_UP), Standing(2015, True, AS_PUBLISHED)]
    shown += [Standing(2016, True, AS_PUBLISHED)]

    assert words(*shown) == [
        (
            "見本値",
            "平成27年度・平成28年度の区ごとの値は、公表集計に一致するように作成した見本値です。"
            "実際の値ではありません。",
        ),
        (
            "見本値",
            "平成29年度は、動きを確かめるための見本値を含みます。実際の値ではありません。",
        ),
    ]


def test_the_counts_of_the_published_tables_are_called_published():
    shown = [Standing(2016, True, AS_PUBLISHED), Standing(2016, True, PUBLISHED)]

    ((_, text),) = words(*shown, counted_in=2016)

    assert text.startswith(
        "この表の件数は、公表された件数です。平成28年度の区ごとの値は、公表集計に"
    )


@pytest.mark.parametrize("odd", [Standing(2016, True, ""), Standing(2016, True, MADE_UP)])
def test_counts_are_not_called_published_once_another_value_is_among_them(odd):
    texts = [text for _, text in words(Standing(2016, True, AS_PUBLISHED), odd, counted_in=2016)]

    assert not any("公表された件数" in text for text in texts)


def test_only_the_year_of_the_report_has_published_counts():
    ((_, text),) = words(Standing(2015, True, AS_PUBLISHED), counted_in=2015)

    assert "公表された件数" not in text
