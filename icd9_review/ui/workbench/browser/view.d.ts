// What Python sends: view.py, field by field. A test compares the two.

export interface WorkbenchView {
  user: number;
  signer: SignerView;
  encounter: EncounterView;
  facts: FactView[];
  model: ModelView | null;
  read: ReadView | null;
  status: StatusView;
  next: string;
  reasons: ReasonView[];
  holds: ReasonView[];
  reopenings: ReasonView[];
  explains: boolean;
  veil: VeilView;
  follows: boolean;
  order: "probability" | "section" | "chapter";
  open_only: boolean;
  room: RoomView;
  notes: NoteView[];
  explanations: Record<string, ExplanationView | ExplanationState>;
  cited: Record<string, Citation[]>;
  mentions: Record<string, Citation[]>;
  unchosen: string[];
  lines: LineView[];
  names: Record<string, string>;
  suggestions: SuggestionView[];
  demoted: SuggestionView[];
  outside: OutsideView[];
  hidden: string;
  titles: Record<string, string>;
  comments: Record<string, CommentView[]>;
  sequence: number;
  decisions: StandingView[];
  chart: ChartView;
  exempt: string[];
  needless: NeedlessView[];
  stated: Record<string, StatedView>;
  proposals: ProposalView[];
  first_line: FirstLineView | null;
  comorbidities: Record<string, ComorbidityView>;
  edits: EditView[];
  lists: ListsView;
  missing: MissingView[];
  looked: LookedView;
  notices: string[];
  claimed: string;
  queries: QueriesView;
  trail: TrailView | null;
  audit: AuditView | null;
  found: FoundView | null;
  book: BookView | null;
  acknowledged: string[];
  refused: Refusal[];
  saved_at: string;
  summary: SummaryView | null;
  received: ReceivedView | null;
}

export interface SignerView {
  name: string;
  asks: "" | "password" | "provider";
  seal: string;
}

export interface EncounterView {
  id: string;
  label: string;
  person: string;
  setting: string;
  dates: string;
  inpatient: boolean;
  admitted: string;
  discharged: string;
}

export interface FactView {
  fact: string;
  name: string;
  value: string;
  text: string;
  source: string;
  read: boolean;
  asks: boolean;
  form: "number" | "date" | "choice";
  choices: [string, string][];
  told: ToldView[];
}

export interface ToldView {
  value: string;
  text: string;
  quote: string;
  span: [string, number, number];
}

export interface ModelView {
  name: string;
  version: string;
  labels: number;
  calibrated: boolean;
}

export interface ReadView {
  share: number;
  text: string;
}

export interface StatusView {
  name: "ready" | "scoring" | "failed" | "unread" | "no_model";
  message: string;
}

export interface ReasonView {
  key: string;
  value: string;
  text: string;
}

export interface VeilView {
  arm: "" | "full" | "plain" | "blind";
  notice: string;
}

export interface RoomView {
  fixed: boolean;
  flow: boolean;
  size: number;
  left: number;
  right: number;
  lower: number;
}

export interface NoteView {
  id: string;
  title: string;
  pieces: string[];
  headings: number[];
  wraps: number[];
  news: string;
  told: string;
}

export interface ExplanationView {
  note: number;
  marks: [number, number][];
  evidence: Evidence[];
  holds: boolean;
  completeness: string;
  deletion: string;
  details: [string, string][];
  preview: boolean;
  status: "ready";
}

export interface Evidence {
  first: number;
  last: number;
  text: string;
  weight: number;
  assertion: string;
  section: string;
}

export interface ExplanationState {
  status: "running" | "failed";
  message: string;
}

export interface Citation {
  note: number;
  first: number;
  last: number;
  text: string;
  assertion: string;
  section: string;
  leads: boolean;
}

export interface LineView {
  id: string;
  note: number;
  first: number;
  last: number;
  span: [string, number, number];
  kind: "diagnosis" | "procedure" | "admitting" | "cause";
  title: string;
  text: string;
  state: "coded" | "near" | "partly" | "open" | "needless";
  codes: string[];
  remark: string;
  final: boolean;
  hits: FoundItem[];
}

export interface FoundItem {
  key: string;
  code: string;
  kind: string;
  title: string;
  note: string;
  header: boolean;
  mapped: boolean;
  details: [string, string][];
  row: FoundItem[];
  further: boolean;
}

export interface SuggestionView {
  key: string;
  code: string;
  kind: string;
  title: string;
  probability: number;
  percent: string;
  likelihood: string;
  mentions: number;
  record: string;
  assertion: string;
  rare: string;
  demoted: string;
  rank: number;
  place: number;
  section: string;
  chapter: string;
  under: string;
}

export interface OutsideView {
  key: string;
  code: string;
  kind: string;
  title: string;
  quote: string;
  mentions: number;
  assertion: string;
  spans: [string, number, number][];
}

export interface CommentView {
  who: string;
  words: string;
}

export interface StandingView {
  key: string;
  verdict: "open" | "accepted" | "rejected" | "replaced";
  reason: string;
  actor: string;
  own: boolean;
  origin: string;
  by: string;
  of: string;
}

export interface ChartView {
  order: string[];
  principal: string;
  poa: Record<string, string>;
  performed: Record<string, string>;
  admitting: string;
  hold: string;
  signed: string;
}

export interface NeedlessView {
  span: [string, number, number];
  actor: string;
  own: boolean;
  after: number;
}

export interface StatedView {
  day: string;
  quote: string;
}

export interface ProposalView {
  key: string;
  code: string;
  title: string;
  reason: string;
  section: string;
  spans: [string, number, number][];
}

export interface FirstLineView {
  line: string;
  which: string;
  text: string;
}

export interface ComorbidityView {
  mark: string;
  source: string;
}

export interface EditView {
  number: number;
  severity: string;
  message: string;
  section: string;
  key: string;
  offers: OfferView[];
  use: string;
  others: string[];
  rule: RuleView;
  alike: number;
}

export interface OfferView {
  key: string;
  code: string;
  title: string;
}

export interface RuleView {
  number: number;
  checks: string;
  severity: string;
  section: string;
  needs: string;
  why: string;
}

export interface ListsView {
  text: string;
  rows: [string, string, string, string][];
  unchecked: string[];
  sections: string;
}

export interface MissingView {
  key: string;
  text: string;
}

export interface LookedView {
  at: string[];
  past: string[];
}

export interface QueriesView {
  asked: AskedQueryView[];
  forms: QueryFormView[];
  always: string[];
  waits: number;
  longest: number;
}

export interface AskedQueryView {
  sequence: number;
  status: "open" | "answered" | "withdrawn";
  words: string;
  asked: string;
  quotes: string[];
  question: string;
  answers: string[];
  answered: string;
  answer: string;
}

export interface QueryFormView {
  key: string;
  value: string;
  words: string;
  question: string;
  options: string[];
}

export interface TrailView {
  story: string;
  steps: TrailStepView[];
}

export interface TrailStepView {
  number: number;
  when: string;
  who: string;
  what: string;
  why: string;
}

export interface AuditView {
  label: string;
  notice: string;
  signed: SignedView[];
  differs: Record<string, string>;
  differences: number;
}

export interface SignedView {
  key: string;
  code: string;
  title: string;
  number: number;
  beside: string;
  differs: string;
}

export interface FoundView {
  id: number;
  items: FoundItem[];
  message: string;
  meaning: boolean;
}

export interface BookView {
  id: number;
  key: string;
  code: string;
  title: string;
  steps: StepView[];
  index: [string, string][];
  more: number;
  siblings: FoundItem[];
  rules: RuleView[];
  absent: string[];
  own: OwnView | null;
}

export interface StepView {
  heading: string;
  title: string;
  lines: [string, string][];
}

export interface OwnView {
  favourite: boolean;
  words: string;
  longest: number;
  kept: string;
  problem: string;
}

export interface Refusal {
  id: string;
  code: string;
  message: string;
}

export interface SummaryView {
  id: string;
  text: string;
}

export interface ReceivedView {
  id: string;
  problem: string;
  remark: string;
}
