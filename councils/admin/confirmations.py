"""要件確認: the list with its 失効候補, and the page on which each requirement is looked at again."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Case, Value, When

from councils.admin.applications import JudgementForm, judged_row
from councils.admin.columns import confirmation_badge, state_badge
from councils.admin.filters import AreaOfCertificationFilter, ConfirmationFilter
from councils.admin.places import CouncilList
from councils.choices import CouncilState, Met
from councils.models import Confirmation
from councils.services import certifications
from councils.services.certifications import MAY_CONCLUDE, MAY_CONFIRM, findings_of
from councils.services.steps import state_of
from wards import clock
from wards.badges import badge
from wards.desk.pages.step_fields import day_field, text_field
from wards.desk.pages.steps import Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.wareki import wareki


class FindingForm(JudgementForm):
    """A finding of the yearly look."""

    def council_of(self, about):
        """Return whose papers are evidence."""
        return about.certification.council

    def requirements_of(self, about):
        """Return what is judged: the set of the application, for ever."""
        return about.certification.application.requirement_set.requirements.all()


def judge(confirmation, data, user) -> str:
    """確認の結果を記入する."""
    requirement = data.pop("requirement")
    certifications.judge_confirmation(confirmation, requirement, actor=user, **data)
    return f"{requirement}の確認の結果を記入しました。"


class ConcludeForm(StepForm):
    """A remark with the end of a confirmation."""

    note = text_field("備考", required=False, rows=2)


def conclude(confirmation, data, user) -> str:
    """要件を満たしていることを確認する."""
    following = certifications.conclude_confirmation(confirmation, text=data["note"], actor=user)
    return f"要件確認を終えました。次の期限は{wareki(following.due_on)}です。"


class CorrectionForm(StepForm):
    """What has to be mended, and by when."""

    reason = text_field("是正してほしい内容")
    due_on = day_field("是正の期限")

    def __init__(self, *args, about, **kwargs):
        unmet = [one.called for one in findings_of(about) if one.met == Met.UNMET]
        if unmet:
            kwargs["initial"] = {
                "reason": "\n".join(f"認定要件{one}を満たしてください。" for one in unmet),
                "due_on": clock.today() + timedelta(days=30),
            }
        super().__init__(*args, about=about, **kwargs)


def request_correction(confirmation, data, user) -> str:
    """是正を要請する."""
    certifications.request_correction(
        confirmation.certification, confirmation=confirmation, actor=user, **data
    )
    return "是正を要請しました。是正の確認は、協議会のページで記録します。"


def _open(confirmation, user):
    is_open = confirmation.confirmed_on is None and confirmation.certification.ended_on is None
    return [] if is_open else None


def _conclusion(confirmation, user):
    if _open(confirmation, user) is None:
        return None
    return certifications.reasons_not_to_confirm(confirmation)


def _unmet(confirmation, user):
    if _open(confirmation, user) is None:
        return None
    unmet = any(one.met == Met.UNMET for one in findings_of(confirmation))
    return [] if unmet else None


class ConfirmationAdmin(StepPages, CouncilList):
    """The yearly looks at certified councils."""

    list_title = "要件確認一覧"
    empty_sentence = "当てはまる要件確認はありません。認定すると、次の要件確認が登録されます。"
    page_template = "admin/councils/confirmation.html"
    steps = (
        Step("judge", "確認の結果を記入する", FindingForm, MAY_CONFIRM, judge, lambda thing, user: None),
        Step("conclude", "要件を満たしていることを確認する", ConcludeForm, MAY_CONCLUDE, conclude, _conclusion, is_next=True),
        Step("correct", "是正を要請する", CorrectionForm, MAY_CONCLUDE, request_correction, _unmet),
    )  # fmt: skip
    list_display = (
        "council_column",
        "area_column",
        "due_column",
        "standing_column",
        "confirmed_column",
    )
    list_filter = (ConfirmationFilter, AreaOfCertificationFilter)
    list_select_related = ("certification__council", "certification__area", "confirmed_by")
    history_fields = ("due_on", "confirmed_on", "confirmed_by", "note")
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("協議会", lambda one: one.certification.council.name),
        ("校区等地域", lambda one: one.certification.area.name),
        ("認定番号", lambda one: one.certification.number),
        ("確認の期限", "due_on"),
        ("確認日", "confirmed_on"),
        ("備考", "note"),
    )

    def has_add_permission(self, request) -> bool:
        """It is put on the calendar by certification."""
        return False

    def get_ordering(self, request):
        """What is still to be confirmed comes first: the one that is due first, or late the longest."""
        is_open = When(confirmed_on=None, certification__ended_on=None, then=Value(0))
        return (Case(is_open, default=Value(1)).asc(), "due_on", "pk")

    def things(self):
        """Return confirmations as their page shows them."""
        return Confirmation.objects.select_related(
            "certification__council",
            "certification__area",
            "certification__application__requirement_set",
            "confirmed_by",
        )

    def page_context(self, request, confirmation, refused) -> dict:
        """Return the requirements with what was found this time."""
        certification = confirmation.certification
        council = certification.council
        is_open = _open(confirmation, request.user) is not None
        found = {
            one.requirement_id: one
            for one in confirmation.judgements.select_related(
                "judged_by", "document", "requirement"
            )
        }
        may_judge = is_open and request.user.has_perm(MAY_CONFIRM)
        return {
            "title": f"{council.name}の要件確認",
            "confirmation": confirmation,
            "certification": certification,
            "council": council,
            "is_open": is_open,
            "state_badge": state_badge(CouncilState, state_of(council, clock.today())),
            "due_badge": confirmation_badge(confirmation.due_on, clock.today()) if is_open else "",
            "requirements": [
                judged_row(
                    self, confirmation, one, found.get(one.pk), may_judge=may_judge, refused=refused
                )
                for one in certification.application.requirement_set.requirements.all()
            ],
            "corrections": list(confirmation.corrective_requests.all()),
        }

    @admin.display(description="協議会", ordering="certification__council__name")
    def council_column(self, confirmation):
        """Whose."""
        return confirmation.certification.council.name

    @admin.display(description="地域", ordering="certification__area__code")
    def area_column(self, confirmation):
        """Where."""
        return confirmation.certification.area.name

    @admin.display(description="期限", ordering="due_on")
    def due_column(self, confirmation):
        """By when."""
        return day_column(confirmation.due_on)

    @admin.display(description="状態")
    def standing_column(self, confirmation):
        """How near, or done."""
        if confirmation.confirmed_on is not None:
            return badge("確認済", "good", "✓")
        if confirmation.certification.ended_on is not None:
            return badge("認定の失効により終了", "plain", "—")
        return confirmation_badge(confirmation.due_on, clock.today())

    @admin.display(description="確認日", ordering="confirmed_on")
    def confirmed_column(self, confirmation):
        """When confirmed."""
        return day_column(confirmation.confirmed_on)
