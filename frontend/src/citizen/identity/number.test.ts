import { expect, test } from 'vitest';
import { ApiError } from '$shared/api/errors';
import { digitsOf, lastDigits, waitText } from './number';

test.each(['001090012345', '001 - 090 - 012 345', '001.090.012.345', '001\u00a0090\u202f012\t345', '001\u2013090\u2014012\u2011345\n'])('the digits of %j are read as the server reads them', (typed) => {
  expect(digitsOf(typed)).toBe('001090012345');
});

test('other characters stay, and are no number', () => {
  expect(digitsOf('001_090 012x345')).toBe('001_090012x345');
});

test('a masked number shows its last digits, or none', () => {
  expect([lastDigits('•••••••••123'), lastDigits('••••••••••••')]).toEqual(['123', '']);
});

test('a long wait is told in minutes and hours', () => {
  const limited = (seconds: number): ApiError => new ApiError('rate_limited', '', 429, {}, { retry_after_s: seconds });
  expect([30, 601, 7200, 80_000].map((seconds) => waitText(limited(seconds)))).toEqual([
    null,
    'Đã thử quá nhiều lần. Thử lại sau 11 phút.',
    'Đã thử quá nhiều lần. Thử lại sau 2 giờ.',
    'Đã thử quá nhiều lần. Thử lại sau 23 giờ.',
  ]);
  expect(waitText(new ApiError('network', '', 0))).toBeNull();
});
