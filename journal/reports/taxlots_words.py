"""What the tax lots page and its files say beside the figures."""

from __future__ import annotations

from brokers.domain.realisedgains import Term
from brokers.domain.taxlots import LotMethod


METHODS = {
    LotMethod.FIFO: "First in, first out",
    LotMethod.LIFO: "Last in, first out",
    LotMethod.AVERAGE: "Average cost",
    LotMethod.HIGHEST_COST: "Highest cost first",
    LotMethod.SPECIFIC: "Lots named per sale",
}
# IRS Publication 550, "Identifying stock or bonds sold" and "Average basis".
METHOD_NOTES = {
    LotMethod.FIFO: "What the IRS takes where no lots were identified at the sale.",
    LotMethod.LIFO: "Counts only if your broker was told so, by settlement: it is an "
    "identification of lots.",
    LotMethod.AVERAGE: "For shares of funds and dividend reinvestment plans alone; not "
    "for other stock.",
    LotMethod.HIGHEST_COST: "Counts only if your broker was told so, by settlement: it "
    "is an identification of lots.",
    LotMethod.SPECIFIC: "The lots that your broker was told, by settlement. What is not "
    "named goes first in, first out.",
}
TERMS = {Term.SHORT: "short", Term.LONG: "long"}

RULE = (
    "A wash sale occurs when you sell or trade stock or securities at a loss and within "
    "30 days before or after the sale you buy substantially identical stock or "
    "securities."
)
BASIS_RULE = (
    "If your loss was disallowed because of the wash sale rules, add the disallowed loss "
    "to the cost of the new stock or securities. The result is your basis in the new "
    "stock or securities."
)
PERIOD_RULE = (
    "Your holding period for the new stock or securities includes the holding period of "
    "the stock or securities sold."
)
CITED = "IRS Publication 550, Wash Sales"
CITED_URL = "https://www.irs.gov/publications/p550"
NO_ADVICE = "This is no tax advice. Check it against your broker's Form 1099-B."
UNKNOWN_TO_US = (
    (
        "Accounts that are not on this desk: other brokers, your spouse's, your IRA. A "
        "purchase there can wash a sale here."
    ),
    (
        "What is substantially identical beyond the same symbol: options on it, other share "
        "classes, funds on one index."
    ),
    (
        "Returns of capital, mergers, and what shares cost that came with an unknown price: "
        "such rows say so and count in no sum."
    ),
    "Elections such as mark to market (section 475), straddles and constructive sales.",
)
