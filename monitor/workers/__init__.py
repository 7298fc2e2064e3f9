"""The one process pool: work on hostile input that may hang, swell or crash, and then dies alone.

What stops an item, from the first to the last resort; each layer catches what the one before cannot:

    processor time inside   a timer raises an exception in the worker; the worker lives on
    memory                  the kernel refuses, Python raises MemoryError; the worker lives on
    processor time outside  the kernel kills a worker that is stuck inside C, where no timer can raise
    time on the clock       the pool kills a worker that waits for something that never comes

Processor time, not clock time, is what an item is given: on a busy machine a good page may take twenty times as long
by the clock as it costs.

    pool.py     in the program: hands items out, names what became of them
    start.py    in the program: how a worker comes to be
    inside.py   in the worker: the limits around one item
"""

from monitor.workers.pool import WorkerPool

__all__ = ["WorkerPool"]
