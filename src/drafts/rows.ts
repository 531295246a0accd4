import { attribute, type Control } from '../lib/dom.js';

/**
 * Rows of a formset by the key of the object they are for: `form-0-price` beside `form-0-id` of 7 is the price of 7,
 * wherever sorting and paging put it. Rows without such a key, new ones among them, have only their position.
 */
export function createRows(controls: readonly Control[]): (name: string) => string[] | undefined {
  const keys = new Map<string, Control>();
  for (const control of controls) {
    const name = attribute(control, 'name');
    if (name?.endsWith('-id')) keys.set(name, control);
  }
  return (name) => {
    const [, prefix, position, field] = keys.size > 0 ? (/^(.+)-(\d+)-(.+)$/.exec(name) ?? []) : [];
    const key = keys.get(`${prefix}-${position}-id`)?.value;
    return typeof key === 'string' && key !== '' && field !== 'id' ? [prefix!, key, field!] : undefined;
  };
}
