/** The route table. Each handler states in which order it refuses. */
import type { SandboxHandler, SandboxReply, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { changeBackup, createBackup, deleteBackup } from './commands.ts';
import { getBackup, listBackups, listPath } from './lists.ts';
import type { LabiiServer } from './server.ts';
import { fillIn, Refusal, refuse, searchOf, serverError } from './wire.ts';

const detailPath = '/organizations/backup/detail/:sid/';

export function labiiRoutes(server: LabiiServer): SandboxRoutes {
  const { access } = server;
  const refusing =
    (handler: SandboxHandler): SandboxHandler =>
    async (call) => {
      try {
        return await handler(call);
      } catch (error) {
        if (error instanceof Refusal) return error.toReply(server.errorStyle);
        throw error;
      }
    };
  const signedIn = (handler: SandboxHandler): SandboxHandler =>
    refusing((call) => {
      access.check(call.headers);
      return handler(call);
    });
  const newer = (handler: SandboxHandler, method: string): SandboxHandler =>
    signedIn(server.generation === 'current' ? handler : () => notAllowed(method));
  const routes: SandboxRoutes = [
    ['POST /accounts/auth/', refusing(access.login)],
    ['POST /accounts/mfa/code/', refusing(access.sendCode)],
    ['POST /accounts/mfa/verify/', refusing(access.verifyCode)],
    ['GET /accounts/checktoken/', signedIn(() => ({ status: 200, body: { detail: 'Valid token.' } }))],
    ['GET /accounts/logout/', access.logout],
    [`GET ${listPath}`, signedIn((call) => listBackups(server, call))],
    [`POST ${listPath}`, signedIn((call) => createBackup(server, call))],
    [`GET ${detailPath}`, signedIn((call) => getBackup(server, call))],
    [`PATCH ${detailPath}`, newer((call) => changeBackup(server, call), 'PATCH')],
    [`DELETE ${detailPath}`, newer((call) => deleteBackup(server, call), 'DELETE')],
  ];
  return routes.flatMap(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    const whole = server.basePath + path;
    return [
      [`${method} ${whole}`, handler],
      [`${method} ${whole.slice(0, -1)}`, method === 'GET' ? redirectTo(whole) : serverError],
    ];
  });
}

/**
 * Django's answer to a path without its last slash: it redirects a GET. Other methods get the 500 of Django's debug
 * mode, so that a test notices them; without debug mode Django redirects them too, and clients repeat them as a GET.
 */
const redirectTo =
  (path: string): SandboxHandler =>
  ({ params, query }) => ({
    status: 301,
    body: '',
    headers: { location: fillIn(path, params) + searchOf(query), 'content-type': 'text/html; charset=utf-8' },
  });

const notAllowed = (method: string): SandboxReply =>
  refuse(405, `Method "${method}" not allowed.`, { allow: 'GET, HEAD, OPTIONS' });
