"""What a list of trades says: one metric per file, each with its formula and source.

Numbers come in as R-multiples, money or returns and are worked on as floats: they are
ratios and statistics, never amounts that anybody is charged. A metric that does not
exist for its input is None and says why; nothing is made up.
"""

from __future__ import annotations
