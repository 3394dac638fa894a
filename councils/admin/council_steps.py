"""The steps of a council's page: its roster, its papers, and what begins or ends a certification."""

from datetime import timedelta

from django import forms

from councils.choices import (
    ActivityField,
    DocumentKind,
    OrganizationKind,
    OrganKind,
    Position,
    RevocationState,
)
from councils.models import (
    CorrectiveRequest,
    CouncilDocument,
    CouncilOfficer,
    CouncilOrgan,
    CouncilPractice,
    MemberOrganization,
    OrganSeat,
)
from councils.services import (
    applications,
    certifications,
    change_links,
    change_notices,
    documents,
    rosters,
)
from wards import clock
from wards.attachments import ACCEPTED
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import NothingToType, ReasonForm, RowForm, Step, StepForm
from wards.typed import refuse
from wards.wareki import wareki

MAY_CHANGE = rosters.MAY_CHANGE
BASIS = "変更届の日付、総会の議決などです。認定された協議会では必ず入力してください。"


def _exists(council, user):
    """Offer a step as long as the council is not dissolved."""
    return None if council.dissolved_on else []


def send_link(council, data, user) -> str:
    """変更の申出の案内を送る."""
    link = change_links.send_link(council, actor=user)
    return f"{link.sent_to}に案内を送りました。{wareki(link.last_day)}まで使えます。"


def _has_mail(council, user):
    if council.dissolved_on is not None:
        return None
    return [] if council.email else ["協議会のメールアドレスが登録されていません。"]


def _held(council):
    return council.certifications.in_force(clock.today()).first()


def _certification(council):
    """Return what holds today; refuse when it has ended meanwhile."""
    held = _held(council)
    if held is None:
        refuse(["いまは認定されていません。画面を確かめてください。"])
    return held


def _certified(council, user):
    """Offer a step to a certified council only."""
    return [] if _held(council) else None


# --- 基本の事項 ---


class ParticularsForm(RowForm):
    """What the desk writes about a council."""

    name = line_field("名称")
    kana = line_field("ふりがな", required=False, longest=120)
    fields_of_activity = forms.MultipleChoiceField(
        label="市民活動分野",
        choices=ActivityField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    office_place = line_field(
        "事務所の所在地", required=False, longest=200, help_text="公表しません。"
    )
    phone = line_field("電話", required=False, longest=30)
    email = forms.EmailField(label="メール", required=False)
    website = forms.URLField(label="ウェブサイト", required=False, assume_scheme="https")
    phone_is_public = forms.BooleanField(label="電話を公表する", required=False)
    email_is_public = forms.BooleanField(label="メールを公表する", required=False)
    website_is_public = forms.BooleanField(label="ウェブサイトを公表する", required=False)
    is_public = forms.BooleanField(label="公開の名簿に載せる", required=False)


def change_particulars(council, data, user) -> str:
    """基本の事項を直す."""
    changed = rosters.change_particulars(council, data, actor=user)
    return "基本の事項を直しました。" if changed else "変わったところはありません。"


# --- 名簿 ---


class OfficerForm(StepForm):
    """An officer who takes a post."""

    position = choice_field("役職", Position.choices)
    position_name = line_field(
        "役職の呼び名",
        longest=40,
        required=False,
        help_text="協議会での呼び名が違うときに入力します。",
    )
    name = line_field("氏名")
    kana = line_field("ふりがな", required=False)
    address = line_field("住所", longest=200, required=False, help_text="公表しません。")
    valid_from = day_field("就任日")
    valid_to = day_field("任期の末日", required=False)
    name_is_public = forms.BooleanField(label="氏名を公表する", required=False, initial=True)
    basis = line_field("根拠", longest=200, required=False, help_text=BASIS)


def _warned(names, told: str) -> str:
    warnings = rosters.warnings_about(names, clock.today())
    return " ".join([told, *warnings])


def add_officer(council, data, user) -> str:
    """役員を登録する."""
    rosters.record(council, CouncilOfficer(council=council, **data), actor=user)
    return _warned([data["name"]], f"{data['name']}さんを登録しました。")


class NameForm(StepForm):
    """Whose name the public may read."""

    is_public = choice_field("氏名の公表", [("yes", "公表する"), ("no", "公表しない")])

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        officers = about.officers.still_open(clock.today())
        self.fields = {"row": row_field("役員", officers), **self.fields}
        self.fields["row"].needed_when = "※必須"


def show_name(council, data, user) -> str:
    """氏名の公表を決める."""
    public = data["is_public"] == "yes"
    rosters.show_name(council, data["row"], public=public, actor=user)
    return f"{data['row']}の氏名を{'公表しました' if public else '公表しないことにしました'}。"


class EndForm(StepForm):
    """The last day of a row of a roster."""

    last_day = day_field("末日")
    basis = line_field("根拠", longest=200, required=False, help_text=BASIS)

    rows_of = "officers"
    label = "役員"

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        rows = self.rows(about).still_open(clock.today())
        self.fields = {"row": row_field(self.label, rows), **self.fields}
        self.fields["row"].needed_when = "※必須"

    def rows(self, about):
        """Return the rows of the council."""
        return getattr(about, self.rows_of).all()


class EndOrganizationForm(EndForm):
    """The last day of a member body."""

    rows_of = "organizations"
    label = "構成団体"


class EndOrganForm(EndForm):
    """The last day of an organ."""

    rows_of = "organs"
    label = "会議体"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["basis"]


class EndSeatForm(EndOrganForm):
    """The last day of a seat."""

    label = "委員"

    def rows(self, about):
        """Return the seats in the council's organs."""
        return OrganSeat.objects.filter(organ__council=about).select_related("organ")


def end_row(council, data, user) -> str:
    """末日を入れる."""
    row = data["row"]
    rosters.end(council, row, last_day=data["last_day"], basis=data.get("basis", ""), actor=user)
    return f"{row}の末日を{wareki(data['last_day'])}にしました。"


class OrganizationForm(StepForm):
    """A body that joins."""

    name = line_field("団体名")
    kind = choice_field("種別", OrganizationKind.choices)
    valid_from = day_field("加入日")
    is_founder = forms.BooleanField(label="協議会を立ち上げた団体", required=False)
    basis = line_field("根拠", longest=200, required=False, help_text=BASIS)


def add_organization(council, data, user) -> str:
    """構成団体を登録する."""
    rosters.record(council, MemberOrganization(council=council, **data), actor=user)
    return f"{data['name']}を登録しました。"


class OrganForm(StepForm):
    """運営委員会 or 部会."""

    kind = choice_field("種類", OrganKind.choices)
    name = line_field("名称", longest=60)
    valid_from = day_field("設置日")


def add_organ(council, data, user) -> str:
    """会議体を登録する."""
    rosters.record(council, CouncilOrgan(council=council, **data), actor=user)
    return f"{data['name']}を登録しました。"


class SeatForm(StepForm):
    """A seat in an organ."""

    name = line_field("氏名")
    role = line_field("役割", longest=40, required=False, help_text="部会長などです。")
    valid_from = day_field("就任日")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        today = clock.today()
        organs, bodies = about.organs.in_force(today), about.organizations.in_force(today)
        self.fields = {
            "organ": row_field("会議体", organs),
            "organization": row_field("選出した団体", bodies, empty="なし", required=False),
            **self.fields,
        }
        self.fields["organ"].needed_when = "※必須"
        self.fields["organization"].needed_when = ""


def add_seat(council, data, user) -> str:
    """会議体の委員を登録する."""
    rosters.record(council, OrganSeat(**data), actor=user)
    return _warned([data["name"]], f"{data['name']}さんを{data['organ']}に登録しました。")


def _has_organs(council, user):
    if council.dissolved_on:
        return None
    return (
        []
        if council.organs.in_force(clock.today()).exists()
        else ["先に会議体を登録してください。"]
    )


def _has_seats(council, user):
    seats = OrganSeat.objects.filter(organ__council=council).still_open(clock.today())
    return [] if council.dissolved_on is None and seats.exists() else None


def _has_rows(name: str, words: str):
    def against(council, user):
        if council.dissolved_on:
            return None
        return [] if getattr(council, name).still_open(clock.today()).exists() else [words]

    return against


# --- 書類 ---


class MultipleFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to three files, read by the rules of attachments."""

    widget = MultipleFiles

    def clean(self, data, initial=None):
        """Return a list; what a file may be, the service says."""
        files = data if isinstance(data, list | tuple) else [data]
        return [
            super(FilesField, self).clean(one, initial) for one in files if one or self.required
        ]


class DocumentForm(StepForm):
    """Papers of one kind."""

    kind = choice_field("種類", DocumentKind.choices)
    files = FilesField(
        label="ファイル",
        widget=MultipleFiles({"accept": ACCEPTED}),
        help_text="PDFか写真を、一度に3つまで、1つ10MBまで選べます。",
        allow_empty_file=True,
        error_messages={"required": "ファイルを選んでください。"},
    )


def add_papers(council, data, user) -> str:
    """書類を登録する."""
    application = council.applications.open().first()
    rows = documents.add_documents(
        council, data["files"], kind=data["kind"], actor=user, application=application
    )
    return f"書類を{len(rows)}件登録しました。"


class PublishForm(StepForm):
    """Which paper the public may read."""

    is_public = choice_field("公表", [("yes", "公表する"), ("no", "公表しない")])

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        papers = CouncilDocument.objects.filter(council=about)
        self.fields = {"document": row_field("書類", papers), **self.fields}
        self.fields["document"].needed_when = "※必須"


def publish(council, data, user) -> str:
    """書類の公表を決める."""
    public = data["is_public"] == "yes"
    documents.publish_document(data["document"], public=public, actor=user)
    return f"{data['document']}を{'公表しました' if public else '公表しないことにしました'}。"


# --- 申請, 変更届 ---


class ApplicationForm(StepForm):
    """The day of an application."""

    applied_on = day_field(
        "申請日", help_text="申請書に書かれた日です。この日の認定要件で審査します。"
    )


def apply(council, data, user) -> str:
    """認定申請を受け付ける."""
    application = applications.receive_application(
        council, applied_on=data["applied_on"], actor=user
    )
    return f"認定申請を受け付けました（{application.requirement_set}で審査します）。"


def _may_apply(council, user):
    return [] if council.state in applications.MAY_APPLY else None


class NoticeForm(StepForm):
    """The day a 変更届 came."""

    received_on = day_field("受付日")
    note = text_field("備考", required=False, rows=2)


def take_notice(council, data, user) -> tuple[str, str]:
    """変更届を受け付ける."""
    notice = change_notices.receive_notice(
        council, received_on=data["received_on"], text=data["note"], actor=user
    )
    return "変更届を受け付けました。変更の内容を書いてください。", notice.get_absolute_url()


# --- 是正, 取消, 解散 ---


class CorrectionForm(StepForm):
    """What has to be mended, and by when."""

    reason = text_field("是正してほしい内容")
    due_on = day_field("是正の期限")


def request_correction(council, data, user) -> str:
    """是正を要請する."""
    certifications.request_correction(_certification(council), actor=user, **data)
    return "是正を要請しました。"


class ResolveForm(StepForm):
    """What the council did."""

    resolution = text_field("是正の内容")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields = {"request": row_field("是正要請", _open_requests(about)), **self.fields}
        self.fields["request"].needed_when = "※必須"
        self.fields["request"].label_from_instance = lambda one: (
            f"{wareki(one.requested_on)}：{one.reason[:40]}"
        )


def _open_requests(council):
    return CorrectiveRequest.objects.filter(certification__council=council, resolved_on=None)


def resolve_correction(council, data, user) -> str:
    """是正を確認する."""
    certifications.resolve_correction(data["request"], resolution=data["resolution"], actor=user)
    return "是正を確認しました。"


class RevocationForm(StepForm):
    """Why a certification is to be taken back, and until when the council may explain."""

    reason = text_field("取消の理由")
    statement_due_on = day_field("弁明の期限")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        today = clock.today()
        days = CouncilPractice.objects.in_force(today).statement_days
        self.fields[
            "statement_due_on"
        ].help_text = f"{wareki(today + timedelta(days=days))}以後の日にしてください。"


def running_revocation(council):
    """Return the revocation that is not decided, or None."""
    held = _held(council)
    return held.revocations.filter(state=RevocationState.PROPOSED).first() if held else None


def _revocation(council):
    """Return the revocation that is not decided; refuse when it was decided meanwhile."""
    revocation = running_revocation(council)
    if revocation is None:
        refuse(["取消の手続きは、いまは行われていません。画面を確かめてください。"])
    return revocation


def propose_revocation(council, data, user) -> str:
    """認定の取消を起案する."""
    certifications.propose_revocation(_certification(council), actor=user, **data)
    return "認定の取消を起案しました。協議会に、理由と弁明の期限を通知してください。"


def _may_propose(council, user):
    if _held(council) is None or running_revocation(council) is not None:
        return None
    return []


class StatementForm(StepForm):
    """What the council says for itself."""

    statement = text_field("弁明の内容")
    received_on = day_field("弁明の受付日")


def record_statement(council, data, user) -> str:
    """弁明を記録する."""
    certifications.record_statement(_revocation(council), actor=user, **data)
    return "弁明を記録しました。"


def _revocation_runs(council, user):
    return [] if running_revocation(council) is not None else None


def _may_decide(council, user):
    revocation = running_revocation(council)
    if revocation is None:
        return None
    return certifications.reasons_not_to_revoke(revocation, user, clock.today())


class DecisionForm(StepForm):
    """The ward mayor's decision on a revocation."""

    decision = choice_field("決定", [("revoke", "認定を取り消す"), ("keep", "取り消さない")])
    reason = text_field("決定の理由")


def decide_revocation(council, data, user) -> str:
    """取消を決定する."""
    revoke = data["decision"] == "revoke"
    certifications.decide_revocation(
        _revocation(council), revoke=revoke, reason=data["reason"], actor=user
    )
    return "認定を取り消しました。" if revoke else "認定を取り消さないことにしました。"


class DissolutionForm(ReasonForm):
    """The day and the reason of 解散."""

    dissolved_on = day_field("解散日")


def dissolve(council, data, user) -> str:
    """解散を登録する."""
    certifications.dissolve_council(council, actor=user, **data)
    return "解散を登録しました。"


STEPS = (
    Step("particulars", "基本の事項を直す", ParticularsForm, MAY_CHANGE, change_particulars, _exists, place="facts"),
    Step("add_officer", "役員を登録する", OfficerForm, MAY_CHANGE, add_officer, _exists, place="officers"),
    Step("end_officer", "役員の末日を入れる", EndForm, MAY_CHANGE, end_row, _has_rows("officers", "今の役員は登録されていません。"), place="officers"),
    Step("show_name", "氏名の公表を決める", NameForm, MAY_CHANGE, show_name, _has_rows("officers", "今の役員は登録されていません。"), place="officers"),
    Step("add_organization", "構成団体を登録する", OrganizationForm, MAY_CHANGE, add_organization, _exists, place="organizations"),
    Step("end_organization", "構成団体の末日を入れる", EndOrganizationForm, MAY_CHANGE, end_row, _has_rows("organizations", "今の構成団体は登録されていません。"), place="organizations"),
    Step("add_organ", "会議体を登録する", OrganForm, MAY_CHANGE, add_organ, _exists, place="organs"),
    Step("add_seat", "会議体の委員を登録する", SeatForm, MAY_CHANGE, add_seat, _has_organs, place="organs"),
    Step("end_seat", "会議体の委員の末日を入れる", EndSeatForm, MAY_CHANGE, end_row, _has_seats, place="organs"),
    Step("end_organ", "会議体の末日を入れる", EndOrganForm, MAY_CHANGE, end_row, _has_rows("organs", "今の会議体は登録されていません。"), place="organs"),
    Step("add_papers", "書類を登録する", DocumentForm, MAY_CHANGE, add_papers, place="papers"),
    Step("publish", "書類の公表を決める", PublishForm, "councils.publish_councildocument", publish, place="papers"),
    Step("apply", "認定申請を受け付ける", ApplicationForm, "councils.add_certificationapplication", apply, _may_apply, is_next=True),
    Step("decide_revocation", "取消を決定する", DecisionForm, "councils.decide_revocation", decide_revocation, _may_decide, is_grave=True, is_next=True),
    Step("statement", "弁明を記録する", StatementForm, certifications.MAY_CONFIRM, record_statement, _revocation_runs, is_next=True),
    Step("resolve", "是正を確認する", ResolveForm, certifications.MAY_CONCLUDE, resolve_correction, lambda council, user: [] if _open_requests(council).exists() else None, is_next=True),
    Step("notice", "変更届を受け付ける", NoticeForm, "councils.add_changenotice", take_notice, _certified),
    Step("link", "変更の申出の案内をメールで送る", NothingToType, "councils.add_changenotice", send_link, _has_mail, intro="協議会のメールアドレスに、役員や連絡先の変更を申し出るページの案内を送ります。案内は14日間、一度だけ使えます。"),
    Step("correct", "是正を要請する", CorrectionForm, certifications.MAY_CONCLUDE, request_correction, _certified),
    Step("revoke", "認定の取消を起案する", RevocationForm, "councils.propose_revocation", propose_revocation, _may_propose, is_grave=True, intro="協議会に理由を知らせ、弁明の機会を置きます。決定するのは、あなたとは別の区長です。"),
    Step("dissolve", "解散を登録する", DissolutionForm, "councils.dissolve_communitycouncil", dissolve, _exists, is_grave=True),
)  # fmt: skip
