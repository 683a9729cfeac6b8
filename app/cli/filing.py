"""`huzhu claims file`: settlement sheets that members bring to the counter."""

from pathlib import Path

import click

from app.cli.frame import (
    DONE,
    LISTED,
    Told,
    acting,
    by_option,
    command,
    fault_facts,
    fault_lines,
    office,
)


@command(
    "file",
    help="File settlement sheets for members, from a CSV table: a line a sheet.",
    epilog="The file's columns, by the names of the national interface: certno, med_type,"
    " setl_time, medfee_sumamt, psn_part_amt, inscp_scp_amt; may have what else stands on the"
    " sheet, as stated_setl_id, fixmedins_name, begndate, enddate, invono, hifp_pay.",
)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--signed",
    is_flag=True,
    help="The members have signed their consent on paper; without it nothing is filed.",
)
@by_option
def file_claims(lang: str, file: Path, signed: bool, by: str | None) -> Told:
    from app import bell
    from app.accounts.models import Role
    from app.claims.counter import file_sheets, read_paper_sheets
    from app.db import transaction
    from app.files.disk import content_of
    from app.filing.consent import ConsentUnsigned, state_consent

    if not signed:
        raise ConsentUnsigned
    sheets, faults = read_paper_sheets(content_of(file))
    with office() as settings:
        with transaction() as session:
            who = acting(session, settings, by, Role.OPERATOR)
            done = file_sheets(session, sheets, by=who)
            for _, made in done.filed:
                state_consent(session, made.member_id, made.claim_id, lang, by=who)
        for _, made in done.filed:
            bell.ring(settings.broker_url, bell.DRAIN_RUN, made.run_id)
    faults += done.faults
    new = [made for _, made in done.filed if not made.again]
    facts = {
        "filed": [
            {"line": line, "claim": x.claim_id, "number": x.setl_id, "again": x.again}
            for line, x in done.filed
        ],
        "listed": fault_facts(faults, lang),
    }
    again, listed = len(done.filed) - len(new), len({x.line for x in faults})
    said = (
        f"Filed: {len(new)}. Filed before: {again}. Not taken: {listed}."
        if lang == "en"
        else f"已代为申请 {len(new)} 件，此前已申请 {again} 件，未受理 {listed} 行。"
    )
    numbers = [f"{line}  {x.claim_id}  {x.setl_id}" for line, x in done.filed]
    return Told(facts, [said, *numbers], LISTED if faults else DONE, fault_lines(faults, lang))
