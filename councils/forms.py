"""What a council fills in itself: its contact, who leaves an office, who takes one."""

from typing import Any

from django import forms

from councils import changes
from councils.choices import Position
from councils.models import CommunityCouncil
from councils.services.change_links import NOTHING_CHANGES
from councils.services.rosters import officers_on
from wards import clock
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.public_forms import (
    EmailAddressField,
    KanaField,
    LongTextField,
    NameField,
    PhoneField,
    PublicForm,
)

ROWS = (1, 2, 3)
LONGEST_NOTE = 1_000


def _day(label: str) -> DayField:
    return DayField(label=label, required=False, widget=forms.TextInput(DAY_ATTRIBUTES))


class ChangeForm(PublicForm):
    """The changes of one council; an empty part means that nothing changes there."""

    faults_title = "次のところを確かめてください"
    needs_key = False

    def __init__(self, *arguments, council: CommunityCouncil, **more):
        self.council = council
        more.setdefault(
            "initial",
            {"phone": council.phone, "email": council.email, "site": council.website},
        )
        super().__init__(*arguments, **more)
        self.officers = officers_on(council, clock.today())
        now = [(str(one.pk), f"{one.called}　{one.name}") for one in self.officers]
        self.fields["phone"] = PhoneField(label="電話", required=False)
        self.fields["email"] = EmailAddressField(label="メール", required=False)
        self.fields["site"] = forms.URLField(
            label="ウェブサイト",
            required=False,
            assume_scheme="https",
            error_messages={
                "invalid": "ウェブサイトの住所を読み取れません。例：https://example.jp/"
            },
        )
        for row in ROWS:
            self.fields[f"leaves_{row}"] = forms.ChoiceField(
                label=f"退任する人（{row}人目）", required=False, choices=[("", "なし"), *now]
            )
            self.fields[f"last_day_{row}"] = _day(f"任期の最後の日（{row}人目）")
        for row in ROWS:
            self.fields[f"name_{row}"] = NameField(
                label=f"就任する人の氏名（{row}人目）", required=False
            )
            self.fields[f"kana_{row}"] = KanaField(label=f"ふりがな（{row}人目）", required=False)
            self.fields[f"position_{row}"] = forms.ChoiceField(
                label=f"役職（{row}人目）",
                required=False,
                choices=[("", "選んでください"), *Position.choices],
            )
            self.fields[f"first_day_{row}"] = _day(f"就任の日（{row}人目）")
        self.fields["text"] = LongTextField(
            label="そのほかの変更や、区役所に伝えたいこと", required=False, max_length=LONGEST_NOTE
        )
        for field in self.fields.values():
            self._name_the_field_in_its_messages(field)

    def part(self, *names: str):
        """Return some fields, for the template."""
        return [self[name] for name in names]

    @property
    def contact(self):
        """Return the fields of the contact."""
        return self.part("phone", "email", "site")

    @property
    def leaving(self):
        """Return the fields of those who leave."""
        return [self[f"{name}_{row}"] for row in ROWS for name in ("leaves", "last_day")]

    @property
    def coming(self):
        """Return the fields of those who come."""
        names = ("name", "kana", "position", "first_day")
        return [self[f"{name}_{row}"] for row in ROWS for name in names]

    def clean(self):
        """Put the changes together; a person has both name and day, or neither."""
        cleaned = super().clean()
        lines: list[dict[str, Any]] = []
        for field, name in (("phone", "phone"), ("email", "email"), ("website", "site")):
            before, after = getattr(self.council, field), cleaned.get(name)
            if after is not None and after != before:
                lines.append(changes.contact_changes(field, before, after))
        for row in ROWS:
            lines += self._leaves(row, cleaned)
        for row in ROWS:
            lines += self._comes(row, cleaned)
        self.lines = lines
        if not lines and not cleaned.get("text") and not self.errors:
            self.add_error(None, NOTHING_CHANGES)
        return cleaned

    def _leaves(self, row: int, cleaned: dict) -> list[dict]:
        who, last_day = cleaned.get(f"leaves_{row}"), cleaned.get(f"last_day_{row}")
        if not who and not last_day:
            return []
        if not who:
            self.add_error(f"leaves_{row}", "退任する人を選んでください。")
            return []
        if not last_day:
            if f"last_day_{row}" not in self.errors:
                self.add_error(f"last_day_{row}", "任期の最後の日を入力してください。")
            return []
        officer = next(one for one in self.officers if str(one.pk) == who)
        if last_day < officer.valid_from:
            self.add_error(
                f"last_day_{row}", "任期の最後の日は、就任の日より後の日にしてください。"
            )
            return []
        return [changes.officer_ends(officer.pk, str(officer), last_day)]

    def _comes(self, row: int, cleaned: dict) -> list[dict]:
        name, position = cleaned.get(f"name_{row}"), cleaned.get(f"position_{row}")
        first_day = cleaned.get(f"first_day_{row}")
        kana = cleaned.get(f"kana_{row}")
        if not any((name, position, first_day, kana)):
            return []
        for field, value, words in (
            (f"name_{row}", name, "就任する人の氏名を入力してください。"),
            (f"position_{row}", position, "役職を選んでください。"),
            (f"first_day_{row}", first_day, "就任の日を入力してください。"),
        ):
            if not value and field not in self.errors:
                self.add_error(field, words)
        if not (name and position and first_day):
            return []
        return [changes.officer_starts(name, position, first_day, kana=kana or "")]
