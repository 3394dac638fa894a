import django.core.serializers.json
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import wards.migration_operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wards', '__first__'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='同じ区別のメールは一通だけ送ります。', max_length=200, unique=True, verbose_name='区別')),
                ('to_address', models.EmailField(max_length=254, verbose_name='宛先')),
                ('subject', models.CharField(max_length=200, verbose_name='件名')),
                ('body', models.TextField(verbose_name='本文')),
                ('about', models.CharField(blank=True, help_text='受付番号など、何のメールかを示します。', max_length=100, verbose_name='関係する案件')),
                ('message_id', models.CharField(editable=False, help_text='送り直しても変わりません。', max_length=200, unique=True, verbose_name='メッセージID')),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済'), ('parked', '送れませんでした')], default='waiting', max_length=10, verbose_name='状態')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='試行回数')),
                ('not_before', models.DateTimeField(verbose_name='次に送る時刻')),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='占有の期限')),
                ('created_at', models.DateTimeField(verbose_name='作成日時')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送信日時')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='最後の失敗の理由')),
                ('bounced_at', models.DateTimeField(blank=True, null=True, verbose_name='不達の通知を受けた日時')),
                ('bounce_reason', models.CharField(blank=True, max_length=500, verbose_name='不達の理由')),
            ],
            options={
                'verbose_name': '送信メール',
                'verbose_name_plural': '送信メール',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('resend_outgoingmail', '送れなかったメールをもう一度送れる'), ('export_outgoingmail', '送信メールの一覧をファイルに書き出せる')],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['not_before'], name='mail_waiting'), models.Index(fields=['created_at'], name='mail_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='sent_mail_says_when', violation_error_message='送信済のメールには送信日時が必要です。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ward_desk_outgoingmailevent" ("about", "bounced_at", "created_at", "id", "key", "message_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "state") VALUES (NEW."about", NEW."bounced_at", NEW."created_at", NEW."id", NEW."key", NEW."message_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."sent_at", NEW."state"); RETURN NULL;', hash='1b29dbfa969e99427a9dacf9631e53caf605fc77', operation='INSERT', pgid='pgtrigger_insert_insert_33c0b', table='ward_desk_outgoingmail', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."bounced_at" IS DISTINCT FROM (NEW."bounced_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."message_id" IS DISTINCT FROM (NEW."message_id") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "ward_desk_outgoingmailevent" ("about", "bounced_at", "created_at", "id", "key", "message_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "state") VALUES (NEW."about", NEW."bounced_at", NEW."created_at", NEW."id", NEW."key", NEW."message_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."sent_at", NEW."state"); RETURN NULL;', hash='b8090f1b83f4c10ba6eb08f1843f24788518da69', operation='UPDATE', pgid='pgtrigger_update_update_66d93', table='ward_desk_outgoingmail', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ward_desk_outgoingmailevent" ("about", "bounced_at", "created_at", "id", "key", "message_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "state") VALUES (OLD."about", OLD."bounced_at", OLD."created_at", OLD."id", OLD."key", OLD."message_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."sent_at", OLD."state"); RETURN NULL;', hash='5492503cec88ca9727fd60fec847e5b1548dcdc9', operation='DELETE', pgid='pgtrigger_delete_delete_1dbc9', table='ward_desk_outgoingmail', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('what', models.CharField(choices=[('personal_data', '個人情報の閲覧'), ('attachment', '添付の取得'), ('export', 'ファイルの書き出し'), ('refused', '許可されない操作')], max_length=20, verbose_name='操作')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='対象')),
                ('detail', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='詳細')),
                ('address', models.CharField(blank=True, max_length=64, verbose_name='接続元のアドレス')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='職員')),
            ],
            options={
                'verbose_name': '閲覧の記録',
                'verbose_name_plural': '閲覧の記録',
                'ordering': ['-at', '-pk'],
                'permissions': [('export_accessevent', '閲覧の記録をファイルに書き出せる')],
                'indexes': [models.Index(fields=['at'], name='access_by_time'), models.Index(fields=['user', 'at'], name='access_by_person')],
            },
        ),
        wards.migration_operations.CreateModelWithTriggers(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='同じ区別のお知らせは一つだけです。', max_length=200, unique=True, verbose_name='区別')),
                ('kind', models.CharField(choices=[('assigned', '担当になりました'), ('due_soon', '期限が近づいています'), ('overdue', '期限を過ぎています'), ('escalated', '上司への報告'), ('handed_over', '引継ぎ'), ('returned', '差戻し'), ('call', '電話で連絡'), ('check', '確認'), ('other', 'お知らせ')], max_length=20, verbose_name='種類')),
                ('text', models.CharField(help_text='区民の氏名など、個人情報は書かないでください。', max_length=300, verbose_name='内容')),
                ('url', models.CharField(help_text='この区の画面のパスです。', max_length=300, verbose_name='画面')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('created_at', models.DateTimeField(verbose_name='作成日時')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='済みにした日時')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='済みにした職員')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='宛先の職員')),
            ],
            options={
                'verbose_name': 'お知らせ・仕事',
                'verbose_name_plural': 'お知らせ・仕事',
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'created_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['person', 'due_on'], name='notice_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('url__regex', '^/([^/\\\\]|$)')), name='notice_leads_into_its_ward', violation_error_message='画面は「/」で始まるこの区のパスにしてください。'), models.CheckConstraint(condition=models.Q(('done_by', None), ('done_at__isnull', False), _connector='OR'), name='done_notice_says_when', violation_error_message='済みにした職員があるときは、日時も必要です。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ward_desk_noticeevent" ("created_at", "done_at", "done_by_id", "due_on", "id", "key", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "url") VALUES (NEW."created_at", NEW."done_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."key", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."text", NEW."url"); RETURN NULL;', hash='41db07e6d4c5dde134eadfd39c6d13796dbe01b0', operation='INSERT', pgid='pgtrigger_insert_insert_11cd1', table='ward_desk_notice', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "ward_desk_noticeevent" ("created_at", "done_at", "done_by_id", "due_on", "id", "key", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "url") VALUES (NEW."created_at", NEW."done_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."key", NEW."kind", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."text", NEW."url"); RETURN NULL;', hash='4dba3975f0fc467fc7677d72298c67d4858448b6', operation='UPDATE', pgid='pgtrigger_update_update_9e4af', table='ward_desk_notice', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ward_desk_noticeevent" ("created_at", "done_at", "done_by_id", "due_on", "id", "key", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "url") VALUES (OLD."created_at", OLD."done_at", OLD."done_by_id", OLD."due_on", OLD."id", OLD."key", OLD."kind", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."text", OLD."url"); RETURN NULL;', hash='77babddb6b19aecdf7d5da24e84c2a424621d444', operation='DELETE', pgid='pgtrigger_delete_delete_b1e2c', table='ward_desk_notice', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMailEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(help_text='同じ区別のメールは一通だけ送ります。', max_length=200, verbose_name='区別')),
                ('about', models.CharField(blank=True, help_text='受付番号など、何のメールかを示します。', max_length=100, verbose_name='関係する案件')),
                ('message_id', models.CharField(editable=False, help_text='送り直しても変わりません。', max_length=200, verbose_name='メッセージID')),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済'), ('parked', '送れませんでした')], default='waiting', max_length=10, verbose_name='状態')),
                ('created_at', models.DateTimeField(verbose_name='作成日時')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送信日時')),
                ('bounced_at', models.DateTimeField(blank=True, null=True, verbose_name='不達の通知を受けた日時')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='ward_desk.outgoingmail')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NoticeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(help_text='同じ区別のお知らせは一つだけです。', max_length=200, verbose_name='区別')),
                ('kind', models.CharField(choices=[('assigned', '担当になりました'), ('due_soon', '期限が近づいています'), ('overdue', '期限を過ぎています'), ('escalated', '上司への報告'), ('handed_over', '引継ぎ'), ('returned', '差戻し'), ('call', '電話で連絡'), ('check', '確認'), ('other', 'お知らせ')], max_length=20, verbose_name='種類')),
                ('text', models.CharField(help_text='区民の氏名など、個人情報は書かないでください。', max_length=300, verbose_name='内容')),
                ('url', models.CharField(help_text='この区の画面のパスです。', max_length=300, verbose_name='画面')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='期限')),
                ('created_at', models.DateTimeField(verbose_name='作成日時')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='済みにした日時')),
                ('done_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='済みにした職員')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='宛先の職員')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='ward_desk.notice')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
