const selector = '[data-resilient-sign-out]';
/** Longest wait for the purge: signing out must work even when the storage does not. */
const patience = 2000;

/** Purges before a sign-out goes its way, by link, form or button. */
export function watchSignOut(purge: () => Promise<void>, signal: AbortSignal): void {
  const purged = () =>
    Promise.race([purge().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, patience))]);

  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(`a${selector}`) : null;
    if (!link || event.defaultPrevented) return;
    // A new tab, a download: the page stays, and the purge has all the time.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return void purge();
    event.preventDefault();
    void purged().then(() => location.assign(link.href));
  };
  const onSubmit = (event: SubmitEvent) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    const { submitter } = event;
    const marked = Element.prototype.matches.call(form, selector) || submitter?.matches(selector);
    if (!marked || cleared.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void purged().then(() => {
      cleared.add(form);
      HTMLFormElement.prototype.requestSubmit.call(form, submitter);
      cleared.delete(form);
    });
  };
  const cleared = new WeakSet<HTMLFormElement>();
  addEventListener('click', onClick, { signal });
  addEventListener('submit', onSubmit, { capture: true, signal });
}
