"""The whole policy document: what a TOML file may say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, model_validator

from leadkit.grading.document import Grading
from leadkit.policy.account import AccountRules
from leadkit.policy.channels import Channels
from leadkit.policy.claims import Example, Invariant
from leadkit.policy.reasons import Reasons
from leadkit.policy.review import ReviewSettings
from leadkit.policy.route import Route
from leadkit.policy.sheets import Sheets
from leadkit.process.approvals import Approvals
from leadkit.process.assignment import Assignment
from leadkit.process.calendar import CalendarSettings, existing_zone
from leadkit.process.desk_rules import DeskRules
from leadkit.process.notices import Notices
from leadkit.process.nurture import Nurturing
from leadkit.process.objections import ObjectionKind
from leadkit.process.opportunities import Opportunities
from leadkit.process.permissions import OWNER, Permissions
from leadkit.process.pool import Pool
from leadkit.process.reports import Reports
from leadkit.process.retention import Retention
from leadkit.process.service_levels import Level, ServiceLevels
from leadkit.qualification.document import Criteria, ScreeningCriteria
from leadkit.records.corrected_lead import TOGETHER, Update
from leadkit.records.fields import RECORD, Code, Days, Points, Text
from leadkit.records.lead_fields import FIELDS, REQUIRABLE
from leadkit.rules.derive import Derivation
from leadkit.rules.facts import Field as DeclaredField
from leadkit.rules.facts import near, refuse
from leadkit.scoring.document import Scoring
from leadkit.texts import Language

if TYPE_CHECKING:
    LeadColumn = str
else:
    LeadColumn = Literal[REQUIRABLE]
    """The columns of a lead sheet that a policy may require."""

DECIDES_NOTHING = frozenset({
    "labels", "examples", "invariants", "duplicates", "imports", "permissions", "assignment", "rescoring", "calendar",
    "service_levels", "approvals", "objections", "notices", "sheets", "pool", "review", "language", "channels",
    "opportunities", "reasons", "reports", "desk", "retention",
})  # fmt: skip
"""What a policy says without a say in any score, screening, qualification or grade, unless it reads the channel."""


UPDATABLE = {TOGETHER.get(field.name, field.name) for field in FIELDS if field.amendable and field.name != "custom"}
"""The fields of a lead that a sheet may update, by name."""


class Capture(BaseModel):
    """What must be there when a lead comes in, by column of the lead sheet."""

    model_config = RECORD

    required: tuple[LeadColumn, ...] = ()
    """The columns of the lead sheet that must not be blank."""


class Duplicates(BaseModel):
    """When somebody who is known comes with something new.

    Who enquires again is joined to the lead that is there, unless that one was received at least `fresh_after_days`
    before and has come to an end: invalid, archived, or converted and nothing open any more. None is never.
    """

    model_config = RECORD

    fresh_after_days: Days | None = None
    """How old an ended lead is before an enquiry is a new lead; never by default."""


DealColumn = Literal[
    "name", "account", "urgency", "budget", "competition", "decision_chain", "grade", "amount", "expected_close",
    "opened_at", "closed_at", "reported_at", "lost_reason", "competitor", "stage",
]  # fmt: skip
"""What a sheet may change in an opportunity that is there."""


class Imports(BaseModel):
    """What a sheet may change in a lead that it brought before.

    A row corrects the lead that has its number or its id in another system, and is the same customer. A value that it
    gives takes the place of the known one `always`, `if_empty` or `never`, as `update` says, and `fields` by the name
    of a field, such as `need`, `budget` or one of the policy's own. A blank never does, and what was there is kept in
    the lead's history. `opportunities` says the same of the columns of opportunities, such as `amount`.
    """

    model_config = RECORD

    update: Update = "always"
    """When a sheet's value takes the place of a known one."""
    fields: dict[str, Update] = Field(default_factory=dict)
    """The same for single fields of a lead."""
    opportunities: dict[DealColumn, Update] = Field(default_factory=dict)
    """The same for columns of opportunities."""

    def of(self, name: str) -> Update:
        """When the field of this name is updated."""
        return self.fields.get(name, self.update)

    def of_opportunity(self, name: DealColumn) -> Update:
        """When the column of this name is updated in an opportunity."""
        return self.opportunities.get(name, self.update)


class ActivityKind(BaseModel):
    """How a follow-up row is recognised as a kind of event: by words of its means, or because the customer answered."""

    model_config = RECORD

    words: tuple[str, ...] = ()
    """Words of a follow-up's means by which it is of this kind."""
    answered: bool = False
    """`true`: a follow-up that the customer answered is of this kind."""


class Rescoring(BaseModel):
    """When a lead is scored again, and when its owner hears of it.

    `every_days` is how old a score may be. A lead that falls below its band is told of only once it is more than
    `hysteresis` points below, so that one which hovers at a threshold is not told of again and again.
    """

    model_config = RECORD

    every_days: Days = 7
    """How old a score may be."""
    hysteresis: Points = Decimal(0)
    """Points that a lead must be below its band before its owner is notified."""


class Document(BaseModel):
    """One policy, `extends` resolved. `name` and `version` identify it; the rest decides, labels, or is an example.

    `language` is the one that the company's people read. Where it is left out, a sheet is answered in its own language
    and all else in English.
    """

    model_config = RECORD

    name: Code
    """The policy's name: a code of lower-case letters, digits and underscores."""
    version: str = Field(default="1", pattern=r"^[A-Za-z0-9._-]{1,40}$")
    """The policy's version, such as `2026.1`."""
    extends: str | None = None
    """The policy that this file builds on: a shipped one by its name, or the path of a file."""
    description: Text = ""
    """What the policy is for."""
    language: Language | None = None
    """The language of the company's people."""
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    """The currency of amounts, by its ISO 4217 code such as `EUR`."""
    phone_region: str = Field(default="CN", pattern=r"^[A-Z]{2}$")
    """The country of phone numbers without a country code, such as `DE`."""
    time_zone: Annotated[str, AfterValidator(existing_zone)] = "Asia/Shanghai"
    """The company's time zone, such as `Europe/Berlin`."""
    fields: dict[Code, DeclaredField] = Field(default_factory=dict)
    """Facts of your own by name, or built-in categories with other levels."""
    account: AccountRules = AccountRules.model_construct()
    """Facts of a lead's company."""
    sheets: Sheets = Sheets.model_construct()
    """Which heads of your own sheets are which fields."""
    channels: Channels = Channels.model_construct()
    """The channels by which leads come."""
    reasons: Reasons = Reasons.model_construct()
    """Why opportunities are lost and leads are invalid."""
    capture: Capture = Capture.model_construct()
    """What a lead must have when it comes in."""
    derive: Derivation = Derivation.model_construct()
    """How facts are read from texts, prices and dates."""
    activities: dict[Code, ActivityKind] = Field(default_factory=dict)
    """Kinds of events by name, and which follow-ups count as each."""
    no_answer: tuple[str, ...] = ()
    """Words of a follow-up's result that mean that nobody answered."""
    route: Route | None = None
    """Which policy scores, screens and qualifies a lead, by the value of one fact."""
    scoring: Scoring
    """Points: groups of rules, limits and bands."""
    screening: ScreeningCriteria | None = None
    """The criteria by which a lead is valid or invalid."""
    qualification: dict[Code, Criteria] = Field(default_factory=dict)
    """Criteria by name, such as `conversion`."""
    grading: Grading | None = None
    """The grades of opportunities."""
    nurture: Nurturing | None = None
    """What leads are sent, and how often."""
    duplicates: Duplicates = Duplicates.model_construct()
    """What happens when somebody enquires again."""
    imports: Imports = Imports.model_construct()
    """What a sheet may change in leads that it brought before."""
    desk: DeskRules = DeskRules.model_construct()
    """Who may give commands at all."""
    retention: Retention = Retention.model_construct()
    """How long a store keeps what is done."""
    permissions: Permissions = Permissions.model_construct()
    """For each command the roles that may give it."""
    assignment: Assignment = Assignment.model_construct()
    """Which roles get which leads and opportunities."""
    rescoring: Rescoring = Rescoring.model_construct()
    """When leads are scored again."""
    calendar: CalendarSettings = CalendarSettings.model_construct()
    """Working hours and days off."""
    service_levels: ServiceLevels = ServiceLevels.model_construct()
    """How soon things are due."""
    pool: Pool | None = None
    """Who may claim leads without an owner, and when forgotten ones return."""
    opportunities: Opportunities = Opportunities.model_construct()
    """How opportunities come of leads."""
    objections: dict[Code, ObjectionKind] = Field(default_factory=dict, max_length=200)
    """The kinds of objections by name."""
    approvals: Approvals = Approvals.model_construct()
    """The roles that may approve a plan, by grade."""
    notices: Notices = Notices.model_construct()
    """For each kind of notice who receives it."""
    review: ReviewSettings = ReviewSettings.model_construct()
    """What reviews are held against."""
    reports: Reports = Reports.model_construct()
    """Who hears of the review of a month or quarter."""
    labels: dict[Language, dict[str, Text]] = Field(default_factory=dict)
    """For each language what codes are called."""
    examples: tuple[Example, ...] = Field(default=(), max_length=1000)
    """Single leads, and what the policy must say about them."""
    invariants: tuple[Invariant, ...] = Field(default=(), max_length=1000)
    """Claims about every lead, which `leadkit check` proves."""

    @property
    def screening_level(self) -> Level | None:
        """How long a lead may lack facts for its screening; None where it may for ever."""
        days = self.screening.open_days if self.screening is not None else None
        return _days(days) if days is not None else None

    @model_validator(mode="after")
    def _answer_names_differ(self) -> Self:
        names = Counter(
            [
                "points",
                "screening",
                "grade",
                *self.scoring.outcomes,
                *self.qualification,
                *self.fields,
                *self.account.facts,
                *(["branch"] if self.route is not None else []),
            ]
        )
        twice = next((name for name, times in names.items() if times > 1), None)
        if twice is not None:
            raise refuse(f"{twice} names two things in this policy", "rename one of them")
        return self

    @model_validator(mode="after")
    def _the_process_speaks_of_what_there_is(self) -> Self:
        bands = self.scoring.outcomes.get(self.assignment.bands, ())
        grades = self.grading.grades if self.grading and self.grading.grades else {}
        by_table = self.service_levels.deal_follow_up if self.grading and self.grading.table else {}
        for where, names, known in (
            ("assignment.roles", self.assignment.roles, bands),
            ("service_levels.response", self.service_levels.response, bands),
            ("service_levels.deal_follow_up", self.service_levels.deal_follow_up, grades or by_table),
            ("assignment.grades", self.assignment.grades, grades or self.assignment.grades),
            ("approvals", self.approvals.grades, grades or self.approvals.grades),
            ("opportunities.grades", self.opportunities.grades, grades or self.opportunities.grades),
        ):
            unknown = next((name for name in names if name not in known), None)
            if unknown is not None:
                raise refuse(f"{where} names {unknown}, which does not exist", near(unknown, known))
        return self

    @model_validator(mode="after")
    def _roles_exist(self) -> Self:
        known = self.roles
        named = [("pool.claim", self.pool.claim)] if self.pool is not None else []
        named += [(f"opportunities.grades.{name}.team", of.team) for name, of in self.opportunities.grades.items()]
        for name, level in self.service_levels.levels.items():
            roles = tuple(step.to for step in level.escalate if step.to not in {"owner", "approver"})
            named.append((f"service_levels.{name}.escalate", roles))
        for where, roles in named if known else ():
            unknown = next((role for role in roles if role not in known), None)
            if unknown is not None:
                raise refuse(f"{where} names the role {unknown}, which does not exist", near(unknown, known))
        return self

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the policy speaks of where it says who may do what."""
        assignment = self.assignment
        tables = (self.permissions.root, assignment.roles, assignment.grades, self.approvals.grades)
        return frozenset(role for table in tables for roles in table.values() for role in roles) - {OWNER}

    @model_validator(mode="after")
    def _imports_name_fields(self) -> Self:
        known = {*UPDATABLE, *self.fields}
        unknown = next((name for name in self.imports.fields if name not in known), None)
        if unknown is not None:
            raise refuse(f"imports.fields names {unknown}, which no sheet updates", near(unknown, known))
        return self

    @model_validator(mode="after")
    def _every_band_has_a_stage(self, _: ValidationInfo) -> Self:
        if self.nurture is None:
            return self
        bands = self.scoring.outcomes.get(self.nurture.bands)
        if bands is None:
            raise refuse(
                f"nurture reads the band set {self.nurture.bands}, which does not exist",
                near(self.nurture.bands, self.scoring.outcomes),
            )
        if set(bands) != set(self.nurture.stages):
            raise refuse("the stages of nurture and the bands they are keyed by differ", "one stage for each band")
        return self


@cache
def _days(days: int) -> Level:
    """So many days around the clock."""
    return Level(hours=Decimal(24 * days))
