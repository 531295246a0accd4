import { attribute, dispatch, formElements, matches, type Control } from '../lib/dom.js';
import type { ControlValue } from '../storage/records.js';
import type { Field, StoredFile } from '../types.js';
import { readValue, type FormField } from './control.js';
import { createFieldIndex } from './field-index.js';
import { sameValue } from './merge.js';
import { announce, canHold, writeValue } from './write-value.js';

export interface FillDeps {
  isNeverStored(control: Control): boolean;
  /** Names that are no part of what a person means: token and key. */
  isAuxiliary(name: string): boolean;
  /** The field has something newer, which stays. */
  isNewer(control: Control): boolean;
}

type Value = Field[1];

/**
 * Puts what was submitted back into its form, files too, as a person would have: with events. Hidden controls, and what is
 * never stored, are the page's. Returns the names of what has no place in the form as it is now.
 */
export function fillForm(form: HTMLFormElement, fields: readonly Field[], deps: FillDeps): string[] {
  const values = fields.flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []));
  const detail = { key: '', savedAt: Date.now(), values };
  // The page may restore by itself, as it does for drafts.
  const init = { bubbles: true, cancelable: true, detail };
  if (!dispatch(form, new CustomEvent('resilient:before-restore', init))) return [];
  const left = new Map<string, Value[]>();
  for (const [name, value] of fields) left.set(name, [...(left.get(name) ?? []), value]);
  const all = createFieldIndex(form).all();
  const refused = all.filter((field) => !put(field, left.get(nameOf(field)) ?? [], form, deps)).map(nameOf);
  // What the form sends by itself: what listeners of the page add, and its buttons.
  const sent = new FormData(form);
  const buttons = new Set(formElements(form).map((control) => attribute(control, 'name') ?? ''));
  const isOwn = (name: string) => sent.has(name) || buttons.has(name.replace(/(?:^|\.)[xy]$/, ''));
  const fieldNames = new Set(all.map(nameOf));
  const homeless = [...left.keys()].filter(
    (name) => left.get(name)!.length > 0 && (fieldNames.has(name) || !isOwn(name)),
  );
  return [...new Set([...refused, ...homeless])].filter((name) => !deps.isAuxiliary(name));
}

const nameOf = ({ controls }: FormField): string => attribute(controls[0]!, 'name') ?? '';

/** Takes the field's part out of the values and sets it; `false` when the field does not take it. */
function put(field: FormField, values: Value[], form: HTMLFormElement, deps: FillDeps): boolean {
  const control = field.controls[0]!;
  if (nameOf(field) === '' || matches(control, ':disabled')) return true;
  const value = take(field, values);
  const isPages = field.kind === 'hidden' || deps.isNeverStored(control);
  if (value === undefined || isPages || deps.isNewer(control)) return true;
  if (field.kind === 'file') return setFiles(control as HTMLInputElement, value as StoredFile[]);
  const wanted = value as ControlValue;
  const now = readValue(field, form);
  if (now !== undefined && sameValue(now, wanted)) return true;
  const changed = canHold(field, wanted) ? writeValue(field, wanted) : undefined;
  if (changed) announce(changed);
  return changed !== undefined;
}

/** What this field had of the values, which are in the order of the form; `undefined`: nothing to set. */
function take({ kind, controls }: FormField, values: Value[]): ControlValue | StoredFile[] | undefined {
  const [control] = controls;
  const pick = (value: unknown): boolean => {
    const at = values.indexOf(value as Value);
    if (at >= 0) values.splice(at, 1);
    return at >= 0;
  };
  switch (kind) {
    case 'checkbox':
      return pick(control!.value);
    case 'radio':
      return (controls.find(({ value }) => pick(value))?.value as string | undefined) ?? null;
    case 'multiple':
      return Array.from((control as HTMLSelectElement).options, ({ value }) => value).filter(pick);
    case 'file':
      return values
        .splice(0, (control as HTMLInputElement).multiple ? values.length : 1)
        .filter((value): value is StoredFile => typeof value !== 'string');
    case 'text':
    case 'select':
    case 'hidden':
    case 'custom':
      return values.shift() as string | undefined;
    case 'rich':
    case 'entry':
      return undefined;
  }
}

function setFiles(input: HTMLInputElement, files: readonly StoredFile[]): boolean {
  const chosen = files.filter(({ name, bytes }) => name !== '' || bytes.byteLength > 0);
  if (chosen.length === 0 && !input.files?.length) return true;
  const transfer = new DataTransfer();
  for (const { bytes, name, type, lastModified } of chosen) {
    transfer.items.add(new File([bytes], name, { type, lastModified }));
  }
  input.files = transfer.files;
  announce(input);
  return input.files.length === chosen.length;
}
