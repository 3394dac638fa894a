"""局 and 事業所 of the demo: names that are public, and a map of wards that is made up."""

from wards.fixtures_reader import read_fixture
from wards.models import Bureau, Office, Ward


def found_demo_offices() -> None:
    """Make the bureaus and offices of `fixtures/demo/offices.json` that are missing.

    An office that is there keeps what somebody changed. Which office serves which ward was not
    published in full (DOMAIN §7.2): here it is made up.
    """
    plan = read_fixture("demo/offices.json")
    bureaus = {
        row["code"]: Bureau.objects.get_or_create(code=row["code"], defaults={"name": row["name"]})[
            0
        ]
        for row in plan["bureaus"]
    }
    wards = {ward.slug: ward for ward in Ward.objects.all()}
    for row in plan["offices"]:
        office, is_new = Office.objects.get_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "kind": row["kind"],
                "bureau": bureaus[row["bureau"]],
                "is_demo": row.get("demo", False),
            },
        )
        if is_new:
            office.wards.set([wards[slug] for slug in row["wards"]])
