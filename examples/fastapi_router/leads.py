"""A router for FastAPI: enquiries come in, leads go out as JSON, and every error of leadkit has its status.

app = FastAPI()
app.state.desk = lk.Desk("standard", engine)
install(app)
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

import leadkit as lk
from leadkit.errors import FactError, StorageError

WEB_SITE = lk.Actor(id="web_site", role="marketing")
STATUSES: tuple[tuple[type[lk.LeadkitError], int], ...] = (
    (lk.NotAllowedError, 403),
    (lk.errors.NotFoundError, 404),
    (lk.ConflictError, 409),
    (lk.CommandError, 422),
    (FactError, 422),
    (StorageError, 503),
)
"""The status of each kind of error; the more special ones come first."""

router = APIRouter(tags=["leads"])


def desk_of(request: Request) -> lk.Desk:
    """The desk that the program opened when it started."""
    desk: lk.Desk = request.app.state.desk
    return desk


Desk = Annotated[lk.Desk, Depends(desk_of)]
Key = Annotated[str, Header(min_length=1, max_length=100, pattern=r"^[\w-]+$")]


class Enquiry(BaseModel):
    """What the form of the web site sends."""

    company: str
    industry: str
    size: str
    name: str
    job_title: str
    phone: str
    need: str

    def lead(self, key: str) -> lk.Lead:
        """The lead; its id follows from the key, so that a form that is sent twice is the same lead."""
        return lk.Lead(
            id=f"web-{key}",
            source=lk.Source(channel="官网"),
            company=lk.Company(name=self.company, industry=self.industry, size=self.size),
            contact=lk.Contact(name=self.name, job_title=self.job_title, phone=self.phone),
            need=lk.Need(description=self.need),
        )


@router.post("/enquiries", status_code=201)
def enquire(form: Enquiry, idempotency_key: Key, desk: Desk) -> lk.Receipt:
    """Take an enquiry in, once however often it is sent."""
    return desk.capture(form.lead(idempotency_key), anew=True, key=idempotency_key, by=WEB_SITE)


@router.get("/leads")
def queue(desk: Desk, owner: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[lk.LeadState]:
    """The leads to work on, the best first."""
    return list(desk.queue(owner=owner, limit=limit))


@router.get("/leads/{lead_id}")
def lead(lead_id: str, desk: Desk) -> lk.LeadState:
    """One lead as it stands."""
    return desk.lead(lead_id)


@router.get("/health")
def health(desk: Desk) -> lk.Health:
    """Whether leads can be taken in now."""
    return desk.ping()


def refused(_: Request, error: Exception) -> JSONResponse:
    """An error of leadkit: its status, and all that is wrong with hints; what may be tried again says so."""
    problems = error.problems if isinstance(error, lk.LeadkitError) else ()
    retryable = isinstance(error, lk.LeadkitError) and error.retryable
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    content = {"problems": [problem.to_dict() for problem in problems], "retryable": retryable}
    return JSONResponse(content, status, headers={"Retry-After": "1"} if retryable else None)


def no_record(_: Request, error: Exception) -> JSONResponse:
    """A record that pydantic refuses: where it is wrong, and never what was sent."""
    faults = error.errors() if isinstance(error, ValidationError) else []
    problems = [{"path": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in faults]
    return JSONResponse({"problems": problems, "retryable": False}, 422)


def install(app: FastAPI) -> None:
    """Add the routes and the handlers of errors."""
    app.include_router(router)
    app.add_exception_handler(lk.LeadkitError, refused)
    app.add_exception_handler(ValidationError, no_record)
