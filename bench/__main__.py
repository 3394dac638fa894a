"""`./dev bench [NAME]`: measure against a baseline on the running installation's database.

Each measurement is the median of five runs and stands beside the same data moved by the database
alone, so that a slow machine does not look like slow code.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.consultation_figures import CASES_OF_A_WARD, many_cases  # noqa: E402
from bench.consultations import CASES, CONSULTATIONS, crowded_ward  # noqa: E402
from bench.councils import COUNCIL_WORK, COUNCILS, full_ward  # noqa: E402
from bench.forum import FORUM_WORK, OPINIONS, full_ledger  # noqa: E402
from osaka_kusei.citywide.exports import results_csv, table2_xlsx  # noqa: E402
from osaka_kusei.citywide.reading import read_each_ward  # noqa: E402
from osaka_kusei.citywide.results import result_rows  # noqa: E402

RUNS = 5
YEAR = 2016


def median_ms(work: Callable[[], object]) -> float:
    """Run once to warm up, then return the median of five runs in milliseconds."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def counts_in_each_ward() -> None:
    """Ask each ward one grouped question: the least a page over 24 wards can cost."""

    def count(ward):
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, count(*) FROM kpis_result GROUP BY 1")
            return cursor.fetchall()

    read_each_ward(count)


def page(slug: str, path: str) -> Callable[[], None]:
    """Return a request of a public page, without the network."""
    client = Client(headers={"host": f"{slug}.localhost"})

    def get() -> None:
        assert client.get(path).status_code == 200

    return get


def drained(download) -> Callable[[], None]:
    """Return a download read to its end, as 本庁 does: a page before may have left us in a ward."""

    def read() -> int:
        connection.set_schema_to_public()
        return sum(map(len, download(YEAR).chunks))

    return read


def scan_of_cases() -> None:
    """Ask each ward for all its cases by one column: what the figures of cases are compared with."""

    def count(ward):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT category_id, count(*) FROM consultations_consultation GROUP BY 1"
            )
            return cursor.fetchall()

    read_each_ward(count)


MEASUREMENTS: dict[str, Callable[[], object]] = {
    "24 wards, one query each": counts_in_each_ward,
    "24 wards' results of a year as rows": lambda: result_rows([YEAR]),
    "city page": page("osaka", f"/?fiscal_year={YEAR}"),
    "table 2 page": page("osaka", f"/table2/?fiscal_year={YEAR}"),
    "ward page": page("kita", f"/kpis/?fiscal_year={YEAR}"),
    "city consultations page": page("osaka", "/consultations/"),
    "city councils page": page("osaka", "/councils/"),
    "city forum page": page("osaka", "/forum/"),
    "city socialbiz page": page("osaka", "/socialbiz/"),
    "ward socialbiz page": page("kita", "/socialbiz/"),
    "ward directory of councils": page("kita", "/councils/"),
    "results as CSV": drained(results_csv),
    "table 2 as xlsx": drained(table2_xlsx),
}
# Measured over rows that are made for it and taken away again.
FILLED: dict[str, Callable[[], object]] = {
    f"{name}, 24 × {CASES_OF_A_WARD:,} cases": work
    for name, work in {
        "consultations: one scan per ward": scan_of_cases,
        "consultations by ward": page("osaka", "/consultations/"),
        "consultations by category": page("osaka", "/consultations/?group=category"),
        "consultations of a category by month": page(
            "osaka", "/consultations/?group=month&category=road"
        ),
    }.items()
}


def main() -> None:
    """Print the measurements whose name contains the words given, each with its ratio to the first."""
    words = " ".join(sys.argv[1:])
    groups = (
        (MEASUREMENTS, None, ""),
        (
            FILLED,
            many_cases,
            f"… with {CASES_OF_A_WARD} cases in each ward, taken back afterwards:",
        ),
        (CONSULTATIONS, crowded_ward, f"… in a ward with {CASES} cases, taken back afterwards:"),
        (COUNCIL_WORK, full_ward, f"… in a ward with {COUNCILS} councils, taken back afterwards:"),
        (FORUM_WORK, full_ledger, f"… in a ward with {OPINIONS} opinions, taken back afterwards:"),
    )
    every = [name for measurements, _, _ in groups for name in measurements]
    if not any(words in name for name in every):
        sys.exit(f"There is no measurement “{words}”; there are: {'; '.join(every)}.")
    baseline = median_ms(counts_in_each_ward)
    print(f"{'measurement':64} {'ms':>8}  × one query per ward")
    for measurements, filled, what in groups:
        chosen = {name: work for name, work in measurements.items() if words in name}
        if not chosen:
            continue
        if what:
            print(what, flush=True)
        with filled() if filled else nullcontext():
            for name, work in chosen.items():
                taken = median_ms(work)
                print(f"{name:64} {taken:8.1f}  {taken / baseline:5.1f}", flush=True)


main()
