"""Files of a case on disk, and how its rows describe them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from wards import attachments
from wards.attachments import CleanFile

# Where files of cases lie, in the ward's own folder.
FOLDER: Final = "consultations"
# What an attachment and a waiting file note of a file alike.
FACTS: Final = ("stored_name", "display_name", "content_type", "size", "sha256")


@contextmanager
def kept(
    files: Sequence[CleanFile], *, is_original: bool = False
) -> Iterator[list[dict[str, Any]]]:
    """Keep files for the block that writes their rows, and describe them as the rows do.

    A block that fails leaves none on disk. `is_original` marks what was read in at the counter.
    """
    with attachments.kept(files, FOLDER) as rows:
        yield [{**row, "is_original": True} if is_original else row for row in rows]
