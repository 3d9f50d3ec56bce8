const exactly = micro => micro / 1000000;

const secondOf = (moment, name) => {
  let at = NaN;
  if (moment instanceof Date) at = moment.getTime();
  else if (typeof moment === "number") at = moment;
  else if (typeof moment === "string") {
    const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(moment);
    if (found && !found[5]) throw new TypeError(`${name}: is a time without a zone`);
    if (found) at = Date.parse(found[1] + "T" + found[2] + (found[3] ?? ":00") + found[5]);
  }
  if (!Number.isFinite(at)) throw new TypeError(`${name}: must be a time: a Date, milliseconds, or ISO 8601 with a zone`);
  return Math.floor(at / 1000);
};

const byLetters = (a, b) => {
  const left = Array.from(a, letter => letter.codePointAt(0)), right = Array.from(b, letter => letter.codePointAt(0));
  const place = left.findIndex((code, index) => code !== right[index]);
  return place < 0 ? left.length - right.length : left[place] - (right[place] ?? -1);
};

const isEarlier = (a, b) => {
  const [kind, at, subject, amount] = a, [otherKind, otherAt, otherSubject, otherAmount] = b;
  const order = at - otherAt || byLetters(kind, otherKind) || (subject !== null) - (otherSubject !== null) ||
    byLetters(subject ?? "", otherSubject ?? "") || (amount !== null) - (otherAmount !== null);
  return (order || (amount ?? 0) - (otherAmount ?? 0)) < 0;
};

const eventOf = (activity, place) => {
  const path = `activities.${place}`;
  if (Array.isArray(activity) && activity.length === 2)
    return [asText(`${path}.kind`, activity[0] ?? 0), secondOf(activity[1], `${path}.occurred_at`), null, null, 1];
  if (typeof activity !== "object" || activity === null) throw new TypeError(`${path}: is no activity`);
  for (const name of ["kind", "occurred_at"])
    if (own(activity, name) === null) throw new TypeError(`${path}.${name}: is missing`);
  const subject = asText(`${path}.subject`, own(activity, "subject")) || null;
  const amount = asNumber(`${path}.amount`, own(activity, "amount"));
  return [
    asText(`${path}.kind`, activity.kind), secondOf(activity.occurred_at, `${path}.occurred_at`), subject, amount, 1,
  ];
};

const eventsOf = (activities, now) => {
  if (typeof activities !== "object" || activities === null) throw new TypeError("activities: must be a list, or counts by kind");
  if (typeof activities[Symbol.iterator] !== "function")
    return Object.entries(activities).map(([kind, count]) => {
      if (Number.isSafeInteger(count) && count >= 0) return [kind, now, null, null, count + 0];
      throw new TypeError(`activities.${kind}: must be a whole number, 0 or more`);
    });
  const events = [], earliest = new Map();
  let place = 0;
  for (const activity of activities) {
    const event = eventOf(activity, place++);
    const id = Array.isArray(activity) ? null : own(activity, Object.hasOwn(activity, "activity_id") ? "activity_id" : "id");
    if (id === null) events.push(event);
    else if (!earliest.has(id) || isEarlier(event, earliest.get(id))) earliest.set(id, event);
  }
  return [...events, ...earliest.values()];
};

const factsOf = facts => {
  if (typeof facts === "object" && facts !== null && !Array.isArray(facts)) return facts;
  throw new TypeError("facts: must be an object of names and values");
};

const knows = (name, value) => {
  const fact = about.facts[name];
  if (fact.type === "category") return fact.levels.includes(value);
  return value !== null && !Number.isNaN(value) && value !== "";
};

const valuesOf = (columns, results) => new Map(columns.map((column, place) => [column, results[place]]));

const combinations = lists => lists.reduce((all, list) => all.flatMap(chosen => list.map(value => [...chosen, value])), [[]]);

const rulesOf = p => {
  const of = reference => reference === null ? 0 : typeof reference === "number" ? reference : p[reference[0]];
  const values = (facts, events, now) => valuesOf(about.scoring.columns, scoring(facts, events, now, p));

  const seen = (rule, column, facts, found) => {
    if (rule.event !== null) {
      if (found.has(column + "__count")) return [rule.event, found.get(column + "__count")];
      return [rule.event, of(rule.points) === 0 ? 0 : found.get(rule.code + "___count")];
    }
    return rule.facts.length === 1 ? [rule.facts[0], own(facts, rule.facts[0])] : [null, null];
  };

  const contributions = (facts, found) => {
    const rows = [];
    const row = (why, group, code, micro, fact = null, value = null) =>
      rows.push({ why, group, code, points: exactly(micro), fact, value });
    const cut = (group, code, before, after, what) => {
      const change = found.get(after) - found.get(before);
      if (change !== 0) row(`${what}_${change < 0 ? "limit" : "floor"}`, group, code, change);
    };
    for (const group of about.scoring.groups) {
      for (const rule of group.rules) {
        const column = `${group.name}__${rule.code}`;
        row("rule", group.name, rule.code, found.get(column), ...seen(rule, column, facts, found));
        let last = column;
        for (const [step, why] of [["__decayed", "decay"], ["__limited", "rule_limit"]]) {
          if (!found.has(column + step)) continue;
          const change = found.get(column + step) - found.get(last);
          if (change !== 0) row(why, group.name, rule.code, change);
          last = column + step;
        }
      }
      const given = `${group.name}__${group.weight === null ? "points" : "unweighted"}`;
      cut(group.name, group.name, `${group.name}__sum`, given, "group");
      const weighted = found.get(`${group.name}__points`) - found.get(given);
      if (weighted !== 0) row("weight", group.name, group.name, weighted, null, exactly(of(group.weight)));
    }
    if (of(about.scoring.start) !== 0) row("start", "", "start", of(about.scoring.start));
    cut("", "total", "total__sum", "points", "total");
    return rows;
  };

  const toldApart = name => {
    const { values: fixed, starts } = about.scoring.told[name];
    if (about.facts[name].type !== "number") return fixed;
    const edges = [...new Set([...fixed, ...starts.map(of)])].sort((a, b) => a - b);
    const between = edges.slice(1).map((edge, place) => (edge + edges[place]) / 2);
    return edges.length ? [edges[0] - 1, ...edges, ...between, edges.at(-1) + 1] : [0];
  };

  const totalOf = pointsOf => {
    const sums = about.scoring.groups.map(group => [`${group.name}__sum`, add(...group.rules.map(rule => pointsOf(rule)))]);
    return adding(Object.fromEntries(sums), [], 0, p).at(-1);
  };

  const possible = (facts, found, unknown) => {
    const choices = unknown.map(toldApart), rules = about.scoring.groups.flatMap(group => group.rules);
    let totals;
    if (choices.reduce((product, list) => product * list.length, rules.length) > 100000) {
      const open = rule => rule.facts.some(name => unknown.includes(name));
      totals = [Math.min, Math.max].map(end => totalOf(rule => open(rule) ? end(...rule.worths.map(of)) : found.get(rule.summand)));
    } else totals = combinations(choices).map(chosen => {
      const known = Object.fromEntries(unknown.map((name, place) => [name, chosen[place]]));
      const others = scoring({ ...facts, ...known }, [], 0, p);
      return totalOf(rule => rule.counts ? found.get(rule.summand) : others[rule.place]);
    });
    const ends = totals.reduce(([low, high], total) => [Math.min(low, total), Math.max(high, total)], [Infinity, -Infinity]);
    return ends.map(exactly);
  };

  const scoreAt = (facts, events, now) => {
    const found = values(factsOf(facts), events, now);
    const unknown = about.scoring.facts.filter(name => !knows(name, own(facts, name)));
    return {
      policy: about.policy,
      points: exactly(found.get("points")),
      bands: Object.fromEntries(about.scoring.outcomes.map(name => [name, found.get(name)])),
      unknown,
      get possible() { return possible(facts, found, unknown); },
      contributions: contributions(facts, found),
    };
  };

  const score = (facts, activities = [], asOf = undefined) => {
    const now = secondOf(asOf, "as_of");
    return scoreAt(facts, eventsOf(activities, now), now);
  };

  const evaluate = (facts, activities = [], asOf = undefined) => {
    const now = secondOf(asOf, "as_of");
    const found = values(factsOf(facts), eventsOf(activities, now), now);
    return Object.fromEntries([...found].slice(0, about.scoring.own));
  };

  const answered = (name, facts) => {
    const criteria = about.criteria.find(each => each.name === name);
    if (!criteria) throw new TypeError(`${about.policy}: has no [${name === "screening" ? name : "qualification." + name}]`);
    const found = valuesOf(criteria.columns, programs[criteria.program](factsOf(facts), [], 0, p));
    const which = answer => criteria.codes.filter(code => found.get(`${name}__${code}__${answer}`));
    const met = which("met"), unmet = which("unmet");
    const unknown = criteria.codes.filter(code => !met.includes(code) && !unmet.includes(code));
    const asked = new Set(unknown.flatMap(code => criteria.facts[criteria.codes.indexOf(code)]));
    const missing = [...asked].filter(fact => !knows(fact, own(facts, fact)));
    return { criteria, met, unmet, unknown, missing, outcome: found.get(name) };
  };

  const qualify = (facts, signals = {}, name = "conversion") => {
    const { criteria, met, unmet, unknown, missing, outcome } = answered(name, { ...factsOf(facts), ...signals });
    return { policy: about.policy, outcome, needed: criteria.needed, met, unmet, unknown, missing };
  };

  const screen = facts => {
    const { criteria, unmet, missing, outcome } = answered("screening", facts);
    const reasons = [...new Set(unmet.map(code => criteria.reasons[criteria.codes.indexOf(code)]))];
    return { policy: about.policy, outcome: { yes: "valid", no: "invalid", open: "open" }[outcome], reasons, missing };
  };

  return { score, evaluate, screen, qualify, grade, scoreAt, answered, values, toldApart };
};

const dayNumber = (year, month, day) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86400000;
};

const dayOf = (value, name) => {
  const found = typeof value === "string" ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null;
  if (!found) return dayInZone(secondOf(value, name));
  const [year, month, day] = found.slice(1).map(Number), number = dayNumber(year, month, day);
  const back = new Date(number * 86400000);
  if (year < 1 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) throw new TypeError(`${name}: must be a date`);
  return number;
};

const monthsLater = (number, months) => {
  const day = new Date(number * 86400000), all = day.getUTCFullYear() * 12 + day.getUTCMonth() + months;
  const year = Math.floor(all / 12), month = all - year * 12 + 1;
  if (year > 9999) return dayNumber(9999, 12, 31);
  const last = new Date(dayNumber(year, month + 1, 1) * 86400000 - 86400000).getUTCDate();
  return dayNumber(year, month, Math.min(day.getUTCDate(), last));
};

const grade = (assessment, asOf) => {
  if (about.grading === null) throw new TypeError(`${about.policy}: has no [grading]`);
  const { columns, dimensions, grades } = about.grading, row = Object.assign(Object.create(null), factsOf(assessment));
  for (const source of new Set(dimensions.filter(each => each.dated).map(each => each.source))) {
    const readers = dimensions.filter(each => each.source === source && each.dated);
    const given = own(row, source);
    row[source] = null;
    if (given === null || readers.every(each => each.levels.includes(own(row, each.name)))) continue;
    if (asOf === undefined || asOf === null) throw new TypeError("as_of: is needed to judge a date");
    const today = dayOf(asOf, "as_of");
    row[source] = dayOf(given, source);
    for (const months of [0, ...readers.flatMap(each => each.months)]) row[`day__${months}`] = monthsLater(today, months);
  }
  const found = valuesOf(columns, grading(row, [], 0, constants));
  const ratings = dimensions.map(each => {
    const level = found.get(`${each.name}__level`) || null, value = each.source === null ? null : own(row, each.source);
    let basis = "derived";
    if (level === null) basis = "unknown";
    else if (own(row, each.name) === level) basis = "entered";
    else if (value === null) basis = "assumed";
    else if (each.dated && value < row.day__0) basis = "past_date";
    const points = level !== null && found.has(`${each.name}__low`) ? exactly(found.get(`${each.name}__low`)) : null;
    return { dimension: each.name, level, points, basis };
  });
  const options = dimensions.map((each, place) => ratings[place].level === null ? each.levels : [ratings[place].level]);
  const total = !found.has("total__low") || ratings.some(each => each.points === null) ? null : exactly(found.get("total__low"));
  const reached = found.get("grade") || null;
  const possible = reached ? [reached] : grades.filter(name => gradesOf(options).has(name));
  return { policy: about.policy, grade: reached, total, ratings, decided_by: decidedBy(reached, options), possible, grades };
};

const overlapping = options => about.grading.regions.filter(
  each => each.levels.every((levels, place) => levels.some(level => options[place].includes(level)))
);

const decidedBy = (reached, options) => {
  if (reached === null) return "";
  if (about.grading.regions !== null) return [...new Set(overlapping(options).map(each => each.row))].join(" or ");
  return `${reached} >= ${about.grading.thresholds.find(([name]) => name === reached)[2]}`;
};

const gradesOf = options => {
  const { dimensions, regions, thresholds } = about.grading;
  if (regions !== null) return new Set(overlapping(options).map(each => each.grade));
  let totals = new Set([0]);
  dimensions.forEach((each, place) => {
    const worths = options[place].map(level => each.points[each.levels.indexOf(level)]);
    totals = new Set([...totals].flatMap(total => worths.map(worth => total + worth)));
  });
  return new Set([...totals].map(total => thresholds.find(([, start]) => total >= start)[0]));
};
