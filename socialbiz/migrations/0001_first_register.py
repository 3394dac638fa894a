import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import wards.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('councils', '0002_first_practice'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='Operator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('name_key', models.CharField(editable=False, max_length=200, verbose_name='名称（検索用）')),
                ('kind', models.CharField(choices=[('council', '地域活動協議会'), ('npo', 'NPO法人'), ('company', '会社'), ('workers', '労働者協同組合'), ('association', '一般社団法人・財団法人など'), ('group', '法人でない団体')], max_length=12, verbose_name='種類')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='事務所の所在地')),
                ('url', models.URLField(blank=True, verbose_name='ホームページ')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('council', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='councils.communitycouncil', verbose_name='地域活動協議会')),
            ],
            options={
                'verbose_name': '担い手',
                'verbose_name_plural': '担い手',
                'ordering': ['name_key', 'pk'],
                'permissions': [('export_operator', '担い手・CB/SB・社会的ビジネスをファイルに書き出せる')],
                'constraints': [models.UniqueConstraint(fields=('name_key',), name='one_operator_of_a_name', violation_error_message='同じ名称の担い手が、すでに登録されています。'), models.CheckConstraint(condition=models.Q(models.Q(('council__isnull', False), ('kind', 'council')), models.Q(models.Q(('kind', 'council'), _negated=True), ('council', None)), _connector='OR'), name='an_operator_is_a_council_or_names_none', violation_error_message='種類が「地域活動協議会」のときだけ、協議会を選んでください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_operatorevent" ("address", "council_id", "id", "is_demo", "kind", "name", "name_key", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."address", NEW."council_id", NEW."id", NEW."is_demo", NEW."kind", NEW."name", NEW."name_key", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."url"); RETURN NULL;', hash='5625bb6e823581ae1f1e9c6402eceb700d1ea402', operation='INSERT', pgid='pgtrigger_insert_insert_9f43c', table='socialbiz_operator', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "socialbiz_operatorevent" ("address", "council_id", "id", "is_demo", "kind", "name", "name_key", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."address", NEW."council_id", NEW."id", NEW."is_demo", NEW."kind", NEW."name", NEW."name_key", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."url"); RETURN NULL;', hash='47043d66fcab49287090edb587ee18e00e78ec48', operation='UPDATE', pgid='pgtrigger_update_update_ebc5b', table='socialbiz_operator', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_operatorevent" ("address", "council_id", "id", "is_demo", "kind", "name", "name_key", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (OLD."address", OLD."council_id", OLD."id", OLD."is_demo", OLD."kind", OLD."name", OLD."name_key", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."url"); RETURN NULL;', hash='8b2141c5a16c7ee12d53afbcbd91162a42ff62d7', operation='DELETE', pgid='pgtrigger_delete_delete_d9153', table='socialbiz_operator', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OperatorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('name_key', models.CharField(editable=False, max_length=200, verbose_name='名称（検索用）')),
                ('kind', models.CharField(choices=[('council', '地域活動協議会'), ('npo', 'NPO法人'), ('company', '会社'), ('workers', '労働者協同組合'), ('association', '一般社団法人・財団法人など'), ('group', '法人でない団体')], max_length=12, verbose_name='種類')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='事務所の所在地')),
                ('url', models.URLField(blank=True, verbose_name='ホームページ')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('council', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='councils.communitycouncil', verbose_name='地域活動協議会')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='socialbiz.operator')),
            ],
            options={
                'abstract': False,
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Venture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('field', models.CharField(choices=[('welfare', '福祉・介護'), ('children', '子育て・教育'), ('safety', '防犯・防災'), ('environment', '環境・まちの美化'), ('town', 'にぎわい・観光'), ('culture', '文化・スポーツ'), ('work', '就労・産業'), ('other', 'その他')], max_length=12, verbose_name='分野')),
                ('started_on', models.DateField(verbose_name='開始した日')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='終了した日')),
                ('ended_reason', models.CharField(blank=True, max_length=300, verbose_name='終了の理由')),
                ('summary', models.TextField(blank=True, verbose_name='内容')),
                ('is_public', models.BooleanField(default=False, verbose_name='公表する')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('kind', models.CharField(choices=[('community', 'コミュニティ・ビジネス'), ('social', 'ソーシャル・ビジネス')], max_length=12, verbose_name='種類')),
                ('ward_part', models.CharField(choices=[('created', '立ち上げを支援した'), ('planned', '計画づくりに関わった'), ('none', '関わっていない')], max_length=10, verbose_name='区の関わり')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='councils.schooldistrictarea', verbose_name='校区等地域')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='socialbiz.operator', verbose_name='担い手')),
            ],
            options={
                'verbose_name': 'CB/SB事業',
                'verbose_name_plural': 'CB/SB事業',
                'ordering': ['-started_on', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='socialbiz_venture_ends_after_it_starts', violation_error_message='終了した日は、開始した日以後の日にしてください。'), models.CheckConstraint(condition=models.Q(('ended_on', None), models.Q(('ended_reason', ''), _negated=True), _connector='OR'), name='socialbiz_venture_ends_for_a_reason', violation_error_message='終了の理由を入力してください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_ventureevent" ("area_id", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "kind", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "summary", "title", "ward_part") VALUES (NEW."area_id", NEW."ended_on", NEW."ended_reason", NEW."field", NEW."id", NEW."is_demo", NEW."is_public", NEW."kind", NEW."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."started_on", NEW."summary", NEW."title", NEW."ward_part"); RETURN NULL;', hash='a62097f137ba796ecededec267f2d8958d45999c', operation='INSERT', pgid='pgtrigger_insert_insert_8991f', table='socialbiz_venture', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "socialbiz_ventureevent" ("area_id", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "kind", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "summary", "title", "ward_part") VALUES (NEW."area_id", NEW."ended_on", NEW."ended_reason", NEW."field", NEW."id", NEW."is_demo", NEW."is_public", NEW."kind", NEW."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."started_on", NEW."summary", NEW."title", NEW."ward_part"); RETURN NULL;', hash='52b67617b1e1c2ccacb0fb037155ff25ce6e296d', operation='UPDATE', pgid='pgtrigger_update_update_c9935', table='socialbiz_venture', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_ventureevent" ("area_id", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "kind", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_on", "summary", "title", "ward_part") VALUES (OLD."area_id", OLD."ended_on", OLD."ended_reason", OLD."field", OLD."id", OLD."is_demo", OLD."is_public", OLD."kind", OLD."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."started_on", OLD."summary", OLD."title", OLD."ward_part"); RETURN NULL;', hash='2e3f2dc7cad020b9a4287fa2ec06913c366826c7', operation='DELETE', pgid='pgtrigger_delete_delete_bc515', table='socialbiz_venture', when='AFTER'))],
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='CommissionedProject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('field', models.CharField(choices=[('welfare', '福祉・介護'), ('children', '子育て・教育'), ('safety', '防犯・防災'), ('environment', '環境・まちの美化'), ('town', 'にぎわい・観光'), ('culture', '文化・スポーツ'), ('work', '就労・産業'), ('other', 'その他')], max_length=12, verbose_name='分野')),
                ('started_on', models.DateField(verbose_name='開始した日')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='終了した日')),
                ('ended_reason', models.CharField(blank=True, max_length=300, verbose_name='終了の理由')),
                ('summary', models.TextField(blank=True, verbose_name='内容')),
                ('is_public', models.BooleanField(default=False, verbose_name='公表する')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('section', models.CharField(max_length=60, verbose_name='担当課')),
                ('contract_form', models.CharField(choices=[('commission', '業務委託'), ('subsidy', '補助'), ('agreement', '協定（共同事業）'), ('permit', '使用許可'), ('designated', '指定管理'), ('other', 'その他')], max_length=12, verbose_name='契約の形')),
                ('yen', models.BigIntegerField(blank=True, null=True, verbose_name='年額（円）')),
                ('why', models.TextField(verbose_name='任せる理由')),
                ('sharing', models.TextField(verbose_name='責任とリスクの分担')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='socialbiz.operator', verbose_name='担い手')),
                ('venture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='socialbiz.venture', verbose_name='元になったCB/SB')),
            ],
            options={
                'verbose_name': '社会的ビジネス',
                'verbose_name_plural': '社会的ビジネス',
                'ordering': ['-started_on', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='socialbiz_commissionedproject_ends_after_it_starts', violation_error_message='終了した日は、開始した日以後の日にしてください。'), models.CheckConstraint(condition=models.Q(('ended_on', None), models.Q(('ended_reason', ''), _negated=True), _connector='OR'), name='socialbiz_commissionedproject_ends_for_a_reason', violation_error_message='終了の理由を入力してください。'), models.CheckConstraint(condition=models.Q(('yen', None), ('yen__gte', 0), _connector='OR'), name='a_project_costs_nothing_or_more', violation_error_message='年額は0円以上にしてください。'), models.CheckConstraint(condition=models.Q(models.Q(('sharing', ''), _negated=True), models.Q(('why', ''), _negated=True)), name='a_project_says_why_and_who_answers', violation_error_message='任せる理由と、責任とリスクの分担を入力してください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_commissionedprojectevent" ("contract_form", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sharing", "started_on", "summary", "title", "venture_id", "why", "yen") VALUES (NEW."contract_form", NEW."ended_on", NEW."ended_reason", NEW."field", NEW."id", NEW."is_demo", NEW."is_public", NEW."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."section", NEW."sharing", NEW."started_on", NEW."summary", NEW."title", NEW."venture_id", NEW."why", NEW."yen"); RETURN NULL;', hash='e52d93f799ee4b403a50c497de9a0fee250540dc', operation='INSERT', pgid='pgtrigger_insert_insert_23c42', table='socialbiz_commissionedproject', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "socialbiz_commissionedprojectevent" ("contract_form", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sharing", "started_on", "summary", "title", "venture_id", "why", "yen") VALUES (NEW."contract_form", NEW."ended_on", NEW."ended_reason", NEW."field", NEW."id", NEW."is_demo", NEW."is_public", NEW."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."section", NEW."sharing", NEW."started_on", NEW."summary", NEW."title", NEW."venture_id", NEW."why", NEW."yen"); RETURN NULL;', hash='17c01da4cb09c7198cfbc83dba1f1c4b574357ee', operation='UPDATE', pgid='pgtrigger_update_update_1b63c', table='socialbiz_commissionedproject', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "socialbiz_commissionedprojectevent" ("contract_form", "ended_on", "ended_reason", "field", "id", "is_demo", "is_public", "operator_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "section", "sharing", "started_on", "summary", "title", "venture_id", "why", "yen") VALUES (OLD."contract_form", OLD."ended_on", OLD."ended_reason", OLD."field", OLD."id", OLD."is_demo", OLD."is_public", OLD."operator_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."section", OLD."sharing", OLD."started_on", OLD."summary", OLD."title", OLD."venture_id", OLD."why", OLD."yen"); RETURN NULL;', hash='e6bef48bff46283dd04c9571778a63981bece364', operation='DELETE', pgid='pgtrigger_delete_delete_b0f03', table='socialbiz_commissionedproject', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='VentureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('field', models.CharField(choices=[('welfare', '福祉・介護'), ('children', '子育て・教育'), ('safety', '防犯・防災'), ('environment', '環境・まちの美化'), ('town', 'にぎわい・観光'), ('culture', '文化・スポーツ'), ('work', '就労・産業'), ('other', 'その他')], max_length=12, verbose_name='分野')),
                ('started_on', models.DateField(verbose_name='開始した日')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='終了した日')),
                ('ended_reason', models.CharField(blank=True, max_length=300, verbose_name='終了の理由')),
                ('summary', models.TextField(blank=True, verbose_name='内容')),
                ('is_public', models.BooleanField(default=False, verbose_name='公表する')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('kind', models.CharField(choices=[('community', 'コミュニティ・ビジネス'), ('social', 'ソーシャル・ビジネス')], max_length=12, verbose_name='種類')),
                ('ward_part', models.CharField(choices=[('created', '立ち上げを支援した'), ('planned', '計画づくりに関わった'), ('none', '関わっていない')], max_length=10, verbose_name='区の関わり')),
                ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='councils.schooldistrictarea', verbose_name='校区等地域')),
                ('operator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='socialbiz.operator', verbose_name='担い手')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='socialbiz.venture')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CommissionedProjectEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('field', models.CharField(choices=[('welfare', '福祉・介護'), ('children', '子育て・教育'), ('safety', '防犯・防災'), ('environment', '環境・まちの美化'), ('town', 'にぎわい・観光'), ('culture', '文化・スポーツ'), ('work', '就労・産業'), ('other', 'その他')], max_length=12, verbose_name='分野')),
                ('started_on', models.DateField(verbose_name='開始した日')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='終了した日')),
                ('ended_reason', models.CharField(blank=True, max_length=300, verbose_name='終了の理由')),
                ('summary', models.TextField(blank=True, verbose_name='内容')),
                ('is_public', models.BooleanField(default=False, verbose_name='公表する')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('section', models.CharField(max_length=60, verbose_name='担当課')),
                ('contract_form', models.CharField(choices=[('commission', '業務委託'), ('subsidy', '補助'), ('agreement', '協定（共同事業）'), ('permit', '使用許可'), ('designated', '指定管理'), ('other', 'その他')], max_length=12, verbose_name='契約の形')),
                ('yen', models.BigIntegerField(blank=True, null=True, verbose_name='年額（円）')),
                ('why', models.TextField(verbose_name='任せる理由')),
                ('sharing', models.TextField(verbose_name='責任とリスクの分担')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='socialbiz.commissionedproject')),
                ('operator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='socialbiz.operator', verbose_name='担い手')),
                ('venture', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='socialbiz.venture', verbose_name='元になったCB/SB')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
