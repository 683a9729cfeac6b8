"""One step of the start, in a process of its own: migrate, publish schemes, first accounts.

Prints how to sign in. The supervisor stays small and waits for it.
"""

import os
import sys

from sqlalchemy.exc import OperationalError

from app import config
from app.boot import NoRightToMigrate, prepare


def main() -> int:
    try:
        made = prepare(config.load(os.environ))
    except NoRightToMigrate as refused:
        print(refused, file=sys.stderr)
        return 2
    except OperationalError as refused:
        print(f"The database cannot be used: {refused.orig}", file=sys.stderr)
        return 2
    for account in made:
        print(f"sign in as {account.login} with the password {account.password}")
    print(
        "These passwords are shown this once."
        if made
        else "Sign in with the accounts made at the first start."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
