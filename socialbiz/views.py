"""The public pages of 社会的ビジネス in a ward."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from socialbiz import public


@require_safe
def index(request):
    """Show what is carried in the ward by methods of business, or give it as a file."""
    ventures, projects = public.ventures(), public.projects()
    every = [*projects, *ventures]
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, public.register_file(request.ward, every))
    return render(
        request,
        "socialbiz/index.html",
        {
            "registers": [
                {
                    "name": public.PROJECT,
                    "about": "市が責任を負う仕事のうち、市民や団体が行うほうがよいものを、担い手に任せたものです。",
                    "rows": projects,
                },
                {
                    "name": "コミュニティ・ビジネスとソーシャル・ビジネス",
                    "about": "地域や社会の課題を、市民がビジネスの方法で解決する取組です。",
                    "rows": ventures,
                },
            ],
            "has_samples": any(one.is_sample for one in every),
            "count": len(every),
        },
    )
