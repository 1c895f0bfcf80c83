import { describe, expect, it } from 'vitest';
import type { Unit } from '$shared/api/types';
import { type Draft, problems, problemsOf, stepFor } from './draft';

const whole: Draft = { email: 'lan@example.vn', password: 'mua thu ha noi', display_name: 'Lan', ward: { id: 'u' } as Unit, workplace: null, consent: true };

describe('problems', () => {
  it('finds none in a whole draft, organization left out', () => {
    expect(problems(whole)).toEqual([]);
  });

  it('names every field of an empty draft', () => {
    const empty: Draft = { email: '', password: '', display_name: ' ', ward: null, workplace: null, consent: false };

    expect(problems(empty)).toEqual(['email', 'password', 'display_name', 'ward', 'consent']);
    expect(problemsOf(2, empty)).toEqual(['ward']);
  });
});

describe('stepFor', () => {
  it('goes back to the first step that can mend something', () => {
    expect([stepFor({ consent: 'x', email: 'y' }), stepFor({ ward: 'x' }), stepFor({})]).toEqual([1, 2, null]);
  });
});
