"""What a unit is told: itself, its years, a roster file and what was found in it, a list."""

from marshmallow import fields

from app.api.shapes import Fen, Listed, Said, Yuan, one_of
from app.enrolment.hand_in import REFUSED, TAKEN, WAITING, WITHDRAWN
from app.enrolment.upload_state import State


class OwnUnitSaid(Said):
    """The unit; `unit_percent` is its share of what it and its workers pay."""

    id = fields.Integer()
    uscc = fields.String()
    name = fields.String()
    union = fields.String()
    unit_percent = fields.Integer()


class ReceiptSaid(Said):
    """Money that came in, and what of it has gone back since."""

    id = fields.Integer()
    received_on = fields.Date()
    reference = fields.String()
    amount_fen = Fen()
    amount = Yuan()
    given_back_fen = Fen()
    given_back = Yuan()


class YearSaid(Said):
    """A benefit year: who is enrolled and covered, what is due, received and missing."""

    year = fields.Integer()
    heads = fields.Integer()
    covered = fields.Integer()
    due_fen = Fen()
    due = Yuan()
    received_fen = Fen()
    received = Yuan()
    missing_fen = Fen()
    missing = Yuan()
    over_fen = Fen()
    over = Yuan()
    receipts = fields.List(fields.Nested(ReceiptSaid))


class UnitSaid(Said):
    """The unit and its years, the newest first."""

    unit = fields.Nested(OwnUnitSaid)
    years = fields.List(fields.Nested(YearSaid))


class SentSaid(Said):
    """A roster file in a list."""

    id = fields.Integer()
    state = one_of(State)
    benefit_year = fields.Integer()
    at = fields.AwareDateTime()


class RostersSaid(Listed):
    """A page of roster files, the newest first."""

    rosters = fields.List(fields.Nested(SentSaid))


class RowSaid(Said):
    """Why a row is refused; line 0: why the whole file is.

    `field`: the column it lies in, name, certno, account …; `row`: no one of them; empty: the file.
    """

    line = fields.Integer()
    field = fields.String()
    name = fields.String()
    detail = fields.String()
    facts = fields.Dict()


class PersonSaid(Said):
    """A row of the file."""

    line = fields.Integer()
    name = fields.String()


class FoundSaid(Said):
    """What was found in a roster file. Counts are whole, lists are cut."""

    rows_in = fields.Integer()
    enrolled = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.Integer()
    joined = fields.Integer()
    left = fields.Integer()
    died = fields.Integer()
    retired = fields.Integer()
    moved = fields.Integer()
    elsewhere = fields.Integer()
    renamed = fields.Integer()
    account_changed = fields.Integer()
    later = fields.Integer()
    joined_people = fields.List(fields.Nested(PersonSaid))
    left_people = fields.List(fields.String())
    later_people = fields.List(fields.Nested(PersonSaid))
    scheme_id = fields.String()
    pay_by = fields.String()
    unit_fen = Fen()
    unit = Yuan()
    worker_fen = Fen()
    worker = Yuan()
    union_fen = Fen()
    union = Yuan()
    from_unit_fen = Fen()
    from_unit = Yuan()


class RosterSaid(Said):
    """A roster file: reading, checked, nothing, refused, enrolling, enrolled or discarded."""

    id = fields.Integer()
    state = one_of(State)
    benefit_year = fields.Integer()
    starts_on = fields.Date()
    confirmed_on = fields.Date()
    done = fields.Integer()
    total = fields.Integer()
    found = fields.Nested(FoundSaid, allow_none=True)
    fault = fields.Nested(RowSaid, allow_none=True)
    faults = fields.List(fields.Nested(RowSaid))


class HandedInSaid(Said):
    """Joiners and leavers: waiting, taken, refused or withdrawn. `reason`: why it came back."""

    id = fields.Integer()
    state = one_of((WAITING, TAKEN, REFUSED, WITHDRAWN))
    starts_on = fields.Date()
    joiners = fields.Integer()
    leavers = fields.Integer()
    refused = fields.Integer()
    reason = fields.String(allow_none=True)
    handed_in_at = fields.AwareDateTime()
    faults = fields.List(fields.Nested(RowSaid))
