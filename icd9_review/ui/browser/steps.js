// One step back for each page. To show another page with another query, Streamlit 1.67 first puts
// the query behind the address of the page that is left and then goes to the page: two steps of
// the browser's history, of which the first shows a page that nobody was on.

// Milliseconds between both at most, by judgement: the server waits for the first to have arrived.
const TOGETHER = 5000;

/** @typedef {{ history: History, location: Location, stepsJoined?: boolean }} Tab */

// Whether going from one address to the next changes the query alone, and whether the page alone.
/** @param {URL} from @param {URL} to */
function isQueryAlone(from, to) {
  return from.pathname === to.pathname && from.search !== to.search;
}

/** @param {URL} from @param {URL} to */
function isPageAlone(from, to) {
  return from.pathname !== to.pathname && from.search === to.search;
}

// From now on the second of such two steps takes the place of the first.
/** @param {Tab} tab @param {() => number} now */
export function joinSteps(tab, now = () => performance.now()) {
  if (tab.stepsJoined) return;
  tab.stepsJoined = true;
  const push = tab.history.pushState.bind(tab.history);
  /** @type {{ address: string, at: number } | null} */
  let half = null;
  tab.history.pushState = (state, unused, url) => {
    const from = new URL(tab.location.href);
    const to = new URL(url ?? "", from);
    const joins = half?.address === from.href && now() - half.at < TOGETHER && isPageAlone(from, to);
    half = isQueryAlone(from, to) ? { address: to.href, at: now() } : null;
    if (joins) tab.history.replaceState(state, unused, url);
    else push(state, unused, url);
  };
}
