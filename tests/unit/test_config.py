"""What is missing stops the start, named; what is secret is never shown."""

import base64
from importlib.util import find_spec

import pytest

from app.config import APP_ROLE, KEYS, LOCAL_HOSTS, MAKE_A_KEY, READER_ROLE, Misconfigured, load


def key(number: int) -> str:
    return base64.b64encode(bytes([number] * 32)).decode()


def full(**changed: str) -> dict[str, str]:
    keys = {name: key(number) for number, name in enumerate(KEYS)}
    return {
        **keys,
        "DATABASE_URL": "postgresql://huzhu:s3cret-word@db/huzhu",
        "REDIS_URL": "redis://:s3cret-word@broker/0",
        **changed,
    }


def test_a_full_environment_is_enough() -> None:
    settings = load(full())
    assert settings.database_url == "postgresql+psycopg://huzhu:s3cret-word@db/huzhu"
    assert settings.encryption_key == bytes([1] * 32)
    assert not settings.secure_cookies
    assert settings.trusted_proxies == 0
    assert not settings.embedded
    assert settings.trusted_hosts == LOCAL_HOSTS


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_spelling_of_the_address_is_taken(scheme: str) -> None:
    settings = load(full(DATABASE_URL=f"{scheme}://db/huzhu"))
    assert settings.database_url == settings.owner_url == "postgresql+psycopg://db/huzhu"


def test_connections_and_the_wait_for_one_are_numbers_or_the_usual() -> None:
    usual = load(full())
    assert (usual.connections, usual.connection_wait_s) == (15, 3)
    told = load(full(HUZHU_CONNECTIONS="40", HUZHU_CONNECTION_WAIT_S="0"))
    assert (told.connections, told.connection_wait_s) == (40, 0)
    for name, odd, least in (
        ("HUZHU_CONNECTIONS", "1", 2),
        ("HUZHU_CONNECTIONS", "many", 2),
        ("HUZHU_CONNECTION_WAIT_S", "-1", 0),
        ("HUZHU_CONNECTION_WAIT_S", "2.5", 0),
        ("HUZHU_TRUSTED_PROXIES", "9" * 5, 0),
    ):
        with pytest.raises(Misconfigured, match=f"{name} is not a whole number from {least} to"):
            load(full(**{name: odd}))


def test_one_address_is_the_owners_and_the_application_gives_up_its_rights() -> None:
    assert load(full()).app_role == APP_ROLE


def test_two_addresses_need_no_change_of_role() -> None:
    settings = load(full(DATABASE_OWNER_URL="postgres://owner@db/huzhu"))
    assert settings.app_role is None
    assert settings.owner_url == "postgresql+psycopg://owner@db/huzhu"


def test_auditors_read_through_a_sign_in_of_their_own_or_take_the_role() -> None:
    settings = load(full(DATABASE_AUDITOR_URL="postgres://reader:hush-hush@db/huzhu"))
    assert settings.reader_url == "postgresql+psycopg://reader:hush-hush@db/huzhu"
    assert settings.reader_role is None
    assert "hush" not in repr(settings)
    assert (load(full()).reader_role, load(full()).reader_url) == (
        READER_ROLE,
        "postgresql+psycopg://huzhu:s3cret-word@db/huzhu",
    )


def test_long_reads_may_go_to_a_replica() -> None:
    replica = load(full(DATABASE_REPLICA_URL="postgres://huzhu:s3cret-word@copy/huzhu"))
    assert replica.replica_url == "postgresql+psycopg://huzhu:s3cret-word@copy/huzhu"
    assert "s3cret-word" not in repr(replica)
    assert load(full()).replica_url is None
    with pytest.raises(Misconfigured, match="DATABASE_REPLICA_URL"):
        load(full(DATABASE_REPLICA_URL="copy"))


def test_all_that_is_missing_is_named_at_once_with_a_command_that_makes_a_key() -> None:
    with pytest.raises(Misconfigured) as refused:
        load({"DATABASE_URL": "postgresql://db/huzhu"})
    said = str(refused.value)
    for name in ("REDIS_URL", *KEYS):
        assert f"{name} is not set." in said
    assert "DATABASE_URL" not in said
    assert MAKE_A_KEY in said


def test_the_embedded_start_may_have_nobody_to_ring() -> None:
    assert load(full(HUZHU_EMBEDDED="1", REDIS_URL="")).redis_url is None


def test_who_names_hosts_stands_behind_https() -> None:
    settings = load(full(HUZHU_TRUSTED_HOSTS="fund.example", HUZHU_TRUSTED_PROXIES="1"))
    assert settings.secure_cookies
    assert settings.trusted_proxies == 1
    assert not load(full(HUZHU_TRUSTED_HOSTS="a.example", HUZHU_SECURE_COOKIES="0")).secure_cookies


def test_a_socket_is_spelt_as_celery_wants_it() -> None:
    settings = load(full(REDIS_URL="unix:///tmp/x/valkey.sock"))
    assert settings.redis_url == "unix:///tmp/x/valkey.sock"
    assert settings.broker_url == "redis+socket:///tmp/x/valkey.sock"
    assert load(full()).broker_url == load(full()).redis_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUZHU_ENCRYPTION_KEY", base64.b64encode(b"short").decode()),
        ("HUZHU_INDEX_KEY", "not base64!"),
        ("HUZHU_PSEUDONYM_KEY", base64.b64encode(bytes(33)).decode()),
        ("HUZHU_SECRET_KEY", "tiny"),
        ("HUZHU_TRUSTED_PROXIES", "-1"),
        ("DATABASE_URL", "mysql://db/huzhu"),
        ("DATABASE_OWNER_URL", "db"),
        ("HUZHU_SECURE_COOKIES", "perhaps"),
        ("HUZHU_EMBEDDED", "perhaps"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load(full(**{name: value}))
    assert name in str(refused.value)
    assert value not in str(refused.value).replace("postgresql://user@host/database", "")


def test_keys_must_differ() -> None:
    with pytest.raises(Misconfigured, match="different"):
        load(full(HUZHU_INDEX_KEY=key(1)))


def test_nothing_secret_is_ever_shown() -> None:
    shown = repr(load(full(HUZHU_SECRET_KEY="s3cret-word-of-a-length")))
    assert "s3cret-word" not in shown
    assert repr(bytes([1] * 32)) not in shown
    assert "redis" not in shown


def test_staff_prove_themselves_twice_where_others_are_served() -> None:
    assert not load(full()).second_factor
    assert load(full(HUZHU_TRUSTED_HOSTS="a.example")).second_factor
    assert load(full(HUZHU_SECOND_FACTOR="staff")).second_factor
    assert not load(full(HUZHU_TRUSTED_HOSTS="a.example", HUZHU_SECOND_FACTOR="off")).second_factor
    with pytest.raises(Misconfigured, match="HUZHU_SECOND_FACTOR"):
        load(full(HUZHU_SECOND_FACTOR="maybe"))


def test_a_sign_in_provider_is_named_whole_and_over_https() -> None:
    whole = {
        "HUZHU_OIDC_ISSUER": "https://id.example",
        "HUZHU_OIDC_CLIENT_ID": "huzhu",
        "HUZHU_OIDC_CLIENT_SECRET": "kept to itself",
    }
    assert load(full()).oidc is None
    named = load(full(**whole)).oidc
    assert named
    assert named.issuer == "https://id.example"
    assert "kept to itself" not in repr(named)
    with pytest.raises(Misconfigured, match="HUZHU_OIDC_CLIENT_SECRET"):
        load(full(**whole | {"HUZHU_OIDC_CLIENT_SECRET": ""}))
    with pytest.raises(Misconfigured, match="HUZHU_OIDC_ISSUER"):
        load(full(**whole | {"HUZHU_OIDC_ISSUER": "http://id.example"}))


def test_photos_are_read_only_where_it_is_asked_for_and_the_extra_is_there() -> None:
    assert not load(full()).ocr
    assert not load(full(HUZHU_OCR="0")).ocr
    if find_spec("rapidocr") and find_spec("onnxruntime"):
        assert load(full(HUZHU_OCR="1")).ocr
    else:
        with pytest.raises(Misconfigured, match="deploy setup ocr"):
            load(full(HUZHU_OCR="1"))


def test_a_time_stamp_wants_an_address_and_roots() -> None:
    given = {"HUZHU_TSA_URL": "http://tsa.example/", "HUZHU_TSA_ROOTS": "/roots.pem"}
    assert str(load(full(**given)).tsa.roots) == "/roots.pem"
    assert load(full()).tsa is None
    for name in given:
        with pytest.raises(Misconfigured, match=name):
            load(full(**{x: given[x] for x in given if x != name}))
    with pytest.raises(Misconfigured, match="no http address"):
        load(full(**given | {"HUZHU_TSA_URL": "file:///x"}))
