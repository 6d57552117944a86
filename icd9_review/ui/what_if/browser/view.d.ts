// What Python sends: view.py, field by field. A test compares the two.

export interface WhatIfView {
  encounter: EncounterView;
  back: string;
  name: string;
  notes: DraftView[];
  outcome: OutcomeView;
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

export interface DraftView {
  id: string;
  title: string;
  original: string | null;
  pieces: string[];
  headings: number[];
  struck: number[];
}

export interface OutcomeView {
  refusal: string;
  message: string;
  rows: MoveView[];
  still: string;
  remark: string;
  summary: string;
}

export interface MoveView {
  key: string;
  code: string;
  title: string;
  before: string;
  after: string;
  change: string;
  crossing: string;
  why: string;
}
