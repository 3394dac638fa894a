"""地域活動協議会 of 24 wards: what is counted on a day, how it adds up, and the file of it."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from python_calamine import CalamineWorkbook

from councils.city.models import RequirementSet
from councils.models import (
    Certification,
    CertificationApplication,
    CommunityCouncil,
    Filing,
    SchoolDistrictArea,
    SupportGrant,
)
from osaka_kusei.citywide.council_figures import CouncilFigures, total_of
from osaka_kusei.citywide.council_page import COLUMNS
from osaka_kusei.citywide.council_reading import read_councils
from osaka_kusei.citywide.reading import read_each_ward
from wards.models import Ward

DAY = date(2026, 6, 1)


@pytest.fixture
def two_wards(enter, hire, city):
    """北区: one certified since 1 April and one that applies; 西区: one certified until 31 May."""
    rules = RequirementSet.objects.in_force(DAY)
    for slug, ended_on in (("kita", None), ("nishi", date(2026, 6, 1))):
        enter(slug)
        mayor = hire(slug, "ward_mayor")
        for code in ("01", "02"):
            area = SchoolDistrictArea.objects.create(
                code=code, name=f"見本{code}", valid_from=date(2011, 4, 1)
            )
            council = CommunityCouncil.objects.create(
                name=f"見本{code}", area=area, registered_on=date(2025, 4, 1)
            )
            is_first = code == "01"
            application = CertificationApplication.objects.create(
                council=council, area=area, requirement_set=rules, applied_on=date(2026, 3, 1),
                state="certified" if is_first else "examining", state_changed_at="2026-04-01T00:00Z",
                received_by=mayor, decided_on=date(2026, 4, 1) if is_first else None,
                decided_by=mayor if is_first else None,
            )  # fmt: skip
            if not is_first:
                continue
            held = Certification.objects.create(
                council=council, area=area, application=application, number=1, certified_by=mayor,
                certified_on=date(2026, 4, 1), ended_on=ended_on, end_kind="revoked" if ended_on else "",
            )  # fmt: skip
            held.confirmations.create(due_on=date(2026, 5, 31))
            for kind, accepted in (("plan", True), ("budget", False)):
                Filing.objects.create(
                    council=council, fiscal_year=2026, kind=kind, due_on=date(2026, 4, 30),
                    submitted_on=date(2026, 4, 20) if accepted else None,
                    accepted_on=date(2026, 5, 1) if accepted else None,
                    accepted_by=mayor if accepted else None,
                )  # fmt: skip
            Filing.objects.create(
                council=council, fiscal_year=2026, kind="bylaws", due_on=date(2026, 4, 30),
                not_required_reason="改正がないため",
            )  # fmt: skip
            for year, kind, yen in ((2026, "operating", 500_000), (2025, "subsidy", 300_000)):
                SupportGrant.objects.create(
                    council=council, kind=kind, fiscal_year=year, title="運営費",
                    reference=f"{slug}-{year}", applied_on=date(2026, 3, 1),
                    decided_on=date(2026, 4, 10), decided_yen=yen,
                )  # fmt: skip
    return enter("osaka")


def test_what_is_counted_changes_on_the_day_itself(two_wards):
    before = read_councils(date(2026, 5, 31))[0]
    figures, aid = read_councils(DAY)

    assert len(figures) == 24
    assert figures["kita"] == CouncilFigures(
        areas=2, certified=1, applying=1, confirmations_overdue=1, filings_required=2,
        filings_accepted=1, filings_late=1, operating_yen=500_000,
    )  # fmt: skip
    # The day before its due day is over nothing is overdue, and 西区's certification still holds.
    assert (before["kita"].confirmations_overdue, before["nishi"].certified) == (0, 1)
    assert (figures["nishi"].certified, figures["nishi"].preparing) == (0, 1)
    assert figures["chuo"] == CouncilFigures()
    assert read_councils(date(2026, 3, 31))[0]["kita"].certified == 0
    assert {(row.slug, row.fiscal_year, row.kind, row.decided_yen) for row in aid} == {
        (slug, year, kind, yen)
        for slug in ("kita", "nishi")
        for year, kind, yen in ((2026, "operating", 500_000), (2025, "subsidy", 300_000))
    }


def test_shares_of_a_total_are_those_of_all_wards():
    total = total_of(
        [
            CouncilFigures(areas=2, certified=1, filings_required=3, filings_accepted=2),
            CouncilFigures(areas=1),
        ]
    )
    assert (total.formation_rate, total.filing_rate) == (Decimal("33.3"), Decimal("66.7"))
    assert (CouncilFigures().formation_rate, CouncilFigures().filing_rate) == (None, None)


def test_the_page_and_its_file_tell_the_same(two_wards, client_at):
    client = client_at("osaka")
    page = client.get("/councils/?day=R8.6.1").content.decode()
    assert "地域活動協議会の状況（令和8年6月1日現在）" in page
    assert "1,000,000" in page
    content = client.get("/councils/?day=2026-06-01&format=xlsx").getvalue()
    header, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert header == list(COLUMNS)
    assert len(rows) == 25
    kita = dict(zip(header, next(row for row in rows if row[2] == "北区"), strict=True))
    assert (kita["areas"], kita["certified"], kita["formation_rate"]) == (2, 1, 50)
    total = dict(zip(header, rows[-1], strict=True))
    assert (total["certified"], total["aid_yen"]) == (1, 1_000_000)


def test_aid_by_ward_and_year_stands_on_the_page_and_in_its_file(two_wards, client_at):
    client = client_at("osaka")
    page = client.get("/councils/?day=2026-06-01")
    [kita] = [row for row in page.context["page"].aid_by_ward if row["ward"] == "北区"]
    assert kita["sums"] == [500_000, 300_000, 0, 0, 0]

    content = client.get("/councils/?day=2026-06-01&table=aid&format=csv").getvalue()

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(r["fiscal_year"], r["ward"], r["kind"], r["decided_yen"]) for r in rows] == [
        (year, ward, kind, yen)
        for year, kind, yen in (
            ("2026", "運営助成", "500000"),
            ("2025", "補助金", "300000"),
        )
        for ward in ("北区", "西区")
    ]
    assert client.get("/councils/?table=x&format=csv").status_code == 404


@pytest.mark.parametrize("day", ["2100-01-01", "2010-04-01", "明日", "令和8年2月30日"])
def test_a_day_that_cannot_be_counted_is_no_page(city, client_at, day):
    assert client_at("osaka").get(f"/councils/?day={day}").status_code == 404


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM councils_communitycouncil",
        "SELECT name FROM councils_councilofficer",
        "SELECT reason FROM councils_correctiverequest",
        "SELECT not_required_reason FROM councils_filing",
        "SELECT body FROM ward_desk_outgoingmail",
    ],
)
def test_the_city_cannot_read_names_or_words_of_a_ward(city, statement):
    def look(ward: Ward):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(ProgrammingError, match="permission denied"):
        read_each_ward(look)
