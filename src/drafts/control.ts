import { attribute, type Control } from '../lib/dom.js';
import type { ControlValue } from '../storage/records.js';
import { readRich } from './rich.js';

/**
 * How a control holds its value. `text` is everything with a string, `custom` a form-associated custom element with a
 * string, `entry` one that only the form data knows.
 */
export type Kind =
  'text' | 'checkbox' | 'radio' | 'select' | 'multiple' | 'hidden' | 'file' | 'rich' | 'custom' | 'entry';

/** What is stored as one record: a control, or the radios of one group. */
export interface FormField {
  readonly key: string;
  /** For people and events. */
  readonly name: string;
  readonly kind: Kind;
  readonly controls: Control[];
}

const valueless = new Set(['submit', 'button', 'reset', 'image']);

/** `undefined` for what has no value of its own. */
export function kindOf(control: Control): Kind | undefined {
  if (control instanceof HTMLInputElement) return inputKind(control);
  if (control instanceof HTMLTextAreaElement) return 'text';
  if (control instanceof HTMLSelectElement) return control.multiple ? 'multiple' : 'select';
  if (control.localName.includes('-')) return typeof control.value === 'string' ? 'custom' : 'entry';
  return isEditable(control) ? 'rich' : undefined;
}

function inputKind(input: HTMLInputElement): Kind | undefined {
  const { type } = input;
  if (type === 'checkbox' || type === 'file' || type === 'hidden') return type;
  // A radio without a name is in no group.
  if (type === 'radio') return attribute(input, 'name') ? 'radio' : 'checkbox';
  return valueless.has(type) ? undefined : 'text';
}

/** An editable region that takes part: it has a name. */
export const isEditable = (element: Element): boolean =>
  Boolean(attribute(element, 'name')) &&
  (attribute(element, 'contenteditable') ?? 'false').toLowerCase() !== 'false';

/** Of these the page's markup does not tell the default once they were changed: what was seen first is their base. */
export const isBaseBySight = (kind: Kind): boolean =>
  kind === 'hidden' || kind === 'rich' || kind === 'custom' || kind === 'entry';

/** What the field holds now. `undefined`: it cannot be read at this moment. */
export function readValue({ kind, controls }: FormField, form: HTMLFormElement): ControlValue | undefined {
  const control = controls[0]!;
  switch (kind) {
    case 'text':
    case 'hidden':
    case 'custom':
      return typeof control.value === 'string' ? control.value : '';
    case 'checkbox':
      return (control as HTMLInputElement).checked;
    case 'file':
      return ((control as HTMLInputElement).files?.length ?? 0) > 0;
    case 'radio':
      return controls.map(asInput).find((radio) => radio.checked)?.value ?? null;
    case 'select':
      return (control as HTMLSelectElement).selectedOptions[0]?.value ?? null;
    case 'multiple':
      return Array.from((control as HTMLSelectElement).selectedOptions, (option) => option.value);
    case 'rich':
      return readRich(control);
    case 'entry':
      return readEntry(attribute(control, 'name') ?? '', form);
  }
}

function readEntry(name: string, form: HTMLFormElement): ControlValue | undefined {
  try {
    return new FormData(form).getAll(name).filter((value) => typeof value === 'string');
  } catch {
    // Throws while the form's entries are being collected.
    return undefined;
  }
}

/** What the page's markup says the field holds: not what the browser refilled on reload. */
export function readDefault({ kind, controls }: FormField): ControlValue {
  const control = controls[0]!;
  switch (kind) {
    case 'checkbox':
      return (control as HTMLInputElement).defaultChecked;
    case 'file':
      return false;
    case 'radio':
      return controls.map(asInput).findLast((radio) => radio.defaultChecked)?.value ?? null;
    case 'select':
      return defaultOption(control as HTMLSelectElement);
    case 'multiple':
      return Array.from((control as HTMLSelectElement).options)
        .filter((option) => option.defaultSelected)
        .map((option) => option.value);
    case 'text':
      return defaultText(control as HTMLInputElement | HTMLTextAreaElement);
    case 'hidden':
    case 'custom':
    case 'rich':
    case 'entry':
      return null;
  }
}

/** https://html.spec.whatwg.org/#ask-for-a-reset */
function defaultOption(select: HTMLSelectElement): string | null {
  const options = Array.from(select.options);
  const chosen = options.findLast((option) => option.defaultSelected);
  const first = select.size > 1 ? undefined : options.find((option) => !matchesDisabled(option));
  return (chosen ?? first)?.value ?? null;
}

const matchesDisabled = (option: HTMLOptionElement): boolean =>
  option.disabled || (option.parentElement instanceof HTMLOptGroupElement && option.parentElement.disabled);

const plain = new Set(['text', 'search', 'tel', 'password']);

/** The default as the control would show it: a range has a middle, a colour is black, lines end in LF. */
function defaultText(control: HTMLInputElement | HTMLTextAreaElement): string {
  const given = control.defaultValue;
  if (control instanceof HTMLTextAreaElement) return given.replace(/\r\n?/g, '\n');
  if (control.value === given || (plain.has(control.type) && !/[\r\n]/.test(given))) return given;
  const twin = document.createElement('input');
  // The type comes last: before that, nothing is made to fit.
  for (const name of ['min', 'max', 'step', 'multiple', 'value', 'type']) {
    const value = attribute(control, name);
    if (value !== null) twin.setAttribute(name, value);
  }
  return twin.value;
}

const asInput = (control: Control): HTMLInputElement => control as HTMLInputElement;
