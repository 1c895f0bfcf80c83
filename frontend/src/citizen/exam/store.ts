/** What this device keeps of an attempt until the server has it: IndexedDB, or memory where the browser gives none. */
import type { Answer } from './journal';
import type { KeptPaper } from './kept';

/** What was typed and is under no seq yet. `base`: the seq of the answer that it was typed over; -1: it was set aside. */
export interface Draft {
  item: number;
  text: string;
  base: number;
}
/** Things the server never hears of: flags, the item on the screen, the number typed so far. */
export interface Marks {
  flagged: number[];
  at: number;
  prediction: string;
  drafts?: Draft[];
  /** By item the hashes of the texts that this device has sent or has shown: what else the server holds is another device's. */
  known?: Array<[number, number[]]>;
  /** When this was written, by this device's clock. */
  seenAt?: number;
}
export interface Store {
  /** False in browsers that keep nothing: the page says so. */
  readonly isDurable: boolean;
  answers(): Promise<Answer[]>;
  keep(answer: Answer): Promise<void>;
  /** Forget an answer, unless a newer one has taken its place. */
  drop(item: number, seq: number): Promise<void>;
  /** The server has this answer: it waits no more, and stands beside the kept paper. */
  settle(answer: Answer): Promise<void>;
  /** Answers the server confirmed since the paper was kept. */
  settled(): Promise<Answer[]>;
  paper(): Promise<KeptPaper | null>;
  keepPaper(kept: KeptPaper): Promise<void>;
  /** It is over, or not this person's: waiting answers stay until the server has said what becomes of them. */
  forgetPaper(): Promise<void>;
  marks(): Promise<Marks | null>;
  keepMarks(marks: Marks): Promise<void>;
  clear(): Promise<void>;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('indexeddb'));
  });

const STORES = ['answers', 'marks', 'settled', 'papers'] as const;
type Name = (typeof STORES)[number];
const rangeOf = (attempt: string): IDBKeyRange => IDBKeyRange.bound([attempt], [attempt, []]);
const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('indexeddb'));
  });

class DeviceStore implements Store {
  readonly isDurable = true;
  constructor(
    private readonly db: IDBDatabase,
    private readonly attempt: string,
  ) {}

  private in(name: Name, mode: IDBTransactionMode = 'readwrite'): IDBObjectStore {
    return this.db.transaction(name, mode, { durability: 'strict' }).objectStore(name);
  }
  private get range(): IDBKeyRange {
    return rangeOf(this.attempt);
  }
  answers(): Promise<Answer[]> {
    return done(this.in('answers', 'readonly').getAll(this.range) as IDBRequest<Answer[]>);
  }
  async keep(answer: Answer): Promise<void> {
    await done(this.in('answers').put({ ...answer }, [this.attempt, answer.item]));
  }
  async drop(item: number, seq: number): Promise<void> {
    const answers = this.in('answers');
    const kept = await done(answers.get([this.attempt, item]) as IDBRequest<Answer | undefined>);
    if (kept && kept.seq <= seq) await done(answers.delete([this.attempt, item]));
  }
  async settle(answer: Answer): Promise<void> {
    // Together or not at all: an answer must be found in one place or the other.
    const transaction = this.db.transaction(['answers', 'settled'], 'readwrite', { durability: 'strict' });
    const answers = transaction.objectStore('answers');
    const key = [this.attempt, answer.item];
    transaction.objectStore('settled').put({ ...answer }, key);
    const waiting = answers.get(key) as IDBRequest<Answer | undefined>;
    waiting.onsuccess = () => waiting.result && waiting.result.seq <= answer.seq && answers.delete(key);
    await committed(transaction);
  }
  settled(): Promise<Answer[]> {
    return done(this.in('settled', 'readonly').getAll(this.range) as IDBRequest<Answer[]>);
  }
  async paper(): Promise<KeptPaper | null> {
    return (await done(this.in('papers', 'readonly').get(this.attempt) as IDBRequest<KeptPaper | undefined>)) ?? null;
  }
  async keepPaper(kept: KeptPaper): Promise<void> {
    await done(this.in('papers').put(kept, this.attempt));
  }
  async forgetPaper(): Promise<void> {
    const transaction = this.db.transaction(['papers', 'settled'], 'readwrite', { durability: 'strict' });
    transaction.objectStore('papers').delete(this.attempt);
    transaction.objectStore('settled').delete(this.range);
    await committed(transaction);
  }
  async marks(): Promise<Marks | null> {
    return (await done(this.in('marks', 'readonly').get(this.attempt) as IDBRequest<Marks | undefined>)) ?? null;
  }
  async keepMarks(marks: Marks): Promise<void> {
    await done(this.in('marks').put(marks, this.attempt));
  }
  async clear(): Promise<void> {
    const transaction = this.db.transaction(STORES, 'readwrite', { durability: 'strict' });
    for (const name of ['answers', 'settled'] as const) transaction.objectStore(name).delete(this.range);
    for (const name of ['marks', 'papers'] as const) transaction.objectStore(name).delete(this.attempt);
    await committed(transaction);
  }
}

class MemoryStore implements Store {
  readonly isDurable = false;
  answers = (): Promise<Answer[]> => Promise.resolve([]);
  keep = (): Promise<void> => Promise.resolve();
  drop = (): Promise<void> => Promise.resolve();
  settle = (): Promise<void> => Promise.resolve();
  settled = (): Promise<Answer[]> => Promise.resolve([]);
  paper = (): Promise<KeptPaper | null> => Promise.resolve(null);
  keepPaper = (): Promise<void> => Promise.resolve();
  forgetPaper = (): Promise<void> => Promise.resolve();
  marks = (): Promise<Marks | null> => Promise.resolve(null);
  keepMarks = (): Promise<void> => Promise.resolve();
  clear = (): Promise<void> => Promise.resolve();
}

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open('hoithi', 2);
  request.onupgradeneeded = () => {
    const db = request.result;
    for (const name of STORES) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
  };
  const db = await done(request);
  // Another tab with a newer page must not be held up by this one.
  db.onversionchange = () => db.close();
  return db;
}

/** Open what this device keeps of one attempt. */
export async function openStore(attempt: string): Promise<Store> {
  try {
    return new DeviceStore(await openDatabase(), attempt);
  } catch {
    return new MemoryStore();
  }
}

/** Somebody else holds the phone now, or nobody is signed in: forget every paper but this person's. Waiting answers stay. */
export async function forgetPapers(person: string | null): Promise<void> {
  const db = await openDatabase().catch(() => null);
  if (!db) return;
  const transaction = db.transaction(['papers', 'settled'], 'readwrite', { durability: 'strict' });
  const cursor = transaction.objectStore('papers').openCursor();
  cursor.onsuccess = () => {
    const at = cursor.result;
    if (!at) return;
    if ((at.value as KeptPaper).person !== person) {
      transaction.objectStore('settled').delete(rangeOf(String(at.key)));
      at.delete();
    }
    at.continue();
  };
  await committed(transaction).finally(() => db.close());
}
