"""What only POSIX has: calls, signals, modules, paths and the encoding of a machine. Each that is allowed has its reason.

Tried on Linux alone: nobody has run the program on Windows or macOS yet (docs/guides/windows.md).
"""

import ast

import pytest
from sources import trees

POSIX = {
    "os": "fork forkpty register_at_fork killpg getpgid setpgid setsid getsid getuid geteuid getgid setuid nice uname chown "
    "lchown mkfifo mknod sysconf statvfs getloadavg sched_getaffinity posix_spawn wait3 wait4 WNOHANG O_DIRECTORY O_NOFOLLOW",
    "signal": "SIGHUP SIGKILL SIGALRM SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIGSTOP SIGCONT alarm pause setitimer pthread_kill",
}
"""Names of two modules that Windows has not."""
MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog"}
PATHS = ("/tmp", "/dev/", "/proc/", "/etc/", "/usr/", "/home/", "/var/")
TEXTS = {"read_text": 0, "write_text": 1, "open": 2}
"""Methods of a path and the place of their encoding (of `open` that of the mode is one before)."""
ALLOWED = {
    ("sim/cli.py", "SIGHUP"): "looked up by name: a system without it is passed over",
    (
        "sim/store/writer.py",
        "os.open of a folder",
    ): "where it fails, the folder's names are put on disk by the system",
    ("sim/store/provenance.py", "run without encoding"): "the words of `git describe` are ASCII",
}


def machine_bound(tree: ast.Module) -> list[str]:
    """What of a module hangs on the system it runs on."""
    return [word for node in ast.walk(tree) for word in (*_name(node), *_imported(node), *_call(node))]


def _name(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"{node.value.id}.{node.attr}"] * (node.attr in POSIX.get(node.value.id, "").split())
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        signals = node.value in POSIX["signal"].split() and node.value.isupper()
        return [node.value] * (signals or node.value.startswith(PATHS))
    return []


def _imported(node: ast.AST) -> list[str]:
    names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return [f"import {name}" for name in names if name in MODULES]


def _call(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call):
        return []
    words = {word.arg for word in node.keywords}
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = method or (node.func.id if isinstance(node.func, ast.Name) else "")
    owner = node.func.value.id if method and isinstance(node.func.value, ast.Name) else ""
    if (owner, name) == ("os", "open") and "folder" in ast.unparse(node.args[0]):
        return ["os.open of a folder"]
    if name in ("run", "Popen", "check_output") and "text" in words and "encoding" not in words:
        return [f"{name} without encoding"]
    if "shell" in words:
        return [f"{name} by a shell"]
    if name not in TEXTS or owner in ("os", "webbrowser") or not (method or name == "open"):
        return []
    binary = any(isinstance(a, ast.Constant) and "b" in str(a.value) for a in node.args[-1:])
    has = "encoding" in words or (name != "open" and len(node.args) > TEXTS[name])
    return [] if has or (name == "open" and binary) else [f"{name} without encoding"]


def test_what_hangs_on_the_system_is_allowed_with_a_reason():
    modules = trees("kidal", "sim", "analysis")
    found = {(name, word) for name, tree in modules.items() for word in machine_bound(tree)}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("os.fork()", "os.fork"),
        ("os.geteuid()", "os.geteuid"),
        ("signal.signal(signal.SIGHUP, end)", "signal.SIGHUP"),
        ("names = ('SIGHUP',)", "SIGHUP"),
        ("import fcntl", "import fcntl"),
        ("from resource import getrlimit", "import resource"),
        ("place = '/tmp/kidal'", "/tmp/kidal"),
        ("path.read_text()", "read_text without encoding"),
        ("path.write_text(text)", "write_text without encoding"),
        ("open(path)", "open without encoding"),
        ("path.open('w')", "open without encoding"),
        ("os.open(folder, os.O_RDONLY)", "os.open of a folder"),
        ("subprocess.run(call, text=True)", "run without encoding"),
        ("subprocess.run('ls', shell=True)", "run by a shell"),
    ],
)
def test_what_only_some_systems_have_is_seen(source, word):
    assert machine_bound(ast.parse(source)) == [word]


@pytest.mark.parametrize(
    "source",
    [
        "path.read_text('utf-8')",
        "path.read_text(encoding='utf-8')",
        "path.open('rb')",
        "path.open('w', encoding='utf-8')",
        "webbrowser.open(address)",
        "os.replace(one, other)",
        "subprocess.run(call, check=True)",
        "signal.SIGINT",
        "names = 'a/tmp'",
    ],
)
def test_what_every_system_has_is_spared(source):
    assert machine_bound(ast.parse(source)) == []
