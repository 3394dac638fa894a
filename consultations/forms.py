"""The pages of the citizen's form: how each is asked. What may be said stands in `submission_rules`."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from consultations.choices import QuestionKind
from consultations.questions import LONGEST_ANSWER, NO_ANSWER, label_in, options_in
from consultations.services.intake import Checked
from consultations.submission_rules import LONGEST_ADDRESS, LONGEST_BODY, LONGEST_PLACE
from wards.attachments import MOST_FILES, CleanFile
from wards.public_forms import (
    EmailAddressField,
    KanaField,
    LongTextField,
    MultipleFileField,
    NameField,
    PhoneField,
    PostalCodeField,
    PublicForm,
    ShortTextField,
    in_readers_language,
)

YES_NO = [("yes", gettext_lazy("はい")), ("no", gettext_lazy("いいえ"))]


class CasePage(PublicForm):
    """A page of the form. The rules judge the submission as a whole, the page tells its own faults."""

    stamp_of = "consultations.case"
    page = ""
    keeps_files = True

    def __init__(self, *arguments, checked: Checked | None = None, **more):
        self.checked = checked
        super().__init__(*arguments, **more)

    def clean(self):
        """Put each fault of the rules at its field, unless the field has told of one itself."""
        for name, fault in self.checked.faults if self.checked else ():
            if name in self.fields and name not in self.errors:
                self.add_error(name, in_readers_language(fault))
        return super().clean()

    @property
    def has_own_faults(self) -> bool:
        """Say whether a field of this page has to be mended."""
        return bool(set(self.errors) - {forms.forms.NON_FIELD_ERRORS})


class ChoosePage(CasePage):
    """Which category it is, for those who have typed something already; others follow a link."""

    page = "category"
    category = forms.ChoiceField(
        label=gettext_lazy("どのような相談・要望ですか"), widget=forms.RadioSelect
    )

    def __init__(self, *arguments, categories=(), language="ja", **more):
        super().__init__(*arguments, **more)
        self.fields["category"].choices = [
            (category.code, category.name_in(language)) for category in categories
        ]


class SaidPage(CasePage):
    """What it is about: the category's own questions, place, text, files, and the wish for a reply."""

    page = "said"
    place = ShortTextField(
        label=gettext_lazy("場所"),
        required=False,
        longest=LONGEST_PLACE,
        help_text=gettext_lazy("住所や、目印になる建物を書いてください。"),
    )
    body = LongTextField(
        label=gettext_lazy("相談・要望の内容"),
        max_length=LONGEST_BODY,
        help_text=gettext_lazy(
            "1,000字まで書けます。お名前や電話番号、病気や障がいなどのくわしい事情は、書かなくてもかまいません。"
        ),
    )
    attachments = MultipleFileField(
        label=gettext_lazy("写真・書類"),
        required=False,
        help_text=gettext_lazy(
            "3個まで、1個10MBまでのJPEG・PNG・PDFを送れます。写真に入っている撮影場所などの情報は、こちらで消します。"
        ),
    )
    wants_reply = forms.ChoiceField(
        label=gettext_lazy("回答を希望しますか"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("はい、希望します")),
            ("no", gettext_lazy("いいえ、希望しません")),
        ],
        help_text=gettext_lazy(
            "希望する方にだけ、次のページでお名前と連絡先をうかがいます。希望しない方には、うかがいません。"
        ),
    )

    def __init__(self, *arguments, questions=(), language="ja", waiting=(), **more):
        super().__init__(*arguments, **more)
        self.waiting_sums: Collection[str] = {file.sha256 for file in waiting}
        asked = {f"question_{q['code']}": question_field(q, language) for q in questions}
        for field in asked.values():
            sentence = gettext(NO_ANSWER) % {"label": field.label}
            field.error_messages["required"] = sentence
            self._name_the_field_in_its_messages(field)
        self.fields = {**asked, **self.fields}

    def clean_attachments(self) -> list[CleanFile]:
        """Return the files that are new; what was sent along once more is kept already."""
        fresh = self._not_kept_yet(self.cleaned_data["attachments"])
        if len(fresh) + len(self.waiting_sums) > MOST_FILES:
            sentence = gettext(
                "添付できるのは、すでに選んだファイルと合わせて%(most)s個までです。減らしてから、もう一度選んでください。"
            )
            raise ValidationError(sentence % {"most": MOST_FILES})
        return fresh

    def _not_kept_yet(self, files) -> list[CleanFile]:
        fresh = {file.sha256: file for file in files if file.sha256 not in self.waiting_sums}
        return list(fresh.values())

    @property
    def fresh_files(self) -> list[CleanFile]:
        """Return the files that came in good order and are not kept yet.

        One that cannot be taken does not make people choose the others again.
        """
        if "attachments" not in self.errors:
            return self.cleaned_data.get("attachments", [])
        sound = self._not_kept_yet(self.fields["attachments"].sound)
        return sound[: max(0, MOST_FILES - len(self.waiting_sums))]


class ContactPage(CasePage):
    """Whom to answer and how; asked only of those who want a reply."""

    page = "contact"
    name = NameField(label=gettext_lazy("お名前"))
    kana = KanaField(
        label=gettext_lazy("お名前のフリガナ"),
        required=False,
        help_text=gettext_lazy("ひらがなやアルファベットでも書けます。"),
    )
    reply_by = forms.ChoiceField(
        label=gettext_lazy("回答の方法"),
        widget=forms.RadioSelect,
        choices=[
            ("email", gettext_lazy("電子メール")),
            ("phone", gettext_lazy("電話")),
            ("letter", gettext_lazy("郵便")),
        ],
    )
    email = EmailAddressField(label=gettext_lazy("メールアドレス"), required=False)
    answer_in_mail = forms.BooleanField(
        label=gettext_lazy("回答の本文をメールに書いてもよい"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "yes"}, check_test=lambda value: value == "yes"),
        help_text=gettext_lazy(
            "選ばないときは、メールでは回答ができたことだけを知らせ、本文は電話か窓口で伝えます。"
        ),
    )
    phone = PhoneField(
        label=gettext_lazy("電話番号"),
        required=False,
        help_text=gettext_lazy("全角でも半角でも、ハイフンがなくても書けます。"),
    )
    postal_code = PostalCodeField(label=gettext_lazy("郵便番号"), required=False)
    address = ShortTextField(
        label=gettext_lazy("住所"),
        required=False,
        longest=LONGEST_ADDRESS,
        autocomplete="street-address",
    )

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        for name, sentence in (
            ("email", gettext("※電子メールを選んだ方は必須")),
            ("phone", gettext("※電話を選んだ方は必須")),
            ("address", gettext("※郵便を選んだ方は必須")),
        ):
            self.fields[name].needed_when = sentence


class ConfirmPage(CasePage):
    """The check page: nothing is asked any more."""

    page = "check"


class LookUpForm(PublicForm):
    """受付番号 and 合言葉."""

    needs_key = False
    faults_title = gettext_lazy("調べられませんでした。次のところを確かめてください")
    number = ShortTextField(label=gettext_lazy("受付番号"), autocomplete="off")
    passphrase = ShortTextField(
        label=gettext_lazy("合言葉"),
        autocomplete="off",
        help_text=gettext_lazy(
            "送信した後の画面に出た、16文字の英数字です。間のハイフン（-）は、なくてもかまいません。"
        ),
    )

    def __init__(self, *arguments, example: str, **more):
        super().__init__(*arguments, **more)
        sentence = gettext("例：%(number)s。小文字でも全角でも、ハイフンがなくてもかまいません。")
        self.fields["number"].help_text = sentence % {"number": example}
        for name in ("number", "passphrase"):
            self.fields[name].widget.attrs |= {"spellcheck": "false", "autocapitalize": "none"}


class SatisfactionForm(PublicForm):
    """The three questions after an answer; a case keeps one answer anyway."""

    needs_key = False
    reached = forms.ChoiceField(
        label=gettext_lazy("回答は届きましたか"), choices=YES_NO, widget=forms.RadioSelect
    )
    understood = forms.ChoiceField(
        label=gettext_lazy("回答の内容は分かりましたか"), choices=YES_NO, widget=forms.RadioSelect
    )
    handled_properly = forms.ChoiceField(
        label=gettext_lazy("適切に対応されたと思いますか"), choices=YES_NO, widget=forms.RadioSelect
    )


class FollowUpForm(PublicForm):
    """「解決していない」: what is still open."""

    body = LongTextField(
        label=gettext_lazy("解決していないこと"),
        max_length=LONGEST_BODY,
        rows=6,
        help_text=gettext_lazy("1,000字まで書けます。"),
    )


def question_field(question: Mapping[str, Any], language: str) -> forms.Field:
    """Return the field in which a category's own question is answered."""
    facts: dict[str, Any] = {
        "label": label_in(question, language),
        "required": bool(question.get("required")),
    }
    match question["kind"]:
        case QuestionKind.CHOICE:
            choices = options_in(question, language)
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **facts)
        case QuestionKind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **facts)
        case QuestionKind.DAY:
            return ShortTextField(widget=forms.TextInput(attrs={"type": "date"}), **facts)
    return ShortTextField(longest=LONGEST_ANSWER, **facts)
