// Everything on the page that follows from what a person has done, shown anew.

import { showCodeBook } from "./book/book.js";
import { showRule } from "./book/rule.js";
import { showNotices } from "./panes/banner.js";
import { showCodes } from "./panes/codes.js";
import { showFacts } from "./panes/facts.js";
import { showFinish } from "./panes/finish.js";
import { showSaved } from "./panes/footer.js";
import { showLines } from "./panes/lines.js";
import { showSuggestions } from "./panes/suggestions.js";
import { showTally } from "./panes/tally.js";
import { showAudit } from "./beside/audit.js";
import { showTrail } from "./beside/trail.js";
import { showUsed } from "./panes/used.js";
import { showQueries } from "./physician/queries.js";
import { showEdge } from "./note/walk.js";
import { countMarks } from "./room/documents.js";
import { showRoom } from "./room/view.js";

/** @import { App } from "./app.js" */

/** @param {App} app */
export function render(app) {
  showSuggestions(app);
  showTrail(app);
  showAudit(app);
  showCodes(app);
  showTally(app);
  showUsed(app);
  showNotices(app);
  showLines(app);
  showFinish(app);
  showFacts(app);
  showCodeBook(app);
  showRule(app);
  showQueries(app);
  showSaved(app);
  showEdge(app);
  countMarks(app);
  showRoom(app);
}
