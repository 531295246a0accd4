import { formElements } from '../lib/dom.js';

export interface ChosenFilesDeps {
  /** The forms that are looked after. */
  forms(): HTMLFormElement[];
  /** Of all files of the page together. */
  maxBytes: number;
  signal: AbortSignal;
}

export interface ChosenFiles {
  /** Copies what a form has chosen already. */
  look(form: HTMLFormElement): void;
  /**
   * The bytes as they were when the file was chosen.
   *
   * @throws {DOMException} when they were not copied in time, and the file changed or went away.
   */
  bytesOf(file: File): Promise<ArrayBuffer>;
}

/**
 * Copies the bytes of files soon after they are chosen: a `File` is only a place on disk, and fails once it is edited there.
 * A Blob of bytes is the browser's to keep, on disk where it is large. Nothing is stored.
 */
export function createChosenFiles({ forms, maxBytes, signal }: ChosenFilesDeps): ChosenFiles {
  const copies = new WeakMap<File, Promise<Blob>>();
  /** One after the other: two large files need not be in memory together. */
  let reading: Promise<unknown> = Promise.resolve();

  const copy = (file: File): void => {
    const bytes = reading.then(async () => new Blob([await file.arrayBuffer()]));
    reading = bytes.catch(() => undefined);
    copies.set(file, bytes);
  };

  const look = (form: HTMLFormElement): void => {
    let room = maxBytes;
    for (const file of forms().flatMap(filesOf)) if (copies.has(file)) room -= file.size;
    for (const file of filesOf(form)) {
      if (copies.has(file) || file.size === 0 || file.size > room) continue;
      copy(file);
      room -= file.size;
    }
  };

  addEventListener(
    'change',
    ({ target }) => {
      const form = target instanceof HTMLInputElement && target.type === 'file' ? target.form : null;
      if (form && forms().includes(form)) look(form);
    },
    { capture: true, signal },
  );

  return {
    look,
    bytesOf: async (file) => {
      const bytes = await copies.get(file)?.catch(() => undefined);
      return (bytes ?? file).arrayBuffer();
    },
  };
}

const filesOf = (form: HTMLFormElement): File[] =>
  formElements(form).flatMap((control) =>
    control instanceof HTMLInputElement && control.type === 'file' ? [...(control.files ?? [])] : [],
  );
