// Stands for modules that oclif loads at every start and dmtool never calls (package.json, scripts.build): globs and plugins,
// because its commands are listed, semver, because bin/dmtool.js checks Node's version, and wsl-utils, of which it takes that
// there is no such Windows. A fifth of what loads first.
module.exports = {};
