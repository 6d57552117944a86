// Marks of what the model used, the same on every page: marks.css draws them.

// How strong the colour of a mark is: its weight is relative to the heaviest, in [-1, 1].
/** @param {number} weight */
export function depth(weight) {
  return `${Math.round(10 + 50 * Math.abs(weight))}%`;
}
