from datetime import date
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from app import boot
from app.db import db, transaction, copy_in
from app.cover.terms import CoveredTwice
from app.payments.due import untied
from tests.db.office import Office, assert_sound, bill, refund
from tests.db.payables import *
DAY="2023-05-10"

@pytest.fixture
def app(database):
    made = boot.start(database.settings)
    yield made
    with made.app_context():
        db.engine.dispose()

def test_p1_determination(session):
    office = Office(session); office.covered(range(2), date(2023,1,1))
    office.determine(bill("A",0,DAY,"100.00"))
    session.execute(text("""INSERT INTO determination (member_id, grant_no, claim_id, seq, setl_id, version, run_id, payable_fen)
      SELECT member_id, grant_no+1000, claim_id, seq+7, setl_id, version, run_id, 99999999 FROM determination"""))
    session.flush()
    assert 0, "accepted"

def test_p2_payment(session):
    for fund in tied_fund(session):
        member, claim, batch = sent_claim(fund)
        fund.correct(member, claim, 20_000)
        session.execute(text("""INSERT INTO payment (member_id,id,batch_id,line,claim_id,grant_no,attempt,amount_fen,name,account_seq)
          SELECT p.member_id, 99999, p.batch_id, 77, p.claim_id, d.grant_no, 1, 777777, p.name, p.account_seq FROM payment p JOIN determination d
           ON d.member_id=p.member_id AND d.claim_id=p.claim_id AND d.seq=2"""))
        assert 0, "accepted"

def test_p3(session):
    for fund in tied_fund(session):
        m = fund.member()
        session.execute(text("UPDATE account SET member_id=:m WHERE login IN ('preparer','approver')"),{"m":m})
        session.execute(text("INSERT INTO payment_batch (benefit_year,made_on,lines,total_fen,file_sha256,prepared_by,approved_by) VALUES (2024,'2024-01-01',1,1,'',:a,:b)"),{"a":fund.preparer,"b":fund.approver})
        assert 0, "accepted"

def test_p4(database, app):
    with app.app_context():
        with transaction() as session:
            office = Office(session); office.covered([0], date(2023,1,1))
            m, c = session.execute(text("SELECT member_id, roster_id FROM cover")).one()
        with pytest.raises(CoveredTwice):
            with transaction() as session:
                copy_in(session, "cover", ("member_id","id","roster_id","scheme_id","benefit_year","starts_on","ends_on"), [(m, 9999, c, "2023", 2023, "2023-02-01","2023-03-01")])
                copy_in(session, "cover_term", ("member_id","cover_id","term"), [(m, 9999, "[2023-02-01,2023-03-01]")])

def test_p7(session):
    office = Office(session); office.covered(range(2), date(2023,1,1))
    office.determine(bill("A",0,DAY,"100.00"), bill("B",1,DAY,"100.00"))
    t = office.determine(refund("A","B",1,DAY))
    print(t); print(office.live("A").payable_fen, office.live("B").payable_fen)
    t = office.determine(bill("A",0,DAY,"100.00"))
    print(t)
    t = office.determine(refund("RB","B",0,DAY))
    print(t)
    assert 0

def test_p8_retro(session):
    office = Office(session); office.covered([0], date(2023,1,1))
    office.receive("50.00", date(2022,12,20), year=2023)
    e = office.enrol([1], date(2023,1,1), confirmed_on=date(2023,6,10))
    print(office.covers(1)); assert 0
