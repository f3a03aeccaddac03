import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { startLabiiSandbox } from '../../providers/labii/sandbox/index.ts';
import { startVProtectSandbox } from '../../providers/vprotect/sandbox/index.ts';
import { graphql } from '../gql/index.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';

export const Acknowledge = graphql(`
  mutation AcknowledgeMany($ids: [ID!]!, $acknowledged: Boolean!) {
    acknowledgeBackupWarnings(input: { ids: $ids, acknowledged: $acknowledged }) {
      backups {
        id
        warnings {
          acknowledged
        }
      }
      userErrors {
        code
        field
      }
    }
  }
`);

/** `histories`: backups of each product in the past. */
export async function startFour(
  histories: { readonly labii?: number; readonly borg?: number } = {},
  more: Partial<GatewayOptions> = {},
) {
  const options = { speed: 0, now: Date.parse('2026-11-20T12:00:00Z') };
  const borg = await startBorgSandbox({ ...options, history: histories.borg ?? 120 });
  const flosum = await startFlosumSandbox({ ...options, history: 120 });
  const labii = await startLabiiSandbox({ ...options, history: histories.labii ?? 60 });
  const vprotect = await startVProtectSandbox({ ...options, history: 120 });
  const sandboxes = { borg, flosum, labii, vprotect };
  const gateway = startGateway({ providers: Object.values(sandboxes).map(({ config }) => config), ...more });
  return {
    ...sandboxes,
    gateway,
    /** Requests since the last time, for each product. */
    requests() {
      return Object.fromEntries(
        Object.entries(sandboxes).map(([name, { requests }]) => [
          name,
          requests.splice(0).map(({ method, path }) => `${method} ${path}`),
        ]),
      );
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
    },
  };
}
