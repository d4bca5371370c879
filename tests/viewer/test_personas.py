"""The hosts of the house and of the sample feed are people who can be drawn and heard: nobody else checks the names."""

from __future__ import annotations

from avatar.figure import FIGURES, person
from avatar.voice import VOICES
from feed.personas import HOSTS
from feed.sources import load
from viewer.commands.common import SAMPLE_FEED


def test_every_host_has_a_figure_and_a_voice_that_there_are() -> None:
    for persona in (*HOSTS, *(item.persona for item in load(str(SAMPLE_FEED)).items)):
        assert persona.figure in FIGURES, persona.name
        assert persona.voice in VOICES, persona.name


def test_a_womans_figure_has_a_womans_voice() -> None:
    for persona in (*HOSTS, *(item.persona for item in load(str(SAMPLE_FEED)).items)):
        assert (person(persona.figure).recipe.sex == "female") == (persona.voice in ("ava", "kim")), persona.name
