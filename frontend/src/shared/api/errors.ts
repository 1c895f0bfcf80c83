/** What a failed call looks like to a page: a stable code, a text for people, errors by field. */
import { errorText, w } from '../i18n';

export class ApiError extends Error {
  constructor(
    /** Stable English code, or `network`, `timeout`, `unknown` where no answer could be read. */
    readonly code: string,
    /** The server's own text, already in the reader's language; empty where there was none. */
    readonly detail: string,
    /** 0 where no answer came. */
    readonly status: number,
    readonly fields: Record<string, string> = {},
    /** Further keys of the body, such as `opens_at` or `retry_after_s`. */
    readonly extra: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'ApiError';
  }

  /** No answer came: trying again may help. */
  get isOffline(): boolean {
    return this.status === 0;
  }

  /** Trying again later may help: no answer, overload or restart. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The text shown to a person: ours where the code is known, else the server's. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return w('error.unknown');
  return errorText(error.code) ?? (error.detail || w('error.unknown'));
}

/** Texts under the fields of a form; `known` names the fields it has. */
export function fieldErrors<F extends string>(error: unknown, known: readonly F[]): Partial<Record<F, string>> {
  if (!(error instanceof ApiError)) return {};
  const found: Partial<Record<F, string>> = {};
  for (const field of known) if (error.fields[field]) found[field] = error.fields[field];
  return found;
}

type Body = Record<string, unknown>;
const first = (value: unknown): string => (Array.isArray(value) ? first(value[0]) : String(value ?? ''));

/** Read `{code, detail, fields}` or allauth's `{errors: [{code, message, param}]}`. */
export function errorFrom(status: number, body: unknown): ApiError {
  const data: Body = body !== null && typeof body === 'object' ? (body as Body) : {};
  if (Array.isArray(data.errors) && data.errors.length > 0) {
    const errors = data.errors as { code?: string; message?: string; param?: string }[];
    const text = (e: (typeof errors)[number]): string => errorText(e.code ?? '') ?? e.message ?? '';
    const fields = Object.fromEntries(errors.filter((e) => e.param).map((e) => [e.param as string, text(e)]));
    return new ApiError(errors[0]?.code ?? 'unknown', errors[0]?.message ?? '', status, fields);
  }
  const { code, detail, fields, ...extra } = data;
  const byField = Object.entries((fields ?? {}) as Body).map(([name, value]) => [name, first(value)]);
  const fallback = status === 404 ? 'not_found' : status === 401 ? 'not_signed_in' : status === 429 ? 'rate_limited' : 'unknown';
  return new ApiError(String(code ?? fallback), String(detail ?? ''), status, Object.fromEntries(byField), extra);
}
