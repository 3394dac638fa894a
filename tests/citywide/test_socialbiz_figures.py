"""社会的ビジネス of 24 wards: what is new in a year, what goes on, the way to 50, and the file of it."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from osaka_kusei.citywide.reading import read_each_ward
from osaka_kusei.citywide.socialbiz_figures import (
    Standing,
    WardFigures,
    YearFigures,
    figures_of,
    way_to_the_target,
)
from osaka_kusei.citywide.socialbiz_page import COLUMNS
from osaka_kusei.citywide.socialbiz_reading import read_social_business
from socialbiz.models import CommissionedProject, Operator, Venture

DAYS = (date(2015, 3, 31), date(2015, 4, 1), date(2016, 3, 31), date(2016, 4, 1), date(2016, 5, 31))


@pytest.fixture
def two_wards(enter, city):
    """北区: something began on every boundary of two years; 西区: one project that is over."""
    enter("kita")
    operator = Operator.objects.create(name="見本", name_key="見本", kind="npo")
    for number, day in enumerate(DAYS):
        shared = {"title": str(day), "operator": operator, "field": "town", "started_on": day}
        Venture.objects.create(
            kind="social", ward_part=("created", "planned", "none", "none", "created")[number], **shared
        )  # fmt: skip
        CommissionedProject.objects.create(
            section="課", contract_form="other", why="近い。", sharing="区", **shared
        )
    enter("nishi")
    CommissionedProject.objects.create(
        title="終わった業務", operator=Operator.objects.create(name="西", name_key="西", kind="group"),
        field="work", section="課", contract_form="permit", why="近い。", sharing="区",
        started_on=date(2015, 6, 1), ended_on=date(2016, 4, 1), ended_reason="満了",
    )  # fmt: skip
    return enter("osaka")


def test_the_city_counts_what_each_ward_counts(two_wards, enter):
    begun, standing = read_social_business(date(2016, 6, 1))

    by_year = {(row.slug, row.fiscal_year): row for row in begun}
    enter("kita")
    for year in (2014, 2015, 2016):
        row = by_year["kita", year]
        assert row.ventures == Venture.objects.newly_created(year, year).count()
        assert row.projects == CommissionedProject.objects.newly_created(year, year).count()
    assert by_year["kita", 2015] == YearFigures("kita", 2015, ventures=2, involved=1, projects=2)
    assert standing["kita"].ventures == Venture.objects.going_on(date(2016, 6, 1)).count() == 5
    assert by_year["nishi", 2015].projects == 1
    assert len(standing) == 24


def test_what_goes_on_ends_with_its_last_day(two_wards):
    assert read_social_business(date(2016, 4, 1))[1]["nishi"].projects == 1
    assert read_social_business(date(2016, 4, 2))[1]["nishi"].projects == 0
    begun, standing = read_social_business(date(2016, 3, 31))
    assert standing["kita"] == Standing("kita", ventures=3, projects=3)
    assert max(row.fiscal_year for row in begun) == 2015


def test_a_ward_without_a_row_has_begun_nothing():
    begun = [YearFigures("kita", 2015, ventures=3, involved=2, projects=1)]

    assert figures_of("kita", 2015, begun, Standing("kita", 5, 4)) == WardFigures(3, 1, 3, 5, 4)
    assert figures_of("kita", 2016, begun, Standing("kita")) == WardFigures()


def test_the_way_to_fifty_is_five_years_of_all_wards():
    begun = [
        YearFigures("kita", 2010, projects=40),
        YearFigures("kita", 2011, projects=20),
        YearFigures("nishi", 2011, projects=4),
        YearFigures("nishi", 2015, projects=30),
        YearFigures("kita", 2016, projects=1),
    ]

    way = way_to_the_target(begun, 2015)

    assert [(step.fiscal_year, step.new, step.so_far, step.percent) for step in way] == [
        (2011, 24, 24, 48), (2012, 0, 24, 48), (2013, 0, 24, 48), (2014, 0, 24, 48),
        (2015, 30, 54, 100),
    ]  # fmt: skip


def test_the_page_and_its_file_tell_the_same(two_wards, client_at):
    client = client_at("osaka")
    page = client.get("/socialbiz/?fiscal_year=平成27年度").content.decode()
    found = client.get("/socialbiz/?fiscal_year=2015&format=csv")
    header, *rows = csv.reader(io.StringIO(b"".join(found.streaming_content).decode("utf-8-sig")))

    assert "社会的ビジネスの状況（平成27年度）" in page
    assert "平成28年3月31日現在で数えています。" in page
    assert header == list(COLUMNS)
    assert len(rows) == 25
    of = {row[2]: row[3:] for row in rows}
    assert of["北区"] == ["2", "2", "3", "3", "3"]
    assert of["西区"] == ["0", "1", "1", "0", "1"]
    assert rows[-1][3:] == ["2", "3", "4", "3", "4"]
    for nonsense in ("2010", "2099", "いつか"):
        assert client.get(f"/socialbiz/?fiscal_year={nonsense}").status_code == 404


def test_no_name_leaves_its_ward(two_wards):
    def look(ward):
        with connection.cursor() as cursor:
            cursor.execute("SELECT title FROM socialbiz_venture")

    with pytest.raises(ProgrammingError, match="permission denied"):
        read_each_ward(look)
