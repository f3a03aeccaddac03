/** What is decided before anybody reads what a request wants: by whose page, under which name, and how it is answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BrowserSettings, isOn } from '../../config/browsers.ts';
import { secure, securityHeaders } from '../shared/security-headers.ts';
import type { Refusal, UpgradeGuard } from '../shared/upgrade-guard.ts';
import { enterBasePath } from './base-path.ts';
import { allowOrigin, allowRequest, isPreflight } from './cors.ts';
import { assetsPath, createDashboard, type DashboardOptions, dashboardFrom, isDashboardPath } from './dashboard.ts';
import { asksForPage, createPages, type PageOptions } from './graphiql.ts';
import { createHostCheck } from './hosts.ts';
import { createOrigins } from './origins.ts';
import { answerText } from './short-answers.ts';

export interface RequestGuardOptions extends PageOptions, DashboardOptions {
  readonly browsers: BrowserSettings;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly graphqlPath: string;
  /** What the path of every request begins with, such as `/backplane`; empty: nothing. */
  readonly basePath: string;
  /** The data is made up: pages that somebody develops on this machine may ask. */
  readonly isSandbox: boolean;
}

export interface RequestGuard extends UpgradeGuard {
  /**
   * Answers what needs no GraphQL, and refuses what may not come in. False: the request goes on, and its URL has no base
   * path any more.
   */
  receive(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

const wrongName: Refusal = {
  status: 421,
  text: 'This gateway is not known by that name. Ask for localhost, or set server.publicUrl in its configuration.',
};
const wrongPage: Refusal = {
  status: 403,
  text: 'Pages of this origin may not ask here. server.origins in the configuration names those that may; server.publicUrl is where the gateway itself is reached.',
};
const noPage: Refusal = {
  status: 406,
  text: 'There is no page here: set server.graphiql to true in the configuration for GraphiQL. Programs send their operations by POST, as JSON.',
};

export function createRequestGuard(options: RequestGuardOptions): RequestGuard {
  const { browsers, authRequired, publicUrl, graphqlPath, basePath, isSandbox } = options;
  const headers = securityHeaders(publicUrl);
  const origins = createOrigins(browsers.origins, publicUrl, isSandbox);
  const isKnownName = createHostCheck(options);
  const sendPage = createPages(options);
  const sendDashboard = createDashboard(options);
  const nothingHere: Refusal = { status: 404, text: `Nothing here. GraphQL is at ${basePath}${graphqlPath}.` };
  const noSocket: Refusal = { status: 404, text: `WebSockets are at ${basePath}${graphqlPath}.` };
  const hasPage = isOn(browsers.graphiql, authRequired);

  return {
    headers,
    async receive(request, response) {
      secure(response, headers);
      if (!isKnownName(request)) return refuse(response, wrongName);
      const address = pathOf(request);
      if (!enterBasePath(request, basePath)) return refuse(response, nothingHere);
      const path = pathOf(request);
      // GraphiQL has its files there as well.
      if (browsers.dashboard ? isDashboardPath(path) : hasPage && path.startsWith(assetsPath)) {
        await sendDashboard(path, request, response);
        return true;
      }
      if (browsers.dashboard && path === '/' && asksForPage(request)) {
        response.writeHead(302, { location: dashboardFrom(address, basePath) }).end();
        return true;
      }
      const isGraphql = path === graphqlPath;
      if (!isGraphql && !/^\/(backups|reports)\//.test(path)) return false;
      allowOrigin(request, response, origins, browsers.cors);
      if (isPreflight(request)) {
        if (!origins.isListed(request.headers.origin)) return refuse(response, wrongPage);
        allowRequest(response, browsers.cors);
        return true;
      }
      if (isGraphql && asksForPage(request)) {
        if (!hasPage) return refuse(response, noPage);
        await sendPage(request, response);
        return true;
      }
      // It could not read the answer, but it could keep the products busy.
      if (origins.isForeign(request) && !(request.method === 'GET' && !isGraphql && isNavigation(request))) {
        return refuse(response, wrongPage);
      }
      return false;
    },
    refuseUpgrade(request) {
      if (!isKnownName(request)) return wrongName;
      if (!enterBasePath(request, basePath) || pathOf(request) !== graphqlPath) return noSocket;
      // A browser lets any page open a socket to any host; it only tells whose page it is.
      return origins.mayAsk(request) ? null : wrongPage;
    },
  };
}

export const pathOf = ({ url }: IncomingMessage): string => (url ?? '/').split('?', 1)[0] ?? '/';

/** A person who follows a link, and sees by the address where it has brought them. */
const isNavigation = ({ headers }: IncomingMessage): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

function refuse(response: ServerResponse, { status, text }: Refusal): true {
  answerText(response, status, text);
  return true;
}
