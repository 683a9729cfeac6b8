"""The storage in a bucket, by its settings."""

from collections.abc import Iterator
from datetime import date

import pytest

from app import config
from app.attachments.faults import PaperLost, StorageDown
from app.attachments.storage import Storage, new_place
from tests.bucket import KEY, Bucket, bucket
from tests.conftest import KEY as KEYS

DAY = date(2024, 5, 3)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Bucket]]:
    with bucket() as (address, holds):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
        yield holds


def settings(**more: str) -> config.Settings:
    own = {"HUZHU_EMBEDDED": "1", "DATABASE_URL": "postgresql://a@h/d", "HUZHU_DATA": "/data/of us"}
    return config.load(KEYS | own | more)


def test_a_bucket_holds_what_a_folder_would(held: type[Bucket]) -> None:
    store = Storage(settings(HUZHU_STORAGE="s3://claims/papers/").storage)
    place = new_place(DAY)
    store.put(place, b"sealed")
    store.put(new_place(date(2024, 5, 4)), b"other")
    assert held.objects[f"/claims/papers/{place}"] == b"sealed"
    assert store.get(place) == b"sealed"
    assert store.days() == [DAY, date(2024, 5, 4)]
    assert store.of_day(DAY) == [place]
    store.remove(place)
    store.remove(place)
    with pytest.raises(PaperLost):
        store.get(place)
    held.down = True
    with pytest.raises(StorageDown):
        store.put(place, b"sealed")
    with pytest.raises(StorageDown):
        store.get(place)


def test_papers_lie_under_the_data_directory_unless_said_otherwise() -> None:
    assert settings().storage == "file:///data/of us/papers"
    assert settings(HUZHU_STORAGE="file:///elsewhere").storage == "file:///elsewhere"
    assert "elsewhere" not in repr(settings(HUZHU_STORAGE="file:///elsewhere"))


@pytest.mark.parametrize("wrong", ["papers", "memory://x", "s3://", "https://bucket", "file://x"])
def test_another_address_stops_the_start(wrong: str) -> None:
    with pytest.raises(config.Misconfigured, match="HUZHU_STORAGE"):
        settings(HUZHU_STORAGE=wrong)
