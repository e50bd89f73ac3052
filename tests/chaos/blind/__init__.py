"""What the desk never does: after an unknown outcome, send again under a new id.

Installed by `tests.chaos.blind_settings` only. A run with it has to end with `doubled`
above 0, which proves that the harness can see a doubled order.
"""

from __future__ import annotations
