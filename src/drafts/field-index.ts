import { attribute, formElements, type Control } from '../lib/dom.js';
import { isEditable, kindOf, type FormField, type Kind } from './control.js';
import { createRows } from './rows.js';

export interface FieldIndex {
  all(): readonly FormField[];
  get(key: string): FormField | undefined;
  of(control: Control): FormField | undefined;
  /** Controls came or went. */
  stale(): void;
}

/** What a key is made of; a control keeps its key while this stays. */
interface Label {
  key: string;
  stem: string;
}

/**
 * Finds a form's fields and names them. The key is made of what a page keeps over reloads: name (or id), the row's object in
 * a formset, kind, value where checkboxes share a name, and the position among equals. Rebuilt only after the page changed, never for a keystroke.
 */
export function createFieldIndex(form: HTMLFormElement): FieldIndex {
  const labels = new WeakMap<Control, Label>();
  let fields: FormField[] | undefined;
  let byKey = new Map<string, FormField>();
  let byControl = new WeakMap<Control, FormField>();
  let rowOf = createRows([]);

  const build = (): FormField[] => {
    byKey = new Map();
    byControl = new WeakMap();
    const all = controlsOf(form);
    rowOf = createRows(all);
    const controls = all.flatMap((control): [Control, Kind, string][] => {
      const kind = kindOf(control);
      return kind ? [[control, kind, stemOf(control, kind)]] : [];
    });
    const taken = new Set(controls.flatMap(([control, , stem]) => keptKey(labels, control, stem) ?? []));
    const next = new Map<string, number>();
    for (const [control, kind, stem] of controls) {
      const kept = kind === 'radio' ? keyAt(stem, 0) : keptKey(labels, control, stem);
      const key = kept ?? freeKey(stem, taken, next);
      labels.set(control, { key, stem });
      add(control, kind, key);
    }
    fields = [...byKey.values()];
    return fields;
  };

  const add = (control: Control, kind: Kind, key: string) => {
    let field = byKey.get(key);
    if (field) field.controls.push(control);
    else {
      field = {
        key,
        name: attribute(control, 'name') || attribute(control, 'id') || '',
        kind,
        controls: [control],
      };
      byKey.set(key, field);
    }
    byControl.set(control, field);
  };

  /** As JSON: commas, brackets and `__proto__` in names mean nothing here. */
  const stemOf = (control: Control, kind: Kind): string => {
    const name = attribute(control, 'name');
    const id = attribute(control, 'id');
    const row = name ? rowOf(name) : undefined;
    const label = row ? ['row', ...row] : name ? ['name', name] : id ? ['id', id] : ['', ''];
    const isShared = kind === 'checkbox' && attribute(control, 'value') !== null;
    return JSON.stringify([...label, kind, ...(isShared ? [attribute(control, 'value')] : [])]);
  };

  const isCurrent = (field: FormField): boolean => {
    const control = field.controls[0]!;
    return labels.get(control)?.stem === stemOf(control, kindOf(control) ?? 'text');
  };

  /** A page may rename controls, as Django's `filter_horizontal` does: then everything is named anew. */
  const checked = (find: () => FormField | undefined): FormField | undefined => {
    if (!fields) build();
    const field = find();
    if (field && isCurrent(field)) return field;
    build();
    return find();
  };

  return {
    all: () => fields ?? build(),
    get: (key) => {
      if (!fields) build();
      return byKey.has(key) ? checked(() => byKey.get(key)) : undefined;
    },
    of: (control) => checked(() => byControl.get(control)),
    stale: () => (fields = undefined),
  };
}

const keyAt = (stem: string, position: number): string =>
  JSON.stringify([...(JSON.parse(stem) as string[]), position]);

function keptKey(labels: WeakMap<Control, Label>, control: Control, stem: string): string | undefined {
  const label = labels.get(control);
  return label?.stem === stem ? label.key : undefined;
}

/** The first position that no equal has; `next` remembers where to look. */
function freeKey(stem: string, taken: ReadonlySet<string>, next: Map<string, number>): string {
  let position = next.get(stem) ?? 0;
  while (taken.has(keyAt(stem, position))) position += 1;
  next.set(stem, position + 1);
  return keyAt(stem, position);
}

function controlsOf(form: HTMLFormElement): Control[] {
  const regions = Element.prototype.querySelectorAll.call(form, '[contenteditable][name]');
  return [...formElements(form), ...(Array.from(regions).filter(isEditable) as Control[])];
}
