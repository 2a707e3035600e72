"""Faults of what a Debug publish makes of a project are made, and the doctor names each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from doctoring import DEBUG, LOCAL, local
from program import Program, web_config

PUBLISH = (*DEBUG, "--site-url", LOCAL)


def published(program: Program, project: Path, *more: str) -> Path:
    program(*PUBLISH, *more, cwd=project)
    return project


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new, 1))


def test_a_transform_that_fails(program: Program, sample: Any) -> None:
    project = published(program, sample("DjangoSite"))
    namespace = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
    (project / "web.Folder.config").write_text(
        f'<configuration {namespace}><appSettings xdt:Transform="Explode" /></configuration>'
    )
    diagnosis = local(program, "--profile", "Folder", cwd=project)
    assert "transform-fails" in diagnosis.errors and diagnosis.status == 65
    assert diagnosis["transform-fails"]["file"].endswith("web.Folder.config")


def test_the_handler_is_not_that_of_the_project(program: Program, sample: Any) -> None:
    project = published(program, sample("BottleSite"))
    before = web_config(project).read_text()
    start = before.index('key="WSGI_HANDLER"')
    value = before[before.index('value="', start) + 7 :].partition('"')[0]
    edit(web_config(project), f'value="{value}"', 'value="elsewhere.application"')
    diagnosis = local(program, cwd=project)
    assert "elsewhere" in diagnosis["handler-not-published"]["evidence"] and diagnosis.status == 0
    edit(web_config(project), 'value="elsewhere.application"', 'value="app"')
    assert "'app'" in local(program, cwd=project)["handler-mismatch"]["evidence"]
    web_config(project).write_text(before)
    # The project has another case than the file on disk.
    assert list(local(program, cwd=project).findings) == ["project-odd"]


def test_fastcgi_limits_in_web_config(program: Program, sample: Any) -> None:
    project = published(program, sample("FlaskSite"))
    limits = '<fastCgi><application fullPath="C:\\python.exe" arguments="w.py" {} /></fastCgi>'
    edit(web_config(project), "</system.webServer>", limits.format("") + "</system.webServer>")
    diagnosis = local(program, cwd=project)
    seen = [finding["evidence"] for finding in diagnosis.report["findings"]]
    assert [text[:23] for text in seen] == ["'requestTimeout' is 90 ", "'activityTimeout' is 70"]
    assert "appcmd" in diagnosis["fastcgi-limits"]["wayOut"]
    edit(
        web_config(project),
        limits.format(""),
        limits.format('requestTimeout="86400" activityTimeout="3600" maxInstances="4"'),
    )
    assert list(local(program, cwd=project).findings) == ["several-instances"]
    edit(web_config(project), 'maxInstances="4"', 'maxInstances="1"')
    assert local(program, cwd=project).findings == {}


def test_fastcgi_limits_that_only_the_server_knows(program: Program, sample: Any) -> None:
    project = published(program, sample("FlaskSite"))
    site = "https://site.invalid"
    diagnosis = local(program, "--site-url", site, cwd=project)
    assert list(diagnosis.findings) == ["fastcgi-limits-unseen"]
    django = published(program, sample("DjangoSite"))
    assert local(program, "--site-url", site, cwd=django).findings == {}


def test_http_platform_limits(program: Program, sample: Any) -> None:
    project = published(program, sample("DjangoSite"))
    namespace = 'xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"'
    (project / "web.Folder.config").write_text(f"""<configuration {namespace}><system.webServer>
<httpPlatform requestTimeout="00:04:00" processesPerApplication="3" xdt:Transform="SetAttributes" />
</system.webServer></configuration>""")
    diagnosis = local(program, "--profile", "Folder", "--site-url", LOCAL, cwd=project)
    assert "00:04:00" in diagnosis["http-platform-limits"]["evidence"]
    assert "'processesPerApplication' is 3" in diagnosis["several-instances"]["evidence"]
    assert diagnosis.status == 0
    edit(project / "web.Folder.config", "00:04:00", "01:00:00")
    edit(project / "web.Folder.config", '"3"', '"1"')
    assert "http-platform-limits" not in local(program, "--profile", "Folder", cwd=project)


GUNICORN = "python -m gunicorn --bind 127.0.0.1:$PORT main:app"


@pytest.mark.parametrize(
    ("command", "file", "found"),
    [
        (GUNICORN, None, {}),
        (GUNICORN + " --timeout 30", None, {"gunicorn-timeout": "30 s"}),
        (GUNICORN + " -t 120 -w4", None, {"gunicorn-timeout": "120 s", "gunicorn-workers": "4 workers"}),
        (GUNICORN, "timeout = 45\nworkers = 2\n", {"gunicorn-workers": "2"}),
        (GUNICORN + " --timeout=0", "timeout = 45\n", {}),
        (GUNICORN + " --timeout 0 --workers 1", None, {}),
        ("python -m uvicorn main:app --port $PORT", None, {}),
    ],
)
def test_gunicorn_ends_a_paused_worker(
    program: Program, sample: Any, command: str, file: str | None, found: dict[str, str]
) -> None:
    project = sample("FastAPISite")
    if file is not None:
        (project / "gunicorn.conf.py").write_text(file)
    diagnosis = local(program, "--start-command", command, cwd=project)
    seen = {name: finding for name, finding in diagnosis.findings.items() if name.startswith("gunicorn")}
    assert set(seen) == set(found)
    for name, text in found.items():
        assert text in seen[name]["evidence"]


def test_a_procfile_asks_for_workers(program: Program, sample: Any) -> None:
    project = sample("FastAPISite")
    (project / "Procfile").write_text("web: gunicorn --workers 3 --timeout 0 main:app\n")
    published(program, project)
    assert "3 workers" in local(program, cwd=project)["gunicorn-workers"]["evidence"]


def test_a_linked_source_stands_elsewhere(program: Program, sample: Any, tmp_path: Path) -> None:
    project = sample("FlaskSite")
    (tmp_path / "shared.py").write_text("SHARED = 1\n")
    link = '<Compile Include="..\\shared.py"><Link>FlaskSite\\shared.py</Link></Compile>'
    edit(project / "FlaskSite.pyproj", "<ItemGroup>", f"<ItemGroup>{link}")
    published(program, project)
    diagnosis = local(program, cwd=project)
    assert list(diagnosis.findings) == ["paths-differ"]
    assert "'FlaskSite/shared.py' in the site" in diagnosis["paths-differ"]["evidence"]
