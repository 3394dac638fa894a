"""The languages of public pages: what the reader chooses, never what the browser announces.

A page is Japanese unless its view is marked `@multilingual`; staff pages never are. やさしい日本語 is a
language of its own, `ja-hira`; what it lacks is shown in Japanese.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from wards.models import Ward

PARAMETER = "lang"
View = TypeVar("View", bound=Callable)


@dataclass(frozen=True, slots=True)
class Choice:
    """A language in the switcher: how it is marked, what it calls itself, where it is read."""

    tag: str
    name: str
    address: str
    is_current: bool


def multilingual(view: View) -> View:
    """Mark a view whose page exists in all languages."""
    view.is_multilingual = True
    return view


def language_tag(code: str) -> str:
    """Write a language for HTML and for headers: zh-hans is zh-Hans."""
    language, _, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def language_asked_for(request: HttpRequest) -> str:
    """Return the language that the address names, else the remembered one, else Japanese."""
    known = dict(settings.LANGUAGES)
    for code in (
        request.GET.get(PARAMETER, ""),
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
    ):
        if code in known:
            return code
    return settings.LANGUAGE_CODE


def choices(request: HttpRequest) -> list[Choice]:
    """List the languages in which the page can be read, each with its address."""
    current = translation.get_language()
    listed = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query[PARAMETER] = code
        address = f"{request.path}?{query.urlencode()}"
        listed.append(Choice(language_tag(code), name, address, code == current))
    return listed


def office_name(ward: Ward) -> str:
    """Return how the ward's office is called in the language of the page: Kita Ward Office."""
    if ward.is_headquarters:
        return gettext("大阪市 市民局")
    language = translation.get_language() or settings.LANGUAGE_CODE
    name = ward.name
    if language == "ja-hira":
        name = ward.kana or name
    elif language == "zh-hant":
        name = name.replace("区", "區")
    elif language in ("en", "ko", "vi"):
        name = ward.romaji.removesuffix("-ku") or name
    return gettext("%(ward)s役所") % {"ward": name}


class LanguageMiddleware:
    """Serve marked views in the reader's language and everything else in Japanese."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Begin in Japanese whatever the thread served before, and say what it became."""
        request.is_multilingual = False
        with translation.override(settings.LANGUAGE_CODE):
            response = self.get_response(request)
            language = translation.get_language() or settings.LANGUAGE_CODE
        if request.is_multilingual:
            response.headers.setdefault("Content-Language", language_tag(language))
            patch_vary_headers(response, ["Cookie"])
            if request.GET.get(PARAMETER) == language:
                response.set_cookie(
                    settings.LANGUAGE_COOKIE_NAME,
                    language,
                    max_age=settings.LANGUAGE_COOKIE_AGE,
                    secure=settings.LANGUAGE_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )
        return response

    def process_view(self, request: HttpRequest, view, arguments, keywords) -> None:
        """Change to the reader's language once it is known which view answers."""
        if getattr(view, "is_multilingual", False):
            request.is_multilingual = True
            translation.activate(language_asked_for(request))
