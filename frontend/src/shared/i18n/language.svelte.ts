/** The reader's language, and dictionaries that follow it. Vietnamese is built in; English is fetched when asked for. */

export type Language = 'vi' | 'en';
export type Entry = string | ((...values: never[]) => string);
export type Dictionary = Record<string, Entry>;
/** The same keys and the same parameters in another language. */
export type Translation<D extends Dictionary> = {
  [K in keyof D]: D[K] extends (...values: infer A) => string ? (...values: A) => string : string;
};
type Values<E> = E extends (...values: infer A) => string ? A : [];
export type Translate<D extends Dictionary> = <K extends keyof D & string>(key: K, ...values: Values<D[K]>) => string;

const STORED = 'hoithi.language';
let current = $state<Language>('vi');
/** Chosen, while its words may still be on their way: a page that arrives meanwhile must bring them too. */
let chosen: Language = 'vi';
const loaders: Array<() => Promise<void>> = [];

export const language = {
  get current(): Language {
    return current;
  },
  /** Switch once every dictionary of the page is there, so that no line is shown in two languages. */
  async use(wanted: Language): Promise<void> {
    chosen = wanted;
    if (wanted === 'en') await Promise.all(loaders.map((load) => load()));
    if (chosen !== wanted) return;
    current = wanted;
    document.documentElement.lang = wanted;
    localStorage.setItem(STORED, wanted);
  },
  /** Resolves when the dictionaries of pages fetched so far are there. Await it between fetching a page and showing it. */
  async settled(): Promise<void> {
    if (chosen === 'en') await Promise.all(loaders.map((load) => load()));
  },
  /** The choice kept on this device, if any. */
  async restore(): Promise<void> {
    if (localStorage.getItem(STORED) === 'en') await language.use('en');
  },
};

/** Make `t` for one dictionary; `loadEnglish` is a dynamic import, so that Vietnamese readers never fetch it. */
export function dictionary<D extends Dictionary>(
  vi: D,
  loadEnglish: () => Promise<{ default: Translation<D> }>,
): Translate<D> {
  let en = $state.raw<Dictionary | null>(null);
  const load = async (): Promise<void> => {
    en ??= (await loadEnglish()).default as unknown as Dictionary;
  };
  loaders.push(load);
  return (key, ...values) => {
    const entry: Entry | undefined = (current === 'en' ? en?.[key] : undefined) ?? vi[key];
    return typeof entry === 'function' ? (entry as (...v: unknown[]) => string)(...values) : (entry ?? key);
  };
}
