"""受付: an officer enters a case for somebody who came, called, wrote or sent a fax."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from consultations.admin.case_page import receipt_words
from consultations.choices import (
    ENTERED_BY_OFFICER,
    QuestionKind,
    RecordType,
    ReplyBy,
    RequesterKind,
)
from consultations.city.models import DeadlineRule
from consultations.models import Category, CategoryForm
from consultations.services.intake import (
    Circumstances,
    check_submission,
    receipt_of,
    receive_with_files,
)
from consultations.submission_rules import CONTACT_FIELDS, LONGEST_BODY_AT_THE_COUNTER
from wards import attachments, clock
from wards.list_filters import midnight
from wards.text import Fault, short_text

MAY_NOT_ADD = "あなたの役割では、案件を受け付けられません。"
# Of the contact each field is needed in its own case; what stands here is the rule in short.
NEEDED_WHEN = {
    "reply_by": "※希望する人は必須",
    "name": "※希望する人は必須",
    "email": "※メールのとき必須",
    "phone": "※電話のとき必須",
    "address": "※郵便のとき必須",
}
_KEY = re.compile(r"[A-Za-z0-9]{32}")


class ManyFilesInput(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what they are is judged by `wards.attachments`, for every way in alike."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        """Return what was sent."""
        return data or []


class IntakeForm(forms.Form):
    """What stands around the submission: how it came in, when, and the originals.

    What was said is read by the same rules as the public form (`check_submission`); these fields
    only draw it.
    """

    error_css_class = "has-error"

    intake_channel = forms.ChoiceField(
        label="受付経路",
        choices=[("", "選んでください"), *((c.value, c.label) for c in ENTERED_BY_OFFICER)],
    )
    received_day = forms.DateField(
        label="受付日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    received_time = forms.TimeField(
        label="受付時刻", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    record_type = forms.ChoiceField(label="記録の種類", choices=RecordType)
    requester_kind = forms.ChoiceField(label="要望者区分", choices=RequesterKind)
    subject = forms.CharField(
        label="件名",
        required=False,
        max_length=100,
        help_text="空欄のときは、内容の書き出しから作ります。",
    )
    place = forms.CharField(label="場所", required=False, help_text="例：梅田1丁目の交差点の北側")
    body = forms.CharField(
        label="内容",
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=f"本人の言葉のまま、{LONGEST_BODY_AT_THE_COUNTER:,}字以内で入力してください。",
    )
    wants_reply = forms.ChoiceField(
        label="回答の希望",
        choices=[("yes", "希望する"), ("no", "希望しない")],
        widget=forms.RadioSelect,
        required=False,
    )
    reply_by = forms.ChoiceField(
        label="回答の方法", choices=[("", "選んでください"), *ReplyBy.choices], required=False
    )
    name = forms.CharField(label="氏名", required=False)
    kana = forms.CharField(label="ふりがな", required=False)
    phone = forms.CharField(label="電話番号", required=False)
    email = forms.CharField(label="メールアドレス", required=False)
    postal_code = forms.CharField(label="郵便番号", required=False)
    address = forms.CharField(label="住所", required=False)
    answer_in_mail = forms.BooleanField(
        label="回答の本文をメールに書いてよい（本人に確かめた）",
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "yes"}),
    )
    files = FilesField(
        label="原本の写し",
        required=False,
        widget=ManyFilesInput(attrs={"accept": attachments.ACCEPTED}),
        help_text="手紙やファクスを読み取った画像かPDFを、3個まで（1個10MBまで）。",
    )

    def __init__(self, *args, category: Category, **kwargs):
        super().__init__(*args, **kwargs)
        self.category = category
        form = CategoryForm.objects.in_force(category, clock.today())
        self.questions = form.questions if form else []
        for question in self.questions:
            self.fields[f"question_{question['code']}"] = _question_field(question)
            if question.get("required"):
                self.fields[f"question_{question['code']}"].needed_when = "※必須"
        for name, sentence in NEEDED_WHEN.items():
            self.fields[name].needed_when = sentence

    @property
    def question_fields(self) -> list:
        """Return the own questions of the category as fields."""
        return [self[f"question_{question['code']}"] for question in self.questions]

    @property
    def contact_fields(self) -> list:
        """Return the fields that are asked only when a reply is wanted."""
        return [self[name] for name in ("reply_by", *CONTACT_FIELDS, "answer_in_mail")]

    def clean_subject(self) -> str:
        """Refuse what cannot stand in one line."""
        typed = self.cleaned_data["subject"]
        if not typed.strip():
            return ""
        try:
            return short_text(typed, longest=100)
        except Fault as fault:
            raise ValidationError(str(fault)) from fault

    def clean(self):
        """Put day and time together; nothing is received in the future."""
        cleaned = super().clean()
        day, time = cleaned.get("received_day"), cleaned.get("received_time")
        if day is None or time is None:
            return cleaned
        try:
            DeadlineRule.objects.in_force(day)
        except DeadlineRule.DoesNotExist:
            self.add_error(
                "received_day", "この日の回答期限のルールがありません。受付日を確かめてください。"
            )
            return cleaned
        moment = midnight(day).replace(hour=time.hour, minute=time.minute)
        if moment > clock.now():
            self.add_error("received_day", "受付日時が、今より後になっています。")
        cleaned["received_at"] = moment
        return cleaned


def _question_field(question) -> forms.Field:
    label = question["label"]
    kind = question["kind"]
    if kind == QuestionKind.CHOICE:
        options = [("", "選んでください"), *((option, option) for option in question["options"])]
        return forms.ChoiceField(label=label, choices=options, required=False)
    if kind == QuestionKind.YES_NO:
        return forms.ChoiceField(
            label=label,
            choices=[("yes", "はい"), ("no", "いいえ")],
            widget=forms.RadioSelect,
            required=False,
        )
    widget = forms.DateInput(attrs={"type": "date"}) if kind == QuestionKind.DAY else None
    return forms.CharField(label=label, required=False, widget=widget)


class IntakePages:
    """Mixin for the admin of cases: `add/`, first the category, then the form."""

    def add_view(self, request, form_url="", extra_context=None):
        """Ask for the category, then for everything else; a double click makes one case."""
        if not self.has_add_permission(request):
            raise PermissionDenied(MAY_NOT_ADD)
        code = request.POST.get("category") or request.GET.get("category", "")
        live = Category.objects.live(clock.today())
        category = live.filter(code=code[:40]).first() if code.isascii() else None
        if category is None:
            return self._choose_category(request, live, is_wrong=bool(code))
        if request.method == "POST":
            return self._take(request, category)
        now = timezone.localtime(clock.now())
        form = IntakeForm(
            category=category,
            initial={
                "received_day": now.date(),
                "received_time": now.time().replace(second=0, microsecond=0),
                "record_type": category.default_record_type,
                "requester_kind": RequesterKind.CITIZEN,
            },
        )
        return self._intake_page(request, form, key=get_random_string(32))

    def _choose_category(self, request, live, *, is_wrong: bool) -> TemplateResponse:
        context = {
            "title": "相談・要望の受付",
            "categories": live,
            "error": "分野を選び直してください。" if is_wrong else "",
        }
        return self.page(request, "admin/consultations/choose_category.html", **context)

    def _intake_page(self, request, form: IntakeForm, *, key: str) -> TemplateResponse:
        context = {
            "title": f"相談・要望の受付：{form.category}",
            "form": form,
            "category": form.category,
            "key": key,
        }
        return self.page(request, "admin/consultations/intake.html", **context)

    def _take(self, request, category: Category):
        key = request.POST.get("submission_key", "")
        key = key if _KEY.fullmatch(key) else get_random_string(32)
        if known := receipt_of(key):
            return self._show_receipt(request, known.consultation)
        form = IntakeForm(request.POST, request.FILES, category=category)
        is_valid = form.is_valid()
        raw = {**request.POST.dict(), "category": category.code}
        checked = check_submission(raw, by_staff=True)
        for name, fault in checked.faults:
            form.add_error(name if name in form.fields else None, str(fault))
        files: list[attachments.CleanFile] = []
        try:
            files = attachments.cleaned_files(request.FILES.getlist("files"))
        except Fault as fault:
            form.add_error("files", str(fault))
        if not is_valid or form.errors:
            return self._intake_page(request, form, key=key)
        return self._store(request, form, checked, files, key=key)

    def _store(self, request, form: IntakeForm, checked, files, *, key: str):
        cleaned = form.cleaned_data
        circumstances = Circumstances(
            channel=cleaned["intake_channel"],
            submission_key=key,
            record_type=cleaned["record_type"],
            requester_kind=cleaned["requester_kind"],
            subject=cleaned["subject"],
            received_at=cleaned["received_at"],
        )
        try:
            receipt = receive_with_files(
                checked, circumstances, files, actor=request.user, is_original=True
            )
        except ImproperlyConfigured:
            form.add_error(None, "総合窓口が登録されていません。区課長が「課」で登録してください。")
            return self._intake_page(request, form, key=key)
        return self._show_receipt(request, receipt.consultation)

    def _show_receipt(self, request, case):
        messages.success(request, receipt_words(case))
        return HttpResponseRedirect(case.get_absolute_url())
