import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wards', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='JobEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=40, verbose_name='処理')),
                ('day', models.DateField(verbose_name='対象日')),
                ('key', models.CharField(blank=True, help_text='夜間処理は空欄です。', max_length=60, verbose_name='区別')),
                ('arguments', models.JSONField(blank=True, default=dict, verbose_name='引数')),
                ('state', models.CharField(choices=[('waiting', '待機中'), ('running', '実行中'), ('done', '完了'), ('failed', '失敗')], default='waiting', max_length=10, verbose_name='状態')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='試行回数')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='開始')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='終了')),
                ('last_done_at', models.DateTimeField(blank=True, help_text='やり直しを頼んでも消えません。', null=True, verbose_name='最後に完了した時刻')),
                ('seconds', models.FloatField(blank=True, null=True, verbose_name='所要秒数')),
                ('result', models.JSONField(blank=True, default=dict, verbose_name='結果')),
                ('error', models.TextField(blank=True, verbose_name='失敗の理由')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wards.job')),
                ('requested_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='依頼者')),
                ('ward', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.ward', verbose_name='区')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='job',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_jobevent" ("arguments", "attempt", "day", "error", "finished_at", "id", "key", "last_done_at", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_by_id", "result", "seconds", "started_at", "state", "ward_id") VALUES (NEW."arguments", NEW."attempt", NEW."day", NEW."error", NEW."finished_at", NEW."id", NEW."key", NEW."last_done_at", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."requested_by_id", NEW."result", NEW."seconds", NEW."started_at", NEW."state", NEW."ward_id"); RETURN NULL;', hash='93d03cdb78ff27523ed9ba0454e8aa98db3c9bf8', operation='INSERT', pgid='pgtrigger_insert_insert_5c41c', table='wards_job', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='job',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."arguments" IS DISTINCT FROM (NEW."arguments") OR OLD."attempt" IS DISTINCT FROM (NEW."attempt") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."error" IS DISTINCT FROM (NEW."error") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."last_done_at" IS DISTINCT FROM (NEW."last_done_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."result" IS DISTINCT FROM (NEW."result") OR OLD."seconds" IS DISTINCT FROM (NEW."seconds") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."ward_id" IS DISTINCT FROM (NEW."ward_id"))', func='INSERT INTO "wards_jobevent" ("arguments", "attempt", "day", "error", "finished_at", "id", "key", "last_done_at", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_by_id", "result", "seconds", "started_at", "state", "ward_id") VALUES (NEW."arguments", NEW."attempt", NEW."day", NEW."error", NEW."finished_at", NEW."id", NEW."key", NEW."last_done_at", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."requested_by_id", NEW."result", NEW."seconds", NEW."started_at", NEW."state", NEW."ward_id"); RETURN NULL;', hash='1ca880e986a9df2eabf24c31fd7471fc0e06d7a9', operation='UPDATE', pgid='pgtrigger_update_update_1766d', table='wards_job', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='job',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_jobevent" ("arguments", "attempt", "day", "error", "finished_at", "id", "key", "last_done_at", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_by_id", "result", "seconds", "started_at", "state", "ward_id") VALUES (OLD."arguments", OLD."attempt", OLD."day", OLD."error", OLD."finished_at", OLD."id", OLD."key", OLD."last_done_at", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."requested_by_id", OLD."result", OLD."seconds", OLD."started_at", OLD."state", OLD."ward_id"); RETURN NULL;', hash='09ec14d60ac88eec13f3ffd3f24cdd355aa0381c', operation='DELETE', pgid='pgtrigger_delete_delete_1e9ef', table='wards_job', when='AFTER')),
        ),
    ]
