import { isForm } from '../lib/dom.js';
import { captureSubmission, destinationOf, isUtf8, type Captured } from './capture.js';

/** A submission that is ours to look after. */
export interface Intercepted {
  event: SubmitEvent;
  form: HTMLFormElement;
  submitter: HTMLElement | null;
  captured: Captured & { url: string };
}

/**
 * Sees each submission last, after every listener of the page, and not at all when one of them prevented it. The bubble
 * listener is added anew while the event is on its way down, so that it comes after those added meanwhile.
 */
export function interceptSubmissions(
  isEnhanced: (form: HTMLFormElement) => boolean,
  handle: (intercepted: Intercepted) => void,
  signal: AbortSignal,
): void {
  const last = (event: SubmitEvent) => {
    if (event.defaultPrevented || !isForm(event.target) || !isEnhanced(event.target)) return;
    try {
      const intercepted = look(event, event.target);
      if (intercepted) handle(intercepted);
    } catch (error) {
      // Whatever went wrong here, the form submits as if we were not.
      reportError(error);
    }
  };
  const first = () => {
    removeEventListener('submit', last);
    addEventListener('submit', last, { signal });
  };
  addEventListener('submit', first, { capture: true, signal });
}

/** DESIGN 3.4: POST, same origin, this window, and bytes that can be made here. Of others the body is not even looked at. */
function look(event: SubmitEvent, form: HTMLFormElement): Intercepted | undefined {
  const { submitter } = event;
  const { url, method, target } = destinationOf(form, submitter);
  if (url === null || method !== 'post' || !isUtf8(form)) return undefined;
  if (!isThisWindow(target)) return undefined;
  if (new URL(url).origin !== location.origin || !/^https?:$/.test(location.protocol)) return undefined;
  return { event, form, submitter, captured: { ...captureSubmission(form, submitter), url } };
}

function isThisWindow(target: string): boolean {
  if (target === '' || target === window.name || /^_self$/i.test(target)) return true;
  return window.parent === window && /^_(?:top|parent)$/i.test(target);
}
