/**
 * Metrics of backups, set after each survey. Times are timestamps, never ages: an age is wrong as soon as it is written.
 * While a provider is down, the last known values of its entities stay, since they stay true and an alert must not
 * resolve because a provider fell silent; their protection is UNKNOWN, and `backplane_provider_up` is 0.
 */
import type { Instant } from '../../core/instant.ts';
import type { Backup } from '../../core/model.ts';
import type { EntityReading, ProviderReading } from '../../core/protection-survey.ts';
import { cutText } from '../../core/text.ts';
import { toWellFormed } from '../../core/unicode.ts';
import type { Gauge, Instruments } from './instruments.ts';

export interface BackupMetrics {
  /** Null: the entities could not be read. `at`: when the survey began. */
  update(provider: string, reading: ProviderReading, at: Instant): void;
  /** Removes all series: another replica exports them. */
  clear(): void;
}

export interface BackupMetricsOptions {
  /** Configured names, in the order in which their entities get series. */
  readonly providers: readonly string[];
  readonly protectionStatuses: readonly string[];
  /** Maximum of series with the label `entity`, of all providers together. */
  readonly maxSeries: number;
}

interface Known {
  readonly entities: readonly EntityReading[];
  readonly readAt: Instant | null;
}

const maxLabelLength = 200;
const unknown = 'UNKNOWN';

export function createBackupMetrics(make: Instruments, options: BackupMetricsOptions): BackupMetrics {
  const entity = createEntityGauges(make);
  const protection = make.gauge(
    'backplane_entity_protection',
    'Number of entities with each protection status. Includes entities without series of their own.',
    ['provider', 'status'],
  );
  const cut = make.gauge(
    'backplane_entity_series_cut',
    'Entities without series of their own, because of metrics.maxEntitySeries.',
    ['provider'],
  );
  const readAt = make.gauge(
    'backplane_entities_read_timestamp_seconds',
    'When the entities of a provider were last read completely, in seconds since 1970.',
    ['provider'],
  );
  const known = new Map<string, Known>();

  function show(): void {
    entity.reset();
    protection.reset();
    readAt.reset();
    cut.reset();
    let left = options.maxSeries;
    for (const provider of options.providers) {
      const state = known.get(provider);
      if (!state) continue;
      for (const status of options.protectionStatuses) {
        const count = state.entities.filter((one) => one.status === status).length;
        protection.set({ provider, status }, count);
      }
      let leftOut = 0;
      for (const one of state.entities) {
        const samples = entity.samplesOf(one);
        // An entity has all of its series or none.
        if (samples.length > left) leftOut++;
        else {
          left -= samples.length;
          for (const set of samples) set(provider);
        }
      }
      cut.set({ provider }, leftOut);
      if (state.readAt !== null) readAt.set({ provider }, toSeconds(state.readAt));
    }
  }

  return {
    update(provider, reading, at) {
      const before = known.get(provider) ?? { entities: [], readAt: null };
      if (reading === null) {
        if (before.readAt === null) return;
        known.set(provider, { ...before, entities: before.entities.map((one) => ({ ...one, status: unknown })) });
      } else {
        const old = new Map(before.entities.map((one) => [one.id, one]));
        const entities = reading.map((one) => (one.status === unknown ? withKnown(one, old.get(one.id)) : one));
        const isComplete = reading.every(({ status }) => status !== unknown);
        known.set(provider, { entities, readAt: isComplete || before.readAt === null ? at : before.readAt });
      }
      show();
    },
    clear() {
      known.clear();
      show();
    },
  };
}

/** What was known of an entity before its backups could not be read. */
const withKnown = (now: EntityReading, before: EntityReading | undefined): EntityReading =>
  before === undefined
    ? now
    : {
        ...now,
        newest: now.newest ?? before.newest,
        success: now.success ?? before.success,
        lastSuccessAt: now.lastSuccessAt ?? before.lastSuccessAt,
        dueAt: now.dueAt ?? before.dueAt,
        failuresSinceLastSuccess: now.failuresSinceLastSuccess ?? before.failuresSinceLastSuccess,
      };

/** The series of one entity; each sets itself for a provider. */
function createEntityGauges(make: Instruments) {
  const gauges: Gauge[] = [];
  const gauge = (name: string, help: string, labels: readonly string[] = []): Gauge => {
    const created = make.gauge(name, help, ['provider', 'entity', ...labels]);
    gauges.push(created);
    return created;
  };
  const info = gauge('backplane_entity_info', 'Always 1: the name of an entity.', ['name']);
  const success = gauge(
    'backplane_backup_last_success_timestamp_seconds',
    'End of the newest successful backup, in seconds since 1970.',
  );
  const status = gauge('backplane_backup_last_status', 'Always 1: the status of the newest backup, in any state.', [
    'status',
  ]);
  const duration = gauge('backplane_backup_last_duration_seconds', 'Duration of the newest successful backup.');
  const size = gauge(
    'backplane_backup_last_size_bytes',
    'Size of the newest successful backup: size is original (what was backed up) or stored (what it takes).',
    ['size'],
  );
  const failures = gauge('backplane_entity_failures', 'Failed backups since the newest success, at most 100.');
  const expected = gauge('backplane_entity_expected_seconds', 'Interval at which a success is expected.');
  const due = gauge(
    'backplane_entity_due_timestamp_seconds',
    'When the next success is due, with its grace, by the interval or the schedule; in seconds since 1970.',
  );

  return {
    reset: () => {
      for (const one of gauges) one.reset();
    },
    samplesOf(one: EntityReading): ((provider: string) => void)[] {
      const entity = toLabel(one.id);
      const samples: ((provider: string) => void)[] = [];
      const add = (to: Gauge, value: number | null | undefined, labels: object = {}) => {
        if (value !== null && value !== undefined)
          samples.push((provider) => to.set({ provider, entity, ...labels }, value));
      };
      add(info, 1, { name: toLabel(one.name) });
      add(success, one.lastSuccessAt === null ? null : toSeconds(one.lastSuccessAt));
      add(status, one.newest && 1, { status: one.newest?.status });
      add(duration, one.success && durationOf(one.success));
      add(size, one.success?.size.originalBytes, { size: 'original' });
      add(size, one.success?.size.storedBytes, { size: 'stored' });
      add(failures, one.failuresSinceLastSuccess);
      add(expected, one.expectedEverySeconds);
      add(due, one.dueAt === null ? null : toSeconds(one.dueAt));
      return samples;
    },
  };
}

const durationOf = ({ startedAt, endedAt }: Backup): number | null =>
  startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt) / 1e6;

const toSeconds = (at: Instant): number => at / 1e6;

const toLabel = (text: string): string => cutText(toWellFormed(text), maxLabelLength);
