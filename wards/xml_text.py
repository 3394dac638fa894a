"""Text that may stand in XML. Pure."""

import re
from typing import Final

# What XML 1.0 cannot hold in any spelling: it would make the whole document unreadable.
_NOT_IN_XML: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def printable(text: str) -> str:
    """Return the text without what no XML document may hold."""
    return _NOT_IN_XML.sub("", text)
