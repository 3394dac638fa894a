"""The public pages of councils: the directory, one council, its papers, and what it says has changed."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from councils import changes, public
from councils.choices import ActivityField
from councils.forms import ChangeForm
from councils.models import CouncilDocument, CouncilPractice
from councils.public import Asked
from councils.public_files import directory_file
from councils.services import change_links
from kpis.data_files import file_response
from wards import attachments, clock

NO_SUCH_COUNCIL = "この番号の協議会は、公表されていません。認定が終わったことも考えられます。"


@require_safe
def directory(request):
    """Show the certified councils, or give the chosen ones as a file."""
    today = clock.today()
    asked = Asked.of(request.GET)
    every = public.certified_on(today)
    councils = public.chosen(every, asked)
    label = CouncilPractice.objects.label_on(today)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, directory_file(request.ward, councils, label))
    return render(
        request,
        "councils/directory.html",
        {
            "asked": asked,
            "councils": councils,
            "label": label,
            "day": today,
            "areas_without": [] if asked.is_narrowed else public.areas_without(every, today),
            "fields": ActivityField.choices,
            "has_samples": any(one.is_sample for one in councils),
        },
    )


@require_safe
def council(request, number: int):
    """Show one certified council."""
    one = _council_or_404(number)
    return render(
        request,
        "councils/council.html",
        {
            "council": one,
            "label": CouncilPractice.objects.label_on(clock.today()),
            "papers": public.published_papers(number),
            "has_samples": one.is_sample,
        },
    )


def _council_or_404(number: int):
    found = public.certified_on(clock.today(), number=number)
    if not found:
        raise Http404(NO_SUCH_COUNCIL)
    return found[0]


@require_safe
def paper(request, number: int, paper: int):
    """Give a published paper of a certified council."""
    _council_or_404(number)
    papers = CouncilDocument.objects.filter(council__pk=number, is_public=True)
    row = papers.filter(pk=paper).first()
    if row is None:
        raise Http404("この書類は、公表されていません。")
    try:
        return attachments.download_response(
            row.stored_name, display_name=row.display_name, content_type=row.content_type
        )
    except attachments.NoSuchFileError as gone:
        raise Http404("この書類は、公表されていません。") from gone


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, token: str):
    """Let a council say what has changed: fill in, check, send; the address works once."""
    link = change_links.usable_link(token)
    if link is None:
        return render(request, "councils/change_over.html", status=404)
    form = ChangeForm(request.POST or None, council=link.council)
    template, more = "councils/change.html", {}
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if request.POST.get("confirm") == "1":
            try:
                notice = change_links.propose_changes(
                    link, form.lines, text=form.cleaned_data["text"]
                )
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                if notice is None:
                    return render(request, "councils/change_over.html", status=404)
                return render(request, "councils/change_done.html", {"council": link.council})
        else:
            template = "councils/change_check.html"
            more = {"differences": [changes.difference(line) for line in form.lines]}
    return render(request, template, {"form": form, "council": link.council, "link": link, **more})
