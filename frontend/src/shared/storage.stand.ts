/** A browser's storage for tests, and who is signed in on the device. */
import { vi } from 'vitest';
import { session } from './api/session.svelte';

/** Put `stored` in the place of this device's storage, emptied; the person named by the server last is `person`. */
export function stubStorage(stored: Map<string, string>, person: string): void {
  stored.clear();
  vi.spyOn(session, 'person', 'get').mockReturnValue(person);
  vi.stubGlobal('localStorage', {
    get length() {
      return stored.size;
    },
    key: (i: number) => [...stored.keys()][i] ?? null,
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value),
    removeItem: (name: string) => stored.delete(name),
  });
}
