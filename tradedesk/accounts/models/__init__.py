"""People: who they are, how they get in, their second factors, grants and wishes."""

from __future__ import annotations

from tradedesk.accounts.models.address import FailedAddress
from tradedesk.accounts.models.device import DeskDevice
from tradedesk.accounts.models.grant import StepUpGrant
from tradedesk.accounts.models.invitation import Invitation, OwnerLink
from tradedesk.accounts.models.preference import Preferences
from tradedesk.accounts.models.recovery import RecoveryCode, RecoveryDevice
from tradedesk.accounts.models.totp import TotpDevice
from tradedesk.accounts.models.user import Role, User, UserManager


__all__ = [
    "DeskDevice",
    "FailedAddress",
    "Invitation",
    "OwnerLink",
    "Preferences",
    "RecoveryCode",
    "RecoveryDevice",
    "Role",
    "StepUpGrant",
    "TotpDevice",
    "User",
    "UserManager",
]
