import { describe, expect, it } from 'vitest';
import { failureOf, never } from '../../../support/calls.ts';
import { answersStatus, resetsAfter } from '../../../support/faults.ts';
import { acknowledge, answers, commandsOf, type Fixture, nowhere, open, to, walk } from '../../../support/vprotect.ts';

describe('an edit', () => {
  for (const printsBodies of [false, true]) {
    it(`is read again, whether its answer is empty or not (${printsBodies ? '200' : '204'})`, async () => {
      await using fixture = await open();
      fixture.sandbox.printsBodies = printsBodies;
      const guid = fixture.sandbox.addFinished({ status: 'PARTIAL_SUCCESS' });
      const { provider } = fixture;
      expect(await provider.updateDescription?.(guid, 'Before the move', never())).toMatchObject({
        description: 'Before the move',
      });
      expect(await provider.updateDescription?.(guid, '', never())).toMatchObject({ description: null });
      expect(await provider.updateWarnings?.(guid, ['slow', 'large'], never())).toMatchObject({
        warnings: [
          { message: 'slow', acknowledged: false },
          { message: 'large', acknowledged: false },
        ],
      });
      expect(await acknowledge(provider, [guid])).toMatchObject([
        { warnings: [{ acknowledged: true }, { acknowledged: true }] },
      ]);
      expect(await acknowledge(provider, [guid], false)).toMatchObject([{ details: { warningsAcknowledged: false } }]);
      expect(await provider.updateWarnings?.(guid, [], never())).toMatchObject({ warnings: [] });
    });
  }

  it('of one that never had a snapshot is seen at once, although lists keep those for a while', async () => {
    await using fixture = await open();
    const ids = [1, 2].map(() =>
      fixture.sandbox.addFinished({ status: 'FAILED', snapshotTime: null, warnings: ['slow'] }),
    );
    await walk(fixture.provider);
    await fixture.provider.updateDescription?.(ids[0] ?? '', 'Look at this', never());
    expect((await walk(fixture.provider)).map(({ description }) => description)).toContain('Look at this');
    expect(await acknowledge(fixture.provider, ids)).toMatchObject([
      { warnings: [{ acknowledged: true }] },
      { warnings: [{ acknowledged: true }] },
    ]);
  });

  it('of what is not there is NOT_FOUND, and a made-up id is not even asked', async () => {
    await using fixture = await open();
    const { provider } = fixture;
    const edit = (id: string) => failureOf(provider.updateDescription?.(id, 'x', never()));
    expect((await edit(nowhere)).code).toBe('NOT_FOUND');
    fixture.asked();
    expect((await edit('warnings-acknowledged')).code).toBe('NOT_FOUND');
    expect((await failureOf(provider.updateWarnings?.('..', ['x'], never()))).code).toBe('NOT_FOUND');
    expect(fixture.asked()).toEqual([]);
  });

  it('that was done and cannot be shown is OUTCOME_UNKNOWN', async () => {
    await using fixture = await open();
    const guid = fixture.sandbox.addFinished();
    fixture.proxy.fail(answersStatus(500), to('/backups', 'GET'));
    expect((await failureOf(fixture.provider.updateDescription?.(guid, 'x', never()))).code).toBe('OUTCOME_UNKNOWN');
    expect(fixture.sandbox.backups[0]?.description).toBe('x');
  });
});

describe('acknowledging warnings', () => {
  const addWarned = ({ sandbox }: Fixture) => sandbox.addFinished({ status: 'PARTIAL_SUCCESS', warnings: ['slow'] });

  it('of many is one command', async () => {
    await using fixture = await open();
    const ids = Array.from({ length: 12 }, () => addWarned(fixture));
    const answered = await acknowledge(fixture.provider, [...ids, ids[0] ?? '']);
    expect(answered.map((one) => ('localId' in one ? one.localId : one.code))).toEqual([...ids, ids[0]]);
    expect(answered.every((one) => 'warnings' in one && one.warnings[0]?.acknowledged)).toBe(true);
    expect(commandsOf(fixture)).toEqual(['PUT /backups/warnings-acknowledged']);
  });

  it('taken back is a command for each', async () => {
    await using fixture = await open();
    const ids = [addWarned(fixture), addWarned(fixture)];
    await acknowledge(fixture.provider, ids);
    fixture.asked();
    expect(await acknowledge(fixture.provider, ids, false)).toMatchObject([
      { warnings: [{ acknowledged: false }] },
      { warnings: [{ acknowledged: false }] },
    ]);
    expect(new Set(commandsOf(fixture))).toEqual(new Set(ids.map((id) => `PUT /backups/${id}/warnings-acknowledged`)));
  });

  it('of one that is not there spoils it for nobody else', async () => {
    await using fixture = await open();
    const [a, b] = [addWarned(fixture), addWarned(fixture)];
    const answered = await acknowledge(fixture.provider, [a, nowhere, 'x', b]);
    expect(answered).toMatchObject([
      { localId: a, warnings: [{ acknowledged: true }] },
      { code: 'NOT_FOUND' },
      { code: 'NOT_FOUND' },
      { localId: b, warnings: [{ acknowledged: true }] },
    ]);
  });

  it('is repeated one by one where the batch was taken and misunderstood', async () => {
    await using fixture = await open();
    const ids = [addWarned(fixture), addWarned(fixture)];
    fixture.proxy.fail(answers(204), to('/api/backups/warnings-acknowledged'));
    expect(await acknowledge(fixture.provider, ids)).toMatchObject([
      { warnings: [{ acknowledged: true }] },
      { warnings: [{ acknowledged: true }] },
    ]);
  });

  it('whose answer was lost is known for none', async () => {
    await using fixture = await open();
    const ids = [addWarned(fixture), addWarned(fixture)];
    fixture.proxy.fail(resetsAfter(), to('/api/backups/warnings-acknowledged'));
    expect(await acknowledge(fixture.provider, [...ids, 'x'])).toMatchObject([
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'NOT_FOUND' },
    ]);
  });

  it('that was done and cannot be shown is OUTCOME_UNKNOWN for each', async () => {
    await using fixture = await open();
    const ids = [addWarned(fixture), addWarned(fixture)];
    fixture.proxy.fail(answersStatus(500), to('/backups', 'GET'));
    expect(await acknowledge(fixture.provider, ids)).toMatchObject([
      { code: 'OUTCOME_UNKNOWN' },
      { code: 'OUTCOME_UNKNOWN' },
    ]);
  });
});
