"""What a door starts from: settings, with the embedded database up where nobody brings their own.

with ready(os.environ) as settings:
    ...
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app import config
from app.config import Settings
from app.embedded.files import make_private
from app.embedded.keys import keys
from app.embedded.server import Say, Where, database, silent


@contextmanager
def ready(environ: Mapping[str, str], say: Say = silent) -> Iterator[Settings]:
    """Settings that hold for the block; starts and stops the embedded database as needed."""
    if config.names_own_database(environ):
        yield config.load(environ)
        return
    data_dir = config.data_dir(environ)
    made = prepare(data_dir)
    with database(data_dir, say=say) as where:
        yield config.load({**environ, **made, **environment(data_dir, where)})


def prepare(data_dir: Path) -> dict[str, str]:
    """The data directory and its keys."""
    make_private(data_dir)
    return keys(data_dir)


def environment(data_dir: Path, where: Where) -> dict[str, str]:
    """What `config.load` must be told of the embedded servers, keys aside."""
    return {
        "HUZHU_EMBEDDED": "1",
        "HUZHU_DATA": str(data_dir),
        "DATABASE_URL": where.app_url,
        "DATABASE_OWNER_URL": where.owner_url,
        "DATABASE_AUDITOR_URL": where.reader_url,
        "REDIS_URL": where.redis_url or "",
    }
