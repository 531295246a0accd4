"""A circuit breaker: after so many failures in a row nobody tries for a while, then one does."""
import threading
import time
from types import SimpleNamespace


def create_breaker(threshold: int, timeout: float, clock=time.monotonic) -> SimpleNamespace:
    """
    `allow()` says whether to try, and takes the one trial when it is half-open; `failed()` and `succeeded()`
    report, and return whether that opened or closed it. Safe between threads.
    """
    lock = threading.Lock()
    failures = 0
    opened_at = None
    trial_at = None

    def state() -> str:
        if opened_at is None:
            return 'closed'
        return 'half-open' if clock() - opened_at >= timeout else 'open'

    def allow() -> bool:
        nonlocal trial_at
        with lock:
            now = state()
            if now != 'half-open':
                return now == 'closed'
            # A trial that never reported gives its turn up.
            if trial_at is not None and clock() - trial_at < timeout:
                return False
            trial_at = clock()
            return True

    def failed() -> bool:
        nonlocal failures, opened_at, trial_at
        with lock:
            failures += 1
            was = state()
            opens = was == 'half-open' or (was == 'closed' and failures >= threshold)
            if opens:
                opened_at, trial_at = clock(), None
            return opens

    def succeeded() -> bool:
        nonlocal failures, opened_at, trial_at
        with lock:
            closes = opened_at is not None
            failures, opened_at, trial_at = 0, None, None
            return closes

    return SimpleNamespace(
        state=state, allow=allow, failed=failed, succeeded=succeeded, failures=lambda: failures)
