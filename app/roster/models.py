"""Units, members, gift campaigns, rosters. All facts: what changes about a member is a new row.

What a roster brings by the hundred thousand (names, accounts, lines) has no foreign keys: triggers
check once a statement what its rows refer to, where a key would look each one up by itself.
"""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class Unit(Base):
    """An employer, known by its unified social credit code (GB 32100)."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("unit_percent BETWEEN 0 AND 100", name="percent"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    uscc: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    unit_percent: Mapped[Small]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Member(Base):
    """A person, known by the citizen ID (GB 11643): encrypted, found by a blind index."""

    __tablename__ = "member"

    id: Mapped[Id] = mapped_column(primary_key=True)
    certno_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    certno_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    recorded_at: Mapped[Recorded]


class MemberName(Base):
    """What a member is called; the highest `seq` is today's."""

    __tablename__ = "member_name"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    recorded_by: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class SearchableName(Base):
    """A member's name as a search finds it (`app.roster.make_findable`): no fact, made of them.

    `sort_key` is pinyin; `tail_index` the blind index of the last six characters of the ID.
    """

    __tablename__ = "searchable_name"
    __table_args__ = (
        # By pinyin, by its initials, and by any of the name's signs (`app.lists.wanted`).
        Index("searchable_name_sort_key_idx", "sort_key", "member_id"),
        Index("searchable_name_initials_idx", text("pinyin_initials(sort_key)")),
        Index(
            "searchable_name_signs_idx",
            text("string_to_array(name, NULL::text)"),
            postgresql_using="gin",
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort_key: Mapped[str]
    tail_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)


class MemberFate(Base):
    """That a member died or retired, as a list said it; the highest `seq` stands.

    Death ends cover and lets heirs be paid; retirement changes no cover. `alive` takes a wrong
    word back.
    """

    __tablename__ = "member_fate"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("fate IN ('died', 'retired', 'alive')", name="fate"),
    )

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    fate: Mapped[str]
    on_day: Mapped[date]
    file_sha256: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class FateDoubt(Base):
    """That an officer holds the word of `seq` for wrong; another officer may then take it back."""

    __tablename__ = "fate_doubt"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "seq"], ["member_fate.member_id", "member_fate.seq"]),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class BankAccount(Base):
    """Where a member is paid; the highest `seq` is today's."""

    __tablename__ = "bank_account"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    recorded_by: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class CardConfirmed(Base):
    """The member's own word that a bank account is the own one."""

    __tablename__ = "card_confirmed"
    __table_args__ = (
        ForeignKeyConstraint(
            ("member_id", "account_seq"), ("bank_account.member_id", "bank_account.seq")
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    account_seq: Mapped[Small] = mapped_column(primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Campaign(Base):
    """A gift (赠送保障活动): so many free covers of one length and these cares, paid by the union.

    `each_fen` is what the union pays a cover. A cover may start from `opens_on` to `closes_on`.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("id", "quota"),
        CheckConstraint("quota > 0", name="quota"),
        CheckConstraint("term_months BETWEEN 1 AND 12", name="term"),
        CheckConstraint("cardinality(cares) > 0", name="cares"),
        CheckConstraint("each_fen >= 0", name="each"),
        CheckConstraint("closes_on >= opens_on", name="days"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    quota: Mapped[Small]
    term_months: Mapped[Small]
    cares: Mapped[list[str]] = mapped_column(ARRAY(Text))
    each_fen: Mapped[Fen]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Roster(Base):
    """One file's newly enrolled members: what they owe is due together (domain: cover and money).

    Enrolled by a unit, or by a union under a campaign: then the union owes all of it.
    `own_money`: of somebody who enrolled alone; only money that names this roster fills it.

    The three dues are per head, in fen; `heads` of them are owed.
    """

    __tablename__ = "roster"
    __table_args__ = (
        Index(None, "unit_id", "benefit_year"),
        Index(None, "campaign_id"),
        CheckConstraint("num_nonnulls(unit_id, campaign_id) = 1", name="enrolled_by"),
        CheckConstraint("heads > 0", name="heads"),
        CheckConstraint("least(unit_due_fen, worker_due_fen, union_due_fen) >= 0", name="dues"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"))
    campaign_id: Mapped[Id | None] = mapped_column(ForeignKey("campaign.id"))
    benefit_year: Mapped[Small]
    scheme_id: Mapped[str] = mapped_column(ForeignKey("scheme.id"))
    starts_on: Mapped[date]
    confirmed_on: Mapped[date]
    heads: Mapped[Small]
    unit_due_fen: Mapped[Fen]
    worker_due_fen: Mapped[Fen]
    union_due_fen: Mapped[Fen]
    file_sha256: Mapped[str]
    own_money: Mapped[bool] = mapped_column(server_default=false())
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class RosterLine(Base):
    """One member of one roster and the day the cover is asked to start."""

    __tablename__ = "roster_line"
    __table_args__ = (Index(None, "roster_id"),)

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    roster_id: Mapped[Id] = mapped_column(primary_key=True)
    line: Mapped[Small]
    starts_on: Mapped[date]


class GiftPlace(Base):
    """A place of a campaign, given to a member once; a place beyond the quota cannot be written."""

    __tablename__ = "gift_place"
    __table_args__ = (
        UniqueConstraint("campaign_id", "member_id"),
        CheckConstraint("place BETWEEN 1 AND quota", name="quota"),
        ForeignKeyConstraint(["campaign_id", "quota"], ["campaign.id", "campaign.quota"]),
        ForeignKeyConstraint(
            ["member_id", "roster_id"], ["roster_line.member_id", "roster_line.roster_id"]
        ),
    )

    campaign_id: Mapped[Id] = mapped_column(primary_key=True)
    place: Mapped[Small] = mapped_column(primary_key=True)
    quota: Mapped[Small]
    member_id: Mapped[Id]
    roster_id: Mapped[Id]
    recorded_at: Mapped[Recorded]


class RosterWithdrawn(Base):
    """A roster taken back before any money filled it: nothing of it is due."""

    __tablename__ = "roster_withdrawn"

    roster_id: Mapped[Id] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitLeaver(Base):
    """Who left a unit, and the last day there. The cover stands to its end."""

    __tablename__ = "unit_leaver"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "why IN ('moved', 'resigned', 'dismissed', 'retired', 'died', 'other')", name="why"
        ),
        Index(None, "unit_id"),
    )

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    on_day: Mapped[date]
    why: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
