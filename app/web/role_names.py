"""What each role is called, and what it does, in a few words."""

from typing import Any, Final

from flask_babel import lazy_gettext

from app.accounts.models import Role

ROLE_NAMES: Final[dict[Role, Any]] = {
    Role.OFFICER: lazy_gettext("Officer (role)"),
    Role.MEMBER: lazy_gettext("Member (role)"),
    Role.AUDITOR: lazy_gettext("Auditor (role)"),
    Role.CONTACT: lazy_gettext("Unit's contact (role)"),
    Role.OPERATOR: lazy_gettext("Operator: prepares and enters"),
    Role.SYSTEM_ADMIN: lazy_gettext("System administrator"),
    Role.SECURITY_ADMIN: lazy_gettext("Security administrator"),
    Role.AUDIT_ADMIN: lazy_gettext("Audit administrator"),
    Role.HELPER: lazy_gettext("Helper of members (role)"),
    Role.NONE: lazy_gettext("No right yet"),
}
