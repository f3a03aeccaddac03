/** Which backups come first: the head of each column sorts by it, and once more turns it round. */
import type { BackupOrder, BackupOrderField } from '../../gql/graphql.ts';
import type { AddressFilter } from '../../parts/filters.tsx';
import { texts } from '../../text/texts.ts';

/** As they stand in the address. Names begin with A, everything else with the largest. */
const fields = {
  name: ['NAME', 'ASC'],
  started: ['STARTED_AT', 'DESC'],
  ended: ['ENDED_AT', 'DESC'],
  duration: ['DURATION', 'DESC'],
  size: ['SIZE', 'DESC'],
} as const satisfies Record<string, readonly [BackupOrderField, BackupOrder['direction']]>;

type Column = keyof typeof fields;
const columns = Object.keys(fields) as Column[];

interface Chosen {
  readonly column: Column;
  readonly orderBy: BackupOrder;
}

export function toOrder(address: AddressFilter): Chosen {
  const column = columns.find((one) => one === address.get('order')) ?? 'started';
  const [field, usual] = fields[column];
  const asked = address.get('direction');
  const direction = asked === 'asc' ? 'ASC' : asked === 'desc' ? 'DESC' : usual;
  return { column, orderBy: { field, direction } };
}

export function OrderHead({ address }: { readonly address: AddressFilter }) {
  const { column: chosen, orderBy } = toOrder(address);
  const words = texts.backups.order;
  const choose = (column: Column) => {
    const [, usual] = fields[column];
    const direction = column === chosen ? (orderBy.direction === 'ASC' ? 'DESC' : 'ASC') : usual;
    address.set('order', column === 'started' ? '' : column);
    address.set('direction', direction === usual ? '' : direction.toLowerCase());
  };
  return (
    <fieldset className="list-head">
      <legend className="skip">{words.label}</legend>
      {columns.map((column) => {
        const isChosen = column === chosen;
        const direction = isChosen ? orderBy.direction : null;
        return (
          <button
            key={column}
            type="button"
            className={`by-${column}`}
            aria-pressed={isChosen}
            aria-label={`${words.columns[column]}${direction ? `, ${words.ends[column][direction]}` : ''}`}
            onClick={() => choose(column)}
          >
            {words.columns[column]}
            <span aria-hidden="true">{direction && (direction === 'ASC' ? ' ▲' : ' ▼')}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
