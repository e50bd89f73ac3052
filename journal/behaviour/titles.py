"""What each signal is called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from risk.facts import DenialCode


TITLES: Mapping[str, str] = MappingProxyType(
    {
        DenialCode.BEHAVIOUR_AFTER_LOSS.value: "Bigger, minutes after a loss",
        DenialCode.BEHAVIOUR_SIZE_AFTER_LOSS.value: "Bigger after a loss",
        DenialCode.BEHAVIOUR_SIZE_AFTER_GAIN.value: "Bigger after a gain",
        DenialCode.BEHAVIOUR_TILT.value: "Tilt",
        DenialCode.BEHAVIOUR_OVERTRADING.value: "Many orders",
        DenialCode.BEHAVIOUR_SELF_RATING.value: "Self-rating",
        DenialCode.BEHAVIOUR_CHASING.value: "Chasing",
        DenialCode.BEHAVIOUR_ADDING_TO_LOSS.value: "Adding to a loss",
        DenialCode.BEHAVIOUR_AVERAGING_DOWN.value: "Averaging down, blocked",
        DenialCode.BEHAVIOUR_COOLING_OFF.value: "Cooling-off",
        DenialCode.BEHAVIOUR_LOCKED.value: "Lock",
        DenialCode.STOP_WIDENED.value: "Stop moved away",
    }
)
