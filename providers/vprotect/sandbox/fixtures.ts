/** Machines and other entities, policies, rules and destinations. */
import { createHash } from 'node:crypto';
import type { Reference } from './wire.ts';

export const entityTypes = [
  'APP',
  'CLOUD',
  'CLOUD_GROUP',
  'CLOUD_SITE',
  'CLOUD_TEAMS',
  'CLOUD_USER',
  'OS',
  'OS_AGENT',
  'STORAGE',
  'VM',
] as const;

type GuidKind =
  | 'application'
  | 'backup'
  | 'cloud'
  | 'cloud-service'
  | 'destination'
  | 'export'
  | 'hypervisor'
  | 'location'
  | 'machine'
  | 'manager'
  | 'node'
  | 'origin'
  | 'policy'
  | 'project'
  | 'rule'
  | 'schedule'
  | 'storage'
  | 'storage-provider'
  | 'store'
  | 'workflow';

/** Every list shows the same ones again. */
const made = new Map<string, string>();

/** The GUID of the object of a kind with a number from 1. It is the same in every sandbox. */
export function vprotectGuid(kind: GuidKind, number: number): string {
  const name = `${kind} ${number}`;
  const guid = made.get(name) ?? makeGuid(name);
  made.set(name, guid);
  return guid;
}

function makeGuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const [first, second, third, fourth] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  return `${first}-${second}-4${third}-8${fourth}-${hex.slice(20, 32)}`;
}

/** A protected entity. Null: this kind has none. */
export interface VProtectEntity extends Reference {
  readonly type: 'APP' | 'CLOUD' | 'STORAGE' | 'VM';
  /** Its id on its platform. */
  readonly uuid: string;
  /** False: its platform does not have it any more, and it cannot be backed up. */
  readonly isPresent: boolean;
  /** Size of a full backup. */
  readonly bytes: number;
  readonly policy: Reference;
  readonly rule: Reference;
  readonly node: Reference;
  readonly hypervisor: Reference | null;
  readonly hypervisorManager: Reference | null;
  readonly project: Reference | null;
  /** In its platform. That rows have them is known from a model of the vendor (SRC); their form is inferred (INF). */
  readonly tags: readonly string[];
  readonly cloudServiceProvider: Reference | null;
  readonly storageProvider: Reference | null;
}

export interface Destination extends Reference {
  readonly type: string;
  readonly usedBytes: number;
  readonly availableBytes: number;
  readonly isForMachines: boolean;
}

export interface Rule extends Reference {
  readonly policy: Reference;
  readonly destination: Destination;
}

/** A schedule of machines. Its `rules` are of policies. */
export interface ScheduleFacts extends Reference {
  readonly active: boolean;
  /** Milliseconds since midnight; null: by `frequency`. */
  readonly hour: number | null;
  /** Milliseconds. */
  readonly frequency: number | null;
  readonly days: readonly string[];
  readonly rules: readonly Rule[];
}

export interface Estate {
  readonly entities: readonly VProtectEntity[];
  readonly destinations: readonly Destination[];
  readonly rules: readonly Rule[];
  readonly schedules: readonly ScheduleFacts[];
}

const refer = (kind: GuidKind, number: number, name: string): Reference => ({ guid: vprotectGuid(kind, number), name });

const terabyte = 1_000_000_000_000;
const destinations: readonly Destination[] = [
  {
    ...refer('destination', 1, 'vault-dedup'),
    type: 'FILESYSTEM',
    usedBytes: 18 * terabyte,
    availableBytes: 31 * terabyte,
    isForMachines: true,
  },
  {
    ...refer('destination', 2, 'offsite-s3'),
    type: 'S3',
    usedBytes: 6 * terabyte,
    availableBytes: 90 * terabyte,
    isForMachines: true,
  },
  {
    ...refer('destination', 3, 'tape-yearly'),
    type: 'TAPE',
    usedBytes: 40 * terabyte,
    availableBytes: 8 * terabyte,
    isForMachines: false,
  },
];

const [gold, silver] = [refer('policy', 1, 'Gold'), refer('policy', 2, 'Silver')];
const [vault, offsite] = destinations as [Destination, Destination, Destination];
const daily: Rule = { ...refer('rule', 1, 'Daily to vault'), policy: gold, destination: vault };
const weekly: Rule = { ...refer('rule', 2, 'Weekly offsite'), policy: silver, destination: offsite };

const schedules: readonly ScheduleFacts[] = [
  {
    ...refer('schedule', 1, 'Nightly full'),
    active: true,
    hour: 2 * 3_600_000,
    frequency: null,
    days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'],
    rules: [daily],
  },
  {
    ...refer('schedule', 2, 'Every hour'),
    active: false,
    hour: null,
    frequency: 3_600_000,
    days: ['SUNDAY'],
    rules: [daily, weekly],
  },
];

const gigabyte = 1_000_000_000;
const wellKnown: readonly (readonly [name: string, bytes: number])[] = [
  ['erp-db-01', 412 * gigabyte],
  ['erp-app-01', 86 * gigabyte],
  ['mail-01', 640 * gigabyte],
  ['web-01', 24 * gigabyte],
  ['web-02', 24 * gigabyte],
  ['Büro-Fileserver', 980 * gigabyte],
  ['legacy-crm', 55 * gigabyte],
  ['staging-new', 31 * gigabyte],
];

/** The seventh machine is gone from its platform. */
const goneMachine = 7;

function machine(number: number): VProtectEntity {
  const [name, bytes] = wellKnown[number - 1] ?? [`vm-${String(number).padStart(3, '0')}`, (5 + number) * gigabyte];
  const host = (number % 3) + 1;
  return {
    ...entity(refer('machine', number, name), number % 2 === 1 ? daily : weekly),
    type: 'VM',
    uuid: `vm-${4470 + number}`,
    isPresent: number !== goneMachine,
    bytes,
    node: refer('node', (number % 2) + 1, `node-${(number % 2) + 1}`),
    hypervisor: refer('hypervisor', host, `kvm-host-${host}`),
    hypervisorManager: refer('manager', 1, 'ovirt.example.net'),
    tags: number % 2 === 0 ? ['finance'] : ['platform', 'production'],
    project: refer('project', (number % 2) + 1, number % 2 === 0 ? 'finance' : 'platform'),
  };
}

const entity = (reference: Reference, { policy, guid, name }: Rule) => ({
  ...reference,
  uuid: reference.guid,
  isPresent: true,
  policy,
  rule: { guid, name },
  node: refer('node', 1, 'node-1'),
  hypervisor: null,
  hypervisorManager: null,
  project: null,
  tags: [],
  cloudServiceProvider: null,
  storageProvider: null,
});

/** So many machines, then one application, one storage and one cloud entity, which only backups tell of. */
export function createEstate(machines: number): Estate {
  const others: readonly VProtectEntity[] = [
    { ...entity(refer('application', 1, 'orders-postgres'), daily), type: 'APP', bytes: 38 * gigabyte },
    {
      ...entity(refer('storage', 1, 'nas-projects'), weekly),
      type: 'STORAGE',
      bytes: 2_900 * gigabyte,
      storageProvider: refer('storage-provider', 1, 'nas.example.net'),
    },
    {
      ...entity(refer('cloud', 1, 'Example M365'), weekly),
      type: 'CLOUD',
      bytes: 210 * gigabyte,
      cloudServiceProvider: refer('cloud-service', 1, 'Microsoft 365'),
    },
  ];
  const all = Array.from({ length: machines }, (_, index) => machine(index + 1));
  return { entities: [...all, ...others], destinations, rules: [daily, weekly], schedules };
}
