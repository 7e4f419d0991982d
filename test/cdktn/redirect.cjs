/*
 * Lets a process run on cdktn as under an npm alias: whatever requires `cdktf`, the bindings first of all, gets it.
 *
 *   node --require ./test/cdktn/redirect.cjs PROGRAM
 */
const Module = require("node:module");

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => resolve(request.replace(/^cdktf(?=\/|$)/, "cdktn"), ...rest);
