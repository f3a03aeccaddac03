/** The settings of each product, as its input type has them. */
import type { ProviderKind } from '../../gql/graphql.ts';
import { texts } from '../../text/texts.ts';
import { flosumSettings } from './to-input.ts';

export function Settings({ kind, entityName }: { readonly kind: ProviderKind; readonly entityName: string }) {
  switch (kind) {
    case 'BORG':
      return <p className="quiet">{texts.start.noSettings}</p>;
    case 'LABII':
      return <p className="quiet">{texts.start.labii}</p>;
    case 'VPROTECT':
      return <VProtectSettings />;
    case 'FLOSUM':
      return <FlosumSettings entityName={entityName} />;
  }
}

function VProtectSettings() {
  const words = texts.start.vprotect;
  return (
    <>
      <label>
        {words.type}
        <select name="type" defaultValue="FULL">
          <option value="FULL">{texts.type.FULL}</option>
          <option value="INCREMENTAL">{texts.type.INCREMENTAL}</option>
        </select>
      </label>
      <label>
        {words.priority}
        <input name="priority" type="number" min={0} max={100} defaultValue={50} required />
      </label>
      <label>
        {words.destination}
        <input name="destination" autoComplete="off" />
        <span className="quiet">{words.destinationHint}</span>
      </label>
    </>
  );
}

function FlosumSettings({ entityName }: { readonly entityName: string }) {
  const words = texts.start.flosum;
  return (
    <>
      <label>
        {words.name}
        <input name="name" required maxLength={100} autoComplete="off" defaultValue={words.defaultName(entityName)} />
      </label>
      <label>
        {words.description}
        <input name="description" autoComplete="off" />
      </label>
      <label>
        {words.template}
        <input name="template" inputMode="numeric" pattern="[0-9]*" autoComplete="off" />
        <span className="quiet">{words.templateHint}</span>
      </label>
      <fieldset>
        <legend>{words.included}</legend>
        {flosumSettings.map(([name, text]) => (
          <label key={name} className="check">
            <input type="checkbox" name={name} defaultChecked />
            {text}
          </label>
        ))}
      </fieldset>
    </>
  );
}
