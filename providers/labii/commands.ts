/** Starting a backup, which is billed each time; finding a start whose answer was lost; changing the description. */
import { z } from 'zod';
import { GatewayError } from '../../src/core/errors.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { LocalId } from '../../src/core/model.ts';
import type {
  CreateRequest,
  SentStart,
  Started,
  StartFinding,
  StartRequest,
} from '../../src/core/provider-commands.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { noSuchBackup, refuseSettings } from '../_kit/errors.ts';
import { type Backups, detailPath, parseLocalId, rowsPath } from './backups.ts';
import type { LabiiConfig } from './config.ts';
import { type LabiiBackup, toBackup } from './map.ts';
import { backupReply } from './wire.ts';

export interface Commands {
  mark(entityId: LocalId, signal: AbortSignal): Promise<string>;
  start(request: StartRequest, signal: AbortSignal): Promise<Started>;
  create(request: CreateRequest, signal: AbortSignal): Promise<Started>;
  find(start: SentStart, signal: AbortSignal): Promise<StartFinding>;
  describe(id: LocalId, description: string, signal: AbortSignal): Promise<LabiiBackup>;
}

/** What an organisation had before a start: `newest` is by the product's clock, or null where it had nothing. */
const startMark = z.object({ newest: z.number().nullable(), sids: z.array(z.string()) });

/** How far the product's clock may be behind ours. */
const clockSkewMicroseconds = 5 * 60_000_000;
/** Longest run. A backup that appears later is of another start. */
const longestRunMicroseconds = 24 * 3_600_000_000;
const maxCandidates = 20;

interface CommandsOptions {
  readonly config: LabiiConfig;
  readonly upstream: Upstream;
  readonly backups: Backups;
  readonly times: TimeReader;
}

export function createCommands({ config, upstream, backups, times }: CommandsOptions): Commands {
  const { name: provider, generation, organizations } = config;

  function checkOrganization(entityId: LocalId): void {
    if (organizations.some(({ sid }) => sid === entityId)) return;
    const field = ['input', 'entityId'];
    throw new GatewayError('NOT_FOUND', `${provider} has no such organisation in its configuration.`, { field });
  }

  function refuseText(field: 'name' | 'description', text: string | null): void {
    if (text === null) return;
    const message = `${provider} takes no ${field} with the start of a backup.`;
    throw new GatewayError('UNSUPPORTED', message, { field: ['input', field] });
  }

  async function start({ entityId, name, description }: StartRequest, signal: AbortSignal): Promise<Started> {
    checkOrganization(entityId);
    refuseText('name', name);
    refuseText('description', description);
    // The documented request has no body.
    const options = { schema: backupReply, timeoutMs: config.startTimeoutSeconds * 1000 };
    const row = await upstream.command(rowsPath(entityId, generation), options, signal);
    const backup = toBackup(row, { provider, generation, organizationSid: entityId, times });
    return { backup, handle: backup.localId, message: null };
  }

  return {
    start,

    async create(request, signal) {
      refuseSettings('Labii', request.settings);
      return start(request, signal);
    },

    async mark(entityId, signal) {
      checkOrganization(entityId);
      const rows = await backups.newest(entityId, signal);
      const times = rows.flatMap(({ sortedAt }) => sortedAt ?? []);
      const newest = times.length > 0 ? Math.max(...times) : null;
      const sids = rows.map(({ externalId }) => externalId);
      return JSON.stringify({ newest, sids } satisfies z.infer<typeof startMark>);
    },

    async find({ entityId, mark, handle, sentAt }, signal) {
      if (handle !== null) {
        const [backup = null] = await backups.find([handle], signal);
        return { backup, candidates: [], error: null };
      }
      const before = readMark(mark);
      const since = sentAt - clockSkewMicroseconds;
      // Rows after the newest earlier row are new, even if the two clocks differ.
      const startedAfter = before ? Math.min(before.newest ?? 0, since) : since;
      const filter = {
        ...noFilter,
        entityIds: [entityId],
        startedAfter,
        startedBefore: sentAt + longestRunMicroseconds,
      };
      const limit = maxCandidates + (before?.sids.length ?? 0);
      const query = { direction: 'ascending', after: null, limit, filter, offset: 0 } as const;
      const { rows } = await backups.list(query, signal);
      // A row does not say who started it, so new rows are only candidates.
      const later = rows.filter(({ externalId }) => !before?.sids.includes(externalId)).slice(0, maxCandidates);
      return { backup: null, candidates: later.map((row) => row.open()), error: null };
    },

    async describe(id, description, signal) {
      const place = parseLocalId(id, organizations);
      const [before] = place ? await backups.find([id], signal) : [];
      if (!place || !before) throw noSuchBackup(provider);
      if (before.details.canChange === false) {
        throw new GatewayError('UNSUPPORTED', `${provider} does not let the configured account change this backup.`);
      }
      const options = { schema: backupReply, method: 'PATCH' as const, json: { description } };
      const row = await upstream.command(detailPath(place.sid), options, signal);
      return toBackup(row, { provider, generation, organizationSid: place.organizationSid, times });
    },
  };
}

/** The stored mark of a start; null if there is none or it cannot be read. */
function readMark(mark: string | null): z.infer<typeof startMark> | null {
  try {
    return startMark.parse(JSON.parse(mark ?? ''));
  } catch {
    return null;
  }
}
