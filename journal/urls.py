from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from journal.views import (
    analytics,
    analytics_files,
    behaviour,
    breakdowns,
    calendar,
    checklist,
    debrief,
    demo,
    imports,
    imports_columns,
    imports_one,
    note,
    note_editor,
    note_pictures,
    note_templates,
    notes,
    plan,
    playbook,
    playbooks,
    reminders,
    replay,
    sizing_lab,
    tasks,
    tax_lots,
    today,
    trade,
    trade_found,
    trades,
    worst_cases,
)


urlpatterns: list[URLPattern | URLResolver] = [
    path("journal/calendar/", calendar.results_calendar, name="calendar"),
    path("journal/demo/", demo.demo, name="demo"),
    path("journal/debrief/", debrief.debrief, name="debrief"),
    path("journal/replay/<int:trade_id>/", replay.replay, name="replay"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("analytics/report.csv", analytics_files.analytics_csv, name="analytics_csv"),
    path("analytics/report.pdf", analytics_files.analytics_pdf, name="analytics_pdf"),
    path("analytics/breakdowns/", breakdowns.breakdowns, name="breakdowns"),
    path(
        "analytics/breakdowns/report.csv",
        analytics_files.breakdowns_csv,
        name="breakdowns_csv",
    ),
    path(
        "analytics/breakdowns/compare/", breakdowns.compare, name="breakdowns_compare"
    ),
    path("analytics/behaviour/", behaviour.behaviour, name="behaviour"),
    path(
        "settings/limits/",
        behaviour.behaviour_limits,
        name="behaviour_limits",
    ),
    path("analytics/behaviour/holds/", behaviour.holds, name="holds"),
    path(
        "analytics/behaviour/holds/<int:hold_id>/lift/",
        behaviour.hold_lift,
        name="hold_lift",
    ),
    path("analytics/sizing-lab/", sizing_lab.sizing_lab, name="sizing_lab"),
    path("analytics/tax-lots/", tax_lots.tax_lots, name="tax_lots"),
    path(
        "analytics/tax-lots/<int:account_id>/method/",
        tax_lots.tax_lots_method,
        name="tax_lots_method",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/sale/",
        tax_lots.tax_lots_sale,
        name="tax_lots_sale",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/<str:year>/report.csv",
        tax_lots.tax_lots_csv,
        name="tax_lots_csv",
    ),
    path(
        "analytics/tax-lots/<int:account_id>/<str:year>/report.pdf",
        tax_lots.tax_lots_pdf,
        name="tax_lots_pdf",
    ),
    path("journal/trades/", trades.trades, name="journal"),
    path("journal/trades/trades.csv", trades.trades_csv, name="trades_csv"),
    path(
        "journal/trades/of-order/<int:order_id>/",
        trade_found.trade_of_order,
        name="trade_of_order",
    ),
    path(
        "journal/trades/of-position/<int:position_id>/",
        trade_found.trade_of_position,
        name="trade_of_position",
    ),
    path("journal/trades/<int:trade_id>/", trade.trade, name="trade"),
    path(
        "journal/trades/<int:trade_id>/review/", trade.trade_review, name="trade_review"
    ),
    path(
        "journal/trades/<int:trade_id>/tags/", trade.trade_tag_add, name="trade_tag_add"
    ),
    path(
        "journal/trades/<int:trade_id>/tags/<int:tag_id>/remove/",
        trade.trade_tag_remove,
        name="trade_tag_remove",
    ),
    path(
        "journal/trades/<int:trade_id>/mistakes/",
        trade.trade_mistake_add,
        name="trade_mistake_add",
    ),
    path(
        "journal/trades/<int:trade_id>/mistakes/<int:mistake_id>/remove/",
        trade.trade_mistake_remove,
        name="trade_mistake_remove",
    ),
    path(
        "journal/trades/<int:trade_id>/corrections/",
        trade.trade_correct,
        name="trade_correct",
    ),
    path("journal/notes/", notes.notes, name="notes"),
    path("journal/notes/archive/", notes.notes_archive, name="notes_archive"),
    path("journal/notes/export.zip", notes.notes_zip, name="notes_zip"),
    path("journal/notes/export.json", notes.notes_json, name="notes_json"),
    path("journal/notes/new/", note_editor.note_new, name="note_new"),
    path("journal/notes/preview/", note_editor.note_preview, name="note_preview"),
    path("journal/notes/draft/", note_editor.note_draft, name="note_draft"),
    path(
        "journal/notes/draft/forget/",
        note_editor.note_draft_forget,
        name="note_draft_forget",
    ),
    path("journal/notes/images/", note_pictures.note_image_add, name="note_image_add"),
    path(
        "journal/notes/images/<uuid:image_key>/",
        note_pictures.note_image,
        name="note_image",
    ),
    path(
        "journal/notes/images/<uuid:image_key>/words/",
        note_pictures.note_image_words,
        name="note_image_words",
    ),
    path(
        "journal/notes/templates/",
        note_templates.note_templates,
        name="note_templates",
    ),
    path(
        "journal/notes/templates/new/",
        note_templates.note_template_new,
        name="note_template_new",
    ),
    path(
        "journal/notes/templates/<int:note_template_id>/",
        note_templates.note_template,
        name="note_template",
    ),
    path(
        "journal/notes/templates/<int:note_template_id>/delete/",
        note_templates.note_template_delete,
        name="note_template_delete",
    ),
    path(
        "journal/notes/order/<int:order_id>/",
        note.notes_of_order,
        name="notes_of_order",
    ),
    path(
        "journal/notes/trade/<int:trade_id>/",
        note.notes_of_trade,
        name="notes_of_trade",
    ),
    path("journal/notes/<int:note_id>/", note.note, name="note"),
    path("journal/notes/<int:note_id>/edit/", note_editor.note_edit, name="note_edit"),
    path(
        "journal/notes/<int:note_id>/archive/", note.note_archive, name="note_archive"
    ),
    path("journal/notes/<int:note_id>/delete/", note.note_delete, name="note_delete"),
    path(
        "journal/notes/<int:note_id>/restore/", note.note_restore, name="note_restore"
    ),
    path("journal/import/", imports.imports, name="imports"),
    path("journal/import/<int:statement_id>/", imports_one.statement, name="statement"),
    path(
        "journal/import/<int:statement_id>/columns/",
        imports_columns.statement_columns,
        name="statement_columns",
    ),
    path(
        "journal/import/<int:statement_id>/answer/",
        imports_one.statement_answer,
        name="statement_answer",
    ),
    path(
        "journal/import/<int:statement_id>/store/",
        imports_one.statement_store,
        name="statement_store",
    ),
    path(
        "journal/import/<int:statement_id>/undo/",
        imports_one.statement_undo,
        name="statement_undo",
    ),
    path(
        "journal/import/<int:statement_id>/discard/",
        imports_one.statement_discard,
        name="statement_discard",
    ),
    path("today/rating/", today.self_rating, name="self_rating"),
    path("journal/tasks/", tasks.tasks, name="tasks"),
    path("journal/tasks/new/", tasks.task_new, name="task_new"),
    path("journal/tasks/ten/", tasks.tasks_seed, name="tasks_seed"),
    path("journal/tasks/<int:task_id>/", tasks.task_act, name="task_act"),
    path("journal/checklist/", checklist.task_templates, name="task_templates"),
    path(
        "journal/checklist/new/", checklist.task_template_new, name="task_template_new"
    ),
    path(
        "journal/checklist/<int:template_id>/",
        checklist.task_template,
        name="task_template",
    ),
    path(
        "journal/checklist/<int:template_id>/retire/",
        checklist.task_template_retire,
        name="task_template_retire",
    ),
    path("plan/reminders/", reminders.reminders, name="reminders"),
    path("plan/reminders/new/", reminders.reminder_new, name="reminder_new"),
    path("plan/reminders/usual/", reminders.reminders_usual, name="reminders_usual"),
    path("plan/reminders/routine/", reminders.routine_save, name="routine_save"),
    path("plan/reminders/<int:reminder_id>/", reminders.reminder, name="reminder"),
    path(
        "plan/reminders/<int:reminder_id>/act/",
        reminders.reminder_act,
        name="reminder_act",
    ),
    path("plan/biases/", reminders.biases, name="biases"),
    path(
        "plan/biases/<int:delivery_id>/acknowledge/",
        reminders.bias_acknowledge,
        name="bias_acknowledge",
    ),
    path("plan/", plan.plan, name="plan"),
    path("plan/sections/<slug:key>/", plan.plan_section, name="plan_section"),
    path("plan/changes/", plan.plan_changes, name="plan_changes"),
    path("plan/discard/", plan.plan_discard, name="plan_discard"),
    path("plan/review/", plan.plan_review, name="plan_review"),
    path("plan/versions/<int:number>/", plan.plan_version, name="plan_version"),
    path("plan/playbooks/", playbooks.playbooks, name="playbooks"),
    path("plan/playbooks/new/", playbooks.playbook_new, name="playbook_new"),
    path("plan/playbooks/<int:playbook_id>/", playbook.playbook, name="playbook"),
    path(
        "plan/playbooks/<int:playbook_id>/edit/",
        playbook.playbook_edit,
        name="playbook_edit",
    ),
    path(
        "plan/playbooks/<int:playbook_id>/retire/",
        playbook.playbook_retire,
        name="playbook_retire",
    ),
    path(
        "plan/playbooks/<int:playbook_id>/missed/",
        playbook.missed_trade_add,
        name="missed_trade_add",
    ),
    path(
        "plan/playbooks/<int:playbook_id>/versions/<int:number>/",
        playbook.playbook_version,
        name="playbook_version",
    ),
    path(
        "plan/missed/<int:missed_id>/remove/",
        playbook.missed_trade_remove,
        name="missed_trade_remove",
    ),
    path("plan/worst-cases/", worst_cases.worst_cases, name="worst_cases"),
    path("plan/worst-cases/new/", worst_cases.worst_case_new, name="worst_case_new"),
    path("plan/worst-cases/<int:card_id>/", worst_cases.worst_case, name="worst_case"),
    path(
        "plan/worst-cases/<int:card_id>/drill/",
        worst_cases.worst_case_drill,
        name="worst_case_drill",
    ),
    path(
        "plan/worst-cases/<int:card_id>/archive/",
        worst_cases.worst_case_archive,
        name="worst_case_archive",
    ),
]
