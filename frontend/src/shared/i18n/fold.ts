/** Vietnamese text without diacritics, for searching: "Hoàn Kiếm" -> "hoan kiem". */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('đ', 'd')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}
