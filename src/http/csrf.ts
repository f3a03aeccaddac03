/** What a page of any site can make a browser send without asking first: nothing of it is carried out. */
import type { Plugin } from 'graphql-yoga';

/**
 * A form can send any other type, or what a server takes for none, and a mutation would be carried out. Types are named
 * that need a question first (CORS preflight), since what is left of the rest differs from browser to browser. That
 * mutations are not carried out by GET is yoga's own rule.
 */
const jsonTypes = /^application\/(json|graphql|graphql\+json)\s*(;|$)/i;

export const refuseSimplePosts: Plugin = {
  onRequest({ request, endResponse, fetchAPI }) {
    const type = request.headers.get('content-type') ?? '';
    if (request.method !== 'POST' || jsonTypes.test(type)) return;
    const message = 'Send the operation as JSON, with "content-type: application/json".';
    endResponse(
      fetchAPI.Response.json(
        { errors: [{ message, extensions: { code: 'BAD_USER_INPUT', retryable: false } }] },
        { status: 415 },
      ),
    );
  },
};
