"""The cast of 地域活動協議会: an area, a council on its way, and who works on it."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from councils.choices import DocumentKind, Position
from councils.models import CommunityCouncil, CouncilOfficer, SchoolDistrictArea
from councils.services import applications, documents, rosters
from wards import clock

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def at(monkeypatch):
    """Stop the clock at a moment in Osaka: `at("2026-11-25 10:00")`."""

    def stop(moment: str):
        now = timezone.make_aware(datetime.fromisoformat(moment))
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(clock, "today", lambda: timezone.localdate(now))
        return now

    return stop


@pytest.fixture
def officer(hire):
    """The 担当 of the councils in 北区."""
    return hire("kita", "officer", since=date(2011, 4, 1))


@pytest.fixture
def manager(hire):
    """The 課長 of the councils in 北区."""
    return hire("kita", "manager")


@pytest.fixture
def mayor(hire):
    """The 区長 of 北区."""
    return hire("kita", "ward_mayor")


@pytest.fixture
def area(kita):
    """A made-up 校区等地域 of 北区."""
    return SchoolDistrictArea.objects.create(
        code="01", name="見本東", kana="みほんひがし", valid_from=date(2011, 4, 1)
    )


def pdf(name="規約.pdf"):
    """Return a PDF as a browser sends it."""
    return SimpleUploadedFile(name, BytesIO(PDF).getvalue(), "application/pdf")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Keep the files of a test in its own folder."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def register(area, officer):
    """Register a 準備的な組織 with a representative: `register(name="…")`."""

    def make(
        *, name="見本東地域活動協議会", since=date(2020, 4, 1), place=None
    ) -> CommunityCouncil:
        council = rosters.register_council(
            place or area, name=name, registered_on=since, actor=officer
        )
        rosters.record(
            council,
            CouncilOfficer(
                council=council,
                name="見本 太郎",
                position=Position.REPRESENTATIVE,
                address="大阪市北区見本1-2-3",
                valid_from=since,
            ),
            actor=officer,
        )
        return council

    return make


@pytest.fixture
def apply(register, officer):
    """Receive an application with all its papers and begin to examine it."""

    def make(council=None, **more):
        council = council or register(**more)
        application = applications.receive_application(
            council, applied_on=clock.today(), actor=officer
        )
        for kind in (
            DocumentKind.APPLICATION,
            DocumentKind.BYLAWS,
            DocumentKind.ORGANIZATIONS,
            DocumentKind.OFFICERS,
        ):
            documents.add_documents(
                council, [pdf()], kind=kind, actor=officer, application=application
            )
        applications.make_move(application, "examine", actor=officer)
        application.refresh_from_db()
        return application

    return make


@pytest.fixture
def judge_all(officer):
    """Find every requirement of an application met."""

    def judge(application, *, but=""):
        for requirement in applications.requirements_of(application):
            unmet = requirement.code == but
            applications.judge(
                application,
                requirement,
                met="unmet" if unmet else "met",
                article="" if unmet else "第3条",
                reason="規約に定めがない。" if unmet else "",
                actor=officer,
            )

    return judge


@pytest.fixture
def certify_council(apply, judge_all, officer, manager, mayor):
    """Walk an application to the certification: returns the council."""

    def make(**more):
        application = apply(**more)
        judge_all(application)
        for code, actor in (("hand_up", officer), ("propose", manager), ("certify", mayor)):
            applications.make_move(application, code, actor=actor)
            application.refresh_from_db()
        return application.council

    return make
