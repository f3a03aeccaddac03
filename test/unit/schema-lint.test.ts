/** The committed SDL by the rules that others hold schemas to. What is excepted stands here, with its reason. */
import { readFile } from 'node:fs/promises';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { ESLint, type Linter } from 'eslint';
import { type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';

const file = 'schema/schema.graphql';

const rules = {
  ...graphqlPlugin.configs['flat/schema-recommended'].rules,
  ...graphqlPlugin.configs['flat/schema-relay'].rules,
  '@graphql-eslint/input-name': ['error', { checkInputType: true, caseSensitiveInputType: false }],
  // Lists of values and of plain objects are no pages: enum values, problems, user errors, `nodes` beside `edges`.
  '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
} as Linter.RulesRecord;

interface Exception {
  readonly rule: string;
  readonly because: string;
  readonly places: readonly string[];
}

/** Whatever is not listed fails, and so does a place that no longer breaks its rule. */
const exceptions: readonly Exception[] = [
  {
    rule: 'relay-arguments',
    because: 'the audit log and operations are read forwards only, the newest first',
    places: ['Query.auditLog', 'Query.operations'],
  },
  {
    rule: 'relay-edge-types',
    because: 'a log line is no Node: products number lines, or do not, and none can be asked for one line again',
    places: ['LogLineEdge'],
  },
  {
    rule: 'no-typename-prefix',
    because: 'it is Salesforce’s own id of the org, by its usual name, beside `id`, which is ours',
    places: ['SalesforceOrg.salesforceOrgId'],
  },
  {
    rule: 'strict-id-in-types',
    because: 'pages are places in a list: the things in them have ids',
    places: [
      'AuditEntryConnection',
      'AuditEntryEdge',
      'BackupConnection',
      'BackupEdge',
      'LogLineConnection',
      'LogLineEdge',
      'OperationConnection',
      'OperationEdge',
      'PageInfo',
      'ProtectedEntityConnection',
      'ProtectedEntityEdge',
    ],
  },
  {
    rule: 'strict-id-in-types',
    because: 'the answer to a command: its `operation` and its `backup` have ids',
    places: [
      'AcknowledgeBackupWarningsPayload',
      'CancelBackupPayload',
      'CreateBackupPayload',
      'CreateDownloadLinkPayload',
      'RetryBackupPayload',
      'StartBackupPayload',
      'StartBackupsPayload',
      'StartBackupsResult',
      'UpdateBackupDescriptionPayload',
      'UpdateBackupWarningsPayload',
      'UserError',
    ],
  },
  {
    rule: 'strict-id-in-types',
    because: 'an event has a cursor, which is what it is resumed by, and nobody asks for one event again',
    places: ['BackupFinished', 'BackupStarted', 'BackupUpdated', 'LogLinesAppended', 'StreamGap', 'StreamStalled'],
  },
  {
    rule: 'strict-id-in-types',
    because: 'a value of the thing that holds it, which has an id: a cache keeps it there',
    places: [
      'BackupAnomaly',
      'BackupCopy',
      'BackupOrigin',
      'BackupProgress',
      'BackupSchedule',
      'BackupSize',
      'BackupWarning',
      'EntityDay',
      'FailureReason',
      'LastKnownProtection',
      'LogGap',
      'LogLine',
      'Protection',
      'ProviderHealth',
      'ProviderHistory',
      'ProviderLimits',
      'ProviderProblem',
      'TrendPoint',
    ],
  },
  {
    rule: 'strict-id-in-types',
    because: 'numbers counted for this very question: the same filter an hour later is other numbers',
    places: [
      'BackupSizeCounts',
      'BackupStatistics',
      'BackupTimeline',
      'BackupTimelinePoint',
      'BackupTotals',
      'BackupTotalsGroup',
      'ProviderCount',
      'StatusCount',
      'VProtectReportedCount',
      'VProtectReportedDuration',
      'VProtectReportedRate',
      'VProtectReportedSize',
      'VProtectReportedStatistics',
    ],
  },
  {
    rule: 'naming-convention',
    because: 'routers of federation ask for these by these names',
    places: ['Query._entities', 'Query._service', '_Any', '_Entity', '_Service'],
  },
  {
    rule: 'strict-id-in-types',
    because: 'there is one, the schema itself',
    places: ['_Service'],
  },
  {
    rule: 'strict-id-in-types',
    because: 'there is one: the viewer of the request',
    places: ['Viewer'],
  },
];

/** Each breach as `rule Type.field`. */
async function breaches(sdl: string): Promise<string[]> {
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.graphql'],
        plugins: { '@graphql-eslint': graphqlPlugin as never },
        languageOptions: { parser: graphqlPlugin.parser as never, parserOptions: { graphQLConfig: { schema: file } } },
        rules,
      },
    ],
  });
  const [result] = await eslint.lintText(sdl, { filePath: file });
  const places = placesOf(sdl);
  const found = (result?.messages ?? []).map(
    ({ ruleId, line }) => `${ruleId?.replace('@graphql-eslint/', '')} ${places.get(line)}`,
  );
  return [...new Set(found)].toSorted();
}

/** Which type, field or argument begins on each line; an argument stands for its field. */
function placesOf(sdl: string): Map<number | undefined, string> {
  const places = new Map<number | undefined, string>();
  for (const definition of parse(sdl).definitions) {
    const { name, fields = [] } = definition as ObjectTypeDefinitionNode;
    places.set(name.loc?.startToken.line, name.value);
    for (const field of fields) {
      const place = `${name.value}.${field.name.value}`;
      for (const { loc } of [field.type, field.name, ...(field.arguments ?? []).map((argument) => argument.name)]) {
        places.set(loc?.startToken.line, place);
      }
    }
  }
  return places;
}

describe('the committed schema', () => {
  it('keeps the rules for schemas and for Relay, but for exceptions that have a reason', async () => {
    const excepted = exceptions.flatMap(({ rule, places }) => places.map((place) => `${rule} ${place}`));
    expect(await breaches(await readFile(file, 'utf8'))).toEqual(excepted.toSorted());
    expect(exceptions.every(({ because }) => because.length > 10)).toBe(true);
  });

  it('would not pass with a bad name, without a description, or with what nothing leads to', async () => {
    const sdl = await readFile(file, 'utf8');
    const lonely = `type Lonely {\n  "Opaque."\n  Bad_name: ID!\n}\n\n"A list of things."\ntype ThingConnection {\n  "The things."\n  things: [Viewer!]!\n}\n`;
    expect(await breaches(`${sdl}\n${lonely}`)).toEqual(
      expect.arrayContaining([
        'no-unreachable-types Lonely',
        'naming-convention Lonely.Bad_name',
        'require-description Lonely',
        'relay-connection-types ThingConnection',
      ]),
    );
  });
});
