"""One opinion as a line of evidence: 意見 → 対応区分 → 担当（局） → 何をしたか → 取組・予算・指標, each dated.

Page and PDF print these same steps.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from councils.city.models.bureau_request import BureauRequest, RequestState
from councils.forum.choices import ResponseState
from councils.forum.ledger import public_opinions
from councils.forum.models import Opinion, Response
from councils.forum.public_opinions import (
    living_answer,
    public_answers,
    state_in_words,
)
from wards import clock
from wards.fiscal_year import fiscal_year_label
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a step; a link where the portal has its page."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the opinion to what became of it, with its day."""

    title: str
    day: date | None
    facts: tuple[Fact, ...]
    taken_back: str = ""


@dataclass(frozen=True, slots=True)
class PublicOpinion:
    """An opinion with everything that was published about it, in the order of the line."""

    number: int
    label: str
    title: str
    text: str
    fiscal_year: int
    source: str
    received_on: date
    state: str
    office: str
    response_class: str
    steps: tuple[Step, ...]
    is_sample: bool
    session: tuple[int, str] | None = None


def public_opinion(number: int) -> PublicOpinion | None:
    """Return one opinion with its line of evidence; None where nothing is published."""
    row = (
        public_opinions()
        .filter(pk=number)
        .select_related("session__subcommittee", "gathering", "agenda_item", "bureau")
        .prefetch_related(public_answers(), "measures")
        .first()
    )
    if row is None:
        return None
    living = living_answer(row)
    session = row.session if row.session and row.session.announced_at else None
    return PublicOpinion(
        number=row.pk,
        label=row.label,
        title=row.title,
        text=row.text,
        fiscal_year=row.fiscal_year,
        source=row.get_source_display(),
        received_on=row.received_on,
        state=state_in_words(row, clock.today()),
        office="、".join(filter(None, [row.section, row.bureau.name if row.bureau else ""])),
        response_class=living.get_response_class_display() if living else "",
        steps=tuple(_steps(row, living)),
        is_sample=row.is_demo,
        session=(session.pk, str(session)) if session else None,
    )


def _steps(row: Opinion, living: Response | None):
    yield _said(row)
    for answer in row.public_answers:
        yield _answered(answer)
    if living is None:
        told = "公表した対応を取り下げ、回答を見直しています。"
        yield Step("対応区分と対応・考え方", None, (Fact("状況", told),))
    yield _offices(row)
    yield from _bureau_answers(row)
    yield from _done(row)
    if living is not None:
        yield _plan_and_money(living)
    if row.closed_on is not None and row.closed_on <= clock.today():
        yield Step("結果", row.closed_on, (Fact("結果", row.closing),))


def _said(row: Opinion) -> Step:
    facts = [Fact("意見の要旨", row.text), Fact("経路", row.get_source_display())]
    if row.session and row.session.announced_at:
        facts.append(
            Fact("会議", str(row.session), reverse("forum:session", args=[row.session_id]))
        )
        if row.agenda_item:
            facts.append(Fact("議題", row.agenda_item.title))
    if row.gathering and row.gathering.is_public:
        facts.append(Fact("懇談会など", row.gathering.title, reverse("forum:gatherings")))
    return Step("意見", row.received_on, tuple(facts))


def _answered(answer: Response) -> Step:
    facts = [
        Fact("対応区分", answer.get_response_class_display()),
        Fact("対応・考え方", answer.text),
    ]
    if answer.reason:
        facts.append(Fact("できない理由", answer.reason))
    if answer.timing:
        facts.append(Fact("実施の時期", answer.timing))
    taken_back = ""
    if answer.state == ResponseState.WITHDRAWN:
        day = wareki(timezone.localdate(answer.withdrawn_at)) if answer.withdrawn_at else ""
        taken_back = f"{day}に取り下げました。理由：{answer.withdrawn_reason}"
    return Step(
        "対応区分と対応・考え方", timezone.localdate(answer.published_at), tuple(facts), taken_back
    )


def _offices(row: Opinion) -> Step:
    facts = [Fact("担当", f"{connection.tenant.office_name} {row.section}")]
    if row.bureau:
        facts.append(Fact("担当局", row.bureau.name))
    facts.append(Fact("事業の別", row.get_scope_display()))
    return Step("担当（局）", row.received_on, tuple(facts))


def _bureau_answers(row: Opinion):
    requests = BureauRequest.objects.filter(
        from_ward=connection.tenant, opinion_id=row.pk, state=RequestState.PUBLISHED
    ).select_related("bureau")
    for one in requests.order_by("published_on", "id"):
        facts = [
            Fact("局", one.bureau.name),
            Fact("区から", f"{one.get_kind_display()}（{wareki(one.sent_on)}）"),
            Fact("対応区分", one.get_answer_class_display()),
            Fact("局の回答", one.answer),
        ]
        if one.coordination:
            facts.append(Fact("市民局の調整・補足", one.coordination))
        yield Step("局の回答", one.published_on, tuple(facts))


def _done(row: Opinion):
    measures = sorted(row.measures.all(), key=lambda one: (one.done_on, one.pk))
    if not measures:
        yield Step("何をしたか", None, (Fact("状況", "実施したことの記録は、まだありません。"),))
    for one in measures:
        facts = [Fact("実施したこと", one.text)]
        if one.yen is not None:
            facts.append(Fact("かかった費用", f"{one.yen:,}円"))
        taken_back = ""
        if one.withdrawn_at is not None:
            day = wareki(timezone.localdate(one.withdrawn_at))
            taken_back = f"{day}に取り消しました。理由：{one.withdrawn_reason}"
        yield Step("何をしたか", one.done_on, tuple(facts), taken_back)


def _plan_and_money(answer: Response) -> Step:
    facts = [
        Fact("運営方針の取組", answer.plan_item or "記載なし"),
        Fact("予算", _budget_in_words(answer)),
    ]
    if answer.indicator:
        url = reverse("kpis:result", args=[answer.indicator.code])
        facts.append(Fact("成果指標", answer.indicator.short_title, url))
    else:
        facts.append(Fact("成果指標", "関係する指標はありません。"))
    return Step("運営方針・予算・指標", timezone.localdate(answer.published_at), tuple(facts))


def _budget_in_words(answer: Response) -> str:
    if answer.has_budget is None:
        return "記載なし"
    if not answer.has_budget:
        return "予算措置なし"
    year = fiscal_year_label(answer.budget_year) if answer.budget_year else ""
    yen = f" {answer.budget_yen:,}円" if answer.budget_yen is not None else ""
    return f"予算措置あり（{year}{yen}）" if year or yen else "予算措置あり"
