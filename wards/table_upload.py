"""The file with a table that a person chooses on a staff screen."""

from django import forms

from wards.spreadsheets import MOST_BYTES, Line, read_lines, too_large
from wards.worksheets import FileError


class TableFileForm(forms.Form):
    """A CSV or xlsx, read as lines; `most` says how much may be in it, in the officer's words."""

    file = forms.FileField(
        label="ファイル",
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "ファイルを選んでください。",
            "max_length": "ファイルの名前が長すぎます。",
        },
    )

    def __init__(self, *args, most: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = f"Excel（xlsx）かCSV（UTF-8 または Shift_JIS）です。{MOST_BYTES // 1024 // 1024}MB、{most}までです。"

    def clean_file(self) -> list[Line]:
        """Return the lines of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(too_large(upload.size))
        try:
            return read_lines(upload.read(), name=upload.name)
        except FileError as problem:
            raise forms.ValidationError(str(problem)) from problem
