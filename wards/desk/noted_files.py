"""Tables of staff pages as files: noted in the log of who looked before the first byte leaves (C52)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse

from wards import clock
from wards.access import memberships_here, people_with_permission
from wards.desk.choices import AccessKind, NoticeKind
from wards.desk.models import AccessEvent
from wards.desk.services import note_access, notify, serves_the_city
from wards.models import AccessRecord
from wards.spooled_files import digest_of, download_of, spooled_file
from wards.table_files import CONTENT_TYPES, Cell, write_table
from wards.text import Fault, short_text

MOST_ROWS = 20_000
# Rows are read in pieces of so many, and written before the next are read.
ROWS_AT_A_TIME = 500
# More people than this in one file, and those who answer for the log are told at once (C53).
MANY_ROWS = 100
# Beyond these a file needs somebody who answers for the log; others turn to them (C53).
MOST_ROWS_ALONE = 5_000
MOST_FILES_AN_HOUR = 3
LONGEST_PURPOSE = 200
# Too short to say anything: 「あ」, 「業務」.
SHORTEST_PURPOSE = 5
READS_THE_LOG = "ward_desk.view_accessevent"


class PurposeForm(forms.Form):
    """What a file with personal data is taken for."""

    purpose = forms.CharField(
        label="利用目的",
        help_text="例：8月分を課の会議で集計するため。氏名などの個人情報は書かないでください。",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "利用目的を入力してください。"},
    )

    def clean_purpose(self) -> str:
        """Return it on one line; refuse what says nothing."""
        try:
            purpose = short_text(self.cleaned_data["purpose"], longest=LONGEST_PURPOSE)
        except Fault as fault:
            raise forms.ValidationError(str(fault)) from fault
        if len(purpose) < SHORTEST_PURPOSE:
            raise forms.ValidationError(
                "何に使うかが分かるように、もう少し詳しく入力してください。"
            )
        return purpose


def file_for_a_purpose(
    request, *, page: Callable[..., HttpResponse], count: int, back: str, kind: str, **table
) -> HttpResponse:
    """Return a table with personal data once the person has said what for; before that, ask.

    `page` draws a page of the site, `back` is where the list is; the rest as in `noted_file`.
    """
    if kind not in CONTENT_TYPES:
        raise Http404
    refuse_too_many(count)
    _refuse_beyond_ones_own(request.user, count)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return noted_file(request, kind=kind, purpose=form.cleaned_data["purpose"], **table)
    return page(
        request,
        "admin/ward_desk/purpose.html",
        title=f"{table['about']}の書き出し",
        about=table["about"],
        form=form,
        count=count,
        headings=table["headings"],
        tells_managers=count > MANY_ROWS and not serves_the_city(),
        back=back,
    )


def noted_file(
    request,
    *,
    kind: str,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    about: str,
    purpose: str = "",
) -> StreamingHttpResponse:
    """Return a table as a download and note who took it; raise Http404 for a kind there is not.

    `name` stands before the dot of the file's name, `about` in the log. With a purpose the file
    holds personal data: the managers are told of a large one.
    """
    if kind not in CONTENT_TYPES:
        raise Http404
    file = spooled_file()
    count = write_table(file, kind, headings, rows)
    event = note_access(
        request,
        what=AccessKind.EXPORT,
        about=about,
        **({"purpose": purpose} if purpose else {}),
        roles=[membership.get_role_display() for membership in memberships_here(request.user)],
        filters=dict(request.GET.lists()),
        rows=count,
        columns=list(headings),
        format=kind,
        sha256=digest_of(file),
    )
    # At 本庁 there is no desk to put a notice on: 市民局 reads the log itself.
    if purpose and count > MANY_ROWS and not serves_the_city():
        _tell_who_answers(event, count)
    return download_of(file, name=f"{name}.{kind}", content_type=CONTENT_TYPES[kind])


def _refuse_beyond_ones_own(user, count: int) -> None:
    """Leave very large files, and one after another, to those who answer for the log of a ward."""
    if serves_the_city() or user.has_perm(READS_THE_LOG):
        return
    if count > MOST_ROWS_ALONE:
        raise PermissionDenied(
            f"{count:,}件あります。{MOST_ROWS_ALONE:,}件を超えるファイルは、区課長か区長が書き出します。"
            "絞り込むか、利用目的を伝えて頼んでください。"
        )
    taken = AccessEvent.objects.filter(
        user=user,
        what=AccessKind.EXPORT,
        at__gt=clock.now() - timedelta(hours=1),
        detail__has_key="purpose",
    )
    if taken.count() >= MOST_FILES_AN_HOUR:
        raise PermissionDenied(
            f"個人情報を含むファイルを、この1時間に{MOST_FILES_AN_HOUR}回書き出しています。"
            "時間をおくか、区課長か区長に利用目的を伝えて頼んでください。"
        )


def _tell_who_answers(event: AccessRecord, count: int) -> None:
    """Tell those who read the log; the purpose stays there, since notices also go out by mail."""
    for person in people_with_permission(READS_THE_LOG):
        if person.pk != event.user_id:
            notify(
                person,
                key=f"export:{event.pk}:{person.pk}",
                kind=NoticeKind.CHECK,
                text=f"{event.user}が「{event.about}」{count:,}件をファイルに書き出しました。",
                url=f"/admin/ward_desk/accessevent/{event.pk}/change/",
            )


def refuse_too_many(count: int, most: int | None = None) -> None:
    """Refuse a file that nobody could read: raise PermissionDenied with what to do instead."""
    most = MOST_ROWS if most is None else most
    if count > most:
        raise PermissionDenied(
            f"{count:,}件あります。{most:,}件までに絞り込んでから書き出してください。"
        )
