"""Runs cells in worker processes; what is finished is kept, whatever happens."""

import concurrent.futures
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from .cells import Cell
from .machine import code_digest
from .store import CellStore, Outcome

# A worker is replaced after about so many cells, for TensorFlow gives memory back at exit only.
_CELLS_OF_A_WORKER = 40

# Read by TensorFlow and the libraries beneath it when a worker starts.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


def run_cells(cells: Sequence[tuple[Cell, Path]], store: CellStore, jobs: int, threads: int) -> int:
    """Runs those that have not been run, and prints a line for each.

    After an interruption the cells under way are given up; finished ones are in the store.

    Args:
        cells: each with the prepared folder of its data set.
        store: where outcomes are kept.
        jobs: how many worker processes there are.
        threads: how many threads each of them uses.

    Returns:
        How many failed; their errors were printed.
    """
    waiting = [(cell, folder) for cell, folder in cells if not store.has(cell)]
    print(f"{len(cells)} cells, {len(cells) - len(waiting)} of them run before.", flush=True)
    # Neighbours share a data set, which a worker reads once.
    waiting.sort(key=lambda pair: (pair[0].data_set, pair[0].change.label))
    progress = _Progress(len(waiting))
    size = _CELLS_OF_A_WORKER * jobs
    try:
        for start in range(0, len(waiting), size):
            _run_round(waiting[start : start + size], store, jobs, threads, progress)
    except KeyboardInterrupt:
        finished = progress.done - progress.failed
        print(
            f"\nInterrupted after {finished} cells; run the same command again to go on.",
            flush=True,
        )
        raise
    return progress.failed


class _Progress:
    """Counts, and says how long the rest will take."""

    def __init__(self, total: int):
        self.total, self.done, self.failed = total, 0, 0
        self._started = time.monotonic()

    def succeeded(self, cell: Cell, outcome: Outcome) -> None:
        value = outcome.summary["validation ndcg@20"]
        note = "diverged" if outcome.summary["diverged"] else f"validation ndcg@20 {value:.4f}"
        self._print(cell, f"{note}, {outcome.summary['seconds in all']:.0f} s")

    def has_failed(self, cell: Cell, error: BaseException, log: Path) -> None:
        self.failed += 1
        summary = str(error).partition("\n")[0]
        self._print(cell, f"FAILED: {type(error).__name__}: {summary} (see {log})")

    def _print(self, cell: Cell, note: str) -> None:
        self.done += 1
        elapsed = time.monotonic() - self._started
        left = elapsed / self.done * (self.total - self.done)
        print(
            f"[{self.done}/{self.total}] {cell.title}: {note}; about {left / 60:.0f} min left",
            flush=True,
        )


def _run_round(
    cells: Sequence[tuple[Cell, Path]],
    store: CellStore,
    jobs: int,
    threads: int,
    progress: _Progress,
) -> None:
    with _pool(jobs, threads) as pool:
        futures = {pool.submit(_work, cell, folder): cell for cell, folder in cells}
        try:
            for future in concurrent.futures.as_completed(futures):
                cell = futures[future]
                try:
                    outcome = future.result()
                except BrokenProcessPool as error:
                    raise RuntimeError(
                        "a worker was killed, perhaps for want of memory: run the same command "
                        "again, with fewer --jobs."
                    ) from error
                except Exception as error:
                    log = store.write_failure(cell, "".join(traceback.format_exception(error)))
                    progress.has_failed(cell, error, log)
                    continue
                store.write(cell, outcome)
                progress.succeeded(cell, outcome)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _pool(jobs: int, threads: int) -> concurrent.futures.ProcessPoolExecutor:
    return concurrent.futures.ProcessPoolExecutor(
        jobs,
        # A forked TensorFlow does not work.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(threads,),
    )


def _start_worker(threads: int) -> None:
    """Before TensorFlow is imported: its threads, and a share of a GPU rather than all of it."""
    # The parent decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update({name: str(threads) for name in _THREAD_VARIABLES})
    os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Noted now: the code that this worker loads may be edited while it runs.
    code_digest()


def _work(cell: Cell, folder: Path) -> Outcome:
    from .run_cell import run_cell

    return run_cell(cell, folder)
