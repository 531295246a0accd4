import { attribute, matches, type Control } from '../lib/dom.js';
import { isSecret } from '../lib/secret.js';

export interface RuleDeps {
  csrfNames: ReadonlySet<string>;
  idempotencyField: string | undefined;
  /** Selector of the page's own exclusions; they add to the rules. */
  exclude: string;
  isIgnored?: ((control: Element) => boolean) | undefined;
}

/** How many rows a formset has is for the page to say: a stored count would not meet its rows. */
const isRowCount = (name: string): boolean => /-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/.test(name);

/** Says which controls are never stored. Asked at each capture and restore, since a page may change its mind. */
export function createRules({ csrfNames, idempotencyField, exclude, isIgnored }: RuleDeps) {
  const isOurs = (name: string): boolean =>
    csrfNames.has(name) || name === idempotencyField || isRowCount(name);

  return (control: Control): boolean =>
    isSecret(control) ||
    isOurs(attribute(control, 'name') ?? '') ||
    Element.prototype.closest.call(control, '[data-resilient-ignore]') !== null ||
    (exclude !== '' && matches(control, exclude)) ||
    isIgnored?.(control) === true;
}
