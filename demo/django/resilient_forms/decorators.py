from functools import wraps


def idempotency_exempt(view):
    """
    Leaves a view alone: it gets every delivery, outside of a transaction of ours. For a view that manages its
    transactions by itself (`atomic(durable=True)`) or whose repetition is meant.
    """
    @wraps(view)
    def exempt(*args, **kwargs):
        return view(*args, **kwargs)

    exempt.resilient_exempt = True
    return exempt


def handled(response):
    """
    Marks an answer as an outcome that is not a redirect: a page that says thanks, a file. Delivered again,
    the submission is answered with its status and a page that says so.
    """
    response.resilient_handled = True
    return response
