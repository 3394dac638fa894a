"""Who gets which answer on the pages of 地域活動協議会: rows of tests/test_access.py."""

from datetime import date

from councils.city.models import RequirementSet
from councils.models import (
    ChangeNotice,
    CouncilPractice,
    Filing,
    FilingRule,
    SchoolDistrictArea,
    SupportGrant,
    SupportRate,
)
from councils.services import applications, certifications, rosters
from wards import clock

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
MOVED, NOT_FOUND = 302, 404
NO_FILE = "00000000-0000-4000-8000-000000000000"


def of_councils(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""
    rows = []
    for model, add, step, may in (
        ("communitycouncil", WORKERS, "add_officer", WORKERS),
        ("certificationapplication", "", "examine", WORKERS),
        ("changenotice", "", "contact", WORKERS),
        ("confirmation", "", "judge", WORKERS),
        ("filing", "", "submit", WORKERS),
        ("schooldistrictarea", "manager", "note", WORKERS),
    ):
        base, at = f"admin/councils/{model}/", f"/admin/councils/{model}/{{council_{model}}}/"
        rows += of_a_model(f"councils/{model}", f"council_{model}", staff, see=READERS, add=add)
        act = f"{base}<int:pk>/act/<slug:code>/"
        # A button that has nothing to type moves on; the others show what is missing.
        gets = MOVED if step == "examine" else 200
        rows += [
            row(act, f"{at}act/{step}/", READERS, MOVED),
            row(act, f"{at}act/nothing/", READERS, NOT_FOUND, method="post"),
            row(act, f"{at}act/{step}/", may, gets, method="post"),
            row(f"{base}export/<slug:kind>/", f"/{base}export/xlsx/", READERS),
        ]
    # Of a rule that has begun only the last day is asked, which may stay empty; the practice that has
    # begun is followed by another.
    for model, change, posted in (
        ("filingrule", "manager", MOVED),
        ("supportrate", "manager", 200),
        ("councilpractice", "", 200),
    ):
        rows += of_a_model(
            f"councils/{model}", f"council_{model}", staff,
            see="manager", change=change, add="manager", posted=posted,
        )  # fmt: skip
        base = f"admin/councils/{model}/"
        rows.append(row(f"{base}export/<slug:kind>/", f"/{base}export/csv/", "manager"))
    rows += of_a_model(
        "councils/supportgrant", "council_supportgrant", staff, see=READERS, change=WORKERS, add=WORKERS
    )  # fmt: skip
    grant, area = "admin/councils/supportgrant/", "admin/councils/schooldistrictarea/"
    council = "admin/councils/communitycouncil/"
    one, at = f"{council}<int:pk>/", f"/{council}{{council_communitycouncil}}/"
    return [
        *rows,
        row(f"{grant}export/<slug:kind>/", f"/{grant}export/csv/", READERS),
        row(f"{area}reorganise/", f"/{area}reorganise/", "manager"),
        row(f"{council}files/<slug:kind>/", f"/{council}files/officers/", WORKERS),
        row(f"{council}files/<slug:kind>/", f"/{council}files/nothing/", WORKERS, NOT_FOUND),
        row(f"{council}files/<slug:kind>/out/", f"/{council}files/areas/out/", READERS),
        row(
            f"{council}files/<uuid:pk>/check/", f"/{council}files/{NO_FILE}/check/", WORKERS, MOVED
        ),
        row(f"{council}settings/", f"/{council}settings/", "manager"),
        row(f"{one}addresses/", f"{at}addresses/", READERS, MOVED),
        row(f"{one}addresses/", f"{at}addresses/", READERS, method="post"),
        row(f"{one}papers/<int:paper>/", f"{at}papers/1/", READERS, NOT_FOUND),
        row(
            f"{one}certificate/<int:certification>/",
            f"/{council}{{council_certified}}/certificate/{{council_certification}}/",
            READERS,
        ),
    ]


def council_things(officer, manager, mayor) -> dict[str, int]:
    """Make what the addresses name in the ward served; return the numbers."""
    today = clock.today()
    area = SchoolDistrictArea.objects.create(code="01", name="見本東", valid_from=date(2011, 4, 1))
    council = rosters.register_council(
        area, name="見本の準備会", registered_on=today, actor=officer
    )
    application = applications.receive_application(council, applied_on=today, actor=officer)
    other = SchoolDistrictArea.objects.create(code="02", name="見本西", valid_from=date(2011, 4, 1))
    certified = rosters.register_council(
        other, name="見本西協議会", registered_on=today, actor=officer
    )
    done = applications.receive_application(certified, applied_on=today, actor=officer)
    certification = certified.certifications.create(
        area=other, application=done, number=1, certified_on=today, certified_by=mayor
    )
    confirmation = applications.plan_confirmation(certification, today)
    assert certifications.reasons_no_certificate(certification, today) == []
    return {
        "council_communitycouncil": council.pk,
        "council_certificationapplication": application.pk,
        "council_changenotice": ChangeNotice.objects.create(council=certified, received_on=today).pk,
        "council_confirmation": confirmation.pk,
        "council_filing": Filing.objects.create(council=certified, fiscal_year=2026, kind="plan", due_on=today).pk,
        "council_schooldistrictarea": area.pk,
        "council_filingrule": FilingRule.objects.first().pk,
        "council_supportrate": SupportRate.objects.create(kind="subsidy", purpose="活動費", percent=50, valid_from=today, source="要綱").pk,
        "council_councilpractice": CouncilPractice.objects.get().pk,
        "council_supportgrant": SupportGrant.objects.create(council=certified, kind="subsidy", fiscal_year=2026, title="活動", reference="K-1", applied_on=today).pk,
        "council_certified": certified.pk,
        "council_certification": certification.pk,
        "requirement_set": RequirementSet.objects.first().pk,
    }  # fmt: skip
