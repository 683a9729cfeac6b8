"""Whether words can be read where they must not stand: in sealed bytes, a table's rows, a queue."""

import json
from base64 import b64decode
from collections.abc import Iterable

import redis


def in_the_clear(whole: bytes | str, words: Iterable[str]) -> list[str]:
    """The words that can be read in it: as text, as JSON escapes or as PostgreSQL's bytes."""
    held = whole.encode() if isinstance(whole, str) else bytes(whole)
    return [word for word in words if any(each in held for each in _written(word))]


def _written(word: str) -> set[bytes]:
    escaped, plain = json.dumps(word)[1:-1], word.encode()
    return {plain, escaped.encode(), plain.hex().encode(), repr(plain)[2:-1].encode()}


def queued(broker: "redis.Redis[bytes]") -> str:
    """All that waits in the broker, unpacked: what DUMP gives is compressed, bodies are base64."""
    return "\n".join(f"{key!r} {_held(broker, key)}" for key in sorted(broker.scan_iter()))


def _held(broker: "redis.Redis[bytes]", key: bytes) -> str:
    kind = broker.type(key)
    if kind == b"list":
        return " ".join(_message(each) for each in broker.lrange(key, 0, -1))
    if kind == b"hash":
        return str({name: _message(each) for name, each in broker.hgetall(key).items()})
    if kind == b"set":
        return str(sorted(broker.smembers(key)))
    if kind == b"zset":
        return str(broker.zrange(key, 0, -1, withscores=True))
    assert kind == b"string", kind
    return _message(broker.get(key) or b"")


def _message(raw: bytes) -> str:
    """A message with its body as text; whatever else as it stands."""
    try:
        message = json.loads(raw)
        body = b64decode(message["body"], validate=True).decode()
    except (ValueError, KeyError, TypeError):
        return raw.decode("utf-8", "backslashreplace")
    return f"{json.dumps(message, ensure_ascii=False)} {body}"
