"""Motion files: what a body does, frame by frame, as lines of JSON (docs/motion.md)."""

from avatar.motion_file.editing import (
    LONGEST_SEAM,
    blended,
    clock,
    frames_until,
    joined,
    looped,
    resampled,
    retimed,
    trimmed,
)
from avatar.motion_file.format import FORMAT, MAX_FPS, VERSION, VRM_BONES, Event, Frame, Header
from avatar.motion_file.reading import MotionReader, Summary, survey
from avatar.motion_file.writing import MotionWriter, whole_file

__all__ = [
    "FORMAT", "LONGEST_SEAM", "MAX_FPS", "VERSION", "VRM_BONES", "Event", "Frame", "Header", "MotionReader",
    "MotionWriter", "Summary", "blended", "clock", "frames_until", "joined", "looped", "resampled", "retimed", "survey",
    "trimmed", "whole_file",
]  # fmt: skip
