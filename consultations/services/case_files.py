"""Files of a case on disk, and how its rows describe them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from wards.attachments import CleanFile, stored

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
    more = {"is_original": True} if is_original else {}
    with stored(files, FOLDER) as names:
        yield [
            {
                "stored_name": name,
                "display_name": file.display_name,
                "content_type": file.content_type,
                "size": len(file.content),
                "sha256": file.sha256,
                **more,
            }
            for name, file in zip(names, files, strict=True)
        ]
