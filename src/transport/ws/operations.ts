/** The operations of a socket, from the message that opens one to its last result. One file, since an operation is shared, counted and ended in one place. */
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  Kind,
} from 'graphql';
import { CloseCode, MessageType, makeServer, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { AuthenticateRequest, Caller } from '../../auth/authentication.ts';
import { revokedMessage } from '../../auth/identity.ts';
import { GatewayError } from '../../core/errors.ts';
import { inOwnTurn } from '../../core/turns.ts';
import type { ToPublicError } from '../../limits/refusal.ts';
import type { Slots } from '../../limits/slots.ts';
import { clientInPayload } from '../shared/client-software.ts';
import type { Documents } from '../shared/documents.ts';
import type { OperationContext } from '../shared/operation-context.ts';
import { untilExpiry } from '../shared/token-expiry.ts';
import { results, Sending } from './results.ts';
import { createSharedStreams } from './shared-streams.ts';
import { tryAgainLater } from './socket.ts';
import type { SocketState } from './socket-state.ts';

export interface OperationsOptions {
  readonly yoga: YogaServerInstance<OperationContext, Context>;
  readonly documents: Documents;
  readonly toPublicError: ToPublicError;
  readonly authenticateRequest: AuthenticateRequest;
  readonly authRequired: boolean;
  readonly streams: Slots;
  readonly initMs: number;
  readonly maxOperations: number;
}

/** Yoga's own execute and subscribe, with its plugins, travel with the arguments of one operation. */
interface EnvelopedArgs extends ExecutionArgs {
  /** Null once it has begun: graphql-ws keeps the arguments for as long as the operation runs. */
  run: { execute: (args: ExecutionArgs) => unknown; subscribe: (args: ExecutionArgs) => unknown } | null;
  readonly caller: Caller;
}

const begin = (args: ExecutionArgs, how: 'execute' | 'subscribe'): unknown => {
  const given = args as EnvelopedArgs;
  const { run } = given;
  given.run = null;
  return run?.[how](given);
};

export function createOperations(options: OperationsOptions) {
  const { yoga, documents, toPublicError, authenticateRequest, authRequired, streams, initMs, maxOperations } = options;
  const shared = createSharedStreams();
  const payloads = new WeakMap<ExecutionResult, string>();

  async function prepare(state: SocketState, id: string, given: SubscribePayload): Promise<EnvelopedArgs> {
    const run = state.operations.get(id);
    if (!run) throw new Error('an operation began that its socket does not know');
    if (countRunning(state) >= maxOperations) {
      const message = `${maxOperations} operations run on this socket already, and no more may. Complete some, or open another socket.`;
      throw new GatewayError('RATE_LIMITED', message);
    }
    run.isCounted = true;
    const { stop } = run;
    const caller = { ...state.caller, requestId: run.requestId };
    const own = authorizationIn(given.extensions?.['headers']);
    const authenticated = own === null ? authenticateAgain(state, caller) : authenticateRequest(own, caller);
    const authentication = await inOwnTurn(authenticated);
    state.isKnown = true;
    const payload = { ...given, query: documents.resolve(given, caller) ?? given.query };
    const origin = `${state.scheme}://${state.host}`;
    const { schema, parse, validate, contextFactory, execute, subscribe } = envelop(payload, {
      operation: {
        // Made only for a context: one that is shared has none of its own.
        get signal() {
          return stop.signal;
        },
        origin,
      },
      authentication,
    });
    const document: DocumentNode = parse(payload.query);
    const errors: readonly Error[] = validate(schema, document);
    if (errors.length > 0) throw new RefusedOperation(errors);
    const { query, variables: variableValues = null } = payload;
    // An empty name is none, as over HTTP.
    const operationName = payload.operationName || null;
    if (getOperationAST(document, operationName)?.operation === 'mutation') run.isMutation = true;
    const args = { schema, document, operationName, variableValues, caller };
    if (!isShareable(document, operationName)) {
      return { ...args, contextValue: await contextFactory(), run: { execute, subscribe } };
    }
    // The whole of it: two tokens of one person may let them see different things.
    const key = { viewer: authentication.viewer, origin, query, operationName, variables: variableValues };
    const open = async (untilAllLeft: AbortSignal) => {
      // It may outlive the token of the client that began it: each client's own token ends its part.
      const forAll = envelop(payload, {
        operation: { signal: untilAllLeft, origin, isShared: true },
        authentication: { ...authentication, expiresAt: null, revoked: undefined },
      });
      return forAll.subscribe({ ...args, contextValue: await forAll.contextFactory() });
    };
    return {
      ...args,
      contextValue: null,
      run: {
        execute,
        subscribe: async () =>
          untilExpiry(
            await streams.during(authentication.countedAs, () => shared.join(key, open, stop)),
            authentication,
          ),
      },
    };
  }

  const envelop = (
    params: SubscribePayload,
    context: Required<Pick<OperationContext, 'operation' | 'authentication'>>,
  ) => yoga.getEnveloped({ params, request: undefined as never, ...context } as never);

  /**
   * By what the client said when it opened the socket. Where that is no longer good, the socket is closed: clients of
   * graphql-ws then ask for new connectionParams, connect, and send what they were waiting for again. Only a new socket can
   * carry a new token. A mutation that runs is answered first, since it would be sent again as well.
   */
  async function authenticateAgain(state: SocketState, caller: Caller) {
    try {
      return await authenticateRequest(state.authorization, caller);
    } catch (error) {
      if (state.authorization !== null && isLost(error)) {
        await state.mutationsDone();
        state.close(CloseCode.Forbidden, 'The token of this socket is not good any more: connect with a new one.');
      }
      throw error;
    }
  }

  /** Like a token that is no longer good. The close comes before the errors of streams, which clients would not retry. */
  function closeWhenRevoked(state: SocketState, revoked: AbortSignal): void {
    const close = () => {
      const end = () => state.close(CloseCode.Forbidden, revokedMessage);
      const isWriting = [...state.operations.values()].some(({ isMutation, isEnding }) => isMutation && !isEnding);
      if (isWriting) void state.mutationsDone().then(end);
      else end();
    };
    if (revoked.aborted) close();
    else revoked.addEventListener('abort', close, { once: true, signal: state.closed });
  }

  /** A browser cannot send headers with a socket: `connectionParams` are its place for them. */
  async function connect(state: SocketState, params: Record<string, unknown> | undefined): Promise<boolean> {
    const client = clientInPayload(params) ?? clientInPayload(params?.['headers']);
    if (client) state.caller = { ...state.caller, client };
    if (!authRequired) return true;
    state.authorization = authorizationIn(params) ?? authorizationIn(params?.['headers']) ?? state.authorization;
    if (state.authorization !== null) {
      try {
        const { revoked } = await authenticateRequest(state.authorization, state.caller);
        state.isKnown = true;
        if (revoked) closeWhenRevoked(state, revoked);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        if (error.code === 'RATE_LIMITED') state.close(tryAgainLater, error.message);
        // 4403, after which clients ask for new connectionParams and try again.
        return false;
      }
    } else {
      // GraphiQL sends its headers with each operation. A client that never authenticates loses its socket.
      setTimeout(() => {
        if (!state.isKnown) state.close(CloseCode.Unauthorized, 'Nobody said who they are.');
      }, initMs).unref();
    }
    return true;
  }

  /** Turns a failure into the result of its operation. Thrown, it would end every other operation on the socket. */
  const failSoftly = async (args: ExecutionArgs, how: 'execute' | 'subscribe') => {
    try {
      return await begin(args, how);
    } catch (error) {
      return { errors: [toPublicError(error, (args as EnvelopedArgs).caller)] };
    }
  };

  const toJson = (error: GraphQLError) => withoutHttp(toPublicError(error).toJSON());

  /** Written out once for all who get the same result. */
  function toPayload(result: ExecutionResult): string {
    const known = payloads.get(result);
    if (known !== undefined) return known;
    const { errors, ...rest } = result;
    const text = JSON.stringify(errors ? { ...rest, errors: errors.map(toJson) } : rest);
    payloads.set(result, text);
    return text;
  }

  function toMessage(id: string): (result: ExecutionResult) => string {
    const head = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
    return (result) => `${head}${toPayload(result)}}`;
  }

  const serverOptions: ServerOptions<Record<string, unknown>, SocketState> = {
    connectionInitWaitTimeout: initMs,
    onConnect: ({ extra, connectionParams }) => connect(extra, connectionParams),
    execute: (args) => failSoftly(args, 'execute') as never,
    subscribe: (args) => failSoftly(args, 'subscribe') as never,
    async onSubscribe({ extra }, id, payload) {
      try {
        return await prepare(extra, id, payload);
      } catch (error) {
        const { requestId = extra.caller.requestId } = extra.operations.get(id) ?? {};
        const caller = { ...extra.caller, requestId };
        return (error instanceof RefusedOperation ? error.errors : [error]).map((one) => toPublicError(one, caller));
      }
    },
    onError: (_context, _id, _payload, errors) => errors.map(toJson),
    // Results go to the outbox from here. Handed back one by one, all that came at the same moment would be written
    // out before the first of them could be seen to fill it.
    onOperation: ({ extra }, id, _payload, _args, result) => new Sending(extra.outbox, results(result), toMessage(id)),
  };
  return makeServer(serverOptions);
}

/** The token itself is refused, not its number of requests, nor for want of a key server that answers. */
const isLost = (error: unknown): boolean =>
  error instanceof GatewayError &&
  (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN') &&
  error.retryAfterSeconds === null;

/** Operations of a socket that its client has not completed. */
function countRunning({ operations }: SocketState): number {
  let count = 0;
  for (const { isCounted, isEnding } of operations.values()) if (isCounted && !isEnding) count++;
  return count;
}

/** Its newest result says everything, and all of it depends on nothing but the key. */
const sharedField = 'backupProgress';

function isShareable(document: DocumentNode, operationName: string | null): boolean {
  const operation = getOperationAST(document, operationName);
  const [only, ...others] = operation?.selectionSet.selections ?? [];
  return others.length === 0 && only?.kind === Kind.FIELD && only.name.value === sharedField;
}

class RefusedOperation extends Error {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super('refused by validation');
    this.errors = errors;
  }
}

/** The value of `authorization` among headers, or what looks like them; null where there is none. */
function authorizationIn(headers: unknown): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return typeof value === 'string' ? value : null;
}

/** How HTTP would have answered is no one's business here. */
function withoutHttp<T extends { extensions?: Record<string, unknown> }>(error: T): T {
  const { http: _http, ...extensions } = error.extensions ?? {};
  return { ...error, extensions };
}
