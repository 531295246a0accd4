import { scan, type StartTag, type Token } from './html-scan.js';

/** A form as a server's HTML has it. */
export interface ScannedForm {
  /** As written, not resolved. */
  action: string;
  /** In lower case; `get` when absent. */
  method: string;
  id: string;
  name: string;
  /** Value of `data-resilient`. */
  resilientName: string;
  controls: ScannedControl[];
  /** Names of its controls, those outside that name it with `form=` included. */
  fields: Set<string>;
  /** Addresses that its buttons submit to instead. */
  buttonActions: string[];
  /** Its end was read. */
  complete: boolean;
}

export interface ScannedControl {
  name: string;
  /** Type of an input or button, else the tag's name. */
  type: string;
  /** What an input or textarea shows. */
  value: string;
  /** Marked as wrong by the server: `aria-invalid`, or the class Bootstrap gives. */
  invalid: boolean;
}

const listed = new Set(['input', 'select', 'textarea', 'button']);

/** Whether this page asks for the password of an existing account: what a sign-in page does. */
export function hasPasswordField(html: string): boolean {
  for (const { tag, attributes } of liveTags(html)) {
    const password = tag === 'input' && attributes.get('type')?.trim().toLowerCase() === 'password';
    if (password && attributes.get('autocomplete')?.trim().toLowerCase() !== 'new-password') return true;
  }
  return false;
}

/** For whom a page was rendered: as its script tag says, or its block of options. `undefined` when neither does. */
export function ownerIn(html: string): string | undefined {
  for (const token of scan(html)) {
    if (token.kind !== 'start' || token.tag !== 'script') continue;
    const owner = token.attributes.get('data-owner');
    if (owner !== undefined) return owner;
  }
  const [, block] = /<script[^>]*\bid=["']?resilient-forms-config\b[^>]*>(.*?)<\/script/is.exec(html) ?? [];
  try {
    const { owner } = JSON.parse(block ?? '{}') as { owner?: unknown };
    return typeof owner === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Content of the first `<meta>` of this name that has one. */
export function metaContent(html: string, name: string): string | undefined {
  for (const { tag, attributes } of liveTags(html)) {
    if (tag === 'meta' && attributes.get('name') === name && attributes.get('content')) {
      return attributes.get('content');
    }
  }
  return undefined;
}

/** Value of the first input of this name that has one. */
export function fieldValue(html: string, name: string): string | undefined {
  for (const { tag, attributes } of liveTags(html)) {
    if (tag === 'input' && attributes.get('name') === name && attributes.get('value')) {
      return attributes.get('value');
    }
  }
  return undefined;
}

/** What a person reads of this page, its title included; markup and its attributes left out. */
export function textOf(html: string): string {
  let text = '';
  for (const token of scan(html)) {
    if (token.kind === 'text') text += token.text;
    else if (token.kind === 'start' && token.tag === 'title') text += `${token.content}\n`;
  }
  return text;
}

/** The forms of this page, in order. */
export function formsOf(html: string): ScannedForm[] {
  const forms: ScannedForm[] = [];
  const outside: [owner: string, tag: StartTag][] = [];
  let open: ScannedForm | undefined;
  for (const token of liveTokens(html)) {
    if (token.kind === 'end') {
      if (token.tag !== 'form' || !open) continue;
      open.complete = true;
      open = undefined;
    } else if (token.tag === 'form') {
      // A form within a form is ignored, as the parser does.
      if (!open) forms.push((open = emptyForm(token.attributes)));
    } else if (isControl(token)) {
      const owner = token.attributes.get('form');
      if (owner !== undefined) outside.push([owner, token]);
      else if (open) addControl(open, token);
    }
  }
  const byId = new Map(forms.toReversed().map((form) => [form.id, form]));
  for (const [owner, tag] of outside) {
    const form = owner === '' ? undefined : byId.get(owner);
    if (form) addControl(form, tag);
  }
  return forms;
}

const emptyForm = (attributes: StartTag['attributes']): ScannedForm => ({
  action: attributes.get('action')?.trim() ?? '',
  method: attributes.get('method')?.trim().toLowerCase() ?? 'get',
  id: attributes.get('id') ?? '',
  name: attributes.get('name') ?? '',
  resilientName: attributes.get('data-resilient') ?? '',
  controls: [],
  fields: new Set(),
  buttonActions: [],
  complete: false,
});

/** Custom elements have a hyphen and may take part. */
const isControl = ({ tag }: StartTag): boolean => listed.has(tag) || tag.includes('-');

function addControl(form: ScannedForm, { tag, attributes, content }: StartTag): void {
  const action = attributes.get('formaction')?.trim();
  if (action) form.buttonActions.push(action);
  const name = attributes.get('name');
  if (!name) return;
  const type = attributes.get('type')?.trim().toLowerCase();
  form.controls.push({
    name,
    type: (tag === 'input' && (type || 'text')) || (tag === 'button' && (type || 'submit')) || tag,
    value: tag === 'textarea' ? content : (attributes.get('value') ?? ''),
    invalid:
      attributes.get('aria-invalid')?.trim().toLowerCase() === 'true' ||
      /(?:^|\s)is-invalid(?:\s|$)/.test(attributes.get('class') ?? ''),
  });
  form.fields.add(name);
}

function* liveTags(html: string): Generator<StartTag, void, undefined> {
  for (const token of liveTokens(html)) if (token.kind === 'start') yield token;
}

/** What is within `<template>` is not in the page. */
function* liveTokens(html: string): Generator<Exclude<Token, { kind: 'text' }>, void, undefined> {
  let templates = 0;
  for (const token of scan(html)) {
    if (token.kind === 'text') continue;
    if (token.tag === 'template') templates = Math.max(0, templates + (token.kind === 'start' ? 1 : -1));
    else if (templates === 0) yield token;
  }
}
