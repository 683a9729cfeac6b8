"""The Celery workers: each task is an id or nothing, and one call. Twice equals once.

PostgreSQL is the queue of record; a message only says that there is work. Settings that keep work
safe: late acknowledgement, a lost worker's message goes back, one message at a time, results
ignored, no ETA: what is due later waits in `job.due_at`. The schedule finds what no bell rang
for.
"""

from workers.boot import app, celery

__all__ = ["app", "celery"]
