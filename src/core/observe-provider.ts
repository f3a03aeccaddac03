/** Reports each call of an adapter to the observer. */
import { observer } from './observer.ts';
import type { Provider } from './provider.ts';
import { decorateProvider, methodKinds } from './provider-methods.ts';

export function observeProvider(provider: Provider): Provider {
  const { name } = provider;
  return decorateProvider(provider, (method, call) => async (...args) => {
    const kind = methodKinds[method] === 'command' ? 'command' : 'read';
    const startedAt = performance.now();
    const report = (isSuccess: boolean) =>
      observer()?.providerCall({ provider: name, kind, isSuccess }, (performance.now() - startedAt) / 1000);
    try {
      const answer = await call(...args);
      report(true);
      return answer;
    } catch (error) {
      report(false);
      throw error;
    }
  });
}
