/** A prediction as people write it, to and from the whole steps that the server counts in: core/rules/predictions.py. */
import type { PredictionField } from '../api/types';
import { formatNumber } from './format';
import { language } from './language.svelte';

type Asked = Pick<PredictionField, 'min' | 'max' | 'decimals'>;

/** "1.512", "1 512", or with decimals "12,34567 %" -> steps; null where it is no answer to what is asked. */
export function readGuess(text: string, asked: Asked): number | null {
  const value = asked.decimals ? readShare(text.trim(), asked.decimals) : readCount(text.trim());
  return value !== null && value >= asked.min && value <= asked.max ? value : null;
}

function readCount(text: string): number | null {
  return /^(\d{1,9}|\d{1,3}([. ]\d{3}){1,2})$/.test(text) ? Number(text.replace(/[. ]/g, '')) : null;
}

function readShare(text: string, decimals: number): number | null {
  const found = new RegExp(`^(\\d{1,3})(?:[.,](\\d{1,${decimals}}))?\\s*%?$`).exec(text);
  // Put together as text: 12,34567 has no exact fraction of two.
  return found ? Number((found[1] ?? '') + (found[2] ?? '').padEnd(decimals, '0')) : null;
}

/** Steps -> "1.512", or with decimals "12,34567 %". */
export function formatGuess(value: number, asked: Pick<Asked, 'decimals'> | null): string {
  if (!asked?.decimals) return formatNumber(value);
  const digits = String(value).padStart(asked.decimals + 1, '0');
  const point = language.current === 'en' ? '.' : ',';
  return `${digits.slice(0, -asked.decimals)}${point}${digits.slice(-asked.decimals)} %`;
}
