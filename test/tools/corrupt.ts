import fc from 'fast-check';

/** A text as a broken pipe, a bad disk or another version might leave it: cut, with a piece lost, doubled or replaced. */
export function corrupted(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: Math.max(1, text.length) });
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('', '\n', ' ', '"', '-1', '0', ','),
  );
  return fc.oneof(
    place.map((end) => text.slice(0, end)),
    fc.tuple(place, place, piece).map(([from, to, put]) => text.slice(0, from) + put + text.slice(Math.max(from, to))),
    fc
      .tuple(place, fc.nat({ max: 3 }), piece)
      .map(([from, gone, put]) => text.slice(0, from) + put + text.slice(from + gone)),
    place.map((from) => text.slice(0, from) + text),
  );
}
