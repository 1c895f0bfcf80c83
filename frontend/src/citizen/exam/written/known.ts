/** Which texts this device has sent, or has shown as the server's: by their hashes, for every pause makes one. Pure. */

/** 53 bits of a text: nobody who writes meets two texts with the same. */
export function hashOf(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b & 0x1fffff) * 2 ** 32 + (a >>> 0);
}

export class KnownTexts {
  private readonly hashes = new Map<number, Set<number>>();

  add(item: number, text: string | undefined): void {
    if (text !== undefined) this.of(item).add(hashOf(text));
  }
  has(item: number, text: string): boolean {
    return this.of(item).has(hashOf(text));
  }

  /** As the device keeps them. */
  list(): Array<[number, number[]]> {
    return [...this.hashes].map(([item, hashes]) => [item, [...hashes]]);
  }
  take(kept: ReadonlyArray<readonly [number, readonly number[]]>): void {
    for (const [item, hashes] of kept) for (const hash of hashes) this.of(item).add(hash);
  }

  private of(item: number): Set<number> {
    const hashes = this.hashes.get(item) ?? new Set<number>();
    this.hashes.set(item, hashes);
    return hashes;
  }
}
