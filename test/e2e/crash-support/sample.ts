/**
 * Which points of a story are gone through: all of them by `npm run test:crash`, and by `npm test` the few that the story
 * names, because each stops and starts Docker.
 */
export const pointsOf = <Of>(all: readonly Of[], few: readonly Of[]): readonly Of[] =>
  process.env['DMTOOL_CRASH'] === 'whole' ? all : few;
