"""The cast of 相談・要望: sections with people, and cases as they come in."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from consultations.choices import IntakeChannel
from consultations.models import (
    Category,
    Consultation,
    Publication,
    Section,
    SectionPost,
)
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from wards import clock
from wards.models import Membership, Office, Ward


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
def section(kita):
    """The 地域課 of 北区, a real section beside the 総合窓口."""
    return Section.objects.create(code="community", name="地域課", phone="06-6313-9534")


@pytest.fixture
def post(kita):
    """Give somebody a post in a section: `post(section, person, "chief")`."""

    def give(section, person, kind="staff", since=date(2020, 4, 1)):
        return SectionPost.objects.create(
            section=section, person=person, post=kind, valid_from=since
        )

    return give


@pytest.fixture
def submit(kita):
    """Send a case as a citizen: `submit(body="…", category="park", days_ago=3)`; returns the receipt."""

    def send(
        *, days_ago=0, key="", channel=IntakeChannel.WEB, language="ja", files=(), actor=None, **raw
    ):
        given = {
            "category": "road",
            "place": "梅田1丁目",
            "body": "街路灯が消えていて、夜道が暗いです。",
            "question_danger": "no",
            "wants_reply": "no",
            **raw,
        }
        checked = check_submission(given, by_staff=actor is not None)
        assert checked.faults == [], [str(fault) for _, fault in checked.faults]
        return receive_consultation(
            checked,
            Circumstances(
                channel=channel,
                language=language,
                submission_key=key,
                files=files,
                received_at=clock.now() - timedelta(days=days_ago),
            ),
            actor=actor,
        )

    return send


WANTS_A_CALL = {
    "wants_reply": "yes",
    "name": "大阪 花子",
    "reply_by": "phone",
    "phone": "06-6208-0000",
}
WANTS_A_MAIL = {
    "wants_reply": "yes",
    "name": "大阪 花子",
    "reply_by": "email",
    "email": "hanako@example.jp",
}


@pytest.fixture
def case(submit):
    """A case of a citizen who wants to be called back."""
    return submit(key="case", **WANTS_A_CALL).consultation


@pytest.fixture
def category(kita):
    """Return a category by its code."""
    return lambda code: Category.objects.get(code=code)


@pytest.fixture
def publish(submit, hire):
    """Publish a case as the two people would have: `publish(title="街灯", days_ago=20, on="2026-11-20")`."""

    proposer, head = hire("kita", "staff"), hire("kita", "manager")

    def make(
        *, title="街路灯について", summary="街路灯が消えている。", city_view="直しました。",
        response_kind="done", on="2026-11-20", days_ago=20, state="published", **raw,
    ):  # fmt: skip
        case = submit(days_ago=days_ago, **raw).consultation
        answered_on = case.received_on + timedelta(days=7) if city_view else None
        Consultation.objects.filter(pk=case.pk).update(
            state="publication_decided",
            answered_on=answered_on,
            closed_on=answered_on or case.received_on,
        )
        return Publication.objects.create(
            consultation=case,
            title=title,
            summary=summary,
            city_view=city_view,
            response_kind=response_kind if city_view else "",
            state=state,
            proposed_by=proposer,
            proposed_at=clock.now(),
            confirmed_by=None if state == "proposed" else head,
            confirmed_at=None if state == "proposed" else clock.now(),
            withhold_reason="1" if state == "withheld" else "",
            published_on=date.fromisoformat(on) if state == "published" else None,
        )

    return make


@pytest.fixture
def works_office(enter):
    """野田工営所, which serves 北区 and 西区."""
    enter("osaka")
    office = Office.objects.create(code="noda", name="野田工営所", kind=Office.Kind.WORKS)
    office.wards.set(Ward.objects.filter(slug__in=["kita", "nishi"]))
    enter("kita")
    return office


@pytest.fixture
def clerk(hire, works_office, enter):
    """A clerk of 野田工営所 at 北区."""
    person = hire("kita", "office_clerk")
    enter("osaka")
    Membership.objects.filter(user=person).update(office=works_office)
    enter("kita")
    return person
