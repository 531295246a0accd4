import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Something that is still to be done in the database. */
export interface Operation {
  /** Made by whoever asks for it, so that doing it twice is doing it once. */
  id: string;
  name: string;
  /** When it was asked for, in ms since 1970. */
  at: number;
  payload: Record<string, string>;
}

/** Operations kept in the order they came. */
export interface Spool {
  /** Resolves when it is kept: with a folder, on the disk. */
  add(operation: Operation): Promise<void>;
  list(): Promise<Operation[]>;
  remove(id: string): Promise<void>;
}

/** In a folder they survive the process; without one they are kept in memory. */
export async function createSpool(folder?: string): Promise<Spool> {
  return folder ? await createFolderSpool(folder) : createMemorySpool();
}

function createMemorySpool(): Spool {
  const operations = new Map<string, Operation>();
  return {
    async add(operation) {
      operations.set(operation.id, operation);
    },
    list: async () => [...operations.values()],
    async remove(id) {
      operations.delete(id);
    },
  };
}

/** One file an operation; its name is its place in the order. */
async function createFolderSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, string>();
  let added = 0;

  const read = async (file: string): Promise<Operation[]> => {
    const text = await readFile(path.join(folder, file), 'utf8').catch(() => '');
    const operation = parse(text);
    if (!operation) return [];
    files.set(operation.id, file);
    return [operation];
  };

  return {
    async add(operation) {
      added += 1;
      const order = `${String(operation.at).padStart(15, '0')}-${String(added).padStart(6, '0')}`;
      const file = `${order}-${process.pid}.json`;
      await writeWhole(path.join(folder, file), JSON.stringify(operation));
      files.set(operation.id, file);
    },
    async list() {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
      return (await Promise.all(names.map(read))).flat();
    },
    async remove(id) {
      const file = files.get(id);
      if (file) await rm(path.join(folder, file), { force: true });
      files.delete(id);
    },
  };
}

/** Under its name there is all of it or nothing, whenever the process or the machine ends. */
async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** A file of somebody else's is left alone. */
function parse(text: string): Operation | undefined {
  try {
    const value: Partial<Operation> = JSON.parse(text);
    const isOne =
      [value.id, value.name].every((part) => typeof part === 'string') && Number.isFinite(value.at);
    return isOne && value.payload ? (value as Operation) : undefined;
  } catch {
    return undefined;
  }
}
