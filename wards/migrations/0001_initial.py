import django.db.models.deletion
import django.db.models.functions.text
import django_tenants.postgresql_backend.base
import pghistory.utils
import pgtrigger.compiler
import wards.migration_operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='メールアドレス')),
                ('name', models.CharField(help_text='姓名の順に入力してください。', max_length=60, verbose_name='氏名')),
                ('kana', models.CharField(blank=True, max_length=80, verbose_name='ふりがな')),
                ('is_active', models.BooleanField(default=True, help_text='退職などで使わなくなった人は、削除せずに無効にしてください。', verbose_name='有効')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本の職員')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登録日時')),
            ],
            options={
                'verbose_name': '職員',
                'verbose_name_plural': '職員',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_user_per_email', violation_error_message='このメールアドレスの職員は、すでに登録されています。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_userevent" ("created_at", "email", "id", "is_active", "is_demo", "kana", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."email", NEW."id", NEW."is_active", NEW."is_demo", NEW."kana", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='d05dd867c9f6e257c1710458cb5011c66cfebf15', operation='INSERT', pgid='pgtrigger_insert_insert_719c6', table='wards_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."kana" IS DISTINCT FROM (NEW."kana") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "wards_userevent" ("created_at", "email", "id", "is_active", "is_demo", "kana", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."email", NEW."id", NEW."is_active", NEW."is_demo", NEW."kana", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='26b895518874a720576dc58663d0ab81925a07b0', operation='UPDATE', pgid='pgtrigger_update_update_20f16', table='wards_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_userevent" ("created_at", "email", "id", "is_active", "is_demo", "kana", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."created_at", OLD."email", OLD."id", OLD."is_active", OLD."is_demo", OLD."kana", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='1e295efeea26efa42f219b1703ea4ad81367e21a', operation='DELETE', pgid='pgtrigger_delete_delete_2be86', table='wards_user', when='AFTER'))],
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Ward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(db_index=True, max_length=63, unique=True, validators=[django_tenants.postgresql_backend.base._check_schema_name])),
                ('slug', models.SlugField(help_text='アドレスに使う英字です。', max_length=40, unique=True, verbose_name='略称')),
                ('name', models.CharField(max_length=20, verbose_name='区名')),
                ('kana', models.CharField(blank=True, max_length=40, verbose_name='ふりがな')),
                ('romaji', models.CharField(blank=True, max_length=40, verbose_name='ローマ字')),
                ('code5', models.CharField(max_length=5, unique=True, verbose_name='団体コード（5桁）')),
                ('code6', models.CharField(max_length=6, unique=True, verbose_name='団体コード（6桁）')),
                ('order', models.PositiveSmallIntegerField(unique=True, verbose_name='並び順')),
            ],
            options={
                'verbose_name': '区',
                'verbose_name_plural': '区',
                'ordering': ['order'],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_wardevent" ("code5", "code6", "id", "kana", "name", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "romaji", "schema_name", "slug") VALUES (NEW."code5", NEW."code6", NEW."id", NEW."kana", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."romaji", NEW."schema_name", NEW."slug"); RETURN NULL;', hash='284fe7ccdb5e40a5d7e99422acdcc34b3b9565a2', operation='INSERT', pgid='pgtrigger_insert_insert_b8bbb', table='wards_ward', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wards_wardevent" ("code5", "code6", "id", "kana", "name", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "romaji", "schema_name", "slug") VALUES (NEW."code5", NEW."code6", NEW."id", NEW."kana", NEW."name", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."romaji", NEW."schema_name", NEW."slug"); RETURN NULL;', hash='da1489928364f40baa12b9b3bdbd3f40f299d5ca', operation='UPDATE', pgid='pgtrigger_update_update_6f02f', table='wards_ward', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_wardevent" ("code5", "code6", "id", "kana", "name", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "romaji", "schema_name", "slug") VALUES (OLD."code5", OLD."code6", OLD."id", OLD."kana", OLD."name", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."romaji", OLD."schema_name", OLD."slug"); RETURN NULL;', hash='093728beafe2ac55a7a8e50aadbc9345bb420b85', operation='DELETE', pgid='pgtrigger_delete_delete_21a05', table='wards_ward', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('schema_name', models.CharField(db_index=True, max_length=63, verbose_name='開いた区のスキーマ')),
            ],
            options={
                'verbose_name': 'ログイン',
                'verbose_name_plural': 'ログイン',
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('email', models.EmailField(max_length=254, verbose_name='メールアドレス')),
                ('name', models.CharField(help_text='姓名の順に入力してください。', max_length=60, verbose_name='氏名')),
                ('kana', models.CharField(blank=True, max_length=80, verbose_name='ふりがな')),
                ('is_active', models.BooleanField(default=True, help_text='退職などで使わなくなった人は、削除せずに無効にしてください。', verbose_name='有効')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本の職員')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登録日時')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='処理')),
                ('day', models.DateField(verbose_name='対象日')),
                ('key', models.CharField(blank=True, help_text='夜間処理は空欄です。', max_length=60, verbose_name='区別')),
                ('arguments', models.JSONField(blank=True, default=dict, verbose_name='引数')),
                ('state', models.CharField(choices=[('waiting', '待機中'), ('running', '実行中'), ('done', '完了'), ('failed', '失敗')], default='waiting', max_length=10, verbose_name='状態')),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='試行回数')),
                ('not_before', models.DateTimeField(verbose_name='次に試す時刻')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='占有の期限')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='開始')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='終了')),
                ('last_done_at', models.DateTimeField(blank=True, help_text='やり直しを頼んでも消えません。', null=True, verbose_name='最後に完了した時刻')),
                ('seconds', models.FloatField(blank=True, null=True, verbose_name='所要秒数')),
                ('result', models.JSONField(blank=True, default=dict, verbose_name='結果')),
                ('error', models.TextField(blank=True, verbose_name='失敗の理由')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='依頼者')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='wards.ward', verbose_name='区')),
            ],
            options={
                'verbose_name': '処理',
                'verbose_name_plural': '処理',
                'permissions': [('run_job', '夜間処理を今すぐ実行できる')],
                'indexes': [models.Index(fields=['state', 'not_before'], name='job_by_state')],
                'constraints': [models.UniqueConstraint(fields=('ward', 'name', 'day', 'key'), name='one_job_per_ward_and_day', violation_error_message='この区のこの日の処理は、すでに登録されています。')],
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', '閲覧者'), ('officer', '区職員'), ('manager', '区課長'), ('ward_mayor', '区長'), ('office_clerk', '事業所職員'), ('judge', '選定委員'), ('city_viewer', '市民局閲覧者'), ('city_officer', '市民局職員'), ('bureau_officer', '局の窓口'), ('operator', '運用管理者')], max_length=20, verbose_name='役割')),
                ('valid_from', models.DateField(verbose_name='開始日')),
                ('valid_to', models.DateField(blank=True, help_text='この日まで働きます。空欄は期限なしです。', null=True, verbose_name='終了日')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='wards.ward', verbose_name='所属')),
            ],
            options={
                'verbose_name': '所属と役割',
                'verbose_name_plural': '所属と役割',
                'ordering': ['ward__order', 'valid_from', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='membership_ends_after_it_begins', violation_error_message='終了日は開始日以後の日にしてください。'), models.UniqueConstraint(fields=('user', 'ward', 'role', 'valid_from'), name='one_membership_per_role_and_start', violation_error_message='同じ役割が同じ日から、すでに登録されています。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_membershipevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to", NEW."ward_id"); RETURN NULL;', hash='eac9e0a258aa734cfd92f9b3c5684cf11e8c2e2f', operation='INSERT', pgid='pgtrigger_insert_insert_c3059', table='wards_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wards_membershipevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."user_id", NEW."valid_from", NEW."valid_to", NEW."ward_id"); RETURN NULL;', hash='5d91f7621f117268a116b30a4cba0a48271e25c9', operation='UPDATE', pgid='pgtrigger_update_update_8b23c', table='wards_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wards_membershipevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id", "valid_from", "valid_to", "ward_id") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."user_id", OLD."valid_from", OLD."valid_to", OLD."ward_id"); RETURN NULL;', hash='86edadbb292a7fbb23a93ea90c31b45a62212234', operation='DELETE', pgid='pgtrigger_delete_delete_5eca6', table='wards_membership', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='WardEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('schema_name', models.CharField(max_length=63, validators=[django_tenants.postgresql_backend.base._check_schema_name])),
                ('slug', models.SlugField(db_index=False, help_text='アドレスに使う英字です。', max_length=40, verbose_name='略称')),
                ('name', models.CharField(max_length=20, verbose_name='区名')),
                ('kana', models.CharField(blank=True, max_length=40, verbose_name='ふりがな')),
                ('romaji', models.CharField(blank=True, max_length=40, verbose_name='ローマ字')),
                ('code5', models.CharField(max_length=5, verbose_name='団体コード（5桁）')),
                ('code6', models.CharField(max_length=6, verbose_name='団体コード（6桁）')),
                ('order', models.PositiveSmallIntegerField(verbose_name='並び順')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wards.ward')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('viewer', '閲覧者'), ('officer', '区職員'), ('manager', '区課長'), ('ward_mayor', '区長'), ('office_clerk', '事業所職員'), ('judge', '選定委員'), ('city_viewer', '市民局閲覧者'), ('city_officer', '市民局職員'), ('bureau_officer', '局の窓口'), ('operator', '運用管理者')], max_length=20, verbose_name='役割')),
                ('valid_from', models.DateField(verbose_name='開始日')),
                ('valid_to', models.DateField(blank=True, help_text='この日まで働きます。空欄は期限なしです。', null=True, verbose_name='終了日')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wards.membership')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
                ('ward', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.ward', verbose_name='所属')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
