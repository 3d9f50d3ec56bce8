/** A Date, milliseconds since 1970 as Date.now() gives them, or ISO 8601 with a zone. */
export type Moment = Date | number | string;
export interface Activity {
  kind: EventKind;
  occurred_at: Moment;
  /** Of several activities with one id the earliest counts. */
  activity_id?: string | number | null;
  id?: string | number | null;
  subject?: string | null;
  amount?: number | null;
}
/** Activities, pairs of kind and time, or how many of each kind there are, all at the time of the score. */
export type Activities = Iterable<Activity | readonly [EventKind, Moment]> | Partial<Record<EventKind, number>>;
export interface Contribution {
  why: "rule" | "decay" | "rule_limit" | "group_limit" | "group_floor" | "weight" | "start" | "total_limit" | "total_floor";
  group: string;
  code: string;
  points: number;
  fact: string | null;
  value: unknown;
}
export interface Score {
  policy: string;
  points: number;
  bands: Bands;
  unknown: (keyof Facts)[];
  /** The lowest and highest points that remain possible once the unknown facts are known; worked out when it is read. */
  readonly possible: [number, number];
  /** One row a rule, and one for each limit, floor, weight or decay that changed something; they add up to the points. */
  contributions: Contribution[];
}
export interface Screening {
  policy: string;
  outcome: "valid" | "invalid" | "open";
  reasons: string[];
  missing: (keyof Facts)[];
}
export interface Qualification {
  policy: string;
  outcome: "yes" | "no" | "open";
  needed: number;
  met: string[];
  unmet: string[];
  unknown: string[];
  missing: (keyof Facts)[];
}
export interface Rating {
  dimension: string;
  level: string | null;
  points: number | null;
  basis: "entered" | "derived" | "past_date" | "assumed" | "unknown";
}
export interface Grade {
  policy: string;
  grade: GradeName | null;
  total: number | null;
  ratings: Rating[];
  decided_by: string;
  possible: GradeName[];
  grades: GradeName[];
}
export interface Rules {
  /** Throws TypeError for a value of the wrong type, RangeError where points are beyond 2^53 millionths. */
  score(facts: Facts, activities: Activities, asOf: Moment): Score;
  /** The columns of the evaluation by name: points in millionths, and bands. */
  evaluate(facts: Facts, activities: Activities, asOf: Moment): Record<string, number | string>;
  screen(facts: Facts): Screening;
  qualify(facts: Facts, signals?: Facts, name?: CriteriaName): Qualification;
}
/** `name@version#hash` of the policy. */
export const policy: string;
/** The numbers of the policy as its programs hold them, and where the policy says each: its keys, and the factor. */
export const constants: readonly number[];
export const places: readonly (readonly [readonly string[], number])[];
/** The same rules with other numbers in place of `constants`. */
export function rulesOf(numbers: readonly number[]): Rules;
export const score: Rules["score"];
export const evaluate: Rules["evaluate"];
export const screen: Rules["screen"];
export const qualify: Rules["qualify"];
export function grade(assessment: Assessment, asOf?: Moment): Grade;
