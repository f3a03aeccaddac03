/** The reference of the configuration as Markdown: `docs/configuration.md` is what `toMarkdown` returns. */
import { formerKeys } from './former-keys.ts';
import type { KeyTable } from './reference.ts';

const introduction = `# Configuration

<!-- Generated from the schemas in src/config and providers/*/config.ts by \`npm run codegen\`. Do not edit. -->

The gateway reads one YAML file, which \`--config FILE\` names. Only \`providers\` is required; every other key has a default.
[backplane.example.yaml](../backplane.example.yaml) shows the keys in use. The command \`check\` checks a file, and each provider
once. The gateway does not start with an unknown key or a wrong value: it prints all faults and exits with code 2.

Editors complete and check the file by its JSON Schema, [schema/backplane.schema.json](../schema/backplane.schema.json), which the first
line of the example names. In another folder, \`config schema\` writes it beside your file:

\`\`\`sh
node dist/main.js config schema > backplane.schema.json
\`\`\`

\`config print --config FILE\` prints the configuration as it is used: with values of the environment and defaults, without secrets.

In any string of the file:

| text | meaning |
|---|---|
| \`\${NAME}\` | value of the environment variable \`NAME\`; the gateway does not start where it is not set |
| \`\${NAME:-default}\` | the same, or \`default\` where the variable is not set or empty |
| \`\${file:PATH}\` | text of the file \`PATH\`, such as \`\${file:/run/secrets/borg}\`, without the line end at its end |
| \`$\${\` | a literal \`\${\` |

Where a number, \`true\`, \`false\` or \`null\` is expected, the value of a reference is converted: \`port: \${PORT:-4000}\`. Where a string is
allowed it stays a string. Each secret has a second key for a file with it: \`passwordFile: borg.password\` instead of \`password\`. Files
with secrets have at most 64 KiB. They must not be readable by everyone (\`chmod 600\`), except below \`/run/secrets\`, where container
engines put the secrets of one container. What is read from a file is redacted from errors and logs.

Paths of files are relative to the folder of the configuration file. In the titles below, \`[]\` stands for each item of a list and
\`*\` for a key that you choose.
`;

const formerIntroduction = `## Former names

These keys were renamed. The former name still works and prints a warning; the next major version removes it.

| former name | current name |
|---|---|
`;

export function toMarkdown(tables: readonly KeyTable[]): string {
  const titles = tables.map(({ title }) => title);
  return [introduction, ...tables.map((table) => toSection(table, titles)), formerNames()].join('\n');
}

function toSection({ title, description, keys }: KeyTable, titles: readonly string[]): string {
  const rows = keys.map((key) => {
    const path = `${title.split(' ')[0]}.${key.name}`;
    const target = titles.find((other) => [path, `${path}[]`, `${path}.*`].includes(other));
    const name = target === undefined ? `\`${key.name}\`` : `[\`${key.name}\`](#${toAnchor(target)})`;
    const value = key.isRequired ? 'required' : key.default === null ? '' : `\`${key.default}\``;
    return `| ${name} | ${toCell(key.type)} |${value && ` ${value}`} | ${toCell(key.description)} |`;
  });
  const head = ['| key | type | default | description |', '|---|---|---|---|'];
  return [`## ${title}`, '', description, '', ...head, ...rows, ''].join('\n');
}

/** The anchor that GitHub makes of a heading. */
const toAnchor = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

const toCell = (text: string): string => text.replaceAll('|', '\\|');

function formerNames(): string {
  const rows = formerKeys.map(({ place, from, to }) => {
    const path = place.join('.').replaceAll('.*', '[]');
    return `| \`${path}.${from}\` | \`${path}.${to}\` |\n`;
  });
  return formerIntroduction + rows.join('');
}
