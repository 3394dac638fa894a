import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import wards.migration_operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kpi_catalog', '0001_initial'),
        ('wards', '__first__'),
    ]

    operations = [
        wards.migration_operations.CreateModelWithTriggers(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('actual', models.DecimalField(blank=True, decimal_places=2, help_text='空欄は「未入力」です。0は「実績0」として扱います。', max_digits=11, null=True, verbose_name='実績値')),
                ('not_applicable', models.BooleanField(default=False, help_text='この区では測らない指標のときに選び、備考に理由を書きます。', verbose_name='該当なし')),
                ('respondents', models.PositiveIntegerField(blank=True, null=True, verbose_name='回答者数')),
                ('reference_note', models.CharField(blank=True, help_text='参考数値とする理由です。回答者数の不足は自動で判定されます。', max_length=300, verbose_name='参考理由')),
                ('note', models.TextField(blank=True, verbose_name='備考')),
                ('state', models.CharField(choices=[('draft', '入力中'), ('submitted', '提出'), ('ward_confirmed', '区確認'), ('city_confirmed', '市確認'), ('final', '確定'), ('sent_back', '差戻し')], default='draft', editable=False, max_length=20, verbose_name='入力状態')),
                ('state_changed_at', models.DateTimeField(editable=False, null=True, verbose_name='状態の変更日時')),
                ('state_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='差戻し・再開の理由')),
                ('judged_value', models.DecimalField(decimal_places=2, editable=False, max_digits=13, null=True, verbose_name='判定に使う値')),
                ('progress_rate', models.DecimalField(decimal_places=1, editable=False, max_digits=15, null=True, verbose_name='進捗率（％）')),
                ('status', models.CharField(blank=True, choices=[('on_track', '概ね順調'), ('not_on_track', '必ずしも順調ではない')], editable=False, max_length=20, verbose_name='判定')),
                ('achieved', models.BooleanField(editable=False, null=True, verbose_name='目標達成')),
                ('counted', models.BooleanField(default=False, editable=False, verbose_name='集計対象')),
                ('reference_reason', models.CharField(blank=True, editable=False, max_length=400, verbose_name='参考の判定理由')),
                ('computed_at', models.DateTimeField(editable=False, null=True, verbose_name='算定日時')),
                ('implementation', models.CharField(blank=True, choices=[('all_done', '記載した取組をすべて実施'), ('partly_done', '記載した取組の一部を実施'), ('not_done', '記載した取組を実施せず'), ('separate_action', '区運営方針には記載していないが、別途取組'), ('no_action', '取組なし')], max_length=20, verbose_name='取組状況')),
                ('confirmed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='確認者')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='入力者')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpi_catalog.indicator', verbose_name='成果指標')),
                ('rule', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpi_catalog.evaluationrule', verbose_name='使った判定の基準')),
            ],
            options={
                'verbose_name': '指標の実績',
                'verbose_name_plural': '指標の実績',
                'ordering': ['-fiscal_year', 'indicator__number'],
                'permissions': [('submit_result', '実績を提出できる'), ('confirm_result', '実績を区として確認できる'), ('send_back_result', '実績を差し戻せる'), ('recompute_result', '進捗率を今すぐ算定できる'), ('import_result', '実績をファイルから取り込める'), ('export_result', '実績をファイルに書き出せる')],
                'indexes': [models.Index(fields=['fiscal_year', 'state'], name='result_by_year_and_state')],
                'constraints': [models.UniqueConstraint(fields=('fiscal_year', 'indicator'), name='one_result_per_indicator_and_year', violation_error_message='この年度のこの指標の実績は、すでに登録されています。'), models.CheckConstraint(condition=models.Q(('actual', None), ('actual__gte', 0), _connector='OR'), name='result_actual_is_not_negative', violation_error_message='実績値は0以上で入力してください。'), models.CheckConstraint(condition=models.Q(('not_applicable', False), ('actual', None), _connector='OR'), name='result_not_applicable_has_no_actual', violation_error_message='「該当なし」のときは、実績値を空欄にしてください。')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "kpis_resultevent" ("achieved", "actual", "confirmed_by_id", "counted", "entered_by_id", "fiscal_year", "id", "implementation", "indicator_id", "judged_value", "not_applicable", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress_rate", "reference_note", "reference_reason", "respondents", "rule_id", "state", "state_changed_at", "state_reason", "status") VALUES (NEW."achieved", NEW."actual", NEW."confirmed_by_id", NEW."counted", NEW."entered_by_id", NEW."fiscal_year", NEW."id", NEW."implementation", NEW."indicator_id", NEW."judged_value", NEW."not_applicable", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."progress_rate", NEW."reference_note", NEW."reference_reason", NEW."respondents", NEW."rule_id", NEW."state", NEW."state_changed_at", NEW."state_reason", NEW."status"); RETURN NULL;', hash='6a3fa3615c69625cd250f892b10c4bd58c7fb966', operation='INSERT', pgid='pgtrigger_insert_insert_25509', table='kpis_result', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."achieved" IS DISTINCT FROM (NEW."achieved") OR OLD."actual" IS DISTINCT FROM (NEW."actual") OR OLD."confirmed_by_id" IS DISTINCT FROM (NEW."confirmed_by_id") OR OLD."counted" IS DISTINCT FROM (NEW."counted") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."fiscal_year" IS DISTINCT FROM (NEW."fiscal_year") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."implementation" IS DISTINCT FROM (NEW."implementation") OR OLD."indicator_id" IS DISTINCT FROM (NEW."indicator_id") OR OLD."judged_value" IS DISTINCT FROM (NEW."judged_value") OR OLD."not_applicable" IS DISTINCT FROM (NEW."not_applicable") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."progress_rate" IS DISTINCT FROM (NEW."progress_rate") OR OLD."reference_note" IS DISTINCT FROM (NEW."reference_note") OR OLD."reference_reason" IS DISTINCT FROM (NEW."reference_reason") OR OLD."respondents" IS DISTINCT FROM (NEW."respondents") OR OLD."rule_id" IS DISTINCT FROM (NEW."rule_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."state_changed_at" IS DISTINCT FROM (NEW."state_changed_at") OR OLD."state_reason" IS DISTINCT FROM (NEW."state_reason") OR OLD."status" IS DISTINCT FROM (NEW."status"))', func='INSERT INTO "kpis_resultevent" ("achieved", "actual", "confirmed_by_id", "counted", "entered_by_id", "fiscal_year", "id", "implementation", "indicator_id", "judged_value", "not_applicable", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress_rate", "reference_note", "reference_reason", "respondents", "rule_id", "state", "state_changed_at", "state_reason", "status") VALUES (NEW."achieved", NEW."actual", NEW."confirmed_by_id", NEW."counted", NEW."entered_by_id", NEW."fiscal_year", NEW."id", NEW."implementation", NEW."indicator_id", NEW."judged_value", NEW."not_applicable", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."progress_rate", NEW."reference_note", NEW."reference_reason", NEW."respondents", NEW."rule_id", NEW."state", NEW."state_changed_at", NEW."state_reason", NEW."status"); RETURN NULL;', hash='15ef640629ab8b778d0106117de24b80e8e02fd9', operation='UPDATE', pgid='pgtrigger_update_update_15406', table='kpis_result', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "kpis_resultevent" ("achieved", "actual", "confirmed_by_id", "counted", "entered_by_id", "fiscal_year", "id", "implementation", "indicator_id", "judged_value", "not_applicable", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "progress_rate", "reference_note", "reference_reason", "respondents", "rule_id", "state", "state_changed_at", "state_reason", "status") VALUES (OLD."achieved", OLD."actual", OLD."confirmed_by_id", OLD."counted", OLD."entered_by_id", OLD."fiscal_year", OLD."id", OLD."implementation", OLD."indicator_id", OLD."judged_value", OLD."not_applicable", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."progress_rate", OLD."reference_note", OLD."reference_reason", OLD."respondents", OLD."rule_id", OLD."state", OLD."state_changed_at", OLD."state_reason", OLD."status"); RETURN NULL;', hash='90fe21231a3ebf3538ac65f1b5ec11d5c68e5224', operation='DELETE', pgid='pgtrigger_delete_delete_fc53b', table='kpis_result', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ResultEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('actual', models.DecimalField(blank=True, decimal_places=2, help_text='空欄は「未入力」です。0は「実績0」として扱います。', max_digits=11, null=True, verbose_name='実績値')),
                ('not_applicable', models.BooleanField(default=False, help_text='この区では測らない指標のときに選び、備考に理由を書きます。', verbose_name='該当なし')),
                ('respondents', models.PositiveIntegerField(blank=True, null=True, verbose_name='回答者数')),
                ('reference_note', models.CharField(blank=True, help_text='参考数値とする理由です。回答者数の不足は自動で判定されます。', max_length=300, verbose_name='参考理由')),
                ('note', models.TextField(blank=True, verbose_name='備考')),
                ('state', models.CharField(choices=[('draft', '入力中'), ('submitted', '提出'), ('ward_confirmed', '区確認'), ('city_confirmed', '市確認'), ('final', '確定'), ('sent_back', '差戻し')], default='draft', editable=False, max_length=20, verbose_name='入力状態')),
                ('state_changed_at', models.DateTimeField(editable=False, null=True, verbose_name='状態の変更日時')),
                ('state_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='差戻し・再開の理由')),
                ('judged_value', models.DecimalField(decimal_places=2, editable=False, max_digits=13, null=True, verbose_name='判定に使う値')),
                ('progress_rate', models.DecimalField(decimal_places=1, editable=False, max_digits=15, null=True, verbose_name='進捗率（％）')),
                ('status', models.CharField(blank=True, choices=[('on_track', '概ね順調'), ('not_on_track', '必ずしも順調ではない')], editable=False, max_length=20, verbose_name='判定')),
                ('achieved', models.BooleanField(editable=False, null=True, verbose_name='目標達成')),
                ('counted', models.BooleanField(default=False, editable=False, verbose_name='集計対象')),
                ('reference_reason', models.CharField(blank=True, editable=False, max_length=400, verbose_name='参考の判定理由')),
                ('implementation', models.CharField(blank=True, choices=[('all_done', '記載した取組をすべて実施'), ('partly_done', '記載した取組の一部を実施'), ('not_done', '記載した取組を実施せず'), ('separate_action', '区運営方針には記載していないが、別途取組'), ('no_action', '取組なし')], max_length=20, verbose_name='取組状況')),
                ('confirmed_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='確認者')),
                ('entered_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='入力者')),
                ('indicator', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='kpi_catalog.indicator', verbose_name='成果指標')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='kpis.result')),
                ('rule', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='kpi_catalog.evaluationrule', verbose_name='使った判定の基準')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
