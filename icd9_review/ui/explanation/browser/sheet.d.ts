// What Python sends: sheet.py, field by field. A test compares the two.

export interface Sheet {
  code: string;
  title: string;
  facts: [string, string][];
  raw: [string, string][];
  reliability: ReliabilityView;
  footer: [string, string][];
  status: "ready" | "preview" | "running" | "failed" | "off";
  message: string;
  where: string;
  used: UsedView | null;
}

export interface ReliabilityView {
  about: string;
  here: string;
  bins: [number, number, number, number, number][];
  probability: number;
}

export interface UsedView {
  supports: Used[];
  opposes: Used[];
  passage: PassageView;
  holds: boolean;
  checks: [string, string][];
  method: [string, string][];
}

export interface Used {
  before: string;
  words: string;
  after: string;
  place: string;
  weight: number;
}

export interface PassageView {
  pieces: string[];
  marks: [number, number][];
  headings: number[];
  before: string;
  after: string;
}
