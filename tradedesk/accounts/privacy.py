"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from tradedesk.accounts.models import (
    Invitation,
    Preferences,
    RecoveryDevice,
    StepUpGrant,
    TotpDevice,
    User,
)


# Model -> the lookup that leads from it to its person. Secrets are never exported.
OWNED = {
    User: "pk",
    Preferences: "user",
    TotpDevice: "user",
    RecoveryDevice: "user",
    StepUpGrant: "user",
    Invitation: "invited_by",
}
