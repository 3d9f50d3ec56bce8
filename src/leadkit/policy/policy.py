"""A policy: one document, compiled once, deciding about many leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.errors import FactError, PolicyError, Problem
from leadkit.grading.grade import Grade, GradeChange
from leadkit.grading.grader import Grader
from leadkit.policy.account import declared_in
from leadkit.policy.branches import Branch
from leadkit.policy.document import Document
from leadkit.policy.events import Activities, counts_of, detailed_events_of, events_of, pairs_of
from leadkit.policy.follow_ups import FollowUpKinds
from leadkit.policy.identity import digest, names_in
from leadkit.policy.javascript import declarations, module
from leadkit.policy.reasons import ReasonKind
from leadkit.policy.route import OTHERWISE
from leadkit.policy.taken import FactField, check_lead, fields_of, shown, strange_kinds, unused
from leadkit.process.nurture import Nurture
from leadkit.qualification.advice import Question, worth_asking
from leadkit.qualification.qualify import Qualification, Qualifier, Screening
from leadkit.records import Assessment, Lead, Opportunity
from leadkit.records.text import fold
from leadkit.rules.facts import Fact, as_text, declared, near
from leadkit.rules.lead_facts import LeadFacts
from leadkit.rules.moments import EPOCH, seconds
from leadkit.rules.row_facts import Source, sources, with_facts
from leadkit.scoring.advice import Way, next_band
from leadkit.scoring.score import Score
from leadkit.scoring.scorer import Scorer
from leadkit.texts import Language

Facts = Mapping[str, Any]


class Policy:
    """What a company decides with. Pure: it reads no clock, keeps no state, and may be shared between threads.

    Wherever a `lead` is taken, so is a mapping of fact names to values; a fact that is missing, None or outside its
    levels is unknown. Activities are records, mappings with `kind`, `occurred_at` and perhaps `activity_id` (or `id`),
    pairs (kind, occurred_at), or one mapping of kinds to counts, as if all had happened at `as_of` and about nothing.
    """

    def __init__(
        self,
        document: Document,
        branches: Mapping[str, Branch] | None = None,
        *,
        branch_of: tuple[str, str] | None = None,
    ) -> None:
        self.document = document
        self._branches = branches or {}
        self._branch_of = branch_of
        facts = declared(document.fields)
        account = {name: fact.model_dump() for name, fact in document.account.facts.items()}
        self.facts: Mapping[str, Fact] = facts | declared_in(account, facts)

    def __repr__(self) -> str:
        return f"<Policy {self.id}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Policy):
            return NotImplemented
        return self.document == other.document and (self.id, self.hash) == (other.id, other.hash)

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Policy, branch_of=self._branch_of), (self.document, self._branches)

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.document.name

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that decides; labels and examples may change without changing it.

        What a policy leaves at its default has no part in it, so that the language can grow. Of a branch it is what
        that branch decides.
        """
        return digest(self.document, {value: Policy(each.document).hash for value, each in self._branches.items()})

    @cached_property
    def id(self) -> str:
        """`name@version#hash`, the hash cut to 12 digits; every result carries it. A branch has that of the whole."""
        if self._branch_of is not None:
            return self._branch_of[0]
        return f"{self.document.name}@{self.document.version}#{self.hash[:12]}"

    @property
    def language(self) -> Language:
        """The language that the company's people read; English where the policy names none."""
        return self.document.language or "en"

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """The zone in which a date without a time is meant."""
        return ZoneInfo(self.document.time_zone)

    @cached_property
    def branches(self) -> Mapping[str, Policy]:
        """The policies that decide by `[route]`: of each value that has one, and `otherwise` for all others.

        Each is complete, and known by the id of the whole; none without `[route]`.
        """
        routed = self._branches.items()
        return {value: Policy(branch.document, branch_of=(self.id, value)) for value, branch in routed}

    @property
    def deciding(self) -> tuple[Policy, ...]:
        """The policies that decide about leads: the branches, else itself."""
        return tuple(self.branches.values()) or (self,)

    @property
    def idle_in_branches(self) -> Mapping[str, tuple[str, ...]]:
        """The tables that each branch's file says otherwise than the policy, to no effect."""
        return {value: branch.idle for value, branch in self._branches.items() if branch.idle}

    def branch_of(self, facts: Facts) -> Policy:
        """The policy that decides about a lead with these facts: a branch of `[route]`, else itself.

        Raises:
            FactError: the fact that chooses is no text.
        """
        if self.document.route is None:
            return self
        name = self.document.route.field
        return self.branches.get(as_text(name, facts.get(name)) or OTHERWISE, self.branches[OTHERWISE])

    @cached_property
    def scorer(self) -> Scorer:
        """The compiled scoring."""
        branch = self._branch_of[1] if self._branch_of is not None else None
        document = self.document
        return Scorer(document.scoring, self.facts, self.id, document.labels, document.time_zone, branch)

    @cached_property
    def qualifiers(self) -> dict[str, Qualifier]:
        """The compiled screening, and the qualifications by name."""
        screening = {} if self.document.screening is None else {"screening": self.document.screening}
        every = screening | self.document.qualification
        return {name: Qualifier(criteria, self.facts, self.id, name) for name, criteria in every.items()}

    def _qualifier(self, name: str, facts: Facts) -> Qualifier:
        if name not in self.qualifiers:
            table = "screening" if name == "screening" else f"qualification.{name}"
            raise FactError(Problem(f"has no [{table}]", near(name, self.qualifiers), path=self.id))
        return self.branch_of(facts).qualifiers[name]

    @cached_property
    def _grader(self) -> Grader:
        if self.document.grading is None:
            raise FactError(Problem("has no [grading]", path=self.id))
        return Grader(self.document.grading, self.id, self.time_zone, self.document.labels)

    def refuse_route(self, what: str) -> None:
        """Refuse a policy with `[route]` where one scoring is meant; `what` is what there is none of for it.

        Raises:
            PolicyError: the policy has a `[route]`.
        """
        if self.document.route is not None:
            named = ", ".join(dict.fromkeys([*self.document.route.sources.values(), self.document.route.otherwise]))
            hint = f"take one of its branches: {named}"
            raise PolicyError(Problem(f"has a [route], and there is {what} for all branches", hint, path=self.id))

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of an opportunity, the best first; none without `[grading]`."""
        return self._grader.grades if self.document.grading is not None else ()

    @property
    def priorities(self) -> tuple[str, ...]:
        """The bands that decide who gets a lead, the highest first."""
        return self.document.scoring.outcomes.get(self.document.assignment.bands, ())

    def reasons(self, kind: ReasonKind) -> tuple[str, ...]:
        """The codes for why a deal is lost, or a lead is invalid, those of the screening included; none for any."""
        codes = self.document.reasons.codes(kind)
        if kind == "lost" or not codes or self.document.screening is None:
            return codes
        screenings = [each.document.screening for each in self.deciding if each.document.screening is not None]
        criteria = [pair for screening in screenings for pair in screening.criteria.items()]
        return tuple(dict.fromkeys([*(each.reason or name for name, each in criteria), *codes]))

    def facts_of(self, lead: Lead | Facts, as_of: datetime) -> Facts:
        """The facts of a lead, with those that its texts tell where nobody entered them.

        A mapping is taken as it is, but for facts that rules ask for and that its `job_title`, `industry`, `need`,
        `channel`, `company_name`, `company_size` or `email` tells.
        """
        facts = self._facts_of(lead, as_of)
        return facts if self.document.route is None else self.branch_of(facts).facts_of(lead, as_of)

    def _facts_of(self, lead: Lead | Facts, as_of: datetime) -> Facts:
        """The facts of a lead; before a branch is chosen, as the policy itself reads them."""
        if isinstance(lead, (dict, Mapping)):
            # A plain dict is told first: asking whether something is a Mapping of another class costs more than a rule.
            if not isinstance(lead, dict) and isinstance(lead, LeadFacts) and lead.declared is self.facts:
                return lead
            return with_facts(lead, self.read_facts) if self.read_facts else lead
        check_lead(lead)
        seconds(as_of)
        document = self.document
        today = as_of.astimezone(self.time_zone).date()
        lead = document.channels.counted(lead)
        return LeadFacts(lead, self.facts, document.derive, today, document.currency, document.phone_region)

    @cached_property
    def read_facts(self) -> tuple[Source, ...]:
        """The facts that are read from another text of a row where it has no value for them.

        With a `[route]` it is the one that chooses the branch, which reads the others.
        """
        asked = self.asked if self.document.route is None else (self.document.route.field,)
        return sources({name: self.facts[name] for name in asked}, self.document.derive)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that scoring, screening and qualification ask for, and the one that chooses the branch."""
        names = [self.document.route.field] if self.document.route is not None else []
        for policy in self.deciding:
            names += policy.scorer.asked
            names += [name for qualifier in policy.qualifiers.values() for name in qualifier.asked]
        return tuple(dict.fromkeys(names))

    @cached_property
    def uses_details(self) -> bool:
        """Whether some rule asks what an event was about."""
        return any(policy.scorer.uses_details for policy in self.deciding)

    def javascript(self) -> str:
        """The policy as an ES module, equal to this one to the last digit, for web forms and Node.

        It exports `score`, `screen`, `qualify`, `grade` and `evaluate`. What a policy reads from texts of a lead, such
        as a role from a job title, is not in it.

        Raises:
            PolicyError: the policy has a `[route]`; its branches have a module each.
            ValueError: the policy has a number beyond what JavaScript counts exactly.
        """
        self.refuse_route("no module")
        return module(self, self.qualifiers, self._grader if self.document.grading else None)

    def javascript_types(self) -> str:
        """The types of `javascript` for TypeScript: what a `.d.ts` beside it says.

        Raises:
            PolicyError: as in `javascript`.
        """
        self.refuse_route("no module")
        return declarations(self, self.qualifiers, self._grader if self.document.grading else None)

    def fields(self) -> tuple[FactField, ...]:
        """The names that the policy knows in a row, with their kinds and values."""
        return fields_of(self.facts)

    def unused(self, row: Facts) -> tuple[Problem, ...]:
        """What a row says that the policy knows nothing of: names and values, each with the nearest known one."""
        return tuple(unused(row, self.facts))

    def score(self, lead: Lead | Facts, activities: Activities = (), *, as_of: datetime, strict: bool = False) -> Score:
        """The score at `as_of`. Later activities don't count; of several with the same id, only the earliest does.

        With `strict` a mapping must say nothing that is `unused`, and activities must be of `event_kinds`.

        Raises:
            FactError: a time is naive, a fact has the wrong type, or an activity belongs to another lead.
        """
        if strict:
            activities = activities if isinstance(activities, Mapping) else tuple(activities)
            self._check(lead, activities)
        if self._branches:
            return self.branch_of(self.facts_of(lead, as_of)).score(lead, activities, as_of=as_of)
        scorer = self.scorer
        lead_id = None if lead.__class__ is dict or not isinstance(lead, Lead) else lead.id
        evaluate = scorer.evaluate_moments
        pairs = None if evaluate is None else pairs_of(activities, lead_id)
        if evaluate is not None and pairs is not None:
            try:
                clock, facts = scorer.clock(as_of), self._facts_of(lead, as_of)
                return Score(scorer, evaluate(facts, pairs, clock), facts, as_of)
            except (AttributeError, TypeError, ValueError, OverflowError):
                pass  # Read them one by one below, which says what is wrong.
        if isinstance(activities, Mapping):
            return self._counted(lead, activities, as_of)
        now, facts = seconds(as_of), self._facts_of(lead, as_of)
        read = detailed_events_of if scorer.uses_details else events_of
        return Score(scorer, scorer.evaluate(facts, read(activities, lead_id), now), facts, as_of)

    def _check(self, lead: Lead | Facts, activities: Activities) -> None:
        """Refuse what counts nowhere."""
        kinds = activities if isinstance(activities, Mapping) else (event[0] for event in events_of(activities))
        strange = self.unused(lead) if isinstance(lead, Mapping) else ()
        problems = (*strange, *strange_kinds(kinds, self.event_kinds))
        if problems:
            raise FactError(problems)

    def _counted(self, lead: Lead | Facts, counts: Mapping[Any, Any], as_of: datetime) -> Score:
        """The score where so many of each kind happen at `as_of`."""
        now, facts = seconds(as_of), self.facts_of(lead, as_of)
        return Score(self.scorer, self.scorer.evaluate_counts(facts, counts_of(counts), now), facts, as_of)

    def screen(self, lead: Lead | Facts, *, as_of: datetime | None = None) -> Screening:
        """Valid, invalid with reasons, or open with what is missing. A record needs `as_of`: its dates are relative.

        Raises:
            FactError: a fact has the wrong type, a record comes without `as_of`, or the policy has no screening.
        """
        facts = self._facts_at(lead, as_of)
        return self._qualifier("screening", facts).screen(facts)

    def qualify(
        self,
        lead: Lead | Facts,
        signals: Facts | None = None,
        *,
        as_of: datetime | None = None,
        name: str = "conversion",
    ) -> Qualification:
        """How many of the criteria `[qualification.<name>]` are met. `signals` are facts that win over the lead's own.

        Raises:
            FactError: a fact has the wrong type, a record comes without `as_of`, or there are no such criteria.
        """
        facts = self._signalled(lead, signals, as_of)
        return self._qualifier(name, facts).qualify(facts)

    def grade(self, assessment: Assessment | Opportunity | Facts, *, as_of: datetime | None = None) -> Grade:
        """The grade of an opportunity. Levels that nobody entered are derived from its amount and its date.

        A mapping gives levels by dimension, and the values they derive from (`amount`, `expected_close`) under their
        names. A date needs `as_of`; it counts in calendar months of the policy's time zone.

        Raises:
            FactError: a value has the wrong type, a time is naive, a date comes without `as_of`, or the policy has no
                grading.
        """
        return self._grader.grade(_assessed(assessment), as_of)

    def regrade(
        self, before: Grade, assessment: Assessment | Opportunity | Facts, *, as_of: datetime | None = None
    ) -> GradeChange:
        """An opportunity graded again: the grade `before`, the grade now, and what moved between them.

        Raises:
            FactError: as in `grade`.
        """
        return GradeChange(before, self.grade(assessment, as_of=as_of))

    def next_band(self, score: Score, bands: str = "priority") -> tuple[Way, ...]:
        """The cheapest ways from a score to the band above: facts still unknown, and events still to come.

        A way counts a step for each fact and each event; all that are told have the same, smallest number of steps.
        Empty from the highest band, or where no way of at most twelve steps is found.

        Raises:
            FactError: the policy has no such band set, or another policy gave the score.
        """
        outcomes = self.document.scoring.outcomes
        if bands not in outcomes:
            raise FactError(Problem(f"has no band set {bands}", near(bands, outcomes), path=self.id))
        if score.policy != self.id:
            raise FactError(Problem("is of another policy", "score the lead again", path="score"))
        scorer = self.branches[score.branch].scorer if score.branch is not None else self.scorer
        return next_band(scorer, score.numbers, score.facts, bands)

    def worth_asking(
        self,
        lead: Lead | Facts,
        signals: Facts | None = None,
        *,
        as_of: datetime | None = None,
        name: str = "conversion",
    ) -> tuple[Question, ...]:
        """The facts worth asking for while `[qualification.<name>]`, or `screening`, is open; empty once it is settled.

        Raises:
            FactError: as in `qualify`.
        """
        facts = self._signalled(lead, signals, as_of)
        return worth_asking(self._qualifier(name, facts), facts)

    def nurture(self, score: Score) -> Nurture | None:
        """What to send and how often, for the stage that a score lies in; None where the policy has no `[nurture]`."""
        settings = self.document.nurture
        if settings is None:
            return None
        return self._stages[score[settings.bands]]

    @cached_property
    def _stages(self) -> Mapping[str, Nurture]:
        stages = self.document.nurture.stages if self.document.nurture else {}
        return {name: Nurture(name, stage.content, stage.cadence) for name, stage in stages.items()}

    @cached_property
    def event_kinds(self) -> frozenset[str]:
        """The kinds of events that rules count, `[activities]` know or `[service_levels]` name, and `follow_up`."""
        tallies = [tally for policy in self.deciding for tally in policy.scorer.program.tallies]
        counted = {kind for tally in tallies for kind in tally.kinds}
        levels = self.document.service_levels
        counted |= self.document.account.event_kinds
        return frozenset({*counted, *self.document.activities, *levels.follow_ups, *levels.answers, "follow_up"})

    def says(self, word: str) -> bool:
        """Whether the policy itself says a word: a channel, a level, a kind of event, or a text of its own."""
        return fold(word).casefold() in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        documents = (self.document, *(policy.document for policy in self.deciding))
        names = chain.from_iterable(names_in(document.model_dump(mode="json")) for document in documents)
        return frozenset(fold(name).casefold() for name in (*names, *self.event_kinds))

    def kind_of(self, means: str, feedback: str | None = None) -> str:
        """The kind of event that a follow-up is, by `[activities]`: the kind whose longest word the means contain.

        A kind with `answered` asks for feedback that is none of `no_answer`; what is no kind is a `follow_up`.
        """
        return self._follow_ups.kind_of(means, feedback)

    def knows_means(self, means: str) -> bool:
        """Whether some kind of event has a word for the means of a follow-up, answered or not."""
        return self._follow_ups.knows(means)

    @cached_property
    def _follow_ups(self) -> FollowUpKinds:
        return FollowUpKinds(self.document.activities, self.document.no_answer)

    def _signalled(self, lead: Lead | Facts, signals: Facts | None, as_of: datetime | None) -> Facts:
        facts = self._facts_at(lead, as_of)
        return {**facts, **signals} if signals else facts

    def _facts_at(self, lead: Lead | Facts, as_of: datetime | None) -> Facts:
        if isinstance(lead, Lead):
            if as_of is None:
                raise FactError(Problem("is needed for a Lead", "pass as_of=datetime.now(UTC)", path="as_of"))
            seconds(as_of)
            return self.facts_of(lead, as_of)
        check_lead(lead)
        return self.facts_of(lead, EPOCH)


def _assessed(assessment: Assessment | Opportunity | Facts) -> Facts:
    """What is said about an opportunity, by name."""
    if isinstance(assessment, Opportunity):
        entered = assessment.assessment.model_dump()
        return entered | {"amount": assessment.amount, "expected_close": assessment.expected_close}
    if not isinstance(assessment, (Assessment, Mapping)):
        hint = f"not {shown(assessment)}"
        raise FactError(
            Problem("must be an Assessment, an Opportunity or a mapping of levels", hint, path="assessment")
        )
    return assessment.model_dump() if isinstance(assessment, Assessment) else assessment
