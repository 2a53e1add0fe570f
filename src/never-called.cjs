// Stands for modules that oclif loads at every start and dmtool never calls (package.json, scripts.build): globs and plugins,
// because its commands are listed, and semver, because bin/dmtool.js checks Node's version. A fifth of what loads first.
module.exports = {};
