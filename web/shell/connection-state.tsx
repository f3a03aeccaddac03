import { connection } from '../api/live.ts';
import { useStore } from '../api/store.ts';
import { texts } from '../text/texts.ts';

/** Whether changes arrive by themselves. */
export function ConnectionState() {
  const state = useStore(connection);
  return (
    <p className={`connection ${state}`} role="status">
      {texts.connection[state]}
    </p>
  );
}
