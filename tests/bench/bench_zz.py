import os,time,collections
from tests.bench import city
from app import boot
import app.db as adb
from app.db import db
from app.adjudication import due, write, drain as dr, entitlements, as_columns, answers, book
import app.ledger.post as lp
from app.dispatch import drain_run
T=collections.Counter()
def wrap(mod,name,label=None):
    f=getattr(mod,name)
    def g(*a,**k):
        t=time.perf_counter()
        try: return f(*a,**k)
        finally: T[label(a) if label else f"{mod.__name__}.{name}"]+=time.perf_counter()-t
    setattr(mod,name,g)
def test_p(database):
    N=40000
    run=city.settled(database,N)
    wrap(due,"_read",lambda a:"read "+a[3].__name__)
    wrap(dr,"take_due"); wrap(entitlements,"lock"); wrap(entitlements,"write"); 
    wrap(write,"copy_in",lambda a:"copy "+a[1]); wrap(lp,"copy_in",lambda a:"copy "+a[1]); wrap(dr,"post"); wrap(dr,"write_answers"); wrap(dr,"_record"); wrap(dr,"answers_of"); wrap(dr,"_used_now"); wrap(dr,"_entitlements"); wrap(as_columns,"bills_of"); wrap(dr,"determine_in_order"); wrap(dr,"_determined"); wrap(book,"entries"); wrap(write,"numbers"); wrap(dr,"drain") if False else None
    with boot.start(database.settings).app_context():
        t=time.perf_counter()
        import gc; gc.disable() if os.environ.get("NOGC") else None
        for d in drain_run(run): pass
        el=time.perf_counter()-t
        print("\nDRAIN",N,round(el/N*1e6,1))
        for k,v in T.most_common(): print(f"{k:40} {v/N*1e6:6.1f}")
        db.session.remove(); db.engine.dispose()
