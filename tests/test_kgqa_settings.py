import os
from pathlib import Path

import pytest

from kgqa.errors import SettingsError
from kgqa.settings import load_settings


def test_settings_follow_the_file_and_the_environment_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings().workers == 1
    file = tmp_path / "kgqa.toml"
    file.write_text("workers = 3\n", encoding="utf-8")
    assert load_settings().workers == 3
    file.write_text("workers = 4\n", encoding="utf-8")
    os.utime(file, ns=(1, 2))  # another time, the same size
    assert load_settings().workers == 4
    monkeypatch.setenv("KGQA_WORKERS", "5")
    assert load_settings().workers == 5
    assert load_settings(workers=6).workers == 6
    monkeypatch.delenv("KGQA_WORKERS")
    file.unlink()
    assert load_settings().workers == 1


def test_a_wrong_setting_is_told_each_time_until_it_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "kgqa.toml"
    file.write_text("workers = 0\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(SettingsError, match="workers"):
            load_settings()
    file.write_text("workers = 22\n", encoding="utf-8")
    assert load_settings().workers == 22
