"""The form by which people apply for the 公募. What is asked; who may apply stands in `recruitment_rules`."""

import uuid
from collections.abc import Mapping
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from councils.forum.choices import Relation
from councils.forum.recruitment_rules import essay_fault
from councils.forum.services.particulars import LONGEST_KANA, LONGEST_NAME
from councils.forum.services.recruitment import unmet_so_far
from wards.day_field import DayField
from wards.public_forms import (
    EmailAddressField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
    PublicForm,
    ShortTextField,
)
from wards.wareki import wareki

YES_NO = [("no", "いいえ"), ("yes", "はい")]
FLAGS = ("is_assembly_member", "is_city_employee", "has_gang_ties")
# Beyond this nothing is counted any more: what is pasted is no essay.
LONGEST_PASTED = 100_000


class EssayField(LongTextField):
    """小論文: its own rule counts it, line ends left out."""

    def __init__(self, **more):
        super().__init__(max_length=LONGEST_PASTED, rows=16, **more)
        self.longest_essay = 0

    def clean(self, value):
        """Return the text; refuse a long one with how long it is."""
        text = super().clean(value)
        if fault := essay_fault(text, self.longest_essay):
            raise ValidationError(fault)
        return text


def _yes_no(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect)


def tell_unmet(form: forms.Form, unmet: Mapping[str, str]) -> None:
    """Put conditions that are not met beside their fields, where nothing else is wrong with these."""
    for name, fault in unmet.items():
        if name not in form.errors:
            form.add_error(name, fault)


class ApplicationForm(PublicForm):
    """An application: who applies, the three declarations, the essay."""

    name = NameField(label="お名前", longest=LONGEST_NAME)
    kana = KanaField(
        label="お名前のふりがな",
        longest=LONGEST_KANA,
        help_text="カタカナやアルファベットでも書けます。",
    )
    birth_on = DayField(
        label="生年月日",
        widget=forms.TextInput({"autocomplete": "bday"}),
        help_text="「昭和55年4月1日」「S55.4.1」「1980-04-01」のように書いてください。",
    )
    relation = forms.ChoiceField(
        label="区との関わり", choices=Relation.choices, widget=forms.RadioSelect
    )
    address = ShortTextField(
        label="住所",
        longest=200,
        autocomplete="street-address",
        help_text="区内で働いている方などは、お住まいの住所を書いてください。結果のお知らせに使います。",
    )
    phone = PhoneField(label="電話番号", help_text="全角でも半角でも、ハイフンがなくても書けます。")
    email = EmailAddressField(
        label="メールアドレス",
        required=False,
        help_text="書いた方には、結果をメールで知らせます。書かない方には、郵便で知らせます。",
    )
    occupation = ShortTextField(label="職業・活動", required=False, longest=100)
    other_posts = forms.ChoiceField(
        label="大阪市のほかの審議会などの委員を、いくつしていますか", widget=forms.RadioSelect
    )
    is_assembly_member = _yes_no("国会議員または地方議会の議員ですか")
    is_city_employee = _yes_no("大阪市の職員ですか")
    has_gang_ties = _yes_no("暴力団員、または暴力団と関係のある人ですか")
    essay = EssayField(label="小論文")

    def __init__(self, *arguments, call, **more):
        super().__init__(*arguments, **more)
        self.call = call
        most = call.most_other_posts
        self.fields["other_posts"].choices = [
            ("0", "していない"),
            *((str(count), f"{count}つ") for count in range(1, most + 1)),
            (str(most + 1), f"{most + 1}つ以上"),
        ]
        essay = self.fields["essay"]
        essay.longest_essay = call.longest_essay
        essay.help_text = f"テーマ「{call.theme}」について、{call.longest_essay}字以内で書いてください。改行は数えません。"

    def clean(self):
        """Tell what cannot be read and which conditions the rest does not meet in one answer."""
        cleaned = super().clean()
        if self.errors:
            tell_unmet(self, unmet_so_far(self.call, self.values))
        return cleaned

    @property
    def values(self) -> dict:
        """Return what the service takes."""
        said = self.cleaned_data
        flags = {name: said.get(name) == "yes" for name in FLAGS}
        return {**said, **flags, "other_posts": int(said.get("other_posts", 0))}

    @property
    def key(self) -> uuid.UUID:
        """Return the key of this view of the form: one that is no UUID is folded into one."""
        given = self.cleaned_data["submission_key"]
        try:
            return uuid.UUID(given)
        except ValueError:
            return uuid.uuid5(uuid.NAMESPACE_OID, given.encode(errors="replace").hex())

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Return what was filled in, as the check page shows it, but the essay."""
        shown = []
        for field in self.fields_to_show:
            if field.name == "essay":
                continue
            value = self.cleaned_data.get(field.name, "")
            choices = dict(getattr(field.field, "choices", ()))
            words = wareki(value) if isinstance(value, date) else choices.get(value, value)
            shown.append((str(field.label), str(words)))
        return shown

    def refuse(self, refusal: ValidationError) -> None:
        """Put the reasons of the service at their fields, or above all of them."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal.messages)
            return
        for name, faults in refusal.message_dict.items():
            self.add_error(name if name in self.fields else None, faults)
