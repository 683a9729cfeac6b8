"""Promise what business state says is due, and forget what has ended."""

from typing import Final

from celery import shared_task

from app.accounts.check import forget_tries
from app.accounts.code import forget_codes
from app.accounts.log import forget_log
from app.accounts.sign_in import forget_sessions
from app.attachments.sweep import let_old_papers_go, sweep_storage
from app.audit.identify_order import EDITIONS
from app.audit.order import BUNDLES
from app.banking.notice_order import NOTICES
from app.bell import LOOK_AGAIN, ring
from app.books.keep_spent import keep_spent
from app.claims.again import sweep as promise_forgotten
from app.claims.feed import let_old_reports_go, promise_forgotten_feeds
from app.claims.pace import keep_pace
from app.db import transaction
from app.desks.keep_months import keep_months
from app.desks.keep_waiting import keep_waiting
from app.enrolment.upload_state import promise_forgotten_uploads
from app.files.keep import let_old_go
from app.filing.draft import let_old_drafts_go
from app.inspection.look import LOOKS
from app.lists.order import LIST_FILES, let_old_list_files_go
from app.online.ask import ask_provider
from app.online.provided import provider_of
from app.reading.read import promise_forgotten_readings
from app.reports.order import REPORTS
from app.simulation.order import QUESTIONS, let_old_questions_go
from workers.boot import flask, settings

ORDERS: Final = (BUNDLES, EDITIONS, NOTICES, QUESTIONS, LOOKS, LIST_FILES, REPORTS)


@shared_task(name="sweep")
def sweep() -> None:
    """Repair over business state; `find_due` then does what was promised."""
    with flask.app_context():
        with transaction() as session:
            promise_forgotten(session)
            promise_forgotten_uploads(session)
            promise_forgotten_feeds(session)
            promise_forgotten_readings(session)
            for orders in ORDERS:
                orders.promise_forgotten(session)
        with transaction() as session:
            forget_tries(session)
            forget_sessions(session)
            forget_log(session)
            forget_codes(session)
        with transaction() as session:
            keep_pace(session)
        with transaction() as session:
            keep_months(session)
        with transaction() as session:
            keep_spent(session)
        with transaction() as session:
            keep_waiting(session)
        with transaction() as session:
            let_old_go(session)
            let_old_drafts_go(session)
            let_old_questions_go(session)
            let_old_list_files_go(session)
            let_old_reports_go(session)
            let_old_papers_go(session)
        with transaction() as session:
            sweep_storage(session)


@shared_task(name="ask_provider")
def ask_about_orders() -> None:
    """Ask about online orders whose provider has told of nothing."""
    provider = provider_of(settings)
    if provider is None:
        return
    with flask.app_context():
        if ask_provider(provider).begun:
            ring(settings.broker_url, LOOK_AGAIN)
