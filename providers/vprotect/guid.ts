/** Whether a text is a GUID. Paths have fixed words in the place of ids, so nothing else may be sent as an id. */
const shape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => shape.test(text);
