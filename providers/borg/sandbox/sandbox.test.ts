/** The tests of the sandbox, by subject, in one process: the last test checks the results of all. */
import './tests/recorded.ts';
import './tests/access.ts';
import './tests/lists.ts';
import './tests/history.ts';
import './tests/entities.ts';
import './tests/commands.ts';
import './tests/logs.ts';
import { describe, expect, it } from 'vitest';
import { contract, login, shown, start } from '../../../test/support/borg-sandbox.ts';
import { describedReplies } from '../../../test/support/contract.ts';

describe('the events', () => {
  it('greet once and then say nothing of backups', async () => {
    await using sandbox = await start();
    const token = (await login(sandbox)).body.access_token;
    const stop = new AbortController();
    const response = await fetch(`${sandbox.url}/api/events/stream?token=${token}`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const first = await response.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^event: connection_established\ndata: \{/);
    stop.abort();
    shown.add('GET /api/events/stream 200');
  });
});

describe('the description', () => {
  it('has been shown whole, but for failures of the server itself', () => {
    const described = describedReplies(contract);
    expect(described.filter((one) => !shown.has(one)).sort()).toEqual([
      'GET /api/backup/jobs 500',
      'POST /api/backup/cancel/{job_id} 500',
      'POST /api/backup/start 500',
    ]);
  });
});
