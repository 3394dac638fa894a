"""The documents of GeoReport v2: the same values as JSON and as XML.

A document is a list of items. In JSON it is that list; in XML it hangs under a root element, each
item under its own name. XML is built as a tree, so that no text can become markup.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from django.http import HttpResponse

from wards.xml_text import printable

CONTENT_TYPES: Final = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
# What the items of a list are called in XML, by the name of the list.
_ITEM_NAMES: Final = {"attributes": "attribute", "values": "value"}


class Refusal(Exception):
    """A request that cannot be answered: the HTTP code and a sentence for the caller."""

    def __init__(self, code: int, description: str):
        super().__init__(description)
        self.code = code
        self.description = description


def document(
    kind: str, root: str, item: str, items: Iterable[Mapping[str, Any]], *, status: int = 200
) -> HttpResponse:
    """Return a list as a document: `document("xml", "services", "service", …)`."""
    items = list(items)
    content = _json(items) if kind == "json" else _xml_list(root, item, items)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPES[kind])


def single_document(kind: str, root: str, values: Mapping[str, Any]) -> HttpResponse:
    """Return one item as a document of its own: a service definition."""
    if kind == "json":
        content = _json(values)
    else:
        element = ElementTree.Element(root)
        _fill(element, values)
        content = _written(element)
    return HttpResponse(content, content_type=CONTENT_TYPES[kind])


def error_document(kind: str, refusal: Refusal) -> HttpResponse:
    """Return an error as the specification wants it: a list with code and description."""
    values = [{"code": refusal.code, "description": refusal.description}]
    return document(kind, "errors", "error", values, status=refusal.code)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _xml_list(root: str, item: str, items: list[Mapping[str, Any]]) -> bytes:
    element = ElementTree.Element(root)
    for values in items:
        _fill(ElementTree.SubElement(element, item), values)
    return _written(element)


def _fill(element: ElementTree.Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, list):
            for one in value:
                _fill(ElementTree.SubElement(child, _ITEM_NAMES[name]), one)
        else:
            child.text = _text(value)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value))


def _written(element: ElementTree.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(
        element, encoding="utf-8", xml_declaration=False
    )
