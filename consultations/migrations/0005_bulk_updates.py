import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import uuid
import wards.migration_operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0004_replies_are_told_and_noted'),
        ('wards', '__first__'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='BulkUpdate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='番号')),
                ('file_name', models.CharField(max_length=200, verbose_name='ファイルの名前')),
                ('state', models.CharField(choices=[('checking', '検査中'), ('checked', '検査済'), ('applying', '更新中'), ('applied', '更新済')], default='checking', max_length=10, verbose_name='状態')),
                ('lines', models.JSONField(default=list, help_text='更新が済むと空になります。', verbose_name='行')),
                ('rows', models.JSONField(default=list, verbose_name='差分')),
                ('problems', models.JSONField(default=list, verbose_name='直す行')),
                ('fingerprint', models.CharField(blank=True, max_length=64, verbose_name='差分の照合値')),
                ('is_stale', models.BooleanField(default=False, help_text='差分を表示したあとに案件が変わり、検査し直したことを示します。', verbose_name='差分が変わった')),
                ('made_at', models.DateTimeField(verbose_name='受付日時')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='更新日時')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='更新する職員')),
            ],
            options={
                'verbose_name': '一括更新',
                'verbose_name_plural': '一括更新',
                'ordering': ['-made_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at__isnull', False), _connector='OR'), name='applied_bulk_update_says_when', violation_error_message='更新済の一括更新には更新日時が必要です。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "consultations_bulkupdateevent" ("actor_id", "applied_at", "fingerprint", "id", "is_stale", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."actor_id", NEW."applied_at", NEW."fingerprint", NEW."id", NEW."is_stale", NEW."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."state"); RETURN NULL;', hash='e32e62fff3dfc117798c2876cf61d4d3d3a30fc6', operation='INSERT', pgid='pgtrigger_insert_insert_70979', table='consultations_bulkupdate', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."actor_id" IS DISTINCT FROM (NEW."actor_id") OR OLD."applied_at" IS DISTINCT FROM (NEW."applied_at") OR OLD."fingerprint" IS DISTINCT FROM (NEW."fingerprint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_stale" IS DISTINCT FROM (NEW."is_stale") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "consultations_bulkupdateevent" ("actor_id", "applied_at", "fingerprint", "id", "is_stale", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."actor_id", NEW."applied_at", NEW."fingerprint", NEW."id", NEW."is_stale", NEW."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."state"); RETURN NULL;', hash='3dbd831370f8e99742055f7182b89374a140ffef', operation='UPDATE', pgid='pgtrigger_update_update_dad8b', table='consultations_bulkupdate', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "consultations_bulkupdateevent" ("actor_id", "applied_at", "fingerprint", "id", "is_stale", "made_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (OLD."actor_id", OLD."applied_at", OLD."fingerprint", OLD."id", OLD."is_stale", OLD."made_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."state"); RETURN NULL;', hash='2292042c59f1fbd437e8e8b48701cb0ecdab3b74', operation='DELETE', pgid='pgtrigger_delete_delete_89d22', table='consultations_bulkupdate', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='BulkUpdateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False, verbose_name='番号')),
                ('state', models.CharField(choices=[('checking', '検査中'), ('checked', '検査済'), ('applying', '更新中'), ('applied', '更新済')], default='checking', max_length=10, verbose_name='状態')),
                ('fingerprint', models.CharField(blank=True, max_length=64, verbose_name='差分の照合値')),
                ('is_stale', models.BooleanField(default=False, help_text='差分を表示したあとに案件が変わり、検査し直したことを示します。', verbose_name='差分が変わった')),
                ('made_at', models.DateTimeField(verbose_name='受付日時')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='更新日時')),
                ('actor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='更新する職員')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='consultations.bulkupdate')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
