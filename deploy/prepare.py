"""One step of the start, in a process of its own: migrate, publish schemes, first accounts, city.

Prints how to sign in; lines that begin with PROGRESS are for showing at once. The supervisor stays
small and waits for it.
"""

import argparse
import os
import sys
import time
from typing import Final

from sqlalchemy.exc import OperationalError

from app import boot, config
from app.boot import NoRightToMigrate, prepare
from app.config import Settings
from deploy.progress import PROGRESS
from deploy.spoken import in_chinese, said

_PAUSE_S: Final = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.prepare")
    parser.add_argument("--empty", action="store_true")
    asked = parser.parse_args()
    settings = config.load(os.environ)
    try:
        made = prepare(settings)
        if not furnish_city(settings, empty=asked.empty):
            print(
                said(
                    "This place holds the demonstration city, which no --empty takes away.\n"
                    "A fund of your own begins in another place: set HUZHU_DATA to a new "
                    "directory and start again."
                ),
                file=sys.stderr,
            )
            return 2
    except NoRightToMigrate as refused:
        print(said(refused.says, *refused.facts), file=sys.stderr)
        return 2
    except OperationalError as refused:
        print(said("The database cannot be used: %s", refused.orig), file=sys.stderr)
        return 2
    if settings.reader_role:
        say(said(boot.READS_THROUGH_OURS))
    for account in made:
        print(said("sign in as %s with the password %s", account.login, account.password))
    print(
        said("These passwords are shown this once.")
        if made
        else said("Sign in with the accounts made at the first start.")
    )
    return 0


def furnish_city(settings: Settings, *, empty: bool) -> bool:
    """Load the demonstration city where nobody has begun to use the fund.

    False: none is wanted, and here it is.
    """
    from app.accounts.demo import is_demonstration
    from app.db import db, transaction
    from app.demo.first_run import start_empty, untouched

    with boot.start(settings).app_context():
        with transaction() as session:
            wanted, here = untouched(session), is_demonstration(session)
            if wanted and empty:
                start_empty(session)
        if wanted and not empty:
            load_city(settings)
        db.engine.dispose()
    return not (empty and here)


def load_city(settings: Settings) -> None:
    from app.db import transaction
    from app.demo.checkpoint import seal_city
    from app.demo.load import Progress, ServesOthers, load, refuse_where_real
    from app.texts import say as worded

    said_at = time.monotonic()

    def watch(now: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _PAUSE_S:
            said_at = time.monotonic()
            say(said("the city is at %s: %d %%", now.day, 100 * now.done // now.all))

    try:
        with transaction() as session:
            refuse_where_real(session, settings)
            say(said("loading the demonstration city, this once (--empty starts without) …"))
            loaded = load(session, settings, "small", watch)
    except ServesOthers as refused:
        say(worded(refused, "zh" if in_chinese() else "en"))
        return
    seal_city(transaction)
    stored = loaded.stored
    loaded_now = (stored.units, stored.members, stored.claims)
    say(said("%d units, %d people, %d claims are loaded", *loaded_now))


def say(line: str) -> None:
    print(PROGRESS + line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
