import { describe, expect, it } from 'vitest';
import { cell, toCsv } from './csv';

describe('cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+84', "'+84"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =HYPERLINK("x")', `"' =HYPERLINK(""x"")"`],
    ['\t=1', "'\t=1"],
    ['Phường Ba Đình', 'Phường Ba Đình'],
    ['a, "b"', '"a, ""b"""'],
    ['hai\ndòng', '"hai\ndòng"'],
    [-3, '-3'],
    [null, ''],
  ])('writes %j as %j', (value, written) => {
    expect(cell(value)).toBe(written);
  });
});

describe('toCsv', () => {
  it('puts the notes before the table and ends every line alike', () => {
    expect(toCsv(['tính đến 08:00:12'], ['Đơn vị', 'Người'], [['Ba Đình', 12]])).toBe(
      '\uFEFFtính đến 08:00:12\r\n\r\nĐơn vị,Người\r\nBa Đình,12\r\n',
    );
  });
});
