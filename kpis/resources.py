"""A ward's results as the table that goes out to a file; what comes in, `import_rows` reads."""

from django.db import connection
from import_export import resources
from import_export.fields import Field

from kpis import import_rows
from kpis.import_rows import value_texts


class ResultResource(resources.Resource):
    """Results with the columns of an import: an exported file comes back as 「変更なし」."""

    fiscal_year = Field(column_name=import_rows.YEAR)
    ward_code = Field(column_name=import_rows.WARD)
    indicator_code = Field(column_name=import_rows.INDICATOR)
    actual = Field(column_name=import_rows.ACTUAL)
    respondents = Field(column_name=import_rows.RESPONDENTS)
    reference_note = Field(column_name=import_rows.REFERENCE)
    implementation = Field(column_name=import_rows.IMPLEMENTATION)
    note = Field(column_name=import_rows.NOTE)

    def export_resource(self, instance, selected_fields=None, **kwargs) -> list:
        """Return one line; numbers stay numbers, 該当なし and empty cells are text."""
        texts = value_texts(instance)
        number = instance.actual
        return [
            instance.fiscal_year,
            connection.tenant.code6,
            instance.indicator.code,
            texts[import_rows.ACTUAL] if number is None else number.normalize(),
            "" if instance.respondents is None else instance.respondents,
            *(
                texts[c]
                for c in (import_rows.REFERENCE, import_rows.IMPLEMENTATION, import_rows.NOTE)
            ),
        ]
