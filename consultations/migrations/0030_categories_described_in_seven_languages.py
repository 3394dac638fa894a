import consultations.models.category
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0002_first_categories'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='category',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='category',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='category',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='category',
            name='descriptions',
            field=models.JSONField(blank=True, default=dict, validators=[consultations.models.category._check_translations], verbose_name='他の言語での説明'),
        ),
        migrations.AddField(
            model_name='categoryevent',
            name='descriptions',
            field=models.JSONField(blank=True, default=dict, validators=[consultations.models.category._check_translations], verbose_name='他の言語での説明'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='category',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "consultations_categoryevent" ("code", "default_record_type", "description", "descriptions", "id", "is_publishable", "is_staff_only", "name", "names", "notice", "notices", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retention_id", "stop_answer", "stop_answers", "valid_from", "valid_to") VALUES (NEW."code", NEW."default_record_type", NEW."description", NEW."descriptions", NEW."id", NEW."is_publishable", NEW."is_staff_only", NEW."name", NEW."names", NEW."notice", NEW."notices", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."retention_id", NEW."stop_answer", NEW."stop_answers", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='61ef9bec5bc350c14f12dedb0a00825a82b3e0b7', operation='INSERT', pgid='pgtrigger_insert_insert_cb2e6', table='consultations_category', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='category',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "consultations_categoryevent" ("code", "default_record_type", "description", "descriptions", "id", "is_publishable", "is_staff_only", "name", "names", "notice", "notices", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retention_id", "stop_answer", "stop_answers", "valid_from", "valid_to") VALUES (NEW."code", NEW."default_record_type", NEW."description", NEW."descriptions", NEW."id", NEW."is_publishable", NEW."is_staff_only", NEW."name", NEW."names", NEW."notice", NEW."notices", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."retention_id", NEW."stop_answer", NEW."stop_answers", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='bf173f9cdbe89124946454a3a7c619897e6c9f84', operation='UPDATE', pgid='pgtrigger_update_update_a915a', table='consultations_category', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='category',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "consultations_categoryevent" ("code", "default_record_type", "description", "descriptions", "id", "is_publishable", "is_staff_only", "name", "names", "notice", "notices", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retention_id", "stop_answer", "stop_answers", "valid_from", "valid_to") VALUES (OLD."code", OLD."default_record_type", OLD."description", OLD."descriptions", OLD."id", OLD."is_publishable", OLD."is_staff_only", OLD."name", OLD."names", OLD."notice", OLD."notices", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."retention_id", OLD."stop_answer", OLD."stop_answers", OLD."valid_from", OLD."valid_to"); RETURN NULL;', hash='fe8c9af999e5eea8fe9f54d482928615662063ed', operation='DELETE', pgid='pgtrigger_delete_delete_06901', table='consultations_category', when='AFTER')),
        ),
    ]
