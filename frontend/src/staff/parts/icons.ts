/** The drawn signs: one path each, on a field of 24 by 24. */

export const paths = {
  bank: 'M4 5h11a3 3 0 0 1 3 3v12H7a3 3 0 0 1-3-3zM4 17a3 3 0 0 1 3-3h11M8 9h6',
  review: 'M5 4h14v16H5zM8.5 12.5l2.5 2.5 4.5-5.5',
  contest: 'M7 4h10v5a5 5 0 0 1-10 0zM7 6H4v1a3 3 0 0 0 3 3M17 6h3v1a3 3 0 0 1-3 3M12 14v4M8 20h8',
  board: 'M4 20V10M10 20V4M16 20v-8M21 20H3',
  key: 'M8.5 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11.5 12.2L20 4M16 7.6l2.5 2.6M13.6 10l2 2',
  up: 'M6 15l6-6 6 6',
  menu: 'M4 7h16M4 12h16M4 17h16',
  draft: 'M5 19l1-4L16 5l3 3L9 18z',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  stop: 'M6 6l12 12M18 6L6 18',
  warn: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  info: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8v.5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20',
  plus: 'M12 5v14M5 12h14',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  left: 'M15 6l-6 6 6 6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  keyboard: 'M3 7h18v10H3zM6.5 10.5h.5M10 10.5h.5M13.5 10.5h.5M17 10.5h.5M8 14h8',
  flag: 'M6 21V4M6 5h12l-3 4 3 4H6',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 7.5 0 0 1 15 0',
} as const;
export type IconName = keyof typeof paths;
