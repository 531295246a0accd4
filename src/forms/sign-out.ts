const selector = '[data-resilient-sign-out]';
/** Longest wait for the purge: signing out must work even when the storage does not. */
const patience = 2000;

/** Purges before a sign-out goes its way, by link, form or button. */
export function watchSignOut(purge: () => Promise<void>, signal: AbortSignal): void {
  const purged = () =>
    Promise.race([purge().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, patience))]);

  const onClick = (event: MouseEvent) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const marked = Element.prototype.closest.call(target, `a${selector}, button${selector}`);
    // A submit button signs out by its form; any other by the page's own listener, which is not to be held up.
    if (marked instanceof HTMLButtonElement && marked.type === 'button') return void purged();
    if (!(marked instanceof HTMLAnchorElement) || event.defaultPrevented) return;
    const link = marked;
    // A new tab: the page stays, and the purge has all the time.
    const elsewhere = link.target !== '' && link.target !== '_self';
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || elsewhere)
      return void purged();
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
