"""Who gets which answer where: every address of both hosts × every kind of person.

An address without a row fails: who adds a page says here who may open it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import get_resolver

from consultations.city.models import CityReplyTemplate, DeadlineRule, Referral, RetentionClass
from consultations.models import (
    Publication,
    ReplyTemplate,
    RoutingRule,
    Section,
)
from consultations.services.intake import (
    Circumstances,
    check_submission,
    receive_consultation,
    token_of,
)
from kpis.catalog.models import CityResult, EvaluationRule, Indicator, Policy
from kpis.models import Result
from kpis.services import open_fiscal_year
from wards import clock
from wards.desk.choices import AccessKind, NoticeKind
from wards.desk.services import note_access, notify, post_mail
from wards.models import Bureau, Membership, Office, Session, User, Ward
from wards.sessions import SessionStore

from .access_of_councils import council_things, of_councils
from .access_of_forum import forum_things, of_the_forum
from .access_of_forum_city import forum_city_things, of_forum_city
from .access_of_socialbiz import of_public_registers, of_socialbiz, socialbiz_things

# Every page is opened, hardly one is looked at: what only this ran is not tested.
pytestmark = pytest.mark.no_cover

OK, MOVED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED = 200, 302, 403, 404, 405

WARD_STAFF = "viewer officer manager ward_mayor office_clerk judge"
CITY_STAFF = "city_viewer city_officer bureau_officer operator"
# They know a password of the portal, and are nobody here.
OUTSIDERS_AT_KITA = "anonymous nishi_officer city_officer ended deactivated"
OUTSIDERS_AT_OSAKA = "anonymous kita_officer ended deactivated"

KPI_READERS = "viewer officer manager ward_mayor office_clerk"
DEFINITION_READERS = "viewer officer manager ward_mayor"
WARD_HEADS = "manager ward_mayor"
MAIL_READERS = "officer manager"
CASE_READERS = "officer manager ward_mayor"
CASE_WORKERS = "officer manager"
CITY_READERS = "city_viewer city_officer"
RULE_READERS = "city_viewer city_officer operator"
LOG_READERS = "city_viewer city_officer operator"
NOBODY = ""
NO_REFERRAL = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    """One address: who is let in and what they get; other staff, and those who are nobody here."""

    pattern: str
    address: str
    let_in: str
    gets: int = OK
    others: int = FORBIDDEN
    outsiders: int = MOVED
    method: str = "get"
    # Who may see some, but not this one: for them it does not exist.
    unseen_by: str = ""

    def status_for(self, person: str, outsiders: str) -> int:
        if person in outsiders.split():
            return self.outsiders
        if person in self.unseen_by.split():
            return NOT_FOUND
        return self.gets if person in self.let_in.split() else self.others


def public(pattern: str, address: str, gets: int = OK) -> Row:
    return Row(pattern, address, "", gets, others=gets, outsiders=gets)


def everyone_here(pattern: str, staff: str, gets: int = OK, **more) -> Row:
    return Row(pattern, f"/{more.pop('address', pattern)}", staff, gets, **more)


def of_the_site(staff: str) -> list[Row]:
    """Return the rows of Django's own staff pages."""
    return [
        everyone_here("admin/", staff),
        everyone_here("admin/login/", staff, MOVED, outsiders=OK),
        everyone_here("admin/logout/", staff, NOT_ALLOWED),
        everyone_here("admin/password_change/", staff),
        everyone_here("admin/password_change/done/", staff),
        everyone_here("admin/autocomplete/", staff, FORBIDDEN),
        everyone_here("admin/jsi18n/", staff),
        everyone_here("admin/(?P<url>.*)$", staff, NOT_FOUND, address="admin/nothing-here/"),
    ]


def of_a_model(
    name: str, key: str, staff: str, *, see: str, change="", add="", history=None, **status
) -> list[Row]:
    """Return the rows of a model's pages; nobody deletes anything."""
    gets, posted, added = (status.get(name, OK) for name in ("gets", "posted", "added"))
    base = f"admin/{name}/"
    one = f"{base}<path:object_id>/"
    at = f"/{base}{{{key}}}/"
    return [
        Row(base, f"/{base}", see),
        Row(f"{base}add/", f"/{base}add/", add, added),
        Row(f"{one}history/", f"{at}history/", see)
        if history is None
        else Row(f"{one}history/", f"{at}history/", NOBODY, others=history),
        Row(f"{one}delete/", f"{at}delete/", NOBODY),
        Row(f"{one}change/", f"{at}change/", see, gets),
        Row(f"{one}change/", f"{at}change/", change, posted, method="post"),
        Row(one, at, staff, MOVED),
    ]


def of_notices(staff: str) -> list[Row]:
    """Return the rows of a list that shows each person their own; the one named is another's."""
    base, one, at = "admin/ward_desk/notice/", "<path:object_id>/", "{notice}/"
    return [
        Row(base, f"/{base}", staff),
        Row(f"{base}add/", f"/{base}add/", NOBODY),
        Row(f"{base}{one}history/", f"/{base}{at}history/", NOBODY, others=NOT_FOUND),
        Row(f"{base}{one}delete/", f"/{base}{at}delete/", NOBODY),
        Row(f"{base}{one}change/", f"/{base}{at}change/", NOBODY, others=NOT_FOUND),
        Row(f"{base}{one}", f"/{base}{at}", staff, MOVED),
        Row(f"{base}<int:pk>/done/", f"/{base}{at}done/", NOBODY, others=NOT_ALLOWED),
        Row(f"{base}<int:pk>/done/", f"/{base}{at}done/", NOBODY, others=NOT_FOUND, method="post"),
    ]


def of_cases(staff: str) -> list[Row]:
    """Return the rows of 相談・要望; the clerk of an office sees the list, but nothing handed over."""
    base, one, at = "admin/consultations/consultation/", "<int:pk>/", "{case}/"
    path_of_one = f"{base}<path:object_id>/"
    clerk = {"unseen_by": "office_clerk"}

    def page(rest: str, address: str, let_in: str, gets: int = OK, **more) -> Row:
        return Row(f"{base}{rest}", f"/{base}{address}", let_in, gets, **more)

    return [
        page("", "", f"{CASE_READERS} office_clerk"),
        page("add/", "add/", CASE_WORKERS),
        Row(f"{path_of_one}change/", f"/{base}{at}change/", CASE_READERS, **clerk),
        Row(f"{path_of_one}change/", f"/{base}{at}change/", NOBODY, method="post", **clerk),
        Row(f"{path_of_one}history/", f"/{base}{at}history/", CASE_READERS, **clerk),
        Row(f"{path_of_one}delete/", f"/{base}{at}delete/", NOBODY),
        Row(path_of_one, f"/{base}{at}", staff, MOVED),
        page(f"{one}act/<slug:code>/", f"{at}act/note/", CASE_READERS, MOVED, **clerk),
        page(
            f"{one}act/<slug:code>/",
            f"{at}act/nothing/",
            CASE_READERS,
            NOT_FOUND,
            method="post",
            **clerk,
        ),
        page(f"{one}act/<slug:code>/", f"{at}act/note/", CASE_WORKERS, OK, method="post", **clerk),
        page(f"{one}contact/", f"{at}contact/", CASE_READERS, MOVED, **clerk),
        page(f"{one}contact/", f"{at}contact/", CASE_READERS, OK, method="post", **clerk),
        page(f"{one}files/<int:file>/", f"{at}files/1/", CASE_READERS, NOT_FOUND, **clerk),
        page("export/<slug:kind>/", "export/xlsx/", CASE_READERS),
        page("bulk/", "bulk/", CASE_WORKERS),
        page("bulk/file/", "bulk/file/", CASE_WORKERS),
        page("bulk/<uuid:pk>/", f"bulk/{NO_REFERRAL}/", CASE_WORKERS, NOT_FOUND),
        page("bulk/<uuid:pk>/", f"bulk/{NO_REFERRAL}/", CASE_WORKERS, NOT_FOUND, method="post"),
        page("bulk/<uuid:pk>/former/", f"bulk/{NO_REFERRAL}/former/", CASE_WORKERS, NOT_FOUND),
        page("referrals/", "referrals/", CASE_READERS),
        page(
            "referrals/<uuid:pk>/",
            f"referrals/{NO_REFERRAL}/",
            CASE_READERS,
            NOT_FOUND,
            method="post",
        ),
        page(
            "referrals/<uuid:pk>/files/<int:number>/",
            f"referrals/{NO_REFERRAL}/files/1/",
            CASE_READERS,
            NOT_FOUND,
        ),
        page("publications/", "publications/", CASE_READERS),
        page("publications/", "publications/", "manager ward_mayor", MOVED, method="post"),
        page("publications/<slug:kind>/", "publications/csv/", CASE_READERS),
        page("figures/", "figures/", CASE_READERS),
        page("figures/<slug:kind>/", "figures/xlsx/", CASE_READERS),
        page("disposal/", "disposal/", "manager"),
        page("settings/", "settings/", CASE_READERS),
    ]


def of_their_configuration(staff: str) -> list[Row]:
    """Return the rows of what a ward's cases are worked by."""
    rows = []
    for model, change, see in (
        ("category", "manager", CASE_READERS),
        ("section", "manager", CASE_READERS),
        ("routingrule", "manager", CASE_READERS),
        ("replytemplate", CASE_WORKERS, CASE_READERS),
        ("disposalcertificate", NOBODY, "manager ward_mayor"),
    ):
        rows += of_a_model(
            f"consultations/{model}", model, staff, see=see, change=change, add=change
        )
    questions = "admin/consultations/category/{}/questions/"
    rule = "admin/consultations/routingrule/"
    return [
        *rows,
        Row(questions.format("<int:pk>"), f"/{questions.format('{category}')}", CASE_READERS),
        Row(
            questions.format("<int:pk>"),
            f"/{questions.format('{category}')}",
            "manager",
            method="post",
        ),
        Row(f"{rule}export/<slug:kind>/", f"/{rule}export/xlsx/", CASE_READERS),
        Row(f"{rule}tester/", f"/{rule}tester/", CASE_READERS),
        Row(f"{rule}check/", f"/{rule}check/", CASE_READERS),
        Row(
            f"{rule}<int:pk>/end/", f"/{rule}{{routingrule}}/end/", "manager", MOVED, method="post"
        ),
    ]


AT_KITA = [
    public("", "/"),
    public("kpis/", "/kpis/?fiscal_year=2016"),
    public("kpis/<slug:code>/", "/kpis/1-1-a/?fiscal_year=2016"),
    public("kpis/<slug:code>/", "/kpis/no-such-indicator/", NOT_FOUND),
    public("consultations/answers/", "/consultations/answers/"),
    public("consultations/answers/feed/", "/consultations/answers/feed/"),
    public("consultations/answers/months/", "/consultations/answers/months/"),
    public("consultations/answers/<int:number>/", "/consultations/answers/{answer}/"),
    public("consultations/answers/<int:number>/", "/consultations/answers/{unpublished}/", NOT_FOUND),
    public("councils/", "/councils/"),
    public("councils/<int:number>/", "/councils/{council_certified}/"),
    public("councils/<int:number>/", "/councils/{council_communitycouncil}/", NOT_FOUND),
    public("councils/<int:number>/papers/<int:paper>/", "/councils/{council_certified}/papers/1/", NOT_FOUND),
    public("councils/changes/<slug:token>/", "/councils/changes/nothing/", NOT_FOUND),
    public("open311/v2/services.<open311format:kind>", "/open311/v2/services.json"),
    public("open311/v2/services/<open311code:code>.<open311format:kind>", "/open311/v2/services/park.xml"),
    public("open311/v2/services/<open311code:code>.<open311format:kind>", "/open311/v2/services/recorded-request.xml", NOT_FOUND),
    public("open311/v2/requests.<open311format:kind>", "/open311/v2/requests.xml"),
    public("open311/v2/requests/<int:number>.<open311format:kind>", "/open311/v2/requests/{answer}.json"),
    public("open311/v2/requests/<int:number>.<open311format:kind>", "/open311/v2/requests/{unpublished}.json", NOT_FOUND),
    # Citizens need no account; a receipt belongs to whoever holds its address.
    public("consultations/new/", "/consultations/new/?category=road"),
    public("consultations/new/", "/consultations/new/?category=recorded-request", NOT_FOUND),
    public("consultations/receipt/<slug:token>/", "/consultations/receipt/{receipt}/"),
    public("consultations/receipt/<slug:token>/", "/consultations/receipt/{other_receipt}/", NOT_FOUND),
    public("consultations/track/", "/consultations/track/"),
    *of_the_site(WARD_STAFF),
    *of_a_model("wards/membership", "membership", WARD_STAFF, see=WARD_HEADS, history=NOT_FOUND),
    *of_a_model("kpi_catalog/policy", "policy", WARD_STAFF, see=DEFINITION_READERS, history=NOT_FOUND),
    *of_a_model("kpi_catalog/indicator", "indicator", WARD_STAFF, see=DEFINITION_READERS, history=NOT_FOUND),
    *of_a_model("kpi_catalog/evaluationrule", "rule", WARD_STAFF, see=DEFINITION_READERS, history=NOT_FOUND),
    *of_a_model("kpis/result", "result", WARD_STAFF, see=KPI_READERS, change="officer manager", add=KPI_READERS, added=NOT_FOUND),
    # Whoever works here has notices; another person's do not exist.
    *of_notices(WARD_STAFF),
    *of_a_model("ward_desk/outgoingmail", "mail", WARD_STAFF, see=MAIL_READERS),
    Row("admin/ward_desk/outgoingmail/export/<slug:kind>/", "/admin/ward_desk/outgoingmail/export/csv/", MAIL_READERS),
    Row("admin/ward_desk/outgoingmail/<int:pk>/undelivered/", "/admin/ward_desk/outgoingmail/{mail}/undelivered/", MAIL_READERS, MOVED, method="post"),
    *of_a_model("ward_desk/accessevent", "access", WARD_STAFF, see=WARD_HEADS),
    Row("admin/ward_desk/accessevent/export/<slug:kind>/", "/admin/ward_desk/accessevent/export/xlsx/", WARD_HEADS),
    *of_cases(WARD_STAFF),
    *of_their_configuration(WARD_STAFF),
    *of_councils(Row, of_a_model, WARD_STAFF),
    *of_the_forum(Row, of_a_model, public, WARD_STAFF),
    *of_socialbiz(Row, of_a_model, WARD_STAFF),
    *of_public_registers(public),
    Row("admin/kpis/result/grid/", "/admin/kpis/result/grid/", KPI_READERS),
    Row("admin/kpis/result/recompute/", "/admin/kpis/result/recompute/", "manager", MOVED, method="post"),
    Row("admin/kpis/result/export/", "/admin/kpis/result/export/", DEFINITION_READERS),
    Row("admin/kpis/result/import/", "/admin/kpis/result/import/", "officer manager"),
    Row("admin/kpis/result/import/preview/", "/admin/kpis/result/import/preview/", "officer manager", MOVED),
    Row("admin/kpis/result/import/problems/", "/admin/kpis/result/import/problems/", "officer manager", MOVED),
    Row(
        r"admin/^(?P<app_label>wards|kpi_catalog|ward_desk|kpis|councils|ward_forum|socialbiz|consultations)/$",
        "/admin/wards/", WARD_HEADS, others=NOT_FOUND,
    ),
    Row(
        r"admin/^(?P<app_label>wards|kpi_catalog|ward_desk|kpis|councils|ward_forum|socialbiz|consultations)/$",
        "/admin/kpis/", KPI_READERS, others=NOT_FOUND,
    ),
    Row(r"admin/^(?P<app_label>wards|kpi_catalog|ward_desk|kpis|councils|ward_forum|socialbiz|consultations)/$", "/admin/ward_desk/", WARD_STAFF),
    Row(
        r"admin/^(?P<app_label>wards|kpi_catalog|ward_desk|kpis|councils|ward_forum|socialbiz|consultations)/$",
        "/admin/consultations/", f"{CASE_READERS} office_clerk", others=NOT_FOUND,
    ),
    # The tables of the city do not exist here, nor do its pages.
    Row("admin/(?P<url>.*)$", "/admin/wards/user/", NOBODY, others=NOT_FOUND),
    Row("admin/(?P<url>.*)$", "/admin/review/", NOBODY, others=NOT_FOUND),
]  # fmt: skip

AT_OSAKA = [
    public("", "/"),
    public("table1/", "/table1/?fiscal_year=2016"),
    public("table2/", "/table2/?fiscal_year=2016"),
    public("indicators/<slug:code>/", "/indicators/1-1-a/?fiscal_year=2016"),
    public("consultations/", "/consultations/"),
    public("councils/", "/councils/"),
    public("socialbiz/", "/socialbiz/"),
    *of_forum_city(Row, of_a_model, CITY_STAFF),
    public("wards/<slug:slug>/", "/wards/kita/", MOVED),
    public("wards/<slug:slug>/", "/wards/sakai/", NOT_FOUND),
    *of_the_site(CITY_STAFF),
    *of_a_model("wards/user", "user", CITY_STAFF, see="operator", change="operator", add="operator"),
    *of_a_model("wards/membership", "membership", CITY_STAFF, see="operator", change="operator", add="operator", posted=MOVED),
    *of_a_model("wards/cityaccessevent", "city_access", CITY_STAFF, see="city_officer"),
    Row("admin/wards/cityaccessevent/export/<slug:kind>/", "/admin/wards/cityaccessevent/export/csv/", "city_officer"),
    *of_a_model("kpi_catalog/policy", "policy", CITY_STAFF, see=CITY_STAFF),
    *of_a_model("kpi_catalog/indicator", "indicator", CITY_STAFF, see=CITY_STAFF),
    *of_a_model("kpi_catalog/evaluationrule", "rule", CITY_STAFF, see=RULE_READERS),
    *of_a_model("kpi_catalog/cityresult", "city_result", CITY_STAFF, see=CITY_READERS, change=CITY_READERS, gets=MOVED, posted=MOVED),
    Row(
        "admin/kpi_catalog/cityresult/entry/<int:fiscal_year>/<slug:code>/",
        "/admin/kpi_catalog/cityresult/entry/2016/1-3-a/", CITY_READERS,
    ),
    Row(
        "admin/kpi_catalog/cityresult/entry/<int:fiscal_year>/<slug:code>/",
        "/admin/kpi_catalog/cityresult/entry/2016/1-3-a/", "city_officer", MOVED, method="post",
    ),
    Row(
        "admin/wards/user/<int:pk>/reset-password/",
        "/admin/wards/user/{user}/reset-password/", "operator",
    ),
    Row(
        "admin/wards/user/<int:pk>/reset-password/",
        "/admin/wards/user/{user}/reset-password/", "operator", method="post",
    ),
    Row(
        "admin/wards/user/<int:pk>/remove-second-factor/",
        "/admin/wards/user/{user}/remove-second-factor/", "operator",
    ),
    Row(
        "admin/wards/user/<int:pk>/remove-second-factor/",
        "/admin/wards/user/{user}/remove-second-factor/", "operator", MOVED, method="post",
    ),
    *of_a_model("wards/office", "office", CITY_STAFF, see="city_officer operator", change="operator", add="operator"),
    *of_a_model("wards/bureau", "bureau", CITY_STAFF, see="city_officer operator", change="operator", add="operator"),
    *of_a_model("council_city/requirementset", "requirement_set", CITY_STAFF, see=CITY_READERS, change="city_officer", add="city_officer"),
    *of_a_model("consultation_city/deadlinerule", "deadline_rule", CITY_STAFF, see=CITY_READERS, change="city_officer", add="city_officer", posted=MOVED),
    *of_a_model("consultation_city/retentionclass", "retention_class", CITY_STAFF, see=CITY_READERS),
    *of_a_model("consultation_city/cityreplytemplate", "city_template", CITY_STAFF, see=CITY_READERS, change="city_officer", add="city_officer"),
    # Who serves the bureau sees its referrals; to others of the role they do not exist.
    Row("admin/referrals/", "/admin/referrals/", "bureau_officer"),
    Row("admin/referrals/<uuid:pk>/", "/admin/referrals/{referral}/", "bureau_officer"),
    Row(
        "admin/referrals/<uuid:pk>/files/<int:number>/",
        "/admin/referrals/{referral}/files/1/", "bureau_officer", NOT_FOUND,
    ),
    Row("admin/referrals/<uuid:pk>/", "/admin/referrals/{referral}/", "bureau_officer", NOT_FOUND, method="post"),
    Row("admin/review/", "/admin/review/", CITY_READERS),
    Row("admin/review/", "/admin/review/", "city_officer", MOVED, method="post"),
    Row("admin/review/<slug:slug>/", "/admin/review/kita/", CITY_READERS),
    Row("admin/review/<slug:slug>/", "/admin/review/kita/", "city_officer", MOVED, method="post"),
    Row("admin/runs/", "/admin/runs/", LOG_READERS),
    Row("admin/runs/again/", "/admin/runs/again/", "operator", NOT_FOUND, method="post"),
    Row("admin/downloads/", "/admin/downloads/", CITY_READERS),
    Row(
        "admin/downloads/<slug:report>/<slug:kind>/",
        "/admin/downloads/results/csv/?fiscal_year=2016", CITY_READERS,
    ),
    Row(
        r"admin/^(?P<app_label>wards|kpi_catalog|council_city|consultation_city)/$",
        "/admin/wards/", "city_officer operator", others=NOT_FOUND,
    ),
    Row(r"admin/^(?P<app_label>wards|kpi_catalog|council_city|consultation_city)/$", "/admin/kpi_catalog/", CITY_STAFF),
    # A ward's results are no page of the city's.
    Row("admin/(?P<url>.*)$", "/admin/kpis/result/", NOBODY, others=NOT_FOUND),
]  # fmt: skip


def addresses(resolver, prefix="") -> Iterator[str]:
    for entry in resolver.url_patterns:
        full = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, full)
        else:
            yield full


@pytest.mark.parametrize(
    ("urlconf", "rows"),
    [("osaka_kusei.urls_ward", AT_KITA), ("osaka_kusei.urls_city", AT_OSAKA)],
)
def test_every_address_has_a_row_and_every_row_an_address(urlconf, rows):
    known, listed = set(addresses(get_resolver(urlconf))), {row.pattern for row in rows}

    assert known - listed == set()
    assert listed - known == set()


def _a_case_and_what_it_is_worked_by():
    today = clock.today()
    # Of tomorrow: a rule that has sent a case is not changed any more.
    rule = RoutingRule.objects.create(
        section=Section.objects.front_desk(), valid_from=today + timedelta(days=1)
    )
    checked = check_submission(
        {
            "category": "road",
            "place": "梅田1丁目",
            "body": "街路灯が消えています。",
            "question_danger": "no",
            "wants_reply": "yes",
            "name": "大阪 花子",
            "reply_by": "phone",
            "phone": "06-6208-0000",
        }
    )
    case = receive_consultation(checked, Circumstances()).consultation
    template = ReplyTemplate.objects.create(code="kita-own", title="区の文", body="お答えします。")
    return case, rule, template


@pytest.fixture
def things(hire, enter, certify) -> dict[str, int]:
    """The numbers of what the addresses name."""
    somebody, head = hire("kita", "officer"), hire("kita", "manager")
    enter("kita")
    open_fiscal_year(2016)
    result = Result.objects.get(fiscal_year=2016, indicator__code="1-1-a")
    mail = post_mail(
        key="receipt:1", to="a@example.jp", subject="受付のお知らせ", body="本文", about="A-1"
    )
    notice = notify(
        somebody, key="k", kind=NoticeKind.ASSIGNED, text="担当になりました。", url="/admin/"
    )
    access = note_access(somebody, what=AccessKind.PERSONAL_DATA, about="A-1")
    answer, unpublished = (
        published_or_not(state, somebody, head) for state in ("published", "proposed")
    )
    said = {"category": "park", "body": "枝が伸びています。", "wants_reply": "no"}
    receive_consultation(check_submission(said), Circumstances(submission_key="at-kita"))
    mayor = hire("kita", "ward_mayor")
    of_the_councils = council_things(somebody, head, mayor)
    of_the_forum_here = forum_things(somebody, head, mayor)
    of_social_business = socialbiz_things(somebody)
    # The last: a rule that has sent a case is closed to changes.
    case, rule, own_template = _a_case_and_what_it_is_worked_by()
    enter("nishi")
    receive_consultation(check_submission(said), Circumstances(submission_key="at-nishi"))
    enter("osaka")
    bureau = Bureau.objects.create(code="construction", name="建設局")
    enter("kita")
    referral = Referral.objects.create(
        from_ward=Ward.objects.get(slug="kita"), to_ward=Ward.objects.headquarters(), bureau=bureau,
        receipt_number="R08-KITA-000001-1", category_name="公園", body="本文", reason="局の担当",
        received_on=date(2026, 11, 1), due_on=date(2026, 11, 15), sent_by_name="北野 花子",
        sent_at=clock.now(),
    )  # fmt: skip
    of_the_forum_at_the_city = forum_city_things(somebody, head, mayor)
    enter("osaka")
    looked = note_access(somebody, what=AccessKind.PERSONAL_DATA, about="A-1")
    template = CityReplyTemplate.objects.create(code="light", title="街路灯", body="本文")
    citys_own = CityResult.objects.create(
        fiscal_year=2016, indicator=Indicator.objects.get(code="1-3-a"), actual=1
    )
    return {
        "user": somebody.pk,
        "membership": Membership.objects.get(user=somebody).pk,
        "result": result.pk,
        "mail": mail.pk,
        "notice": notice.pk,
        "access": access.pk,
        "city_access": looked.pk,
        "receipt": token_of("at-kita"),
        "other_receipt": token_of("at-nishi"),
        "case": case.pk,
        "category": case.category_id,
        "section": case.section_id,
        "routingrule": rule.pk,
        "replytemplate": own_template.pk,
        "disposalcertificate": certify(),
        "city_result": citys_own.pk,
        "policy": Policy.objects.first().pk,
        "indicator": Indicator.objects.first().pk,
        "rule": EvaluationRule.objects.first().pk,
        "answer": answer.pk,
        "unpublished": unpublished.pk,
        "bureau": bureau.pk,
        "office": Office.objects.create(code="noda", name="野田工営所", kind="works").pk,
        "referral": referral.pk,
        "deadline_rule": DeadlineRule.objects.get().pk,
        "retention_class": RetentionClass.objects.first().pk,
        "city_template": template.pk,
        **of_the_councils,
        **of_the_forum_here,
        **of_the_forum_at_the_city,
        **of_social_business,
    }


def published_or_not(state: str, proposed_by: User, confirmed_by: User) -> Publication:
    """Make a case of the ward served, with a text that the public may or may not read."""
    checked = check_submission({"category": "park", "body": "本文", "wants_reply": "no"})
    return Publication.objects.create(
        consultation=receive_consultation(checked, Circumstances()).consultation,
        title="件名",
        summary="要旨",
        state=state,
        proposed_by=proposed_by,
        proposed_at=clock.now(),
        confirmed_by=confirmed_by,
        confirmed_at=clock.now(),
        published_on=clock.today() if state == "published" else None,
    )


def open_session(enter, user: User, slug: str) -> str:
    """Forge a session that the login would not have given to everybody; return its key."""
    enter(slug)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "wards.access.MembershipBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    enter("osaka")
    return session.session_key


@pytest.fixture
def browser_of(hire, client_at, enter):
    """Return a person's browser with a session of the host, whether they work there or not."""

    def make(person: str, slug: str):
        if person == "anonymous":
            return client_at(slug)
        if person == "ended":
            role = "operator" if slug == "osaka" else "manager"
            user = hire(slug, role, until=date(2021, 3, 31))
        elif person == "deactivated":
            user = hire(slug, "operator" if slug == "osaka" else "manager")
        elif person.startswith(("kita_", "nishi_")):
            user = hire(*person.split("_", 1))
        elif person in CITY_STAFF.split():
            user = hire("osaka", person)
            if person == "bureau_officer":
                bureau = Bureau.objects.get(code="construction")
                Membership.objects.filter(user=user).update(bureau=bureau)
        else:
            user = hire(slug, person)
        client = client_at(slug)
        client.cookies[settings.SESSION_COOKIE_NAME] = open_session(enter, user, slug)
        if person == "deactivated":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return client

    return make


def wrong_answers(client, rows, things, person, outsiders) -> list[str]:
    found = []
    for row in rows:
        address = row.address.format(**things)
        status = getattr(client, row.method)(address).status_code
        expected = row.status_for(person, outsiders)
        if status != expected:
            found.append(f"{row.method.upper()} {address}: {status} and not {expected}")
    return found


@pytest.mark.parametrize("person", f"{WARD_STAFF} {OUTSIDERS_AT_KITA}".split())
def test_at_a_ward_everybody_gets_what_is_theirs(person, things, browser_of, enter):
    client = browser_of(person, "kita")

    assert wrong_answers(client, AT_KITA, things, person, OUTSIDERS_AT_KITA) == []


@pytest.mark.parametrize("person", f"{CITY_STAFF} {OUTSIDERS_AT_OSAKA}".split())
def test_at_headquarters_everybody_gets_what_is_theirs(person, things, browser_of, enter):
    client = browser_of(person, "osaka")

    assert wrong_answers(client, AT_OSAKA, things, person, OUTSIDERS_AT_OSAKA) == []


def test_a_cookie_of_kita_means_nothing_at_nishi(browser_of, client_at, enter):
    at_kita = browser_of("manager", "kita")
    assert at_kita.get("/admin/").status_code == OK
    key = at_kita.cookies[settings.SESSION_COOKIE_NAME].value
    at_nishi = client_at("nishi")
    at_nishi.cookies[settings.SESSION_COOKIE_NAME] = key

    assert at_nishi.get("/admin/").status_code == MOVED

    for slug, is_visible in (("kita", True), ("nishi", False), ("osaka", False)):
        enter(slug)
        assert Session.objects.filter(session_key=key).exists() is is_visible


def test_an_unknown_number_and_one_of_another_ward_are_the_same_404(
    things, browser_of, nishi_officer, enter
):
    client = browser_of("manager", "kita")
    enter("osaka")
    elsewhere = Membership.objects.get(user=nishi_officer).pk

    for number in (elsewhere, 99_999_999):
        answer = client.get(f"/admin/wards/membership/{number}/change/")
        assert answer.status_code == NOT_FOUND


def test_a_refusal_names_the_role_and_shows_no_page_of_another(browser_of, things):
    answer = browser_of("viewer", "kita").get("/admin/kpis/result/import/")

    assert answer.status_code == FORBIDDEN
    assert "閲覧者" in answer.content.decode()
