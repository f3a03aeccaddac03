/** Run by `npm run conformance` alone: the configuration does not count it among the tests otherwise. */
import { describeRealProvider } from './index.ts';
import type { TestedProduct } from './suite.ts';

interface Given {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly entity: string | null;
}

const { kind, config, entity } = JSON.parse(process.env['BACKPLANE_CONFORMANCE'] ?? '{}') as Given;
// What a test starts has no use for the secrets in it.
delete process.env['BACKPLANE_CONFORMANCE'];

const module = (await import(`../../providers/${kind}/index.ts`)) as Record<string, TestedProduct<unknown> | undefined>;
const product = module[kind];
if (!product) throw new Error(`providers/${kind}/index.ts exports no product named ${kind}.`);

describeRealProvider(kind, { product, config, entity });
