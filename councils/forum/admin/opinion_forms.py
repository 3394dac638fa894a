"""The forms of the ledger's steps."""

from django import forms

from councils.city.models import BureauRequest
from councils.forum.choices import ResponseClass, ResponseState, Scope
from councils.forum.models import AgendaItem, Measure, ResponsePublication
from councils.forum.services.responses import living_response, version_of
from councils.forum.services.typed import LONGEST_OPINION
from kpis.catalog.models import Indicator
from wards import clock
from wards.desk.pages.step_fields import (
    FiscalYearField,
    choice_field,
    day_field,
    line_field,
    number_field,
    row_field,
    text_field,
)
from wards.desk.pages.steps import MARK, ReasonForm, StepForm
from wards.fiscal_year import fiscal_year_of
from wards.models import Bureau
from wards.typed import MOST_YEN

BUDGET = {"": None, "yes": True, "no": False}


def bureau_field(**options) -> forms.ModelChoiceField:
    """Return a field for a bureau of today."""
    return row_field(
        "担当局", Bureau.objects.filter(is_active=True), empty="なし", required=False, **options
    )


class OpinionForm(StepForm):
    """What an opinion says, and who answers it."""

    title = line_field("見出し")
    text = text_field(
        "意見の要旨",
        longest=LONGEST_OPINION,
        rows=5,
        help_text="公表します。氏名など、個人が分かることは書かないでください。",
    )
    scope = choice_field("事業の別", Scope.choices)
    section = line_field("担当課", longest=60, help_text="意見に答える区の課です。")

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {
            name: getattr(about, name) for name in ("title", "text", "scope", "section")
        } | {"bureau": about.bureau_id, "agenda_item": about.agenda_item_id}
        super().__init__(*args, about=about, **kwargs)
        self.fields["bureau"] = bureau_field(help_text="局の事業のときは、必ず選んでください。")
        if about.session_id is not None:
            items = AgendaItem.objects.filter(session=about.session_id)
            self.fields["agenda_item"] = row_field("議題", items, empty="なし", required=False)


class ResponseForm(StepForm):
    """What the ward says to an opinion; a draft is shown again."""

    response_class = choice_field("対応区分", ResponseClass.choices)
    text = text_field("対応・考え方", longest=LONGEST_OPINION, rows=6)
    reason = text_field(
        "できない理由", required=False, help_text="対応困難のときは、必ず入力してください。"
    )
    timing = line_field("実施の時期", longest=60, required=False, help_text="例：令和8年10月")
    plan_item = line_field("運営方針の取組", longest=120, required=False)
    has_budget = choice_field(
        "予算措置", [("yes", "ある"), ("no", "ない")], empty="まだ決まっていない", required=False
    )
    budget_year = FiscalYearField(label="予算の年度", required=False)
    budget_yen = number_field("予算額（円）", least=0, most=MOST_YEN, required=False)

    def __init__(self, *args, about, **kwargs):
        draft = living_response(about)
        if draft is not None and draft.state == ResponseState.DRAFT:
            names = ("response_class", "text", "reason", "timing", "plan_item")
            kwargs["initial"] = {name: getattr(draft, name) for name in names} | {
                "has_budget": {True: "yes", False: "no"}.get(draft.has_budget, ""),
                "budget_year": draft.budget_year,
                "budget_yen": draft.budget_yen,
                "indicator": draft.indicator_id,
            }
        super().__init__(*args, about=about, **kwargs)
        indicators = Indicator.objects.for_fiscal_year(fiscal_year_of(clock.today()))
        if draft is not None and draft.indicator_id:
            indicators = Indicator.objects.filter(pk=draft.indicator_id) | indicators
        self.fields["indicator"] = row_field(
            "関係する成果指標", indicators, empty="なし", required=False
        )

    def clean_has_budget(self) -> bool | None:
        """Return yes, no, or not known."""
        return BUDGET[self.cleaned_data["has_budget"]]


class SeenField(forms.CharField):
    """The version that the page shows; a refused page shows the new text, so the new version too."""

    widget = forms.HiddenInput

    def bound_data(self, data, initial):
        """Return what the page was built from, whatever was sent."""
        return initial


class ApprovalForm(StepForm):
    """A button that is about the answer and the opinion that the page shows."""

    # What is missing is refused like what is old, after whatever else stands against it.
    seen = SeenField(required=False)

    def __init__(self, *args, about, **kwargs):
        draft = living_response(about)
        kwargs["initial"] = {"seen": version_of(about, draft) if draft else ""}
        super().__init__(*args, about=about, **kwargs)


class ChosenPublicationForm(StepForm):
    """Into which set of answers."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        rows = ResponsePublication.objects.filter(published_at=None)
        self.fields["publication"] = row_field("公表のまとまり", rows)
        self.fields["publication"].needed_when = MARK


class MeasureForm(StepForm):
    """What was done, when, for how much."""

    done_on = day_field("実施した日")
    text = text_field("実施したこと", help_text="公表します。")
    yen = number_field("かかった費用（円）", least=0, most=MOST_YEN, required=False)


class WithdrawnMeasureForm(ReasonForm):
    """Which record of something done is taken back, and why."""

    reason = line_field("取り消す理由", longest=300)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        rows = Measure.objects.filter(opinion=about, withdrawn_at=None)
        self.fields = {"measure": row_field("実施の記録", rows), **self.fields}
        self.fields["measure"].needed_when = MARK
        self.fields["measure"].label_from_instance = lambda one: one.text[:40]


class RequestForm(StepForm):
    """What is asked of a bureau."""

    kind = choice_field("種類", BureauRequest.Kind.choices)
    title = line_field("件名")
    text = text_field("要請・提案の内容", longest=LONGEST_OPINION, rows=5)

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {"title": about.title, "text": about.text}
        super().__init__(*args, about=about, **kwargs)


class WithdrawalForm(StepForm):
    """Why something is taken back."""

    reason = line_field("取り下げる理由", longest=300)


class ClosingForm(StepForm):
    """To which result an opinion came."""

    closing = line_field(
        "結果", longest=300, help_text="公表します。例：令和8年10月に街灯を設置した。"
    )
