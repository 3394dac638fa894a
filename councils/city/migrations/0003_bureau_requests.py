import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import uuid
import wards.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('council_city', '0002_first_sets'),
        ('wards', '0005_who_looked_at_headquarters'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='RequestRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('days', models.PositiveSmallIntegerField(help_text='暦日で、区が出した日を数えずに入力してください。', verbose_name='期限までの日数')),
                ('remind_before', models.PositiveSmallIntegerField(verbose_name='期限前の知らせ（日前）')),
                ('bureau_after', models.PositiveSmallIntegerField(help_text='期限の日から数えた日数です。0は期限の日です。', verbose_name='局に知らせる日')),
                ('city_after', models.PositiveSmallIntegerField(verbose_name='市民局に知らせる日')),
                ('ward_after', models.PositiveSmallIntegerField(verbose_name='区に知らせる日')),
                ('valid_from', models.DateField(unique=True, verbose_name='適用の初日')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='適用の末日')),
                ('source', models.CharField(max_length=200, verbose_name='根拠')),
            ],
            options={
                'verbose_name': '要請・提案の期限',
                'verbose_name_plural': '要請・提案の期限',
                'ordering': ['-valid_from'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='request_rule_ends_after_it_begins', violation_error_message='末日は初日以後の日にしてください。'), models.CheckConstraint(condition=models.Q(('bureau_after__lte', models.F('city_after')), ('city_after__lte', models.F('ward_after'))), name='request_rule_escalates_upwards', violation_error_message='局・市民局・区の順に、遅くなるように入力してください。'), models.CheckConstraint(condition=models.Q(('days__gte', 1), ('remind_before__lte', models.F('days'))), name='request_rule_leaves_a_day', violation_error_message='期限までの日数は1日以上、知らせはそれより前にしてください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requestruleevent" ("bureau_after", "city_after", "days", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_before", "source", "valid_from", "valid_to", "ward_after") VALUES (NEW."bureau_after", NEW."city_after", NEW."days", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."remind_before", NEW."source", NEW."valid_from", NEW."valid_to", NEW."ward_after"); RETURN NULL;', hash='21f305ce27a6c501bcfe3370a5fc25eaa854016c', operation='INSERT', pgid='pgtrigger_insert_insert_7480d', table='council_city_requestrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "council_city_requestruleevent" ("bureau_after", "city_after", "days", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_before", "source", "valid_from", "valid_to", "ward_after") VALUES (NEW."bureau_after", NEW."city_after", NEW."days", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."remind_before", NEW."source", NEW."valid_from", NEW."valid_to", NEW."ward_after"); RETURN NULL;', hash='64c5db8c3a655e46d7af0bfec32127df8407193f', operation='UPDATE', pgid='pgtrigger_update_update_3a314', table='council_city_requestrule', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_requestruleevent" ("bureau_after", "city_after", "days", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_before", "source", "valid_from", "valid_to", "ward_after") VALUES (OLD."bureau_after", OLD."city_after", OLD."days", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."remind_before", OLD."source", OLD."valid_from", OLD."valid_to", OLD."ward_after"); RETURN NULL;', hash='3761df829ff87f6cf43804b49990b9ee2524275c', operation='DELETE', pgid='pgtrigger_delete_delete_3eeae', table='council_city_requestrule', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RequestRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('days', models.PositiveSmallIntegerField(help_text='暦日で、区が出した日を数えずに入力してください。', verbose_name='期限までの日数')),
                ('remind_before', models.PositiveSmallIntegerField(verbose_name='期限前の知らせ（日前）')),
                ('bureau_after', models.PositiveSmallIntegerField(help_text='期限の日から数えた日数です。0は期限の日です。', verbose_name='局に知らせる日')),
                ('city_after', models.PositiveSmallIntegerField(verbose_name='市民局に知らせる日')),
                ('ward_after', models.PositiveSmallIntegerField(verbose_name='区に知らせる日')),
                ('valid_from', models.DateField(verbose_name='適用の初日')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='適用の末日')),
                ('source', models.CharField(max_length=200, verbose_name='根拠')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='council_city.requestrule')),
            ],
            options={
                'abstract': False,
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='BureauRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='番号')),
                ('kind', models.CharField(choices=[('request', '要請'), ('proposal', '提案')], max_length=10, verbose_name='種類')),
                ('opinion_id', models.BigIntegerField(verbose_name='意見')),
                ('opinion_label', models.CharField(max_length=20, verbose_name='意見の番号')),
                ('title', models.CharField(max_length=100, verbose_name='件名')),
                ('text', models.TextField(verbose_name='要請・提案の内容')),
                ('sent_on', models.DateField(verbose_name='出した日')),
                ('sent_by_name', models.CharField(max_length=60, verbose_name='出した職員')),
                ('due_on', models.DateField(verbose_name='回答の期限')),
                ('state', models.CharField(choices=[('sent', '担当局の決定待ち'), ('assigned', '局の回答待ち'), ('answered', '市民局の取りまとめ待ち'), ('published', '回答を公表'), ('returned', '区に返した'), ('withdrawn', '区が取り下げた')], default='sent', max_length=10, verbose_name='状態')),
                ('assigned_on', models.DateField(blank=True, null=True, verbose_name='担当局を決めた日')),
                ('assigned_by_name', models.CharField(blank=True, max_length=60, verbose_name='担当局を決めた職員')),
                ('answer_class', models.CharField(blank=True, choices=[('this_year', '当年度に対応'), ('next_year', '次年度に対応'), ('later', '今後検討'), ('cannot', '対応困難'), ('heard', '意見として承る')], max_length=10, verbose_name='対応区分')),
                ('answer', models.TextField(blank=True, verbose_name='局の回答')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='局が答えた日')),
                ('answered_by_name', models.CharField(blank=True, max_length=60, verbose_name='答えた職員')),
                ('coordination', models.TextField(blank=True, verbose_name='市民局の調整・補足')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='公表した日')),
                ('published_by_name', models.CharField(blank=True, max_length=60, verbose_name='公表した職員')),
                ('closing_reason', models.CharField(blank=True, max_length=300, verbose_name='返した・取り下げた理由')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('bureau', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wards.bureau', verbose_name='担当局')),
                ('from_ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wards.ward', verbose_name='区')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='council_city.requestrule', verbose_name='要請・提案の期限')),
            ],
            options={
                'verbose_name': '要請・提案',
                'verbose_name_plural': '要請・提案',
                'ordering': ['due_on', 'sent_on', 'id'],
                'permissions': [('assign_bureaurequest', '要請・提案の担当局を決め、区に返す'), ('answer_bureaurequest', '要請・提案に答える'), ('publish_bureaurequest', '要請・提案の回答を取りまとめ、公表する')],
                'indexes': [models.Index(fields=['state', 'due_on'], name='bureau_request_by_state'), models.Index(fields=['from_ward', 'opinion_id'], name='bureau_request_by_opinion')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['assigned', 'answered', 'published']), _negated=True), models.Q(('assigned_on__isnull', False), ('bureau__isnull', False)), _connector='OR'), name='a_request_has_one_bureau', violation_error_message='担当局を決めてください。'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['answered', 'published']), _negated=True), models.Q(('answered_on__isnull', False), models.Q(('answer', ''), _negated=True), models.Q(('answer_class', ''), _negated=True)), _connector='OR'), name='an_answered_request_has_a_text', violation_error_message='対応区分と回答を入力してください。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_on__isnull', False), _connector='OR'), name='a_published_request_has_its_day', violation_error_message='公表した日がありません。'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['returned', 'withdrawn']), _negated=True), models.Q(('closing_reason', ''), _negated=True), _connector='OR'), name='a_request_given_back_says_why', violation_error_message='返す理由、取り下げる理由を入力してください。'), models.UniqueConstraint(condition=models.Q(('state__in', ['sent', 'assigned', 'answered'])), fields=('from_ward', 'opinion_id'), name='one_open_request_per_opinion', violation_error_message='この意見には、答えを待っている要請・提案があります。')],
                'triggers': [pgtrigger.compiler.Trigger(name='only_its_next_step', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE own BIGINT;', func="\n    own := (SELECT id FROM public.wards_ward WHERE current_user = CASE WHEN schema_name = 'public' THEN 'w_osaka' ELSE 'w_' || schema_name END);\n    IF own IS NULL THEN RETURN NEW; END IF;\n    IF (NEW.id, NEW.from_ward_id, NEW.kind, NEW.opinion_id, NEW.opinion_label, NEW.title, NEW.text,\n        NEW.sent_on, NEW.sent_by_name, NEW.is_demo)\n        IS DISTINCT FROM\n       (OLD.id, OLD.from_ward_id, OLD.kind, OLD.opinion_id, OLD.opinion_label, OLD.title, OLD.text,\n        OLD.sent_on, OLD.sent_by_name, OLD.is_demo)\n        OR (OLD.state IN ('withdrawn', 'returned', 'published') AND NEW.* IS DISTINCT FROM OLD.*)\n    THEN RAISE insufficient_privilege USING MESSAGE = 'what was asked or has ended is not rewritten';\n    END IF;\n    IF own = OLD.from_ward_id THEN\n        IF (NEW.bureau_id, NEW.assigned_on, NEW.assigned_by_name, NEW.due_on, NEW.rule_id,\n            NEW.answer_class, NEW.answer, NEW.answered_on, NEW.answered_by_name, NEW.coordination,\n            NEW.published_on, NEW.published_by_name)\n            IS DISTINCT FROM\n           (OLD.bureau_id, OLD.assigned_on, OLD.assigned_by_name, OLD.due_on, OLD.rule_id,\n            OLD.answer_class, OLD.answer, OLD.answered_on, OLD.answered_by_name, OLD.coordination,\n            OLD.published_on, OLD.published_by_name)\n            OR NEW.state NOT IN (OLD.state, 'withdrawn')\n            OR (NEW.state = 'withdrawn' AND OLD.state NOT IN ('sent', 'assigned'))\n            OR (NEW.state = OLD.state AND NEW.closing_reason IS DISTINCT FROM OLD.closing_reason)\n        THEN RAISE insufficient_privilege USING MESSAGE = 'a ward may only take its request back';\n        END IF;\n    ELSIF NEW.state = 'withdrawn'\n    THEN RAISE insufficient_privilege USING MESSAGE = 'a ward alone takes its request back';\n    END IF;\n    RETURN NEW;\n", hash='080d4932216ea7ed99494593868fc1e0ab0032a3', operation='UPDATE', pgid='pgtrigger_only_its_next_step_e2e27', table='council_city_bureaurequest', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_bureaurequestevent" ("answer", "answer_class", "answered_by_name", "answered_on", "assigned_by_name", "assigned_on", "bureau_id", "closing_reason", "coordination", "due_on", "from_ward_id", "id", "is_demo", "kind", "opinion_id", "opinion_label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_by_name", "published_on", "rule_id", "sent_by_name", "sent_on", "state", "text", "title") VALUES (NEW."answer", NEW."answer_class", NEW."answered_by_name", NEW."answered_on", NEW."assigned_by_name", NEW."assigned_on", NEW."bureau_id", NEW."closing_reason", NEW."coordination", NEW."due_on", NEW."from_ward_id", NEW."id", NEW."is_demo", NEW."kind", NEW."opinion_id", NEW."opinion_label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."published_by_name", NEW."published_on", NEW."rule_id", NEW."sent_by_name", NEW."sent_on", NEW."state", NEW."text", NEW."title"); RETURN NULL;', hash='940671aa960e3dd2bf2a7b737f9e7e8318666ed3', operation='INSERT', pgid='pgtrigger_insert_insert_dadbf', table='council_city_bureaurequest', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "council_city_bureaurequestevent" ("answer", "answer_class", "answered_by_name", "answered_on", "assigned_by_name", "assigned_on", "bureau_id", "closing_reason", "coordination", "due_on", "from_ward_id", "id", "is_demo", "kind", "opinion_id", "opinion_label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_by_name", "published_on", "rule_id", "sent_by_name", "sent_on", "state", "text", "title") VALUES (NEW."answer", NEW."answer_class", NEW."answered_by_name", NEW."answered_on", NEW."assigned_by_name", NEW."assigned_on", NEW."bureau_id", NEW."closing_reason", NEW."coordination", NEW."due_on", NEW."from_ward_id", NEW."id", NEW."is_demo", NEW."kind", NEW."opinion_id", NEW."opinion_label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."published_by_name", NEW."published_on", NEW."rule_id", NEW."sent_by_name", NEW."sent_on", NEW."state", NEW."text", NEW."title"); RETURN NULL;', hash='5413001e1dbfab892813e4331417a79214d41309', operation='UPDATE', pgid='pgtrigger_update_update_50b69', table='council_city_bureaurequest', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "council_city_bureaurequestevent" ("answer", "answer_class", "answered_by_name", "answered_on", "assigned_by_name", "assigned_on", "bureau_id", "closing_reason", "coordination", "due_on", "from_ward_id", "id", "is_demo", "kind", "opinion_id", "opinion_label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_by_name", "published_on", "rule_id", "sent_by_name", "sent_on", "state", "text", "title") VALUES (OLD."answer", OLD."answer_class", OLD."answered_by_name", OLD."answered_on", OLD."assigned_by_name", OLD."assigned_on", OLD."bureau_id", OLD."closing_reason", OLD."coordination", OLD."due_on", OLD."from_ward_id", OLD."id", OLD."is_demo", OLD."kind", OLD."opinion_id", OLD."opinion_label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."published_by_name", OLD."published_on", OLD."rule_id", OLD."sent_by_name", OLD."sent_on", OLD."state", OLD."text", OLD."title"); RETURN NULL;', hash='24cffb64e883390d53c9316609eb6d61f3fa7ede', operation='DELETE', pgid='pgtrigger_delete_delete_c7eaf', table='council_city_bureaurequest', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='BureauRequestEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False, verbose_name='番号')),
                ('kind', models.CharField(choices=[('request', '要請'), ('proposal', '提案')], max_length=10, verbose_name='種類')),
                ('opinion_id', models.BigIntegerField(verbose_name='意見')),
                ('opinion_label', models.CharField(max_length=20, verbose_name='意見の番号')),
                ('title', models.CharField(max_length=100, verbose_name='件名')),
                ('text', models.TextField(verbose_name='要請・提案の内容')),
                ('sent_on', models.DateField(verbose_name='出した日')),
                ('sent_by_name', models.CharField(max_length=60, verbose_name='出した職員')),
                ('due_on', models.DateField(verbose_name='回答の期限')),
                ('state', models.CharField(choices=[('sent', '担当局の決定待ち'), ('assigned', '局の回答待ち'), ('answered', '市民局の取りまとめ待ち'), ('published', '回答を公表'), ('returned', '区に返した'), ('withdrawn', '区が取り下げた')], default='sent', max_length=10, verbose_name='状態')),
                ('assigned_on', models.DateField(blank=True, null=True, verbose_name='担当局を決めた日')),
                ('assigned_by_name', models.CharField(blank=True, max_length=60, verbose_name='担当局を決めた職員')),
                ('answer_class', models.CharField(blank=True, choices=[('this_year', '当年度に対応'), ('next_year', '次年度に対応'), ('later', '今後検討'), ('cannot', '対応困難'), ('heard', '意見として承る')], max_length=10, verbose_name='対応区分')),
                ('answer', models.TextField(blank=True, verbose_name='局の回答')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='局が答えた日')),
                ('answered_by_name', models.CharField(blank=True, max_length=60, verbose_name='答えた職員')),
                ('coordination', models.TextField(blank=True, verbose_name='市民局の調整・補足')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='公表した日')),
                ('published_by_name', models.CharField(blank=True, max_length=60, verbose_name='公表した職員')),
                ('closing_reason', models.CharField(blank=True, max_length=300, verbose_name='返した・取り下げた理由')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='見本')),
                ('bureau', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.bureau', verbose_name='担当局')),
                ('from_ward', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wards.ward', verbose_name='区')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='council_city.bureaurequest')),
                ('rule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='council_city.requestrule', verbose_name='要請・提案の期限')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
