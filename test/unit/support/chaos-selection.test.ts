import { expect, it } from 'vitest';
import { chaosCalls } from '../../support/chaos-calls.ts';
import { callKinds, canBeAsked, isOfGate } from '../../support/chaos-selection.ts';
import { faultRows } from '../../support/chaos-table.ts';

const kinds = ['borg', 'flosum', 'labii', 'vprotect'];

it('each fault meets each kind of call with exactly one product', () => {
  expect(callKinds.flat().sort()).toEqual(chaosCalls.map(({ name }) => name).sort());
  for (const row of faultRows) {
    for (const names of callKinds) {
      const chosen = kinds.flatMap((kind) =>
        chaosCalls.filter((call) => names.includes(call.name) && isOfGate(kind, call, row)),
      );
      expect(chosen, `${names.join(', ')} of a product that ${row.name}`).toHaveLength(1);
    }
  }
});

it('each product meets each fault and each call that it can', () => {
  for (const kind of kinds) {
    for (const row of faultRows) {
      if (!chaosCalls.some((call) => canBeAsked(kind, call, row))) continue;
      expect(
        chaosCalls.some((call) => isOfGate(kind, call, row)),
        `${kind}: ${row.name}`,
      ).toBe(true);
    }
    for (const call of chaosCalls) {
      if (!faultRows.some((row) => canBeAsked(kind, call, row))) continue;
      expect(
        faultRows.some((row) => isOfGate(kind, call, row)),
        `${kind}: ${call.name}`,
      ).toBe(true);
    }
  }
});
