"""The cast of 社会的ビジネス: who works on it, and who carries it."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from socialbiz.services import operators, projects, ventures
from wards import clock


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Stop the clock at a moment in Osaka; without a call it is 2017-03-31 10:00."""

    def stop(moment: str):
        now = timezone.make_aware(datetime.fromisoformat(moment))
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(clock, "today", lambda: timezone.localdate(now))

    stop("2017-03-31 10:00")
    return stop


@pytest.fixture
def officer(hire):
    """The 担当 of 社会的ビジネス in 北区."""
    return hire("kita", "officer", since=date(2011, 4, 1))


@pytest.fixture
def mayor(hire):
    """The 区長 of 北区."""
    return hire("kita", "ward_mayor", since=date(2011, 4, 1))


@pytest.fixture
def cafe(kita, officer):
    """A made-up company."""
    return operators.register_operator(name="見本カフェ合同会社", kind="company", actor=officer)


@pytest.fixture
def begin(cafe, officer):
    """Register a CB/SB: `begin(date(2016, 5, 1), kind="social")`."""

    def make(started_on=date(2016, 5, 1), **more):
        values = {
            "title": "空き店舗の見守りカフェ", "operator": cafe, "kind": "community",
            "field": "welfare", "ward_part": "created", "started_on": started_on,
        }  # fmt: skip
        return ventures.register_venture(actor=officer, **{**values, **more})

    return make


@pytest.fixture
def hand_over(cafe, officer):
    """Register work of the city that was handed over."""

    def make(started_on=date(2016, 6, 1), **more):
        values = {
            "title": "見守り訪問の業務", "operator": cafe, "field": "welfare",
            "section": "保健福祉課", "contract_form": "commission", "started_on": started_on,
            "why": "顔なじみが続けて見守れる。", "sharing": "事故の責任は区が負う。",
        }  # fmt: skip
        return projects.register_project(actor=officer, **{**values, **more})

    return make
