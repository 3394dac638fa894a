"""Who gets which answer on the pages of 社会的ビジネス: rows of tests/test_access.py."""

from datetime import date

from socialbiz.services import operators, projects, ventures

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
MOVED, NOT_FOUND = 302, 404


def of_socialbiz(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""
    rows = []
    for model in ("operator", "venture", "commissionedproject"):
        base, at = f"admin/socialbiz/{model}/", f"/admin/socialbiz/{model}/{{socialbiz_{model}}}/"
        rows += of_a_model(
            f"socialbiz/{model}", f"socialbiz_{model}", staff, see=READERS, add=WORKERS
        )
        act = f"{base}<int:pk>/act/<slug:code>/"
        rows += [
            row(act, f"{at}act/change/", READERS, MOVED),
            row(act, f"{at}act/nothing/", READERS, NOT_FOUND, method="post"),
            row(act, f"{at}act/change/", WORKERS, method="post"),
            row(f"{base}export/<slug:kind>/", f"/{base}export/xlsx/", READERS),
        ]
    counts = "admin/socialbiz/venture/counts/"
    return [
        *rows,
        row(counts, f"/{counts}", READERS),
        # Without a year there is nothing to enter.
        row(counts, f"/{counts}", READERS, NOT_FOUND, method="post"),
    ]


def of_public_registers(public) -> list:
    """Return the rows of the public page."""
    return [
        public("socialbiz/", "/socialbiz/"),
        public("socialbiz/", "/socialbiz/?format=x", NOT_FOUND),
    ]


def socialbiz_things(officer) -> dict[str, object]:
    """Make what the addresses name in the ward served; return the numbers."""
    operator = operators.register_operator(name="権限の担い手", kind="npo", actor=officer)
    shared = {"operator": operator, "field": "welfare", "started_on": date(2026, 4, 1)}
    venture = ventures.register_venture(
        title="権限のCB", kind="community", ward_part="none", actor=officer, **shared
    )
    project = projects.register_project(
        title="権限の業務", section="地域課", contract_form="other", why="近い。",
        sharing="区が負う。", actor=officer, **shared,
    )  # fmt: skip
    return {
        "socialbiz_operator": operator.pk,
        "socialbiz_venture": venture.pk,
        "socialbiz_commissionedproject": project.pk,
    }
