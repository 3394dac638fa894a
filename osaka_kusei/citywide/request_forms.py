"""The steps of 要請・提案 as forms; what may be done when, the services say."""

from typing import Final

from django import forms

from councils.city.services import bureau_requests
from councils.forum.choices import ResponseClass
from wards.models import Bureau

NEEDED: Final = "※必須"


class RequestForm(forms.Form):
    """A step's form: says which fields have to be filled, and begins with what is stored."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, initial=self.begins_with(about), **kwargs)
        for field in self.fields.values():
            field.needed_when = NEEDED if field.required else ""

    @staticmethod
    def begins_with(about) -> dict:
        """Return what the fields hold before anybody typed."""
        return {}


def _text(label: str, longest: int, rows: int, **options) -> forms.CharField:
    return forms.CharField(
        label=f"{label}（{longest:,}字以内）",
        max_length=longest,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": f"{label}を入力してください。"},
        **options,
    )


class AssignForm(RequestForm):
    """Which bureau answers."""

    bureau = forms.ModelChoiceField(
        Bureau.objects.filter(is_active=True),
        label="担当局",
        empty_label="選んでください",
        error_messages={
            "required": "担当局を選んでください。",
            "invalid_choice": "担当局を選び直してください。",
        },
    )

    @staticmethod
    def begins_with(about) -> dict:
        """Begin with the bureau named before."""
        return {"bureau": about.bureau_id}


class ReturnForm(RequestForm):
    """Why it goes back to the ward."""

    reason = _text(
        "区に返す理由",
        bureau_requests.LONGEST_REASON,
        3,
        help_text="区の画面に、この理由が表示されます。",
    )


class AnswerForm(RequestForm):
    """The bureau's answer, with its class."""

    answer_class = forms.ChoiceField(
        label="対応区分",
        choices=[("", "選んでください"), *ResponseClass.choices],
        error_messages={
            "required": "対応区分を選んでください。",
            "invalid_choice": "対応区分を選び直してください。",
        },
    )
    text = _text(
        "局の回答",
        bureau_requests.LONGEST_ANSWER,
        10,
        help_text="公表される文章です。個人が分かることは書かないでください。",
    )

    @staticmethod
    def begins_with(about) -> dict:
        """Begin with the answer that is rewritten."""
        return {"answer_class": about.answer_class, "text": about.answer}


class SendBackForm(RequestForm):
    """Why the bureau is to answer again."""

    reason = _text(
        "局に戻す理由",
        bureau_requests.LONGEST_COORDINATION,
        4,
        help_text="担当局の画面に、この理由が表示されます。",
    )


class PublishForm(RequestForm):
    """What 市民局 adds, and which state of the row the person has read."""

    coordination = _text(
        "市民局の調整・補足",
        bureau_requests.LONGEST_COORDINATION,
        5,
        required=False,
        help_text="回答の下に並べて公表します。",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        # No field that anybody fills in: what is wrong with it is said above the form.
        self.fields["seen"].error_messages = dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), bureau_requests.CHANGED_MEANWHILE
        )
