"""What the sign-in log says, in words."""

from typing import Any, Final

from flask_babel import lazy_gettext

WHAT: Final[dict[str, Any]] = {
    "signed_in": lazy_gettext("signed in"),
    "failed": lazy_gettext("not let in"),
    "locked": lazy_gettext("tried too often"),
    "code_failed": lazy_gettext("wrong code"),
    "signed_out": lazy_gettext("signed out"),
    "ended_elsewhere": lazy_gettext("signed out everywhere else"),
}
CHANGES: Final[dict[str, Any]] = {
    "made": lazy_gettext("account made"),
    "role": lazy_gettext("right changed"),
    "scope": lazy_gettext("scope changed"),
    "disabled": lazy_gettext("account disabled"),
    "renewal": lazy_gettext("password renewed by the system administrator"),
    "password": lazy_gettext("password changed"),
    "factor_set": lazy_gettext("second step set up"),
    "codes_made": lazy_gettext("new recovery codes made"),
    "factor_moved": lazy_gettext("second step moved to another phone"),
    "factor_reset": lazy_gettext("second step reset"),
    "subject": lazy_gettext("tied to the sign-in provider"),
}
HOW: Final[dict[str, Any]] = {
    "password": lazy_gettext("by password"),
    "code": lazy_gettext("by password and code"),
    "recovery": lazy_gettext("by password and recovery code"),
    "demonstration": lazy_gettext("by one click of the demonstration"),
    "oidc": lazy_gettext("by the sign-in provider"),
    "oidc_second": lazy_gettext("by the sign-in provider and a second step"),
    "phone_second": lazy_gettext("by a code sent to the phone and a second step"),
    "phone": lazy_gettext("by a code sent to the phone"),
}
