import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import wards.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='RequirementSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='略称')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('valid_from', models.DateField(verbose_name='適用の初日')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='適用の末日')),
                ('source', models.CharField(max_length=300, verbose_name='根拠')),
            ],
            options={
                'verbose_name': '認定要件の組',
                'verbose_name_plural': '認定要件の組',
                'ordering': ['-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('valid_from',), name='one_requirement_set_per_start', violation_error_message='この日から始まる認定要件の組が、すでにあります。'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='requirement_set_ends_after_it_begins', violation_error_message='末日は初日以後の日にしてください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requirementsetevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to") VALUES (NEW."code", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='8d92092e53060451d545a710e5650bbf5f623d35', operation='INSERT', pgid='pgtrigger_insert_insert_68cf0', table='council_city_requirementset', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "council_city_requirementsetevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to") VALUES (NEW."code", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to"); RETURN NULL;', hash='5ab8bcb8c6aaf1545e39839d5129e0f4203a63f5', operation='UPDATE', pgid='pgtrigger_update_update_38b1b', table='council_city_requirementset', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requirementsetevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to") VALUES (OLD."code", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."source", OLD."valid_from", OLD."valid_to"); RETURN NULL;', hash='61c07c9e93e2cfa6e81e2fe42fe0705d17f6dd90', operation='DELETE', pgid='pgtrigger_delete_delete_d63c9', table='council_city_requirementset', when='AFTER'))],
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, verbose_name='記号')),
                ('title', models.CharField(max_length=100, verbose_name='要件')),
                ('text', models.TextField(verbose_name='内容')),
                ('evidence', models.CharField(help_text='規約の条や名簿など、何を見て判断するかです。', max_length=200, verbose_name='確かめるもの')),
                ('order', models.PositiveSmallIntegerField(verbose_name='並び順')),
                ('requirement_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='council_city.requirementset', verbose_name='認定要件の組')),
            ],
            options={
                'verbose_name': '認定要件',
                'verbose_name_plural': '認定要件',
                'ordering': ['requirement_set', 'order'],
                'constraints': [models.UniqueConstraint(fields=('requirement_set', 'code'), name='one_requirement_per_set_and_code', violation_error_message='この組のこの記号の要件は、すでにあります。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requirementevent" ("code", "evidence", "id", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requirement_set_id", "text", "title") VALUES (NEW."code", NEW."evidence", NEW."id", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."requirement_set_id", NEW."text", NEW."title"); RETURN NULL;', hash='bd0a5d81b6a0f863da7f6a949129c480eeb02a97', operation='INSERT', pgid='pgtrigger_insert_insert_142ee', table='council_city_requirement', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "council_city_requirementevent" ("code", "evidence", "id", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requirement_set_id", "text", "title") VALUES (NEW."code", NEW."evidence", NEW."id", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."requirement_set_id", NEW."text", NEW."title"); RETURN NULL;', hash='68650e0208a9e09d635fbcd113d561a6bf6d3776', operation='UPDATE', pgid='pgtrigger_update_update_a9e03', table='council_city_requirement', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requirementevent" ("code", "evidence", "id", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requirement_set_id", "text", "title") VALUES (OLD."code", OLD."evidence", OLD."id", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."requirement_set_id", OLD."text", OLD."title"); RETURN NULL;', hash='5968b8dac9f310becad6bbd629ce688e5640c6d2', operation='DELETE', pgid='pgtrigger_delete_delete_214bc', table='council_city_requirement', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RequirementSetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='略称')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('valid_from', models.DateField(verbose_name='適用の初日')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='適用の末日')),
                ('source', models.CharField(max_length=300, verbose_name='根拠')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='council_city.requirementset')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequirementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=10, verbose_name='記号')),
                ('title', models.CharField(max_length=100, verbose_name='要件')),
                ('text', models.TextField(verbose_name='内容')),
                ('evidence', models.CharField(help_text='規約の条や名簿など、何を見て判断するかです。', max_length=200, verbose_name='確かめるもの')),
                ('order', models.PositiveSmallIntegerField(verbose_name='並び順')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='council_city.requirement')),
                ('requirement_set', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='council_city.requirementset', verbose_name='認定要件の組')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
