"""The kit of every form that citizens fill in: looks, fields, and the hurdle for machines.

Looks follow デジタル庁デザインシステム (DADS); everything works without a script. What may stand in a
field is decided in `wards.text` and `wards.attachments`, which staff screens and files ask as well.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, gettext_lazy

from wards import clock
from wards.attachments import ACCEPTED, MOST_FILES, CleanFile, cleaned_file, cleaned_files
from wards.text import (
    LONGEST_NAME,
    Fault,
    email_address,
    kana,
    long_text,
    phone_number,
    postal_code,
    short_text,
)

SHORTEST_FILL = timedelta(seconds=3)
LONGEST_FILL = timedelta(hours=24)
LONGEST_KEY = 200

Given = TypeVar("Given")
Read = TypeVar("Read")


def in_readers_language(fault: Fault) -> str:
    """Return the sentence of a rule in the language of the page."""
    sentence = gettext(fault.sentence)
    return sentence % fault.values if fault.values else sentence


def read_by_rule(rule: Callable[[Given], Read], given: Given) -> Read:
    """Return what a rule reads; raise the form's ValidationError where the rule raises Fault."""
    try:
        return rule(given)
    except Fault as fault:
        raise ValidationError(in_readers_language(fault)) from fault


class DadsBoundField(BoundField):
    """A field on the page: tells of its error before its support text, and where a link leads."""

    @property
    def aria_describedby(self):
        """Name the error first: whoever comes here by the summary wants to hear it."""
        if not self.auto_id or self.is_hidden:
            return ""
        told = [("error", self.errors), ("support", self.help_text and not self.support_in_legend)]
        return " ".join(f"{self.auto_id}_{name}" for name, present in told if present)

    @property
    def support_in_legend(self) -> bool:
        """Say whether the support text belongs to the legend: NVDA skips a checkbox group's own."""
        return self.widget_type == "checkboxselectmultiple"

    @property
    def is_radio_group(self) -> bool:
        """Say whether one of several is chosen; such a group as a whole may be marked invalid."""
        return self.widget_type == "radioselect"

    @property
    def anchor(self) -> str:
        """Return the id of what a link to this field should focus: in a group, its first choice."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def errors_by_name(self) -> list[str]:
        """Return the errors as the summary lists them, far from the field: each names it."""
        label = str(self.label)
        colon = "：" if (get_language() or "ja").startswith(("ja", "zh")) else ": "
        faults = map(str, self.errors)
        return [fault if label in fault else f"{label}{colon}{fault}" for fault in faults]

    @property
    def files_kept_in_part(self) -> bool:
        """Say whether of several files those in good order are kept."""
        return bool(self.form.keeps_files and getattr(self.field, "sound", []))

    @property
    def files_to_choose_again(self) -> bool:
        """Say whether files were sent that the browser will not send again by itself."""
        return bool(
            self.field.widget.needs_multipart_form
            and self.form.is_bound
            and (self.errors if self.form.keeps_files else self.form.errors)
            and self.data
        )

    def build_widget_attrs(self, attrs, widget=None):
        """Leave a group's marks to the group: a single radio button is not invalid."""
        attrs = super().build_widget_attrs(attrs, widget)
        if self.use_fieldset:
            attrs.pop("aria-invalid", None)
        return attrs


class DadsRenderer(TemplatesSetting):
    """Fields as DADS draws them, from templates/dads/."""

    form_template_name = "dads/form.html"
    field_template_name = "dads/field.html"
    bound_field_class = DadsBoundField


class RuleField(forms.CharField):
    """A text whose rule stands in `wards.text`; spaces alone are an empty field."""

    def __init__(self, *, autocomplete: str = "", inputmode: str = "", **more):
        super().__init__(strip=False, **more)
        hints = {"autocomplete": autocomplete, "inputmode": inputmode}
        self.widget.attrs |= {name: value for name, value in hints.items() if value}

    def rule(self, text: str) -> str:
        """Return the text as it is stored. Raise Fault."""
        return short_text(text)

    def clean(self, value):
        """Return the text as it is stored, empty where nothing was typed."""
        text = self.to_python(value)
        if not text.strip():
            text = ""
        self.validate(text)
        return read_by_rule(self.rule, text) if text else ""


class ShortTextField(RuleField):
    """A text of one line, such as a place."""

    def __init__(self, *, longest: int = LONGEST_NAME, **more):
        super().__init__(**more)
        self.longest = longest

    def rule(self, text: str) -> str:
        """Return the line as typed."""
        return short_text(text, longest=self.longest)


class NameField(ShortTextField):
    """A person's name, in any script, never cut into 姓 and 名."""

    def __init__(self, *, autocomplete: str = "name", **more):
        super().__init__(autocomplete=autocomplete, **more)


class KanaField(ShortTextField):
    """How a name is read; Latin letters will do for those who have no other reading."""

    def rule(self, text: str) -> str:
        """Return the reading as typed."""
        return kana(text, longest=self.longest)


class LongTextField(RuleField):
    """A text of several lines. The browser sets no limit: it would cut off what people paste."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int, rows: int = 8, **more):
        super().__init__(**more)
        self.longest = max_length
        self.widget.attrs |= {"rows": rows}

    def rule(self, text: str) -> str:
        """Return the text as typed, with plain line ends."""
        return long_text(text, longest=self.longest)


class PhoneField(RuleField):
    """A telephone number; comes out as it is printed."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def __init__(self, *, autocomplete: str = "tel", **more):
        super().__init__(autocomplete=autocomplete, **more)

    def rule(self, text: str) -> str:
        """Return 06-6208-0000."""
        return phone_number(text)


class PostalCodeField(RuleField):
    """A postal code; comes out as it is printed."""

    def __init__(self, *, autocomplete: str = "postal-code", inputmode: str = "numeric", **more):
        super().__init__(autocomplete=autocomplete, inputmode=inputmode, **more)

    def rule(self, text: str) -> str:
        """Return 532-8501."""
        return postal_code(text)


class EmailAddressField(RuleField):
    """An e-mail address. Of type `text`: some browsers rewrite what is typed into `email`."""

    def __init__(self, *, autocomplete: str = "email", inputmode: str = "email", **more):
        super().__init__(autocomplete=autocomplete, inputmode=inputmode, **more)
        self.widget.attrs |= {"spellcheck": "false", "autocapitalize": "none"}

    def rule(self, text: str) -> str:
        """Return the address in half width."""
        return email_address(text)


class MultipleFileInput(forms.FileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Up to `most` files; comes out as a list of CleanFile, every fault is told at once."""

    widget = MultipleFileInput

    def __init__(self, *, most: int = MOST_FILES, **more):
        super().__init__(**more)
        self.most = most
        # What came in good order beside a file that cannot be taken.
        self.sound: list[CleanFile] = []
        self.widget.attrs |= {"accept": ACCEPTED}

    def clean(self, data, initial=None) -> list[CleanFile]:
        """Return the files as they are kept, one after the other unpacked."""
        uploads = [upload for upload in data or [] if upload]
        if not uploads:
            self.validate(None)
            return []
        if len(uploads) > self.most:
            return read_by_rule(lambda given: cleaned_files(given, most=self.most), uploads)
        files, faults = [], []
        for upload in uploads:
            try:
                files.append(read_by_rule(cleaned_file, upload))
            except ValidationError as error:
                faults += error.messages
        if faults:
            self.sound = files
            raise ValidationError(faults)
        return files


class PublicForm(forms.Form):
    """A form that citizens fill in. `{{ form }}` draws summary, hidden fields and all fields.

    `now` is the moment of the request; only tests give another. After `is_valid()`,
    `cleaned_data["submission_key"]` is the key of this view of the form: the same one, however
    often the button is pressed and however many corrections there were (C36). `is_doubtful` tells
    that nobody can have read the page before sending it; it refuses nothing, `wards.intake.turns`
    gives such a sender fewer turns.
    """

    default_renderer = DadsRenderer
    # Browsers would show sentences of their own, in their own language.
    use_required_attribute = False
    # What stands over the list of faults.
    faults_title = gettext_lazy("送信の前に、次のところを確かめてください")
    # Whether what is sent must happen once only; a look-up may be repeated.
    needs_key = True
    # Several pages of one form share the moment at which the first of them was opened.
    stamp_of = ""
    # Whether files in good order are kept while something else has to be mended.
    keeps_files = False
    _in_doubt = False

    website = forms.CharField(
        required=False,
        label=gettext_lazy("この欄には何も入力しないでください"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form_opened = forms.CharField(required=False, widget=forms.HiddenInput)
    submission_key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, now: datetime | None = None, **more):
        super().__init__(*arguments, **more)
        self.now = now or clock.now()
        self.initial = {
            "form_opened": self._stamp(self.now),
            "submission_key": str(uuid.uuid4()),
            **self.initial,
        }
        for field in self.fields.values():
            self._name_the_field_in_its_messages(field)

    @staticmethod
    def _name_the_field_in_its_messages(field: forms.Field) -> None:
        messages = field.error_messages
        choosing = isinstance(field, forms.ChoiceField | forms.FileField | forms.BooleanField)
        if messages["required"] is forms.Field.default_error_messages["required"]:
            sentence = (
                gettext("「%(label)s」を選んでください。")
                if choosing
                else gettext("「%(label)s」を入力してください。")
            )
            messages["required"] = sentence % {"label": field.label}
        if isinstance(field, forms.ChoiceField):
            # Django puts the choice in afterwards, so that a ％ of the label must stay one.
            messages["invalid_choice"] = gettext(
                "「%(label)s」を、もう一度選び直してください。"
            ) % {"label": str(field.label).replace("%", "%%")}

    @property
    def title_prefix(self) -> str:
        """Return 「エラー：」 while there is something to mend; it starts the page's title."""
        return gettext("エラー：") if self.is_bound and self.errors else ""

    @property
    def is_doubtful(self) -> bool:
        """Say whether a form that came in was sent too fast or too late for its page."""
        # Reading the errors has the form looked through, once.
        return self.errors is not None and self._in_doubt

    @cached_property
    def hurdle_fields(self) -> list[BoundField]:
        """Return the fields that nobody sees."""
        return [self[name] for name in ("form_opened", "submission_key")]

    @property
    def fields_to_show(self) -> list[BoundField]:
        """Return the fields that people fill in, in their order."""
        return [field for field in self.visible_fields() if field.name != "website"]

    def clean(self):
        """Ask to press the button once more where the key is missing or the trap is filled; keep all texts.

        Whoever has something to mend presses again anyway and is not told about it.
        """
        cleaned = super().clean()
        given = self.cleaned_data
        self._in_doubt = self._tells_doubt(given.pop("form_opened", ""))
        doubts = [
            *self._doubts_about_the_key(given.pop("submission_key", "")),
            *self._doubts_about_the_trap(given.pop("website", "")),
        ]
        if doubts and not self.errors:
            self.add_error(None, doubts[0])
        return cleaned

    def _doubts_about_the_key(self, given: str) -> Iterator[str]:
        if 0 < len(given) <= LONGEST_KEY or not self.needs_key:
            self.cleaned_data["submission_key"] = given
        else:
            self._ask_again("submission_key", str(uuid.uuid4()))
            yield gettext("送信できませんでした。もう一度ボタンを押してください。")

    def _doubts_about_the_trap(self, given: str) -> Iterator[str]:
        if given:
            self._ask_again("website", "")
            yield gettext(
                "目に見えない欄に文字が入っていたため、まだ送信していません。"
                "その欄は空にしました。もう一度ボタンを押してください。"
            )

    def _tells_doubt(self, stamp: str) -> bool:
        """Say whether the page's stamp is missing, old, or of this very moment."""
        opened = self._opened(stamp)
        if opened is None or self.now - opened > LONGEST_FILL:
            self._ask_again("form_opened", self._stamp(self.now))
            return True
        return timedelta(0) <= self.now - opened < SHORTEST_FILL

    def _ask_again(self, name: str, value: str) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value

    @property
    def _signer(self) -> Signer:
        return Signer(salt=f"wards.public_forms.{self.stamp_of or type(self).__qualname__}")

    def _stamp(self, moment: datetime) -> str:
        return self._signer.sign(str(int(moment.timestamp())))

    def _opened(self, stamp: str) -> datetime | None:
        try:
            return datetime.fromtimestamp(int(self._signer.unsign(stamp)), tz=UTC)
        except (BadSignature, ValueError):
            return None
