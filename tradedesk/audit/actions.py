"""Everything that may stand in the audit log: one literal list for the whole desk."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """What happened, as ``noun.verb`` in the past; a name once written never changes."""

    ORDER_DRAFTED = "order.drafted"
    ORDER_DENIED = "order.denied"
    ORDER_CONFIRMED = "order.confirmed"
    ORDER_CANCEL_REQUESTED = "order.cancel_requested"
    ORDER_AMEND_REQUESTED = "order.amend_requested"
    ORDER_REPORTED = "order.reported"
    ORDER_EXTERNAL = "order.external"

    COMMAND_SENT = "command.sent"
    COMMAND_CONFIRMED = "command.confirmed"
    COMMAND_REFUSED = "command.refused"
    COMMAND_UNRESOLVED = "command.unresolved"
    COMMAND_RESOLVED = "command.resolved"

    FILL_BOOKED = "fill.booked"
    FILL_BUSTED = "fill.busted"
    FILL_CORRECTED = "fill.corrected"
    LEDGER_BOOKED = "ledger.booked"
    POSITION_CHANGED = "position.changed"

    RISK_DECIDED = "risk.decided"
    POLICY_CHANGED = "policy.changed"
    STATE_CHANGED = "state.changed"
    KILL_ENGAGED = "kill.engaged"
    KILL_RELEASED = "kill.released"

    RECONCILIATION_STARTED = "reconciliation.started"
    RECONCILIATION_FINISHED = "reconciliation.finished"
    REPORT_MADE = "report.made"
    REPORT_EXPORTED = "report.exported"
    BREAK_FOUND = "break.found"
    BREAK_CHANGED = "break.changed"
    BREAK_RESOLVED = "break.resolved"
    BREAK_VERIFIED = "break.verified"

    ACCOUNT_CONNECTED = "account.connected"
    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_SETTINGS_CHANGED = "account.settings_changed"
    ACCOUNT_TESTED = "account.tested"
    ACCOUNT_SYNCED = "account.synced"
    CREDENTIALS_READ = "credentials.read"
    LIVE_RISK_ACCEPTED = "live.risk_accepted"

    HOLD_BEGAN = "hold.began"
    HOLD_LIFTED = "hold.lifted"
    NUDGE_ANSWERED = "nudge.answered"

    GRANT_ISSUED = "grant.issued"
    GRANT_CONSUMED = "grant.consumed"
    GRANT_REFUSED = "grant.refused"

    USER_INVITED = "user.invited"
    USER_JOINED = "user.joined"
    USER_ROLE_CHANGED = "user.role_changed"
    USER_EMAIL_CHANGED = "user.email_changed"
    USER_DEACTIVATED = "user.deactivated"
    USER_REACTIVATED = "user.reactivated"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    SESSION_SIGNED_IN = "session.signed_in"
    SESSION_SIGNED_OUT = "session.signed_out"
    SESSION_FAILED = "session.failed"
    SESSIONS_ENDED = "session.others_ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of an event
    SECOND_FACTOR_ENROLLED = "second_factor.enrolled"
    SECOND_FACTOR_VERIFIED = "second_factor.verified"
    SECOND_FACTOR_FAILED = "second_factor.failed"
    SECOND_FACTOR_REMOVED = "second_factor.removed"
    SECOND_FACTOR_RESET = "second_factor.reset"
    RECOVERY_CREATED = "recovery.created"
    RECOVERY_USED = "recovery.used"
    PREFERENCES_CHANGED = "preferences.changed"
    WATCHLIST_CHANGED = "watchlist.changed"
    TAX_LOTS_CHOSEN = "tax_lots.chosen"
    DAY_DEBRIEFED = "day.debriefed"

    TASK_CHANGED = "task.changed"
    REMINDER_CHANGED = "reminder.changed"
    ROUTINE_CHANGED = "routine.changed"
    SELF_RATED = "self.rated"

    NOTE_SAVED = "note.saved"
    NOTE_ARCHIVED = "note.archived"
    NOTE_RESTORED = "note.restored"
    NOTE_DELETED = "note.deleted"
    NOTE_TEMPLATE_CHANGED = "note_template.changed"

    PLAN_CHANGED = "plan.changed"
    PLAN_PUBLISHED = "plan.published"
    PLAN_REVIEWED = "plan.reviewed"
    WORST_CASE_CHANGED = "worst_case.changed"
    DRILL_RECORDED = "drill.recorded"
    PLAYBOOK_CHANGED = "playbook.changed"

    TRADE_OPENED = "trade.opened"
    TRADE_CLOSED = "trade.closed"
    TRADE_CHANGED = "trade.changed"
    TRADE_VANISHED = "trade.vanished"
    TRADES_BUILT = "trade.many_built"
    TRADE_CORRECTED = "trade.corrected"
    TRADE_REVIEWED = "trade.reviewed"

    STATEMENT_READ = "statement.read"
    STATEMENT_STORED = "statement.stored"
    STATEMENT_UNDONE = "statement.undone"
    STATEMENT_DISCARDED = "statement.discarded"
    COLUMNS_MAPPED = "columns.mapped"

    DEMO_FILLED = "demo.filled"
    DEMO_REMOVED = "demo.removed"

    PAYLOAD_SHREDDED = "payload.shredded"
