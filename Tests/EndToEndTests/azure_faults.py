"""The faults that publishes to Azure meet, and what the user is to see of each."""

from __future__ import annotations

from typing import Callable, NamedTuple

import stand_faults as faults
from azure_publishing import AzurePublishing
from https_stand import Cut, Reply, Request
from kudu_server import AUTO_SWAP, BUSY, REMOTE_PACKAGE

FOR_EVER = 1 << 30
PUSH = faults.UPLOAD
DEPLOYMENTS = r"/api/deployments"
LOCKED = (
    "The 'Preparing zip package' operation conflicts with the pending 'ZipDeploy' operation started at "
    "2026-11-24T10:00:00.0000000Z.  Please retry operation later."
)


class Case(NamedTuple):
    """A fault: how it comes about, how the program ends, and what it says."""

    name: str
    begin: Callable[[AzurePublishing], None]
    status: int = 0
    says: str = ""
    linux: bool = True
    debugging: bool = False
    arguments: tuple[str, ...] = ()


def on_the_way(*made: Callable[[], faults.Fault]) -> Callable[[AzurePublishing], None]:
    return lambda publishing: publishing.running.fails(*(make() for make in made))


def at_arm(*made: Callable[[], faults.Fault]) -> Callable[[AzurePublishing], None]:
    return lambda publishing: publishing.stand.arm.faults.extend(make() for make in made)


def inside(**values: object) -> Callable[[AzurePublishing], None]:
    def begin(publishing: AzurePublishing) -> None:
        for name, value in values.items():
            assert hasattr(publishing.running.site.faults, name)
            setattr(publishing.running.site.faults, name, value)

    return begin


def conflict(text: str, times: int) -> Callable[[], faults.Fault]:
    return lambda: faults.refuse("POST|PUT", PUSH, lambda: Reply(409, text), times)


def setting(name: str, value: str) -> Callable[[AzurePublishing], None]:
    return lambda publishing: publishing.running.site.settings.update({name: value})


def basic(publishing: AzurePublishing) -> None:
    """From now on by user and password."""
    site = publishing.running.site
    publishing.program.environment.update(PTVSD_PUBLISH_USER=site.user, PTVSD_PUBLISH_PASSWORD=site.password)


def basic_off(publishing: AzurePublishing) -> None:
    basic(publishing)
    publishing.running.site.basic_allowed = False


def basic_wrong(publishing: AzurePublishing) -> None:
    basic(publishing)
    publishing.running.site.password = "changed-since-" + "y" * 20


def crashes_by_basic(publishing: AzurePublishing) -> None:
    basic(publishing)
    publishing.running.site.faults.crashes = True


def expires_while_polling(publishing: AzurePublishing) -> None:
    """The token ends after the upload, and `az` has another one."""

    def act(request: Request) -> Reply | None:
        publishing.stand.arm.tokens.update(dict.fromkeys(publishing.stand.arm.tokens, 0.0))
        publishing.stand.sign_in()
        return None

    publishing.running.fails(faults.Fault("GET", DEPLOYMENTS, act=act, skip=2))


def wrong_token(publishing: AzurePublishing) -> None:
    """ARM takes the token, and the SCM site does not: it is of another tenant."""
    refused = Reply(401, b"<html>401</html>", {"WWW-Authenticate": 'Basic realm="site"'})
    publishing.running.fails(faults.refuse(".*", ".*", lambda: refused, FOR_EVER))


def attached(publishing: AzurePublishing) -> None:
    """A debugger is attached, so that the files are in use."""
    publishing.running.site.faults.locks_while_attached = True
    publishing.running.host.sessions = 1


def damaged(publishing: AzurePublishing) -> None:
    """What the last publish left beside the site is half there."""
    for path in (publishing.running.site.home / "data" / "ptvsd-publish").iterdir():
        path.write_bytes(path.read_bytes()[:40])


def lost_answer(publishing: AzurePublishing) -> None:
    """The package is taken, and the answer to it does not arrive."""
    publishing.running.fails(faults.cut_reply(0, "POST", PUSH))
    publishing.running.site.pace = 0.1


def lost_answer_then_busy(publishing: AzurePublishing) -> None:
    """As before, and the look whether it arrived tells nothing, so that the package is sent again and is refused."""

    def lose(reply: Reply) -> Reply:
        raise Cut

    lost = faults.Fault("POST", PUSH, alter=lose)

    def hide(request: Request) -> Reply | None:
        return Reply(404) if lost.met == 1 else None

    publishing.running.fails(
        lost,
        faults.Fault("GET", DEPLOYMENTS + "$", act=hide, times=FOR_EVER),
        faults.refuse("POST", PUSH, lambda: Reply(409, BUSY), FOR_EVER),
    )
    publishing.running.site.pace = 0.1


def vanishes(looks: int) -> Callable[[AzurePublishing], None]:
    """The deployments cannot be listed any more after so many looks at them."""

    def begin(publishing: AzurePublishing) -> None:
        publishing.running.fails(faults.refuse("GET", DEPLOYMENTS, lambda: Reply(404), FOR_EVER, looks))
        publishing.running.site.pace = 0.5

    return begin


def endless(publishing: AzurePublishing) -> None:
    publishing.program.environment["PTVSD_PUBLISH_RETRY_DELAY"] = "1"
    publishing.running.site.pace = 8.0


def waits_for_the_package(publishing: AzurePublishing) -> None:
    """A front end hands a request on once its whole body has come."""

    def act(request: Request) -> Reply | None:
        request.body()
        return None

    publishing.running.fails(faults.Fault("POST", "/zipdeploy/validate$", act=act))


def gone(publishing: AzurePublishing) -> None:
    publishing.running.kudu.stop()


def no_az(publishing: AzurePublishing) -> None:
    (publishing.stand.tools / "az").unlink()
    publishing.program.environment["PATH"] = f"{publishing.stand.tools}:/usr/bin:/bin"


def no_role(publishing: AzurePublishing) -> None:
    publishing.stand.arm.is_allowed = False


def unknown_authority(publishing: AzurePublishing) -> None:
    del publishing.program.environment["SSL_CERT_FILE"]


SURVIVED = [
    Case("upload cut at the start", on_the_way(lambda: faults.cut_body(0))),
    Case("upload cut in the middle, twice", on_the_way(lambda: faults.cut_body(0.5, times=2))),
    Case("upload cut before the answer", on_the_way(lambda: faults.cut("POST", PUSH))),
    Case("answer to the upload lost", lost_answer),
    Case("answer to the upload lost, then 409 for ever", lost_answer_then_busy, arguments=("--full",)),
    Case("polls cut", on_the_way(lambda: faults.cut("GET", DEPLOYMENTS, 2, 1))),
    Case("answers to polls cut", on_the_way(lambda: faults.cut_reply(9, "GET", DEPLOYMENTS, 2))),
    Case("409: a deployment runs, passes", on_the_way(conflict(BUSY, 2))),
    Case("409: a package is being received, passes", on_the_way(conflict(LOCKED, 2)), linux=False),
    Case("409: auto swap, passes", on_the_way(conflict(AUTO_SWAP, 2))),
    Case("409 in the middle of the body", on_the_way(lambda: faults.conflict_in_body(0.3, BUSY))),
    Case(
        "502, 503, 504, 500 at the upload",
        on_the_way(
            *((lambda status=status: faults.unavailable(status, PUSH)) for status in (502, 503, 504, 500))
        ),
    ),
    Case(
        "502, 503, 500 at polls",
        on_the_way(
            *(
                (lambda status=status: faults.unavailable(status, DEPLOYMENTS, skip=1))
                for status in (502, 503, 500)
            )
        ),
    ),
    Case("429 with seconds", on_the_way(lambda: faults.throttled(PUSH, "2"))),
    Case("429 with a date", on_the_way(lambda: faults.throttled(PUSH, "Wed, 21 Oct 2015 07:28:00 GMT"))),
    Case("slow polls", on_the_way(lambda: faults.slow(0.3, DEPLOYMENTS, 4))),
    Case(
        "202 with a Location on another host", on_the_way(lambda: faults.moved("https://127.0.0.1:1/steal"))
    ),
    Case(
        "202 with a Location in clear",
        on_the_way(lambda: faults.moved("http://localhost:80/api/deployments/latest")),
    ),
    Case("latest is somebody else's", inside(foreign=True)),
    Case("final id has nothing to do with the header", inside(untracked=True)),
    Case(
        "nonsense as a poll's answer",
        on_the_way(lambda: faults.refuse("GET", DEPLOYMENTS, lambda: Reply(200, '{"id": '), 2, 1)),
    ),
    Case(
        "{} as a poll's answer",
        on_the_way(lambda: faults.refuse("GET", DEPLOYMENTS + "/", lambda: Reply(200, {}), 2)),
    ),
    Case("the log cannot be read", on_the_way(lambda: faults.unavailable(500, r"/log$", FOR_EVER))),
    Case(
        "record cut while it is written",
        on_the_way(lambda: faults.cut_body(0.5, r"/data/ptvsd-publish/", times=2, method="PUT")),
    ),
    Case("record damaged", damaged),
    Case("SCM site cold", inside(cold_requests=4)),
    Case("deploymentStatus 404 at first", inside(lost_status=3)),
    Case("token ends while polling", expires_while_polling),
    Case(
        "ARM answers 429, then 503",
        at_arm(lambda: faults.throttled("/sites", "1"), lambda: faults.unavailable(503, "/sites")),
    ),
    Case("the question for room waits for the package", waits_for_the_package, linux=False),
    Case(
        "the question for room is refused by a proxy",
        on_the_way(lambda: faults.refuse("POST", "/zipdeploy/validate$", lambda: Reply(400, "Bad Request"))),
        linux=False,
    ),
    Case("a debugger is attached", attached, linux=False, debugging=True),
]

REFUSED = [
    Case(
        "409: a deployment runs for ever",
        on_the_way(conflict(BUSY, FOR_EVER)),
        69,
        r"another deployment is running",
    ),
    Case("409: auto swap for ever", on_the_way(conflict(AUTO_SWAP, FOR_EVER)), 69, r"auto swap"),
    Case(
        "409: a package is received for ever",
        on_the_way(conflict(LOCKED, FOR_EVER)),
        69,
        r"another package is being uploaded",
        linux=False,
    ),
    Case(
        "409: run from a package at a URL",
        on_the_way(conflict(REMOTE_PACKAGE, FOR_EVER)),
        1,
        r"WEBSITE_RUN_FROM_PACKAGE",
    ),
    Case("409: a file is in use", inside(locked={"static/file0.txt"}), 1, r"in use|being used", linux=False),
    Case("run from package 1", setting("WEBSITE_RUN_FROM_PACKAGE", "1"), 1, r"WEBSITE_RUN_FROM_PACKAGE"),
    Case("build fails", inside(build_fails=True), 1, r"failed.*exit code 1"),
    Case("package cannot be unpacked", inside(unpack_fails=True), 1, r"failed.*End of Central Directory"),
    Case("SCM site restarts in each deployment", inside(restarts_in_the_middle=99), 1, r"unknown error"),
    Case("status 5: superseded", inside(status=5), 1, r"gave way to another"),
    Case("status 6: partial", inside(status=6), 1, r"some instances"),
    Case("status -1: cancelled", inside(status=-1), 1, r"cancelled"),
    Case("deployment not listed any more", vanishes(3), 1, r"is not listed any more"),
    Case("deployment never listed", vanishes(2), 1, r"cannot be found, although the upload was accepted"),
    Case("deployment without end", endless, 69, r"has not ended the deployment in half an hour"),
    Case(
        "site switched off",
        on_the_way(lambda: faults.refuse(".*", ".*", lambda: faults.page(403, "Site Disabled"), FOR_EVER)),
        69,
        r"is switched off: the site is stopped or disabled",
    ),
    Case(
        "no room for the package",
        inside(free_bytes=300),
        1,
        r"cannot take the site: ZipDeploy Validation ERROR",
        linux=False,
        arguments=("--full",),
    ),
    Case("disk full while the package is stored", inside(free_bytes=10), 1, r"not enough space"),
    Case("disk full while files are placed", inside(free_bytes=2500), 1, r"not enough space"),
    Case(
        "basic authentication switched off",
        basic_off,
        77,
        r"wrong or basic authentication is switched off|basic",
    ),
    Case("wrong password", basic_wrong, 77, r"password"),
    Case("token refused by the SCM site", wrong_token, 77, r"does not accept the sign-in"),
    Case("signed out of az", lambda publishing: publishing.stand.sign_out(), 77, r"az login"),
    Case("no az", no_az, 77, r"'az'"),
    Case("no role on the site", no_role, 77, r"shows you no site"),
    Case(
        "no role on the site, group named",
        no_role,
        77,
        r"does not have authorization|role",
        arguments=("--resource-group", "rg-demo"),
    ),
    Case("access restriction on the SCM site", on_the_way(lambda: faults.forbidden()), 77, r"restrict"),
    Case("SCM site gone", gone, 69, r"the SCM site 'localhost:\d+' "),
    Case(
        "SCM site answers 503 for ever",
        on_the_way(lambda: faults.unavailable(503, ".*", FOR_EVER)),
        69,
        r"503",
    ),
    Case(
        "upload cut for ever",
        on_the_way(lambda: faults.cut_body(0.5, times=FOR_EVER)),
        69,
        r"cut|closed|reset",
    ),
    Case(
        "package too large",
        on_the_way(lambda: faults.refuse("POST", PUSH, lambda: Reply(413), FOR_EVER)),
        1,
        r"too large",
    ),
    Case("unknown certificate authority", unknown_authority, 69, r"certificate"),
]

# The site was published, and does not run: a warning, since the next publish needs what was remembered of this one.
WARNED = [
    Case(
        "site keeps running the old build",
        inside(keeps_old_build=True),
        0,
        r"still runs another build",
        debugging=True,
    ),
    Case("site does not start", inside(crashes=True), 0, r"does not start", debugging=True),
    Case(
        "site does not start, by user and password",
        crashes_by_basic,
        0,
        r"does not show the new build",
        debugging=True,
    ),
]
