"""The names of this app's jobs, for those who ask for one or read the table of jobs."""

from typing import Final

RECOMPUTE: Final = "recompute_progress"
REVIEW: Final = "review_results"
