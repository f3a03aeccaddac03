/** The product's own ids. Its paths put fixed words where an id may stand, so nothing else is ever sent as one. */
const shape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => shape.test(text);
