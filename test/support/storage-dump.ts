import type { Page } from '@playwright/test';

/**
 * Everything scripts can have stored in this origin, as one text: IndexedDB, localStorage, sessionStorage, Cache
 * storage, cookies. Bytes and files are decoded as UTF-8 and as UTF-16, so that a value kept as bytes is found too.
 */
export async function storageDump(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [];

    const decode = (bytes: ArrayBuffer | ArrayBufferView) => {
      for (const encoding of ['utf-8', 'utf-16le']) parts.push(new TextDecoder(encoding).decode(bytes));
    };

    async function add(value: unknown): Promise<void> {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return decode(value);
      if (value instanceof Blob) {
        parts.push(value.type, value instanceof File ? value.name : '');
        return decode(await value.arrayBuffer());
      }
      if (value instanceof Date) parts.push(value.toISOString());
      else if (value instanceof Map || value instanceof Set) for (const entry of value) await add(entry);
      else if (Array.isArray(value)) for (const entry of value) await add(entry);
      else if (typeof value === 'object' && value !== null) {
        for (const [name, entry] of Object.entries(value)) {
          parts.push(name);
          await add(entry);
        }
      } else parts.push(String(value));
    }

    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('request failed')));
      });

    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name!));
      for (const storeName of database.objectStoreNames) {
        parts.push(name!, storeName);
        const store = database.transaction(storeName).objectStore(storeName);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        await add([keys, values]);
      }
      database.close();
    }
    for (const storage of [localStorage, sessionStorage]) await add(Object.entries(storage));
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        await add([name, request.url, await response?.arrayBuffer()]);
      }
    }
    parts.push(document.cookie);
    return parts.join('\n');
  });
}
