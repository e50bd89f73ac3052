"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from risk.models import BehaviourState, Decision, PolicyVersion, StateChange


# Model -> the lookup that leads from it to its person. These rows are records of what
# was decided: they are exported, and kept under a pseudonym when the person is erased.
OWNED = {
    BehaviourState: "user",
    Decision: "user",
    PolicyVersion: "author",
    StateChange: "changed_by",
}
