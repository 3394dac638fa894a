import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import wards.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wards', '0003_who_has_the_address'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='Bureau',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='略称')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='局名')),
                ('is_active', models.BooleanField(default=True, verbose_name='存続')),
            ],
            options={
                'verbose_name': '局',
                'verbose_name_plural': '局',
                'ordering': ['name'],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_bureauevent" ("code", "id", "is_active", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_active", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='4df8594c2f75893ae6d24679361da1fb5c803715', operation='INSERT', pgid='pgtrigger_insert_insert_de79b', table='wards_bureau', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wards_bureauevent" ("code", "id", "is_active", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_active", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='26b1fb55164af954f1f31215f62e7116d76fc2ae', operation='UPDATE', pgid='pgtrigger_update_update_0ba61', table='wards_bureau', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_bureauevent" ("code", "id", "is_active", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."is_active", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='84bc78c954f8ba4e56c635dbe48fadb5d6e8fdd5', operation='DELETE', pgid='pgtrigger_delete_delete_24906', table='wards_bureau', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='BureauEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=30, verbose_name='略称')),
                ('name', models.CharField(max_length=40, verbose_name='局名')),
                ('is_active', models.BooleanField(default=True, verbose_name='存続')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wards.bureau')),
            ],
            options={
                'abstract': False,
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='略称')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='事業所名')),
                ('kind', models.CharField(choices=[('works', '工営所'), ('parks', '公園事務所'), ('waste', '環境事業センター')], max_length=10, verbose_name='種別')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='電話')),
                ('is_active', models.BooleanField(default=True, verbose_name='存続')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('bureau', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='wards.bureau', verbose_name='所管局')),
                ('wards', models.ManyToManyField(blank=True, related_name='offices', to='wards.ward', verbose_name='担当する区')),
            ],
            options={
                'verbose_name': '事業所',
                'verbose_name_plural': '事業所',
                'ordering': ['kind', 'name'],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_officeevent" ("bureau_id", "code", "id", "is_active", "is_demo", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."bureau_id", NEW."code", NEW."id", NEW."is_active", NEW."is_demo", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone"); RETURN NULL;', hash='1abb4b5478bbd8acb623b5de0f98403384da3ab6', operation='INSERT', pgid='pgtrigger_insert_insert_a5705', table='wards_office', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wards_officeevent" ("bureau_id", "code", "id", "is_active", "is_demo", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."bureau_id", NEW."code", NEW."id", NEW."is_active", NEW."is_demo", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone"); RETURN NULL;', hash='906632b31ca0662fb7fdcb4746ab292d20cf953b', operation='UPDATE', pgid='pgtrigger_update_update_3aae4', table='wards_office', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_officeevent" ("bureau_id", "code", "id", "is_active", "is_demo", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (OLD."bureau_id", OLD."code", OLD."id", OLD."is_active", OLD."is_demo", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone"); RETURN NULL;', hash='640b78b484b05d5b9b46defee60b15b43fb801c5', operation='DELETE', pgid='pgtrigger_delete_delete_d0e94', table='wards_office', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OfficeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=30, verbose_name='略称')),
                ('name', models.CharField(max_length=40, verbose_name='事業所名')),
                ('kind', models.CharField(choices=[('works', '工営所'), ('parks', '公園事務所'), ('waste', '環境事業センター')], max_length=10, verbose_name='種別')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='電話')),
                ('is_active', models.BooleanField(default=True, verbose_name='存続')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('bureau', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.bureau', verbose_name='所管局')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wards.office')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='delete_delete',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_membershipevent" ("bureau_id", "id", "office_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (NEW."bureau_id", NEW."id", NEW."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to", NEW."ward_id"); RETURN NULL;', hash='1e9ba17c7687fbddf2cfe2e614f36c004f2e995b', operation='INSERT', pgid='pgtrigger_insert_insert_c3059', table='wards_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wards_membershipevent" ("bureau_id", "id", "office_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (NEW."bureau_id", NEW."id", NEW."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to", NEW."ward_id"); RETURN NULL;', hash='d2960f902d53c826aeeb9bce7903ae1193ad5245', operation='UPDATE', pgid='pgtrigger_update_update_8b23c', table='wards_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_membershipevent" ("bureau_id", "id", "office_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (OLD."bureau_id", OLD."id", OLD."office_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."user_id", OLD."valid_from", OLD."valid_to", OLD."ward_id"); RETURN NULL;', hash='4e9fa1a6f33e3ab73af462a700182b47ba755a9f', operation='DELETE', pgid='pgtrigger_delete_delete_5eca6', table='wards_membership', when='AFTER')),
        ),
        migrations.AddField(
            model_name='membership',
            name='bureau',
            field=models.ForeignKey(blank=True, help_text='局の窓口だけに付けます。この局に引き継がれた案件だけが見えます。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wards.bureau', verbose_name='局'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='bureau',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='局の窓口だけに付けます。この局に引き継がれた案件だけが見えます。', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.bureau', verbose_name='局'),
        ),
        migrations.AddField(
            model_name='membership',
            name='office',
            field=models.ForeignKey(blank=True, help_text='事業所職員だけに付けます。この事業所に引き継がれた案件だけが見えます。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wards.office', verbose_name='事業所'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='office',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='事業所職員だけに付けます。この事業所に引き継がれた案件だけが見えます。', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.office', verbose_name='事業所'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('office', None), ('role', 'office_clerk'), _connector='OR'), name='office_of_clerks_only', violation_error_message='事業所は、役割が事業所職員のときだけ付けられます。'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('bureau', None), ('role', 'bureau_officer'), _connector='OR'), name='bureau_of_bureau_officers_only', violation_error_message='局は、役割が局の窓口のときだけ付けられます。'),
        ),
    ]
