"""変更届: the list, and the page on which its differences are written and accepted."""

from django import forms
from django.contrib import admin

from councils import changes
from councils.admin.columns import state_badge
from councils.admin.filters import AreaOfCouncilFilter
from councils.admin.places import CouncilList
from councils.choices import DocumentKind, NoticeState, OrganizationKind, Position
from councils.models import ChangeNotice, CouncilDocument
from councils.services import change_notices
from wards import clock
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field
from wards.desk.pages.steps import MARK, NothingToType, ReasonForm, Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.list_filters import choice_filter
from wards.text import Fault, email_address, phone_number

MAY_WRITE = "councils.change_changenotice"
MAY_ACCEPT = "councils.accept_changenotice"


class OfficerStartsForm(StepForm):
    """Who takes a post."""

    position = choice_field("役職", Position.choices)
    position_name = line_field("役職の呼び名", longest=40, required=False)
    name = line_field("氏名")
    kana = line_field("ふりがな", required=False)
    address = line_field("住所", longest=200, required=False, help_text="公表しません。")
    name_is_public = forms.BooleanField(label="氏名を公表する", required=False, initial=True)
    valid_from = day_field("就任日")


class OfficerEndsForm(StepForm):
    """Who leaves a post."""

    valid_to = day_field("退任日（末日）")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        officers = about.council.officers.still_open(clock.today())
        self.fields = {"row": row_field("役員", officers), **self.fields}
        self.fields["row"].needed_when = MARK


class OrganizationJoinsForm(StepForm):
    """Which body joins."""

    name = line_field("団体名")
    kind = choice_field("種別", OrganizationKind.choices)
    valid_from = day_field("加入日")


class OrganizationLeavesForm(OfficerEndsForm):
    """Which body leaves."""

    valid_to = day_field("脱退日（末日）")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["row"].label = "構成団体"
        self.fields["row"].queryset = about.council.organizations.still_open(clock.today())


class ContactForm(StepForm):
    """Which particular changes, and to what."""

    field = choice_field("変わる事項", changes.CONTACT_FIELDS.items())
    after = line_field("変更後", longest=200, required=False, help_text="空欄は「なし」です。")

    def clean(self):
        """Read telephone and mail by the rules for all texts; a name is never empty."""
        cleaned = super().clean()
        read = {"phone": phone_number, "email": email_address}.get(cleaned.get("field", ""))
        after = cleaned.get("after", "")
        try:
            if read and after:
                cleaned["after"] = read(after)
        except Fault as fault:
            self.add_error("after", str(fault))
        if cleaned.get("field") == "name" and not after.strip():
            self.add_error("after", "変更後の名称を入力してください。")
        if cleaned.get("field") == "website" and after:
            try:
                cleaned["after"] = forms.URLField(assume_scheme="https").clean(after)
            except forms.ValidationError as refusal:
                self.add_error("after", refusal)
        return cleaned


class BylawsForm(StepForm):
    """Which 規約 takes effect, and when."""

    effective_on = day_field("施行日")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        papers = CouncilDocument.objects.filter(council=about.council, kind=DocumentKind.BYLAWS)
        field = row_field("改正後の規約", papers)
        field.help_text = "協議会のページで、先に書類を登録してください。"
        field.needed_when = MARK
        self.fields = {"document": field, **self.fields}


class LineForm(StepForm):
    """Which line is taken out."""

    place = forms.IntegerField(widget=forms.HiddenInput)


def _adds(line_of):
    def do(notice, data, user) -> str:
        line = line_of(notice, data)
        change_notices.add_line(notice, line, actor=user)
        return f"「{changes.difference(line).what}」を書きました。"

    return do


def _officer_starts(notice, data):
    return changes.officer_starts(
        data["name"].strip(),
        data["position"],
        data["valid_from"],
        kana=data["kana"],
        position_name=data["position_name"],
        address=data["address"],
        name_is_public=data["name_is_public"],
    )


def remove(notice, data, user) -> str:
    """変更を消す."""
    change_notices.remove_line(notice, data["place"], actor=user)
    return "変更を消しました。"


def accept(notice, data, user) -> str:
    """変更届を受理する."""
    change_notices.accept_notice(notice, actor=user)
    return "変更届を受理し、名簿を書き換えました。"


def give_back(notice, data, user) -> str:
    """変更届を差し戻す."""
    change_notices.return_notice(notice, reason=data["reason"], actor=user)
    return "変更届を差し戻しました。"


def _waits(notice, user):
    return [] if notice.state == NoticeState.RECEIVED else None


def _acceptable(notice, user):
    if notice.state != NoticeState.RECEIVED:
        return None
    return change_notices.reasons_not_to_accept(notice, user)


class ChangeNoticeAdmin(StepPages, CouncilList):
    """変更届 of certified councils."""

    list_title = "変更届一覧"
    empty_sentence = "当てはまる変更届はありません。変更届は、協議会のページで受け付けます。"
    page_template = "admin/councils/change_notice.html"
    steps = (
        Step("officer_starts", "役員の就任を書く", OfficerStartsForm, MAY_WRITE, _adds(_officer_starts), _waits, place="lines"),
        Step("officer_ends", "役員の退任を書く", OfficerEndsForm, MAY_WRITE, _adds(lambda n, d: changes.officer_ends(d["row"].pk, str(d["row"]), d["valid_to"])), _waits, place="lines"),
        Step("organization_joins", "構成団体の加入を書く", OrganizationJoinsForm, MAY_WRITE, _adds(lambda n, d: changes.organization_joins(d["name"].strip(), d["kind"], d["valid_from"])), _waits, place="lines"),
        Step("organization_leaves", "構成団体の脱退を書く", OrganizationLeavesForm, MAY_WRITE, _adds(lambda n, d: changes.organization_leaves(d["row"].pk, str(d["row"]), d["valid_to"])), _waits, place="lines"),
        Step("contact", "名称・連絡先の変更を書く", ContactForm, MAY_WRITE, _adds(lambda n, d: changes.contact_changes(d["field"], getattr(n.council, d["field"]), d["after"])), _waits, place="lines"),
        Step("bylaws", "規約の改正を書く", BylawsForm, MAY_WRITE, _adds(lambda n, d: changes.bylaws_change(d["document"].display_name, d["effective_on"])), _waits, place="lines"),
        Step("remove", "この変更を消す", LineForm, MAY_WRITE, remove, lambda notice, user: None),
        Step("accept", "受理する", NothingToType, MAY_ACCEPT, accept, _acceptable, is_next=True),
        Step("return", "差し戻す", ReasonForm, MAY_ACCEPT, give_back, _waits),
    )  # fmt: skip
    list_display = (
        "council_column",
        "received_column",
        "what_column",
        "state_column",
        "decided_column",
    )
    list_filter = (choice_filter("状態", "state", NoticeState), AreaOfCouncilFilter)
    list_select_related = ("council",)
    history_fields = ("state", "decided_on", "decided_by", "decision_reason", "received_on")
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("協議会", lambda one: one.council.name),
        ("受付日", "received_on"),
        (
            "変更の内容",
            lambda one: "、".join(changes.difference(line).what for line in one.changes),
        ),
        ("状態", lambda one: one.get_state_display()),
        ("確認日", "decided_on"),
        ("差戻しの理由", "decision_reason"),
    )

    def has_add_permission(self, request) -> bool:
        """A notice is received on the page of its council."""
        return False

    def things(self):
        """Return notices as their page shows them."""
        return ChangeNotice.objects.select_related("council", "received_by", "decided_by")

    def page_context(self, request, notice, refused) -> dict:
        """Return the differences, and the forms for more."""
        may_write = notice.state == NoticeState.RECEIVED and request.user.has_perm(MAY_WRITE)
        return {
            "title": f"{notice.council.name}の変更届",
            "notice": notice,
            "nothing": changes.NOTHING,
            "council": notice.council,
            "state_badge": state_badge(NoticeState, notice.state),
            "lines": [
                {
                    "difference": changes.difference(line),
                    "remove": self.shown(
                        self.step("remove"), notice, key=str(place), initial={"place": place}
                    )
                    if may_write
                    else None,
                }
                for place, line in enumerate(notice.changes)
            ],
        }

    @admin.display(description="協議会", ordering="council__name")
    def council_column(self, notice):
        """Whose."""
        return notice.council.name

    @admin.display(description="受付日", ordering="received_on")
    def received_column(self, notice):
        """When."""
        return day_column(notice.received_on)

    @admin.display(description="変更の内容")
    def what_column(self, notice):
        """What changes."""
        told = dict.fromkeys(changes.difference(line).what for line in notice.changes)
        return "、".join(told) or "（まだ書かれていません）"

    @admin.display(description="状態", ordering="state")
    def state_column(self, notice):
        """How far."""
        return state_badge(NoticeState, notice.state)

    @admin.display(description="確認日", ordering="decided_on")
    def decided_column(self, notice):
        """When decided."""
        return day_column(notice.decided_on)
