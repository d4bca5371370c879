"""Gestures: what head, brows, gaze, arms and hands do with the words of an utterance."""

from avatar.gestures.gaze_plan import ITEM
from avatar.gestures.hand_plan import LEAD
from avatar.gestures.plan import GesturePlan

__all__ = ["ITEM", "LEAD", "GesturePlan"]
