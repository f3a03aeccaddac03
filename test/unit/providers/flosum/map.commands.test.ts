import { describe, expect, it } from 'vitest';
import { toStartSettings } from '../../../../providers/flosum/settings.ts';

describe('the settings of a start', () => {
  const names =
    'Metadata BinaryObjects BigObjects FeedObjects ShareObjects HistoryObjects CustomMetadataTypeObjects TagObjects';
  const all = Object.fromEntries(names.split(' ').map((name) => [`isInclude${name}`, true]));

  it('are a full backup of everything unless something else is said', () => {
    expect(toStartSettings({})).toEqual({ mode: 'full', settings: all });
    expect(toStartSettings({ mode: 'FULL', templateId: null, settings: null })).toEqual({
      mode: 'full',
      settings: all,
    });
  });

  it('leave out what they are told to, each under its own name', () => {
    for (const name of names.split(' ')) {
      expect(toStartSettings({ settings: { [`include${name}`]: false } }).settings).toEqual({
        ...all,
        [`isInclude${name}`]: false,
      });
    }
  });

  it('are the same where they come as GraphQL makes them', () => {
    const bare = (fields: object) => Object.assign(Object.create(null), fields);
    expect(toStartSettings(bare({ settings: bare({ includeMetadata: false }) })).settings).toEqual({
      ...all,
      isIncludeMetadata: false,
    });
  });

  it('have the template among them', () => {
    expect(toStartSettings({ mode: 'TEMPLATE', templateId: 3 })).toEqual({
      mode: 'template',
      settings: { ...all, templateId: 3 },
    });
  });

  it.each([
    [{ mode: 'TEMPLATE' }, ['input', 'flosum', 'templateId'], 'needs the number of the template'],
    [{ mode: 'FULL', templateId: 3 }, ['input', 'flosum', 'templateId'], 'only with the mode TEMPLATE'],
    [{ templateId: 0, mode: 'TEMPLATE' }, ['input', 'flosum', 'templateId'], '"templateId"'],
    [{ mode: 'HALF' }, ['input', 'flosum', 'mode'], '"mode"'],
    [{ colour: 'red' }, ['input', 'flosum', 'colour'], 'no setting "colour"'],
    [{ settings: { includeAll: true } }, ['input', 'flosum', 'settings', 'includeAll'], 'no setting "includeAll"'],
    [
      { settings: { includeMetadata: 1 } },
      ['input', 'flosum', 'settings', 'includeMetadata'],
      '"settings.includeMetadata"',
    ],
  ])('that are %j are refused', (given, field, message) => {
    expect(() => toStartSettings(given)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field, message: expect.stringContaining(message) }),
    );
  });
});
