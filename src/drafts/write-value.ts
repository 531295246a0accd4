import { attribute, type Control } from '../lib/dom.js';
import type { ControlValue } from '../storage/records.js';
import type { FormField } from './control.js';
import { isRich, writeRich } from './rich.js';

/**
 * Sets through the prototype's own setter: React puts one on each input to notice what did not come from a person. Looked
 * up at the call, so that the module can be imported where there is no page.
 */
function assign(prototype: object, name: string, target: object, value: unknown): void {
  Object.getOwnPropertyDescriptor(prototype, name)!.set!.call(target, value);
}

const setChecked = (control: Control, value: unknown): void =>
  assign(HTMLInputElement.prototype, 'checked', control, value);

/** Whether the field has a place for the value: a select may still wait for its options. */
export function canHold({ kind, controls }: FormField, value: ControlValue): boolean {
  switch (kind) {
    case 'file':
    case 'entry':
      return false;
    case 'radio':
      return value === null || controls.some((control) => control.value === value);
    case 'select':
      return value === null || optionsOf(controls[0]!).some((option) => option.value === value);
    case 'multiple': {
      const offered = new Set(optionsOf(controls[0]!).map((option) => option.value));
      return Array.isArray(value) && value.every((item) => offered.has(item as string));
    }
    case 'rich':
      return isRich(value);
    case 'checkbox':
      return typeof value === 'boolean';
    case 'text':
    case 'hidden':
    case 'custom':
      return typeof value === 'string';
  }
}

/**
 * Sets the value as a person would have, without a word to the page: the caller tells it. Returns the control that the
 * page is to be told of; `undefined` when the control did not take the value, and is as before.
 */
export function writeValue({ kind, controls }: FormField, value: ControlValue): Control | undefined {
  const control = controls[0]!;
  switch (kind) {
    case 'text':
    case 'hidden':
      return writeText(control, value as string);
    case 'custom':
      control.value = value;
      return control;
    case 'checkbox':
      setChecked(control, value);
      return control;
    case 'radio': {
      const chosen = controls.find((radio) => radio.value === value);
      for (const radio of controls) setChecked(radio, radio === chosen);
      return chosen ?? control;
    }
    case 'select':
      assign(
        HTMLSelectElement.prototype,
        'selectedIndex',
        control,
        optionsOf(control).findIndex((option) => option.value === value),
      );
      return control;
    case 'multiple': {
      const chosen = new Set(value as string[]);
      for (const option of optionsOf(control))
        assign(HTMLOptionElement.prototype, 'selected', option, chosen.has(option.value));
      return control;
    }
    case 'rich':
      writeRich(control, value as never);
      return control;
    case 'file':
    case 'entry':
      return undefined;
  }
}

function writeText(control: Control, value: string): Control | undefined {
  const { prototype } = control instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  const before = control.value;
  assign(prototype, 'value', control, value);
  // A number field does not take words, a date field no half a date.
  if (value !== '' && control.value === '') {
    assign(prototype, 'value', control, before);
    return undefined;
  }
  return control;
}

/** Tells the page, and the frameworks in it, that a value was set. */
export function announce(control: Control): void {
  // React listens to `click` on these. An event that is no MouseEvent does not toggle them.
  const isToggle =
    control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio');
  if (isToggle && '_valueTracker' in control) control.dispatchEvent(new Event('click', { bubbles: true }));
  control.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  if (attribute(control, 'contenteditable') === null)
    control.dispatchEvent(new Event('change', { bubbles: true }));
}

const optionsOf = (control: Control): HTMLOptionElement[] =>
  Array.from((control as HTMLSelectElement).options);
