const DAY = 86400;
const OTHER = page.other;
const leadsOf = ({ count, facts, events }) => [...Array(count).keys()].map(row => [
  Object.fromEntries(Object.entries(facts).flatMap(([name, [values, places]]) => places[row] ? [[name, values[places[row] - 1]]] : [])),
  events[row].map(([kind, age, subject = null, amount = null, count = 1]) => [page.events.kinds[kind], age, subject, amount, count]),
]);
page.leads = leadsOf(page.leads);
const byId = new Map(page.numbers.map(number => [JSON.stringify(number.keys), number]));
const state = { language: page.language, facts: {}, events: [], moved: {}, assessment: {}, bands: page.bands[0]?.name ?? "" };
let rules = rulesOf(constants);
let p = constants, bandNames = new Map();

const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false).map(child =>
    child instanceof Node ? child : String(child)));
  return element;
};
const put = (element, ...children) => element.replaceChildren(...children.flat(9).filter(Boolean));

const text = (name, values = {}) => name.split(".").reduce((table, key) => table[key], page.texts[state.language])
  .replace(/\{(\w+)\}/g, (_, key) => values[key]);
const label = (...codes) => {
  const known = page.labels[state.language] ?? {};
  const code = codes.find(each => Object.hasOwn(known, each));
  return code === undefined ? codes.at(-1).replaceAll("_", " ") : known[code];
};
const shownNumber = value => new Intl.NumberFormat(state.language.replace("_", "-"), { maximumFractionDigits: 2 }).format(value);
const signed = value => value === 0 ? "0" : (value > 0 ? "+" : "−") + shownNumber(Math.abs(value));
const valueOf = (fact, value) => {
  if (value === null || value === undefined) return text("unknown");
  if (typeof value === "boolean") return text(value ? "yes" : "no");
  if (typeof value === "number") return shownNumber(value);
  if (value === OTHER) return text((page.facts.find(each => each.name === fact)?.offered.length ?? 0) > 1 ? "other" : "known");
  if (value.startsWith(OTHER + " ")) return text("other_ending", { ending: value.slice(OTHER.length + 1) });
  return label(`${fact}.${value}`, value);
};

/* ---- The numbers that can be moved */

const microOf = written => {
  const [, minus, whole, rest = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(written);
  return Number(minus + whole + rest.padEnd(6, "0")) + 0;
};
const plainNumber = written => {
  /* A comma before exactly three digits may part thousands, so that it is refused. */
  const found = /^\s*([-−]?)0*(\d+)(?:(?:\.|,(?!\d{3}\s*$))(\d*?)0*)?\s*$/.exec(written);
  return found && (found[1] && /[1-9]/.test(found[2] + (found[3] ?? "")) ? "-" : "") + found[2] + (found[3] ? "." + found[3] : "");
};
const current = (keys, moved = state.moved) => {
  if (typeof keys === "string") return keys;
  const id = JSON.stringify(keys);
  return moved[id] ?? byId.get(id)?.text ?? "0";
};

const problemOf = (number, written) => {
  const plain = plainNumber(written);
  if (plain === null) return text("refused.number");
  const decimals = plain.split(".")[1]?.length ?? 0;
  if (number.decimals === 0 && decimals) return text("refused.whole");
  if (decimals > number.decimals) return text("refused.decimals", { most: number.decimals });
  if (number.kind === "number" && plain.replace(/\D/g, "").replace(/^0+/, "").length > 15) return text("refused.digits");
  if (Number(plain) > number.high) return text("refused.high", { most: shownNumber(number.high) });
  if (number.open ? Number(plain) <= number.low : Number(plain) < number.low)
    return text(number.open ? "refused.above" : "refused.low", { least: shownNumber(number.low) });
  return null;
};
const nameOrText = keys => typeof keys === "string" ? keys : fullName(keys);
/** What is wrong with numbers that may stand in any order. */
const problemApart = (keys, moved) => {
  const valueAt = key => Number(current(key, moved)), last = keys.at(-1);
  if (typeof last === "string")
    for (const key of keys.slice(0, -1))
      if (valueAt(key) <= valueAt(last)) return text("refused.order", { high: nameOrText(key), low: last });
  const seen = new Map();
  for (const key of keys) {
    const value = valueAt(key);
    if (seen.has(value)) return text("refused.same", { name: nameOrText(seen.get(value)), other: nameOrText(key) });
    seen.set(value, key);
  }
  return null;
};
const problemBetween = moved => {
  for (const { keys, equal, free } of page.orders) {
    if (free) {
      const problem = problemApart(keys, moved);
      if (problem) return problem;
      continue;
    }
    for (let place = 1; place < keys.length; place++) {
      const high = Number(current(keys[place - 1], moved)), low = Number(current(keys[place], moved));
      if (equal ? high < low : high <= low)
        return text(equal ? "refused.order_equal" : "refused.order", { high: nameOrText(keys[place - 1]), low: nameOrText(keys[place]) });
    }
  }
  for (const { bands, start, floor, weight } of page.floors) {
    const least = BigInt(microOf(current(floor, moved))) * BigInt(weight ? microOf(current(weight, moved)) : 1000000);
    if (BigInt(microOf(start)) * 1000000n > least - (least % 1000000n + 1000000n) % 1000000n)
      return text("refused.floor", { bands: label(bands), start });
  }
  return null;
};
/** The numbers that stand in the place of others: the program tries thresholds in the policy's order, the highest first. */
const placesOf = moved => {
  const instead = new Map(), names = new Map();
  for (const { keys, free, beside, bands } of page.orders.filter(each => each.free)) {
    const moving = keys.filter(key => typeof key !== "string");
    const order = [...moving.keys()].sort((a, b) => Number(current(moving[b], moved)) - Number(current(moving[a], moved)));
    for (const row of [moving, beside].filter(each => each.length))
      row.forEach((key, place) => instead.set(JSON.stringify(key), JSON.stringify(row[order[place]])));
    if (bands) names.set(bands, new Map(moving.map((key, place) => [key.at(-1), moving[order[place]].at(-1)])));
  }
  return { instead, names };
};
const constantsOf = moved => {
  const values = [...constants], { instead } = placesOf(moved);
  const written_ = id => moved[id] ?? byId.get(id).text;
  for (const { keys } of page.numbers) {
    const id = JSON.stringify(keys), source = instead.get(id) ?? id;
    if (source === id && !Object.hasOwn(moved, id)) continue;
    const written = written_(source);
    for (const [place, factor] of byId.get(id).constants)
      values[place] = Math.abs(factor) === 1000000 ? microOf(written) * Math.sign(factor) + 0 : Number(written) * factor;
  }
  return values;
};
const applyMoved = () => {
  p = constantsOf(state.moved);
  bandNames = placesOf(state.moved).names;
  rules = rulesOf(p);
};
/** The band that the program calls `band`, by its name after the move. */
const bandOf = (name, band) => bandNames.get(name)?.get(band) ?? band;
/** The bands or results of a set, the best first as the numbers stand. */
const valuesNow = set => set.values.map(value => bandOf(set.name, value));
/** What is wrong with numbers that move together; what is refused changes nothing. */
const moveAll = pairs => {
  const moved = { ...state.moved };
  for (const [number, written] of pairs) {
    const problem = problemOf(number, written), id = JSON.stringify(number.keys);
    if (problem) return problem;
    moved[id] = plainNumber(written);
    if (moved[id] === number.text) delete moved[id];
  }
  const clash = problemBetween(moved);
  if (clash) return clash;
  state.moved = moved;
  applyMoved();
  return null;
};
const move = (number, written) => moveAll([[number, written]]);

const ruleOf = keys => keys[1] === "groups" && keys[3] === "rules" ? keys[4] : null;
const headingOf = keys => {
  if (keys[1] === "groups") return ruleOf(keys) ? `${label(keys[2])} · ${label(keys[4])}` : label(keys[2]);
  return keys[1] === "bands" ? label(keys[2]) : text("total");
};
const nameOf = keys => {
  const last = keys.at(-1), before = keys.at(-2);
  if (keys[1] === "bands") return text("number.from", { name: label(`${before}.${last}`, last) });
  if (before === "points") {
    const rule = about.scoring.groups.find(group => group.name === keys[2]).rules.find(each => each.code === keys[4]);
    return valueOf(rule.facts[0], last);
  }
  if (keys.at(-3) === "ranges") return text(last === "points" ? "number.range" : "number.from", { name: label(before) });
  if (last === "points") return text("number.points");
  return text(`number.${last}`);
};
const fullName = keys => `${headingOf(keys)}: ${nameOf(keys)}`;

/* ---- The link: only what deviates */

const writeLink = () => {
  const kept = {};
  if (Object.keys(state.facts).length) kept.facts = state.facts;
  if (state.events.length) kept.events = state.events;
  if (Object.keys(state.assessment).length) kept.assessment = state.assessment;
  if (Object.keys(state.moved).length) kept.moved = state.moved;
  const link = Object.keys(kept).length ? "#" + encodeURIComponent(JSON.stringify(kept)) : location.pathname + location.search;
  try { history.replaceState(null, "", link); } catch { /* a page inside another may not have an address */ }
};
const isRecord = value => typeof value === "object" && value !== null && !Array.isArray(value);
const readLink = () => {
  let kept = {};
  try { kept = JSON.parse(decodeURIComponent(location.hash.slice(1))); } catch { return; }
  if (!isRecord(kept)) return;
  if (isRecord(kept.facts))
    for (const { name, type } of page.facts) {
      const value = own(kept.facts, name);
      const fits = type === "number" ? Number.isFinite(value) : typeof value === (type === "boolean" ? "boolean" : "string");
      if (fits && knows(name, value)) state.facts[name] = value;
    }
  if (Array.isArray(kept.events)) state.events = kept.events.filter(event => Array.isArray(event) && page.events.kinds.includes(event[0]) &&
    Number.isSafeInteger(event[1]) && (event[2] === null || typeof event[2] === "string") &&
    (event[3] === null || Number.isFinite(event[3])) && Number.isSafeInteger(event[4]) && event[4] > 0 && event[4] <= 9999);
  if (isRecord(kept.assessment))
    for (const each of about.grading?.dimensions ?? [])
      if (each.levels.includes(own(kept.assessment, each.name))) state.assessment[each.name] = kept.assessment[each.name];
  if (isRecord(kept.moved)) {
    let left = Object.entries(kept.moved).filter(([id, written]) => byId.has(id) && typeof written === "string")
      .map(([id, written]) => [byId.get(id), written]).filter(pair => problemOf(...pair) === null);
    /* Some pass only together; where the rules are others by now, one after the other, as many as pass. */
    if (moveAll(left)) for (let before = null; before !== left.length;) {
      before = left.length;
      left = left.filter(pair => move(...pair) !== null);
    }
  }
};

/* ---- The lead */

const eventsAt = events => events.map(([kind, age, subject, amount, count]) => [kind, page.now - age, subject, amount, count]);
let worths = new Map(), turn = 0;

let choices = 0;
const choice = (name, legend, options, chosen, pick) => {
  const id = `${name}-${++choices}`;
  return h("fieldset", { class: "choice" }, h("legend", {}, legend), h("div", { class: "options" }, options.map(([value, shown, key]) => {
    const small = key ? h("small", {}) : null;
    if (key) worths.set(key, small);
    return h("label", { class: value === null ? "option none" : "option" },
      h("input", { type: "radio", name: id, checked: (chosen() ?? null) === value, onchange: () => pick(value) }),
      h("span", {}, shown, small ? " " : null, small));
  })));
};
const pickFact = (name, value) => {
  if (value === null) delete state.facts[name];
  else state.facts[name] = value;
  changed();
};
const numberFact = fact => {
  const known = state.facts[fact.name], edges = fact.offered, high = Math.max(...edges, known ?? 0, 10);
  const field = h("input", { type: "number", step: "any", value: known ?? "", "aria-label": label(fact.name), placeholder: text("unknown") });
  const slider = h("input", { type: "range", min: Math.min(0, ...edges), max: high * 1.5, step: "any", value: known ?? 0, "aria-label": label(fact.name) });
  const take = value => { pickFact(fact.name, value); };
  field.addEventListener("input", () => { take(field.value === "" ? null : Number(field.value)); slider.value = field.value || 0; });
  slider.addEventListener("input", () => { field.value = Number(Number(slider.value).toPrecision(3)); take(Number(field.value)); });
  return h("fieldset", { class: "choice number" }, h("legend", {}, label(fact.name)), slider, field,
    h("button", { type: "button", class: "none", onclick: () => { field.value = ""; take(null); } }, text("unknown")));
};
const manyTexts = fact => h("fieldset", { class: "choice" }, h("legend", {}, label(fact.name)),
  h("select", { "aria-label": label(fact.name), onchange: event => pickFact(fact.name, event.target.value === "" ? null : fact.offered[Number(event.target.value)]) },
    h("option", { value: "" }, text("unknown")),
    fact.offered.map((value, place) => h("option", { value: place, selected: state.facts[fact.name] === value }, valueOf(fact.name, value)))));
const factChoice = fact => {
  if (fact.type === "number") return numberFact(fact);
  if (fact.offered.length > 8) return manyTexts(fact);
  const options = fact.offered.map((value, place) => [value, valueOf(fact.name, value), fact.scored ? `${fact.name}/${place}` : null]);
  return choice(fact.name, label(fact.name), [...options, [null, text("unknown"), null]], () => state.facts[fact.name], value => pickFact(fact.name, value));
};

const setEvent = (place, event) => {
  if (event === null) state.events.splice(place, 1);
  else state.events[place] = event;
  changed();
};
const eventRow = (kind, place) => {
  const event = place === null ? [kind, 0, null, null, 0] : state.events[place];
  const name = label(kind), count = h("output", {}, event[4]);
  const by = step => {
    const number = Math.max(0, Math.min(9999, event[4] + step));
    event[4] = number;
    if (place === null && number > 0) { state.events.push(event); changed(); renderEvents(`${kind} ${step}`); return; }
    count.textContent = number;
    if (place !== null) { if (number === 0) { setEvent(place, null); renderEvents(`${kind} ${step}`); } else setEvent(place, event); }
  };
  const button = (step, sign, title) => h("button", { type: "button", "aria-label": `${name}: ${title}`, "data-focus": `${kind} ${step}`, onclick: () => by(step) }, sign);
  const age = page.events.aged && place !== null && h("label", { class: "age" }, h("input", { type: "number", min: 0, step: 1, value: Math.floor(event[1] / DAY), "aria-label": `${name}: ${text("age")}`, oninput: input => {
    if (/^\d{1,5}$/.test(input.target.value)) { event[1] = Number(input.target.value) * DAY; setEvent(place, event); }
  } }), " ", text("days_ago"));
  const about_ = page.events.subjects.length > 0 && place !== null && h("select", { "aria-label": `${name}: ${text("subject")}`, onchange: input => {
    event[2] = input.target.value === "" ? null : page.events.subjects[Number(input.target.value)]; setEvent(place, event);
  } }, h("option", { value: "" }, text("no_subject")), page.events.subjects.map((subject, number) => h("option", { value: number, selected: event[2] === subject }, label(subject))));
  const amount = page.events.amounts && place !== null && h("input", { type: "number", step: "any", value: event[3] ?? "", "aria-label": `${name}: ${text("amount")}`, placeholder: text("amount"), oninput: input => {
    event[3] = input.target.value === "" ? null : Number(input.target.value); setEvent(place, event);
  } });
  return h("div", { class: "event" }, h("span", { class: "kind" }, name), age, about_, amount,
    h("span", { class: "count" }, button(-1, "−", text("less")), count, button(1, "+", text("more"))));
};
const eventsBox = h("div", { class: "events" });
const renderEvents = (focus = null) => {
  put(eventsBox, page.events.kinds.map(kind => {
    const places = state.events.map((event, place) => event[0] === kind ? place : -1).filter(place => place >= 0);
    const rows = places.length ? places.map(place => eventRow(kind, place)) : [eventRow(kind, null)];
    const detailed = page.events.aged || page.events.subjects.length || page.events.amounts;
    const more = places.length > 0 && detailed && h("button", { type: "button", class: "another", onclick: () => { state.events.push([kind, 0, null, null, 1]); changed(); renderEvents(); } }, text("another", { kind: label(kind) }));
    return [...rows, more];
  }));
  if (focus) eventsBox.querySelector(`[data-focus="${focus}"]`)?.focus();
};

const leadForm = h("div", {});
const renderLead = () => {
  worths = new Map();
  const scored = page.facts.filter(fact => fact.scored), others = page.facts.filter(fact => !fact.scored);
  const dimensions = about.grading?.dimensions ?? [];
  put(leadForm, scored.map(factChoice),
    page.events.kinds.length ? h("h3", {}, text("happened")) : null, eventsBox,
    others.length ? h("details", {}, h("summary", {}, text("for_verdicts")), others.map(factChoice)) : null,
    dimensions.length ? h("details", {}, h("summary", {}, text("opportunity")), dimensions.map(each => choice(each.name, label(each.name),
      [...each.levels.map(level => [level, label(`${each.name}.${level}`, level), null]), [null, text("unknown"), null]],
      () => state.assessment[each.name], value => {
        if (value === null) delete state.assessment[each.name]; else state.assessment[each.name] = value;
        changed();
      }))) : null);
  renderEvents();
};

/** What each level gives, rule by rule, in slices that a new choice cancels. */
const renderWorths = () => {
  const mine = ++turn, events = eventsAt(state.events), open = page.facts.filter(fact => fact.scored);
  const columns = about.scoring.columns;
  const summands = new Map(open.map(fact => [fact.name, about.scoring.groups.flatMap(group => group.rules
    .filter(rule => rule.facts.includes(fact.name)).map(rule => columns.indexOf(`${group.name}__${rule.code}`)))]));
  const slice = () => {
    const until = performance.now() + 8;
    while (mine === turn && open.length && performance.now() < until) {
      const fact = open.shift();
      fact.offered.forEach((value, place) => {
        const small = worths.get(`${fact.name}/${place}`);
        if (!small) return;
        const results = scoring({ ...state.facts, [fact.name]: value }, events, page.now, p);
        small.textContent = signed(summands.get(fact.name).reduce((sum, column) => sum + results[column], 0) / 1000000);
      });
    }
    if (mine === turn && open.length) setTimeout(slice);
  };
  slice();
};

/* ---- The result */

const resultBox = h("div", {}), live = h("p", { class: "unseen", role: "status", "aria-live": "polite" }), bar = h("div", { class: "bar", "aria-hidden": "true" });
const chip = (name, value) => h("span", { class: "chip" }, label(name), " ", h("b", {}, label(`${name}.${value}`, value)));
const limits = () => ["floor", "limit"].map(end => Number(current(["scoring", end])));

const scaleOf = points => {
  const set = page.bands.find(each => each.total);
  if (!set) return null;
  const [low, high] = limits(), at = value => Math.max(0, Math.min(100, (value - low) / (high - low) * 100));
  const starts = valuesNow(set).map((band, place) => [band, place === set.values.length - 1 ? low : Number(current(["scoring", "bands", set.name, band]))]);
  const mark = h("i", { class: "mark" }), stretch = h("i", { class: "stretch" });
  mark.style.left = at(points) + "%";
  return h("div", { class: "scale", "aria-hidden": "true" }, h("div", { class: "track" }, stretch, starts.map(([, start]) => {
    const tick = h("i", { class: "tick" });
    tick.style.left = at(start) + "%";
    return tick;
  }), mark), h("div", { class: "names" }, starts.map(([band, start]) => {
    const name = h("span", {}, `${label(`${set.name}.${band}`, band)} ${shownNumber(start)}`);
    if (at(start) > 80) { name.style.right = 100 - at(start) + "%"; name.classList.add("end"); } else name.style.left = at(start) + "%";
    return name;
  })));
};

/** What the points may still become, drawn behind the result; a new choice cancels it. */
let ranges = 0;
const renderRange = score => {
  const mine = ++ranges;
  setTimeout(() => {
    if (mine !== ranges) return;
    const [low, high] = score.possible, [least, most] = limits(), place = value => (value - least) / (most - least) * 100;
    const said = resultBox.querySelector(".range"), stretch = resultBox.querySelector(".stretch");
    if (said) said.textContent = text("possible", { low: shownNumber(low), high: shownNumber(high) });
    if (stretch) { stretch.style.left = place(low) + "%"; stretch.style.width = place(high) - place(low) + "%"; }
  });
};

const rowName = ({ why, code, group, fact, value }) => {
  if (why !== "rule") return text(`why.${why}`, { name: label(why === "total_limit" || why === "total_floor" ? "total" : code), value });
  const known = page.events.kinds.includes(fact) && !Object.hasOwn(about.facts, fact ?? "");
  if (fact === null) return label(code);
  return known ? `${label(code)} × ${value}` : `${label(code)}: ${valueOf(fact, knows(fact, value) ? value : null)}`;
};
const waterfall = score => {
  let sum = 0;
  const spans = score.contributions.map(row => { const from = sum; sum += row.points; return [from, sum]; });
  const low = Math.min(0, ...spans.flat()), width = Math.max(0, ...spans.flat()) - low || 1;
  let group = null;
  const body = score.contributions.flatMap((row, place) => {
    const [from, to] = spans[place], drawn = h("i", { class: row.why === "rule" || row.why === "start" ? row.points < 0 ? "minus" : "" : "cut" });
    drawn.style.left = (Math.min(from, to) - low) / width * 100 + "%";
    drawn.style.width = Math.abs(to - from) / width * 100 + "%";
    const heading = row.group && row.group !== group ? h("tr", { class: "group" }, h("th", { colspan: 3, scope: "colgroup" }, label(row.group))) : null;
    group = row.group || group;
    return [heading, h("tr", { class: row.points === 0 ? "zero" : "" }, h("th", { scope: "row" }, rowName(row)), h("td", {}, signed(row.points)), h("td", { class: "drawn", "aria-hidden": "true" }, drawn))];
  });
  return h("table", { class: "waterfall" }, h("caption", {}, text("from")), h("tbody", {}, body),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, text("total")), h("td", {}, shownNumber(score.points)), h("td", {}))));
};

const SIGNS = { met: "✓", unmet: "✗", unknown: "?" };
const verdicts = () => {
  const boxes = about.criteria.map(({ name, codes, needed }) => {
    const { met, unmet, outcome } = rules.answered(name, state.facts);
    const is = code => met.includes(code) ? "met" : unmet.includes(code) ? "unmet" : "unknown";
    const title = name === "screening" ? text("screening") : `${text("qualification")} ${name === "conversion" ? "" : label(name)}`.trim();
    return h("div", { class: "verdict" }, h("h4", {}, title, ": ", text(`outcome.${name === "screening" ? "screening" : "qualification"}_${outcome}`), " ",
      needed < codes.length ? h("small", {}, text("needed", { needed, all: codes.length })) : null),
      h("ul", {}, codes.map(code => h("li", { class: is(code) }, h("span", { "aria-hidden": "true" }, SIGNS[is(code)]), h("span", { class: "unseen" }, text(`criterion.${is(code)}`), ": "), label(code)))));
  });
  if (about.grading) {
    const found = grade(state.assessment, page.now * 1000);
    const name = each => label(`grade.${each}`, each);
    boxes.push(h("div", { class: "verdict" }, h("h4", {}, text("grade"), ": ", found.grade ? name(found.grade) : text("grade_open", { grades: found.possible.map(name).join(" / ") }))));
  }
  return boxes.length ? [h("h3", {}, text("verdicts")), ...boxes] : [];
};

const renderResult = () => {
  let score;
  try { score = rules.scoreAt(state.facts, eventsAt(state.events), page.now); }
  catch (error) { put(resultBox, h("p", { class: "refused" }, text("too_large"))); return; }
  score.bands = Object.fromEntries(Object.entries(score.bands).map(([name, band]) => [name, bandOf(name, band)]));
  const chips = page.bands.map(({ name }) => chip(name, score.bands[name]));
  const said = [text("points_said", { points: shownNumber(score.points) }), ...page.bands.map(({ name }) => `${label(name)} ${label(`${name}.${score.bands[name]}`, score.bands[name])}`)];
  const ways = h("div", { class: "ways" });
  put(resultBox, h("p", { class: "points" }, h("strong", { title: String(score.points) }, shownNumber(score.points)), " ", text("of_points", { limit: shownNumber(limits()[1]) })),
    h("p", { class: "chips" }, chips), scaleOf(score.points),
    score.unknown.length ? h("p", { class: "about" }, text("not_known", { facts: score.unknown.map(name => label(name)).join(text("comma")) }), " ", h("span", { class: "range" })) : null,
    ways, waterfall(score), verdicts());
  renderWays(ways);
  if (score.unknown.length) renderRange(score);
  put(bar, h("b", {}, shownNumber(score.points)), page.bands.length ? chip(page.bands[0].name, score.bands[page.bands[0].name]) : null);
  if (live.textContent !== said.join(text("comma"))) live.textContent = said.join(text("comma"));
};

/* ---- The rules */

const rulesBox = h("div", {});
const numberRow = number => {
  const id = JSON.stringify(number.keys), value = current(number.keys), was = h("span", { class: "was" }), refused = h("p", { class: "refused", role: "alert" });
  const whole = Math.abs(Number(number.text)), span = number.kind === "points" && number.keys[1] === "bands" ? limits()[1] : whole * 2 || 20;
  const least = number.kind === "points" && !number.open ? Math.min(0, Number(number.text) < 0 || whole === 0 ? -span : 0) : number.kind === "number" ? Math.min(0, -span * (Number(number.text) < 0)) : number.decimals ? 0 : 1;
  const slider = h("input", { type: "range", min: least, max: span, step: number.decimals && span < 5 ? 0.05 : 1, value, "aria-label": fullName(number.keys), tabindex: -1 });
  const field = h("input", { type: "text", inputmode: "decimal", value, "aria-label": fullName(number.keys) });
  const row = h("div", { class: "number" }, h("span", { class: "name" }, nameOf(number.keys)), slider, field, was, refused);
  const show = () => {
    const moved = Object.hasOwn(state.moved, id);
    row.classList.toggle("moved", moved);
    was.textContent = moved ? text("was", { value: number.text }) : "";
  };
  const take = (written, other) => {
    const problem = move(number, written);
    refused.textContent = problem ?? "";
    field.setAttribute("aria-invalid", problem ? "true" : "false");
    if (!problem) { other(plainNumber(written)); show(); moved(); }
    else if (other !== toSlider) other(written);
  };
  const toSlider = value_ => { slider.value = value_; }, toField = value_ => { field.value = value_; };
  field.addEventListener("input", () => take(field.value, toSlider));
  slider.addEventListener("input", () => take(slider.value, toField));
  show();
  return row;
};
const renderRules = () => {
  const headings = new Map();
  for (const number of page.numbers) {
    const heading = headingOf(number.keys);
    if (!headings.has(heading)) headings.set(heading, []);
    headings.get(heading).push(number);
  }
  put(rulesBox, [...headings].map(([heading, numbers]) => h("div", { class: "rule", role: "group", "aria-label": heading }, h("h3", {}, heading), numbers.map(numberRow))));
};

/* ---- What the change does */

const changeBox = h("div", {}), tomlBox = h("div", {});
const column = name => about.scoring.columns.indexOf(name);
const judged = numbers => page.leads.map(([facts, events]) => scoring(facts, eventsAt(events), page.now, numbers));
const judgedNow = () => judged(p).map(row => {
  for (const { name } of page.bands) row[column(name)] = bandOf(name, row[column(name)]);
  return row;
});
let before = null;

const histogram = (was, now) => {
  const [low, high] = limits(), bins = 20, place = value => Math.max(0, Math.min(bins - 1, Math.floor((value / 1000000 - low) / (high - low) * bins)));
  const count = rows => rows.reduce((counts, row) => { counts[place(row[column("points")])]++; return counts; }, new Array(bins).fill(0));
  const [old, fresh] = [count(was), count(now)], most = Math.max(1, ...old, ...fresh);
  return h("figure", { class: "histogram", role: "img", "aria-label": text("histogram") }, h("div", {}, fresh.map((number, bin) => {
    const filled = h("i", {}), dashed = h("b", {});
    filled.style.height = number / most * 100 + "%";
    dashed.style.height = old[bin] / most * 100 + "%";
    return h("span", {}, dashed, filled);
  })), h("figcaption", {}, h("span", {}, shownNumber(low)), h("span", {}, shownNumber(high))));
};
const load = place => {
  const [facts, events] = page.leads[place], grouped = new Map();
  state.facts = { ...facts };
  for (const [kind, age, subject, amount, count] of events) {
    const id = JSON.stringify([kind, page.events.aged ? age : 0, subject, amount]);
    if (grouped.has(id)) grouped.get(id)[4] += count; else grouped.set(id, [kind, age, subject, amount, count]);
  }
  state.events = [...grouped.values()];
  renderLead(); changed();
  document.getElementById("lead").scrollIntoView({ block: "start" });
};
const renderChange = () => {
  before ??= judged(constants);
  let after;
  try { after = judgedNow(); } catch { put(changeBox, h("p", { class: "refused" }, text("too_large"))); return; }
  const set = page.bands.find(each => each.name === state.bands), bands = column(state.bands), points = column("points");
  const chooser = page.bands.length > 1 && h("label", { class: "chooser" }, text("by"), " ", h("select", { onchange: event => { state.bands = event.target.value; renderChange(); } }, page.bands.map(({ name }) => h("option", { value: name, selected: name === state.bands }, label(name)))));
  const drawn = (number, kind) => { const one = h("i", { class: kind }); one.style.width = number / Math.max(1, page.leads.length) * 100 + "%"; return one; };
  const rows = set ? valuesNow(set).map(value => {
    const [was, now] = [before, after].map(each => each.filter(row => row[bands] === value).length);
    return h("tr", {}, h("th", { scope: "row" }, label(`${set.name}.${value}`, value)), h("td", {}, was), h("td", {}, now), h("td", { class: "drawn", "aria-hidden": "true" }, drawn(was, "old"), drawn(now, "")));
  }) : [];
  const movers = set ? after.map((row, place) => [place, before[place], row]).filter(([, was, now]) => was[bands] !== now[bands]) : [];
  const named = (row) => label(`${set.name}.${row[bands]}`, row[bands]);
  put(changeBox, h("p", { class: "about" }, text(page.invented ? "sample_invented" : "sample", { number: page.leads.length })), chooser,
    set ? h("table", { class: "bands" }, h("caption", { class: "unseen" }, text("change")), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, label(set.name)), h("th", { scope: "col" }, text("before")), h("th", { scope: "col" }, text("after")), h("td", {}))), h("tbody", {}, rows)) : null,
    histogram(before, after),
    set ? h("p", { class: "movers" }, h("b", {}, text("movers", { number: movers.length, all: page.leads.length }))) : null,
    movers.length ? h("table", { class: "who" }, h("thead", {}, h("tr", {}, ["a_lead", "before", "after", "points"].map(name => h("th", { scope: "col" }, text(name))))), h("tbody", {}, movers.slice(0, 12).map(([place, was, now]) =>
      h("tr", {}, h("th", { scope: "row" }, h("button", { type: "button", onclick: () => load(place) }, text("lead_number", { number: place + 1 }))), h("td", {}, named(was)), h("td", {}, named(now)), h("td", {}, `${shownNumber(was[points] / 1000000)} → ${shownNumber(now[points] / 1000000)}`))))) : null);
};

const bareKey = key => /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key).replace(/\u007f/g, "\\u007f");
const toml = () => {
  const tables = new Map();
  for (const number of page.numbers) {
    const id = JSON.stringify(number.keys);
    if (!Object.hasOwn(state.moved, id)) continue;
    const table = number.keys.slice(0, -1).map(bareKey).join(".");
    if (!tables.has(table)) tables.set(table, []);
    tables.get(table).push(`${bareKey(number.keys.at(-1))} = ${state.moved[id]}  # was ${number.text}`);
  }
  if (!tables.size) return null;
  const head = [`# ${page.id}`, `name = ${JSON.stringify(page.draft)}`, `extends = ${JSON.stringify(page.extends)}`];
  return [...head, ...[...tables].flatMap(([table, lines]) => ["", `[${table}]`, ...lines]), ""].join("\n");
};
const renderToml = () => {
  const written = toml();
  const copied = h("span", { role: "status" });
  put(tomlBox, h("p", { class: "about" }, text("take_about")), h("pre", { tabindex: 0, "aria-label": text("take") }, written ?? text("nothing_moved")),
    h("p", { class: "buttons" }, h("button", { type: "button", disabled: written === null, onclick: async () => {
      try { await navigator.clipboard.writeText(written); } catch { getSelection().selectAllChildren(tomlBox.querySelector("pre")); document.execCommand("copy"); }
      copied.textContent = text("copied");
    } }, text("copy")), h("button", { type: "button", disabled: written === null, onclick: () => {
      const link = h("a", { href: URL.createObjectURL(new Blob([written], { type: "application/toml" })), download: `${page.draft}.toml` });
      link.click();
    } }, text("save")), copied));
};

/* ---- Putting it together */

const changed = () => { renderResult(); writeLink(); renderWorths(); };
let waiting = false;
const moved = () => {
  renderResult(); writeLink(); renderToml();
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; renderChange(); renderWorths(); });
};
const render = () => {
  document.documentElement.lang = state.language.replace("_", "-");
  document.title = `${text("title")} · ${page.name}`;
  const button = (name, onclick) => h("button", { type: "button", onclick }, text(name));
  const other = state.language === "en" ? "zh_CN" : "en";
  put(document.body,
    h("header", {}, h("div", {}, h("h1", {}, text("title")), h("p", { class: "about" }, text("intro"))), h("p", { class: "buttons" },
      h("button", { type: "button", lang: other.replace("_", "-"), onclick: () => { state.language = other; render(); } }, page.texts[other].language),
      button("empty_lead", () => { state.facts = {}; state.events = []; state.assessment = {}; renderLead(); changed(); }),
      button("old_rules", () => { state.moved = {}; applyMoved(); renderRules(); moved(); }))),
    h("main", {},
      h("section", { id: "lead", "aria-labelledby": "lead-title" }, h("h2", { id: "lead-title" }, text("lead")), leadForm),
      h("section", { class: "sticky", tabindex: 0, "aria-labelledby": "result-title" }, h("h2", { id: "result-title" }, text("result")), resultBox),
      h("section", { id: "rules", "aria-labelledby": "rules-title" }, h("h2", { id: "rules-title" }, text("rules")), h("p", { class: "about" }, text("rules_about")), rulesBox),
      h("section", { class: "sticky", tabindex: 0, "aria-labelledby": "change-title" }, h("h2", { id: "change-title" }, text("change")), changeBox, h("h2", {}, text("take")), tomlBox)),
    h("footer", {}, h("p", {}, page.id, " · leadkit · ", text("stays"))), live, bar);
  renderLead(); renderRules(); renderResult(); renderChange(); renderToml(); renderWorths();
};
readLink();
render();
