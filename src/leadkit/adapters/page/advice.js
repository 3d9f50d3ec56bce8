/* The cheapest ways to a better band: what would have to become known, or to happen; what is known stays as it is. */

const MOST_WAYS = 5, MOST_ENTANGLED = 20000, MOST_WORK = 2000000;

/** The facts that nobody knows, those together that one rule asks for. */
const factParts = open => {
  const parts = open.map(name => new Set([name]));
  for (const { facts } of about.scoring.groups.flatMap(group => group.rules)) {
    const met = parts.filter(part => facts.some(name => part.has(name)));
    if (met.length < 2) continue;
    for (const part of met) parts.splice(parts.indexOf(part), 1);
    parts.push(new Set(met.flatMap(part => [...part])));
  }
  return parts.map(part => [...part]);
};

/** So many days on which nothing of this kind was, the latest first; events a day apart are never of one day. */
const freshDays = (events, kind, number) => {
  const ages = events.filter(event => event[0] === kind).map(event => page.now - event[1]), days = [];
  for (let day = 0; days.length < number && day < 10000; day++)
    if (ages.every(age => Math.abs(age - day * DAY) >= DAY)) days.push(day);
  return days;
};
const newEvents = (events, { kind, by_day, by_subject }, [subject, amount], number) => {
  if (!by_day && !by_subject) return [[kind, page.now, subject, amount, number]];
  const days = by_day ? freshDays(events, kind, number) : new Array(number).fill(0);
  return days.map((day, place) => [kind, page.now - day * DAY, by_subject && subject === null ? `any subject ${place + 1}` : subject, amount, 1]);
};

/** What a lead's rules give to each group, and apart from it what those give that wait in silence. */
const effectOf = row => {
  const silent = rule => rule.counts && rule.event === null;
  const rules_ = about.scoring.groups.map(group => group.rules);
  return {
    sums: rules_.map(each => each.filter(rule => !silent(rule)).reduce((sum, rule) => sum + row[rule.place], 0)),
    heard: rules_.flat().filter(silent).map(rule => row[rule.place]),
  };
};

/** What tells moves apart. */
const keyOf = (move, tabled) => JSON.stringify([move.sums, move.heard, tabled.map(name => move.facts[name] ?? null)]);

/** The moves of each part, of several with one effect the first. */
function* movesOf(facts, events, tabled) {
  const base = effectOf(scoring(facts, events, page.now, p));
  const move = (known, more) => {
    const found = effectOf(scoring({ ...facts, ...known }, [...events, ...more], page.now, p));
    return {
      sums: found.sums.map((sum, group) => sum - base.sums[group]),
      heard: found.heard.map((points, place) => Number(points !== base.heard[place])),
      facts: known, events: more, steps: Object.keys(known).length + more.reduce((sum, event) => sum + event[4], 0),
    };
  };
  const nothing = move({}, []), parts = [];
  for (const names of factParts(about.scoring.facts.filter(name => !knows(name, own(facts, name))))) {
    const lists = names.map(name => [undefined, ...rules.toldApart(name)]);
    if (lists.reduce((product, list) => product * list.length, 1) > MOST_ENTANGLED) continue;
    const moves = new Map();
    for (const chosen of combinations(lists)) {
      const known = Object.fromEntries(names.flatMap((name, place) => chosen[place] === undefined ? [] : [[name, chosen[place]]]));
      const found = move(known, []), key = keyOf(found, tabled);
      if (!moves.has(key) || moves.get(key).steps > found.steps) moves.set(key, found);
      yield;
    }
    parts.push([...moves.values()]);
  }
  for (const kind of page.moves.kinds) {
    const moves = [nothing];
    for (const sort of kind.sorts)
      for (let number = 1; number <= page.moves.steps; number++) {
        moves.push(move({}, newEvents(events, kind, sort, number)));
        yield;
      }
    parts.push(moves);
  }
  return { nothing, parts };
}

const both = (a, b) => ({
  sums: a.sums.map((sum, group) => sum + b.sums[group]), facts: { ...a.facts, ...b.facts }, events: [...a.events, ...b.events],
  heard: a.heard.map((broken, place) => broken | b.heard[place]), steps: a.steps + b.steps,
});
const total = numbers => numbers.reduce((sum, number) => sum + number, 0);

/** So many steps it takes at least: each gives so much at most, and limits and floors only take from that. */
const fewestSteps = (set, above, row, parts) => {
  const groups = about.scoring.groups, silent = groups.some(group => group.rules.some(rule => rule.counts && rule.event === null));
  if (!set.total || silent) return 1;
  const weights = groups.map(group => group.weight === null ? 1 : p[group.weight[0]] / 1000000);
  const gain = move => move.steps && total(move.sums.map((sum, place) => Math.max(sum, 0) * weights[place])) / move.steps;
  const most = Math.max(0, ...parts.map(part => Math.max(0, ...part.map(gain))));
  const starts = above.map(band => microOf(current(["scoring", "bands", set.name, band])));
  const missing = Math.min(...starts) - row[about.scoring.columns.indexOf("points")];
  return Math.max(1, Math.ceil(missing / most - 1e-9));
};

/** The ways with the fewest steps to a better value of a set, in slices: each `yield` is a place to pause at. */
function* waysUp(set, facts, events) {
  const place = about.scoring.columns.indexOf(set.name), points = about.scoring.columns.indexOf("points");
  const reached = row => bandOf(set.name, row[place]), names = valuesNow(set);
  const start = scoring(facts, events, page.now, p), above = names.slice(0, names.indexOf(reached(start)));
  if (!above.length) return [];
  const tabled = (page.moves.tabled[set.name] ?? []).filter(name => !knows(name, own(facts, name)));
  const { nothing, parts } = yield* movesOf(facts, events, tabled);
  let work = 0;
  for (let steps = fewestSteps(set, above, start, parts); steps <= page.moves.steps; steps++) {
    let moves = [nothing];
    for (const part of parts) {
      const cheapest = new Map();
      for (const move of moves)
        for (const more of part) {
          if (move.steps + more.steps > steps) continue;
          const joined = both(move, more), key = keyOf(joined, tabled);
          if (!cheapest.has(key) || joined.steps < cheapest.get(key).steps) cheapest.set(key, joined);
          if (++work > MOST_WORK) return [];
          if (work % 50 === 0) yield;
        }
      moves = [...cheapest.values()].map(move => [move.steps, total(move.sums), move])
        .sort((a, b) => a[0] - b[0] || b[1] - a[1]).slice(0, page.moves.states).map(row => row[2]);
      yield;
    }
    const ways = [];
    for (const move of moves) {
      const row = scoring({ ...facts, ...move.facts }, [...events, ...move.events], page.now, p);
      if (above.includes(reached(row))) ways.push({ ...move, band: reached(row), points: row[points] / 1000000 });
      yield;
    }
    if (ways.length) return ways.sort((a, b) => a.points - b.points).slice(0, MOST_WAYS);
  }
  return [];
}

const stepNames = ({ facts, events }) => {
  const known = Object.entries(facts).map(([name, value]) =>
    `${label(name)}: ${typeof value === "number" ? text("such_as", { value: shownNumber(value) }) : valueOf(name, value)}`);
  const counts = new Map();
  for (const [kind, , subject, amount, count] of events) {
    const about_ = [subject === null || subject.startsWith("any subject ") ? null : label(subject), amount === null ? null : shownNumber(amount)].filter(Boolean);
    const name = about_.length ? `${label(kind)} (${about_.join(text("comma"))})` : label(kind);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...known, ...[...counts].map(([name, count]) => `${name} × ${count}`)].join(text("comma"));
};
const waysList = (set, ways) => [h("h3", {}, text("ways")), h("ol", {}, ways.map(way => h("li", {}, stepNames(way), " → ",
  h("b", {}, label(`${set.name}.${way.band}`, way.band)), text("comma"), text("points_said", { points: shownNumber(way.points) }))))];

/** The ways for the first set, behind the result; a new choice cancels it. */
let advice = 0;
const renderWays = box => {
  const mine = ++advice, set = page.bands[0];
  if (!set) return;
  const search = waysUp(set, { ...state.facts }, eventsAt(state.events));
  const slice = () => {
    if (mine !== advice) return;
    const until = performance.now() + 8;
    let step = { done: false };
    try { while (!step.done && performance.now() < until) step = search.next(); } catch { return; }
    if (!step.done) setTimeout(slice);
    else put(box, step.value.length ? waysList(set, step.value) : []);
  };
  setTimeout(slice);
};
