import type { DraftKey } from '../storage/records.js';
import type { FormIdentity } from '../types.js';

/**
 * Where a draft belongs: path, the chosen query parameters and the form's name. `/book/1/change/` never meets
 * `/book/2/change/`.
 *
 * @param ordinal tells forms apart that would otherwise share a scope on one page.
 */
export function scopeOf({ page, name }: FormIdentity, query: readonly string[], ordinal = 0): string {
  const url = new URL(page, globalThis.location?.href);
  const chosen = [...query].sort().map((parameter) => [parameter, url.searchParams.getAll(parameter)]);
  return JSON.stringify([url.pathname, chosen.filter(([, values]) => values!.length > 0), name, ordinal]);
}

/** The public key of a draft. The scope is of one origin, as storage is. */
export const keyOf = (owner: string, scope: string, tab: string): DraftKey =>
  JSON.stringify([owner, scope, tab]);

export interface KeyParts {
  owner: string;
  scope: string;
  tab: string;
}

/** `undefined` for what is no key of ours. */
export function partsOf(key: DraftKey): KeyParts | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(key);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string'))
    return undefined;
  const [owner, scope, tab] = parts as [string, string, string];
  return { owner, scope, tab };
}
