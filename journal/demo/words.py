"""What the invented trader wrote: a plan, playbooks, notes, cards."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from journal.demo.story import SETUPS
from journal.plans.playbooks import PlaybookTerms


SETUP_TAGS = dict(zip(SETUPS, ("Pullback", "Breakout", "Reversal"), strict=True))
PLAN = {
    "vision": {
        "vision": "In three years trading pays for half of what we live on, with no day "
        "that I would not want to show to somebody.",
    },
    "objectives": {
        "failure": "Thirty trades of a system below 0R in all, or a fall of 8 % from the top.",
        "progress": "Eight trades in ten by the rules, every day reviewed by evening.",
    },
    "self_assessment": {
        "strengths": "Patient with entries; the stop stands before the order leaves.",
        "weaknesses": "After a loss I want it back at once. Winners make me nervous.",
    },
    "big_picture": {
        "forces": "Rates that stay where they are, and few shares that carry the index.",
        "watch": "Direction and volatility of the index every evening, nothing during the day.",
    },
    "discipline": {
        "rules": "No new trade within fifteen minutes of a loss. Half a per cent a trade. "
        "Three losses end the day.",
    },
    "system_1": {
        "fits": "Bull or neutral, quiet or normal.",
        "rules": "Buy the turn at the 20-day average of a share above its 50-day one.",
        "sizing": "0.5 % of equity between entry and stop.",
        "expected": "0.25R a trade over at least 100 trades.",
    },
}
PLAYBOOKS = (
    PlaybookTerms(
        name=SETUPS[0],
        thesis="Strong shares rest at their 20-day average and go on.",
        market_types=(),
        rules={
            "entry": "First close back above the high of the bar that touched the average.",
            "stop": "Below the low of the pullback, at most 0.7 of a day's range away.",
            "management": "Half off at 1R where the day is wide; then leave it alone.",
            "exit": "2R, or the close of the fifth day.",
        },
        checklist=(
            "The share stands above its 50-day average",
            "Nothing is announced within two days",
            "The stop is where the idea is wrong",
        ),
        max_risk_percent=Decimal("0.5"),
    ),
    PlaybookTerms(
        name=SETUPS[1],
        thesis="A narrow range that breaks with volume keeps its direction for a day or two.",
        market_types=(),
        rules={
            "entry": "Above the range, on the first quarter of an hour that closes there.",
            "stop": "Back inside the range by a third of its height.",
            "exit": "2R to 3R, or two days.",
        },
        checklist=(
            "Five days of narrowing range",
            "Volume above its average",
            "Room to the next old high of 2R or more",
        ),
        max_risk_percent=Decimal("0.5"),
    ),
    PlaybookTerms(
        name=SETUPS[2],
        thesis="Who is trapped in a breakdown that fails on the other side has to get out.",
        market_types=(),
        rules={
            "entry": "Short below the low that did not hold.",
            "stop": "Above the last high.",
            "exit": "2R, or the close.",
        },
        checklist=("Shares can be borrowed", "The index does not rise with force"),
        max_risk_percent=Decimal("0.4"),
    ),
)
MISSED = (
    ("NOVA", 12, "Was on the telephone when it broke out.", Decimal("2.1")),
    ("HAZE", 40, "Did not trust it after two losses in a row.", Decimal("1.4")),
    ("PEAK", 75, "The order lay a cent too low.", Decimal("-1.0")),
)
CARDS = (
    (
        "price",
        "A holding opens two R beyond its stop",
        "Flatten by hand. Nothing new today.",
        20,
    ),
    ("broker", "The broker does not answer", "Kill switch, then the telephone.", -6),
    (
        "power",
        "No line at home",
        "Mobile line; the list of stops lies in the drawer.",
        55,
    ),
)
AFTER_A_WIN = (
    "Went as planned. The half at 1R made it easy to leave the rest alone.",
    "Entry was a little early; it still came. Waiting for the close would have been better.",
    "Good patience. I looked at the price four times and at the plan once.",
)
AFTER_A_LOSS = (
    "A clean loss: the level did not hold and I was out where I had said I would be.",
    "Market turned with the index at eleven. Nothing to learn from this one alone.",
    "Stop was right, size was right. This is what one R costs.",
)
AFTER_A_MISTAKE = {
    "Revenge trade": (
        "Wanted it back at once. Fifteen minutes outside would have cost nothing.",
        "Same share, same minute, twice the size. I was trading the loss, not the chart.",
    ),
    "Exited too early": (
        "Took the small gain because it felt safe. The plan said to wait for the target.",
        "Could not stand to watch it come back by a few cents. It was still going.",
    ),
    "Entered without a plan": (
        "I knew while I clicked that this was not in the plan.",
        "Saw it move and was in before I had written a line.",
    ),
}
DAYS_AFTER_A_MISTAKE = (
    "I left my rules once, and the note of that trade says where.",
    "The mistake came minutes after a loss. That is when the desk has to be left.",
    "Good eyes, poor hands: the setups were right and I did not let them be.",
)
MORNINGS = (
    "Index is quiet and above its average. Two pullbacks on the list, nothing to chase.",
    "Slept badly. Half size today or none at all before noon.",
    "Volatile open expected. Range breakouts rest until the afternoon.",
    "Third green week. That is when I get careless, so: checklist aloud.",
)
TOMORROWS = (
    "Wait for the close of the quarter before entering.",
    "Put the alert where the plan says and leave the desk until it rings.",
    "After a loss: stand up, write the note, then look again.",
)
STOP_AWAY = (
    "It only needs a little more room until the close.",
    "The level is a few cents lower than I had drawn it.",
    "I did not want to be shaken out once more.",
)
WARNED = (
    "You closed a loss a few minutes ago, and this risks more than you usually do. "
    "Trades that you opened so soon after a loss have done worse than your others."
)
WARNED_OF_TILT = "Three losses in a row today. You said that this ends your day."
WHY_ALL_THE_SAME = (
    "The setup is still there, I see it clearly.",
    "It has to turn at this level.",
    "Only to get back to even, then I stop.",
)
CHECKLIST = (
    ("Look at yourself", "Sleep, mood, what else is on your mind.", time(8, 30)),
    ("Two ideas on paper", "Entry, stop, target; at least 2R.", time(9, 0)),
    (
        "Every position has its stop",
        "Is each still the trade you entered?",
        time(12, 0),
    ),
    (
        "Debrief the day",
        "Did I follow my rules? Then the mistakes, in R.",
        time(16, 15),
    ),
)
OWN_TASKS = (
    "Look at the last ten losers together",
    "Rewrite the exit rule of the breakouts",
)
# To the biases of the last weeks, the newest first and not answered yet.
ANSWERS = (
    "",
    "Twice this week. A level does not know how often it has held.",
    "Eleven trades are not enough to change the rule.",
)
IDEAS = (
    (
        "FERN",
        """Third day at the 20-day average, range narrowing.

- entry above the high of the first hour
- stop below the low of the pullback
- room for **2.5R**""",
    ),
    ("KITE", "Coils under an old high. Wait for volume; no chase above half an R."),
)
