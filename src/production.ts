/**
 * Imported before everything else: graphql-js looks at this once, when it is loaded, and in development it searches
 * for a second copy of itself at each value that it completes.
 */
process.env['NODE_ENV'] ??= 'production';
