from __future__ import annotations

import pytest


# So that an assertion of theirs shows both sides.
pytest.register_assert_rewrite("tests.faults.books", "tests.faults.steps")
