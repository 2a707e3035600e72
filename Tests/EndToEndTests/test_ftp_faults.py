"""What a publish by FTP does when something is wrong, on the way or on the server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ftp_stand import PASSWORD, USER, CuttingProxy, FTPStand
from program import Program, Result, tree


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A plain folder to publish."""
    folder = tmp_path / "site"
    (folder / "static").mkdir(parents=True)
    (folder / "main.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (folder / "requirements.txt").write_text("flask\n")
    for index in range(4):
        (folder / "static" / f"page{index}.css").write_text(f"/* {index} */\n" * 50)
    return folder


def published(site: Path, root: Path) -> bool:
    """Whether the server holds the site and nothing else."""
    return tree(root) == {name: data for name, data in tree(site).items()}


def has_no_secret(result: Result) -> None:
    for text in (result.out, result.err):
        assert PASSWORD not in text and PASSWORD.split(":")[1] not in text


@pytest.mark.parametrize("tls", ["explicit", "implicit", "off"])
def test_each_kind_of_connection_publishes(tls: str, program: Program, site: Path) -> None:
    with FTPStand(tls=tls) as stand:
        program.environment.update(stand.environment)
        result = program("--to", stand.url("www"), cwd=site)
        assert published(site, stand.root / "www")
        assert ("sent in the clear" in result.err) == (tls == "off")
        has_no_secret(result)


def test_a_password_is_not_sent_over_a_network_in_the_clear(program: Program, site: Path) -> None:
    with FTPStand(tls="off") as stand:
        program.environment.update(stand.environment)
        address = stand.url("www", scheme="ftpes")
        result = program("--to", address, cwd=site, status=69)
        assert "offers no TLS" in result.err
        assert '"USER' not in stand.commands()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"PTVSD_PUBLISH_PASSWORD": "wrong"}, 77, "refuses the login of 'site'"),
        ({"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}, 69, "is not to be trusted"),
        ({"PTVSD_PUBLISH_PASSWORD": ""}, 77, "there is no password of 'site' for '127.0.0.2'"),
        ({"PTVSD_PUBLISH_USER": "", "PTVSD_PUBLISH_PASSWORD": ""}, 77, "there is no user for '127.0.0.2'"),
        ({"PATH": "/nowhere"}, 69, "the program 'curl', which sends files by FTP, cannot be started"),
    ],
)
def test_what_is_wrong_from_the_start_is_one_sentence(
    change: dict[str, str], status: int, words: str, stand: FTPStand, program: Program, site: Path
) -> None:
    program.environment.update(change)
    result = program("--to", stand.url("www"), cwd=site, status=status)
    assert words in result.err and len(result.err.strip().splitlines()) == 1
    assert list(stand.root.iterdir()) == []
    has_no_secret(result)


def test_addresses_that_lead_nowhere(program: Program, site: Path, stand: FTPStand) -> None:
    for address, status, words in (
        ("ftp://127.0.0.1:1/www", 69, "does not accept connections on port 1"),
        ("ftp://no-such-host.invalid/www", 69, "there is no host 'no-such-host.invalid'"),
        ("ftp://site:geheim@127.0.0.1/www", 65, "holds a password"),
        ("ftp://127.0.0.1/../www", 65, "is not the address of a folder"),
        (stand.url("www", scheme="ftps"), 69, "TLS"),
    ):
        result = program("--to", address, cwd=site, status=status)
        assert words in result.err and "geheim" not in result.err + result.out
        has_no_secret(result)


def test_netrc_and_names_of_users(stand: FTPStand, program: Program, site: Path) -> None:
    program.environment.update({"PTVSD_PUBLISH_USER": "", "PTVSD_PUBLISH_PASSWORD": ""})
    quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    (program.home / ".netrc").write_text(
        f'machine elsewhere login x password y\nmachine 127.0.0.2\n  login {USER}\n  password "{quoted}"\n'
    )
    program("--to", stand.url("www"), cwd=site)
    assert published(site, stand.root / "www")


def test_cut_connections_are_taken_up_again(stand: FTPStand, program: Program, site: Path) -> None:
    (site / "static" / "large.bin").write_bytes(os.urandom(6 << 20))
    program("--to", stand.url("www"), cwd=site)
    large = os.urandom(6 << 20)
    (site / "static" / "large.bin").write_bytes(large)
    before = len(stand.commands())
    with CuttingProxy(stand, [20_000, 2 << 20, 3 << 20]) as proxy:
        program("--to", proxy.url("www"), cwd=site)
        assert proxy.cuts == 3
    assert published(site, stand.root / "www")
    # The large file was not sent from its start each time.
    assert '"APPE' in stand.commands()[before:]


def test_a_connection_that_stays_lost_leaves_the_old_site(
    stand: FTPStand, program: Program, site: Path
) -> None:
    program("--to", stand.url("www"), cwd=site)
    old = tree(stand.root / "www")
    for path in site.rglob("*.css"):
        path.write_text("changed " * 40_000)
    with CuttingProxy(stand, [9_000] * 200) as proxy:
        result = program("--to", proxy.url("www"), cwd=site, status=69)
        assert proxy.cuts >= 5
    assert "was lost" in result.err or "TLS" in result.err
    stand.await_quiet()
    present = tree(stand.root / "www")
    assert {name: present[name] for name in old} == old
    program("--to", stand.url("www"), cwd=site)
    assert published(site, stand.root / "www")


def test_a_folder_that_may_not_be_written_is_an_error(stand: FTPStand, program: Program, site: Path) -> None:
    target = stand.root / "www"
    target.mkdir()
    target.chmod(0o555)
    os.chown(target, 0 if os.getuid() == 0 else -1, -1)
    result = program("--to", stand.url("www"), cwd=site, status=1)
    assert "refuses" in result.err
    has_no_secret(result)
    target.chmod(0o755)


def test_a_full_disk_leaves_the_old_site(stand: FTPStand, program: Program, site: Path) -> None:
    target = stand.root / "www"
    target.mkdir()
    # A container may refuse it to its root as well.
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,uid=65534", "tmpfs", target]
    if os.getuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("mounting needs root, and a system that lets it")
    try:
        program("--to", stand.url("www"), cwd=site)
        old = tree(target)
        (site / "static" / "large.bin").write_bytes(os.urandom(3 << 20))
        (site / "main.py").write_text("changed = True\n")
        result = program("--to", stand.url("www"), cwd=site, status=None)
        assert result.status == 1, f"{result}\n{stand.commands()}"
        assert "there is no room for 'static/large.bin'" in result.err
        present = tree(target)
        assert {name: present[name] for name in old} == old
        (site / "static" / "large.bin").unlink()
        program("--to", stand.url("www"), cwd=site)
        assert published(site, target)
    finally:
        subprocess.run(["umount", target], check=True)


def test_servers_that_do_not_rename_over_files_are_served_too(program: Program, site: Path) -> None:
    with FTPStand(rest="AllowOverwrite off") as stand:
        program.environment.update(stand.environment)
        program("--to", stand.url("www"), cwd=site)
        (site / "main.py").write_text("changed = 1\n")
        (site / "static" / "page0.css").write_text("changed")
        program("--to", stand.url("www"), cwd=site)
        assert published(site, stand.root / "www")


def test_servers_that_list_for_people_only_are_served_too(program: Program, site: Path) -> None:
    with FTPStand(rest="<Limit MLSD MLST>\nDenyAll\n</Limit>") as stand:
        program.environment.update(stand.environment)
        (site / "static" / "with blanks and (more).css").write_text("x")
        program("--to", stand.url("www"), cwd=site)
        assert published(site, stand.root / "www")
        again = program("--to", stand.url("www"), "--format", "json", cwd=site).json()
        assert {file["action"] for file in again["files"]} == {"keep"}
        (site / "main.py").write_text("changed = 1\n")
        again = program("--to", stand.url("www"), "--format", "json", cwd=site).json()
        assert [file["path"] for file in again["files"] if file["action"] != "keep"] == ["main.py"]
        assert published(site, stand.root / "www")


def test_the_password_is_in_no_command_line(program: Program, site: Path) -> None:
    (site / "static" / "large.bin").write_bytes(os.urandom(1 << 20))
    with FTPStand(rest="TransferRate STOR,APPE 400") as stand:
        program.environment.update(stand.environment)
        running = subprocess.Popen(
            [program.binary, "--to", stand.url("www")],
            cwd=site,
            env=program.environ(),
            stdout=subprocess.PIPE,
        )
        seen = 0
        while running.poll() is None:
            for entry in Path("/proc").iterdir():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    if not words[0].endswith(b"curl"):
                        continue
                    variables = (entry / "environ").read_bytes()
                except OSError:
                    continue
                seen += 1
                assert words[1:-1] == [b"--disable", b"--config", b"-"]
                assert PASSWORD.encode() not in variables
            time.sleep(0.01)
        running.communicate()
        assert running.returncode == 0 and seen
        assert published(site, stand.root / "www")
    assert shutil.which("curl")
