"""Who a request is by: the person with their preferences, in one compiled query."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from tradedesk.accounts.models import User
from tradedesk.reads import Read


_person = Read(lambda pk: User.objects.select_related("preferences").filter(pk=pk))


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's, which checks passwords; only the finding of a known person is ours."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session. None once they may not sign in any more."""
        found = _person.first(user_id)
        if found is None or not self.user_can_authenticate(found):
            return None
        return found
