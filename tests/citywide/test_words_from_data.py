"""Labels, directions and names that readers see come from the catalogue, never from code."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from kpis.catalog.choices import Direction
from kpis.catalog.models import Indicator
from kpis.explaining import explain
from kpis.models import Result
from kpis.services import recompute_results
from osaka_kusei.citywide import exports
from osaka_kusei.citywide.exports import Download


def text_of(response) -> str:
    """Return what a reader sees: no tags, no runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def words_of(book: Download, sheet: int = 0) -> str:
    """Return the words of a sheet, a line per cell."""
    content = io.BytesIO(b"".join(book.chunks))
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(sheet).to_python()
    return "\n".join(cell for row in rows for cell in row if isinstance(cell, str) and cell)


@pytest.fixture
def put(enter):
    """Enter and judge 1-1-a of 北区: `put(2016, "47.6")`."""

    def make(year: int, actual: str, code: str = "1-1-a") -> Result:
        enter("kita")
        result = Result.objects.create(
            indicator=Indicator.objects.get(code=code), fiscal_year=year, actual=actual,
            respondents=555, state="final",
        )  # fmt: skip
        recompute_results()
        enter("osaka")
        return result

    return make


@pytest.fixture
def other_direction(monkeypatch):
    """Let the one direction there is be called otherwise."""
    monkeypatch.setattr(Direction.AT_LEAST, "_label_", "を上回る")


@pytest.mark.usefixtures("other_direction")
def test_a_target_is_written_with_the_word_of_its_direction(put, enter, client_at):
    put(2016, "55")

    city = client_at("osaka")
    printed = text_of(city.get("/table2/?fiscal_year=2016"))
    assert "H29年度までに50％を上回る" in printed
    assert "平成29年度までに50％を上回る" in text_of(
        city.get("/indicators/1-1-a/?fiscal_year=2016")
    )
    assert "H29年度までに\n50％を上回る" in words_of(exports.table1_xlsx(2016))
    indicator = Indicator.objects.get(code="1-1-a")
    assert indicator.target_text == "平成29年度までに50％を上回る"
    assert indicator.short_target == "50％を上回る"
    enter("kita")
    told = explain(Result.objects.with_indicator().get())
    assert told[1] == "目標値は、平成29年度までに50％を上回るです。"
    assert any("目標値を上回るのため、「達成」です。" in line for line in told)
    for words in (printed, "\n".join(told)):
        assert not re.search(r"50％以上|目標値以上", words)
